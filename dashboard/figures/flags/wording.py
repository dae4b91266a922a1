"""How a flag is told: its sentence, its a/b, the units it is on; every sentence holds for 0, 1, many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import by_rate_a, edges, running_text
from dashboard.formats import count_text, join_names, per_thousand_text, rate_text, share_text
from queries.contract import CONTRACT
from queries.definitions.flag_rule import Level
from queries.definitions.metrics import STRENGTH_NAMES, Share
from queries.definitions.units import Unit
from queries.flags.found import Found, FoundFlags, Inspected, Raised
from queries.on_time.judging_trend import Trend

LEVEL_LOOKS: Mapping[Level, str] = {
    "red": "over", "amber": "near", "note": "none", "work": "work", "data": "none", "positive": "fine",
}  # fmt: skip
"""The class a level is drawn with: its colour and mark."""

MOST_UNITS = 8

Link = Callable[[Found, str | None], str]
"""The address of what is behind a flag, of a unit or (None) of the district; "" where there is none."""


@dataclass(frozen=True)
class Mention:
    """A unit a flag is on, with its number or its reason."""

    name: str
    text: str
    href: str
    is_weak: bool = False

    @property
    def gap(self) -> str:
        """Give what stands between name and text: "Phường 17: 1", but "An Lạc 2"."""
        return ": " if self.name[-1:].isdigit() and self.text[:1].isdigit() else " "


def flag_sentence(one: Found, flags: FoundFlags, raised: Raised | None = None) -> str:
    """Say what a flag found in the district, or on the unit whose ``raised`` is given."""
    if one.state != "found":
        return f"{one.rule.name}: {why_not(one)}"
    only = flags.view.unit_code
    if raised is None and one.rule.of == "units" and only in one.units:
        return unit_sentence(one, flags, str(only))  # of one unit "1/1 đơn vị" says nothing
    raised = raised or one.district
    if only is not None and one.rule.of == "units" and not raised.count and raised.base != 0:
        return f"{one.rule.name}: không"  # of one unit "không đơn vị nào" speaks of others
    number = count_text(raised.count)
    few = ""
    if one.rule.of == "units" and raised.base:
        number = share_text(Share(raised.count, raised.base))
        weak = sum(unit.is_weak for unit in one.units.values())
        few = f" ({count_text(weak)} đơn vị ít hồ sơ)" if weak else ""
    text = one.rule.sentence(number, raised.base, flags.view, flags.parameters, is_zero=not raised.count)
    is_of_basis = one.rule.id in ("unit_late", "unit_near") and flags.view.basis != "A"
    basis = f" (cách tính {flags.view.basis})" if is_of_basis else ""
    ways = ", ".join(f"{count_text(n)} theo {name}" for name, n in one.parts) if _tells_ways(one) else ""
    return f"{text}{few if raised.count else ''}{basis}{f': {ways}' if ways else ''}"


def _tells_ways(one: Found) -> bool:
    return one.rule.id == "basis_matters"


def why_not(one: Found) -> str:
    """Say why a flag was not looked for: no data, and what the source lacks; or not asked now."""
    if one.state == "idle":
        return one.why_idle
    return f"{NO_DATA} (nguồn không có {join_names(missing_words(one.missing))})" if one.missing else NO_DATA


def missing_words(names: Sequence[str]) -> list[str]:
    """Say what a source lacks in words: "slips" and "dossiers.officer_code" mean nothing to a reader."""
    words = []
    for name in names:
        table, _, column = name.partition(".")
        spec = CONTRACT[table]
        meaning = next((one.meaning for one in spec.columns if one.name == column), "")
        # What follows a colon or a comma explains the words, not the column.
        short = meaning.partition(":")[0].partition(",")[0]
        words.append(f"{short} của {spec.label}" if column else f"bảng {spec.label}")
    return words


def unit_sentence(one: Found, flags: FoundFlags, code: str) -> str:
    """Say what a flag found on one unit."""
    raised = one.units[code]
    if one.rule.of == "units":
        reason = unit_reason(one, raised, flags)
        weak = ", ít hồ sơ" if raised.is_weak else ""
        return f"{one.rule.name}: {reason}{weak}" if reason else one.rule.name
    return flag_sentence(one, flags, raised)


def share_note(one: Found) -> str:
    """Give "84/1.124 hồ sơ trễ hạn, quá hạn (7,5%)"; empty where there is no denominator.

    Of units the sentence has the a/b already: then what b is.
    """
    raised = one.district
    if one.state != "found" or not raised.base or not one.rule.base:
        return ""
    if one.rule.of == "units":
        return f"Trên {count_text(raised.base)} {one.rule.base}"
    share = Share(raised.count, raised.base)
    return f"{share_text(share)} {one.rule.base} ({rate_text(share, 1)})"


def parts_note(one: Found) -> str:
    """Give what the number is made of: "không ghi lý do: 11; không ghi ngày hẹn mới: 115"."""
    return "" if _tells_ways(one) else "; ".join(f"{name}: {count_text(n)}" for name, n in one.parts)


def unit_reason(one: Found, raised: Raised, flags: FoundFlags) -> str:
    """Say why a unit is flagged: its a/b, or what another subject gives."""
    if one.rule.id == "basis_matters":
        return ""
    if raised.text:
        return raised.text
    share = raised.why
    if share is None:
        return count_text(raised.count)
    if one.rule.id == "commended":
        return f"{count_text(share.b)} hồ sơ"
    text = f"{rate_text(share, 2, edges(flags.view))} ({share_text(share)})"
    return f"{text} nếu xong hết{by_rate_a(flags.view)}" if one.rule.id == "unit_backlog" else text


def judged_units(flags: FoundFlags) -> int:
    """Count the units that have dossiers to judge: of so many are those over the threshold, on every page."""
    return flags.of("unit_late").district.base or len(flags.active)


def alarm_sentence(flags: FoundFlags) -> str:
    """Say how many units have a red flag on themselves: "4/16 đơn vị có cảnh báo đỏ"; of one unit whether."""
    count, total = len(flags.alarmed), judged_units(flags)
    if flags.view.unit_code is not None or len(flags.active) == 1:
        who = flags.active[0].label if len(flags.active) == 1 else "Đơn vị"
        return f"{who} có cảnh báo đỏ" if count else f"{who} không có cảnh báo đỏ"
    if not count:
        return "Không đơn vị nào có cảnh báo đỏ"
    many = f"Cả {count_text(total)}" if count == total else f"{count_text(count)}/{count_text(total)}"
    return f"{many} đơn vị có cảnh báo đỏ"


def red_text(row: Inspected) -> str:
    """Give "7 hồ sơ mức đỏ (149 trên 1.000 hồ sơ phải giải quyết)"; empty for none, and without slips.

    Of few dossiers the number alone: "1.000 trên 1.000" would be said of one.
    """
    if not row.red or row.per_thousand is None:
        return ""
    if row.is_few:
        return f"{count_text(row.red)} hồ sơ mức đỏ"
    rate = per_thousand_text(row.per_thousand)
    return f"{count_text(row.red)} hồ sơ mức đỏ ({rate} trên 1.000 hồ sơ phải giải quyết)"


def mentions(
    one: Found, flags: FoundFlags, units: Mapping[str, Unit], *, link: Link, trend: Trend | None = None,
    most: int = MOST_UNITS,
) -> tuple[tuple[Mention, ...], str]:  # fmt: skip
    """Give the units a flag is on, most first, few dossiers last; and how many are not named."""
    order = sorted(one.units.items(), key=lambda item: _first(item[0], item[1], flags))
    named = tuple(
        Mention(
            units[code].label, _detail(one, code, raised, flags, trend), link(one, code), raised.is_weak
        )
        for code, raised in order[:most]
    )  # fmt: skip
    rest = len(order) - len(named)
    return named, f"và {count_text(rest)} đơn vị khác" if rest else ""


def _first(code: str, raised: Raised, flags: FoundFlags) -> tuple[float, ...]:
    place = [unit.code for unit in flags.units].index(code)
    if raised.text:  # another subject has put them in its own order
        return (raised.is_weak,)
    size = raised.why.percent or 0.0 if raised.why is not None else raised.count
    return (raised.is_weak, -size, place)


def _detail(one: Found, code: str, raised: Raised, flags: FoundFlags, trend: Trend | None) -> str:
    reason = unit_reason(one, raised, flags)
    if one.rule.id != "unit_late" or trend is None:
        return reason
    sure = STRENGTH_NAMES.get(raised.strength or "", "")
    return ", ".join(part for part in (reason, sure, running_text(trend.running(code))) if part)
