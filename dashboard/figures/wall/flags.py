"""The wall's scene of flags: counts and units. Who is behind a flag is never said here."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.figures.flags.wording import LEVEL_LOOKS, Mention, alarm_sentence, mentions, why_not
from dashboard.figures.shared.outcome import NOT_STARTED
from dashboard.figures.wall.scenes import SCENE_NAMES, FlagGroup, FlagLine, Scene, word
from dashboard.formats import NOTHING, count_text, join_names, sentence, share_text
from dashboard.theme import MARKS
from queries.definitions.flag_rule import LEVEL_NAMES, Level
from queries.definitions.metrics import Share
from queries.definitions.units import Unit
from queries.flags.found import Found, FoundFlags

MOST_UNITS = 3
LONGEST_LINE = 58
"""So many letters of the smallest text fit beside a count."""
SHORTER = {"unit_backlog": "Đơn vị sẽ vượt ngưỡng nếu xong hết hồ sơ quá hạn"}
"""Sentences too long for one line of a wall."""
SIDES: tuple[tuple[Level, ...], ...] = (("red",), ("note", "work", "data", "positive"), ("amber",))


def flags_scene(found: FoundFlags | None, units: Mapping[str, Unit], starts: str = "") -> Scene:
    """Draw every flag asked for, red first; ``found`` None: the period has not begun."""
    if found is None:
        return word(2, NOT_STARTED, starts)
    groups = []
    for levels in SIDES:
        asked = [one for level in levels for one in found.at(level) if one.state != "idle"]
        lines = tuple(_line(one, found, units) for one in sorted(asked, key=lambda one: not one.is_raised))
        name = LEVEL_NAMES[levels[0]] if len(levels) == 1 else "Theo dõi"
        if lines:
            groups.append(FlagGroup(name, lines))
    return Scene(
        2, SCENE_NAMES[2], "flags", _finding(found),
        "Số trường hợp và những đơn vị có nhiều nhất, hồ sơ phải giải quyết trong kỳ",
        groups=tuple(groups),
    )  # fmt: skip


def _finding(found: FoundFlags) -> str:
    """Say how many units have a red flag on themselves, and which to inspect first; lists are no alarm."""
    first = found.inspected[: 0 if found.view.unit_code else MOST_UNITS]
    text = alarm_sentence(found)
    return f"{text}; nên kiểm tra trước: {join_names([row.unit.label for row in first])}" if first else text


def _line(one: Found, flags: FoundFlags, units: Mapping[str, Unit]) -> FlagLine:
    look = LEVEL_LOOKS[one.rule.level]
    if one.state != "found":
        return FlagLine("none", "", NOTHING, f"{one.rule.name}: {why_not(one).split(' (')[0]}")
    raised = one.district
    is_zero = not raised.count
    count = count_text(raised.count)
    if one.rule.of == "units" and raised.base:
        count = share_text(Share(raised.count, raised.base))
    text = one.rule.sentence("", raised.base, flags.view, flags.parameters, is_zero=is_zero)
    if is_zero:
        return FlagLine("none", "", count, text)
    text = SHORTER.get(one.rule.id, sentence(text.strip()))
    look = "plain" if look == "none" else look
    return FlagLine(look, MARKS.get(look, ""), count, text, _units(one, flags, units))


def _units(one: Found, flags: FoundFlags, units: Mapping[str, Unit]) -> str:
    """Name the units a flag is on most; of what is restricted to counts, none."""
    if one.rule.is_restricted or flags.view.unit_code is not None:
        return ""
    named, _ = mentions(one, flags, units, link=lambda _one, _code: "", most=MOST_UNITS)
    told = [f"{mention.name}{_detail(mention)}" for mention in named]
    text = ""
    for shown in range(len(told), 0, -1):
        rest = len(one.units) - shown
        names = told[:shown]
        text = f"{', '.join(names)} và {count_text(rest)} đơn vị khác" if rest else join_names(names)
        if len(text) <= LONGEST_LINE:
            break
    return text


def _detail(mention: Mention) -> str:
    """Give what stands behind a unit's name: its number, or the rate it is judged by without a/b."""
    text = mention.text.split(" (")[0]
    return (f"{mention.gap}{text}" if text else "") + (" (ít hồ sơ)" if mention.is_weak else "")
