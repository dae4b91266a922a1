"""Which table and column of a database with other names may be which of the contract's.

Names are read as the heads of sheets are (``queries.source.files.heads``), after ``maHoSo``, ``MA_HO_SO`` and
``c_mahoso`` are taken apart. A name proves little, so nothing here is used unasked: what is **sure** is
proposed as a line of the settings, whatever else as a comment for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from queries.contract import CONTRACT
from queries.source.files.heads import heads_of
from queries.source.files.spellings import fold_head, is_personal

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PREFIXES = frozenset(
    {"c", "col", "fk", "pk", "f", "t", "tb", "tbl", "table", "v", "vw", "view", "dm", "ds", "mc", "motcua"}
)
_SURE = 2
"""Up to this tier a name that is alone says which column it is: see ``heads_of``."""
_ODD = 4
"""The tier of what only may be meant."""

_TABLES = {
    "units": "don vi|co quan|phong ban|danh muc don vi|danh muc co quan|unit|units|agency|agencies|"
    "department|departments|organization|organizations|gov agency",
    "procedures": "thu tuc|thu tuc hanh chinh|dich vu cong|danh muc thu tuc|procedure|service|services|"
    "service info",
    "dossiers": "ho so|ho so mot cua|ho so thu tuc|dossier|case|cases|application|applications|file",
    "slips": "phieu|phieu xin loi|slip",
    "ratings": "danh gia|phieu danh gia|rating|hai long|muc do hai long",
    "officers": "can bo|cong chuc|can bo cong chuc|officer|staff|employee|employees",
    "complaints": "phan anh|phan anh kien nghi|kien nghi|pakn|khieu nai|complaint",
    "receptions": "tiep cong dan|tiep dan|reception",
    "loads": "nap du lieu|lan nap|load",
    "events": "moc|su kien|event",
    "duties": "nhiem vu|viec phai lam|duty",
    "published": "cong bo|so lieu cong bo",
    "steps": "luan chuyen|qua trinh|qua trinh xu ly|tien trinh|step",
}
"""How one-stop systems call the contract's tables, folded."""

_COLUMNS = {
    "dossiers.dossier_code": "file code|file no|case code|case no|case number|application code|"
    "application no|receipt no|receipt code|dossier no|dossier number",
    "dossiers.unit_code": "agency code|department code|org code|organization code|office code|"
    "gov agency code",
    "dossiers.procedure_code": "service code|procedure no",
    "dossiers.channel": "submission channel|submit channel|kenh tiep nhan ho so|submission type",
    "dossiers.submitted_at": "submit date|submitted date|submission date",
    "dossiers.received_at": "receive date|received date|receive time|receiving date|accept date|accepted at",
    "dossiers.due_at": "due date|appointment date|promised at",
    "dossiers.current_due_at": "extend date|extended due date|new due date|current due date",
    "dossiers.finished_at": "finish date|finished date|completed at|complete date|completion date|"
    "result date|release date|ngay co kq",
    "dossiers.returned_at": "returned date|return date|delivered at|delivery date",
    "dossiers.state": "status|dossier status|status code|state code|ma trang thai|ma tinh trang",
    "dossiers.updated_at": "modified date|update date|updated date|last modified|modified at|last update|"
    "ngay sua|thoi gian sua|ngay sua doi|ngay chinh sua",
    "dossiers.officer_code": "officer code|staff code|employee code",
    "units.unit_code": "code|agency code|department code|org code",
    "units.name": "unit name|agency name|department name|org name",
    "units.kind": "type|unit type|agency type|loai hinh",
    "units.parent_code": "parent code|parent",
    "procedures.procedure_code": "code|service code|procedure no",
    "procedures.name": "service name|procedure name",
    "procedures.field": "domain|domain name",
    "officers.officer_code": "code|staff code|employee code",
    "officers.name": "full name|fullname|officer name",
}
"""What databases call columns beside the heads of sheets, folded."""

