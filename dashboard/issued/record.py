"""What is kept of a numbered sheet: who asked what, when, of which data, and every figure that is on it.

A sheet's figures are kept as it prints them, in ``Block``s: a head, a sentence, or a table with its rows.
What differs between two takings of the same figures (number, moment, who, address) is in none of them, so
that equal figures have equal checksums.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from dashboard.question.access import Rights
from queries.asked.periods import parse_period

PAGE = "/phieu"
"""The page of a sheet is below it, by its number."""


@dataclass(frozen=True)
class Block:
    """One thing a sheet says.

    ``kind``: "head", "text", "note" (definitions and sources: no figure of the view), or "rows", whose
    ``heads`` name its columns; ``text`` of rows says what a picture shows whose values they are.
    """

    kind: str
    text: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def rows_block(heads: Iterable[str], rows: Iterable[Iterable[str]], text: str = "") -> Block:
    """Give a table as a block."""
    return Block("rows", text, tuple(heads), tuple(tuple(row) for row in rows))


@dataclass(frozen=True)
class Seal:
    """What is printed on a sheet of its own record: its number, empty where it got none, and lines."""

    number: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """What a sheet says, whoever takes it and whenever.

    ``page``, ``words``: the address, with the moment, that asks the same again. ``law``: what judges it.
    """

    kind: str
    title: str
    scope: str
    period: str
    page: str
    words: Mapping[str, str]
    as_of: str
    basis: str
    is_sample: bool
    law: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def moment(self) -> datetime:
        """Give the moment of the data."""
        return datetime.fromisoformat(self.as_of)

    @property
    def checksum(self) -> str:
        """Give SHA-256 over all of it, as it is printed on the sheet."""
        told = {one.name: getattr(self, one.name) for one in fields(Taken)}
        return digest({**told, "blocks": [asdict(one) for one in self.blocks]})


@dataclass(frozen=True)
class Record:
    """One numbered sheet. ``rights``: those it was asked with; ``needed``: those that may open it.

    ``version``: of the data. ``program``: what wrote it (``program.program``); empty where a sheet is older
    than this being kept.
    """

    number: str
    made_at: str
    who: str
    version: str
    checksum: str
    rights: Rights
    needed: Rights
    file_name: str
    file_type: str
    taken: Taken
    program: str = ""

    @property
    def moment(self) -> datetime:
        """Give when the sheet was made."""
        return datetime.fromisoformat(self.made_at)

    def written(self) -> str:
        """Give the record as the one JSON text that it always is."""
        told = asdict(self) | {"rights": _rights_told(self.rights), "needed": _rights_told(self.needed)}
        return canonical(told)

    @property
    def has_dossiers(self) -> bool:
        """Say whether codes of dossiers are on the sheet."""
        return any(CODE in block.heads for block in self.taken.blocks)


BESIDE_DISTRICT = "phieu-giam-sat"
"""The kind of sheet on which the district's total stands beside a unit's own figures."""
CODE = "Mã hồ sơ"
"""The head of the column of dossiers' codes."""


def record_of(written: str) -> Record:
    """Read a record. Raises ValueError for what is none."""
    try:
        told = json.loads(written)
        taken = told["taken"]
        blocks = tuple(
            Block(one["kind"], one["text"], tuple(one["heads"]), tuple(map(tuple, one["rows"])))
            for one in taken["blocks"]
        )
        return Record(**{
            **told, "rights": _rights_of(told["rights"]), "needed": _rights_of(told["needed"]),
            "taken": Taken(**{**taken, "law": tuple(taken["law"]), "blocks": blocks}),
        })  # fmt: skip
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a record: {error}") from error


@dataclass(frozen=True)
class Entry:
    """A line of the list of sheets: what a sheet is, without its figures; ``needed`` as in ``Record``."""

    number: str
    made_at: str
    who: str
    title: str
    scope: str
    period: str
    needed: Rights

    @property
    def moment(self) -> datetime:
        """Give when the sheet was made."""
        return datetime.fromisoformat(self.made_at)


def entry_of(number: str, written: str) -> Entry:
    """Read a line of the list. Raises ValueError for what is none."""
    try:
        told = json.loads(written)
        return Entry(number, **{**told, "needed": _rights_of(told["needed"])})
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not an entry: {error}") from error


def canonical(told: Any) -> str:
    """Give JSON that is the same for the same content."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(told: Any) -> str:
    """Give SHA-256 over the canonical JSON of something."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def _rights_told(rights: Rights) -> dict[str, Any]:
    return {
        "role": rights.role,
        "units": rights.units,
        "periods": None if rights.periods is None else [f"{one.start}..{one.end}" for one in rights.periods],
        "sees_officials": rights.sees_officials,
    }


def _rights_of(told: Mapping[str, Any]) -> Rights:
    def all_of(values: Sequence[Any] | None) -> tuple[Any, ...] | None:
        return None if values is None else tuple(values)

    periods = all_of(told["periods"])
    return Rights(
        told["role"], all_of(told["units"]),
        None if periods is None else tuple(parse_period(code) for code in periods),
        bool(told["sees_officials"]),
    )  # fmt: skip
