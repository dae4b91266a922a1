"""/api/v1/search and the page of results: one question, whoever asks."""

from __future__ import annotations

from datetime import date

import pytest
from apps import Site, page

from queries.sample.district import write_sample


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("tim") / "mau.duckdb"
    write_sample(path, years=1, per_unit_year=40, until=date(2026, 11, 21))
    return Site(path)


def found(site: Site, typed: str, more: str = "") -> list[tuple[str, str]]:
    answer = site.json(f"/api/v1/search?tim={typed}{more}")
    return [(row["kind"], row["name"]) for row in answer["rows"]]


def test_a_unit_without_its_marks(site: Site) -> None:
    rows = site.json("/api/v1/search?tim=my+an&ky=2026-10")["rows"]
    assert (rows[0]["name"], rows[0]["href"]) == ("Phường Mỹ An", "/don-vi/QM-P01?ky=2026-10")


def test_a_procedure_and_where_it_leads(site: Site) -> None:
    rows = site.json("/api/v1/search?tim=khai+sinh&don_vi=QM-P01&linh_vuc=dat-dai")["rows"]
    first = next(row for row in rows if row["kind"] == "thu_tuc")
    assert "khai sinh" in first["name"].lower()
    assert first["href"] == f"/dung-han?thu_tuc={first['code']}", (
        "what narrows the page does not narrow the search"
    )


def test_a_dossier_by_part_of_its_code_in_any_case(site: Site) -> None:
    with site.server.test_request_context("/"):
        code = site.json("/api/v1/dossiers")["rows"][0]["dossier_code"]
    rows = site.json(f"/api/v1/search?tim={code.lower()[2:]}")["rows"]
    hit = next(row for row in rows if row["code"] == code)
    assert hit["kind"] == "ho_so"
    assert code in hit["href"]
    assert site.get(hit["href"]).status_code == 200


def test_nothing_typed_gives_every_unit_and_nothing_else(site: Site) -> None:
    answer = site.json("/api/v1/search")
    assert {row["kind"] for row in answer["rows"]} == {"don_vi"}
    assert len(answer["rows"]) == answer["totals"]["don_vi"] == 21


def test_nonsense_is_refused(site: Site) -> None:
    for words in ("tim=" + "a" * 200, "tim=a&chi_so=late", "tim=%00"):
        site.json(f"/api/v1/search?{words}", status=400)


def test_the_page_says_what_was_found_and_pages_it(site: Site) -> None:

    search = page("search")
    drawn = site.draw(search.draw_found, {"tim": "h"}, path="/tim-kiem")
    assert "trang=2" in drawn
    assert "Không tìm thấy" in site.text(search.draw_found, {"tim": "zzzz"}, path="/tim-kiem")
    assert site.text(search.draw_headline, {"tim": "<b>"}, path="/tim-kiem") == "Tìm “<b>”"
    assert site.get("/tim-kiem?tim=my+an").status_code == 200
