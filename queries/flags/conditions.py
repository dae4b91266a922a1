"""Every flag on dossiers, defined once: as a condition over ``courses``, with the words it is made of.

A period's dossiers are those it has to resolve: closed in it, or standing at its judging day. Counting
by unit and the list behind a flag take the same parts, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, not_, or_

from queries.asked.view import View
from queries.courses.conditions import (
    ALL,
    ON_TIME_COUNTS,
    Collapsed,
    Condition,
    Day,
    Days,
    Part,
    Scan,
    in_one_scan,
    in_period,
    is_broken_by,
    number,
    of_broken,
    on_its_side,
    parts_of,
)
from queries.courses.stock import Courses
from queries.courses.table import (
    ALWAYS,
    CLOSED_UNDATED,
    NEVER,
    ODD_MARKS,
    RED_SLIPS,
    REFUSED,
    SLIP_DAYS,
)
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.flags.odd import Exceptions, is_day_off

Parts = tuple[Part, ...]
RED_DOSSIER_FLAGS = tuple(one.id for one in FLAGS.values() if one.scope == "dossier" and one.level == "red")
"""The flags by whose dossiers units are chosen for an inspection."""


def mark_parts(
    courses: Courses, view: View, parameters: Parameters, among: Exceptions | None = None
) -> Mapping[str, Parts]:
    """Give the counts of a period's dossiers that need no slip but the lack of one.

    "no_apology" and "refused_no_apology" among them; "inside" is every dossier of the period;
    "red_dossiers" is every one under some red flag on dossiers; then the kinds of odd records, and
    "odd_record" for all of them. ``among``: the exceptional days, where they are parameters.
    """
    among = Exceptions.of(view, parameters) if among is None else among

    marks: dict[str, Parts] = {
        "inside": in_period(lambda c, days: ALL),
        "late": ON_TIME_COUNTS["late"],
        "broken": of_broken(lambda c, days: ALL),
        "refused": ON_TIME_COUNTS["refused"],
        "no_apology": of_broken(lambda c, days: c.first_apology > number(days.judged)),
        "refused_no_apology": (
            Part(
                Scan.CLOSED,
                lambda c, days: and_(c.ending == number(REFUSED), c.first_apology > number(days.judged)),
            ),
        ),
        "nobody_answerable": (Part(Scan.LATE, lambda c, days: c.officer == number(0)),),
        "hidden_by_reappointment": (Part(Scan.LATE, lambda c, days: c.is_hidden),),
        "contract_staff": in_period(lambda c, days: c.on_contract),
    }
    red = {**slip_parts(parameters), **marks}
    marks["red_dossiers"] = _any_of(red[one] for one in RED_DOSSIER_FLAGS)
    return marks | odd_parts(courses, view, among)


def _any_of(counts: Iterable[Parts]) -> Parts:
    """Give the dossiers in any of several counts, each once."""
    holds: dict[Scan, list[Part]] = {}
    for part in (in_one_scan(part) for parts in counts for part in parts):
        holds.setdefault(part.scan, []).append(part)
    return tuple(
        Part(scan, lambda c, days, of=tuple(parts): or_(*(one.holds(c, days) for one in of)))  # type: ignore[misc]
        for scan, parts in holds.items()
    )


def marks_collapsed(among: Exceptions) -> Mapping[Scan, Collapsed]:
    """Give what ``mark_parts`` look at, in few values: most dossiers are alike, and judged once."""

    def of_closed(c: Any, days: Days) -> Mapping[str, ColumnElement[Any]]:
        return {
            **{name: c[name] for name in ("ending", "is_hidden", "on_contract", *ODD_MARKS)},
            "officer": case((c.officer == number(0), number(0)), else_=number(1)),
            **{name: on_its_side(c[name], days.judged) for name in RED_SLIPS},
            # Only of a day off is it asked which day it was; day 0 was none, and lies before every period.
            "closed": case((is_day_off(c.closed, among), c.closed), else_=number(0)),
            "suspended_from": number(NEVER),
            "overdue_from": number(NEVER),
        }

    def of_standing(c: Any, days: Days) -> Mapping[str, ColumnElement[Any]]:
        sides = (*RED_SLIPS, "suspended_from", "overdue_from")
        return {
            **{name: c[name] for name in ("on_contract", *ODD_MARKS)},
            **{name: on_its_side(c[name], days.judged) for name in sides},
            "closed": number(NEVER),
            "ending": number(0),
        }

    return {Scan.CLOSED: of_closed, Scan.STANDING: of_standing}


def odd_parts(courses: Courses, view: View, among: Exceptions) -> dict[str, Parts]:
    """Give the kinds of odd records by name, and "odd_record" for any of them."""
    known = [number(one) for one in sorted(courses.known_units)] or [number(0)]

    def unknown(c: Any, days: Days) -> Condition:
        return c.unit.not_in(known)

    def dated(c: Any, condition: Condition) -> Condition:
        return and_(c.ending != number(CLOSED_UNDATED), condition)

    def day_off(c: Any, days: Days) -> Condition:
        return dated(c, is_day_off(c.closed, among))

    def standing(c: Any, days: Days) -> Condition:
        return or_(c.finished_before_received, c.future, c.reopened, unknown(c, days))

    # Of no period, so a running one shows them, or they would be seen nowhere.
    ahead = (Part(Scan.AHEAD),) if view.is_running else ()
    return {
        "finished_before_received": in_period(lambda c, days: c.finished_before_received),
        "future": (*in_period(lambda c, days: c.future), *ahead),
        "unknown_unit": (*in_period(unknown), *(Part(one.scan, unknown) for one in ahead)),
        "reopened": in_period(lambda c, days: c.reopened),
        "closed_undated": ON_TIME_COUNTS["closed_undated"],
        "crowd": (Part(Scan.CLOSED, lambda c, days: dated(c, c.crowd)),),
        "day_off": (Part(Scan.CLOSED, day_off),),
        "odd_record": (
            Part(
                Scan.CLOSED,
                lambda c, days: or_(
                    standing(c, days),
                    c.ending == number(CLOSED_UNDATED),
                    dated(c, c.crowd),
                    day_off(c, days),
                ),
            ),
            Part(Scan.STANDING, standing),
            *ahead,
        ),
    }


def slip_parts(parameters: Parameters) -> Mapping[str, Parts]:
    """Give the counts of a period's dossiers that have slips, issued by J."""

    def told(name: str) -> Parts:
        return in_period(lambda c, days: c[f"first_{name}"] <= number(days.judged))

    def apologised(c: Any, days: Days) -> Condition:
        return and_(is_broken_by(c, days.judged), c.first_apology <= number(days.judged))

    def late_apology(c: Any, days: Days) -> Condition:
        limit = c.due - number(parameters.late_apology_days)
        return and_(apologised(c, days), c.first_apology > limit)

    def empty(c: Any, days: Days) -> Condition:
        return or_(c.first_no_reason <= number(days.judged), c.first_no_date <= number(days.judged))

    def of_refused(name: str) -> Parts:
        return (
            Part(
                Scan.CLOSED,
                lambda c, days: and_(c.ending == number(REFUSED), c[f"first_{name}"] <= number(days.judged)),
            ),
        )

    def on_due_day(c: Any, days: Days) -> Condition:
        return or_(c.first_on_due_day <= number(days.judged), guessed_too(c, days))

    def guessed_too(c: Any, days: Days) -> Condition:
        return c.first_on_due_day_guessed <= number(days.judged)

    return {
        "apologised": in_period(apologised),
        "late_apology": in_period(late_apology),
        "has_apology": told("apology"),
        "refused_apologised": of_refused("apology"),
        "empty_apology": in_period(empty),
        "no_reason": told("no_reason"),
        "no_date": told("no_date"),
        "no_date_refused": of_refused("no_date"),
        "has_new_date": told("new_date"),
        "reappointed_twice": told("second_new_date"),
        "has_supplement": told("supplement"),
        "supplement_twice": told("second_of_a_body"),
        "supplement_on_due_day": in_period(on_due_day),
        "on_due_day_guessed": in_period(
            lambda c, days: and_(not_(c.first_on_due_day <= number(days.judged)), guessed_too(c, days))
        ),
    }