_MAYBE = {
    "units": {"id": "unit_code"},
    "procedures": {"id": "procedure_code"},
    "officers": {"id": "officer_code"},
}
"""Columns of a catalogue that may be these where nothing else is: the number others refer to it by."""

_INSTEAD = {"dossiers.finished_at": "returned_at", "dossiers.due_at": "current_due_at"}
"""Where the one is missing, the other may have to do: a person decides."""


@dataclass(frozen=True)
class ColumnGuess:
    """A contract column and the name that may be its. ``others``: names that may be as well."""

    column: str
    real: str
    is_sure: bool
    others: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class TableGuess:
    """A contract table and the table that may be it.

    ``others``: tables that may be it as well. ``personal``: how many of its columns are of citizens' data;
    they are never read. ``unused``: the names of the rest.
    """

    name: str
    real: str
    is_sure: bool
    columns: tuple[ColumnGuess, ...]
    others: tuple[str, ...] = ()
    personal: int = 0
    unused: tuple[str, ...] = ()


Names = Mapping[str, Sequence[str]]
"""Tables of a database → the names of their columns."""


def proposed(
    names: Names, *, tables: Mapping[str, str] | None = None, columns: Mapping[str, str] | None = None
) -> tuple[TableGuess, ...]:
    """Give, in the order of the contract, the tables that are there or may be.

    ``tables``, ``columns`` ("table.column" → name): what a person said; that is sure.
    """
    said, of_columns = tables or {}, columns or {}
    real = {one.casefold(): one for one in reversed(list(names))}
    chosen: dict[str, TableGuess] = {}
    for name in CONTRACT:
        called = said.get(name, name)
        if called.casefold() in real:
            found = called if called in names else real[called.casefold()]
            chosen[name] = _table(name, found, names[found], of_columns, is_sure=True)
    ranked = sorted(
        (
            (_rank(name, one, names[one]), name, one)
            for name in CONTRACT
            if name not in chosen and name not in said
            for one in names
        ),
        key=lambda each: (*(-n for n in each[0]), each[2]),
    )
    taken = {one.real for one in chosen.values()}
    for rank, name, one in ranked:
        if not any(rank) or name in chosen or one in taken:
            continue
        alike = tuple(each for other, whose, each in ranked if whose == name and other[0] == rank[0]
                      and any(other) and each != one and each not in taken)  # fmt: skip
        is_sure = rank[0] == 2 and not alike
        chosen[name] = replace(_table(name, one, names[one], of_columns, is_sure=is_sure), others=alike)
        taken.add(one)
    return tuple(chosen[name] for name in CONTRACT if name in chosen)


def fitting(guesses: Sequence[TableGuess]) -> int:
    """Give how well a schema fits: how many of the columns that are needed it has."""
    return sum(
        1 for one in guesses for each in one.columns if CONTRACT[one.name][each.column].required
    )  # fmt: skip


def _rank(name: str, real: str, columns: Sequence[str]) -> tuple[int, int, int]:
    """Give how a table fits: by its name (2: as such tables are called), columns needed, columns found."""
    nothing = (0, 0, 0)
    by_name = _by_name(name, real)
    found = {one for _, one, _ in _claims(name, columns)}
    needed = [one.name for one in CONTRACT[name].columns if one.required]
    has = [one for one in needed if one in found]
    if by_name and CONTRACT[name].required:
        fits = needed[0] in found and 2 * len(has) >= len(needed)
    elif by_name:
        fits = len(has) == len(needed)
    else:
        # A table of dossiers is told by its columns alone; the others have too few of their own.
        fits = name == "dossiers" and {"dossier_code", "received_at"} <= found and len(has) >= 4
    return (by_name, len(has), len(found)) if fits else nothing


def _by_name(name: str, real: str) -> int:
    folded = _bare(fold_head(_HUMP.sub("_", real)))
    known = {fold_head(one) for one in (*_TABLES[name].split("|"), name)}
    if folded in known or folded.replace(" ", "") in {one.replace(" ", "") for one in known}:
        return 2
    return int(any(f" {one} " in f" {folded} " for one in known))


