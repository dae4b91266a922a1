"""What a flag is: its name, its rule in words, its source, how grave; and what rules depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.definitions.metrics import BASIS_NAMES, FEW

Level = Literal["red", "amber", "note", "work", "data", "positive"]
LEVELS: tuple[Level, ...] = ("red", "amber", "note", "work", "data", "positive")
"""From grave to good: the order in which flags are shown."""

Kind = Literal["units", "dossiers", "officials", "complaints"]
"""What a flag counts. The dossiers behind it are listed whatever it counts, but for complaints."""

COMMENDED_FROM = 30
"""Fewer judged dossiers than this prove nothing good either."""
OFFICER_FROM = 3
"""An official with so many late dossiers in a calendar year is flagged."""
CROWD = 20
"""More dossiers than this, closed by one unit within one minute, were not closed one by one."""

ODD_KINDS = {
    "finished_before_received": "xong trước khi tiếp nhận",
    "future": "ngày giờ ở tương lai",
    "unknown_unit": "không rõ đơn vị",
    "reopened": "đang mở mà có ngày xong",
    "closed_undated": "đã đóng, không rõ ngày",
    "crowd": f"trên {CROWD} hồ sơ đóng trong một phút",
    "day_off": "đóng vào ngày nghỉ",
}
"""Every kind of odd record, with its name on screen."""


@dataclass(frozen=True)
class Parameters:
    """What the rules depend on beside the View: the settings, and the last moment of any source.

    ``latest``: what lies after it has not happened in any source; None takes the view's
    moment. ``units``: the codes of the units flagged, for the list of a flag of units.
    """

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    due_soon_working_days: int = 2
    late_apology_days: int = 1
    latest: datetime | None = None
    units: tuple[str, ...] = ()

    def due_soon_until(self, view: View) -> date:
        """Give the last day that still counts as "sắp đến hạn"."""
        return self.calendar.after(view.as_of.date(), self.due_soon_working_days)

    def last_moment(self, view: View) -> datetime:
        """Give the moment after which a date lies in the future."""
        return max(view.as_of, self.latest or view.as_of)


@dataclass(frozen=True)
class FlagRule:
    """One flag: its name on screen, the rule in words, its source and its level.

    ``some``, ``none`` and ``empty``: the sentence for a count, for a count of 0, and for
    nothing that could be flagged. ``base``: what the denominator holds, in words; empty
    where there is none. ``needs``: the columns without which there are no data.
    ``is_restricted``: who is behind the count is not for everybody. ``is_now``: it says
    what to do today, so only a running period has it. In the texts {threshold} and its
    kin stand for values; ``told`` fills them in.
    """

    id: str
    name: str
    rule: str
    source: str
    level: Level
    some: str = ""
    none: str = ""
    empty: str = ""
    base: str = ""
    of: Kind = "dossiers"
    needs: tuple[str, ...] = ()
    is_restricted: bool = False
    is_now: bool = False

    def told(self, text: str, view: View, parameters: Parameters, **more: Any) -> str:
        """Fill a text of this flag with the values in force."""
        return text.format_map({**values(view, parameters), **more})

    def rule_text(self, view: View, parameters: Parameters) -> str:
        """Give the rule with its parameters' values."""
        return self.told(self.rule, view, parameters)

    def source_text(self, view: View) -> str:
        """Give the document; for the threshold and the near band the one in force."""
        if self.id == "unit_late":
            return view.rules.threshold_on(view.end).document
        if self.id == "unit_near":
            return view.rules.near_on(view.end).document
        return self.source

    def sentence(
        self, count: str, base: int | None, view: View, parameters: Parameters, *, is_zero: bool
    ) -> str:  # fmt: skip
        """Say what was found; ``count`` is the number as printed, ``base`` the denominator."""
        zero = self.empty if base == 0 and self.empty else self.none
        text = zero if is_zero else self.some
        return self.told(text, view, parameters, n=count)


def values(view: View, parameters: Parameters) -> dict[str, str]:
    """Give what the texts of the flags name: thresholds, days, numbers, as printed."""
    days = parameters.late_apology_days
    judged = min(view.judged_on, view.end) if view.judged_on else view.end
    return {
        "threshold": f"{view.rules.threshold_on(view.end).percent.replace('.', ',')}%",
        "near": f"{view.rules.near_on(view.end).percent.replace('.', ',')}%",
        "basis": f"{view.basis}, {BASIS_NAMES[view.basis]}",
        "few": str(FEW),
        "year": str(view.end.year),
        "judged": f"{judged:%d/%m/%Y}",
        "until": f"{parameters.due_soon_until(view):%d/%m/%Y}",
        "working_days": str(parameters.due_soon_working_days),
        "apology_limit": f"{days} ngày trước ngày hẹn trả" if days else "ngày hẹn trả",
        "officer_from": str(OFFICER_FROM),
        "crowd": str(CROWD),
        "commended_from": str(COMMENDED_FROM),
    }
