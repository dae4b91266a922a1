"""The rows of a source, made clean: one text for one thing, days that are days, keys that are unique.

Whole columns are read by expressions of the copy's engine while the parts of a table arrive; what takes a
dictionary (words, codes) is decided here over the few distinct values of a column. Whatever is changed or
left out is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from queries.contract import CONTRACT, Column, Kind, Table
from queries.source.expressions import MARKS, TEXT_MARKS, ColumnRead, Parameters, Steps, steps_of
from queries.source.folding import Catalogue, fold
from queries.source.kinds import SourceKind
from queries.source.mapping import FALSE_WORDS, LEFT_OUT, TRUE_WORDS, SourceMapping
from queries.source.mended import EXAMPLES, Mended, Reason
from queries.source.parts import Part

CLEANING_VERSION = 1
"""Greater where the same rows would be read otherwise: a copy cleaned by another is read anew, whole."""

UNIT_COLUMNS = frozenset({
    "unit_code", "receiving_unit_code", "issuing_unit_code", "parent_code", "successor_code",
})  # fmt: skip
ORDER = ("units", "procedures", "officers", "dossiers", "slips", "ratings", "complaints", "receptions",
         "loads", "events", "duties", "published", "steps")  # fmt: skip
"""The tables as they are finished: the catalogues before what refers to them."""

_TYPES = {
    Kind.TEXT: "VARCHAR", Kind.NUMBER: "BIGINT", Kind.DECIMAL: "DECIMAL(18, 4)", Kind.BOOLEAN: "BOOLEAN",
    Kind.DAY: "DATE", Kind.MOMENT: "TIMESTAMP",
}  # fmt: skip
_FETCHED = 50_000
_WORD = {word: re.compile(rf"\b{word}\b") for word in ("raw", "text", "parsed")}


def catalogue_of(table: str, column: str) -> str | None:
    """Give the catalogue a column refers to: ``units``, ``procedures`` or ``officers``; else None."""
    if column in UNIT_COLUMNS and (table, column) != ("units", "unit_code"):
        return "units"
    if column == "procedure_code" and table != "procedures":
        return "procedures"
    if column == "officer_code" and table != "officers":
        return "officers"
    return None


_CATALOGUE_KEY = {"units": "unit_code", "procedures": "procedure_code", "officers": "officer_code"}


def q(name: str) -> str:
    """Quote a name as the copy's engine does."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Change:
    """What becomes of one distinct value: another one, nothing, or its rows left out; and why it is told."""

    value: str | None
    target: str | None
    reason: Reason | None = None
    is_left_out: bool = False


@dataclass(frozen=True)
class _Staged:
    """A table as it lies aside: its columns, and the statement that takes a part in."""

    table: Table
    columns: tuple[ColumnRead, ...]
    insert: str
    parameters: Mapping[str, object]

    @property
    def name(self) -> str:
        return self.table.name


