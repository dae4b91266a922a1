"""One unit's page: its numbers are those of the other pages, at any address, whatever the source lacks."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import plotly.graph_objects as go
import pytest
from apps import AS_OF, Site, attributes, dossiers, page, said, unit, with_officials, write
from stores import Row

from dashboard.formats import count_text, share_text
from dashboard.question.question import Question
from dashboard.question.unit import UnitQuestion, unit_code_in, unit_path
from queries.contract import CONTRACT
from queries.definitions.metrics import BASES
from queries.unit_life.judging import codes_used
from queries.unit_life.statements import procedures_used

CARDS = ("draw_headline", "draw_metrics", "draw_trend", "draw_months", "draw_flags", "draw_fields")
NO_DATA = "không có dữ liệu"
NASTY = "P/1 ?#%&<b>'\"é"
CATALOGUE: list[Row] = [
    {"procedure_code": f"{i}", "name": f"Thủ tục {i}", "field": f"Lĩnh vực {i % 2}", "level": "commune"}
    for i in range(3)
]


def rows() -> list[Row]:
    return [
        *dossiers("P01", late=6, on_time=94, overdue=2, procedure_code="1"),
        *dossiers("P01", late=3, on_time=50, month=date(2025, 11, 1), procedure_code="1"),
        *dossiers("P02", late=1, on_time=60, procedure_code="2"),
        *dossiers("P00", late=4, on_time=40, month=date(2026, 8, 1)),
        *dossiers("P03", on_time=40, month=date(2026, 10, 1)),
    ]


def units() -> list[Row]:
    return [
        unit(1, head_name="Bà A", has_postal_contract=False), unit(2),
        {"unit_code": "P00", "name": "Phường Cũ", "kind": "ward", "active_to": date(2026, 8, 31),
         "successor_code": "P03"},
        unit(3, active_from=date(2026, 9, 1)),
        {"unit_code": NASTY, "name": "<b>Lạ</b>", "kind": "commune"},
    ]  # fmt: skip


TABLES: dict[str, Any] = {
    "procedures": CATALOGUE,
    "complaints": [
        {"complaint_id": f"{i}", "unit_code": "P01", "received_on": date(2026, 11, 3),
         "due_on": date(2026, 11, 10), "answered_on": date(2026, 11, 9) if i < 4 else None}
        for i in range(6)
    ],
    "receptions": [{"unit_code": "P01", "held_on": date(2026, 11, 4)} for _ in range(7)],
    "ratings": [
        {"unit_code": "P01", "rated_on": date(2026, 11, 5), "source": "tablet", "level": level,
         "votes": votes}
        for level, votes in (("very_satisfied", 19), ("satisfied", 12))
    ],
    "slips": [
        {"slip_id": "1", "dossier_code": "HS-00094", "kind": "apology", "issued_at": datetime(2026, 11, 6)}
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(write(tmp_path_factory.mktemp("don-vi"), units(), rows(), **TABLES))


def drawn(site: Site, code: str, words: Mapping[str, Any] | None = None, path: str = "") -> dict[str, str]:
    module = page("unit")
    found = {}
    for name in CARDS:
        answer = site.draw(getattr(module, name), dict(words or {}), path=path or unit_path(code))
        found[name] = answer if isinstance(answer, str) else answer[0]
    return found


def text(site: Site, code: str, words: Mapping[str, Any] | None = None) -> str:
    return said(" ".join(drawn(site, code, words).values()))


def line(markup: str, metric: str) -> list[str]:
    """The cells of a metric's line: the unit, the district, last year, the change."""
    row = re.search(rf'<tr data-metric="{metric}".*?</tr>', markup, re.DOTALL)
    assert row is not None, metric
    cells = re.findall(r"<td.*?</td>", row[0], re.DOTALL)
    return [said(cell) for cell in cells[:4]]


def about(site: Site, code: str, words: Mapping[str, Any] | None = None) -> UnitQuestion:
    question = site.ask(words, unit_path(code))
    found = UnitQuestion.about(question)
    assert found is not None
    return found


# its numbers


