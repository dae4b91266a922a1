"""One number, one value: the same on every page, in the API, in CSV and in the list behind it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from apps import Site, dossiers, unit
from stores import DuckDB
from test_pages import Texts, cards

from queries.contract import CONTRACT
from queries.flags import FLAGS
from queries.flags_dossiers import lists_dossiers
from queries.metrics import ONLINE_COUNTS
from queries.sample import write_sample

ROUTES = ("on-time", "flags", "satisfaction", "online", "units")
COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("sample") / "mau.duckdb"
    write_sample(path, units=6, departments=2, years=1, per_unit_year=1_500, until=date(2026, 11, 21))
    return Site(path, show_officials=True)


@pytest.fixture(scope="module")
def shown(sample: Site) -> Texts:
    return Texts(sample)


def spaced(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_late_rate_of_every_unit_is_one_value(sample: Site, shown: Texts) -> None:
    rows = sample.json("/api/v1/on-time")["rows"]
    judged = [row for row in rows if row["unit_code"] and row["rates"]["A"]["denominator"]]
    assert len(judged) >= 6
    for row in judged:
        for card in ("overview-ranking", "on-time-units", "units-list"):
            assert row["late_rate_text"] in shown[card], (row["unit"], card)
        pair = f"{row['late']}/{row['rates']['A']['denominator']}".replace(",", ".")
        whole = spaced(shown["overview-ranking"]).replace(".", "")
        assert pair in whole, (row["unit"], pair)


def test_the_district_s_figures_are_one_value(sample: Site, shown: Texts) -> None:
    late = sample.json("/api/v1/on-time")["district"]["late_rate_text"]
    for card in ("overview-headline", "on-time-headline", "on-time-units", "method-example"):
        assert late in shown[card], card
    online = sample.json("/api/v1/online")["district"]["online_rate_text"]
    for card in ("overview-headline", "online-headline", "online-units"):
        assert online in spaced(shown[card]), card
    votes = sample.json("/api/v1/satisfaction")["district"]
    rate = f"{votes['satisfaction_rate']:.2f}%".replace(".", ",")
    for card in ("overview-headline", "satisfaction-headline", "satisfaction-units"):
        assert rate in spaced(shown[card]), card


def test_every_count_lists_as_many_dossiers(sample: Site) -> None:
    district = sample.json("/api/v1/on-time")["district"]
    for word in COUNTS:
        assert sample.json(f"/api/v1/dossiers?chi_so={word}")["total"] == district[word], word
    online = sample.json("/api/v1/online")["district"]
    for word in ONLINE_COUNTS:
        if word in online:
            assert sample.json(f"/api/v1/dossiers?chi_so={word}")["total"] == online[word], word


def test_every_flag_lists_as_many_dossiers_as_it_counts(sample: Site) -> None:
    flags = [row for row in sample.json("/api/v1/flags")["rows"] if row["unit_code"] is None]
    checked = 0
    for row in flags:
        if FLAGS[row["id"]].of == "dossiers" and row["count"] is not None and lists_dossiers(row["id"]):
            assert sample.json(f"/api/v1/dossiers?canh_bao={row['id']}")["total"] == row["count"], row["id"]
            checked += 1
    assert checked >= 10


def test_csv_says_what_json_says(sample: Site) -> None:
    for name in ROUTES:
        rows = sample.json(f"/api/v1/{name}")["rows"]
        text = sample.get(f"/api/v1/{name}?dang=csv").get_data().decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text)))
        assert len(table) == len(rows), name
        for row, line in zip(rows, table, strict=True):
            for column, value in row.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert float(line[column]) == pytest.approx(value), (name, column)


def test_without_any_optional_table_or_column_every_page_says_so(tmp_path: Path) -> None:
    """The least a district may have: units and dossiers with their required columns."""
    without = [
        f"{table.name}.{column.name}"
        for table in CONTRACT.values()
        if table.required
        for column in table.columns
        if not column.required
    ]
    without += [table.name for table in CONTRACT.values() if not table.required]
    store = DuckDB(tmp_path)
    rows = dossiers("P01", on_time=30, late=3, overdue=2)
    numbered = [{"dossier_code": f"HS-{i:05}", **row} for i, row in enumerate(rows)]
    store.fill({"units": [unit(1)], "dossiers": numbered}, without=without)
    store.close()
    site = Texts(Site(store.path))
    shown = {name: site[name] for name, _ in cards() if not name.startswith("unit-")}
    for name, text in shown.items():
        assert "Không tải được" not in text, name
    for name in ("satisfaction-headline", "satisfaction-units", "overview-satisfaction"):
        assert "không có dữ liệu" in shown[name].lower(), name
    for page in ("online-", "flags-", "overview-"):
        text = " ".join(text for name, text in shown.items() if name.startswith(page))
        assert "không có dữ liệu" in text.lower(), page
    assert "9,09%" in shown["overview-ranking"], "3 of 33"
