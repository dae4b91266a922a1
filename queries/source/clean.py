"""The rows of a source, made clean: one text for one thing, days that are days, keys that are unique.

Whole columns are read by expressions of the copy's engine while the parts of a table arrive; what takes a
dictionary (words, codes) is decided over the few distinct values of a column. Whatever is changed or left
out is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

import duckdb

from queries.contract import CONTRACT, MAIN_MOMENT, Kind, Table
from queries.source.expressions import MARKS, TEXT_MARKS, ColumnRead, Expressions, Steps
from queries.source.files.names import Names, name_keys
from queries.source.files.sheet import Merged
from queries.source.folding import Catalogue, fold
from queries.source.kinds import SourceKind
from queries.source.mapping import SourceMapping
from queries.source.meaning import Change, Meaning, changed_code
from queries.source.mended import EXAMPLES, RESPELLED, Mended, Reason, Respelled
from queries.source.parts import Part
from queries.source.sheeted import ORIGIN, ROW, Origin, Rejected, Sheeted, kind_of_unit

CLEANING_VERSION = 4
"""Greater where the same rows would be read otherwise: a copy cleaned by another is read anew, whole."""

CATALOGUES = {"units": "unit_code", "procedures": "procedure_code", "officers": "officer_code"}
"""The catalogues, and the column that holds their codes."""
_REFERRING = {
    "receiving_unit_code": "units", "issuing_unit_code": "units", "parent_code": "units",
    "successor_code": "units", **{column: table for table, column in CATALOGUES.items()},
}  # fmt: skip
ORDER = (*CATALOGUES, "dossiers", *(one for one in CONTRACT if one not in (*CATALOGUES, "dossiers")))
"""The tables as they are finished: the catalogues before what refers to them."""

_TYPES = {
    Kind.TEXT: "VARCHAR", Kind.NUMBER: "BIGINT", Kind.DECIMAL: "DECIMAL(18, 4)", Kind.BOOLEAN: "BOOLEAN",
    Kind.DAY: "DATE", Kind.MOMENT: "TIMESTAMP",
}  # fmt: skip
_FETCHED = 50_000
_NAMED = ("units", "procedures")
"""The catalogues whose names may stand in a sheet for their codes."""
_UNKNOWN = frozenset({Reason.UNKNOWN_CODE, Reason.AMBIGUOUS_CODE, Reason.AMBIGUOUS_NAME})
Usual = Callable[[str, str, str], str | None]
"""Gives what a word of a sheet means, by table and column; None where that is not known."""


def catalogue_of(table: str, column: str) -> str | None:
    """Give the catalogue a column refers to: ``units``, ``procedures`` or ``officers``; else None."""
    name = _REFERRING.get(column)
    return None if name == table and CATALOGUES[name] == column else name


def q(name: str) -> str:
    """Quote a name as the copy's engine does."""
    return '"' + name.replace('"', '""') + '"'


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean tables, ``present``, ``mended`` and ``mended_rows`` where they are not there yet."""
    for spec in CONTRACT.values():
        columns = ", ".join(f"{q(one.name)} {_TYPES[one.kind]}" for one in spec.columns)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {q(spec.name)} ({columns})")
    connection.execute("CREATE TABLE IF NOT EXISTS present (name VARCHAR)")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS mended (table_name VARCHAR, column_name VARCHAR, reason VARCHAR,"
        " count BIGINT, examples VARCHAR)"
    )
    # What was mended in which dossier: a reading of changes takes back what it said of the changed ones.
    connection.execute(
        "CREATE TABLE IF NOT EXISTS mended_rows (table_name VARCHAR, column_name VARCHAR, reason VARCHAR,"
        # ``updated_at``: of rows without a key, by which they are read again.
        " row_key VARCHAR, count BIGINT, updated_at TIMESTAMP)"
    )


@dataclass(frozen=True)
class _Staged:
    """A table as it lies aside: its columns, the statement that takes a part in, since when it is read.

    ``has_sheets``: some of its rows come from sheets, and all are known by their sheet and row.
    """

    table: Table
    columns: tuple[ColumnRead, ...]
    insert: str
    parameters: Mapping[str, object]
    since: datetime | None
    has_sheets: bool = False

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def is_read_by_changes(self) -> bool:
        """Say whether it may be read by changes; with sheets it never is."""
        return not self.has_sheets and any(one.name == "updated_at" for one in self.table.columns)

    @property
    def key(self) -> str | None:
        """The table's key, quoted; None where it has none, or the source lacks it."""
        key = next((one.name for one in self.table.columns if one.key), None)
        return q(key) if key in {one.name for one in self.columns} and key is not None else None


