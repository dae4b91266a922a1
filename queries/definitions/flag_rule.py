"""What a flag is: its name, its rule in words, its source, how grave; and what rules depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.definitions.metrics import BASIS_NAMES, FEW, online_levels_on
from queries.definitions.sources import CV_2307, Source

Level = Literal["red", "amber", "note", "work", "data", "positive"]
LEVELS: tuple[Level, ...] = ("red", "amber", "note", "work", "data", "positive")
"""From grave to good: the order in which flags are shown."""
LEVEL_NAMES: Mapping[Level, str] = {
    "red": "Mức đỏ", "amber": "Mức vàng", "note": "Ghi chú", "work": "Việc sắp đến",
    "data": "Chất lượng dữ liệu", "positive": "Biểu dương",
}  # fmt: skip

Scope = Literal["unit", "person", "data", "duty", "dossier"]
"""What a flag is about: it judges a unit or an official, doubts a record, reminds of a unit's promise, or is
a list of dossiers to work on. Only a red flag on a unit is an alarm; who is behind one on persons is not for
everybody."""
SCOPE_NAMES: Mapping[Scope, str] = {
    "unit": "đơn vị", "person": "công chức", "data": "dữ liệu", "duty": "việc phải trả lời",
    "dossier": "hồ sơ cần xử lý",
}  # fmt: skip

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
    """One flag: its name on screen, the rule in words, its sources, its level and its scope.

    ``quote``: the words of the first source. ``some``, ``none`` and ``empty``: the sentence for
    a count, for a count of 0, and for nothing that could be flagged. ``base``: what the
    denominator holds, in words; empty where there is none. ``needs``: the columns without
    which there are no data. ``is_now``: it says what to do today, so only a running period
    has it. In the texts {threshold} and its kin stand for values; ``told`` fills them in.
    """

    id: str
    name: str
    rule: str
    cited: tuple[Source, ...]
    level: Level
    scope: Scope
    some: str = ""
    none: str = ""
    empty: str = ""
    base: str = ""
    of: Kind = "dossiers"
    needs: tuple[str, ...] = ()
    is_now: bool = False
    quote: str = ""

    @property
    def is_restricted(self) -> bool:
        """Say whether who is behind the count is not for everybody."""
        return self.scope == "person"

    @property
    def is_alarm(self) -> bool:
        """Say whether a unit it is on "có cảnh báo đỏ"."""
        return self.scope == "unit" and self.level == "red"

    def told(self, text: str, view: View, parameters: Parameters, **more: Any) -> str:
        """Fill a text of this flag with the values in force."""
        return text.format_map({**values(view, parameters), **more})

    def rule_text(self, view: View, parameters: Parameters) -> str:
        """Give the rule with its parameters' values."""
        return self.told(self.rule, view, parameters)

    def source_text(self, view: View) -> str:
        """Give the documents in force on the view's last day; of the threshold and the near band theirs."""
        if self.id == "unit_late":
            return view.rules.threshold_cited(view.end)
        if self.id == "unit_near":
            return view.rules.near_on(view.end).document
        text = view.rules.cited(self.cited, view.end)
        is_own = self.quote and view.rules.document(self.cited[0], view.end) in self.cited[0].documents
        return f"{text}: “{self.quote}”" if is_own else text

    def consequence(self, view: View) -> str:
        """Say what follows from the rule, by which document: "từ 5%: …"; empty where nothing is written."""
        if self.id == "unit_late":
            follows, since = view.rules.threshold_consequence(view.end), "từ {threshold}"
            document = view.rules.threshold_document(view.end)
        elif self.id == "officer_late":
            own = view.rules.document(CV_2307, view.end)
            follows, document = own.official_consequence, own.name
            since = "từ {officer_from} hồ sơ trễ trong năm"
        else:
            return ""
        return f"{self.told(since, view, Parameters())}: {follows}, theo {document}" if follows else ""

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
        "levels": online_levels_on(view.end).name,
        "year": str(view.end.year),
        "judged": f"{judged:%d/%m/%Y}",
        "until": f"{parameters.due_soon_until(view):%d/%m/%Y}",
        "working_days": str(parameters.due_soon_working_days),
        "apology_limit": f"ban hành khi còn chưa đầy {days} ngày đến ngày hẹn trả"
        if days
        else "ban hành sau ngày hẹn trả",
        "officer_from": str(OFFICER_FROM),
        "crowd": str(CROWD),
        "commended_from": str(COMMENDED_FROM),
    }
