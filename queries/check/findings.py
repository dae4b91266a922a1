"""What a check says: findings, one line a table, and the report they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from queries.check.sheets import SheetLine
from queries.contract import CONTRACT
from queries.copy.as_of import DataMoment
from queries.source.mapping import SourceMapping

ERROR, WARNING, NOTE = SEVERITIES = ("lỗi", "cảnh báo", "thông tin")


@dataclass(frozen=True)
class Finding:
    """One thing to know, in one Vietnamese sentence. ``table``: empty where it is about the whole source.

    ``count``: the rows concerned, None where it is not about rows. ``examples``: keys of such rows.
    ``toml``: what the settings would say, as a section's name and its lines; empty where they need not.
    """

    severity: str
    table: str
    column: str | None
    id: str
    sentence: str
    count: int | None = None
    examples: tuple[str, ...] = ()
    toml: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableLine:
    """One contract table as found; ``rows`` is None where it was not read.

    ``columns``: contract column → the source's name of it. ``near``: required column that is missing → a
    name of the source that may be meant. ``converted``: contract column → the kind of its type at the
    source, where that is another. ``first``, ``last``: the range of the table's main moment. ``seconds``:
    how long its rows took to arrive.
    """

    name: str
    label: str
    real_name: str
    is_found: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    missing_required: tuple[str, ...] = ()
    missing_optional: tuple[str, ...] = ()
    near: Mapping[str, str] = field(default_factory=dict)
    converted: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Duration:
    """How long one whole reading takes: rows that arrived, seconds at the source, seconds of cleaning."""

    rows: int
    source_seconds: float
    cleaning_seconds: float

    @property
    def rows_per_second(self) -> int:
        """Give the pace; of no time at all, the rows."""
        return round(self.rows / max(self.source_seconds, 0.001))


@dataclass(frozen=True)
class Report:
    """What a check found. ``toml``: lines for motcua.toml that can be pasted; empty where none are needed.

    ``sheets``: what is understood of files. ``can_write``, ``is_superuser``, ``is_indexed``
    (dossiers.updated_at): None where that is not known.
    """

    source: str
    tables: tuple[TableLine, ...]
    findings: tuple[Finding, ...]
    toml: str = ""
    as_of: DataMoment | None = None
    duration: Duration | None = None
    can_write: bool | None = None
    is_superuser: bool | None = None
    is_indexed: bool | None = None
    sheets: tuple[SheetLine, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether the dashboard can work with this source."""
        return all(one.severity != ERROR for one in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Give the report for JSON; moments as ISO text."""
        told = asdict(self)
        as_of = self.as_of
        told["as_of"] = as_of and {
            "moment": as_of.moment, "inferred": as_of.inferred, "live": as_of.is_live,
            "sources": dict(as_of.sources),
        }  # fmt: skip
        if self.duration is not None:
            told["duration"]["rows_per_second"] = self.duration.rows_per_second
        plain: dict[str, Any] = _plain({"ok": self.ok, **told})
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give findings worst first, then in the order of the contract."""
    order = {name: place for place, name in enumerate(["", *CONTRACT])}
    return tuple(sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), order[one.table])))


def pasted(findings: Sequence[Finding], mapping: SourceMapping) -> str:
    """Give the sections that findings would have in motcua.toml, each once; empty where there are none."""
    had = {"tables"} if mapping.tables else set()
    had |= {"zones"} if mapping.zones else set()
    had |= {f"columns.{one.partition('.')[0]}" for one in mapping.columns}
    sections: dict[str, list[str]] = {}
    for section, *lines in (one.toml for one in findings if one.toml):
        head = f"# Thêm vào [{section}] đã có trong cài đặt:" if section in had else f"[{section}]"
        sections.setdefault(section, [head]).extend(lines)
    return "\n\n".join("\n".join(lines) for lines in sections.values())


def counted(number: int) -> str:
    """Give a number the Vietnamese way: 25.684."""
    return f"{number:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    """Give a share in whole percent, never 0% or 100% of what is only nearly so."""
    if not part or not whole:
        return "0%"
    if 100 * part < whole:
        return "dưới 1%"
    return "trên 99%" if 99 * whole < 100 * part < 100 * whole else f"{100 * part // whole}%"


def listed(words: Sequence[str], most: int = 5) -> str:
    """Give some words, each in quotes, and how many more there are."""
    told = ", ".join(f"“{one}”" for one in words[:most])
    return f"{told} và {counted(len(words) - most)} nữa" if len(words) > most else told