def _bare(folded: str) -> str:
    """Give a folded name without what only says that it is a table, a column or a key."""
    words = folded.split()
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    return " ".join(words)


def _claims(table: str, columns: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Give each name that may be a contract column: its tier (0: the contract's own), column and name."""
    own = {one.name for one in CONTRACT[table].columns}
    for name in columns:
        if name.casefold() in own:
            yield 0, name.casefold(), name
        elif (found := _meant(table, name)) is not None:
            yield (*found, name)


def _meant(table: str, name: str) -> tuple[int, str] | None:
    known = _KNOWN[table]
    folded = _bare(fold_head(_HUMP.sub("_", name)))
    for one in (folded, folded.replace(" ", "")):
        if one in known:
            return known[one]
    if folded in _MAYBE.get(table, {}):
        return _ODD, _MAYBE[table][folded]
    words = folded.split()
    if "id" in words and len(words) > 1:
        # The number of a row in the table it leads to: whether that is its code is for a person to say.
        bare = " ".join(one for one in words if one != "id")
        for one in (f"ma {bare}", f"{bare} code"):
            if one in known:
                return _ODD, known[one][1]
    return None


def _known(table: str) -> dict[str, tuple[int, str]]:
    known = {one: (tier, column) for one, (column, tier, _) in heads_of(table).items()}
    for name, told in _COLUMNS.items():
        if name.partition(".")[0] == table:
            for one in told.split("|"):
                known.setdefault(one, (_SURE, name.partition(".")[2]))
    if table == "dossiers":
        # As plain as "hẹn trả": where both are there a person says which is the first promise.
        known |= dict.fromkeys(("hen tra dau", "ngay hen dau", "hen dau", "hen tra lan dau"), (1, "due_at"))
    squeezed = {one.replace(" ", ""): found for one, found in reversed(known.items())}
    return {**squeezed, **known}


_KNOWN = {table: _known(table) for table in CONTRACT}


def _table(
    name: str, real: str, columns: Sequence[str], said: Mapping[str, str], *, is_sure: bool
) -> TableGuess:
    told = {key.partition(".")[2]: one for key, one in said.items() if key.partition(".")[0] == name}
    claims: dict[str, list[tuple[int, str]]] = {}
    for tier, column, one in _claims(name, columns):
        if one not in told.values():
            claims.setdefault(column, []).append((tier, one))
    guesses = {column: ColumnGuess(column, one, is_sure=True) for column, one in told.items()}
    for column, found in claims.items():
        if column not in guesses:
            best = min(tier for tier, _ in found)
            first, *others = [one for tier, one in found if tier == best]
            guesses[column] = ColumnGuess(column, first, best <= _SURE and not others, tuple(others))
    for place, instead in _INSTEAD.items():
        table, _, column = place.partition(".")
        if table == name and column not in guesses and instead in guesses:
            why = f"không thấy cột nào khác; cột này giống {instead} hơn"
            guesses[column] = ColumnGuess(column, guesses[instead].real, is_sure=False, why=why)
    used = {one.real for one in guesses.values()} | {each for one in guesses.values() for each in one.others}
    rest = [one for one in columns if one not in used]
    personal = [one for one in rest if _is_personal(one)]
    order = [guesses[one.name] for one in CONTRACT[name].columns if one.name in guesses]
    unused = tuple(one for one in rest if one not in personal)
    return TableGuess(name, real, is_sure, tuple(order), personal=len(personal), unused=unused)


_GLUED_PERSONAL = re.compile(
    r"hoten|hovaten|tencongdan|nguoinop|chuhoso|cmnd|cccd|socmt|dienthoai|sodt|diachi|ngaysinh|email"
    r"|fullname|applicant|citizen|phone|address|birth"
)


def _is_personal(name: str) -> bool:
    apart = _HUMP.sub(" ", name).replace("_", " ")
    return is_personal(apart) or bool(_GLUED_PERSONAL.search(apart.replace(" ", "").casefold()))
