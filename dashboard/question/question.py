"""A reader's question with its answers: what a card's callback is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, ClassVar, TypeVar, cast

import flask
import pandas as pd

from dashboard.address.url import Context, Extras, Parsed, address, parse
from dashboard.address.words import NO_EXTRAS
from dashboard.question.access import Rights, known_to, narrowed_to, the_reader
from dashboard.question.flags import flags_of, parameters_of
from dashboard.question.known import Known
from dashboard.question.once import once
from dashboard.question.source import Source
from queries.asked.periods import FIRST_YEAR
from queries.asked.view import PREVIOUS, Comparison, View
from queries.copy.mended import Quality, read_quality
from queries.courses.frames import rows_of
from queries.definitions.metrics import BASES, Share
from queries.definitions.units import UNKNOWN_PROCEDURE, fields_of, is_ranked
from queries.flags.ages import WorkAges, work_by_age
from queries.flags.complaints import MOST_COMPLAINTS, complaints_by_unit, overdue_complaints
from queries.flags.dossiers import due_soon_by_unit, marked_by_unit, slips_by_unit
from queries.flags.found import FoundFlags
from queries.flags.judging import due_soon_until
from queries.flags.officers import late_by_officer
from queries.on_time.events import Event, events_of
from queries.on_time.judging import OnTime, Tally, judged_units, tallies
from queries.on_time.judging_trend import Trend, trend_of
from queries.on_time.origins import Origins, origins_of
from queries.on_time.statements import (
    events_until,
    late_by_unit_procedure,
    on_time_by_procedure,
    on_time_by_unit,
)
from queries.on_time.trend import flows_by_unit_month, late_by_unit, late_by_unit_month, trend_months
from queries.online.judging import (
    Online,
    OnlineGroup,
    OnlineTrend,
    judged_online,
    online_fields,
    online_procedures,
    online_trend_of,
)
from queries.online.statements import online_by_procedure, online_by_unit, online_by_unit_month, recorded
from queries.satisfaction.judging import (
    Satisfaction,
    SatisfactionTrend,
    judged_satisfaction,
    satisfaction_trend,
)
from queries.satisfaction.statements import has_ratings, votes_by_unit, votes_by_unit_month
from queries.unit_life.duties import Duty, duties_of
from queries.unit_life.judging import codes_used
from queries.unit_life.statements import (
    complaints_received_by_unit,
    duties_of_period,
    has_duties,
    procedures_used,
    receptions_by_unit,
)

_Made = TypeVar("_Made")
RATING_PATHS = ("/hai-long", "/api/v1/satisfaction")
"""Where one source of ratings may be asked for; everywhere else all but SIPAS are pooled."""


def the_source() -> Source:
    """Give the source of the running application."""
    return cast(Source, flask.current_app.extensions["motcua"])


@dataclass(frozen=True)
class Question:
    """An address, understood against the data as they are now, on one page.

    Every answer is computed once for all cards (the source keeps it), so what two cards
    show of the same thing is the same object.
    """

    source: Source
    known: Known
    context: Context
    parsed: Parsed
    path: str
    rights: Rights

    stands_beside: ClassVar[Comparison | None] = None
    """What its page compares with whatever the address says; None: what the address says."""

    @classmethod
    def asked(
        cls, words: Mapping[str, Any], path: str, pinned: datetime | None = None,
        source: Source | None = None, rights: Rights | None = None,
    ) -> Question:  # fmt: skip
        """Understand address words; ``pinned`` is the moment the page was opened at.

        ``rights``: what may be seen of it; those of whoever sent the request, unless given.
        """
        source, rights = source or the_source(), rights or the_reader().rights
        known = known_to(rights, source.known())
        context = source.context(known, rights)
        if pinned is not None and pinned.year >= FIRST_YEAR and pinned < context.as_of:
            # New data came between the page and this card: all its cards show the same moment.
            context = replace(context, as_of=pinned)
        parsed = parse(words, context)
        parsed = replace(parsed, view=narrowed_to(rights, parsed.view))
        return cls(source, known, context, parsed, path, rights)

    @property
    def view(self) -> View:
        """What the reader asked to see."""
        return self.parsed.view

    @property
    def unranked_unit(self) -> str:
        """Name the view's unit where it was not there in the period; empty where it was, or for all."""
        code = self.view.unit_code
        unit = next((one for one in self.known.units if one.code == code), None) if code else None
        return "" if unit is None or is_ranked(unit, self.view) else unit.label

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """The threshold and the near band, which no printed rate may cross."""
        rules, day = self.view.rules, self.view.end
        return rules.threshold_on(day).fraction, rules.near_on(day).fraction

    def link(self, path: str | None = None, **changes: Any) -> str:
        """Give the address of this view, changed, on this page or another.

        On this page what is asked beside the view (the number listed, the ratings source)
        stays; which page of a list stays only in a link to exactly what is shown. Presenting
        and its card never stay: the browser, which may have left it, adds them (assets/present.js).
        """
        kept = NO_EXTRAS
        if path in (None, self.path):
            kept = self._stays if changes.get("absolute") else self._stays_first
        return address(path or self.path, self.view, self.context, **{"extras": kept, **changes})

    @once
    def _stays(self) -> Extras:
        asked = self.parsed.extras
        return replace(asked, presenting=False, card=None if asked.presenting else asked.card)

    @once
    def _stays_first(self) -> Extras:
        return replace(self._stays, page=1)

    def listed(self, word: str, **changes: Any) -> str:
        """Give the address of the dossiers behind a number."""
        return self.link("/ho-so", metric=word, **changes)

    @once
    def on_time(self) -> OnTime:
        """The period judged."""
        return self._judged(self.view)

    @once
    def compared(self) -> OnTime | None:
        """The comparison judged; None where there is nothing to compare with."""
        view = self.view.compared()
        return None if view is None else self._judged(view)

    def _judged(self, view: View) -> OnTime:
        frame = self.source.ask(self.known, on_time_by_unit, _counted(view))
        return self._kept(lambda: judged_units(frame, self.known.units, view), "on_time", view)

    def _kept(self, make: Callable[[], _Made], *key: Any) -> _Made:
        """Give what is made of an answer, made once for all cards and all readers of the same rights."""
        return self.source.kept(self.known, self.rights, make, *key)

    @once
    def late_shares(self) -> dict[str | None, Share]:
        """The view's late rate by unit code, and nothing else of the period: None for dossiers of no unit."""
        known = {unit.code for unit in self.known.units}
        found: dict[str | None, Share] = {}
        frame = self.source.ask(self.known, late_by_unit, _drawn(self.view))
        for code, late, total in rows_of(frame, ("unit_code", "late", "total")):
            place = code if code in known else None
            before = found.get(place, Share(0, 0))
            found[place] = Share(before.a + late, before.b + total)
        return found

    @once
    def trend(self) -> Trend:
        """Thirteen months of the view's late rate."""
        view = self.view
        months = trend_months(view)
        frame = self.source.ask_months(self.known, late_by_unit_month, _drawn(view), months)
        return self._kept(lambda: trend_of(frame, months, self.known.units, view), "trend", view)

    @once
    def events(self) -> tuple[Event, ...]:
        """What happened in the thirteen months, to all units or to the one in view."""
        if not self.known.courses.has("events.on_day"):
            return ()
        # The same for every view of the data.
        whole = _voted(self.view).at(unit_code=None, period=trend_months(self.view)[-1], judged_on=None)
        frame = self.source.ask(self.known, events_until, whole)
        return events_of(frame, trend_months(self.view), self.view.unit_code)

    @once
    def flows(self) -> pd.DataFrame:
        """What came in and went out of every unit in thirteen months."""
        view = _counted(self.view)
        return self.source.ask_months(self.known, flows_by_unit_month, view, trend_months(view))

    @once
    def by_procedure(self) -> dict[tuple[str, str], Tally]:
        """Counts by procedure: (code, name) → Tally; "" is the code of dossiers without one."""
        names = self.context.procedures
        found: dict[tuple[str, str], Tally] = {}
        for code, tally in tallies(self._procedures, "procedure_code").items():
            key = (code or "", names.get(code, code) if code else UNKNOWN_PROCEDURE)
            found[key] = tally
        return found

    @once
    def by_field(self) -> dict[str, Tally]:
        """Counts by field (lĩnh vực): the catalogue's; the dossier's own where it has none."""
        frame = self._procedures
        names = fields_of(rows_of(frame, ("procedure_code", "field")), self.known.procedures)
        return tallies(frame.assign(name=names), "name")

    @once
    def origins(self) -> Origins:
        """Late and overdue dossiers by unit and field; by procedure once the view is narrowed to a field."""
        frame = self.source.ask(self.known, late_by_unit_procedure, _counted(self.view))
        return self._kept(
            lambda: origins_of(frame, self.known.units, self.known.procedures,
                               by_procedure=self.view.is_narrowed),
            "origins", _counted(self.view),
        )  # fmt: skip

    @property
    def _procedures(self) -> pd.DataFrame:
        return self.source.ask(self.known, on_time_by_procedure, _counted(self.view))

    @once
    def online(self) -> Online:
        """The period's dossiers by the way they came."""
        return self._online(self.view)

    @once
    def online_before(self) -> Online | None:
        """The comparison's; None where there is nothing to compare with."""
        view = self.view.compared()
        return None if view is None else self._online(view)

    def _online(self, view: View) -> Online:
        target = self.source.settings.online_target
        frame = self.source.ask(self.known, online_by_unit, _counted(view))
        return self._kept(
            lambda: judged_online(frame, self.known.units, view, recorded(self.known.courses),
                                  Fraction(target) if target else None),
            "online", view,
        )  # fmt: skip

    @once
    def online_trend(self) -> OnlineTrend:
        """Thirteen months of the way dossiers came."""
        view = self.view
        months = trend_months(view)
        frame = self.source.ask_months(self.known, online_by_unit_month, _counted(view), months)
        return self._kept(
            lambda: online_trend_of(frame, months, self.known.units, view), "online_trend", view
        )

    @once
    def online_fields(self) -> tuple[OnlineGroup, ...]:
        """The way dossiers came by field, most received first."""
        return online_fields(self._online_procedures, self.known.procedures)

    @once
    def online_procedures(self) -> tuple[OnlineGroup, ...]:
        """The way dossiers came by procedure, most received first."""
        return online_procedures(self._online_procedures, self.known.procedures)

    @property
    def _online_procedures(self) -> pd.DataFrame:
        return self.source.ask(self.known, online_by_procedure, _counted(self.view))

    @property
    def rating_source(self) -> str | None:
        """The one source of ratings the reader asked for, where an address may ask; else None."""
        return self.parsed.extras.source if self.path in RATING_PATHS else None

    @once
    def satisfaction(self) -> Satisfaction:
        """The votes of the period judged, of the source asked for or all but SIPAS."""
        return self._rated(self.view)

    @once
    def satisfaction_before(self) -> Satisfaction | None:
        """The comparison's votes judged; None where there is nothing to compare with."""
        view = self.view.compared()
        return None if view is None else self._rated(view)

    def _rated(self, view: View) -> Satisfaction:
        frame, source = self.source.ask(self.known, votes_by_unit, _voted(view)), self.rating_source
        return self._kept(
            lambda: judged_satisfaction(frame, self.known.units, view, source=source,
                                        has_data=has_ratings(self.known.courses)),
            "satisfaction", view, source,
        )  # fmt: skip

    @once
    def satisfaction_trend(self) -> SatisfactionTrend:
        """Thirteen months of votes."""
        view, source = self.view, self.rating_source
        months = trend_months(view)
        frame = self.source.ask_months(self.known, votes_by_unit_month, _voted(view), months)
        return self._kept(
            lambda: satisfaction_trend(frame, months, self.known.units, view, source=source),
            "satisfaction_trend", view, source,
        )  # fmt: skip

    @property
    def counted(self) -> View:
        """The view as counting sees it."""
        return _counted(self.view)

    @once
    def officers(self) -> pd.DataFrame:
        """Officials with too many late dossiers: codes, so only for who may see them (``access``)."""
        return self.source.ask(self.known, late_by_officer, self.counted)

    @once
    def marked(self) -> pd.DataFrame:
        """What flags look for in the period's dossiers, by unit."""
        return self.source.ask(self.known, marked_by_unit, self.counted, parameters=parameters_of(self))

    @once
    def slips(self) -> pd.DataFrame:
        """What slips tell of the period's dossiers, by unit."""
        return self.source.ask(self.known, slips_by_unit, self.counted, parameters=parameters_of(self))

    @once
    def complaints(self) -> pd.DataFrame:
        """Complaints that a unit has not answered in time."""
        return self.source.ask(self.known, complaints_by_unit, self.counted)

    @once
    def complaints_received(self) -> pd.DataFrame:
        """Complaints received in the period, by unit."""
        return self.source.ask(self.known, complaints_received_by_unit, self.counted.at(procedure_code=None))

    @once
    def receptions(self) -> pd.DataFrame:
        """Receptions of citizens in the period, by unit."""
        return self.source.ask(self.known, receptions_by_unit, _voted(self.view))

    @once
    def duties(self) -> tuple[Duty, ...] | None:
        """What units had to do by documents in the period; None where the source does not record it."""
        if not has_duties(self.known.courses):
            return None
        view = _voted(self.view)
        return duties_of(self.source.ask(self.known, duties_of_period, view), view.judged)

    @once
    def quality(self) -> Quality | None:
        """What the source holds, and what was mended or left out when it was read.

        None for a reader of some units or periods: it is of all units and of all time.
        """
        if not self.rights.is_whole:
            return None
        return self.source.ask(self.known, read_quality, self.view.at(unit_code=None))

    @once
    def procedures_used(self) -> frozenset[str]:
        """The codes of the procedures that dossiers of the period were received for."""
        return codes_used(self.source.ask(self.known, procedures_used, self.counted))

    @once
    def flags(self) -> FoundFlags:
        """Every flag of the period."""
        return self._kept(lambda: flags_of(self), "flags", self.view, self.rating_source)

    @once
    def work_ages(self) -> WorkAges:
        """How long the dossiers wait that are past their promise, and what is due today."""
        return self.source.ask(self.known, work_by_age, self.counted, parameters=parameters_of(self))

    @once
    def complaints_waiting(self) -> pd.DataFrame:
        """The complaints overdue, longest waiting first, as many as are listed."""
        return self.source.ask(self.known, overdue_complaints, self.counted, most=MOST_COMPLAINTS)

    @once
    def due_soon(self) -> dict[str | None, int]:
        """Open dossiers due within the next working days, by unit."""
        until = due_soon_until(self.view, self.source.calendar, self.source.settings.due_soon_working_days)
        return self.source.ask(self.known, due_soon_by_unit, _counted(self.view), until=until)


def _counted(view: View) -> View:
    """Give the view as counting sees it: the basis, the rules and the comparison change no count."""
    return view.at(basis=BASES[0], comparison=PREVIOUS)


def _voted(view: View) -> View:
    """Give the view as votes see it: a rating has neither a field nor a procedure."""
    return _counted(view).at(field=None, procedure_code=None)


def _drawn(view: View) -> View:
    return view.at(comparison=PREVIOUS)
