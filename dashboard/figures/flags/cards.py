"""Cảnh báo: the finding, the flags by level, the units worth an inspection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.flags.actions import Item
from dashboard.figures.flags.wording import (
    LEVEL_LOOKS,
    Link,
    Mention,
    alarm_sentence,
    flag_sentence,
    mentions,
    parts_note,
    red_text,
    share_note,
    unit_reason,
    why_not,
)
from dashboard.figures.on_time.headline import Tile
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import period_sentence
from dashboard.formats import count_text, join_names, sentence
from queries.definitions.flag_rule import LEVEL_NAMES, Level
from queries.definitions.sources import CV_2245
from queries.definitions.units import Unit
from queries.flags.found import FEW_TO_RESOLVE, Found, FoundFlags, Inspected
from queries.on_time.judging_trend import Trend

MOST_INSPECTED = 10
MOST_FIRST = 3
IN_FINDING = 2
MOST_IN_TILE = 5
_ACTIONS = ("no_apology", "late_apology", "reappointed_twice", "supplement_twice", "officer_late",
            "complaint_overdue", "nobody_answerable", "refused_no_apology")  # fmt: skip
"""What the overview's "Việc cần xử lý" tells beside the units at the threshold."""


@dataclass(frozen=True)
class Told:
    """One flag as drawn; ``lines``: each unit has a line of its own."""

    name: str
    look: str
    state: str
    text: str
    href: str
    share: str
    parts: str
    units: tuple[Mention, ...]
    rest: str
    rule: str
    consequence: str
    source: str
    lines: bool
    people: tuple[str, ...] = ()
    restricted: str = ""


def flags_headline(flags: FoundFlags) -> str:
    """Draw the finding and how many flags of each level there are."""
    return markup(
        "headline.html",
        title=flags_finding(flags),
        lead=_lead(flags),
        period=f"{period_sentence(flags.view)}.",
        silent="",
        tiles=(
            _tile(flags, "red", "over"),
            _tile(flags, "amber", "near"),
            _tile(flags, "work", None),
            _tile(flags, "data", None),
        ),
    )


def flags_finding(flags: FoundFlags) -> str:
    """Say the gravest of what was found: the title of the page."""
    raised = [one for one in flags.at("red") if one.is_raised]
    # What is restricted to counts says the least to most readers.
    raised.sort(key=lambda one: one.rule.is_restricted)
    if raised:
        return sentence("; ".join(flag_sentence(one, flags) for one in raised[:IN_FINDING]))
    if any(one.state == "no_data" for one in flags.at("red")):
        return "Không có cảnh báo đỏ nào trong phần có dữ liệu"
    return "Không có cảnh báo đỏ nào trong kỳ này"


def _lead(flags: FoundFlags) -> str:
    """Say how many units are alarming, and which to inspect first."""
    text = alarm_sentence(flags)
    first = flags.inspected[: 0 if flags.view.unit_code else MOST_FIRST]
    if not first:
        return f"{text}."
    return f"{text}; nên kiểm tra trước: {join_names([row.unit.label for row in first])}."


def _tile(flags: FoundFlags, level: Level, look: str | None) -> Tile:
    """Give one level: how many kinds of flag there are, or the number of the only one."""
    asked = flags.at(level)
    raised = [one for one in asked if one.is_raised]
    without = sum(one.state == "no_data" for one in asked)
    notes = [f"{count_text(without)} loại không có dữ liệu"] if without else []
    if len(asked) == 1:
        one = asked[0]
        value = count_text(one.district.count) if one.state == "found" else "—"
        return Tile(one.rule.name, value, "hồ sơ", (flag_sentence(one, flags),))
    raised.sort(key=lambda one: one.rule.is_restricted)
    names = [f"{one.rule.name} {count_text(one.district.count)}" for one in raised]
    return Tile(
        LEVEL_NAMES[level],
        f"{count_text(len(raised))}/{count_text(len(asked))}",
        "loại cảnh báo đang có",
        (_most(names) or "Không có", *notes),
        flag=look if raised else None,
    )


def _most(names: Sequence[str]) -> str:
    rest = len(names) - MOST_IN_TILE
    more = f" · và {count_text(rest)} loại khác" if rest > 0 else ""
    return " · ".join(names[:MOST_IN_TILE]) + more


def flags_group(
    flags: FoundFlags, levels: Sequence[Level], units: Mapping[str, Unit], trend: Trend, *, title: str = "",
    link: Link, people: Mapping[str, tuple[str, ...]], links: Sequence[tuple[str, str]] = (), note: str = "",
) -> str:  # fmt: skip
    """Draw the flags of some levels; ``people``: flag id → the officials behind it, for who may see them.

    Without a title it is how many kinds of the level there are.
    """
    asked = [one for level in levels for one in flags.at(level)]
    order = sorted(asked, key=lambda one: (levels.index(one.rule.level), _rank(one)))
    return markup(
        "flags.html",
        title=title or _group_title(asked, levels[0]),
        subtitle="",
        flags=[
            _told(one, flags, units, trend=trend, link=link, people=people.get(one.rule.id)) for one in order
        ],
        note=note,
        links=links,
    )


