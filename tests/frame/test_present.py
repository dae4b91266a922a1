"""Presenting, as far as the server knows of it: the one line that stays, links without it, small scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from apps import Site, attributes, district, page

ASSETS = Path(__file__).resolve().parents[2] / "assets"
MOST_BYTES = 12_000
"""Both files are loaded on every page."""
OCTOBER = "Tháng 10/2026, dương lịch, 01/10–31/10/2026 · so với kỳ trước (01/09–30/09/2026) · cách tính A"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(tmp_path_factory.mktemp("chieu"), {"late": 5, "on_time": 95}, {"on_time": 30})


def bar(site: Site, **words: str) -> str:
    with site.server.test_request_context("/"):
        return str(page("shared").bar_of(site.ask(words)))


def presented(site: Site, **words: str) -> str:
    """The line that says what the hidden controls show."""
    found = re.search(r'<p class="presented">(.*?)</p>', bar(site, **words))
    assert found is not None
    return found[1]


def test_the_line_says_period_basis_comparison_and_filters(site: Site) -> None:
    assert presented(site, ky="2026-10") == OCTOBER
    assert presented(site, ky="2026-10", don_vi="P01") == f"Phường 1 · {OCTOBER}"
    assert presented(site, so_voi="cung-ky", cach_tinh="C") == (
        "Tháng 11/2026, dương lịch, 01/11–21/11/2026 (kỳ chưa kết thúc)"
        " · so với cùng kỳ năm trước (01/11–21/11/2025) · cách tính C"
    )
    assert presented(site, ky="bc-2026-11").startswith("Kỳ báo cáo tháng 11/2026, 15/10–14/11/2026 · so với")
    assert "(tính lại từ dữ liệu hiện có)" in presented(site, so_voi="2026-11-14")


def test_days_of_one_s_own_are_said_once(site: Site) -> None:
    said = presented(site, ky="2026-09-07..2026-10-09")
    assert said.startswith("07/09–09/10/2026 · so với kỳ trước")


def test_a_period_to_come_has_no_days_to_say(site: Site) -> None:
    assert presented(site, ky="2027-03") == "Tháng 3/2027, dương lịch, kỳ chưa bắt đầu"


@pytest.mark.parametrize("path", ["/", "/canh-bao"])
def test_no_link_of_the_server_presents(site: Site, path: str) -> None:
    """A reader who has left presenting must not fall back into it; the browser adds the words."""
    question = site.ask({"trinh_chieu": "1", "the": "overview-heat", "nguon": "tablet"}, path)
    assert question.link() == f"{path}?nguon=tablet"
    assert "trinh_chieu" not in question.link(absolute=True)
    assert "the=" not in question.link(absolute=True)
    asked = site.ask({"the": "flags-matrix"}, path)
    assert asked.link() == f"{path}?the=flags-matrix", "outside presenting the word is the page's own"


def test_every_page_has_the_control_and_its_key(site: Site) -> None:
    markup = bar(site)
    assert "on" in attributes(markup, "data-present")
    assert "Phím P" in attributes(markup, "title")


def test_the_document_lists_the_keys(site: Site) -> None:
    document = site.get("/").get_data(as_text=True)
    dialog = re.search(r"<dialog.*?</dialog>", document, re.DOTALL)
    assert dialog is not None
    keys = re.findall(r"<kbd>(.*?)</kbd>", dialog[0])
    assert {"P", "→", "←", "↓", "↑", "Home", "End", "Esc", "?"} <= set(keys)
    assert f'aria-labelledby="{re.findall(r"<h2 id=.(.*?).>", dialog[0])[0]}"' in dialog[0]


def test_the_files_stay_small() -> None:
    for name in ("present.js", "present.css"):
        assert (ASSETS / name).stat().st_size < MOST_BYTES, name
