"""One unit's question: the unit is the path's, the other words narrow as on every page.

What stands beside the unit (the district, last year) is a question of its own, answered
by the same properties, so that a unit's figures here are those of the other pages.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from dashboard.address.url import Problem, address
from dashboard.address.words import NO_EXTRAS, quoted
from dashboard.question.beside import tells_total, untold
from dashboard.question.once import once
from dashboard.question.question import Question
from queries.asked.view import PREVIOUS, Comparison, View
from queries.courses.frames import rows_of
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import Share
from queries.definitions.units import Unit, is_ranked
from queries.flags.found import missing_of
from queries.on_time.judging import Row, Tally, judge
from queries.on_time.judging_trend import Trend
from queries.online.judging import OnlineTally
from queries.satisfaction.votes import NO_VOTES, Votes
from queries.unit_life.judging import UnitFigures, UnitLife, codes_used, unit_life
from queries.unit_life.months import UnitMonths, unit_months
from queries.unit_life.presence import DOSSIERS

INDEX = "/don-vi"
"""The page that lists the units; each has its own below."""

_LAST_YEAR = Comparison("last_year")


def unit_path(code: str) -> str:
    """Give the address of a unit's page; a code may hold any character."""
    return f"{INDEX}/{quote(code, safe='')}"


def unit_link(question: Question) -> Callable[[str], str]:
    """Give the link from any page to a unit's own page, the rest of the view kept: names in tables."""

    def link(code: str) -> str:
        return address(unit_path(code), question.view, question.context, unit_code=None)

    return link


def unit_code_in(path: str, codes: Container[str]) -> str | None:
    """Give the code that a decoded path names; None where it names none of the known."""
    rest = path.removeprefix(f"{INDEX}/")
    if rest == path:
        return None
    return next((code for code in (rest, rest.removesuffix("/")) if code in codes), None)


@dataclass(frozen=True)
class UnitQuestion(Question):
    """A question about one unit; ``view`` is narrowed to it."""

    unit: Unit
    stands_beside: ClassVar[Comparison | None] = _LAST_YEAR

    @classmethod
    def about(cls, question: Question) -> UnitQuestion | None:
        """Take the unit from the question's path; None where the path names no known unit."""
        units = {unit.code: unit for unit in question.known.units if unit.code is not None}
        code = unit_code_in(unquote(question.path), units)
        if code is None:
            return None
        parsed, asked = question.parsed, question.view.unit_code
        if asked not in (None, code):
            other = Problem("don_vi", str(asked), "Trang này chỉ về một đơn vị",
                            f"mã {quoted(str(asked))} ở don_vi được bỏ qua")  # fmt: skip
            parsed = replace(parsed, problems=(*parsed.problems, other))
        parsed = replace(parsed, view=parsed.view.at(unit_code=code), extras=NO_EXTRAS)
        # The path of the list, so that the bar shows where among the pages this one belongs.
        return cls(
            question.source, question.known, question.context, parsed, INDEX, question.rights, units[code]
        )

    def link(self, path: str | None = None, **changes: Any) -> str:
        """Give the address of this view, changed; a unit stands in the path of this page, not in a word."""
        if path not in (None, INDEX):
            return super().link(path, **changes)
        code = changes.pop("unit_code", self.unit.code) if path is None else None
        to = INDEX if code is None else unit_path(code)
        return address(to, self.view, self.context, **{"extras": NO_EXTRAS, **changes, "unit_code": None})

    @once
    def district(self) -> Question:
        """The same question of the whole district.

        A reader of some units gets its sums: the others' dossiers are of no known unit here, as the
        question knows those units alone (``access.known_to``). What of it may be shown beside the unit
        ``figures`` and ``told_trend`` say.
        """
        return self._asking(self.view.at(unit_code=None, units_seen=None))

    @once
    def last_year(self) -> Question | None:
        """The same question of this unit a year earlier."""
        view = self.view.at(comparison=_LAST_YEAR).compared()
        return None if view is None else self._asking(view.at(comparison=PREVIOUS))

    def _asking(self, view: View) -> Question:
        parsed = replace(self.parsed, view=view)
        return Question(self.source, self.known, self.context, parsed, self.path, self.rights)

    @once
    def row(self) -> Row:
        """The unit's judged row among the district's; an empty one where it has nothing in the period."""
        return self.district.on_time.of(self.unit.code) or self._empty(self.view)

    def _empty(self, view: View) -> Row:
        return Row(self.unit, Tally(), judge(Tally(), view), is_ranked(self.unit, view))

    @once
    def months(self) -> UnitMonths:
        """Every indicator that has months, month by month, as the other pages count them."""
        return unit_months(
            self.unit, self.district.trend, self.flows, self.online_trend, self.satisfaction_trend
        )

    @once
    def months_told(self) -> tuple[bool, ...]:
        """Say of each month of the trend whether the district's rate is told (``beside``)."""
        whole = self.district
        return tuple(tells_total(whole, DOSSIERS, month) for month in whole.trend.months)

    @once
    def told_trend(self) -> Trend:
        """Give the district's trend with its units, and of the district itself what may be shown."""
        trend = self.district.trend
        told = zip(trend.district, self.months_told, strict=True)
        return replace(trend, district=tuple(one if is_told else Share(0, 0) for one, is_told in told))

    @once
    def procedures_used(self) -> frozenset[str]:
        """The same codes, out of what the unit's fields are counted from anyway."""
        return codes_used(self._procedures)

    @once
    def predecessors(self) -> tuple[Unit, ...]:
        """The units merged into this one."""
        return tuple(one for one in self.known.units if one.successor_code == self.unit.code)

    @once
    def successor(self) -> Unit | None:
        """The unit this one was merged into."""
        code = self.unit.successor_code
        return next((one for one in self.known.units if code and one.code == code), None)

    def figures(self, *, whole: bool) -> tuple[UnitFigures, UnitFigures, UnitFigures | None]:
        """Give every figure of the unit, of the district, and of the unit a year earlier.

        Of the district only what may be told (``beside``). The last is None where there is no such period.
        Not ``whole``: only dossiers and votes, for the head of the page, which need not wait for the rest.
        """
        district, then, last_year = self.district, self.last_year, None
        if then is not None:
            row = then.on_time.of(self.unit.code)
            existed = row is not None or self.unit.is_active(then.view.period.start, then.view.end)
            tally = row.tally if row else Tally() if existed else None
            last_year = _figures(then, self.unit, tally, whole=whole, used=then)
        return (
            _figures(district, self.unit, self.row.tally, whole=whole, used=self),
            replace(
                _figures(district, None, district.on_time.district.tally, whole=whole, used=district),
                untold=untold(district),
            ),
            last_year,
        )


