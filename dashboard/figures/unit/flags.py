"""The flags on one unit, gravest first, each in a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.flags.wording import why_not
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import by_rate_a, edges
from dashboard.formats import count_text, join_names, rate_text, sentence, share_text
from queries.definitions.flag_rule import LEVELS
from queries.definitions.units import Unit
from queries.flags.found import Found, FoundFlags, Raised

_LOOKS = {"red": "over", "amber": "near", "note": "work", "work": "work", "data": "work", "positive": "fine"}


@dataclass(frozen=True)
class Item:
    """One flag of the list; ``word``: what its "?" explains."""

    word: str
    level: str
    tag: str
    text: str
    href: str
    source: str


def unit_flags(
    found: FoundFlags, unit: Unit, *, link: Callable[[Found, str | None], str],
    links: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Draw the flags on a unit; ``link`` leads to the dossiers behind one, empty where it may not."""
    raised = tuple(sorted(found.on(unit.code or ""), key=lambda one: LEVELS.index(one.rule.level)))
    items = [
        Item(
            one.rule.id,
            _LOOKS[one.rule.level],
            one.rule.name,
            _text(one, one.units[unit.code or ""], found) + _follows(one, found),
            link(one, unit.code),
            one.rule.source_text(found.view),
        )
        for one in raised
    ]
    lacking = [one.rule.name for one in found.flags if one.state == "no_data"]
    unasked = _unasked(found, unit)
    asked = "trong những gì đã xét, " if lacking or unasked else ""
    return markup(
        "unit_flags.html",
        title=_title(raised, found, unit),
        subtitle=f"Mỗi cảnh báo kèm căn cứ; {asked}đơn vị không có cảnh báo nào khác trong kỳ.",
        items=items,
        calm="Không có cảnh báo nào với đơn vị này trong kỳ.",
        note=_note(lacking, unasked),
        links=links,
    )


def _unasked(found: FoundFlags, unit: Unit) -> list[str]:
    """Name the flags that were not asked, or whose numbers are not told of this unit, each with why."""
    return [
        f"{one.rule.name} ({one.untold or why_not(one)})"
        for one in found.flags
        if one.state == "idle" or (one.untold and unit.code not in one.units)
    ]


def _note(lacking: Sequence[str], unasked: Sequence[str]) -> str:
    parts = [f"Không có dữ liệu để xét: {join_names(lacking)}."] if lacking else []
    parts += [f"Chưa xét được: {join_names(unasked)}."] if unasked else []
    return " ".join(parts) or "Đã xét mọi cảnh báo."


def _title(raised: tuple[Found, ...], found: FoundFlags, unit: Unit) -> str:
    """Say whether a red flag judges the unit, and how many dossiers wait for work."""
    alarms = [one.rule.name.lower() for one in raised if one.rule.is_alarm]
    red = 0 if found.red is None else found.red.get(unit.code or "", 0)
    told = f"Có cảnh báo đỏ: {join_names(alarms)}" if alarms else "Không có cảnh báo đỏ"
    if red:
        return f"{told}; {count_text(red)} hồ sơ thuộc việc mức đỏ"
    amber = sum(one.rule.level == "amber" for one in raised)
    return f"{told}; {count_text(amber)} loại mức vàng" if amber else told


def _follows(one: Found, found: FoundFlags) -> str:
    """Say what follows from a rule beside it; empty where nothing is written."""
    consequence = one.rule.consequence(found.view)
    return f" {sentence(consequence)}." if consequence else ""


def _text(one: Found, raised: Raised, found: FoundFlags) -> str:
    rule, view, parameters = one.rule, found.view, found.parameters
    if raised.text:
        return raised.text + (f" ({share_text(raised.why)})" if raised.why else "")
    if rule.id == "commended":
        return f"Không có hồ sơ trễ hạn hay quá hạn trong {count_text(raised.dossiers)} hồ sơ đã giải quyết."
    if raised.why is not None:
        weak = ", ít hồ sơ" if raised.is_weak else ""
        rate = f"{rate_text(raised.why, 2, edges(view))} ({share_text(raised.why)} hồ sơ{weak})"
        return {
            "unit_late": f"Tỷ lệ trễ hẹn {rate}.",
            "unit_near": f"Tỷ lệ trễ hẹn {rate}.",
            "unit_backlog": f"Nếu hôm nay giải quyết xong toàn bộ hồ sơ quá hạn{by_rate_a(view)}: {rate}.",
            "basis_matters": f"Vượt hay không vượt ngưỡng tùy cách tính; cách tính {view.basis}: {rate}.",
        }.get(rule.id, f"{rate}.")
    text = rule.sentence(count_text(raised.count), raised.base, view, parameters, is_zero=False)
    base = f" (trên {count_text(raised.base)} {rule.base})" if raised.base and rule.base else ""
    return f"{text}{base}."