def test_each_indicator_has_its_months_and_its_sources(site: Site) -> None:
    """The line's label says every month; paper has the places of its sources in the list below."""
    table = drawn(site, "P01")["draw_metrics"]
    rows = dict(re.findall(r'<tr data-metric="(\w+)"[^>]*>(.*?)</tr>', table, re.DOTALL))
    late = attributes(rows["late_rate_a"], "aria-label")
    assert any("từng tháng. " in one and one.endswith("11/2026: 6,00%") for one in late), late
    for word in ("received", "finished", "early", "on_time", "late", "on_time_rate", "online_rate"):
        assert "<svg" in rows[word], word
    for word in ("carried_over", "open_overdue", "receptions"):
        assert "<svg" not in rows[word], word
    sources = said(re.search(r'<p class="paper unit-sources">.*?</p>', table, re.DOTALL)[0])  # type: ignore[index]
    assert sources.startswith("Căn cứ: (1) Biểu II.06a, Thông tư 01/2020/TT-VPCP")
    assert '<td class="paper">1</td>' in rows["received"]


def test_the_months_of_an_indicator_are_those_of_its_periods(site: Site) -> None:
    """Each month as the period it is: November, running, and October."""
    months = about(site, "P01").months
    for i, period in ((-1, "2026-11"), (-2, "2026-10")):
        tally = about(site, "P01", {"ky": period}).row.tally
        for word in ("received", "finished", "early", "on_time", "late"):
            assert months.of[word][i] == tally[word], (period, word)
        assert months.of["late_rate_a"][i] == tally.late("A")


@pytest.mark.parametrize("period", ["2026-11", "2026", "2025"])
@pytest.mark.parametrize("code", ["P01", "P00", "P03"])
def test_its_procedures_are_those_that_are_counted_for_it(site: Site, code: str, period: str) -> None:
    """Out of its fields' counts as out of the statement that asks for nothing else; P01 had one, not none."""
    unit = about(site, code, {"ky": period})
    alone = codes_used(unit.source.ask(unit.known, procedures_used, unit.counted))
    assert unit.procedures_used == alone
    assert alone == (frozenset({"1"}) if code == "P01" else frozenset())


@pytest.mark.parametrize("words", [{}, {"ky": "2026", "cach_tinh": "C"}, {"ky": "bc-2026-11"}])
@pytest.mark.parametrize("code", ["P01", "P00", "P03"])
def test_the_numbers_are_those_of_dung_han_for_the_same_unit(
    site: Site, code: str, words: dict[str, str]
) -> None:
    query = "&".join(f"{key}={value}" for key, value in {**words, "don_vi": code}.items())
    rows_of_api = site.json(f"/api/v1/on-time?{query}")["rows"]
    row = about(site, code, words).row
    if not rows_of_api:
        assert not any(row.tally.counts.values())
        return
    (found,) = rows_of_api
    table = drawn(site, code, words)["draw_metrics"]
    for word in ("received", "carried_over", "finished", "early", "on_time", "late", "open_in_time",
                 "open_overdue", "suspended"):  # fmt: skip
        assert line(table, word)[0] == count_text(found[word]), word
    for basis in BASES:
        share = row.tally.late(basis)
        assert (share.a, share.b) == (
            found["rates"][basis]["numerator"], found["rates"][basis]["denominator"],
        )  # fmt: skip
        if share.b:
            assert share_text(share) in line(table, f"late_rate_{basis.lower()}")[0]


def test_every_metric_stands_beside_the_district_and_last_year(site: Site) -> None:
    table = drawn(site, "P01")["draw_metrics"]
    assert line(table, "late_rate_a") == ["▲ 6,00% 6/100", "◆ 4,35% 7/161", "▲ 5,66% 3/53", "▲ 0,34 điểm %"]
    assert line(table, "on_time_rate")[:3] == ["94,00% 94/100", "95,65% 154/161", "94,34% 50/53"]
    assert line(table, "open_overdue") == ["2", "2", "0", "▲ 2 hồ sơ"]
    assert line(table, "apology_rate")[0] == "12,5% 1/8"
    assert line(table, "satisfaction_rate")[0] == "100% 31/31"
    assert line(table, "very_satisfied_rate")[0] == "61,29% 19/31"
    assert line(table, "complaints")[0] == "6"
    assert line(table, "complaints_answered")[0] == "66,7% 4/6"
    assert line(table, "complaints_overdue")[0] == "33,3% 2/6"
    assert line(table, "receptions")[0] == "7"
    assert line(table, "procedures")[:2] == ["3", "3"]
    assert line(table, "procedures_used")[:2] == ["33,3% 1/3", "66,7% 2/3"]
    assert line(table, "post_in")[0] == "chưa phát sinh 0/102"


