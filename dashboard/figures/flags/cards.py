"""Cảnh báo: the finding, the flags by level, the units worth an inspection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.flags.actions import Item
from dashboard.figures.flags.wording import (
    LEVEL_LOOKS,
    LEVEL_NAMES,
    Link,
    Mention,
    flag_sentence,
    mentions,
    parts_note,
    share_note,
    unit_reason,
    why_not,
)
from dashboard.figures.on_time.headline import Tile
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import period_sentence
from dashboard.formats import count_text, join_names, sentence
from queries.definitions.flag_rule import Level
from queries.definitions.units import Unit
from queries.flags.found import Found, FoundFlags, Inspected
from queries.on_time.judging_trend import Trend

MOST_INSPECTED = 10
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
    source: str
    lines: bool
    people: tuple[str, ...] = ()
    restricted: str = ""


def flags_headline(flags: FoundFlags) -> str:
    """Draw the finding and how many flags of each level there are."""
    inspected = flags.inspected
    return markup(
        "headline.html",
        title=flags_finding(flags),
        lead=_lead(flags, inspected),
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


def _lead(flags: FoundFlags, inspected: Sequence[Inspected]) -> str:
    if flags.view.unit_code is not None:
        count = len(inspected[0].red) if inspected else 0
        return f"Đơn vị này có {count} loại cảnh báo đỏ." if count else "Đơn vị này không có cảnh báo đỏ."
    if not inspected:
        return "Không đơn vị nào có cảnh báo đỏ."
    names = join_names([row.unit.label for row in inspected[:3]])
    n, total = count_text(len(inspected)), count_text(len(flags.active))
    many = f"Cả {total}" if n == total else f"{n}/{total}"
    return f"{many} đơn vị có ít nhất một cảnh báo đỏ; nên kiểm tra trước: {names}."


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
        source=one.rule.source_text(flags.view),
        lines=one.rule.id == "unit_late",
        people=people or (),
        restricted="Tên, mã công chức và hồ sơ chỉ hiện với người được phép xem." if is_closed else "",
    )


@dataclass(frozen=True)
class Reason:
    """One red flag on a unit worth an inspection."""

    name: str
    text: str
    href: str


def inspection(
    flags: FoundFlags, *, link: Link, unit_link: Callable[[str], str],
    links: Sequence[tuple[str, str]] = ()
) -> str:  # fmt: skip
    """Draw "Đơn vị nên kiểm tra": the first ten, each with its reasons."""
    rows = flags.inspected
    first = rows[: 1 if flags.view.unit_code else 3]
    names = join_names([row.unit.label for row in first])
    return markup(
        "flags_inspect.html",
        title=f"Nên kiểm tra: {names}" if rows else "Không đơn vị nào có cảnh báo đỏ",
        subtitle="Đơn vị nên kiểm tra định kỳ hoặc đột xuất: xếp theo số loại cảnh báo đỏ, rồi theo hồ sơ "
        "quá hạn chưa giải quyết xong.",
        rows=[
            {
                "name": row.unit.label,
                "href": unit_link(row.unit.code or ""),
                "red": count_text(len(row.red)),
                "overdue": f"{count_text(row.overdue)} quá hạn" if row.overdue else "không quá hạn",
                "reasons": [_reason(one, row, flags, link) for one in row.red],
            }
            for row in rows[:MOST_INSPECTED]
        ],
        more=f"và {count_text(len(rows) - MOST_INSPECTED)} đơn vị khác, ở bảng bên dưới"
        if len(rows) > MOST_INSPECTED
        else "",
        note="Căn cứ: Công văn 2245/UBND-CCHC (kiểm tra định kỳ, đột xuất).",
        links=links,
    )


def _reason(one: Found, row: Inspected, flags: FoundFlags, link: Link) -> Reason:
    code = row.unit.code or ""
    raised = one.units[code]
    weak = ", ít hồ sơ" if raised.is_weak else ""
    return Reason(one.rule.name, f"{unit_reason(one, raised, flags)}{weak}", link(one, code))


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