def whole_figures(question: Question) -> tuple[UnitFigures, UnitFigures | None]:
    """Give every figure of all that a view is of, and a year earlier; None where there is no such period."""
    view = question.view.at(comparison=_LAST_YEAR).compared()
    then = None
    if view is not None:
        parsed = replace(question.parsed, view=view.at(comparison=PREVIOUS))
        then = Question(question.source, question.known, question.context, parsed, question.path,
                        question.rights)  # fmt: skip
    return _of_all(question), None if then is None else _of_all(then)


def _of_all(question: Question) -> UnitFigures:
    return _figures(question, None, question.on_time.district.tally, whole=True, used=question)


def _figures(
    question: Question, unit: Unit | None, tally: Tally | None, *, whole: bool, used: Question
) -> UnitFigures:
    """Take a unit's figures out of a question; ``used``: the one of that unit alone, for its procedures."""
    code = None if unit is None else unit.code
    online, rated = question.online, question.satisfaction
    rows = {row.unit.code: row.tally for row in online.rows}
    return UnitFigures(
        tally=tally,
        online=online.district.tally if unit is None else rows.get(code, OnlineTally()),
        recorded=online.recorded,
        votes=None if not rated.has_data else _votes(question, unit),
        life=_life(question, unit, used) if whole else UnitLife(),
        apologized=_apologized(question, unit) if whole else None,
        target=online.target,
    )


def _votes(question: Question, unit: Unit | None) -> Votes:
    found = question.satisfaction
    row = found.district if unit is None else found.of(unit.code)
    return row.votes if row else NO_VOTES


def _life(question: Question, unit: Unit | None, used: Question) -> UnitLife:
    return unit_life(
        unit, question.counted, question.known.courses,
        complaints=question.complaints_received, receptions=question.receptions,
        used=used.procedures_used, procedures=question.known.procedures,
    )  # fmt: skip


def _apologized(question: Question, unit: Unit | None) -> int | None:
    """Give how many late and overdue dossiers have an apology: those that "no_apology" leaves."""
    if missing_of(FLAGS["no_apology"], question.known.courses, question.view):
        return None
    rows = rows_of(question.slips, ("unit_code", "apologised"))
    return sum(int(n) for code, n in rows if unit is None or code == unit.code)