def test_post_reads_0_percent_only_with_a_contract(tmp_path: Path) -> None:
    contract = [unit(1, has_postal_contract=True)]
    table = drawn(Site(write(tmp_path, contract, dossiers("P01", on_time=9))), "P01")["draw_metrics"]
    assert line(table, "post_in")[:2] == ["0% 0/9", "chưa phát sinh 0/9"]


def test_a_zero_denominator_is_a_dash(site: Site) -> None:
    table = drawn(site, "P02", {"ky": "2026-03"})["draw_metrics"]
    assert line(table, "late_rate_a")[0] == "—"
    assert line(table, "on_time_rate")[0] == "—"
    assert line(table, "satisfaction_rate")[0] == "—"
    assert "không có hồ sơ nào" in text(site, "P02", {"ky": "2026-03"})


def test_a_change_on_few_is_not_told(site: Site) -> None:
    assert line(drawn(site, "P01")["draw_metrics"], "satisfaction_rate")[3] == ""
    small = drawn(site, "P01", {"linh_vuc": "linh-vuc-1"})["draw_metrics"]
    assert line(small, "late_rate_a")[3] == "▲ 0,34 điểm %"


def test_numbers_open_the_dossiers_behind_them(site: Site) -> None:
    links = attributes(drawn(site, "P01")["draw_metrics"], "href")
    (late,) = {one for one in links if "chi_so=late&" in f"{one}&" and one.startswith("/ho-so")}
    assert "don_vi=P01" in late


# mergers


def test_a_merged_unit_ends_and_its_successor_begins_never_joined(site: Site) -> None:
    module = page("unit")
    head, chart = site.draw(module.draw_trend, {}, path=unit_path("P03"))
    assert "Phường Cũ" in said(head)
    figure = chart[0].children.figure
    go.Figure(figure)  # knows each of its words
    lines = {one["name"]: one for one in figure["data"]}
    own, old = lines["Tỷ lệ trễ hẹn"]["y"], lines["Cũ"]["y"]
    assert all(a is None or b is None for a, b in zip(own, old, strict=True))
    assert any(value is not None for value in old)
    assert not any(one.get("connectgaps") for one in figure["data"])
    assert [one["text"] for one in figure["layout"]["annotations"] if one["text"] == "sáp nhập"]
    assert "/don-vi/P00" in attributes(drawn(site, "P03")["draw_headline"], "href")
    assert "/don-vi/P03" in attributes(drawn(site, "P00")["draw_headline"], "href")
    assert "tiếp theo là Phường 3" in text(site, "P00", {"ky": "2026-08"})


def test_the_head_is_named_only_in_the_period_of_the_data_to_who_may_see_officials(site: Site) -> None:
    assert "Bà A" not in text(site, "P01")
    site = site.seen_by(with_officials())
    assert "Bà A" in text(site, "P01")
    assert "Bà A" in text(site, "P01", {"ky": "2026"})
    assert "Bà A" not in text(site, "P01", {"ky": "2026-10"})
    assert "Bà A" not in text(site, "P01", {"ky": "2026-10", "den": "2026-10-21T10:15"})


# addresses


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/don-vi", 200), ("/don-vi/", 200), ("/don-vi/P01", 200), ("/don-vi/P01/", 200), ("/don-vi/P0", 404),
        ("/don-vi/none", 404), ("/don-vi/P01/x", 404), (unit_path(NASTY), 200), ("/don-vi/%FF", 404),
        ("/don-vi/%00", 404), ("/don-vi/<unit_code>", 404), ("/don-vix", 404), ("/phuong-phap", 200),
    ],
)  # fmt: skip
def test_a_known_unit_is_200_and_an_unknown_one_404(site: Site, path: str, status: int) -> None:
    site.get("/")
    for query in ("", "?ky=2026-10", "?unit_code=P02"):
        assert site.get(path + query).status_code == status, path


def test_without_a_database_a_unit_is_503(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "motcua")
    assert Site(tmp_path / "khong.duckdb").get("/don-vi/P01").status_code == 503


