"""Tables of how dossiers came: every count by unit, and the post."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboard.figures.online.wording import (
    DECIMALS,
    OVER_OFFERED,
    capital,
    fields_title,
    level_source,
    levels,
    levels_shown,
    post_text,
    post_title,
    rate,
    where,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.table_cells import Cell, Column, Line, metric_column
from dashboard.figures.shared.wording import listed_name
from dashboard.formats import count_text, rate_text, sentence, share_text
from queries.definitions.metrics import METRICS, Share
from queries.online.judging import Online, OnlineGroup, OnlineTally

MOST_POST = 40
_CONTRACT = {True: "có", False: "không", None: "không rõ"}

Links = Sequence[tuple[str, str]]


def _table(
    title: str, subtitle: str, columns: Sequence[Column], rows: Sequence[Line], *, total: Sequence[Cell],
    note: str, links: Links, more: str = "",
) -> str:  # fmt: skip
    return markup(
        "table.html", title=title, subtitle=subtitle, columns=columns, rows=rows, total=total, note=note,
        links=links, more=more, more_href="",
    )  # fmt: skip


def _share(share: Share, text: str, href: str = "") -> Cell:
    return Cell(text, note=share_text(share) if share.b else "", href=href if share.a else "")


def by_field(
    groups: Sequence[OnlineGroup], found: Online, *, link: Callable[[str], str], listed: Callable[..., str],
    links: Links,
) -> str:  # fmt: skip
    """Draw each field's online dossiers with a/b, most received first."""
    has_typed = found.recorded.assisted

    def cells(name: str, tally: OnlineTally, narrow: Mapping[str, Any] | None) -> tuple[Cell, ...]:
        def address(word: str) -> str:
            return listed(word, **narrow) if narrow is not None else ""

        eligible, typed = tally.share("online_rate_eligible"), tally.share("self_submitted")
        return (
            Cell(name),
            Cell(count_text(tally["received"]), href=address("received") if tally["received"] else ""),
            _share(tally.rate, rate(tally.rate, found), address("online_rate")),
            _share(eligible, rate(eligible, found)),
            *((_share(typed, rate_text(typed, DECIMALS)),) if has_typed else ()),
        )

    lines = [
        Line(cells(one.name, one.tally, {"field": one.name} if link(one.name) else None), href=link(one.name))
        for one in groups
    ]
    return _table(
        fields_title(groups, found),
        f"Nộp trực tuyến {levels(found.view)} theo lĩnh vực, nhiều hồ sơ tiếp nhận nhất trước.",
        (
            Column("Lĩnh vực", is_number=False), metric_column("received", "Tiếp nhận"),
            metric_column("online_rate", "Trên tiếp nhận"),
            metric_column("online_rate_eligible", sentence(OVER_OFFERED)),
            *((metric_column("self_submitted"),) if has_typed else ()),
        ),
        lines,
        total=cells("Cộng", found.district.tally, {}) if len(lines) > 1 else (),
        note="Lĩnh vực theo danh mục thủ tục; hồ sơ không có thủ tục theo lĩnh vực ghi ở hồ sơ.",
        links=links,
    )  # fmt: skip


