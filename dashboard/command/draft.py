"""The settings file that ``connect`` writes: what is known as lines, what is not as comments to decide on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.settings.sources import FILE
from queries.check.identifiers import ColumnGuess, TableGuess
from queries.check.words import NATIONAL, Unknown, allowed_words, meanings
from queries.source.masking import mask

UNSURE = "# ? "
VARIABLE = "MOTCUA_DATABASE_URL"


@dataclass(frozen=True)
class Draft:
    """What the file says.

    ``url``: the address, None where there is no database; ``is_url_kept``: it stands in the file, else in the
    environment. ``paths``: of files. ``tables``, ``columns``, ``words`` ("table.column" → word → ours),
    ``zones``: what a person said. ``guesses``: what may be meant by a database's names. ``unknown``: words to
    be explained; ``are_words_taken``: as they are proposed. ``unzoned``: moments of dossiers without a zone.
    """

    url: str | None = None
    is_url_kept: bool = True
    paths: tuple[str, ...] = ()
    schema: str | None = None
    is_live: bool | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    guesses: tuple[TableGuess, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    are_words_taken: bool = False
    unzoned: tuple[str, ...] = ()

    def text(self) -> str:
        """Give the file's text."""
        parts = [
            [
                f"# {FILE}: «motcua connect» viết, người phụ trách xem lại từng dòng.",
                f"# Dòng bắt đầu bằng “{UNSURE.strip()}” là điều chưa chắc: đúng thì bỏ “{UNSURE.strip()}”, "
                "sai thì sửa hoặc xóa.",
            ],
            list(self._head()), list(self._tables()), *self._columns(), *self._values(), list(self._zones()),
            *(["[[files]]", f"path = {_quoted(one)}"] for one in self.paths),
        ]  # fmt: skip
        return "\n\n".join("\n".join(one) for one in parts if one) + "\n"

    def unsure(self) -> list[str]:
        """Give what stands in the file as a question: "table" and "table.column"."""
        tables = [one.name for one in self.guesses if not one.is_sure]
        columns = [
            f"{one.name}.{each.column}" for one in self.guesses for each in one.columns if not each.is_sure
        ]
        return tables + columns

    def _head(self) -> Iterator[str]:
        if self.url is not None and self.is_url_kept:
            yield f"database_url = {_quoted(self.url)}"
        elif self.url is not None:
            yield f"# Địa chỉ nằm ở biến môi trường {VARIABLE}: {mask(self.url)}"
        if self.schema is not None:
            yield f"schema = {_quoted(self.schema)}"
        if self.url is not None and self.is_live is not None:
            told = "# cơ sở dữ liệu đang vận hành: số liệu đến lúc đọc"
            yield f'{"" if self.is_live else UNSURE}as_of = "live"  {told}'

    def _tables(self) -> Iterator[str]:
        lines = [f"{name} = {_quoted(real)}" for name, real in self.tables.items()]
        for one in self.guesses:
            if one.name in self.tables or one.real == one.name:
                continue
            also = f"  # cũng có thể: {', '.join(one.others)}" if one.others else ""
            lines.append(f"{'' if one.is_sure else UNSURE}{one.name} = {_quoted(one.real)}{also}")
        if lines:
            yield "[tables]"
            yield from lines

    def _columns(self) -> Iterator[list[str]]:
        guessed = {one.name: one for one in self.guesses}
        named = dict.fromkeys([*guessed, *(key.partition(".")[0] for key in self.columns)])
        for table in named:
            said = {
                key.partition(".")[2]: real
                for key, real in self.columns.items()
                if key.startswith(f"{table}.")
            }
            lines = [f"{column} = {_quoted(real)}" for column, real in said.items()]
            for one in guessed[table].columns if table in guessed else ():
                if one.column not in said and (not one.is_sure or one.real.casefold() != one.column):
                    lines += _column(one)
            if lines:
                yield [f"[columns.{table}]", *lines]

    def _values(self) -> Iterator[list[str]]:
        by_name = {f"{one.table}.{one.column}": one for one in self.unknown}
        for name in dict.fromkeys([*self.words, *by_name]):
            said = self.words.get(name, {})
            one = by_name.get(name)
            lines = [
                f"[values.{name}]",
                *(f"{_quoted(word)} = {_quoted(ours)}" for word, ours in said.items()),
            ]
            if one is not None:
                lines.insert(1, f"# Cho phép: {', '.join(allowed_words(one))}.")
                lines += self._proposed(one, said)
            yield lines

    def _proposed(self, one: Unknown, said: Mapping[str, str]) -> Iterator[str]:
        may_mean = meanings(one)
        if self.are_words_taken and is_national(one):
            may_mean |= {code: ours for code, ours in NATIONAL[one.column].items() if code not in may_mean}
        for word, ours in may_mean.items():
            if word not in said:
                rows = one.words.get(word)
                told = f"  # {rows} dòng đã xem" if rows else ""
                is_taken = self.are_words_taken and ours
                yield f"{'' if is_taken else UNSURE}{_quoted(word)} = {_quoted(ours)}{told}"

    def _zones(self) -> Iterator[str]:
        if self.zones or self.unzoned:
            yield "[zones]"
            yield from (f"{_quoted(name)} = {_quoted(zone)}" for name, zone in self.zones.items())
            if self.unzoned and not any(one.partition(".")[0] == "dossiers" for one in self.zones):
                yield f"# Không kèm múi giờ, đọc đúng như đã ghi: {', '.join(self.unzoned)}. Nếu là giờ UTC:"
                yield f'{UNSURE}dossiers = "UTC"'


def is_national(one: Unknown) -> bool:
    """Say whether the words of a column are codes of the national list."""
    codes = NATIONAL.get(one.column, {}) if one.table == "dossiers" else {}
    return bool(codes) and all(word.lstrip("0") in codes for word in one.words)


def _column(one: ColumnGuess) -> list[str]:
    mark = "" if one.is_sure else UNSURE
    why = f"  # {one.why}" if one.why else ""
    if one.column == "due_at" and one.is_sure:
        why = "  # phải là hẹn đầu tiên, không phải ngày hẹn lại"
    return [f"{mark}{one.column} = {_quoted(real)}{why}" for real in (one.real, *one.others)]


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write(text: str, wanted: Path) -> Path:
    """Write a new file that this account alone reads, beside ``wanted`` where that is there; give it."""
    beside = wanted.with_name(f"{wanted.stem}.moi{wanted.suffix}")
    numbered = (beside.with_stem(f"{beside.stem}-{number}") for number in range(2, 1000))
    for path in (wanted, beside, *numbered):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        return path
    raise FileExistsError(f"{wanted}")


def chosen(guesses: Sequence[TableGuess], taken: Mapping[str, str]) -> tuple[TableGuess, ...]:
    """Give the guesses with those a person took made sure: "table" or "table.column" → the name taken."""
    return tuple(
        TableGuess(
            one.name, taken.get(one.name, one.real), one.is_sure or one.name in taken,
            tuple(
                ColumnGuess(each.column, taken[f"{one.name}.{each.column}"], is_sure=True)
                if f"{one.name}.{each.column}" in taken else each
                for each in one.columns
            ),
            () if one.name in taken else one.others, one.personal, one.unused,
        )
        for one in guesses
    )  # fmt: skip