def test_an_unknown_unit_is_told_kindly(site: Site) -> None:
    found = drawn(site, "P99")
    assert "Không có đơn vị mang mã này" in said(found["draw_headline"])
    assert "/don-vi" in attributes(found["draw_headline"], "href")
    assert all("Không tải được" not in said(one) for one in found.values())


@pytest.mark.parametrize("code", ["P01", NASTY, "P/1", "..a", "100%"])
def test_any_code_comes_back_from_its_address(code: str) -> None:
    assert unit_code_in(f"/don-vi/{code}", {code}) == code
    assert unit_code_in(f"/don-vi/{code}/", {code}) == code
    assert unit_path(code) == f"/don-vi/{quote(code, safe='')}"


def test_a_nasty_unit_is_shown_escaped(site: Site) -> None:
    for name, markup in drawn(site, NASTY, {"ky": "2026"}).items():
        assert "<b>Lạ" not in markup, name


@pytest.mark.parametrize(
    "words",
    [{"ky": "2026-13"}, {"don_vi": "P02"}, {"ky": ["2026", "2025"]}, {"cach_tinh": "Z"}, {"la": "1"},
     {"thu_tuc": "1"}, {"linh_vuc": "linh-vuc-1"}, {"so_voi": "2026-11-05"}, {"so_voi": "cung-ky"},
     {"den": "2026-11-03T08:00"}, {"ky": "1990-01"}, {"ky": "2026-01-01..2026-03-31"}, {"unit_code": "P02"}],
)  # fmt: skip
def test_the_page_opens_at_any_address(site: Site, words: dict[str, Any]) -> None:
    for code in ("P03", NASTY):
        for name, markup in drawn(site, code, words).items():
            assert "Không tải được" not in said(markup), (code, name)


def test_the_unit_is_the_path_s_and_a_word_that_says_another_is_told(site: Site) -> None:
    question = about(site, "P01", {"don_vi": "P02"})
    assert question.view.unit_code == "P01"
    assert any("P02" in one for one in question.parsed.sentences)
    bar = site.draw(page("unit").draw_bar, {"don_vi": "P02"}, path=unit_path("P01"))
    assert "“P02”" in said(bar)


def test_links_of_the_bar_keep_the_unit_in_the_path(site: Site) -> None:
    question = about(site, "P01", {"ky": "2026-10"})
    assert question.link() == "/don-vi/P01?ky=2026-10"
    assert question.link(unit_code="P02") == "/don-vi/P02?ky=2026-10"
    assert question.link(unit_code=None) == "/don-vi?ky=2026-10"
    assert question.link("/don-vi") == "/don-vi?ky=2026-10"
    assert question.link("/dung-han") == "/dung-han?ky=2026-10&don_vi=P01"
    assert question.link(absolute=True).startswith("/don-vi/P01?ky=2026-10&so_voi=ky-truoc&cach_tinh=A&den=")


@pytest.mark.parametrize("words", [{}, {"so_voi": "2026-11-11"}])
def test_the_page_names_the_one_comparison_it_makes(site: Site, words: dict[str, str]) -> None:
    """The figures stand beside last year's: the bar says so on screen and on paper, and offers no other."""
    drawn = site.draw(page("unit").draw_bar, words, path=unit_path("P01"))
    bar = said(drawn)
    assert bar.count("so với cùng kỳ năm trước (01/11–21/11/2025)") == 2, "presented, and on paper"
    assert "kỳ trước (" not in bar.replace("cùng kỳ năm trước (", "")
    assert 'data-key="so_voi"' not in drawn
    assert "So với chính kỳ này" not in bar
    assert ('so_voi=2026-11-11"' in drawn) is bool(words), "other pages keep what was chosen"
    assert 'data-key="so_voi"' in site.draw(page("unit").draw_bar, words, path="/don-vi")


