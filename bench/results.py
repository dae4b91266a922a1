"""What a part has measured: its aims, its tables, in words; kept as JSON until the report is written.

Parts are measured one at a time, some of them only where the machine is quiet, and each takes minutes:
so each is kept when it is done, and the report is made of what there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import ROOT, Machine

FOLDER = ROOT / "var" / "bench" / "results"


@dataclass(frozen=True)
class Aim:
    """One aim: what is wanted, what was found, whether it is met."""

    what: str
    found: str
    met: bool


@dataclass(frozen=True)
class Table:
    """Rows of cells under heads, with a line that says what they are."""

    told: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, told: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
        """Make one of cells of any kind."""
        return cls(told, tuple(heads), tuple(tuple(str(cell) for cell in row) for row in rows))


@dataclass(frozen=True)
class Result:
    """What one part found with so many dossiers. ``how``: what was done, in a paragraph."""

    part: str
    rows: int
    machine: Machine
    how: str
    aims: tuple[Aim, ...] = ()
    tables: tuple[Table, ...] = field(default=())

    def keep(self) -> None:
        """Keep it in place of an earlier one of the same part and size."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{self.part}-{self.rows}.json"
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")


def kept_results(folder: Path = FOLDER) -> list[Result]:
    """Give every result that is kept."""
    return [_result(json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json"))]


def _result(told: dict[str, Any]) -> Result:
    return Result(
        told["part"], told["rows"], Machine(**told["machine"]), told["how"],
        tuple(Aim(**one) for one in told["aims"]),
        tuple(Table.of(one["told"], one["heads"], one["rows"]) for one in told["tables"]),
    )  # fmt: skip


def milliseconds(value: float) -> str:
    """Give milliseconds as a cell: whole from ten on."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def kilobytes(value: float) -> str:
    """Give bytes as a cell of kB."""
    return f"{value / 1000:.0f}" if value >= 10_000 else f"{value / 1000:.1f}"