def _group_title(asked: Sequence[Found], level: Level) -> str:
    raised = sum(one.is_raised for one in asked)
    if not raised:
        return f"{LEVEL_NAMES[level]}: không có cảnh báo nào"
    return f"{LEVEL_NAMES[level]}: {raised}/{len(asked)} loại cảnh báo đang có"


def _rank(one: Found) -> int:
    """Raised flags first, then those that found nothing, then those that could not be asked."""
    return 0 if one.is_raised else {"found": 1, "idle": 2, "no_data": 3}[one.state]


def _told(
    one: Found, flags: FoundFlags, units: Mapping[str, Unit], *, trend: Trend, link: Link,
    people: tuple[str, ...] | None,
) -> Told:  # fmt: skip
    named, rest = mentions(one, flags, units, trend=trend, link=link) if one.is_raised else ((), "")
    is_closed = one.rule.is_restricted and people is None and one.is_raised
    return Told(
        name=one.rule.name,
        look=LEVEL_LOOKS[one.rule.level],
        state="raised" if one.is_raised else one.state,
        text=flag_sentence(one, flags) if one.state == "found" else sentence(why_not(one)),
        href=link(one, None) if one.is_raised else "",
        share=share_note(one),
        parts=parts_note(one),
        units=named,
        rest=rest,
        rule=one.rule.rule_text(flags.view, flags.parameters),
        consequence=sentence(one.rule.consequence(flags.view)),
        source=one.rule.source_text(flags.view),
        lines=one.rule.id == "unit_late",
        people=people or (),
        restricted="Tên, mã công chức và hồ sơ chỉ hiện với người được phép xem." if is_closed else "",
    )


@dataclass(frozen=True)
class Reason:
    """Why a unit is worth an inspection; ``href`` opens the dossiers, "" for none."""

    text: str
    href: str
    is_late: bool = False


def inspection(
    flags: FoundFlags, *, link: Link, listed: Callable[[str], str], unit_link: Callable[[str], str],
    links: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Draw "Đơn vị nên kiểm tra": the first ten, each with its reasons.

    ``link`` opens what is behind a flag, ``listed`` the overdue dossiers of a unit.
    """
    rows = flags.inspected
    names = join_names([row.unit.label for row in rows[: 1 if flags.view.unit_code else MOST_FIRST]])
    most = "" if flags.red is None else "nhiều hồ sơ mức đỏ nhất trên 1.000 hồ sơ phải giải quyết, rồi "
    return markup(
        "flags_inspect.html",
        title=f"Nên kiểm tra: {names}" if rows else "Chưa có đơn vị nào nên kiểm tra",
        subtitle=f"Xếp theo: vượt ngưỡng trước, rồi {most}nhiều hồ sơ quá hạn nhất; đơn vị dưới "
        f"{FEW_TO_RESOLVE} hồ sơ phải giải quyết đứng cuối.",
        rows=[
            {
                "name": row.unit.label,
                "href": unit_link(row.unit.code or ""),
                "reasons": _reasons(row, flags, link, listed),
                "note": f"ít hồ sơ: {count_text(row.to_resolve)} hồ sơ phải giải quyết" if row.is_few else "",
            }
            for row in rows[:MOST_INSPECTED]
        ],
        more=f"và {count_text(len(rows) - MOST_INSPECTED)} đơn vị khác, ở bảng bên dưới"
        if len(rows) > MOST_INSPECTED
        else "",
        note="Hồ sơ mức đỏ: hồ sơ có trong ít nhất một việc mức đỏ, mỗi hồ sơ tính một lần. Kiểm tra định "
        f"kỳ, đột xuất: {flags.view.rules.cited((CV_2245,), flags.view.end)}.",
        links=links,
    )  # fmt: skip


def _reasons(row: Inspected, flags: FoundFlags, link: Link, listed: Callable[[str], str]) -> list[Reason]:
    code, reasons = row.unit.code or "", []
    if row.late is not None:
        one = flags.of("unit_late")
        weak = ", ít hồ sơ" if row.late.is_weak else ""
        text = f"{one.rule.name} {unit_reason(one, row.late, flags)}{weak}"
        reasons.append(Reason(text, link(one, code), is_late=True))
    if red := red_text(row):
        reasons.append(Reason(red, ""))
    if row.overdue:
        reasons.append(Reason(f"{count_text(row.overdue)} hồ sơ quá hạn", listed(code)))
    return reasons


def flag_actions(flags: FoundFlags, units: Mapping[str, Unit], link: Link) -> list[Item]:
    """Give the lines that the flags add to the overview's "Việc cần xử lý", gravest first."""
    order = [one for one in flags.flags if one.rule.id in _ACTIONS and one.is_raised]
    order.sort(key=lambda one: (one.rule.level != "red", _ACTIONS.index(one.rule.id)))
    return [_item(one, flags, units, link) for one in order]


def _item(one: Found, flags: FoundFlags, units: Mapping[str, Unit], link: Link) -> Item:
    named, rest = mentions(one, flags, units, link=link, most=3)
    where = ", ".join(f"{unit.name}{unit.gap}{unit.text}" for unit in named)
    most = f": {where}{f' {rest}' if rest else ''}" if named else ""
    text = f"{flag_sentence(one, flags)}{most}."
    return Item(one.rule.name, LEVEL_LOOKS[one.rule.level], text, "", link(one, None))
