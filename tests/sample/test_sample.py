"""The sample district: the same every time, all of the contract, and the stories it tells.

Late rate A is computed here anew, row by row in pandas, and not with the sample's own code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import holidays
import pandas as pd
import pytest

from queries.contract import CONTRACT, SAMPLE_SOURCE, STATES, Kind
from queries.sample.district import as_of_moment, sample_is_current, write_sample

SATURDAY = date(2026, 11, 21)
QUARTER_END = date(2026, 3, 31)
AFTER_TET = date(2027, 2, 16)
FIRST_WORKING_DAY = date(2026, 12, 1)

CLEAR, SECOND, THIRD, EXACT, JUST_BELOW, WORSENING, HIDING = (f"QM-P{i:02d}" for i in range(1, 8))
FALLING, SUCCESSOR, PERFECT, TINY, MERGED = "QM-P08", "QM-P14", "QM-P16", "QM-N01", "QM-P00"

Tables = dict[str, pd.DataFrame]

NOT_YET = ("submitted_at", "clock_start_at")
"""Columns that no page of the sample needs yet."""
TABLES = [name for name in CONTRACT if name not in ("published", "steps")]


def read(path: Path) -> Tables:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {name: connection.execute(f'SELECT * FROM "{name}"').df() for name in TABLES}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Callable[[date, int], Tables]:
    """A district of full size and one year; made once for each day and seed."""
    made: dict[tuple[date, int], Tables] = {}

    def district_of(until: date, seed: int) -> Tables:
        if (until, seed) not in made:
            path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
            write_sample(path, years=1, until=until, seed=seed)
            made[until, seed] = read(path)
        return made[until, seed]

    return district_of


@pytest.fixture(scope="module")
def saturday(district: Callable[[date, int], Tables]) -> Tables:
    return district(SATURDAY, 2026)


def rate_a(dossiers: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """Late, n and open_overdue per unit by the day rule, closing days in [start, end]."""
    dated = dossiers["finished_at"].notna() & dossiers["due_at"].notna()
    done = dossiers[dated & dossiers["state"].eq("finished")]
    finished, received = done["finished_at"].dt.normalize(), done["received_at"].dt.normalize()
    closed = finished.where(finished >= received, received)
    inside = (closed >= pd.Timestamp(start)) & (closed <= pd.Timestamp(end))
    late = inside & (finished > done["due_at"].dt.normalize())
    left = dossiers[dossiers["state"].eq("open") & (dossiers["due_at"].dt.normalize() < pd.Timestamp(end))]
    return (
        pd.DataFrame(
            {
                "n": inside.groupby(done["unit_code"]).sum(),
                "late": late.groupby(done["unit_code"]).sum(),
                "open_overdue": left.groupby("unit_code").size(),
            }
        )
        .fillna(0)
        .astype(int)
    )


def month_of(until: date) -> date:
    return until.replace(day=1)


FULL_SIZE = [(SATURDAY, 2026), (QUARTER_END, 7), (AFTER_TET, 11)]


@pytest.mark.parametrize(("until", "seed"), FULL_SIZE)
def test_the_stories_hold_in_the_current_month(
    district: Callable[[date, int], Tables], until: date, seed: int
) -> None:
    units = rate_a(district(until, seed)["dossiers"], month_of(until), until)
    late, n, left = units["late"], units["n"], units["open_overdue"]
    over = 20 * late >= n

    assert late[EXACT] * 20 == n[EXACT] > 200
    assert 4.9 <= 100 * late[JUST_BELOW] / n[JUST_BELOW] < 5
    assert 20 * (late[JUST_BELOW] + 1) >= n[JUST_BELOW] + 1, "one late dossier more takes it over"
    wards = units.index.str.startswith("QM-P")
    assert set(units.index[over & wards & (n > 0)]) == {CLEAR, SECOND, THIRD, EXACT}
    assert set(units.index[over & ~wards]) <= {TINY}
    for code, percent in ((CLEAR, 7.42), (SECOND, 6.84), (THIRD, 5.61)):
        assert 100 * late[code] / n[code] == pytest.approx(percent, abs=0.3)

    assert 100 * late[HIDING] / n[HIDING] < 2.5
    with_backlog = 20 * (late + left) >= n + left
    assert with_backlog[HIDING]
    assert not with_backlog[
        [
            code
            for code in units.index
            if code.startswith("QM-P")
            and code not in (CLEAR, SECOND, THIRD, EXACT, JUST_BELOW, HIDING, MERGED)
        ]
    ].any()
    assert (late[PERFECT], left[PERFECT]) == (0, 0)
    assert n[PERFECT] >= 30
    assert 3 <= n[TINY] <= 15
    assert 20 * late[TINY] >= n[TINY]
    assert n.get(MERGED, 0) == 0
    assert 3 <= 100 * late.sum() / n.sum() <= 4


@pytest.mark.parametrize(("until", "seed"), FULL_SIZE)
def test_one_unit_gets_worse_for_six_months_and_stays_below(
    district: Callable[[date, int], Tables], until: date, seed: int
) -> None:
    dossiers = district(until, seed)["dossiers"]
    dossiers = dossiers[dossiers["unit_code"].eq(WORSENING)]
    months = pd.period_range(end=pd.Period(until, freq="M"), periods=6, freq="M")
    rates = []
    for month in months:
        one = rate_a(dossiers, month.start_time.date(), min(month.end_time.date(), until)).loc[WORSENING]
        rates.append(one["late"] / one["n"])
    assert rates == sorted(rates)
    assert len(set(rates)) == 6
    assert rates[-1] < 0.05
    assert rates[-1] > 2 * rates[0]


def test_on_the_first_working_day_of_a_month_the_threshold_stories_hold_already(
    district: Callable[[date, int], Tables],
) -> None:
    units = rate_a(district(FIRST_WORKING_DAY, 3)["dossiers"], FIRST_WORKING_DAY, FIRST_WORKING_DAY)
    late, n = units["late"], units["n"]
    assert late[EXACT] * 20 == n[EXACT] > 0
    assert late[JUST_BELOW] * 20 < n[JUST_BELOW] < late[JUST_BELOW] * 20 + 20
    assert late[CLEAR] * 20 >= n[CLEAR] > 0


def test_a_month_without_results_yet_is_written_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mau.duckdb"
    write_sample(path, years=1, per_unit_year=200, until=date(2026, 11, 1))  # a Sunday
    assert rate_a(read(path)["dossiers"], date(2026, 11, 1), date(2026, 11, 1))["n"].sum() == 0


def test_same_arguments_same_data_and_another_seed_another(tmp_path: Path) -> None:
    def make(name: str, seed: int) -> Tables:
        write_sample(tmp_path / name, units=5, years=1, per_unit_year=300, until=SATURDAY, seed=seed)
        return read(tmp_path / name)

    once, again, other = make("a", 1), make("b", 1), make("c", 2)
    for name in TABLES:
        pd.testing.assert_frame_equal(once[name], again[name])
    assert not once["dossiers"].equals(other["dossiers"])


def test_every_table_and_column_of_the_contract_with_its_type(tmp_path: Path) -> None:
    types = {
        Kind.TEXT: "VARCHAR",
        Kind.NUMBER: "INTEGER",
        Kind.BOOLEAN: "BOOLEAN",
        Kind.DAY: "DATE",
        Kind.MOMENT: "TIMESTAMP",
    }
    path = tmp_path / "mau.duckdb"
    write_sample(path, years=1, per_unit_year=5_000, until=SATURDAY)
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in (CONTRACT[name] for name in TABLES):
            found = connection.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_name = ? ORDER BY ordinal_position",
                [table.name],
            ).fetchall()
            columns = [one for one in table.columns if one.name not in NOT_YET]
            assert found == [(one.name, types[one.kind]) for one in columns]
            rows = connection.table(table.name).df()
            assert len(rows), table.name
            for one in columns:
                if one.key:
                    assert rows[one.name].is_unique
                    assert rows[one.name].notna().all()
                # No unit has a parent, and the sample's events concern all of them.
                if f"{table.name}.{one.name}" not in ("units.parent_code", "events.unit_code"):
                    assert rows[one.name].notna().any(), f"{table.name}.{one.name} is empty"
                if one.words and f"{table.name}.{one.name}" not in ("dossiers.state", "dossiers.channel"):
                    assert set(rows[one.name].dropna()) <= set(one.words)


def test_nothing_happens_after_the_moment_of_the_data_but_the_odd_records(saturday: Tables) -> None:
    as_of = pd.Timestamp(as_of_moment(SATURDAY))
    dossiers, slips = saturday["dossiers"], saturday["slips"]
    assert saturday["loads"]["as_of"].eq(as_of).all()
    assert saturday["loads"]["source"].str.startswith(SAMPLE_SOURCE).all()
    future = dossiers["received_at"] > as_of
    assert 1 <= future.sum() <= 15
    assert dossiers.loc[future, "finished_at"].isna().all()
    for column in ("finished_at", "returned_at", "suspended_since", "updated_at"):
        assert dossiers[column].max() <= as_of
    assert slips["issued_at"].max() <= as_of
    for table, column in (
        ("ratings", "rated_on"),
        ("complaints", "received_on"),
        ("complaints", "answered_on"),
        ("receptions", "held_on"),
    ):
        assert saturday[table][column].max() <= as_of
    assert dossiers["received_at"].is_monotonic_increasing


def test_odd_records_are_there_and_few(saturday: Tables) -> None:
    dossiers = saturday["dossiers"]
    finished = dossiers["finished_at"]
    closed = dossiers["state"].isin(["finished", "refused", "withdrawn"])
    minutes = dossiers[closed].groupby(["unit_code", finished.dt.floor("min")]).size()
    counts = {
        "finished before received": (finished < dossiers["received_at"]).sum(),
        "unknown unit": dossiers["unit_code"].eq("XX").sum() + dossiers["unit_code"].isna().sum(),
        "reopened": (dossiers["state"].eq("open") & finished.notna()).sum(),
        "closed without a day": (closed & finished.isna()).sum(),
        "unknown channel": (~dossiers["channel"].isin(["counter", "online", "post"])).sum(),
        "unknown state": (~dossiers["state"].isin(STATES)).sum(),
        "closed on a Sunday": (finished.dt.day_of_week == 6).sum(),
        "closed in one minute": (minutes > 20).sum(),
    }
    assert all(1 <= count <= 15 for count in counts.values()), counts
    assert 0.002 < dossiers["due_at"].isna().mean() < 0.004
    assert 0.004 < dossiers["state"].eq("refused").mean() < 0.008
    assert 0.004 < dossiers["state"].eq("withdrawn").mean() < 0.007
    suspended = dossiers["state"].eq("suspended")
    assert dossiers["suspended_since"].notna().equals(suspended)
    assert suspended.sum() > 50


def test_the_merged_unit_ends_and_its_successor_begins(saturday: Tables) -> None:
    units, dossiers = saturday["units"].set_index("unit_code"), saturday["dossiers"]
    assert units.at[MERGED, "successor_code"] == SUCCESSOR
    opened = units["active_from"][SUCCESSOR]
    assert units["active_to"][MERGED] + pd.Timedelta(days=1) == opened
    old, new = dossiers[dossiers["unit_code"].eq(MERGED)], dossiers[dossiers["unit_code"].eq(SUCCESSOR)]
    assert old["received_at"].max() < opened
    assert old["finished_at"].max() < opened
    assert not old["state"].eq("open").any()
    handed_over = new[new["received_at"] < opened]
    assert len(handed_over)
    assert (handed_over["finished_at"].isna() | (handed_over["finished_at"] >= opened)).all()


def test_three_years_have_the_merger_in_sight_of_the_trends(tmp_path: Path) -> None:
    write_sample(tmp_path / "a", per_unit_year=100, until=SATURDAY)
    units = read(tmp_path / "a")["units"].set_index("unit_code")
    assert units.at[MERGED, "active_to"] == pd.Timestamp("2026-02-28")


def test_work_keeps_to_working_days(saturday: Tables) -> None:
    as_of = pd.Timestamp(as_of_moment(SATURDAY))
    received = saturday["dossiers"]["received_at"]
    received = received[received <= as_of]
    days_off = pd.to_datetime(list(holidays.country_holidays("VN", years=[2025, 2026])))
    assert not received.dt.normalize().isin(days_off).any()
    by_weekday = received.dt.day_of_week.value_counts()
    assert 6 not in by_weekday
    assert 0 < by_weekday[5] < by_weekday[4] / 2
    assert by_weekday.idxmax() == 0
    months = received.dt.to_period("M").value_counts()
    assert months["2026-03"] > 1.4 * months["2026-02"], "Tết empties February, March makes up for it"


def test_land_and_building_are_later_than_civil_status(saturday: Tables) -> None:
    done = saturday["dossiers"].merge(saturday["procedures"], on="procedure_code", suffixes=("_own", ""))
    done = done[done["state"].eq("finished") & done["due_at"].notna() & done["finished_at"].notna()]
    late = (done["finished_at"].dt.normalize() > done["due_at"].dt.normalize()).groupby(done["field"]).mean()
    assert late["Đất đai"] > 2 * late["Hộ tịch"]
    assert late["Hoạt động xây dựng"] > 2 * late["Chứng thực"]


def test_ratings_have_enough_votes_and_one_unit_falls(saturday: Tables) -> None:
    ratings = saturday["ratings"]
    ratings = ratings[~ratings["source"].eq("sipas")]
    month = ratings["rated_on"].dt.to_period("M")
    assert 2000 <= ratings.loc[month == "2026-10", "votes"].sum() <= 4000
    good = ratings["votes"].where(ratings["level"].isin(["very_satisfied", "satisfied"]), 0)
    daily = ratings["source"].isin(["tablet", "online"])

    def rates(of_month: str) -> tuple[pd.Series, pd.Series]:
        inside = daily & (month == of_month) & (ratings["rated_on"].dt.day <= 21)
        votes = ratings["votes"][inside].groupby(ratings["unit_code"][inside]).sum()
        return 100 * good[inside].groupby(ratings["unit_code"][inside]).sum() / votes, votes

    (now, n_now), (before, n_before) = rates("2026-11"), rates("2026-10")
    fallen = (before - now >= 5) & (n_now >= 30) & (n_before >= 30)
    assert list(fallen.index[fallen]) == [FALLING]
    online = saturday["ratings"][saturday["ratings"]["source"].eq("online")]
    assert set(online["dossier_code"].dropna()) <= set(saturday["dossiers"]["dossier_code"])
    assert online["dossier_code"].notna().mean() > 0.5


def test_slips_show_what_the_flags_look_for(saturday: Tables) -> None:
    slips = saturday["slips"].merge(
        saturday["dossiers"][["dossier_code", "due_at", "received_at", "finished_at", "state"]],
        on="dossier_code",
    )
    assert len(slips) == len(saturday["slips"])
    assert (slips["issued_at"] >= slips["received_at"])[slips["finished_at"].isna()].all()
    apologies, supplements = slips[slips["kind"].eq("apology")], slips[slips["kind"].eq("supplement")]
    for_late = apologies[~apologies["state"].eq("refused")]
    dossiers = saturday["dossiers"]
    late = dossiers["state"].eq("finished") & (
        dossiers["finished_at"].dt.normalize() > dossiers["due_at"].dt.normalize()
    )
    answered = dossiers.loc[late, "dossier_code"].isin(apologies["dossier_code"]).mean()
    assert 0.8 < answered < 0.97
    day_before = for_late["due_at"].dt.normalize() - pd.Timedelta(days=1)
    assert 0.01 < (for_late["issued_at"].dt.normalize() > day_before).mean() < 0.12
    assert 0 < for_late["reason"].isna().mean() < 0.04
    assert 0 < for_late["new_due_at"].isna().mean() < 0.04
    assert (for_late[for_late["new_due_at"].notna()].groupby("dossier_code").size() > 1).any()
    assert (supplements.groupby("dossier_code").size() > 1).any()
    assert (supplements["issued_at"].dt.normalize() >= supplements["due_before"].dt.normalize()).any()
    assert slips["kind"].eq("refusal").any()


def test_all_text_is_nfc(saturday: Tables) -> None:
    for name in ("units", "procedures", "officers", "loads"):
        for column in saturday[name].select_dtypes(exclude=["number", "bool", "datetime"]):
            for text in saturday[name][column].dropna():
                assert unicodedata.is_normalized("NFC", str(text))
    procedures = saturday["procedures"]
    assert 105 <= len(procedures) <= 115
    assert procedures["field"].nunique() == 19
    assert procedures["name"].is_unique


@pytest.mark.parametrize(("units", "departments"), [(1, 0), (7, 4), (12, 0), (22, 6), (163, 4)])
def test_any_number_of_units(tmp_path: Path, units: int, departments: int) -> None:
    path = tmp_path / "mau.duckdb"
    write_sample(path, units=units, departments=departments, years=1, per_unit_year=100, until=SATURDAY)
    tables = read(path)
    listed = tables["units"]
    assert listed["kind"].value_counts().to_dict() == {
        "ward": units + 1,
        **({"department": departments} if departments else {}),
    }
    assert listed["name"].is_unique
    if units > 16:
        assert listed.at[16, "name"] == "Phường 17"
    seen = set(tables["dossiers"]["unit_code"].dropna()) - {"XX"}
    assert seen == set(listed["unit_code"])
    level = tables["procedures"].set_index("procedure_code")["level"]
    rooms = set(listed.loc[listed["kind"].eq("department"), "unit_code"])
    own = tables["dossiers"].dropna(subset=["procedure_code", "unit_code"])
    of_district = own["procedure_code"].map(level).eq("district")
    assert (
        own["unit_code"]
        .isin(rooms)[~own["unit_code"].eq("XX")]
        .equals(of_district[~own["unit_code"].eq("XX")])
    )


def test_sample_is_current_only_for_its_day_and_the_whole_contract(tmp_path: Path) -> None:
    path = tmp_path / "mau.duckdb"
    assert not sample_is_current(path, SATURDAY)
    path.write_text("không phải DuckDB")
    assert not sample_is_current(path, SATURDAY)
    write_sample(path, units=2, years=1, per_unit_year=100, until=SATURDAY)
    assert sample_is_current(path, SATURDAY)
    assert not sample_is_current(path, date(2026, 11, 22))
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE slips DROP COLUMN reason")
    assert not sample_is_current(path, SATURDAY)
    write_sample(path, units=2, years=1, per_unit_year=100, until=SATURDAY)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE loads SET source = 'Hệ thống một cửa'")
    assert not sample_is_current(path, SATURDAY), "a real source is never taken for a sample"


def test_progress_runs_to_its_end_and_a_broken_run_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "mau.duckdb"
    told: list[tuple[int, int, str]] = []
    write_sample(
        path,
        units=2,
        years=1,
        per_unit_year=100,
        until=SATURDAY,
        progress=lambda done, total, what: told.append((done, total, what)),
    )
    done = [one[0] for one in told]
    assert done == sorted(done)
    assert told[-1][:2] == (100, 100)
    before = path.read_bytes()

    def stop(done: int, total: int, what: str) -> None:
        if what.startswith("ghi"):
            raise RuntimeError("đầy đĩa")

    with pytest.raises(RuntimeError):
        write_sample(path, units=2, years=1, per_unit_year=100, until=date(2026, 11, 20), progress=stop)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["mau.duckdb"]


def test_senseless_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ít nhất 1"):
        write_sample(tmp_path / "a", units=0, until=SATURDAY)