class Cleaning:
    """The cleaning of one reading. ``stage``: the attached database that holds what is not finished.

    ``earlier``: the attached database with the copy before, where this reading brings changes alone: its
    dossiers are known too.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, mapping: SourceMapping, zone: str, stage: str,
        *, earlier: str | None = None, is_partial: bool = False,
    ) -> None:  # fmt: skip
        self._conn = connection
        self._mapping = mapping
        self._zone = zone
        self._stage = q(stage)
        self._earlier = earlier
        self._is_partial = is_partial
        self._staged: dict[str, _Staged] = {}
        self._catalogues: dict[str, Catalogue] = {}
        self._mended: list[Mended] = []
        self.rows: dict[str, int] = {}

    # arriving

    def open_table(self, name: str, columns: Sequence[ColumnRead]) -> None:
        """Make the place where the parts of a table are put."""
        parameter = Parameters()
        steps = [steps_of(one, self._mapping, self._zone, parameter) for one in columns]
        self._staged[name] = _Staged(
            CONTRACT[name], tuple(columns), self._insert(name, columns, steps), parameter.values
        )
        kept = ", ".join(
            f"{q(one.name)} {_staged_type(one)}, {q(_mark(one.name))} UTINYINT" for one in columns
        )
        self._conn.execute(f"CREATE TABLE {self._at(name)} ({kept})")

    def _insert(self, name: str, columns: Sequence[ColumnRead], steps: Sequence[Steps]) -> str:
        # Each step reads the one before it, so that nothing is written out, or worked out, twice.
        def of(i: int, expression: str) -> str:
            for word in ("raw", "text", "parsed"):
                expression = _replaced(expression, word, f"{word}{i}")
            return expression

        every = range(len(columns))
        file = ", ".join(f"'raw{i}': 'VARCHAR'" for i in every)
        texts = ", ".join(f"{of(i, steps[i].text)} AS text{i}" for i in every)
        parsed = ", ".join(f"{of(i, steps[i].parsed)} AS parsed{i}" for i in every)
        values = ", ".join(f"{of(i, steps[i].value)}, {of(i, steps[i].mark)}" for i in every)
        return (
            f"INSERT INTO {self._at(name)} SELECT {values} FROM (SELECT *, {parsed} FROM (SELECT *, {texts}"
            f" FROM read_csv($path, columns = {{{file}}}, auto_detect = false, header = false, delim = ',',"
            " quote = '\"', escape = '\"', nullstr = '', new_line = $newline, parallel = false,"
            " max_line_size = 100000000)))"
        )

    def take(self, name: str, part: Part) -> None:
        """Read a part into its table."""
        staged = self._staged[name]
        given = {**staged.parameters, "path": str(part.path), "newline": part.newline}
        try:
            self._conn.execute(staged.insert, given)
        except duckdb.InvalidInputException as error:
            if "utf-8" not in str(error).lower():
                raise
            # Bytes that are no UTF-8: each becomes one sign, and the rest is read.
            text = part.path.read_bytes().decode("utf-8", "replace")
            part.path.write_bytes(text.encode())
            self._conn.execute(staged.insert, given)

    # finishing

    def finish(self) -> list[Mended]:
        """Fill the clean tables with what has arrived, and tell what was mended, sorted."""
        for name in ORDER:
            if name in self._staged:
                self._finish(self._staged[name])
        return sorted(self._mended)

    def _finish(self, staged: _Staged) -> None:
        changes = {one.name: self._changes(staged, one) for one in staged.columns}
        changes = {name: one for name, one in changes.items() if one}
        for name, one in changes.items():
            self._leave_out(staged, name, [change for change in one if change.is_left_out])
        self._count_marks(staged)
        for name, one in changes.items():
            self._count_changes(staged, name, one)
        mapped = self._mapped(staged, changes)
        self._fill(staged, mapped)
        if staged.name in _CATALOGUE_KEY:
            key = q(_CATALOGUE_KEY[staged.name])
            codes = self._conn.execute(
                f"SELECT {key} FROM {q(staged.name)} WHERE {key} IS NOT NULL"
            ).fetchall()
            self._catalogues[staged.name] = Catalogue(str(code) for (code,) in codes)
        self._conn.execute(f"DROP TABLE {self._at(staged.name)}")

    # distinct values

    def _changes(self, staged: _Staged, column: ColumnRead) -> list[Change]:
        """Give what becomes of each distinct value of a column that is not kept as it is."""
        spec = staged.table[column.name]
        words = self._mapping.words(staged.name, column.name)
        if column.name == "dossier_code" and staged.name != "dossiers":
            return self._changed_dossiers(staged)
        catalogue = self._catalogue(staged, column.name)
        if not (words or spec.words or catalogue or spec.kind is Kind.BOOLEAN):
            return []
        values = self._conn.execute(
            f"SELECT DISTINCT {q(column.name)} FROM {self._at(staged.name)}"
        ).fetchall()
        meaning = Meaning(spec, column.source, words, catalogue)
        changed = (meaning.of(value) for (value,) in values)
        return [one for one in changed if one.reason or one.is_left_out or one.value != one.target]

    def _catalogue(self, staged: _Staged, column: str) -> Catalogue | None:
        name = catalogue_of(staged.name, column)
        if name is None:
            return None
        if name == staged.name:  # units refer to units
            key = _CATALOGUE_KEY[name]
            if key not in {one.name for one in staged.columns}:
                return None
            meaning = Meaning(staged.table[key], SourceKind.TEXT, self._mapping.words(name, key), None)
            values = self._conn.execute(f"SELECT DISTINCT {q(key)} FROM {self._at(name)}").fetchall()
            targets = (meaning.of(value).target for (value,) in values)
            return Catalogue(one for one in targets if one is not None)
        return self._catalogues.get(name)

    def _changed_dossiers(self, staged: _Staged) -> list[Change]:
        """Give the dossier codes that are none but fold to exactly one, and those that are not known."""
        known = ["dossiers"] if "dossiers" in self._staged else []
        sources = [q(one) for one in known] + ([f"{q(self._earlier)}.dossiers"] if self._earlier else [])
        if not sources:
            return []
        absent = " ".join(
            f"AND NOT EXISTS (SELECT 1 FROM {one} d WHERE d.dossier_code = s.dossier_code)" for one in sources
        )
        rows = self._conn.execute(
            f"SELECT DISTINCT s.dossier_code FROM {self._at(staged.name)} s WHERE s.dossier_code IS NOT NULL {absent}"
        ).fetchall()
        unknown = [str(code) for (code,) in rows]
        if not unknown:
            return []
        alike = Catalogue(self._folding_to({fold(one) for one in unknown}, sources))
        told = (_changed_code(one, one, alike) for one in unknown)
        # Where only changes were read and nothing is known of the rest, unknown means nothing.
        is_whole = not self._is_partial or self._earlier is not None
        return [one for one in told if is_whole or one.reason is Reason.FOLDED_CODE]

    def _folding_to(self, folds: set[str], sources: Iterable[str]) -> Iterator[str]:
        """Give the dossier codes whose fold is one of these."""
        self._conn.execute("CREATE OR REPLACE TEMP TABLE motcua_folds (folded VARCHAR)")
        self._put("motcua_folds", [(one,) for one in sorted(folds)])
        for source in sources:
            # Of plain letters the engine folds as Python does; the others are asked of Python.
            plain = self._conn.execute(
                f"SELECT d.dossier_code FROM {source} d JOIN motcua_folds f ON lower(d.dossier_code) = f.folded"
                " WHERE strlen(d.dossier_code) = length(d.dossier_code)"
            )
            yield from (str(code) for (code,) in plain.fetchall())
            others = self._conn.cursor().execute(
                f"SELECT d.dossier_code FROM {source} d"
                " WHERE strlen(d.dossier_code) <> length(d.dossier_code)"
            )
            while rows := others.fetchmany(_FETCHED):
                yield from (code for (code,) in rows if fold(code) in folds)
        self._conn.execute("DROP TABLE motcua_folds")

    # counting

    def _leave_out(self, staged: _Staged, column: str, left: Sequence[Change]) -> None:
        if not left:
            return
        self._tell_of(staged, column, Reason.LEFT_OUT, [one.value for one in left])
        where, given = _one_of(column, [one.value for one in left])
        self._conn.execute(f"DELETE FROM {self._at(staged.name)} WHERE {where}", given)

    def _count_changes(self, staged: _Staged, column: str, changes: Sequence[Change]) -> None:
        for reason in Reason:
            values = [one.value for one in changes if one.reason is reason]
            if values:
                self._tell_of(staged, column, reason, values)

    def _tell_of(self, staged: _Staged, column: str, reason: Reason, values: Sequence[str | None]) -> None:
        self._conn.execute("CREATE OR REPLACE TEMP TABLE motcua_told (told VARCHAR)")
        self._put("motcua_told", [(one,) for one in values])
        condition = f"EXISTS (SELECT 1 FROM motcua_told WHERE told IS NOT DISTINCT FROM s.{q(column)})"
        self._tell(staged, column, reason, condition)
        self._conn.execute("DROP TABLE motcua_told")

    def _count_marks(self, staged: _Staged) -> None:
        """Count the marks the parts arrived with; most tables have none."""
        marks = [one.name for one in staged.columns]
        asked = ", ".join(f"count({q(_mark(one))})" for one in marks)
        counted = self._conn.execute(f"SELECT {asked} FROM {self._at(staged.name)}").fetchone()
        for name, count in zip(marks, counted or (), strict=True):
            if not count:
                continue
            mark = q(_mark(name))
            if staged.table[name].kind in (Kind.TEXT, Kind.BOOLEAN):
                for bit, reason in TEXT_MARKS:
                    self._tell(staged, name, reason, f"({mark} & {bit}) <> 0")
            else:
                for number, reason in MARKS.items():
                    self._tell(staged, name, reason, f"{mark} = {number}")

    def _tell(self, staged: _Staged, column: str, reason: Reason, condition: str) -> None:
        """Keep how many rows meet a condition, with some of their keys; nothing where none does."""
        source = f"{self._at(staged.name)} s WHERE {condition}"
        found = self._conn.execute(f"SELECT count(*) FROM {source}").fetchone()
        count = found[0] if found else 0
        if count:
            key = q(example_key(staged.table, [one.name for one in staged.columns]))
            keys = self._conn.execute(
                f"SELECT DISTINCT CAST(s.{key} AS VARCHAR) AS k FROM {source} AND s.{key} IS NOT NULL"
                f" ORDER BY k LIMIT {EXAMPLES}"
            ).fetchall()
            self._keep(staged.name, column, reason, count, [str(one) for (one,) in keys])

    def _keep(self, table: str, column: str, reason: Reason, count: int, keys: Sequence[str]) -> None:
        self._mended.append(Mended(table, column, reason.value, count, "; ".join(keys)))

    # filling

    def _mapped(self, staged: _Staged, changes: Mapping[str, Sequence[Change]]) -> str:
        """Give the select of a table's rows with every change made, in the contract's columns and types."""
        present = {one.name for one in staged.columns}
        chosen, joins = [], []
        for spec in staged.table.columns:
            if spec.name not in present:
                chosen.append(f"CAST(NULL AS {_TYPES[spec.kind]}) AS {q(spec.name)}")
                continue
            value = f"s.{q(spec.name)}"
            moved = [
                one for one in changes.get(spec.name, ()) if not one.is_left_out and one.value != one.target
            ]
            if moved:
                alias = q(f"m:{spec.name}")
                map_name = self._at(f"{staged.name}:{spec.name}")
                self._conn.execute(f"CREATE TABLE {map_name} (value VARCHAR, target VARCHAR)")
                self._put(map_name, [(one.value, one.target) for one in moved if one.value is not None])
                joins.append(f"LEFT JOIN {map_name} {alias} ON {value} = {alias}.value")
                value = f"CASE WHEN {alias}.value IS NOT NULL THEN {alias}.target ELSE {value} END"
                of_nothing = [one.target for one in moved if one.value is None]
                if of_nothing:
                    nothing = self._at(f"{staged.name}:{spec.name}:nothing")
                    self._conn.execute(f"CREATE TABLE {nothing} (target VARCHAR)")
                    self._put(nothing, [(of_nothing[0],)])
                    value = f"CASE WHEN s.{q(spec.name)} IS NULL THEN (SELECT target FROM {nothing}) ELSE {value} END"
            if spec.kind is Kind.BOOLEAN:
                value = f"CAST({value} AS BOOLEAN)"
            chosen.append(f"{value} AS {q(spec.name)}")
        return f"SELECT {', '.join(chosen)} FROM {self._at(staged.name)} s {' '.join(joins)}"

    def _fill(self, staged: _Staged, mapped: str) -> None:
        """Put the rows into the clean table in their canonical order, each key once."""
        table = staged.table
        names = [q(one.name) for one in table.columns]
        every = ", ".join(f"{name} NULLS FIRST" for name in names)
        key = next((q(one.name) for one in table.columns if one.key), None)
        into = f"INSERT INTO {q(table.name)} ({', '.join(names)})"
        if key is None:
            self._conn.execute(f"{into} SELECT * FROM ({mapped}) ORDER BY {every}")
        else:
            # Sorting by the key alone is enough, and half the memory: it is unique where there is one.
            self._conn.execute(f"{into} SELECT * FROM ({mapped}) WHERE {key} IS NULL ORDER BY {every}")
            twice, best = self._at(f"{table.name}:twice"), self._at(f"{table.name}:best")
            self._conn.execute(
                f"CREATE TABLE {twice} AS SELECT {key} FROM ({mapped}) WHERE {key} IS NOT NULL"
                f" GROUP BY {key} HAVING count(*) > 1"
            )
            if self._count(twice):
                self._choose(staged, mapped, key, twice, best)
                others = f"SELECT * FROM ({mapped}) ANTI JOIN {twice} USING ({key}) WHERE {key} IS NOT NULL"
                self._conn.execute(f"{into} SELECT * FROM ({others} UNION ALL FROM {best}) ORDER BY {key}")
                self._conn.execute(f"DROP TABLE {best}")
            else:
                self._conn.execute(f"{into} SELECT * FROM ({mapped}) WHERE {key} IS NOT NULL ORDER BY {key}")
            self._conn.execute(f"DROP TABLE {twice}")
        self.rows[table.name] = self._count(q(table.name))

    def _choose(self, staged: _Staged, mapped: str, key: str, twice: str, best: str) -> None:
        """Of the rows of one key keep the latest, then the greatest in binary order; count the rest."""
        names = [q(one.name) for one in staged.table.columns]
        has_updated = any(one.name == "updated_at" for one in staged.table.columns)
        first = ["updated_at DESC NULLS LAST"] if has_updated else []
        order = ", ".join([*first, *(f"{name} DESC NULLS LAST" for name in names)])
        distinct = self._at(f"{staged.name}:distinct")
        self._conn.execute(
            f"CREATE TABLE {distinct} AS SELECT {', '.join(names)}, count(*) AS times"
            f" FROM ({mapped}) SEMI JOIN {twice} USING ({key}) GROUP BY ALL"
        )
        self._conn.execute(
            f"CREATE TABLE {best} AS SELECT * EXCLUDE (times) FROM {distinct}"
            f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
        )
        for reason, asked in (
            (
                Reason.SAME_ROW,
                f"SELECT {key}, sum(times - 1) AS n FROM {distinct} WHERE times > 1 GROUP BY {key}",
            ),
            (
                Reason.SAME_KEY,
                f"SELECT {key}, count(*) - 1 AS n FROM {distinct} GROUP BY {key} HAVING count(*) > 1",
            ),
        ):
            rows = self._conn.execute(
                f"SELECT CAST({key} AS VARCHAR), n FROM ({asked}) ORDER BY 1"
            ).fetchall()
            if rows:
                keys = [str(one) for one, _ in rows[:EXAMPLES]]
                self._keep(staged.name, key.strip('"'), reason, int(sum(n for _, n in rows)), keys)
        self._conn.execute(f"DROP TABLE {distinct}")

    # the engine

    def _at(self, name: str) -> str:
        return f"{self._stage}.{q(name)}"

    def _count(self, table: str) -> int:
        found = self._conn.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(found[0]) if found else 0

    def _put(self, table: str, rows: Sequence[tuple[str | None, ...]]) -> None:
        if not rows:
            return
        lists = [list(column) for column in zip(*rows, strict=True)]
        chosen = ", ".join(f"unnest(CAST(${i + 1} AS VARCHAR[]))" for i in range(len(lists)))
        self._conn.execute(f"INSERT INTO {table} SELECT {chosen}", lists)


class Meaning:
    """What the distinct values of one column mean: the settings' words first, then the contract's."""

    def __init__(
        self, spec: Column, source: SourceKind, words: Mapping[str, str], catalogue: Catalogue | None
    ) -> None:
        self._spec = spec
        self._source = source
        self._words = words
        self._keys = Catalogue(one for one in words if one)
        self._known = Catalogue(spec.words)
        self._catalogue = catalogue

    def of(self, value: str | None) -> Change:
        """Give what becomes of a value."""
        mapped = self._mapped(value)
        if mapped == LEFT_OUT and self._words:
            return Change(value, None, is_left_out=True)
        if mapped is None:
            return Change(value, None)
        if self._spec.kind is Kind.BOOLEAN:
            return _changed_boolean(value, mapped)
        if self._spec.words:
            return _changed_word(value, mapped, self._known)
        if self._catalogue is not None:
            return _changed_code(value, mapped, self._catalogue)
        return Change(value, mapped)

    def _mapped(self, value: str | None) -> str | None:
        if not self._words:
            return value
        if value is None:
            return self._words.get("") or None
        spellings = [value]
        if self._source is SourceKind.BOOLEAN:
            spellings += {"1": ["true"], "0": ["false"]}.get(value, [])
        for one in spellings:
            alike = self._keys.alike(one)
            if len(alike) == 1:
                return self._words[alike[0]] or None
        return value


def _changed_boolean(value: str | None, mapped: str) -> Change:
    word = fold(mapped)
    word = word[:1] if word in ("1.0", "0.0") else word
    if word in TRUE_WORDS:
        return Change(value, "true")
    if word in FALSE_WORDS:
        return Change(value, "false")
    return Change(value, None, Reason.NOT_BOOLEAN)


def _changed_word(value: str | None, mapped: str, known: Catalogue) -> Change:
    alike = known.alike(mapped)
    if len(alike) != 1:
        return Change(value, mapped, Reason.UNKNOWN_WORD)
    return Change(value, alike[0], None if alike[0] == mapped else Reason.FOLDED_WORD)


def _changed_code(value: str | None, mapped: str, catalogue: Catalogue) -> Change:
    alike = catalogue.alike(mapped)
    if len(alike) == 1:
        return Change(value, alike[0], None if alike[0] == mapped else Reason.FOLDED_CODE)
    return Change(value, mapped, Reason.AMBIGUOUS_CODE if alike else Reason.UNKNOWN_CODE)


def example_key(table: Table, present: Sequence[str]) -> str:
    """Give the column whose values name a row of a table: its key, else the first there is."""
    key = next((one.name for one in table.columns if one.key), None)
    if key in present and key is not None:
        return key
    return "dossier_code" if "dossier_code" in present else present[0]


def _mark(column: str) -> str:
    return f"{column}?"


def _staged_type(column: ColumnRead) -> str:
    # What is a boolean is decided over the distinct words.
    return "VARCHAR" if column.kind is Kind.BOOLEAN else _TYPES[column.kind]


def _one_of(column: str, values: Sequence[str | None]) -> tuple[str, dict[str, object]]:
    some = [one for one in values if one is not None]
    condition = f"{q(column)} IN (SELECT unnest(CAST($values AS VARCHAR[])))"
    if len(some) < len(values):
        condition += f" OR {q(column)} IS NULL"
    return condition, {"values": some}


def _replaced(expression: str, word: str, name: str) -> str:
    """Put a column's name for a word of an expression, not within quotes or longer words."""
    parts = expression.split("'")
    for i in range(0, len(parts), 2):
        parts[i] = _WORD[word].sub(name, parts[i])
    return "'".join(parts)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the clean tables, ``present`` and ``mended`` where they are not there yet."""
    for spec in CONTRACT.values():
        columns = ", ".join(f"{q(one.name)} {_TYPES[one.kind]}" for one in spec.columns)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {q(spec.name)} ({columns})")
    connection.execute("CREATE TABLE IF NOT EXISTS present (name VARCHAR)")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS mended (table_name VARCHAR, column_name VARCHAR, reason VARCHAR,"
        " count BIGINT, examples VARCHAR)"
    )
