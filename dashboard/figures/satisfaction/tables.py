"""The tables of satisfaction: units with their five levels and sources, the sources themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.figures.satisfaction.wording import (
    FEW,
    LEVEL_NAMES,
    NO_VOTES,
    POOLED_NAME,
    SOURCE_NAMES,
    change_text,
    defect_sentence,
    differs,
    interval_text,
    names_of,
    rate,
    source_suffix,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.table_cells import Cell, Column, Line, metric_column
from dashboard.figures.shared.wording import comparison_name, comparison_word, listed_name
from dashboard.formats import NOTHING, count_text, join_names, rate_text, sentence, share_text
from queries.contract import RATING_LEVELS, RATING_SOURCES
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import ENOUGH_VOTES, Share
from queries.flags.judging import DROP_POINTS, is_drop
from queries.satisfaction.judging import Satisfaction, SatisfactionRow
from queries.satisfaction.statements import SIPAS, SOURCES
from queries.satisfaction.votes import NO_SOURCES, Sources, Votes, changed

Links = Sequence[tuple[str, str]]


def _rate_cell(votes: Votes, metric_id: str, note: str = "") -> Cell:
    share = votes.share(metric_id)
    if not share.b:
        return Cell(NOTHING)
    return Cell(
        rate(share), flag="fine", note=", ".join(one for one in (share_text(share), note) if one),
        title=f"Khoảng tin cậy 95%: {interval_text(share)}",
    )  # fmt: skip


def _change_cell(row: SatisfactionRow, found: Satisfaction, before: Satisfaction | None) -> Cell:
    change = found.change(row, before)
    if not row.share.b or change is None:
        return Cell(NOTHING)
    if change.points is None:
        then = before.district if before and row is found.district else before and before.of(row.unit.code)
        none = f"{comparison_word(found.view)}: không có phiếu"
        return Cell(NOTHING, note="không cùng nguồn" if then and then.votes["votes"] else none)
    text = change_text(change)
    notes = []
    if not change.is_enough:
        notes.append(f"{count_text(change.now.b)} và {count_text(change.before.b)} phiếu")
    if differs(change, row.sources, found):
        notes.append(f"trên {names_of(change.sources)}")
    return Cell(text, flag="near" if is_drop(change) else None, note=", ".join(notes))


def by_unit(
    found: Satisfaction, before: Satisfaction | None, *, link: Callable[[str], str], links: Links
) -> str:
    """Draw every unit's rates, change, five levels and votes by source: lowest first, the district last."""
    shown = found.district.sources.voting(found.chosen)
    has_sipas = SIPAS not in found.chosen and bool(found.district.sources[SIPAS]["votes"])
    stray = found.unranked

    def cells(row: SatisfactionRow, name: str) -> tuple[Cell, ...]:
        few = FEW if 0 < row.share.b < ENOUGH_VOTES else ""
        sipas = row.sources[SIPAS].share()
        return (
            Cell(name),
            _rate_cell(row.votes, "satisfaction_rate", few),
            _change_cell(row, found, before),
            _rate_cell(row.votes, "very_satisfied_rate"),
            *_level_cells(row.votes),
            Cell(count_text(row.share.b)),
            *(Cell(count_text(row.sources[one]["votes"])) for one in shown),
            *((Cell(rate(sipas), note=share_text(sipas) if sipas.b else ""),) if has_sipas else ()),
        )  # fmt: skip

    lines = [
        Line(
            cells(row, listed_name(row)),
            href=link(row.unit.code) if row.unit.code else "",
            look="" if row.is_ranked else "stray",
        )
        for row in (*found.ranked, *stray)
    ]
    total = found.district
    other = comparison_name(found.view)
    return markup(
        "table.html",
        title=_units_title(found),
        subtitle=f"Tỷ lệ, thay đổi so với {other}, số phiếu theo năm mức và theo nguồn{source_suffix(found)}."
        + (" Thấp nhất trước; ít phiếu và không có phiếu ở cuối." if len(lines) > 1 else ""),
        columns=(
            Column("Đơn vị", is_number=False),
            _metric("satisfaction_rate"),
            Column("Thay đổi", meaning="satisfaction_change"),
            _metric("very_satisfied_rate"),
            *_LEVEL_COLUMNS,
            Column("Số phiếu", meaning="votes"),
            *(Column(SOURCE_NAMES[one], meaning="votes_by_source") for one in shown),
            *((Column("SIPAS (đứng riêng)", meaning="sipas"),)
              if has_sipas else ()),
        ),
        rows=lines,
        total=() if len(lines) == 1 else cells(total, _total_name(found)),
        note=" ".join(one for one in (
            f"Thay đổi chỉ tính trên các nguồn có phiếu ở cả hai bên; dưới {ENOUGH_VOTES} phiếu: {FEW}.",
            "Khoảng tin cậy 95% hiện khi chỉ vào tỷ lệ.",
            "Hài lòng gồm hai mức đầu; phiếu không rõ mức không nằm trong bảng.",
            f"◆ {FLAGS['satisfaction_drop'].name}: từ {DROP_POINTS} điểm % trở lên.",
            defect_sentence(found),
        ) if one),
        links=links, more="", more_href="",
    )  # fmt: skip