def every_count(
    found: Online, *, link: Callable[[str], str], listed: Callable[..., str], links: Links
) -> str:
    """Draw every count and share by unit, lowest share first, the district at the foot."""
    words = levels_shown([row.tally for row in found.rows], found.view)
    name = levels(found.view)
    has_levels, has_typed = found.recorded.levels, found.recorded.levels and found.recorded.assisted

    def cells(
        text: str, tally: OnlineTally, narrow: Mapping[str, Any] | None, *, is_low: bool = False
    ) -> tuple[Cell, ...]:
        def address(word: str) -> str:
            return listed(word, **narrow) if narrow is not None else ""

        def number(word: str, has_data: bool = True) -> Cell:
            if not has_data:
                return Cell(NO_DATA)
            return Cell(count_text(tally[word]), href=address(word) if tally[word] else "")

        share, eligible, own = (
            tally.share(word) for word in ("online_rate", "online_rate_eligible", "self_submitted")
        )
        main = _share(share, rate(share, found), address("online_rate"))
        return (
            Cell(text),
            replace(main, flag="near" if is_low else None) if has_levels else Cell(NO_DATA),
            _share(eligible, rate_text(eligible, DECIMALS)) if has_levels else Cell(NO_DATA),
            number("received"),
            number("online"),
            *(number(word, has_levels) for word in (*words, "level_unknown", "eligible")),
            _share(own, rate_text(own, DECIMALS)) if has_typed else Cell(NO_DATA),
            *(number(word, has_typed) for word in ("self_submitted", "assisted", "assisted_unknown")),
        )

    stray = found.unranked
    lines = [
        Line(
            cells(
                listed_name(row),
                row.tally,
                {"unit_code": row.unit.code} if row.unit.code else None,
                is_low=row.is_low,
            ),
            href=link(row.unit.code) if row.unit.code else "",
            look="" if row.is_ranked else "stray",
        )
        for row in (*found.ranked, *stray)
    ]
    online = Share(found.district.tally["online"], found.district.tally["received"])
    told = f" ({rate_text(online, DECIMALS)})" if online.b else ""
    return _table(
        f"{count_text(online.a)} hồ sơ nộp trực tuyến, mọi mức độ{told}",
        "Theo đơn vị: mọi số đếm và tỷ lệ, mỗi tỷ lệ kèm tử số/mẫu số.",
        (
            Column("Đơn vị", is_number=False),
            metric_column("online_rate", "Tỷ lệ trên tiếp nhận"),
            metric_column("online_rate_eligible", f"Tỷ lệ {OVER_OFFERED} {name}"),
            metric_column("received", "Tiếp nhận"),
            metric_column("online", "Trực tuyến, mọi mức"),
            *(metric_column(word, capital(word)) for word in words),
            Column("Không rõ mức độ", meaning="level_unknown"),
            Column("Có cung cấp", meaning="eligible"),
            metric_column("self_submitted", "Tỷ lệ tự nộp"),
            metric_column("self_submitted", "Tự nộp"), Column("Được hỗ trợ", meaning="assisted"),
            Column("Không ghi", meaning="assisted_unknown"),
        ),
        lines,
        total=cells(where(found), found.district.tally, {}) if len(lines) > 1 else (),
        note=level_source(found.view), links=links,
    )  # fmt: skip


def post(found: Online, *, link: Callable[[str], str], links: Links) -> str:
    """Draw the post by unit, both ways; "chưa phát sinh" where there is none and no contract."""

    def cells(text: str, tally: OnlineTally, contract: bool | None, told: str) -> tuple[Cell, ...]:
        into, out = tally.share("post_in"), tally.share("post_out")
        return (
            Cell(text),
            _share(Share(into.a, into.b if into.a else 0), post_text(into, contract)),
            _share(Share(out.a, out.b if out.a else 0), post_text(out, contract))
            if found.recorded.returns
            else Cell(NO_DATA),
            Cell(told),
        )

    rows = sorted(
        found.known, key=lambda row: (-row.tally["post_in"] - row.tally["post_out"], found.known.index(row))
    )
    by_post = [row for row in found.rows if row.tally["post_in"] or row.tally["post_out"]]
    stray = [row for row in by_post if not row.is_ranked]
    lines = [
        Line(
            cells(listed_name(row), row.tally, row.unit.has_postal_contract,
                  _CONTRACT[row.unit.has_postal_contract] if found.recorded.contracts else NO_DATA),
            href=link(row.unit.code) if row.unit.code else "",
        )
        for row in (*rows[:MOST_POST], *stray)
    ]  # fmt: skip
    signed = sum(row.unit.has_postal_contract is True for row in found.known)
    told = f"{signed}/{len(found.known)}" if found.recorded.contracts else NO_DATA
    rest = len(rows) - MOST_POST
    return _table(
        post_title(found),
        "Nộp hồ sơ: trên hồ sơ tiếp nhận. Trả kết quả: trên kết quả trả cho công dân trong kỳ.",
        (
            Column("Đơn vị", is_number=False),
            metric_column("post_in", "Nộp hồ sơ"),
            metric_column("post_out", "Trả kết quả"),
            Column("Hợp đồng bưu chính", meaning="postal_contract"),
        ),
        lines,
        total=cells(where(found), found.district.tally, found.has_contract, told) if len(lines) > 1 else (),
        note="Không có hợp đồng mà bằng 0 thì ghi “chưa phát sinh”. Căn cứ: "
        f"{METRICS['post_in'].source_text(found.view)}.",
        links=links,
        more=f"Còn {count_text(rest)} đơn vị khác." if rest > 0 else "",
    )
