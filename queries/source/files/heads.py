"""Which sheet holds which table, and which of its columns is which of the contract's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from queries.contract import CONTRACT
from queries.source.errors import SourceBroken
from queries.source.files.columns import letters_of
from queries.source.files.given import GivenFile
from queries.source.files.sheet import Row, Sheet
from queries.source.files.spellings import ORDINALS, SPELLINGS, fold_head, fold_plain, is_personal
from queries.source.mapping import SourceMapping

LOOKED_AT = 60
"""A header stands in one of so many rows."""
_LEVELS = 3
_FEWEST_NUMBERED = 3
REJECT_ROW = "Dòng (motcua)"
REJECT_REASON = "Lý do trả lại (motcua)"
"""The heads of the two columns that a rejects workbook has more; never read."""
_OWN = frozenset({fold_plain(REJECT_ROW), fold_plain(REJECT_REASON)})

READ_AS_NONE: Mapping[str, Mapping[str, str]] = {
    "dossiers": {
        "channel": "mọi hồ sơ tính là nộp trực tiếp",
        "state": "có ngày có kết quả thì tính là đã giải quyết, không thì đang giải quyết",
    }
}
"""Columns the contract needs that a file may lack all the same: reading clean says what nothing means."""

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERING = re.compile(r"\(?\s*(\d{1,3}|[A-Za-z])\s*\)?(?:\s*=.*)?|\(?\d{1,3}\)?\s*[=+].*")


@dataclass(frozen=True)
class Head:
    """A column of a sheet that is one of the contract's.

    ``index``: from 0. ``text``: the head as written, the levels of a two-level one joined by " / ".
    ``by_name``: what stands there are names of units, procedures or officials, not codes, as its
    head says.
    """

    index: int
    text: str
    by_name: bool = False


@dataclass(frozen=True)
class Understood:
    """A sheet that holds a table.

    ``header_row``, ``first_row``: numbers of the header's first row and of the first row after it, as Excel
    shows them. ``columns``: contract column → its head. ``heads``: every head by index, None where there is
    none. ``others``: heads not used, without the personal ones. ``personal``: heads of citizens' data; their
    cells are never read. ``notes``: sentences for a person.
    """

    table: str
    sheet: Sheet
    header_row: int
    first_row: int
    columns: Mapping[str, Head]
    heads: tuple[str | None, ...]
    others: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def kept(self) -> frozenset[int]:
        """Indexes of the columns whose cells may be read and given back: those recognised alone.

        What stands under a head that nobody recognised may be a citizen's name.
        """
        return frozenset(head.index for head in self.columns.values())


@dataclass(frozen=True)
class _Header:
    """A header as it may stand: its first row's number, its levels, the texts of each column by level."""

    row: int
    levels: int
    last_row: int
    texts: tuple[tuple[str, ...], ...]
    folds: tuple[tuple[str, ...], ...]

    def text(self, index: int) -> str:
        return " / ".join(self.texts[index])


@dataclass(frozen=True)
class _Fit:
    """How the heads of a header fit a table."""

    table: str
    header: _Header
    columns: Mapping[str, Head]
    twice: Mapping[str, tuple[Head, ...]]
    notes: tuple[str, ...]
    alike: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        return len(self.columns) + len(self.twice)

    @property
    def missing(self) -> list[str]:
        """The required columns that have no head, without those that may lack."""
        return [
            one.name
            for one in CONTRACT[self.table].columns
            if one.required
            and one.name not in self.columns
            and one.name not in self.twice
            and one.name not in READ_AS_NONE.get(self.table, {})
        ]


def understand(sheets: Sequence[Sheet], given: GivenFile, mapping: SourceMapping) -> list[Understood]:
    """Give the sheets that hold a table of the contract, in their order.

    Titles above the header are passed over; the levels of a header of up to three rows are joined. Hidden
    sheets are read only where ``given.sheet`` names one. Raises SourceBroken where no sheet has the heads of
    a table, where one lacks a head that is needed, or where heads could be taken in two ways; the sentence
    has the lines to paste into motcua.toml. Raises what reading a sheet raises.
    """
    chosen, notes = _chosen(sheets, given)
    understood: list[Understood] = []
    unread: list[tuple[Sheet, _Fit | None]] = []
    unclear: list[str] = []
    for sheet in chosen:
        rows = list(islice(sheet.rows(), LOOKED_AT))
        fit = _best(rows, given.table, mapping)
        if fit is not None and len(fit.alike) > 1:
            unclear.append(_told_alike(sheet, fit))
            continue
        if fit is None or fit.missing:
            unread.append((sheet, fit))
            continue
        if fit.twice:
            raise SourceBroken(_told_twice(sheet, fit))
        _refuse_personal(sheet, fit)
        understood.append(_understood(sheet, fit))
    for sheet, fit in unread:
        if fit is not None and (_is_near(fit) or (given.table and len(chosen) == 1)):
            raise SourceBroken(_told_missing(sheet, fit, of=len(chosen)))
    if not understood:
        raise SourceBroken(unclear[0] if unclear else _told_nothing(sheets, given, unread))
    notes += unclear
    notes += [f"Trang «{sheet.name}» không có đầu cột của bảng nào, không đọc." for sheet, _ in unread]
    understood[0] = replace(understood[0], notes=(*understood[0].notes, *notes))
    return understood