def test_a_query_word_cannot_take_the_place_of_the_path(site: Site) -> None:
    """Dash hands a query word over in the place of the path's variable of the same name."""
    site.json("/api/v1/meta")  # the page's title needs the units' names to be known
    outputs = "..._pages_content.children..._pages_store.data.."
    body = {
        "output": outputs.removeprefix("."),
        "outputs": [
            {"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": "/don-vi/P01"},
            {"id": "_pages_location", "property": "search", "value": "?unit_code=P02"},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }  # fmt: skip
    answer = site.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    told = json.dumps(answer.get_json())
    assert '"path": "/don-vi/P01"' in told
    assert '"unit_code": "P02"' in told
    assert "Phường 1 · Một cửa" in answer.get_json()["response"]["_pages_store"]["data"]["title"]


# the list


def test_the_list_leads_to_every_unit(site: Site) -> None:
    module = page("units")
    listed = [site.draw(getattr(module, name), {"ky": "2026-11"}) for name in ("draw_list", "draw_ended")]
    links = {link.split("?")[0] for markup in listed for link in attributes(markup, "href")}
    assert {"/don-vi/P01", "/don-vi/P02", "/don-vi/P03", "/don-vi/P00", unit_path(NASTY)} <= links
    text = said(listed[0])
    assert "6,00%" in text
    assert "phường" in text
    assert "Phường Cũ" in said(listed[1])


# what the source lacks


def optional() -> list[str]:
    return [
        *(name for name, table in CONTRACT.items() if not table.required),
        *(
            f"{name}.{column.name}"
            for name, table in CONTRACT.items()
            if table.required
            for column in table.columns
            if not column.required
        ),
    ]


def test_without_every_optional_table_and_column_there_is_no_data_and_no_error(tmp_path: Path) -> None:
    path = write(tmp_path, units(), rows(), **TABLES)
    with duckdb.connect(path) as connection:
        for name in optional():
            table, _, column = name.partition(".")
            connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"' if column
                               else f'DROP TABLE "{table}"')  # fmt: skip
    bare = Site(path)
    found = drawn(bare, "P01")
    for name, markup in found.items():
        assert "Không tải được" not in said(markup), name
    for metric in ("satisfaction_rate", "complaints", "complaints_answered", "receptions", "procedures",
                   "fields_used", "apology_rate", "online_rate", "self_submitted", "post_out"):  # fmt: skip
        assert line(found["draw_metrics"], metric)[0] == NO_DATA, metric
    assert line(found["draw_metrics"], "late")[0] == "6"
    method = page("method")
    for name in ("draw_headline", "draw_reading", "draw_example", "draw_rules", "draw_quality", "draw_odd",
                 "draw_identities", "draw_metrics", "draw_flags", "draw_words"):  # fmt: skip
        assert "Không tải được" not in said(bare.draw(getattr(method, name))), name
    assert "Nguồn không có" in said(bare.draw(method.draw_quality))


def test_the_golden_unit_of_2019(tmp_path: Path) -> None:
    """Thị trấn Nhà Bè 2019: 109 procedures in 19 fields, 6 complaints, 132 receptions, no post."""
    catalogue = [
        {"procedure_code": f"{i}", "name": f"TT {i}", "field": f"LV {i % 19}", "level": "commune"}
        for i in range(109)
    ]
    other = [{"procedure_code": "h", "name": "Cấp huyện", "field": "Khác", "level": "district"}]
    path = write(
        tmp_path, [{"unit_code": "1", "name": "Thị trấn Nhà Bè", "kind": "township"}],
        dossiers("1", on_time=40, month=date(2019, 5, 1), procedure_code="7"),
        procedures=[*catalogue, *other],
        complaints=[{"complaint_id": f"{i}", "unit_code": "1", "received_on": date(2019, 2 * i + 1, 9)}
                    for i in range(6)],
        receptions=[{"unit_code": "1", "held_on": date(2019, 1 + i % 12, 1 + i % 28)} for i in range(132)],
    )  # fmt: skip
    table = drawn(Site(path, as_of=AS_OF), "1", {"ky": "2019"})["draw_metrics"]
    assert [line(table, word)[0] for word in ("procedures", "fields", "complaints", "receptions")] == [
        "109", "19", "6", "132",
    ]  # fmt: skip
    assert line(table, "post_in")[0].startswith("chưa phát sinh")
    assert line(table, "procedures_used")[0] == "0,9% 1/109"


def test_two_questions_of_a_unit_share_their_answers(site: Site) -> None:
    first, second = about(site, "P01"), about(site, "P01")
    assert first.row.tally == second.row.tally
    assert isinstance(first.district, Question)
    assert first.district.view.unit_code is None