def slips_collapsed(parameters: Parameters) -> Mapping[Scan, Collapsed]:
    """Give what ``slip_parts`` look at, in few values."""
    limit = number(parameters.late_apology_days)

    def of_both(c: Any, days: Days) -> Mapping[str, ColumnElement[Any]]:
        return {
            **{f"first_{name}": on_its_side(c[f"first_{name}"], days.judged) for name in SLIP_DAYS},
            # Of the promise it is asked alone whether it left time for the apology: a day before every
            # apology, or after.
            "due": case((c.first_apology > c.due - limit, number(2 * ALWAYS)), else_=number(2 * NEVER)),
        }

    def of_closed(c: Any, days: Days) -> Mapping[str, ColumnElement[Any]]:
        # Closed on day 0, which lies before every judging day.
        none = {"suspended_from": number(NEVER), "overdue_from": number(NEVER), "closed": number(0)}
        return {**of_both(c, days), "ending": c.ending, **none}

    def of_standing(c: Any, days: Days) -> Mapping[str, ColumnElement[Any]]:
        sides = {name: on_its_side(c[name], days.judged) for name in ("suspended_from", "overdue_from")}
        return {**of_both(c, days), **sides, "closed": number(NEVER), "ending": number(0)}

    return {Scan.CLOSED: of_closed, Scan.STANDING: of_standing}


def due_soon_parts(until: Day) -> Parts:
    """Give the open dossiers due from the day of the data to a day, and not overdue."""

    def soon(c: Any, days: Days) -> Condition:
        today = number(days.today)
        return and_(c.suspended_from > today, c.overdue_from > today, c.due >= today, c.due <= number(until))

    return (Part(Scan.NOW, soon),)


UNIT_FLAG_COUNTS: Mapping[str, str] = {
    "unit_backlog": "open_overdue", "basis_matters": "c_late", "commended": "judged",
}  # fmt: skip
LATE_COUNTS: Mapping[str, str] = {"A": "late", "B": "b_late", "C": "c_late", "D": "d_late"}


def word_behind_unit_flag(flag_id: str, view: View) -> str:
    """Give the count whose dossiers stand behind a flag on units.

    Over or near: the numerator of the view's late rate. A backlog: the overdue ones. Where the bases
    disagree: late and overdue. Commended: the judged ones.
    """
    return UNIT_FLAG_COUNTS.get(flag_id, LATE_COUNTS[view.basis])


def parts_behind_unit_flag(flag_id: str, view: View) -> Parts:
    """Give the same as parts."""
    return parts_of(word_behind_unit_flag(flag_id, view))
