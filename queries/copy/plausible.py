"""Whether a reading can be believed, measured against the copy it would replace."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, and_, func, or_, select

from queries.contract import CONTRACT
from queries.copy.as_of import DOSSIERS, DataMoment
from queries.copy.tables import CLEAN

_CATALOGUES = {
    "unit_code": "units", "receiving_unit_code": "units", "issuing_unit_code": "units",
    "procedure_code": "procedures", "officer_code": "officers",
}  # fmt: skip
"""Columns that hold a code of a catalogue, which has its key under its own first column."""


ASKED_OF_NOTHING = frozenset(
    {"units.parent_code", "procedures.time_limit_days", "procedures.interlinked"}
    | {f"{name}.{column.name}" for name in ("loads", "published") for column in CLEAN[name].c}
)
"""Columns by which nothing is counted: whatever becomes of them, no figure is another. Moments of loads are
judged by themselves."""


@dataclass(frozen=True)
class Limits:
    """What is refused; 0 (for ``no_dossiers`` false) never refuses.

    ``table_down_percent``: a table with so many rows fewer. ``dossiers_up_percent``: so many dossiers more.
    ``empty_up_points``: a column by which anything is counted, whose share of empty or unknown values rises
    by so many points.
    ``future_percent``, ``unknown_units_percent``: receipts after the clock, dossiers of no known unit: more
    than this share, and at least twice the share they had. ``as_of_back_hours``: a source of loads going
    back by more. ``clock_apart_minutes``: our clock and the source's. ``least_rows``: of so few rows
    (or so few more that are empty) a share says nothing; a table that loses all is refused anyway.
    """

    no_dossiers: bool = True
    table_down_percent: int = 10
    dossiers_up_percent: int = 50
    empty_up_points: int = 10
    future_percent: int = 1
    unknown_units_percent: int = 1
    as_of_back_hours: int = 24
    clock_apart_minutes: int = 120
    least_rows: int = 5


@dataclass(frozen=True)
class Measures:
    """What of a copy is measured: rows by table, empty or unknown values by "table.column", and so on.

    ``loads``: each source's latest moment; empty where as_of does not come from loads.
    """

    rows: Mapping[str, int]
    empty: Mapping[str, int]
    future: int = 0
    unknown_units: int = 0
    loads: Mapping[str, str] | None = None

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Measures:
        """Make one of what JSON keeps."""
        return cls(**told)

    @property
    def dossiers(self) -> int:
        """Give the number of dossiers."""
        return self.rows.get(DOSSIERS, 0)


def measure(conn: Connection, *, clock: datetime, as_of: DataMoment) -> Measures:
    """Measure the clean tables of a copy; ``clock`` is the local one, never a pinned moment."""
    rows: dict[str, int] = {}
    empty: dict[str, int] = {}
    for name, table in CLEAN.items():
        found = conn.execute(_counts(name)).one()
        rows[name] = found[0]
        empty |= {f"{name}.{column.name}": n for column, n in zip(table.c, found[1:], strict=True)}
    received = CLEAN[DOSSIERS].c.received_at
    future = conn.scalar(select(func.count()).where(received > clock)) or 0
    told = {} if as_of.inferred or as_of.is_live else dict((*as_of.sources, *as_of.others))
    return Measures(
        rows, empty, future, empty[f"{DOSSIERS}.unit_code"],
        {source: moment.isoformat() for source, moment in told.items()},
    )  # fmt: skip


def refusals(before: Measures, now: Measures, limits: Limits) -> tuple[str, ...]:
    """Give why a reading is not believed, the gravest first, a Vietnamese sentence each; empty if it is."""
    if limits.no_dossiers and before.dossiers and not now.dossiers:
        return (f"Lần đọc mới không có hồ sơ nào, trong khi bản đang dùng có {_number(before.dossiers)}.",)
    return (
        *_rows_lost(before, now, limits),
        *_dossiers_more(before, now, limits),
        *_rarer(before, now, limits),
        *_emptier(before, now, limits),
        *_gone_back(before, now, limits),
    )


def files_gone(
    had: Collection[str], has: Collection[str], before: Measures, now: Measures
) -> tuple[str, ...]:  # fmt: skip
    """Give why a reading without files that the one before had is not believed; empty where none is missed.

    A file renamed, or one whose rows another has, takes nothing away.
    """
    gone = sorted(set(had) - set(has))
    fewer = {
        name: old - now.rows.get(name, 0) for name, old in before.rows.items()
        if old > now.rows.get(name, 0)
    }  # fmt: skip
    if not gone or not fewer:
        return ()
    told = ", ".join(f"«{Path(one).name}»" for one in gone[:3])
    more = f" và {len(gone) - 3} tệp khác" if len(gone) > 3 else ""
    rows = ", ".join(f"{_number(n)} {CONTRACT[name].label}" for name, n in fewer.items())
    return (f"Không còn thấy tệp {told}{more}, nên thiếu {rows}; đặt lại tệp, hoặc chấp nhận nếu bỏ thật.",)


def sources_gone(
    old: Sequence[tuple[str, datetime]], new: Sequence[tuple[str, datetime]], limits: Limits
) -> Iterator[str]:
    """Give why a source of dossiers that loads tell of no more may not go unseen.

    Without the oldest the data would be taken for younger than its dossiers are. ``old``, ``new``: each
    source with the moment of its newest load.
    """
    if not new or not limits.as_of_back_hours:
        return
    left, first = {name for name, _ in new}, min(one for _, one in new)
    for name, was in old:
        if name not in left and first - was > timedelta(hours=limits.as_of_back_hours):
            yield (
                f"Nguồn “{name}” (số liệu đến {was:%H:%M %d/%m/%Y}) không còn trong bảng loads; không có nó "
                f"thì số liệu được coi là đến {first:%H:%M %d/%m/%Y}."
            )


def clock_refusal(ours: datetime, theirs: datetime | None, limits: Limits) -> str | None:
    """Give why our clock cannot be believed beside the source's; None where it can, or there is no other."""
    apart = timedelta(minutes=limits.clock_apart_minutes)
    if theirs is None or not apart or abs(ours - theirs) <= apart:
        return None
    return (
        f"Đồng hồ máy này ({ours:%H:%M %d/%m/%Y}) lệch với đồng hồ cơ sở dữ liệu ({theirs:%H:%M %d/%m/%Y}); "
        "chỉnh lại giờ rồi bảng tự cập nhật."
    )


