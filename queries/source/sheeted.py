"""What only rows of sheets need: those of no use set aside, and those that several sheets have made one.

Rows of sheets lie with all others where they are cleaned, beside the number of their sheet (``ORIGIN``, the
newer the greater; 0: the database) and of their row in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from queries.source.expressions import MARKS
from queries.source.files.names import name_keys
from queries.source.files.sheet import Merged
from queries.source.mended import Reason

ORIGIN, ROW = '"#origin"', '"#row"'
MOST_REJECTED = 50_000
"""So many rows are kept for one reason: where there are more, a setting is wrong and not the rows."""


@dataclass(frozen=True)
class Origin:
    """A sheet that rows come from: its number, the newer the greater and none 0, and what it is called."""

    number: int
    label: str


@dataclass(frozen=True, order=True)
class Rejected:
    """A row of a sheet that is of no use, or not all of it: the sheet's number, the row, what is wrong where.

    ``wrong``: column and reason, each once.
    """

    origin: int
    row: int
    wrong: tuple[tuple[str, str], ...]


class Sheeted:
    """The rows of sheets in one reading; ``stage``: the attached database they lie in, quoted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stage: str) -> None:
        self._conn = connection
        self._stage = stage
        connection.execute(f"CREATE TABLE {self._at('#origins')} (number USMALLINT, label VARCHAR)")
        connection.execute(
            f"CREATE TABLE {self._at('#rejected')} (origin USMALLINT, row_number INTEGER,"
            " column_name VARCHAR, reason VARCHAR)"
        )

    def add(self, origin: Origin) -> None:
        """Know a sheet."""
        self._conn.execute(
            f"INSERT INTO {self._at('#origins')} VALUES ($1, $2)", [origin.number, origin.label]
        )

    def fill_down(self, name: str, column: str, origin: int, merged: Sequence[Merged]) -> int:
        """Give each row that a cell of ``column`` covers what stands in the cell's first row; say how many.

        ``column``: quoted. Of cells that cover one another only the first counts.
        """
        first: list[int] = []
        last: list[int] = []
        for one in sorted(merged):
            if not last or one.first > last[-1]:
                first.append(one.first)
                last.append(one.last)
        at, mark = self._at(name), f'{column[:-1]}?"'
        done = self._conn.execute(
            f"UPDATE {at} AS t SET {column} = v.value, {mark} = v.mark FROM ("
            f"SELECT r, s.{column} AS value, s.{mark} AS mark FROM (SELECT first,"
            " unnest(range(first + 1, last + 1)) AS r FROM (SELECT unnest($1) AS first, unnest($2) AS last))"
            f" JOIN {at} s ON s.{ORIGIN} = $3 AND s.{ROW} = first AND s.{column} IS NOT NULL) v"
            f" WHERE t.{ORIGIN} = $3 AND t.{ROW} = v.r AND t.{column} IS NULL AND t.{mark} IS NULL",
            [first, last, origin],
        ).fetchone()
        return int(done[0]) if done else 0

    def set_aside(self, name: str, key: str | None, moment: str | None) -> list[tuple[str, Reason]]:
        """Take away the rows of sheets that name no record, or no moment of it.

        ``key``, ``moment``: those columns, quoted; None where the table has none. Give the columns and
        reasons there may be: ``aside`` gives what there is.
        """
        why: list[tuple[str, str, Reason]] = []
        if key is not None:
            why.append((f"{key} IS NULL", key, Reason.NO_KEY))
        if moment is not None:
            mark = f'{moment[:-1]}?"'
            why += [
                (f"{moment} IS NULL AND {mark} = {number}", moment, reason)
                for number, reason in MARKS.items()
            ]
            why.append((f"{moment} IS NULL", moment, Reason.NO_MOMENT))
        if not why:
            return []
        cases = " ".join(f"WHEN {condition} THEN {place}" for place, (condition, _, _) in enumerate(why))
        self._conn.execute(
            f"CREATE TABLE {self._at(f'{name}:aside')} AS SELECT rowid AS id, {ORIGIN}, {ROW},"
            f" {key or 'NULL'} AS k, CASE {cases} END AS why FROM {self._at(name)}"
            f" WHERE {ORIGIN} > 0 AND why IS NOT NULL"
        )
        self._conn.execute(
            f"DELETE FROM {self._at(name)} WHERE rowid IN (SELECT id FROM {self._at(f'{name}:aside')})"
        )
        return [(column.strip('"'), reason) for _, column, reason in why]

    def aside(
        self, name: str, key: str | None, why: Sequence[tuple[str, Reason]]
    ) -> Iterable[tuple[str, Reason, int, list[str]]]:
        """Give what was set aside: column, reason, how many rows, and some of them.

        Not those whose record another row tells: they have been mended.
        """
        if not why:
            return
        place = self._at(f"{name}:aside")
        if key is not None:
            self._conn.execute(f"DELETE FROM {place} WHERE k IN (SELECT {key} FROM {self._at(name)})")
        for number, (column, reason) in enumerate(why):
            source = f"{place} s WHERE why = {number}"
            count = self._conn.execute(f"SELECT count(*) FROM {source}").fetchone()
            if count and count[0]:
                self.reject(source, column, reason)
                yield column, reason, count[0], self.examples(source, "s.k")

    def reject(self, source: str, column: str, reason: Reason) -> None:
        """Keep the rows of sheets in ``source`` (a table ``s`` and a condition) to be given back."""
        self._conn.execute(
            f"INSERT INTO {self._at('#rejected')} SELECT s.{ORIGIN}, s.{ROW}, $1, $2 FROM {source}"
            f" AND s.{ORIGIN} > 0 ORDER BY ALL LIMIT {MOST_REJECTED}",
            [column, reason.value],
        )

    def examples(self, source: str, key: str, most: int = 3) -> list[str]:
        """Give the first rows of ``source`` by their key, those of sheets with their place."""
        rows = self._conn.execute(
            f"SELECT CAST(k AS VARCHAR), label, r FROM (SELECT {key} AS k, s.{ORIGIN} AS o, s.{ROW} AS r"
            f" FROM {source} ORDER BY ALL LIMIT {most}) LEFT JOIN {self._at('#origins')} ON o = number"
            " ORDER BY k, o, r"
        ).fetchall()
        return [
            " ".join([*([k] if k else []), *([f"({label}, dòng {row})"] if label else [])])
            for k, label, row in rows
        ]

    def without_overlap(self, name: str, key: str | None, columns: Sequence[str]) -> str | None:
        """Find the rows whose record a better sheet, or the database, tells; give the condition of them.

        By key the latest ``updated_at`` where all rows of it have one, else the database, else the newer
        sheet. Without a key rows alike in all columns are one, but for those a sheet has several times.
        None where there are none.
        """
        at, over = self._at(name), self._at(f"{name}:over")
        best = f"{ORIGIN} = 0 DESC, {ORIGIN} DESC"
        if key is not None:
            dated = "updated_at" if '"updated_at"' in columns else "NULL::TIMESTAMP"
            found = (
                f"SELECT id FROM (SELECT id, o, first_value(o) OVER (PARTITION BY k ORDER BY"
                f" CASE WHEN has_all THEN dated END DESC NULLS LAST, o = 0 DESC, o DESC) AS best FROM ("
                f" SELECT rowid AS id, {ORIGIN} AS o, {key} AS k, {dated} AS dated,"
                f" count({dated}) OVER (PARTITION BY {key}) = count(*) OVER (PARTITION BY {key}) AS has_all"
                f" FROM {at} WHERE {key} IN (SELECT {key} FROM {at} GROUP BY {key}"
                f" HAVING min({ORIGIN}) <> max({ORIGIN})))) WHERE o <> best"
            )
        else:
            every = ", ".join(columns)
            found = (
                f"SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY {every}, nth ORDER BY {best})"
                f" AS r FROM (SELECT rowid AS id, {every}, {ORIGIN},"
                f" row_number() OVER (PARTITION BY {every}, {ORIGIN}) AS nth FROM {at})) WHERE r > 1"
            )
        self._conn.execute(f"CREATE TABLE {over} AS {found}")
        some = self._conn.execute(f"SELECT 1 FROM {over} LIMIT 1").fetchone()
        return f"s.rowid IN (SELECT id FROM {over})" if some else None

    def rejected(self) -> tuple[Rejected, ...]:
        """Give every row to be given back, in order."""
        rows = self._conn.execute(
            "SELECT origin, row_number, list_sort(list(DISTINCT struct_pack(c := column_name, r := reason)))"
            f" FROM {self._at('#rejected')} GROUP BY ALL ORDER BY 1, 2"
        ).fetchall()
        return tuple(
            Rejected(origin, row, tuple((one["c"], one["r"]) for one in wrong)) for origin, row, wrong in rows
        )

    def _at(self, name: str) -> str:
        return f'{self._stage}."{name}"'


_KINDS = {
    "phường": "ward", "xã": "commune", "thị trấn": "township", "đặc khu": "zone", "phòng": "department",
    "ban": "department", "văn phòng": "department", "bộ phận": "desk", "trung tâm": "center",
    "chi nhánh": "branch", "điểm": "point",
}  # fmt: skip
_KIND_OF = {name_keys(words)[0]: kind for words, kind in _KINDS.items()}


def kind_of_unit(name: str) -> str | None:
    """Give the kind of a unit by the words its name begins with; None where they do not tell."""
    key = f"{name_keys(name)[0]} "
    return next((kind for words, kind in _KIND_OF.items() if key.startswith(f"{words} ")), None)
