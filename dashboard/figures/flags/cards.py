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
    judged_units,
    mentions,
    parts_note,
    red_text,
    share_note,
    unit_reason,
    why_not,
)
from dashboard.figures.flags.work import DO, OVERDUE
from dashboard.figures.on_time.headline import Tile
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import period_sentence
from dashboard.formats import NOTHING, count_text, day_text, join_names, sentence
from queries.definitions.flag_rule import LEVELS
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS
from queries.definitions.sources import CV_2245
from queries.definitions.units import Unit
from queries.flags.ages import AGE_NAMES, Aged, WorkAges
from queries.flags.found import FEW_TO_RESOLVE, Found, FoundFlags, Inspected
from queries.on_time.judging import Tally
from queries.on_time.judging_trend import Trend

MOST_INSPECTED = 10
MOST_FIRST = 3
IN_FINDING = 2
UNIT_FLAG_IDS = tuple(one.id for one in FLAGS.values() if one.scope == "unit")
REVIEW_FLAG_IDS = tuple(one.id for one in FLAGS.values() if one.scope != "unit" and one.id not in DO)
"""The flags that judge a unit; and those about how dossiers were handled, which nothing done today undoes."""
MOST_IN_TILE = 5
_ACTIONS = ("no_apology", "late_apology", "reappointed_twice", "supplement_twice", "officer_late",
            "complaint_overdue", "nobody_answerable", "refused_no_apology")  # fmt: skip
"""What the overview's "Việc cần xử lý" tells beside the units at the threshold."""


@dataclass(frozen=True)
class Told:
    """One flag as drawn; ``id``: what its "?" explains; ``lines``: each unit has a line of its own."""

    id: str
    name: str
    look: str
    text: str
    href: str
    share: str
    parts: str
    units: tuple[Mention, ...]
    rest: str
    consequence: str
    lines: bool
    people: tuple[str, ...] = ()
    restricted: str = ""


def flags_headline(flags: FoundFlags, tally: Tally, ages: WorkAges, *, listed: Callable[..., str]) -> str:
    """Draw the finding, how many units are alarming, and the work that waits.

    ``tally``: of the whole view; ``listed`` opens the dossiers behind a count.
    """
    tiles = [
        _alarm_tile(flags), _overdue_tile(flags, tally, ages, listed),
        *(_work_tile(flags.of(word), flags, ages) for word in ("no_apology", "due_soon")),
    ]  # fmt: skip
    return markup(
        "headline.html", title=flags_finding(flags), lead=_lead(flags),
        period=f"{period_sentence(flags.view)}.", silent="", tiles=tiles,
    )  # fmt: skip


def _alarm_tile(flags: FoundFlags) -> Tile:
    one = flags.of("unit_late")
    look = "over" if flags.alarmed else None
    if flags.view.unit_code is not None:
        text = sentence(flag_sentence(one, flags))
        return Tile(
            "Cảnh báo đỏ", "Có" if flags.alarmed else "Không", "", (text,), flag=look, meaning="unit_late"
        )
    sure = [unit.label for unit in flags.alarmed if not one.units[unit.code or ""].is_weak]
    few = [unit.label for unit in flags.alarmed if one.units[unit.code or ""].is_weak]
    lines = [join_names(sure, MOST_IN_TILE)] if sure else []
    if few:
        lines.append(f"Ít hồ sơ: {join_names(few, MOST_FIRST)}")
    value = f"{count_text(len(flags.alarmed))}/{count_text(judged_units(flags))}"
    return Tile(
        "Đơn vị có cảnh báo đỏ", value, "", tuple(lines) or ("Không đơn vị nào vượt ngưỡng",), flag=look,
        meaning="unit_late",
    )  # fmt: skip


def _overdue_tile(flags: FoundFlags, tally: Tally, ages: WorkAges, listed: Callable[..., str]) -> Tile:
    count = tally[OVERDUE]
    return Tile(
        METRICS[OVERDUE].name, count_text(count), "hồ sơ", _age_lines(ages.of[OVERDUE], flags),
        flag="over" if count else None, href=listed(OVERDUE) if count else "", meaning=OVERDUE,
    )  # fmt: skip


def _work_tile(one: Found, flags: FoundFlags, ages: WorkAges) -> Tile:
    if one.state != "found":
        return Tile(one.rule.name, NOTHING, "", (sentence(why_not(one)),), meaning=one.rule.id)
    if one.rule.id == "due_soon":
        lines: tuple[str, ...] = (one.rule.told("Từ nay đến hết {until}", flags.view, flags.parameters),)
        if one.is_raised:
            today = f"{count_text(ages.due_today)} hồ sơ" if ages.due_today else "Không hồ sơ nào"
            lines += (f"{today} hẹn trả hôm nay",)
    else:
        lines = tuple(part for part in (share_note(one),) if part)
        lines += _age_lines(ages.of[one.rule.id], flags) if one.is_raised else ()
    look = LEVEL_LOOKS[one.rule.level] if one.is_raised and one.rule.level == "red" else None
    return Tile(
        one.rule.name, count_text(one.district.count), "hồ sơ", lines, flag=look, meaning=one.rule.id
    )  # fmt: skip


