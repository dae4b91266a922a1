"""The wall's scene of flags: the red ones alone, to be read across a room. Who is behind one is not said."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.figures.flags.wording import LEVEL_LOOKS, Mention, alarm_sentence, mentions, why_not
from dashboard.figures.wall.scenes import SCENE_NAMES, FlagGroup, FlagLine, Scene, crossed_line, word
from dashboard.formats import NOTHING, count_text, join_names, sentence, share_text
from dashboard.theme import MARKS
from queries.definitions.flag_rule import LEVEL_NAMES
from queries.definitions.metrics import Share
from queries.definitions.units import Unit
from queries.flags.found import Found, FoundFlags
from queries.on_time.changes import Crossings

MOST_UNITS = 3
LONGEST_LINE = 66
"""So many letters of a line of units fit beside a count."""


def flags_scene(
    found: FoundFlags | None, units: Mapping[str, Unit], crossed: Crossings | None = None, than: str = "",
    why: tuple[str, str] = ("", ""),
) -> Scene:  # fmt: skip
    """Draw the red flags, what was found first; ``found`` None: the period has
    not begun or is not the reader's, and ``why`` says which.

    Below the units over the threshold, which the strip names, stands who crossed it since
    the comparison (``than``).
    """
    if found is None:
        return word(2, *why)
    asked = [one for one in found.at("red") if one.state != "idle"]
    lines = tuple(
        _line(one, found, units, crossed_line(crossed, than) if one.rule.id == "unit_late" else None)
        for one in sorted(asked, key=lambda one: not one.is_raised)
    )
    return Scene(
        2, SCENE_NAMES[2], "flags", _finding(found),
        f"{LEVEL_NAMES['red']}: số trường hợp và những đơn vị có nhiều nhất, hồ sơ phải giải quyết trong kỳ",
        groups=(FlagGroup(LEVEL_NAMES["red"], lines),) if lines else (),
    )  # fmt: skip


def _finding(found: FoundFlags) -> str:
    """Say which units to inspect first; of one unit, or where there are none, whether a red flag is on it."""
    first = found.inspected[: 0 if len(found.active) == 1 else MOST_UNITS]
    if not first:
        return alarm_sentence(found)
    return f"Nên kiểm tra trước: {join_names([row.unit.label for row in first])}"


def _line(one: Found, flags: FoundFlags, units: Mapping[str, Unit], instead: str | None) -> FlagLine:
    """Tell one flag; ``instead``: what stands in the place of its units."""
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
    below = _units(one, flags, units) if instead is None else instead
    return FlagLine(look, MARKS.get(look, ""), count, sentence(text.strip()), below)


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