def _total_name(found: Satisfaction) -> str:
    return found.view.whole_name if found.view.unit_code is None else "Cộng"


def _metric(metric_id: str) -> Column:
    return metric_column(metric_id)


def _units_title(found: Satisfaction) -> str:
    """Name the lowest unit that has votes enough; true for none, one and many."""
    enough = [row for row in found.known if row.is_enough]
    if not enough:
        who = "Chưa đơn vị nào" if found.view.unit_code is None else "Đơn vị không"
        return f"{who} có từ {ENOUGH_VOTES} phiếu"
    if len(enough) == 1:
        return f"{enough[0].unit.label}: {rate(enough[0].share)} hài lòng"
    rates = [row.share.exact or 0 for row in enough]
    if min(rates) == max(rates):
        return f"{len(enough)} đơn vị đủ phiếu có cùng tỷ lệ hài lòng {rate(enough[0].share)}"
    low = [row for row, one in zip(enough, rates, strict=True) if one == min(rates)]
    high = [row for row, one in zip(enough, rates, strict=True) if one == max(rates)]
    ends = (
        f"{rate(rows[0].share)} ({join_names([row.unit.label for row in rows], 3)})" for rows in (low, high)
    )
    return f"Hài lòng từ {' đến '.join(ends)}"


def _levels_cell(votes: Votes) -> Cell:
    n = votes["votes"]
    parts = tuple((level, round(100 * votes[level] / n, 2)) for level in RATING_LEVELS) if n else ()
    text = ", ".join(f"{LEVEL_NAMES[level].lower()} {count_text(votes[level])}" for level in RATING_LEVELS)
    return Cell(text, parts=parts)


_LEVEL_COLUMNS = (
    Column("Năm mức", is_number=False, meaning="five_levels", look="parts"),
    *(Column(LEVEL_NAMES[level], swatch=level, meaning="votes_by_level") for level in RATING_LEVELS),
)


def _level_cells(votes: Votes) -> tuple[Cell, ...]:
    return (_levels_cell(votes), *(Cell(count_text(votes[level])) for level in RATING_LEVELS))


def by_source(
    found: Satisfaction, before: Satisfaction | None, *, link: Callable[[str], str], links: Links
) -> str:
    """Draw each source's own rates, SIPAS apart from those that are pooled; ``link`` takes a source."""
    sources, then = found.district.sources, before.district.sources if before else NO_SOURCES
    pooled = [one for one in SOURCES if one != SIPAS and sources[one]["votes"]]

    def line(name: str, over: Sequence[str], href: str, look: str = "") -> Line:
        votes, change = sources.pooled(over), changed(sources, then, over)
        few = FEW if votes["votes"] < ENOUGH_VOTES else ""
        return Line(
            (
                Cell(name),
                _rate_cell(votes, "satisfaction_rate", few),
                _rate_cell(votes, "very_satisfied_rate"),
                Cell(change_text(change) if before else NOTHING, flag="near" if is_drop(change) else None),
                Cell(count_text(votes["votes"])),
                *_level_cells(votes),
            ),
            href=href,
            look=look,
        )

    lines = [line(SOURCE_NAMES[one], (one,), link(one) if one in RATING_SOURCES else "") for one in pooled]
    if len(pooled) > 1:
        lines.append(line(POOLED_NAME, pooled, link(""), "sum"))
    if sources[SIPAS]["votes"]:
        lines.append(line("SIPAS (đứng riêng, không gộp)", (SIPAS,), link(SIPAS), "apart"))
    return markup(
        "table.html",
        title=_sources_title(sources, pooled),
        subtitle=f"{sentence(found.view.whole_name if found.view.unit_code is None else 'đơn vị đang xem')}, "
        "mỗi nguồn một dòng. Bấm vào nguồn để chỉ xem nguồn đó.",
        columns=(
            Column("Nguồn", is_number=False), _metric("satisfaction_rate"), _metric("very_satisfied_rate"),
            Column("Thay đổi hài lòng", meaning="satisfaction_change"), Column("Số phiếu", meaning="votes"),
            *_LEVEL_COLUMNS,
        ),
        rows=lines, total=(),
        note=" ".join(one for one in (
            "Mức “hài lòng” suy ra theo Quyết định 766 không phải là khảo sát và không nằm trong số nào "
            "ở trang này.", defect_sentence(found),
        ) if one),
        links=links, more="", more_href="",
    )  # fmt: skip


def _sources_title(sources: Sources, pooled: Sequence[str]) -> str:
    total = sum(sources[one]["votes"] for one in pooled)
    if not total:
        return "Chỉ có phiếu SIPAS" if sources[SIPAS]["votes"] else NO_VOTES
    most = max(pooled, key=lambda one: sources[one]["votes"])
    if len(pooled) == 1:
        return f"Mọi phiếu trong kỳ đến từ một nguồn: {SOURCE_NAMES[most].lower()}"
    share = Share(sources[most]["votes"], total)
    return f"{rate_text(share, 1)} số phiếu đến từ {SOURCE_NAMES[most].lower()} ({share_text(share)})"