def _age_lines(aged: Aged, flags: FoundFlags) -> tuple[str, ...]:
    """Say how many are past their promise longest, and since when; nothing where there are none."""
    if aged.oldest is None:
        return ()
    days = count_text((flags.view.judged - aged.oldest).days)
    lines = [f"Lâu nhất {days} ngày, hẹn trả {day_text(aged.oldest)}"]
    if aged.by_age[-1]:
        lines.insert(0, f"{count_text(aged.by_age[-1])} quá hạn {AGE_NAMES[-1]}")
    return tuple(lines)


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
    before = " trước" if len(flags.inspected) > len(first) else ""
    return f"{text}; nên kiểm tra{before}: {join_names([row.unit.label for row in first])}."


def flags_group(
    flags: FoundFlags, ids: Sequence[str], units: Mapping[str, Unit], trend: Trend, *, title: str,
    link: Link, people: Mapping[str, tuple[str, ...]], links: Sequence[tuple[str, str]] = (), note: str = "",
) -> str:  # fmt: skip
    """Draw some flags, gravest first; below, in a line each, what was not found and what was not asked.

    ``title``: what they are; what was found is said behind it. ``people``: flag id → the officials behind
    it, for who may see them.
    """
    asked = sorted((flags.of(one) for one in ids), key=lambda one: LEVELS.index(one.rule.level))
    raised = [one for one in asked if one.is_raised]
    if flags.view.unit_code is None and all(one.rule.scope == "unit" for one in asked):
        found = ", ".join(f"{count_text(one.district.count)} {one.rule.name.lower()}" for one in raised)
    elif all(one.rule.scope == "unit" for one in asked):
        found = ", ".join(one.rule.name.lower() for one in raised)
    else:
        found = "; ".join(flag_sentence(one, flags) for one in raised[:IN_FINDING])
    return markup(
        "flags.html",
        title=f"{title}: {found}" if found else f"{title}: không có gì",
        subtitle="",
        flags=[
            _told(one, flags, units, trend=trend, link=link, people=people.get(one.rule.id))
            for one in raised
        ],
        clear=[(one.rule.id, one.rule.name) for one in asked if one.state == "found" and not one.is_raised],
        quiet=[(one.rule.id, one.rule.name, _why(one)) for one in asked if one.state != "found"],
        note=note,
        links=links,
    )  # fmt: skip


def _told(
    one: Found, flags: FoundFlags, units: Mapping[str, Unit], *, trend: Trend, link: Link,
    people: tuple[str, ...] | None,
) -> Told:  # fmt: skip
    named, rest = mentions(one, flags, units, trend=trend, link=link)
    is_closed = one.rule.is_restricted and people is None
    text, share = flag_sentence(one, flags), share_note(one)
    if flags.view.unit_code is not None and one.rule.of == "units":
        # Of the one unit in view its name and "1 đơn vị" say nothing.
        text, share, named = (named[0].text if named else "") or text, "", ()
    return Told(
        id=one.rule.id,
        name=one.rule.name,
        look=LEVEL_LOOKS[one.rule.level],
        text=text,
        href=link(one, None),
        share=share,
        parts=parts_note(one),
        units=named,
        rest=rest,
        consequence=sentence(one.rule.consequence(flags.view)),
        lines=one.rule.id == "unit_late",
        people=people or (),
        restricted=_closed(one) if is_closed else "",
    )


def _closed(one: Found) -> str:
    """Say what of a flag on officials is not shown, and that a unit without a number may have some."""
    text = "Tên, mã công chức và hồ sơ chỉ hiện với người được phép xem."
    return f"{text} Đơn vị không có số ở đây: {one.untold}." if one.untold else text


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
    rows, alone = flags.inspected, flags.view.unit_code is not None
    names = join_names([row.unit.label for row in rows[:MOST_FIRST]])
    most = "" if flags.red is None else "nhiều hồ sơ mức đỏ nhất trên 1.000 hồ sơ phải giải quyết, rồi "
    order = (
        f"Xếp theo: vượt ngưỡng trước, rồi {most}nhiều hồ sơ quá hạn nhất; đơn vị dưới {FEW_TO_RESOLVE} "
        "hồ sơ phải giải quyết đứng cuối."
    )
    nothing = "Không có gì để gợi ý kiểm tra đơn vị này" if alone else "Chưa có đơn vị nào nên kiểm tra"
    # "không vượt ngưỡng, có hồ sơ mức đỏ" would say that there are some.
    calm = (
        "Đơn vị không vượt ngưỡng, không có hồ sơ mức đỏ, không có hồ sơ quá hạn" if alone
        else "Không đơn vị nào vượt ngưỡng, có hồ sơ mức đỏ hay hồ sơ quá hạn"
    )  # fmt: skip
    return markup(
        "flags_inspect.html",
        title=f"Nên kiểm tra: {names}" if rows else nothing,
        subtitle="" if alone or not rows else order,
        calm=f"{calm} trong kỳ này.",
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


def _why(one: Found) -> str:
    """Say why a flag was not looked for, to stand in brackets."""
    why, told = why_not(one), f"{NO_DATA} ("
    return why.removeprefix(told).removesuffix(")") if why.startswith(told) else why


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
    if len(named) == 1 and named[0].text == count_text(one.district.count):
        where = named[0].name  # how many has been said
    # Of the one unit in view its name would only be said again.
    # All named, so that a reader adds them up: those of no known unit belong to the sum.
    rest = f" {rest}" if rest else f", không rõ đơn vị {count_text(one.unknown)}" if one.unknown else ""
    most = f": {where}{rest}" if named and flags.view.unit_code is None else ""
    text = f"{flag_sentence(one, flags)}{most}."
    return Item(one.rule.name, LEVEL_LOOKS[one.rule.level], text, "", link(one, None), one.rule.id)
