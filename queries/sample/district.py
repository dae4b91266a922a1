"""The sample district "Quận Mẫu": a DuckDB file with all nine tables, the same for the same arguments."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from queries.contract import CONTRACT, SAMPLE_SOURCE, Kind
from queries.sample import columns as sample_columns
from queries.sample import dossiers as sample_dossiers
from queries.sample import odd as sample_odd
from queries.sample import others as sample_others
from queries.sample import slips as sample_slips
from queries.sample import stories as sample_stories
from queries.sample.calendar import DAY, Calendar, day_of, month_start
from queries.sample.dossiers import AS_OF_SECONDS, FINISHED, Dossiers
from queries.sample.units import SampleUnit, sample_units

SOURCE = f"{SAMPLE_SOURCE} · Quận Mẫu"
Progress = Callable[[int, int, str], None]

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "INTEGER",
    Kind.DECIMAL: "DECIMAL(18, 4)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
}
_SLICE = 200_000
"""Dossiers handed to the database at a time: their codes are texts and cost memory."""


def as_of_moment(until: date) -> datetime:
    """Give the moment of the data of a sample made for that day: 10:15."""
    hours, minutes = divmod(AS_OF_SECONDS // 60, 60)
    return datetime.combine(until, time(hours, minutes))


def latest_day(now: datetime) -> date:
    """Give the last day of a sample whose moment has come: yesterday before 10:15.

    Data are never later than the clock: a sample of today, read at 8:00, would lack two
    hours of its dossiers, and the stories it tells would not be true yet.
    """
    return now.date() if now >= as_of_moment(now.date()) else now.date() - timedelta(days=1)


def write_sample(
    path: Path,
    *,
    units: int = 16,
    departments: int = 4,
    years: int = 3,
    per_unit_year: int = 25_000,
    until: date,
    seed: int = 2026,
    progress: Progress | None = None,
) -> None:
    """Write the sample district to a DuckDB file, replacing it whole.

    ``units`` wards (one more was merged away), ``departments`` of the district, ``years``
    whole years and the month of ``until``, ``per_unit_year`` dossiers of an average ward.
    The data's moment is ``until`` 10:15; nothing happens after it but the odd records meant
    to. The same arguments give the same data. ``progress(done, 100, what)`` is told how
    far it is. Raises ValueError for sizes below one.

    The parts units play (sample_units) hold in the calendar month of ``until`` under late
    rate A by the day rule, from about 200 finished dossiers of a unit in that month; below
    it, early in a month or in a small sample, as far as there are dossiers to move. Results
    reach the desk on working days only, so on a 1st that is a Saturday none has yet.
    """
    if min(units, years, per_unit_year) < 1 or departments < 0:
        raise ValueError("Cần ít nhất 1 đơn vị, 1 năm và 1 hồ sơ; số phòng không được âm.")

    tell = progress or (lambda done, total, what: None)
    tell(0, 100, "sinh hồ sơ")
    rng = np.random.Generator(np.random.PCG64(seed))
    calendar = Calendar(month_start(until, 12 * years + 2), month_start(until, -14))
    laid_out = sample_units(rng, units=units, departments=departments, years=years, until=until)
    dossiers = sample_dossiers.draw(
        rng, calendar, laid_out, until=until, years=years, per_unit_year=per_unit_year
    )
    tell(17, 100, "sắp đặt tình huống")
    sample_odd.plant(dossiers, rng, calendar, laid_out, until=until)
    sample_stories.arrange(dossiers, rng, calendar, laid_out, until=until)
    dossiers = dossiers.take(np.argsort(dossiers.received, kind="stable"))
    tell(22, 100, "lập phiếu")
    slips, in_force = sample_slips.slips(dossiers, rng, calendar, laid_out, until=until)
    last_slip = slips.groupby("dossier")["issued_at"].max()
    slip_moments = np.full(len(dossiers), np.iinfo(np.int64).min)
    slip_moments[last_slip.index.to_numpy()] = last_slip.to_numpy()
    frame = sample_columns.frame(
        dossiers, rng, calendar, laid_out, until=until, in_force=in_force, last_slip=slip_moments
    )
    numbers = _Numbers(dossiers)  # their order is final here

    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()  # a folder that may not be written in says so here, in the system's words
    unfinished.unlink()
    try:
        with duckdb.connect(str(unfinished)) as connection:
            for start in range(0, max(len(frame), 1), _SLICE):
                tell(33 + 58 * start // max(len(frame), 1), 100, "ghi hồ sơ")
                piece = frame.iloc[start : start + _SLICE]
                rows = np.arange(start, start + len(piece))
                _write(connection, "dossiers", piece.assign(dossier_code=numbers.codes(rows)))
            tell(91, 100, "ghi các bảng khác")
            _write(connection, "slips", _slip_rows(slips, numbers, rng, laid_out))
            _write(
                connection,
                "ratings",
                sample_others.ratings_frame(
                    rng,
                    calendar,
                    laid_out,
                    until=until,
                    finished=_online_finished(dossiers, frame, numbers, rng),
                    size=min(1.0, max(per_unit_year / 25_000, 0.05)),
                ),
            )
            _write(connection, "units", sample_others.units_frame(laid_out))
            _write(connection, "procedures", sample_others.procedures_frame())
            _write(connection, "officers", sample_others.officers_frame(laid_out))
            _write(connection, "events", sample_others.events_frame(laid_out, until=until))
            _write(connection, "duties", sample_others.duties_frame(laid_out, years=years, until=until))
            _write(
                connection, "complaints", sample_others.complaints_frame(rng, calendar, laid_out, until=until)
            )
            _write(
                connection, "receptions", sample_others.receptions_frame(rng, calendar, laid_out, until=until)
            )
            ratings = connection.table("ratings").count("*").fetchall()[0][0]
            as_of = as_of_moment(until)
            _write(
                connection,
                "loads",
                pd.DataFrame(
                    {
                        "as_of": [as_of, as_of],
                        "loaded_at": [as_of, as_of],
                        "source": [SOURCE, f"{SOURCE} · Đánh giá hài lòng"],
                        "rows": [len(frame), ratings],
                    }
                ),
            )
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    tell(100, 100, "xong")


def is_sample(path: Path) -> bool:
    """Say whether a file is a sample, of any day: what may be written over."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            sources = connection.execute("SELECT source FROM loads").fetchall()
    except duckdb.Error:
        return False
    return bool(sources) and all(str(source).startswith(SAMPLE_SOURCE) for (source,) in sources)