def _chosen(sheets: Sequence[Sheet], given: GivenFile) -> tuple[list[Sheet], list[str]]:
    """Give the sheets to look at, and what is to be told of the others."""
    if given.sheet is not None and not (len(sheets) == 1 and sheets[0].is_alone):
        wanted = fold_plain(given.sheet)
        named = [one for one in sheets if one.name == given.sheet]
        named = named or [one for one in sheets if fold_plain(one.name) == wanted]
        if len(named) != 1:
            raise SourceBroken(
                f"Tệp «{sheets[0].path.name}» không có trang «{given.sheet}»; có: {_listed(sheets)}; "
                "sửa sheet ở "
                "[[files]] trong motcua.toml."
            )
        return named, []
    hidden = [one for one in sheets if one.is_hidden]
    shown = [one for one in sheets if not one.is_hidden]
    if not shown:
        raise SourceBroken(
            f"Mọi trang của tệp «{sheets[0].path.name}» đều ẩn; bỏ ẩn trang có số liệu, hoặc khai sheet ở "
            f"[[files]] trong motcua.toml; có: {_listed(sheets)}."
        )
    return shown, [f"Trang ẩn «{one.name}» không đọc." for one in hidden]


def _listed(sheets: Sequence[Sheet]) -> str:
    return ", ".join(f"«{one.name}»" for one in sheets[:20]) + (", …" if len(sheets) > 20 else "")


# headers


def _best(rows: Sequence[Row], table: str | None, mapping: SourceMapping) -> _Fit | None:
    """Give the header and table that fit best: nothing missing first, then the most columns found."""
    tables = [table] if table else list(CONTRACT)
    fits = [
        fit for header in _headers(rows) for name in tables if (fit := _fit(name, header, mapping)).found > 1
    ]
    if not fits:
        return None

    def rank(fit: _Fit) -> tuple[bool, int, int]:
        return not fit.missing, fit.found, -fit.header.levels

    best = max(fits, key=rank)
    if best.missing:
        return best
    alike = {one.table for one in fits if rank(one) == rank(best) and one.header is best.header}
    return replace(best, alike=tuple(sorted(alike)))


