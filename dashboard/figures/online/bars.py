"""Bars of how dossiers came: by unit, field and procedure, each level apart within one bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.online.wording import (
    DECIMALS,
    FEW,
    LEVEL_NAMES,
    OFFERED,
    OVER_OFFERED,
    capital,
    fields_title,
    help_title,
    level_source,
    levels,
    levels_shown,
    missed_title,
    procedures_title,
    rate,
    reachable,
    target_text,
    units_title,
    where,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import OTHERS, listed_name
from dashboard.formats import NOTHING, count_text, rate_text, sentence, share_text
from queries.definitions.units import LOCAL_KINDS
from queries.online.judging import BUSIEST, Online, OnlineGroup, OnlineRow, OnlineTally

MOST_BARS = 40
"""More units than this, and only those below the target, else the lowest, are drawn."""
MOST_FIELDS = 30
_TYPED = (("self_submitted", "Tự nộp"), ("assisted", "Được hỗ trợ"), ("assisted_unknown", "Không ghi"))

Links = Sequence[tuple[str, str]]
Link = Callable[[str], str]
Listed = Callable[..., str]
"""Gives the address of the dossiers behind a number, "" where there is no such list."""


@dataclass(frozen=True)
class Bar:
    """One row; ``parts``: class and percent of each stretch; ``told``: what a pointer is told."""

    name: str
    rate: str
    share: str
    parts: tuple[tuple[str, float], ...] = ()
    told: str = ""
    more: str = ""
    note: str = ""
    href: str = ""
    flag: str | None = None
    few: bool = False
    group: str = ""
    share_href: str = ""


def _drawn(
    bars: Sequence[Bar], *, title: str, subtitle: str, heads: tuple[str, str], kind: str = "",
    legend: Sequence[tuple[str, str]] = (), target: str = "", at: float = 0, total: Bar | None = None,
    note: str = "", links: Links = (), more: str = "",
    meaning: str = "online_rate", share_meaning: str = "",
) -> str:  # fmt: skip
    return markup(
        "online_bars.html", bars=bars, title=title, subtitle=subtitle, heads=heads, kind=kind, legend=legend,
        meaning=meaning, share_meaning=share_meaning, target=target, at=at, total=total, note=note,
        links=links, more=more,
    )  # fmt: skip


def _parts(tally: OnlineTally, words: Sequence[str], base: int) -> tuple[tuple[str, float], ...]:
    return tuple((word, round(100 * tally[word] / base, 2)) for word in words if tally[word]) if base else ()


def _told(tally: OnlineTally, found: Online) -> str:
    """Say each level apart with its a/b."""
    return ", ".join(
        f"{LEVEL_NAMES[word]} {rate_text(tally.share(word), DECIMALS)} ({share_text(tally.share(word))})"
        for word in levels_shown([tally], found.view)
    )


def _eligible(tally: OnlineTally) -> str:
    share = tally.share("online_rate_eligible")
    return f"{rate_text(share, DECIMALS)} ({share_text(share)})" if share.b else NOTHING


def _shares_bar(
    name: str, tally: OnlineTally, found: Online, words: Sequence[str], *, href: str = "",
    share_href: str = "", note: str = "", group: str = "", few: bool = False, is_low: bool = False,
) -> Bar:  # fmt: skip
    share = tally.rate
    return Bar(
        name=name,
        rate=rate(share, found),
        share=share_text(share) if share.b else "không có hồ sơ",
        parts=_parts(tally, words, share.b),
        told=_told(tally, found) if share.b else "",
        more=_eligible(tally),
        flag="near" if is_low else "fine" if share.b else None,
        href=href, share_href=share_href if share.a else "", note=note, group=group, few=few,
    )  # fmt: skip


def _legend(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, capital(word)) for word in words)


def _rows_drawn(found: Online) -> tuple[tuple[OnlineRow, ...], str]:
    """Give the units to draw, and the words about those left out."""
    rows = found.ranked
    if len(rows) <= MOST_BARS:
        return rows, ""
    chosen = (found.low or rows)[:MOST_BARS]
    rest = len(rows) - len(chosen)
    return chosen, f"{count_text(rest)} đơn vị khác ở bảng “Theo đơn vị” bên dưới." if rest else ""


def _stray(found: Online) -> tuple[OnlineRow, ...]:
    return found.unranked


def _group(rows: Sequence[OnlineRow], index: int) -> str:
    """Head the first unit that is not a ward, commune or township, where those stand before it."""
    is_other = [row.is_ranked and row.unit.kind not in LOCAL_KINDS for row in rows]
    first = index == is_other.index(True) if any(is_other) else False
    return OTHERS if first and index else ""


def by_unit(found: Online, *, link: Link, listed: Listed, links: Links) -> str:
    """Draw the units, lowest share first; the target as a line."""
    chosen, more = _rows_drawn(found)
    rows = (*chosen, *_stray(found))
    words = levels_shown([row.tally for row in found.rows], found.view)
    bars = []
    for i, row in enumerate(rows):
        notes = [FEW if row.is_few and row.tally["received"] else ""]
        if row.is_low:
            notes.append(f"thiếu {count_text(row.missing)} hồ sơ")
        bars.append(
            _shares_bar(
                listed_name(row), row.tally, found, words, is_low=row.is_low,
                href=link(row.unit.code) if row.unit.code else "",
                share_href=listed("online_rate", unit_code=row.unit.code) if row.unit.code else "",
                note=" · ".join(one for one in notes if one), few=row.is_few, group=_group(rows, i),
            )
        )  # fmt: skip
    target = found.target
    return _drawn(
        bars,
        title=units_title(found),
        subtitle=f"Hồ sơ nộp trực tuyến {levels(found.view)} trên hồ sơ tiếp nhận. Bấm vào đơn vị để lọc.",
        heads=("Trên tiếp nhận", sentence(OVER_OFFERED)),
        legend=_legend(words),
        target=_target(found),
        at=float(target) / 100 if target is not None else 0,
        total=_shares_bar(
            where(found), found.district.tally, found, words, share_href=listed("online_rate")
        )
        if len(rows) > 1
        else None,
        note=level_source(found.view), links=links, more=more,
    )  # fmt: skip


def _target(found: Online) -> str:
    return f"Chỉ tiêu {target_text(found)}" if found.target is not None else ""


def by_field(
    groups: Sequence[OnlineGroup], found: Online, *, link: Link, listed: Listed, links: Links
) -> str:
    """Draw the fields (lĩnh vực), those with most dossiers that could have come online first."""
    order = sorted(groups, key=lambda one: (-reachable(one.tally), -one.tally["received"], one.name))
    words = levels_shown([one.tally for one in order], found.view)
    bars = [
        _shares_bar(
            one.name, one.tally, found, words, href=link(one.name),
            share_href=listed("online_rate", field=one.name) if link(one.name) else "",
            note=f"còn {count_text(reachable(one.tally))} hồ sơ" if reachable(one.tally) else "",
        )
        for one in order[:MOST_FIELDS]
    ]  # fmt: skip
    rest = len(order) - len(bars)
    return _drawn(
        bars,
        title=fields_title(groups, found),
        subtitle="Theo lĩnh vực; “còn … hồ sơ”: thuộc thủ tục có cung cấp trực tuyến nhưng nộp cách khác.",
        heads=("Trên tiếp nhận", sentence(OVER_OFFERED)),
        legend=_legend(words),
        target=_target(found),
        at=float(found.target) / 100 if found.target is not None else 0,
        kind="with-notes",
        note="Lĩnh vực theo danh mục thủ tục; hồ sơ không có thủ tục theo lĩnh vực ghi ở hồ sơ.",
        links=links,
        more=f"Còn {count_text(rest)} lĩnh vực khác." if rest else "",
    )


def by_missed(
    groups: Sequence[OnlineGroup], found: Online, *, link: Link, listed: Listed, links: Links
) -> str:
    """Draw the procedures with most dossiers that could have come online and did not."""
    order = sorted(groups, key=lambda one: (-reachable(one.tally), one.name))
    first = [one for one in order[:BUSIEST] if reachable(one.tally)]
    most = reachable(first[0].tally) if first else 1
    bars = []
    for one in first:
        left, offered = reachable(one.tally), one.tally.share("online_rate_eligible")
        bars.append(
            Bar(
                one.name,
                rate=count_text(left),
                share=_eligible(one.tally),
                parts=(("missed", round(100 * left / most, 2)),),
                told=f"{one.name}: {count_text(left)} trong {count_text(offered.b)} hồ sơ nộp cách khác",
                note=one.field,
                href=link(one.code),
                share_href=listed("online_rate", procedure_code=one.code)
                if link(one.code) and offered.a
                else "",
            )
        )
    rest = sum(reachable(one.tally) for one in order[len(first) :])
    others = len([one for one in order[len(first) :] if reachable(one.tally)])
    return _drawn(
        bars,
        meaning="missed",
        share_meaning="online_rate_eligible",
        title=missed_title(groups, found),
        subtitle=f"Số hồ sơ của thủ tục có cung cấp trực tuyến {levels(found.view)} mà không nộp trực tuyến.",
        heads=("Đã nộp trực tuyến", ""),
        kind="missed",
        note="Bấm vào thủ tục để chỉ xem thủ tục đó.",
        links=links,
        more=f"Còn {count_text(rest)} hồ sơ như vậy ở {count_text(others)} thủ tục khác." if rest else "",
    )


def by_procedure(
    ten: Sequence[OnlineGroup], found: Online, *, link: Link, listed: Listed, links: Links
) -> str:
    """Draw the ten busiest procedures, the lowest share first; those not offered online after them."""
    name = levels(found.view)
    words = levels_shown([one.tally for one in ten], found.view)
    not_offered = [one for one in ten if not one.tally["eligible"]]
    bars = []
    for one in ten:
        offered = OFFERED.get(one.level or "", "")
        is_first = bool(not_offered) and one is not_offered[0]
        told = (one.field, f"danh mục: {offered}" if offered else "")
        bars.append(
            _shares_bar(
                one.name, one.tally, found, words, href=link(one.code),
                share_href=listed("online_rate", procedure_code=one.code) if link(one.code) else "",
                note=" · ".join(text for text in told if text),
                group=f"Chưa cung cấp trực tuyến {name}" if is_first else "",
            )
        )  # fmt: skip
    return _drawn(
        bars,
        title=procedures_title(ten, found),
        subtitle=f"{len(ten)} thủ tục nhiều hồ sơ tiếp nhận nhất, tỷ lệ thấp nhất trước."
        if len(ten) == BUSIEST
        else "Các thủ tục có hồ sơ tiếp nhận, tỷ lệ thấp nhất trước.",
        heads=("", ""),
        legend=_legend(words),
        kind="long-names",
        note="Tỷ lệ trên hồ sơ tiếp nhận của thủ tục. Bấm vào thủ tục để chỉ xem thủ tục đó.",
        links=links,
    )


def by_help(found: Online, *, link: Link, listed: Listed, links: Links) -> str:
    """Draw who typed the online dossiers, by unit, the lowest self-submitted share first."""
    rows, more = _rows_drawn(found)
    words = tuple(word for word, _ in _TYPED)
    with_any = [row for row in (*rows, *_stray(found)) if row.tally["online_high"]]
    with_any.sort(key=lambda row: (not row.is_ranked, row.unit.kind not in LOCAL_KINDS,
                                   row.tally.share("self_submitted").exact or 0))  # fmt: skip
    bars = [
        _help_bar(listed_name(row), row.tally, words, group=_group(with_any, i),
                  href=link(row.unit.code) if row.unit.code else "",
              share_href=listed("self_submitted", unit_code=row.unit.code) if row.unit.code else "")
        for i, row in enumerate(with_any)
    ]  # fmt: skip
    unknown = found.district.tally["assisted_unknown"]
    return _drawn(
        bars,
        meaning="self_submitted",
        title=help_title(found),
        subtitle="Công dân tự nộp, hay được công chức hỗ trợ nộp; tỷ lệ in là tự nộp.",
        heads=("Tự nộp", ""),
        legend=_TYPED if unknown else _TYPED[:2],
        kind="narrow",
        total=_help_bar(where(found), found.district.tally, words, share_href=listed("self_submitted"))
        if len(bars) > 1
        else None,
        note="Tỷ lệ tính trên hồ sơ có ghi người nộp."
        + (f" {count_text(unknown)} hồ sơ không ghi." if unknown else ""),
        links=links,
        more=more,
    )


def _help_bar(
    name: str, tally: OnlineTally, words: Sequence[str], *, group: str = "", href: str = "",
    share_href: str = "",
) -> Bar:  # fmt: skip
    share = tally.share("self_submitted")
    told = ", ".join(f"{text.lower()} {count_text(tally[word])}" for word, text in _TYPED)
    return Bar(
        name=name,
        rate=rate_text(share, DECIMALS),
        share=share_text(share) if share.b else "không ghi",
        parts=_parts(tally, words, tally["online_high"]),
        told=told,
        flag="fine" if share.b else None,
        group=group,
        href=href,
        share_href=share_href if share.a else "",
    )