NOT_MADE = frozenset({"published", "steps", "dossiers.submitted_at", "dossiers.clock_start_at"})
"""Tables and columns of the contract that the sample does not have yet."""


def sample_is_current(path: Path, until: date) -> bool:
    """Say whether the file is a sample made for that day, with all the tables and columns a sample has."""
    if not path.is_file():
        return False
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = set(
                connection.execute(
                    "SELECT table_name, column_name FROM information_schema.columns"
                ).fetchall()
            )
            wanted = {
                (table.name, one.name)
                for table in CONTRACT.values()
                for one in table.columns
                if table.name not in NOT_MADE and f"{table.name}.{one.name}" not in NOT_MADE
            }
            if not wanted <= found:
                return False
            loads = connection.execute("SELECT as_of, source FROM loads").fetchall()
    except duckdb.Error:
        return False
    return bool(loads) and all(
        moment == as_of_moment(until) and str(source).startswith(SAMPLE_SOURCE) for moment, source in loads
    )


class _Numbers:
    """Codes of dossiers: the day they were received and their number on it."""

    def __init__(self, dossiers: Dossiers) -> None:
        self._day = dossiers.received // DAY
        opens = np.r_[True, self._day[1:] != self._day[:-1]] if len(self._day) else np.zeros(0, dtype=bool)
        start = np.flatnonzero(opens)
        self._serial = np.arange(len(self._day)) - np.repeat(start, np.diff(np.r_[start, len(self._day)])) + 1

    def codes(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[str]:
        """Give the codes of these rows."""
        days, which = np.unique(self._day[rows], return_inverse=True)
        prefix = [f"QM-{day_of(int(day)):%y%m%d}-" for day in days]
        serial = self._serial[rows].tolist()
        return [f"{prefix[d]}{n:05d}" for d, n in zip(which.tolist(), serial, strict=True)]


def _write(connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Append a frame to a table of the contract, made with its types if new."""
    columns = [one for one in CONTRACT[table].columns if one.name in frame]
    made = ", ".join(f'"{one.name}" {_TYPES[one.kind]}' for one in columns)
    connection.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({made})')
    named = ", ".join(f'"{one.name}"::{_TYPES[one.kind]}' for one in columns)
    connection.register("piece", frame)
    connection.execute(f'INSERT INTO "{table}" SELECT {named} FROM piece')
    connection.unregister("piece")


def _slip_rows(
    slips: pd.DataFrame, numbers: _Numbers, rng: np.random.Generator, units: list[SampleUnit]
) -> pd.DataFrame:
    """Give the slips table from the drawn slips; few are issued by another unit."""
    size = len(slips)
    elsewhere = np.where(rng.random(size) < 0.004, rng.integers(0, len(units) - 1, size), -1)
    return pd.DataFrame(
        {
            "slip_id": [f"PH-{i + 1:06d}" for i in range(size)],
            "dossier_code": numbers.codes(slips["dossier"].to_numpy()),
            "kind": sample_columns.labels(slips["kind"].to_numpy(), list(sample_slips.KINDS)),
            "issued_at": sample_columns.moments(slips["issued_at"].to_numpy()),
            "issuing_unit_code": sample_columns.labels(elsewhere, [unit.code for unit in units]),
            "due_before": sample_columns.moments(slips["due_before"].to_numpy()),
            "new_due_at": sample_columns.moments(slips["new_due_at"].to_numpy()),
            "reason": sample_columns.labels(slips["reason"].to_numpy(), list(sample_slips.REASONS)),
        }
    )


def _online_finished(
    dossiers: Dossiers, frame: pd.DataFrame, numbers: _Numbers, rng: np.random.Generator
) -> pd.DataFrame:
    """Give some finished online dossiers (code, unit, day) for online votes to name."""
    able = (dossiers.state == FINISHED) & frame["channel"].eq("online").to_numpy() & ~dossiers.locked
    rows = np.flatnonzero(able & (rng.random(len(dossiers)) < 0.08))
    return pd.DataFrame(
        {
            "unit": dossiers.unit[rows],
            "day": dossiers.finished[rows] // DAY,
            "dossier_code": numbers.codes(rows),
        }
    )
