"""Báo cáo định kỳ and Giao ban: read without the libraries that write them, compared with the API."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from apps import SAMPLE, Site, dossiers, unit, write
from openpyxl import load_workbook

from dashboard.question.access import Rights

KY = "ky=2026-11"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    rows = [
        *dossiers("P01", early=90, late=10), *dossiers("P02", early=40), *dossiers("P03", on_time=97, late=3),
        *dossiers("P01", early=50, late=1, month=date(2026, 10, 1)),
    ]  # fmt: skip
    return Site(write(tmp_path_factory.mktemp("bao-cao"), [unit(1), unit(2), unit(3)], rows, load=SAMPLE))


def parts(site: Site, name: str, words: str = KY) -> dict[str, bytes]:
    answer = site.get(f"/tai/{name}?{words}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert (
        f"{name.partition('.')[0]}_toan-dia-ban_2026-11_den-2026-11-21-10h15"
        in answer.headers["Content-Disposition"]
    )
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def text(part: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", part.decode()))


def test_the_periodic_report_says_what_the_api_says(site: Site) -> None:
    read = text(parts(site, "bao-cao-dinh-ky.docx")["word/document.xml"])
    answer = site.json(f"/api/v1/on-time?{KY}")
    for row in answer["rows"]:
        rate = row["rates"]["A"]
        told = f"{row['late_rate_text']} ({rate['numerator']}/{rate['denominator']})"
        name = row["unit"]
        figures = (
            f"{row['received'] + row['carried_over']} {row['finished']} {row['late']} {row['open_overdue']}"
        )
        assert f"{name} {figures} {told}" in read, name
    assert "1/3 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên" in read
    assert "xem xét xử lý kỷ luật người đứng đầu" in read  # what the circular says of it
    assert "Số: ………/………" in read
    commended = [row["unit"] for row in site.json(f"/api/v1/flags?{KY}")["rows"]
                 if row["id"] == "commended" and row["unit_code"]]  # fmt: skip
    assert commended == ["Phường 2"]
    assert "Phường 2: không có hồ sơ trễ hạn, quá hạn." in read


def test_every_red_flag_of_the_api_is_told(site: Site) -> None:
    red = [row["sentence"] for row in site.json(f"/api/v1/flags?{KY}")["rows"]
           if row["level"] == "red" and row["unit_code"] is None and row["count"]]  # fmt: skip
    assert red
    for name, part in (("bao-cao-dinh-ky.docx", "word/document.xml"), ("giao-ban.docx", "word/document.xml")):
        read = text(parts(site, name)[part])
        assert all(one in read for one in red), name


def test_slides_have_charts_of_numbers_that_can_be_edited(site: Site) -> None:
    found = parts(site, "giao-ban.pptx")
    slides = sorted(one for one in found if re.fullmatch(r"ppt/slides/slide\d+\.xml", one))
    assert len(slides) == 6
    books = [
        load_workbook(io.BytesIO(found[one])).worksheets[0] for one in sorted(found) if one.endswith(".xlsx")
    ]
    assert len(books) == len([one for one in found if re.fullmatch(r"ppt/charts/chart[^/]*\.xml", one)]) == 3
    bars = next(one for one in books if "Phường 1" in [row[0].value for row in one.iter_rows()])
    told = {str(row[0]): row[1] for row in bars.iter_rows(min_row=2, values_only=True)}
    api = {row["unit"]: row["late_rate"] for row in site.json(f"/api/v1/on-time?{KY}")["rows"]}
    assert told == pytest.approx(api)
    chart = next(
        found[one].decode() for one in found if "charts/chart" in one and "Phường 1" in found[one].decode()
    )
    assert "▲ 10,00%" in chart  # over, by its mark too


def test_the_sample_is_marked_on_every_slide_and_page(site: Site) -> None:
    found = parts(site, "giao-ban.pptx")
    for name, part in found.items():
        if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
            assert "DỮ LIỆU MẪU" in part.decode(), name
    for name in ("bao-cao-dinh-ky.docx", "giao-ban.docx"):
        assert "DỮ LIỆU MẪU" in text(parts(site, name)["word/header1.xml"])


def test_a_reader_of_one_unit_gets_no_other_by_name(site: Site) -> None:
    theirs = site.seen_by(Rights("don_vi", units=("P02",)))
    for name in ("bao-cao-dinh-ky.docx", "giao-ban.docx", "giao-ban.pptx"):
        answer = theirs.get(f"/tai/{name}?{KY}")
        if answer.status_code != 200:
            continue
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            whole = " ".join(archive.read(one).decode("utf-8", "ignore") for one in archive.namelist())
        assert "Phường 1" not in whole, name
        assert "Phường 3" not in whole, name


def test_a_period_that_has_not_begun_has_no_report(site: Site) -> None:
    for name in ("bao-cao-dinh-ky.docx", "giao-ban.docx", "giao-ban.pptx"):
        assert site.get(f"/tai/{name}?ky=2027-01").status_code == 409