def _headers(rows: Sequence[Row]) -> Iterator[_Header]:
    """Give every header that may stand in these rows: one to three of them, one right below another."""
    for at, (number, _) in enumerate(rows):
        below: list[Sequence[str]] = []
        for level in range(_LEVELS):
            if at + level >= len(rows) or rows[at + level][0] != number + level:
                break
            below.append([_one_line(one or "") for one in rows[at + level][1]])
            if sum(1 for one in below[-1] if one) < 2:
                break
            texts = _joined(below)
            folds = tuple(_folds(one) for one in texts)
            yield _Header(number, level + 1, number + level, texts, folds)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _joined(levels: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Give the texts of each column by level. What was merged stands in its first cell alone.

    So an upper cell that is blank takes the text to its left where something stands below it.
    """
    width = max(len(one) for one in levels)
    padded = [[*one, *[""] * (width - len(one))] for one in levels]
    for upper, lower in pairwise(padded):
        for index in range(1, width):
            if not upper[index] and lower[index]:
                upper[index] = upper[index - 1]
    return tuple(tuple(dict.fromkeys(one[index] for one in padded if one[index])) for index in range(width))


def _fit(table: str, header: _Header, mapping: SourceMapping) -> _Fit:
    """Give which columns of a table the texts of a header are."""
    claims = _claims(table, header, mapping)
    columns: dict[str, Head] = {}
    twice: dict[str, tuple[Head, ...]] = {}
    notes: list[str] = []
    for column, heads in claims.items():
        best = min(rank for rank, _ in heads)
        first = [head for rank, head in heads if rank == best]
        if len(first) > 1:
            twice[column] = tuple(first)
            continue
        columns[column] = first[0]
        notes += [
            f"Cột {column} lấy từ «{first[0].text}», không từ «{head.text}»."
            for rank, head in heads
            if rank > best
        ]
    return _Fit(table, header, columns, twice, tuple(notes))


def _claims(table: str, header: _Header, mapping: SourceMapping) -> dict[str, list[tuple[int, Head]]]:
    """Give, by column, the heads that may be its, each with how plainly it says so: 0 is what settings say.

    A column that the settings call "" is not there.
    """
    claims: dict[str, list[tuple[int, Head]]] = {}
    called = {
        one.name: mapping.columns[f"{table}.{one.name}"]
        for one in CONTRACT[table].columns
        if f"{table}.{one.name}" in mapping.columns
    }
    taken: set[int] = set()
    for column, name in called.items():
        for index, folds in enumerate(header.folds):
            if fold_head(name) in folds:
                claims.setdefault(column, []).append((0, Head(index, header.text(index))))
                taken.add(index)
    settled = {*claims, *(column for column, name in called.items() if not name)}
    for index, folds in enumerate(header.folds):
        found = next((_KNOWN[table][one] for one in folds if one in _KNOWN[table]), None)
        if found is not None and index not in taken:
            column, rank, by_name = found
            if column not in settled:
                claims.setdefault(column, []).append((rank, Head(index, header.text(index), by_name)))
    return claims


def _folds(texts: Sequence[str]) -> tuple[str, ...]:
    """Give the ways to read a head: all levels, then without brackets, then the lowest level alone."""
    ways = []
    for one in dict.fromkeys((" ".join(texts), texts[-1] if texts else "")):
        ways += [fold_head(one), fold_head(_BRACKETED.sub(" ", one))]
    return tuple(one for one in dict.fromkeys(ways) if one)


def _known(table: str) -> dict[str, tuple[str, int, bool]]:
    """Give what a folded head means: its column, how plainly it says so, whether it tells of names."""
    known: dict[str, tuple[str, int, bool]] = {}
    for column, spelled in SPELLINGS[table].items():
        plain = [column, column.replace("_", " "), *spelled.heads]
        tiers = ((plain, 1, False), (spelled.weaker, 2, False), (spelled.names, 3, True))
        for heads, rank, by_name in tiers:
            for one in heads:
                known.setdefault(fold_head(one), (column, rank, by_name))
    return known


_KNOWN = {table: _known(table) for table in CONTRACT}


def heads_of(table: str) -> Mapping[str, tuple[str, int, bool]]:
    """Give every head known of a table, folded: its column, how plainly it says so, whether it is a name's.

    1 says it plainly, 2 where nothing says it plainly, 3 with a name in place of a code.
    """
    return _KNOWN[table]


def _understood(sheet: Sheet, fit: _Fit) -> Understood:
    header = fit.header
    used = {head.index for head in fit.columns.values()}
    heads = tuple(header.text(index) or None for index in range(len(header.texts)))
    unused = [
        one
        for index, one in enumerate(heads)
        if one and index not in used and fold_plain(one) not in ORDINALS | _OWN
    ]
    personal = [one for one in unused if is_personal(one)]
    notes = [*fit.notes]
    for column, meaning in READ_AS_NONE.get(fit.table, {}).items():
        if column not in fit.columns:
            label = CONTRACT[fit.table][column].meaning.partition(":")[0]
            notes.append(f"Không có cột {label} ({column}): {meaning}.")
    return Understood(
        fit.table,
        sheet,
        header.row,
        header.last_row + 1,
        fit.columns,
        heads,
        tuple(one for one in unused if one not in personal),
        tuple(personal),
        tuple(notes),
    )


def is_numbering(cells: Sequence[str | None]) -> bool:
    """Say whether a row numbers the columns from left to right: (1) (2) (3), or A B 1 2."""
    texts = [one.strip() for one in cells if one and one.strip()]
    if len(texts) < _FEWEST_NUMBERED or not all(_NUMBERING.fullmatch(one) for one in texts):
        return False
    numbers = [int(found[0]) for one in texts if (found := re.search(r"\d+", one))]
    return all(one < other for one, other in pairwise(numbers))


# sentences


def _is_near(fit: _Fit) -> bool:
    """Say whether a sheet was surely meant as a table: its key and most of what it needs are there."""
    spec = CONTRACT[fit.table]
    needed = [one.name for one in spec.columns if one.required]
    keys = [one.name for one in spec.columns if one.key]
    there = {*fit.columns, *fit.twice}
    return all(one in there for one in keys) and 2 * len(there & set(needed)) > len(needed)


def _refuse_personal(sheet: Sheet, fit: _Fit) -> None:
    """Raise SourceBroken where the settings name a column of citizens' data."""
    for column, head in fit.columns.items():
        is_ours = any(one in _KNOWN[fit.table] for one in fit.header.folds[head.index])
        if is_personal(head.text) and not is_ours:
            raise SourceBroken(
                f"[columns.{fit.table}] {column} = «{head.text}»: đầu cột này ({sheet.told}) là dữ "
                "liệu cá nhân của "
                "công dân, không bao giờ đọc; ghi cột khác, hoặc bỏ dòng này khỏi motcua.toml."
            )


def _told_alike(sheet: Sheet, fit: _Fit) -> str:
    names = " hay ".join(f"{one} ({CONTRACT[one].label})" for one in fit.alike)
    return (
        f"Chưa rõ {sheet.told} là bảng nào: {names}; thêm vào mục [[files]] của tệp này trong motcua.toml: "
        f'table = "{fit.alike[0]}"'
    )


def _told_missing(sheet: Sheet, fit: _Fit, *, of: int) -> str:
    spec = CONTRACT[fit.table]
    used = {head.index for head in fit.columns.values()}
    free = [
        fit.header.text(index)
        for index in range(len(fit.header.texts))
        if index not in used and fit.header.text(index) and not is_personal(fit.header.text(index))
    ]
    missing = ", ".join(f"{spec[one].meaning.partition(',')[0]} ({one})" for one in fit.missing)
    lines = "; ".join(f'{one} = "…"' for one in fit.missing)
    named = ", hoặc khai sheet ở [[files]] nếu trang này không phải số liệu" if of > 1 else ""
    told = ", ".join(f"«{one}»" for one in free[:12]) or "không còn đầu cột nào"
    return (
        f"Tệp {sheet.told}, dòng {fit.header.row}: đọc là bảng {spec.label} nhưng không thấy cột {missing}. "
        f"Đầu cột chưa dùng: {told}. Nếu một trong số đó là cột còn thiếu, thêm vào motcua.toml dưới "
        f"[columns.{fit.table}]: {lines}; nếu không, thêm cột ấy khi xuất{named}."
    )


def _told_twice(sheet: Sheet, fit: _Fit) -> str:
    column, heads = next(iter(fit.twice.items()))
    names = ", ".join(f"«{one.text}» (cột {letters_of(one.index)})" for one in heads)
    if len({fold_head(one.text) for one in heads}) == 1:
        remedy = "đổi tên một trong hai đầu cột"
    else:
        remedy = f'ghi cột đúng vào motcua.toml dưới [columns.{fit.table}]: {column} = "{heads[0].text}"'
    return (
        f"Tệp {sheet.told}, dòng {fit.header.row}: nhiều đầu cột cùng có thể là "
        f"{CONTRACT[fit.table][column].meaning.partition(',')[0]} ({column}): {names}; {remedy}."
    )


def _told_nothing(
    sheets: Sequence[Sheet], given: GivenFile, unread: Sequence[tuple[Sheet, _Fit | None]]
) -> str:
    table = given.table or "dossiers"
    best = max((fit for _, fit in unread if fit is not None), key=lambda one: one.found, default=None)
    seen = ""
    if best is not None and best.found > 1:
        near = [one for one in best.header.texts if one]
        heads = [" / ".join(one) for one in near if not is_personal(" / ".join(one))]
        seen = f" Dòng {best.header.row} có: {', '.join(f'«{one}»' for one in heads[:12])}."
        table = given.table or best.table
    needed = ", ".join(
        f"«{SPELLINGS[table][one.name].heads[0]}»" for one in CONTRACT[table].columns if one.required
    )
    return (
        f"Tệp «{sheets[0].path.name}» không có trang nào mang đầu cột của bảng "
        f"{CONTRACT[table].label}.{seen} Cần "
        f"một dòng đầu cột có {needed}; gọi khác thì ghi vào motcua.toml dưới [columns.{table}], ví dụ: "
        f'{next(one.name for one in CONTRACT[table].columns if one.required)} = "đầu cột của tệp".'
    )