class Cleaning:
    """The cleaning of one reading. ``stage``: the attached database that holds what is not finished.

    ``usual``: what is understood of words in sheets. ``rejected``: the rows of sheets to be given back, once
    all is finished; ``present``: "table" and "table.column" that there are then; ``newest``: the greatest
    ``updated_at`` that arrived of each table read by changes, used or not; None where none did.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, mapping: SourceMapping, zone: str, stage: str,
        usual: Usual | None = None,
    ) -> None:  # fmt: skip
        self._conn = connection
        self._mapping = mapping
        self._zone = zone
        self._stage = q(stage)
        self._staged: dict[str, _Staged] = {}
        self._usual = usual
        self._sheeted = Sheeted(connection, self._stage)
        self._catalogues: dict[str, Catalogue] = {}
        self._names: dict[str, Names] = {}
        self._mended: list[Mended] = []
        self._told_before: list[Mended] = []
        self.respelled: list[Respelled] = []
        self.rejected: tuple[Rejected, ...] = ()
        self.present: frozenset[str] = frozenset()
        self.newest: dict[str, datetime | None] = {}

    # arriving

    def open_table(
        self, name: str, columns: Sequence[ColumnRead], *, since: datetime | None = None,
        origin: Origin | None = None,
    ) -> None:  # fmt: skip
        """Make the place where the parts of a table are put; ``since``: only changes since then come.

        ``origin``: the sheet they come from, whose parts begin with the number of the row. A table may be
        opened several times, by the database first.
        """
        expressions = Expressions(self._mapping, self._zone)
        steps = [
            expressions.steps_of(one, raw=f"raw{i}", text=f"text{i}", parsed=f"parsed{i}")
            for i, one in enumerate(columns)
        ]
        names = [one.name for one in columns]
        insert, values = self._insert(name, names, steps, origin), expressions.parameter.values
        before = self._staged.get(name)
        known = before.columns if before is not None else ()
        every = (*known, *(one for one in columns if one.name not in {each.name for each in known}))
        has_sheets = origin is not None
        self._staged[name] = _Staged(CONTRACT[name], every, insert, values, since, has_sheets)
        kept = [
            kept for one in every
            for kept in (f"{q(one.name)} {_staged_type(one)}", f"{q(_mark(one.name))} UTINYINT")
        ]  # fmt: skip
        if has_sheets:
            kept += [f"{ORIGIN} USMALLINT DEFAULT 0", f"{ROW} INTEGER"]
        if before is None:
            self._conn.execute(f"CREATE TABLE {self._at(name)} ({', '.join(kept)})")
        for one in kept if before is not None else ():
            self._conn.execute(f"ALTER TABLE {self._at(name)} ADD COLUMN IF NOT EXISTS {one}")
        if origin is not None:
            self._sheeted.add(origin)

    def _insert(
        self, name: str, columns: Sequence[str], steps: Sequence[Steps], origin: Origin | None
    ) -> str:
        # Each step reads the one before it, so that nothing is written out, or worked out, twice.
        arriving = [f"'raw{i}': 'VARCHAR'" for i in range(len(steps))]
        texts = ", ".join(f"{one.text} AS text{i}" for i, one in enumerate(steps))
        parsed = ", ".join(f"{one.parsed} AS parsed{i}" for i, one in enumerate(steps))
        values = [value for one in steps for value in (one.value, one.mark)]
        into = [each for one in columns for each in (q(one), q(_mark(one)))]
        if origin is not None:
            arriving.insert(0, "'sheet_row': 'INTEGER'")
            values += [str(origin.number), "sheet_row"]
            into += [ORIGIN, ROW]
        return (
            f"INSERT INTO {self._at(name)} ({', '.join(into)})"
            f" SELECT {', '.join(values)} FROM (SELECT *, {parsed} FROM (SELECT *, {texts}"
            f" FROM read_csv($path, columns = {{{', '.join(arriving)}}}, auto_detect = false, header = false,"
            " delim = $separator, quote = '\"', escape = '\"', nullstr = '', new_line = $newline,"
            " parallel = false, max_line_size = 100000000)))"
        )

    def take(self, name: str, part: Part) -> None:
        """Read a part into its table."""
        staged = self._staged[name]
        given = {
            **staged.parameters,
            "path": str(part.path),
            "newline": part.newline,
            "separator": part.separator,
        }
        try:
            self._conn.execute(staged.insert, given)
        except duckdb.InvalidInputException as error:
            if "utf-8" not in str(error).lower():
                raise
            # Bytes that are no UTF-8: each becomes one sign, and the rest is read.
            text = part.path.read_bytes().decode("utf-8", "replace")
            part.path.write_bytes(text.encode())
            self._conn.execute(staged.insert, given)

    def fill_down(self, name: str, column: str, origin: Origin, merged: Sequence[Merged]) -> None:
        """Give the rows that a merged cell of a sheet covers what it says, once all its parts are taken."""
        count = self._sheeted.fill_down(name, q(column), origin.number, merged)
        if count:
            places = [f"{origin.label}, dòng {one.first}–{one.last}" for one in merged]
            self._keep(name, column, Reason.MERGED_DOWN, count, places[:EXAMPLES])

    # finishing

    def finish(
        self, present: frozenset[str], check: Callable[[], None]
    ) -> tuple[dict[str, int], list[Mended]]:
        """Bring the clean tables up to date with what has arrived; give their rows, and what was mended.

        ``check`` is called between tables, and may raise to end it.
        """
        create_tables(self._conn)
        self.present = present = present | self._derived_units()
        for name in ORDER:
            check()
            if name in self._staged:
                self._finish(self._staged[name])
            else:
                self._conn.execute(f"DELETE FROM {q(name)}")
        self._conn.execute("DELETE FROM present")
        self._put("present", [(one,) for one in sorted(present)])
        mended = self._told()
        self.rejected = self._sheeted.rejected()
        self._conn.execute("DELETE FROM mended")
        for one in mended:
            self._conn.execute(
                "INSERT INTO mended VALUES (?, ?, ?, ?, ?)",
                [one.table, one.column, one.reason, one.count, one.examples],
            )
        return {name: self._count(q(name)) for name in ORDER}, mended

    def note(self, table: str, column: str, reason: Reason, count: int, examples: Sequence[str]) -> None:
        """Tell of what did not arrive at all."""
        self._keep(table, column, reason, count, examples[:EXAMPLES])

    def _derived_units(self) -> frozenset[str]:
        """Make the table of units of what sheets of dossiers name, where nothing else tells of units."""
        dossiers = self._staged.get("dossiers")
        if "units" in self._staged or dossiers is None or not dossiers.has_sheets:
            return frozenset()
        words = self._mapping.words("dossiers", "unit_code")
        spelled: dict[str, list[str]] = {}
        for value in self._distinct(dossiers, "unit_code"):
            called = words.get(value or "", value)
            if called:
                spelled.setdefault(name_keys(called)[0] or called, []).append(called)
        # The longest: what is written out (Phường 1) before what is cut short (P.1).
        names = sorted(min(each, key=lambda one: (-len(one), one)) for each in spelled.values())
        columns = [ColumnRead(one, Kind.TEXT, SourceKind.TEXT) for one in ("unit_code", "name", "kind")]
        self.open_table("units", columns)
        self._conn.executemany(
            f"INSERT INTO {self._at('units')} (unit_code, name, kind) VALUES ($1, $1, $2)",
            [[one, kind_of_unit(one)] for one in names],
        )
        self._keep("units", "unit_code", Reason.DERIVED, len(names), names[:EXAMPLES])
        return frozenset({"units", "units.unit_code", "units.name", "units.kind"})

    def _sheets_settled(self, staged: _Staged) -> None:
        """Leave of the rows of sheets those that can be used, each record once; tell of the others."""
        names = [one.name for one in staged.columns]
        moment = MAIN_MOMENT.get(staged.name)
        is_dated = moment in names
        with self._at_once():
            why = self._sheeted.set_aside(staged.name, staged.key, q(moment) if moment and is_dated else None)
            over = self._sheeted.without_overlap(staged.name, staged.key, [q(one) for one in names])
            if over is not None:
                self._tell(staged, example_key(staged.table, names), Reason.OVERLAP, over)
                self._conn.execute(f"DELETE FROM {self._at(staged.name)} s WHERE {over}")
            for column, reason, count, examples in self._sheeted.aside(staged.name, staged.key, why):
                self._keep(staged.name, column, reason, count, examples)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Do several things as one: the ids of rows stay what they are meanwhile."""
        self._conn.begin()
        try:
            yield
        except BaseException:
            self._conn.rollback()
            raise
        self._conn.commit()

    def _drop_twins(self, staged: _Staged) -> None:
        """Leave what is known to stand several times to the row that says when it was changed.

        A row that does not say comes with every reading of changes, and never counts beside one that does.
        """
        if staged.since is None or staged.key is None:
            return
        key, place = staged.key, self._at(staged.name)
        self._conn.execute(
            f"DELETE FROM {place} o WHERE updated_at IS NULL AND {key} IN (SELECT row_key FROM mended_rows"
            " WHERE table_name = $table AND reason = $reason)"
            f" AND {key} IN (SELECT {key} FROM {q(staged.name)} WHERE updated_at < $since)"
            f" AND NOT EXISTS (SELECT 1 FROM {place} t WHERE t.{key} = o.{key} AND t.updated_at IS NOT NULL)",
            {"table": staged.name, "reason": Reason.SAME_KEY.value, "since": staged.since},
        )

    def _finish(self, staged: _Staged) -> None:
        if staged.has_sheets:
            self._sheets_settled(staged)
        if staged.since is not None:
            ((self.newest[staged.name],),) = self._all(f"SELECT max(updated_at) FROM {self._at(staged.name)}")
        self._drop_twins(staged)
        changes = {one.name: self._changes(staged, one) for one in staged.columns}
        changes = {name: one for name, one in changes.items() if one}
        self._empty(staged)
        for name, one in changes.items():
            self._leave_out(staged, name, [change.value for change in one if change.is_left_out])
        self._tell_marks(staged)
        self._tell_broken(staged)
        for name, one in changes.items():
            for reason in Reason:
                changed = [change for change in one if change.reason is reason]
                if changed:
                    self._tell_of_values(staged, name, reason, [change.value for change in changed])
                    self.respelled += nsmallest(
                        RESPELLED,
                        (Respelled(staged.name, name, reason.value, each.value or "", each.target or "")
                         for each in changed),
                    )  # fmt: skip
        self._fill(staged, self._mapped(staged, changes))
        if staged.name in CATALOGUES:
            key = q(CATALOGUES[staged.name])
            asked = f"FROM {q(staged.name)} WHERE {key} IS NOT NULL"
            self._catalogues[staged.name] = Catalogue(
                str(code) for (code,) in self._all(f"SELECT {key} {asked}")
            )
            if staged.name in _NAMED:
                named = self._all(f"SELECT {key}, name {asked} AND name IS NOT NULL")
                self._names[staged.name] = Names((str(code), str(name)) for code, name in named)
        self._conn.execute(f"DROP TABLE {self._at(staged.name)}")

    def _empty(self, staged: _Staged) -> None:
        """Take from the clean table what has arrived anew: all of it, or the rows that are read again."""
        name, key = q(staged.name), staged.key
        if staged.since is None or key is None:
            self._conn.execute(f"DELETE FROM {name}")
            self._conn.execute("DELETE FROM mended_rows WHERE table_name = $1", [staged.name])
            return
        if not self._all(f"SELECT 1 FROM mended_rows WHERE table_name = '{staged.name}' LIMIT 1"):
            # A copy that came without them, by row: what it was told is told on until all is read again.
            before = self._all(f"FROM mended WHERE table_name = '{staged.name}'")
            self._told_before += [Mended(*row) for row in before]
        # Rows of no moment are read every time: those that did not come are no more. But a moment that was
        # none (2026-02-30) is empty here alone, and the source does not know that it has to send it again.
        unread = f"SELECT 1 FROM mended WHERE table_name = '{staged.name}' AND column_name = 'updated_at'"
        again = (
            f"(updated_at IS NULL AND ({key} IS NULL OR NOT EXISTS ({unread})))"
            f" OR ({key} IS NULL AND updated_at >= $since)"
        )
        arrived = f"SELECT {key} FROM {self._at(staged.name)} WHERE {key} IS NOT NULL"
        self._conn.execute(
            f"DELETE FROM mended_rows WHERE table_name = $table AND reason NOT IN ($same_row, $same_key)"
            f" AND ((row_key IS NULL AND (updated_at IS NULL OR updated_at >= $since OR updated_at IN"
            f" (SELECT updated_at FROM {self._at(staged.name)} WHERE {key} IS NULL)))"
            f" OR row_key IN ({arrived})"
            f" OR row_key IN (SELECT {key} FROM {name} WHERE {again}))",
            {"table": staged.name, "since": staged.since, "same_row": Reason.SAME_ROW.value,
             "same_key": Reason.SAME_KEY.value},
        )  # fmt: skip
        self._conn.execute(
            f"DELETE FROM {name} WHERE {again} OR {key} IN ({arrived})", {"since": staged.since}
        )

    # distinct values

    def _changes(self, staged: _Staged, column: ColumnRead) -> list[Change]:
        """Give what becomes of each distinct value of a column that is not kept as it is."""
        if column.name == "dossier_code" and staged.name != "dossiers":
            return self._changed_dossiers(staged)
        spec = staged.table[column.name]
        words = self._mapping.words(staged.name, column.name)
        catalogue = self._catalogue(staged, column.name)
        if not (words or spec.words or catalogue or spec.kind is Kind.BOOLEAN):
            return []
        names = self._names.get(catalogue_of(staged.name, column.name) or "") if staged.has_sheets else None
        meaning = Meaning(
            spec, column.source, words, catalogue, names=names, usual=self._usual_of(staged, column.name)
        )
        changed = (meaning.of(value) for value in self._distinct(staged, column.name))
        return [one for one in changed if one.reason or one.is_left_out or one.value != one.target]

    def _usual_of(self, staged: _Staged, column: str) -> Callable[[str], str | None] | None:
        usual = self._usual
        if usual is None or not staged.has_sheets:
            return None
        return lambda word: usual(staged.name, column, word)

    def _distinct(self, staged: _Staged, column: str) -> Iterator[str | None]:
        for (value,) in self._all(f"SELECT DISTINCT {q(column)} FROM {self._at(staged.name)}"):
            yield value

    def _catalogue(self, staged: _Staged, column: str) -> Catalogue | None:
        name = catalogue_of(staged.name, column)
        if name != staged.name:
            return self._catalogues.get(name or "")
        # Units refer to units: to the codes they are about to have.
        key = CATALOGUES[name]
        if staged.key is None:
            return None
        meaning = Meaning(staged.table[key], SourceKind.TEXT, self._mapping.words(name, key), None)
        targets = (meaning.of(value).target for value in self._distinct(staged, key))
        return Catalogue(one for one in targets if one is not None)

    def _changed_dossiers(self, staged: _Staged) -> list[Change]:
        """Give the dossier codes that are none but fold to exactly one, and those that are not known."""
        unknown = [
            str(code)
            for (code,) in self._all(
                f"SELECT DISTINCT dossier_code FROM {self._at(staged.name)} s WHERE dossier_code IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM dossiers d WHERE d.dossier_code = s.dossier_code)"
            )
        ]
        if not unknown:
            return []
        alike = Catalogue(self._folding_to({fold(one) for one in unknown}))
        return [changed_code(one, one, alike) for one in unknown]

    def _folding_to(self, folds: set[str]) -> Iterator[str]:
        """Give the dossier codes whose fold is one of these."""
        with _Values(self._conn, sorted(folds)) as values:
            # Of plain letters the engine folds as Python does; the others are asked of Python.
            plain = self._all(
                f"SELECT dossier_code FROM dossiers WHERE lower(dossier_code) IN (SELECT value FROM {values})"
                " AND strlen(dossier_code) = length(dossier_code)"
            )
            yield from (str(code) for (code,) in plain)
        others = self._conn.cursor().execute(
            "SELECT dossier_code FROM dossiers WHERE strlen(dossier_code) <> length(dossier_code)"
        )
        while rows := others.fetchmany(_FETCHED):
            yield from (code for (code,) in rows if fold(code) in folds)

    # telling

    def _leave_out(self, staged: _Staged, column: str, values: Sequence[str | None]) -> None:
        if not values:
            return
        self._tell_of_values(staged, column, Reason.LEFT_OUT, values)
        with _Values(self._conn, values) as left:
            self._conn.execute(f"DELETE FROM {self._at(staged.name)} s WHERE {_is_one_of(column, left)}")

    def _tell_of_values(
        self, staged: _Staged, column: str, reason: Reason, values: Sequence[str | None]
    ) -> None:
        with _Values(self._conn, values) as told:
            self._tell(staged, column, reason, _is_one_of(column, told))

    def _tell_marks(self, staged: _Staged) -> None:
        """Tell of the marks the parts arrived with; most tables have none."""
        names = [one.name for one in staged.columns]
        asked = ", ".join(f"count({q(_mark(one))})" for one in names)
        counted = self._all(f"SELECT {asked} FROM {self._at(staged.name)}")[0]
        for name in (one for one, count in zip(names, counted, strict=True) if count):
            mark = q(_mark(name))
            if staged.table[name].kind in (Kind.TEXT, Kind.BOOLEAN):
                for bit, reason in TEXT_MARKS:
                    self._tell(staged, name, reason, f"({mark} & {bit}) <> 0")
            else:
                for number, reason in MARKS.items():
                    self._tell(staged, name, reason, f"{mark} = {number}")

    def _tell_broken(self, staged: _Staged) -> None:
        """Tell of the texts whose bytes were none: a driver, or ``take``, has put a sign in their place."""
        names = [one.name for one in staged.columns if staged.table[one.name].kind is Kind.TEXT]
        if not names:
            return
        asked = ", ".join(f"count(*) FILTER (contains({q(one)}, '\ufffd'))" for one in names)
        counted = self._all(f"SELECT {asked} FROM {self._at(staged.name)}")[0]
        for name in (one for one, count in zip(names, counted, strict=True) if count):
            self._tell(staged, name, Reason.BROKEN_TEXT, f"contains(s.{q(name)}, '\ufffd')")

    def _tell(self, staged: _Staged, column: str, reason: Reason, condition: str) -> None:
        """Keep which rows meet a condition, by key where changes are read, else how many, with examples."""
        source = f"{self._at(staged.name)} s WHERE ({condition})"
        key = f"s.{q(example_key(staged.table, [one.name for one in staged.columns]))}"
        if staged.has_sheets:
            count = self._all(f"SELECT count(*) FROM {source}")[0][0]
            if count:
                self._keep(staged.name, column, reason, count, self._sheeted.examples(source, key))
                is_unknown_unit = reason in _UNKNOWN and catalogue_of(staged.name, column) == "units"
                if is_unknown_unit or reason in MARKS.values():
                    self._sheeted.reject(source, column, reason)
            return
        if staged.is_read_by_changes:
            has_moment = any(one.name == "updated_at" for one in staged.columns)
            when = f"CASE WHEN {key} IS NULL THEN s.updated_at END" if has_moment else "NULL"
            self._conn.execute(
                f"INSERT INTO mended_rows SELECT $1, $2, $3, {key}, count(*), {when} FROM {source}"
                f" GROUP BY {key}, {when}",
                [staged.name, column, reason.value],
            )
            return
        count = self._all(f"SELECT count(*) FROM {source}")[0][0]
        if count:
            keys = self._all(
                f"SELECT DISTINCT CAST({key} AS VARCHAR) AS k FROM {source} AND {key} IS NOT NULL"
                f" ORDER BY k LIMIT {EXAMPLES}"
            )
            self._keep(staged.name, column, reason, count, [str(one) for (one,) in keys])

    def _keep(self, table: str, column: str, reason: Reason, count: int, keys: Sequence[str]) -> None:
        self._mended.append(Mended(table, column, reason.value, count, "; ".join(keys)))

    def _told(self) -> list[Mended]:
        """Give all that was mended, sorted: what was counted now, and what is kept by row."""
        rows = self._all(
            "SELECT table_name, column_name, reason, sum(count),"
            f" coalesce(array_to_string(min(row_key, {EXAMPLES}), '; '), '')"
            " FROM mended_rows GROUP BY ALL"
        )
        by_row = [Mended(table, column, reason, int(n), keys) for table, column, reason, n, keys in rows]
        told = {(one.table, one.column, one.reason) for one in by_row}
        before = [one for one in self._told_before if (one.table, one.column, one.reason) not in told]
        return sorted([*self._mended, *by_row, *before])

    # filling

    def _mapped(self, staged: _Staged, changes: Mapping[str, Sequence[Change]]) -> str:
        """Give the select of a table's rows with every change made, in the contract's columns and types."""
        present = {one.name for one in staged.columns}
        chosen: list[str] = []
        joins: list[str] = []
        for spec in staged.table.columns:
            if spec.name not in present:
                chosen.append(f"CAST(NULL AS {_TYPES[spec.kind]}) AS {q(spec.name)}")
                continue
            value = f"s.{q(spec.name)}"
            moved = [
                one for one in changes.get(spec.name, ()) if not one.is_left_out and one.value != one.target
            ]
            if moved:
                value = self._moved(staged, spec.name, moved, joins)
            if spec.kind is Kind.BOOLEAN:
                value = f"CAST({value} AS BOOLEAN)"
            chosen.append(f"{value} AS {q(spec.name)}")
        return f"SELECT {', '.join(chosen)} FROM {self._at(staged.name)} s {' '.join(joins)}"

    def _moved(self, staged: _Staged, column: str, moved: Sequence[Change], joins: list[str]) -> str:
        """Give a column with its changes, which lie in a small table joined to it."""
        place, alias = self._at(f"{staged.name}:{column}"), q(f"moved:{column}")
        self._conn.execute(f"CREATE TABLE {place} (value VARCHAR, target VARCHAR)")
        self._put(place, [(one.value, one.target) for one in moved])
        joins.append(f"LEFT JOIN {place} {alias} ON s.{q(column)} = {alias}.value")
        value = f"CASE WHEN {alias}.value IS NOT NULL THEN {alias}.target ELSE s.{q(column)} END"
        if any(one.value is None for one in moved):
            of_nothing = f"(SELECT target FROM {place} WHERE value IS NULL)"
            value = f"CASE WHEN s.{q(column)} IS NULL THEN {of_nothing} ELSE {value} END"
        return value

    def _fill(self, staged: _Staged, mapped: str) -> None:
        """Put the rows into the clean table in their canonical order, each key once."""
        names = [q(one.name) for one in staged.table.columns]
        every = ", ".join(f"{name} NULLS FIRST" for name in names)
        into = f"INSERT INTO {q(staged.name)} ({', '.join(names)})"
        key = staged.key
        if key is None:
            self._conn.execute(f"{into} SELECT * FROM ({mapped}) ORDER BY {every}")
            return
        if staged.since is not None:
            # More may have come than was asked for: what is there already would be there twice.
            came = f"SELECT {{n: n}} FROM ({mapped}) n WHERE {key} IS NULL"
            self._conn.execute(f"DELETE FROM {q(staged.name)} o WHERE {key} IS NULL AND {{n: o}} IN ({came})")
        # Sorting by the key alone is enough, and half the memory: it is unique where there is one.
        self._conn.execute(f"{into} SELECT * FROM ({mapped}) WHERE {key} IS NULL ORDER BY {every}")
        keyed = f"FROM ({mapped}) WHERE {key} IS NOT NULL"
        twice, best = self._at(f"{staged.name}:twice"), self._at(f"{staged.name}:best")
        self._conn.execute(f"CREATE TABLE {twice} AS SELECT {key} {keyed} GROUP BY {key} HAVING count(*) > 1")
        if self._count(twice):
            self._choose(staged, mapped, key, twice, best)
            others = f"SELECT * {keyed} AND {key} NOT IN (FROM {twice})"
            self._conn.execute(f"{into} SELECT * FROM ({others} UNION ALL FROM {best}) ORDER BY {key}")
        else:
            self._conn.execute(f"{into} SELECT * {keyed} ORDER BY {key}")

    def _choose(self, staged: _Staged, mapped: str, key: str, twice: str, best: str) -> None:
        """Of the rows of one key keep the latest, then the greatest in binary order; tell of the rest."""
        names = [one.name for one in staged.table.columns]
        first = ["updated_at"] if "updated_at" in names else []
        order = ", ".join(f"{q(name)} DESC NULLS LAST" for name in (*first, *names))
        distinct = self._at(f"{staged.name}:distinct")
        self._conn.execute(
            f"CREATE TABLE {distinct} AS SELECT *, count(*) AS times FROM ({mapped})"
            f" WHERE {key} IN (FROM {twice}) GROUP BY ALL"
        )
        self._conn.execute(
            f"CREATE TABLE {best} AS SELECT * EXCLUDE (times) FROM {distinct}"
            f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
        )
        left = {Reason.SAME_ROW: "sum(times - 1)", Reason.SAME_KEY: "count(*) - 1"}
        for reason, counted in left.items():
            asked = f"SELECT {key} AS k, {counted} AS n FROM {distinct} GROUP BY {key} HAVING n > 0"
            if staged.is_read_by_changes:
                given = [staged.name, key.strip('"'), reason.value]
                self._conn.execute(
                    "DELETE FROM mended_rows WHERE table_name = $1 AND reason = $2"
                    f" AND row_key IN (SELECT k FROM ({asked}))",
                    [given[0], given[2]],
                )
                self._conn.execute(
                    f"INSERT INTO mended_rows SELECT $1, $2, $3, k, n, NULL FROM ({asked})", given
                )
                continue
            rows = self._all(f"SELECT CAST(k AS VARCHAR), n FROM ({asked}) ORDER BY 1")
            if rows:
                keys = [str(one) for one, _ in rows[:EXAMPLES]]
                self._keep(staged.name, key.strip('"'), reason, int(sum(n for _, n in rows)), keys)

    # the engine

    def _at(self, name: str) -> str:
        return f"{self._stage}.{q(name)}"

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        return self._conn.execute(statement).fetchall()

    def _count(self, table: str) -> int:
        return int(self._all(f"SELECT count(*) FROM {table}")[0][0])

    def _put(self, table: str, rows: Sequence[tuple[str | None, ...]]) -> None:
        if rows:
            lists = [list(column) for column in zip(*rows, strict=True)]
            chosen = ", ".join(f"unnest(CAST(${i + 1} AS VARCHAR[]))" for i in range(len(lists)))
            self._conn.execute(f"INSERT INTO {table} SELECT {chosen}", lists)


class _Values:
    """Some values as a small table, for as long as a statement needs them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, values: Sequence[str | None]) -> None:
        self._conn = connection
        self._values = list(values)

    def __enter__(self) -> str:
        self._conn.execute(
            "CREATE OR REPLACE TEMP TABLE motcua_values AS SELECT unnest(CAST($1 AS VARCHAR[])) AS value",
            [self._values],
        )
        return "motcua_values"

    def __exit__(self, *_: object) -> None:
        self._conn.execute("DROP TABLE IF EXISTS motcua_values")


def _is_one_of(column: str, values: str) -> str:
    return f"EXISTS (SELECT 1 FROM {values} v WHERE v.value IS NOT DISTINCT FROM s.{q(column)})"


def example_key(table: Table, present: Sequence[str]) -> str:
    """Give the column whose values name a row of a table: its key, else its dossier, else the first."""
    keys = [one.name for one in table.columns if one.key and one.name in present]
    return next((one for one in (*keys, "dossier_code") if one in present), present[0])


def _mark(column: str) -> str:
    return f"{column}?"


def _staged_type(column: ColumnRead) -> str:
    # What is a boolean is decided over the distinct words.
    return "VARCHAR" if column.kind is Kind.BOOLEAN else _TYPES[column.kind]
