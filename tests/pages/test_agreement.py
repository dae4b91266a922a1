"""One number, one value: the same on every page, in the API, in CSV and in the list behind it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site, dossiers, said, unit, with_officials
from stores import DuckDB
from test_pages import Drawn, Texts, cards

from dashboard.figures.flags.work import DO
from dashboard.formats import count_text
from queries.contract import CONTRACT
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import ONLINE_COUNTS
from queries.flags.dossiers import lists_dossiers
from queries.sample.district import write_sample

ROUTES = ("on-time", "flags", "satisfaction", "online", "units", "dossiers")
COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("sample") / "mau.duckdb"
    write_sample(path, units=6, departments=2, years=1, per_unit_year=1_500, until=date(2026, 11, 21))
    return Site(path).seen_by(with_officials())


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


def of_unit(site: Site, code: str) -> dict[str, str]:
    """What the unit's own page prints for each metric: the figure, and a/b where there is one."""
    drawn = Drawn(site, path=f"/don-vi/{code}")["unit-metrics"]
    lines = re.findall(r'data-metric="(\w+)".*?<td[^>]*>(.*?)</td>', drawn, re.DOTALL)
    return {metric: spaced(said(value)).lstrip("▲◆ ") for metric, value in lines}


def pair(a: int, b: int) -> str:
    return f"{a:,}/{b:,}".replace(",", ".")


def test_a_unit_s_page_says_what_the_api_says(sample: Site) -> None:
    """On every subject, of every unit that has dossiers."""
    answers = {name: {row["unit_code"]: row for row in sample.json(f"/api/v1/{name}")["rows"]}
               for name in ("on-time", "online", "satisfaction")}  # fmt: skip
    codes = [code for code, row in answers["on-time"].items() if code and row["received"]]
    assert len(codes) >= 6
    for code in codes:
        shown = of_unit(sample, code)
        row, online, votes = (answers[name][code] for name in ("on-time", "online", "satisfaction"))
        for word in ("received", "carried_over", "finished", "early", "late", "open_overdue", "suspended"):
            assert shown[word].replace(".", "") == str(row[word]), (code, word)
        for basis, one in row["rates"].items():
            shares = pair(one["numerator"], one["denominator"]) if one["denominator"] else "—"
            assert shown[f"late_rate_{basis.lower()}"].endswith(shares), (code, basis)
        if row["late_rate"] is not None:
            assert shown["late_rate_a"].startswith(row["late_rate_text"]), code
        high = sum(online[word] for word in ("level_3", "level_4", "partial", "full"))
        assert shown["online_rate"] == f"{online['online_rate_text']} {pair(high, online['received'])}", code
        if votes["votes"]:
            pleased = votes["very_satisfied"] + votes["satisfied"]
            rate = f"{votes['satisfaction_rate_text']} {pair(pleased, votes['votes'])}"
            assert shown["satisfaction_rate"] == rate, code
            assert shown["very_satisfied_rate"].startswith(votes["very_satisfied_rate_text"]), code


def test_satisfaction_and_online_of_every_unit_are_one_value(sample: Site, shown: Texts) -> None:
    drawn = {
        "satisfaction_rate_text": ("satisfaction", ("satisfaction-units", "satisfaction-multiples",
                                                    "overview-satisfaction")),
        "online_rate_text": ("online", ("online-units", "online-counts", "overview-online")),
    }  # fmt: skip
    for word, (name, on) in drawn.items():
        checked = 0
        for row in sample.json(f"/api/v1/{name}")["rows"]:
            label = row["unit"].removeprefix("Phường ")
            if not row["unit_code"] or not row.get("votes", row.get("received")):
                continue
            checked += 1
            for card in on:
                assert re.search(rf"{label}\s+(\S+ ){{0,6}}?{re.escape(row[word])}", spaced(shown[card])), (
                    label, row[word], card,
                )  # fmt: skip
        assert checked >= 6, name


def test_flags_are_the_same_on_their_page_on_the_unit_s_and_in_the_api(sample: Site, shown: Texts) -> None:
    rows: list[dict[str, Any]] = sample.json("/api/v1/flags")["rows"]
    page = " ".join(shown[f"flags-{part}"] for part in ("work", "units", "review"))
    overall = [row for row in rows if row["unit_code"] is None and row["count"]]
    assert len(overall) >= 8
    for row in overall:
        # Work to be done is a line of the list; everything else is a sentence.
        told = f"{DO[row['id']]} " if row["id"] in DO else row["sentence"].split(": ", 1)[-1]
        assert told in page, row["id"]
        assert count_text(row["count"]) in page[page.index(told) :], row["id"]
    codes = {row["unit_code"] for row in rows if row["unit_code"]}
    assert len(codes) >= 4
    for code in codes:
        own = Texts(sample, path=f"/don-vi/{code}")["unit-flags"]
        for row in rows:
            if row["unit_code"] == code and row["level"] in ("red", "amber"):
                assert FLAGS[row["id"]].name in own, (code, row["id"])


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
    for name, text in ((name, Texts(site.site, path="/don-vi/P01")[name]) for name, _ in cards()
                       if name.startswith("unit-")):  # fmt: skip
        assert "Không tải được" not in text, name
    lacking = {
        "satisfaction": ("votes", "satisfaction_rate", "very_satisfied_rate"),
        "online": ("level_3", "full", "eligible", "online_rate", "self_submitted", "post_out", "returned"),
    }
    for name in (*ROUTES, "meta"):
        answer = site.site.json(f"/api/v1/{name}")
        assert site.site.get(f"/api/v1/{name}?dang=csv").status_code == 200, name
        for word in lacking.get(name, ()):
            assert [row[word] for row in answer["rows"]] == [None], (name, word)
    counts = {row["id"]: row["count"] for row in site.site.json("/api/v1/flags")["rows"]}
    for flag in ("no_apology", "late_apology", "supplement_twice", "officer_late", "complaint_overdue",
                 "contract_staff", "satisfaction_drop"):  # fmt: skip
        assert counts[flag] is None, flag