def _counts(name: str) -> Any:
    """Count a table's rows and, column by column, those whose value is empty or none that is known."""
    table = CLEAN[name]
    joined: Any = table
    conditions = []
    for column in table.c:
        condition: Any = column.is_(None)
        words = CONTRACT[name][column.name].words
        catalogue = _CATALOGUES.get(column.name)
        if words:
            condition = or_(condition, column.not_in(words))
        elif catalogue is not None and catalogue != name:
            key = CLEAN[catalogue].c[column.name if column.name in CLEAN[catalogue].c else "unit_code"]
            known = select(key.label("key")).where(key.is_not(None)).distinct().subquery(f"of_{column.name}")
            joined = joined.outerjoin(known, known.c.key == column)
            condition = or_(condition, and_(known.c.key.is_(None), _has_rows(key)))
        conditions.append(func.count().filter(condition))
    return select(func.count(), *conditions).select_from(joined)


def _has_rows(key: Column[Any]) -> Any:
    """Say whether a catalogue is there at all: without one no code is unknown."""
    return select(func.count(key) > 0).scalar_subquery()


def _rows_lost(before: Measures, now: Measures, limits: Limits) -> Iterator[str]:
    limit = limits.table_down_percent
    for name, old in before.rows.items() if limit else ():
        new = now.rows.get(name, 0)
        is_judged = old >= limits.least_rows or name == DOSSIERS or not new
        if name == "loads" and (new or not before.loads):
            is_judged = False  # old ones may be cleared away, and where none is asked for the moment, all
        if is_judged and new < old and (old - new) * 100 >= limit * old:
            share = _share(old - new, old)
            yield (
                f"Bảng {CONTRACT[name].label} ({name}) từ {_number(old)} còn {_number(new)} dòng, "
                f"giảm {share} (giới hạn {limit}%)."
            )


def _dossiers_more(before: Measures, now: Measures, limits: Limits) -> Iterator[str]:
    old, new, limit = before.dossiers, now.dossiers, limits.dossiers_up_percent
    if limit and old and new > old and (new - old) * 100 >= limit * old:
        yield (
            f"Hồ sơ từ {_number(old)} lên {_number(new)}, tăng {_share(new - old, old)} (giới hạn {limit}%)."
        )


def _rarer(before: Measures, now: Measures, limits: Limits) -> Iterator[str]:
    for told, old, new, limit in (
        ("tiếp nhận ở tương lai", before.future, now.future, limits.future_percent),
        ("không rõ đơn vị", before.unknown_units, now.unknown_units, limits.unknown_units_percent),
    ):
        was, total = before.dossiers or 1, now.dossiers
        if limit and new * 100 > limit * total and new * was >= 2 * old * total:
            yield (
                f"Hồ sơ {told} chiếm {_share(new, total)}, lần trước {_share(old, was)} (giới hạn {limit}%)."
            )


def _emptier(before: Measures, now: Measures, limits: Limits) -> Iterator[str]:
    points = limits.empty_up_points
    for name, new in now.empty.items() if points else ():
        table = name.partition(".")[0]
        was, total, old = before.rows.get(table, 0), now.rows[table], before.empty.get(name, 0)
        if name in ASKED_OF_NOTHING or not was or not total:
            continue
        more = new * was - old * total  # the rise of the share, times both numbers of rows
        if more * 100 >= points * was * total and more >= limits.least_rows * was:
            yield (
                f"Cột {name}: giá trị trống hoặc không rõ từ {_share(old, was)} lên {_share(new, total)} "
                f"(giới hạn tăng {points} điểm %)."
            )


def _gone_back(before: Measures, now: Measures, limits: Limits) -> Iterator[str]:
    old, new = before.loads or {}, now.loads or {}
    for source in old.keys() & new.keys() if limits.as_of_back_hours else ():
        was, moment = datetime.fromisoformat(old[source]), datetime.fromisoformat(new[source])
        if was - moment > timedelta(hours=limits.as_of_back_hours):
            named = f"Nguồn “{source}”" if source else "Nguồn dữ liệu"
            yield (
                f"{named} báo số liệu đến {moment:%H:%M %d/%m/%Y}, lùi so với {was:%H:%M %d/%m/%Y} lần trước."
            )


def _number(n: int) -> str:
    return f"{n:,}".replace(",", ".")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%".replace(".", ",")
