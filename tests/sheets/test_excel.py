"""Excel files opened by an independent reader say what the API says."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from apps import SAMPLE, Living, Site, dossiers, unit, with_officials, write
from offices import recalculated
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.api.routes import cell
from dashboard.question.access import WITHOUT_ACCOUNTS, Reader, Rights
from dashboard.sheets import long_lists, routes, workbook
from dashboard.sheets.workbook import RISKY
from queries.definitions.metrics import METRICS

CRUEL = '=HYPERLINK("http://x")'
HEAD_ROWS = 2


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Four wards, one at just under 5% (600 of 12.010), one with nothing; cruel names; ratings."""
    units = [
        unit(1), unit(2, name=CRUEL), unit(3, name="\u3000＝1+1"), unit(4),
    ]  # fmt: skip
    rows = [
        *dossiers("P01", early=3, on_time=4, late=2, overdue=1, open_in_time=2, suspended=1,
                  procedure_code="00123", online_level="4"),
        *dossiers("P02", early=40, late=1, channel="online", procedure_code="TT2"),
        *dossiers("P03", on_time=1),
        *dossiers("P01", early=5, month=date(2026, 10, 1)),
        *dossiers(None, early=1),
    ]  # fmt: skip
    rows = [{**row, "late_reason": "＝cmd"} for row in rows]
    procedures = [
        {"procedure_code": "00123", "name": "Cấp bản sao", "field": "Hộ tịch", "level": "commune",
         "online_level": "4"},
        {"procedure_code": "TT2", "name": "-1+2", "field": "Đất đai", "level": "commune", "online_level": "3"},
    ]  # fmt: skip
    ratings = [
        {"unit_code": "P01", "rated_on": date(2026, 11, 3), "source": "paper", "level": "satisfied", "votes": 31},
        {"unit_code": "P01", "rated_on": date(2026, 11, 3), "source": "paper", "level": "neutral", "votes": 3},
        {"unit_code": "P02", "rated_on": date(2026, 10, 3), "source": "front", "level": "satisfied", "votes": 40},
    ]  # fmt: skip
    path = write(
        tmp_path_factory.mktemp("excel"), units, rows, load=SAMPLE, procedures=procedures, ratings=ratings
    )
    return Site(path)


def opened(site: Site, address: str, *, through_office: bool = False) -> Any:
    answer = site.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    content = answer.get_data()
    if through_office:
        content = recalculated(content)
    return load_workbook(io.BytesIO(content))


def table(sheet: Worksheet) -> list[dict[tuple[str, str], Any]]:
    """The rows of a sheet by (upper head, head), and by head alone where it has no upper one."""
    top = next(i for i, row in enumerate(sheet.iter_rows(values_only=True), 1) if "TT" in row)
    heads = [str(one.value) for one in sheet[top]]
    groups: list[str] = []
    above = [one.value for one in sheet[top - 1]]
    merged = {
        c: r
        for r in sheet.merged_cells.ranges
        if r.min_row == top - 1
        for c in range(r.min_col, r.max_col + 1)
    }
    for i, value in enumerate(above):
        inside = merged.get(i + 1)
        groups.append(str((above[inside.min_col - 1] if inside else value) or ""))
    if top <= HEAD_ROWS or not merged:
        groups = [""] * len(heads)
    keys = list(zip(groups, heads, strict=True))
    return [
        dict(zip(keys, (one.value for one in row), strict=True)) for row in sheet.iter_rows(min_row=top + 1)
    ]


def about(book: Any) -> dict[str, Any]:
    rows = book["Về số liệu"].iter_rows(values_only=True, max_col=2)
    return {str(name): value for name, value in rows if name}


@pytest.mark.parametrize("through_office", [False, True])
def test_units_equal_the_api(site: Site, through_office: bool) -> None:
    book = opened(site, "/tai/dung-han.xlsx?ky=2026-11", through_office=through_office)
    rows = table(book["Theo đơn vị"])
    answer = site.json("/api/v1/on-time?ky=2026-11")
    by_code = {row["unit_code"]: row for row in answer["rows"]}
    told = {row["", "Mã đơn vị"]: row for row in rows[:-1]}
    assert told.keys() == by_code.keys()
    heads = {
        "received": ("Phải giải quyết trong kỳ", "Tiếp nhận trong kỳ"), "late": ("Đã giải quyết", "Trễ hạn"),
        "carried_over": ("Phải giải quyết trong kỳ", "Kỳ trước chuyển sang"),
        "finished": ("Đã giải quyết", "Tổng"), "open_overdue": ("Đang giải quyết", "Quá hạn chưa xong"),
        "suspended": ("Đang giải quyết", "Tạm dừng"), "early": ("Đã giải quyết", "Trước hạn"),
    }  # fmt: skip
    for code, row in (*told.items(), (..., rows[-1])):
        api = answer["district"] if code is ... else by_code[code]
        for word, head in heads.items():
            assert row[head] == api[word], (code, word)
        for basis, rate in api["rates"].items():
            group = f"Tỷ lệ trễ hẹn {basis}"
            assert (row[group, "Tử số"], row[group, "Mẫu số"]) == (rate["numerator"], rate["denominator"])
            if rate["rate"] is None:
                assert row[group, "Tỷ lệ"] == "—"
            else:
                assert row[group, "Tỷ lệ"] == pytest.approx(rate["rate"] / 100, abs=1e-12)
    assert told["P01"]["Trễ bao lâu (ngày)", "Hẹn trả sớm nhất còn quá hạn"] == datetime(2026, 11, 10)


def test_a_rate_is_printed_on_its_side_of_the_threshold(tmp_path: Path) -> None:
    """600 of 12.010 is 4,996%: two decimals would print an unflagged 5,00%."""
    site = Site(write(tmp_path, [unit(1)], dossiers("P01", early=11_410, late=600)))
    sheet = opened(site, "/tai/dung-han.xlsx?ky=2026-11")["Theo đơn vị"]
    cells = {round(float(one.value), 6): one.number_format for row in sheet.iter_rows() for one in row
             if isinstance(one.value, float)}  # fmt: skip
    assert cells[round(600 / 12_010, 6)] == "0.000%"
    assert cells[0.95004] == "0.000%"  # 100 − 4,996 as printed, not 95,0042


@pytest.mark.parametrize(
    ("address", "sheet", "key", "api"),
    [
        ("dung-han.xlsx?theo=linh-vuc", "Theo lĩnh vực", "Lĩnh vực", "on-time?theo=linh-vuc"),
        ("dung-han.xlsx?theo=thu-tuc", "Theo thủ tục", "Mã thủ tục", "on-time?theo=thu-tuc"),
        ("truc-tuyen.xlsx?theo=linh-vuc", "Theo lĩnh vực", "Lĩnh vực", "online?theo=linh-vuc"),
        ("truc-tuyen.xlsx?theo=thu-tuc", "Theo thủ tục", "Mã thủ tục", "online?theo=thu-tuc"),
        ("truc-tuyen.xlsx?", "Theo đơn vị", "Mã đơn vị", "online?"),
    ],
)  # fmt: skip
def test_groups_equal_the_api(site: Site, address: str, sheet: str, key: str, api: str) -> None:
    rows = table(opened(site, f"/tai/{address}&ky=2026-11")[sheet])[:-1]
    field = {"Lĩnh vực": "field", "Mã thủ tục": "procedure_code", "Mã đơn vị": "unit_code"}[key]
    expected = {row[field]: row for row in site.json(f"/api/v1/{api}&ky=2026-11")["rows"]}
    assert {row["", key] for row in rows} == expected.keys()
    for row in rows:
        api_row = expected[row["", key]]
        received = next(value for (_, head), value in row.items() if head == "Tiếp nhận trong kỳ")
        assert received == api_row["received"]
        if api.startswith("online"):
            rate = next(value for (group, head), value in row.items()
                        if head == "Tỷ lệ" and group.startswith("Trực tuyến"))  # fmt: skip
            assert rate == pytest.approx((api_row["online_rate"] or 0) / 100, abs=1e-12) or rate == "—"
        else:
            assert row["Tỷ lệ trễ hẹn A", "Mẫu số"] == api_row["rates"]["A"]["denominator"]


@pytest.mark.parametrize("what", ["dung-han", "truc-tuyen"])
@pytest.mark.parametrize("by", ["thang", "don-vi-thang"])
def test_months_equal_the_api(site: Site, what: str, by: str) -> None:
    book = opened(site, f"/tai/{what}.xlsx?ky=2026-11&theo={by}")
    rows = table(book[book.sheetnames[1]])
    api = site.json(f"/api/v1/{'on-time' if what == 'dung-han' else 'online'}?ky=2026-11&theo={by}")["rows"]
    assert len(rows) == len(api)
    for row, expected in zip(rows, api, strict=True):
        assert row["", "Từ ngày"].date().isoformat() == expected["start"]
        if what == "dung-han":
            assert row["Tỷ lệ trễ hẹn A", "Tử số"] == expected["numerator"]
        else:
            assert row["", "Nộp trực tuyến"] == expected["online"]


def test_votes_equal_the_api(site: Site) -> None:
    rows = table(opened(site, "/tai/hai-long.xlsx?ky=2026-11")["Theo đơn vị"])
    api = {row["unit_code"]: row for row in site.json("/api/v1/satisfaction?ky=2026-11")["rows"]}
    one = next(row for row in rows if row["", "Mã đơn vị"] == "P01")
    assert one["Các nguồn được tính", "Tổng số phiếu"] == api["P01"]["votes"] == 34
    assert one["Các nguồn được tính", "Tỷ lệ hài lòng"] == pytest.approx(31 / 34)
    assert one["Phiếu giấy", "Số phiếu"] == 34
    months = table(opened(site, "/tai/hai-long.xlsx?ky=2026-11&theo=nguon-thang")["Nguồn và tháng"])
    assert [row["", "Nguồn phiếu"] for row in months] == ["Phiếu giấy", "Mặt trận Tổ quốc"]


def test_flags_and_units_equal_the_api(site: Site) -> None:
    rows = table(opened(site, "/tai/canh-bao.xlsx?ky=2026-11")["Cảnh báo"])
    api = site.json("/api/v1/flags?ky=2026-11")["rows"]
    assert [row["", "Mã đơn vị"] for row in rows] == [row["unit_code"] for row in api]
    for row, expected in zip(rows, api, strict=True):
        if expected["count"] is not None:
            assert row["", "Số lượng"] == expected["count"]
        assert row["", "Nội dung"] == expected["sentence"]
    units = table(opened(site, "/tai/don-vi.xlsx?ky=2026-11")["Đơn vị"])
    assert {row["", "Mã đơn vị"] for row in units} == {"P01", "P02", "P03", "P04"}


@pytest.mark.parametrize("through_office", [False, True])
def test_the_whole_list_equals_the_api(site: Site, through_office: bool) -> None:
    book = opened(site, "/tai/ho-so.xlsx?ky=2026-11&trang=2", through_office=through_office)
    rows = table(book["Hồ sơ"])
    api: list[dict[str, Any]] = []
    for page in (1, 2):
        api += site.json(f"/api/v1/dossiers?ky=2026-11&trang={page}")["rows"]
    assert [row["", "Mã hồ sơ"] for row in rows] == [row["dossier_code"] for row in api]
    for row, expected in zip(rows, api, strict=True):
        assert row["Ngày", "Hẹn trả đầu tiên"].isoformat() == expected["due_at"]
        assert row["", "Số ngày trễ"] == expected["days"]
        assert row["", "Mã thủ tục"] == expected["procedure_code"]  # 00123 keeps its zeros
    assert not any("công chức" in head for _, head in rows[0])


def test_officials_are_in_a_list_only_where_they_may_be_seen(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", late=3, officer_code="CB-7"))
    for shows in (False, True):
        rows = table(
            opened(
                Site(path).seen_by(with_officials()) if shows else Site(path), "/tai/ho-so.xlsx?ky=2026-11"
            )["Hồ sơ"]
        )
        told = {value for row in rows for value in row.values()}
        assert ("CB-7" in told) is shows


def test_a_sample_can_be_ticked_on(site: Site) -> None:
    book = opened(site, "/tai/ho-so.xlsx?ky=2026-11&mau=5&hat_giong=3")
    rows = table(book["Phiếu kiểm tra"])
    api = site.json("/api/v1/dossiers?ky=2026-11&mau=5&hat_giong=3")["rows"]
    assert [(row["", "Số thứ tự trong danh sách"], row["", "Mã hồ sơ"]) for row in rows] == [
        (row["position"], row["dossier_code"]) for row in api
    ]
    ticks = [head for group, head in rows[0] if group == "Kiểm tra tại đơn vị"]
    assert ticks == ["Đạt", "Không đạt", "Ghi chú"]
    assert "Mã rút 3" in " ".join(
        str(one) for row in book["Về số liệu"].iter_rows(values_only=True) for one in row
    )


def test_every_file_says_what_it_is_of(site: Site) -> None:
    answer = site.get("/tai/dung-han.xlsx?ky=bc-2026-11&don_vi=P01&linh_vuc=ho-tich&ky_la=1")
    name = answer.headers["Content-Disposition"]
    assert "dung-han-theo-don-vi_phuong-1_ho-tich_bc-2026-11_den-2026-11-21-10h15.xlsx" in name
    book = load_workbook(io.BytesIO(answer.get_data()))
    told = about(book)
    assert told["Từ ngày"] == "15/10/2026"
    assert told["Số liệu đến"] == "10:15, 21/11/2026"
    assert "ky=bc-2026-11" in told["Địa chỉ mở lại đúng số liệu này"]
    assert "den=2026-11-21T10:15" in told["Địa chỉ mở lại đúng số liệu này"]
    assert "ky_la" in told["Lưu ý"]
    assert "2307" in told["Ngưỡng"]
    definitions = [row for row in book["Về số liệu"].iter_rows(values_only=True) if row[0] == "Trễ hạn"]
    assert definitions[0][1] == METRICS["late"].definition
    for sheet in book.worksheets:
        assert any(
            "DỮ LIỆU MẪU" in str(one) for row in sheet.iter_rows(values_only=True, max_row=4) for one in row
        )


def test_no_cell_is_a_formula_or_becomes_one(site: Site) -> None:
    book = opened(site, "/tai/ho-so.xlsx?ky=2026-11")
    risky = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for one in row:
                assert one.data_type != "f", one.value
                if isinstance(one.value, str) and RISKY.match(one.value):
                    assert one.quotePrefix, one.value
                    risky += 1
    assert risky > 100  # the unit, the procedure and the reason of every dossier


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", " =1", "\u00a0=1", "\u3000＝1", "\t=1", "＠x", "\ufeff=1"]
)
def test_the_csv_of_the_api_has_no_formula_either(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert RISKY.match(text)


def test_what_is_no_formula_stays() -> None:
    assert [cell(one) for one in ("P01", "a=b", "—", "", 5)] == ["P01", "a=b", "—", "", 5]


def test_sheets_are_frozen_filtered_and_set_up_for_a4(site: Site) -> None:
    sheet = opened(site, "/tai/dung-han.xlsx?ky=2026-11")["Theo đơn vị"]
    assert sheet.freeze_panes == "D6"
    assert sheet.auto_filter.ref.startswith("A5:")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.print_title_rows == "$4:$5"
    assert "21/11/2026" in sheet.oddFooter.left.text
    # Pages part between groups of columns, never within one.
    firsts = {one.min_col for one in sheet.merged_cells.ranges if one.min_row == 4}
    inside = {i for one in sheet.merged_cells.ranges if one.min_row == 4
              for i in range(one.min_col + 1, one.max_col + 1)}  # fmt: skip
    breaks = {one.id + 1 for one in sheet.col_breaks.brk}
    assert breaks
    assert breaks & firsts
    assert not breaks & inside
    assert 50 < sheet.page_setup.scale <= 100


def test_the_rules_of_flags_stand_on_the_first_sheet(site: Site) -> None:
    book = opened(site, "/tai/canh-bao.xlsx?ky=2026-11")
    rules = {row[0]: row[1:] for row in book["Về số liệu"].iter_rows(values_only=True)}
    for rule in site.json("/api/v1/flags?ky=2026-11")["rules"]:
        assert rules[rule["name"]][0] == rule["rule"]
        assert rules[rule["name"]][2] == rule["source"]


def test_what_cannot_be_is_told(site: Site) -> None:
    for address, status in (
        ("/tai/khong-co.xlsx", 404), ("/tai/dung-han.xlsx?theo=mau", 400), ("/tai/dung-han.xlsx?ky=2027-11", 409),
        ("/tai/ho-so.xlsx?ky=2027-11", 409), ("/tai/ho-so.xlsx?ky=2026-11&canh_bao=officer_late", 403),
        ("/tai/ho-so.xlsx?canh_bao=complaint_overdue", 400), ("/tai/viec/xyz", 404), ("/tai/viec/../..", 404),
    ):  # fmt: skip
        assert site.get(address).status_code == status, address


def test_a_full_sheet_goes_on_on_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "FULL_SHEET", 20)
    book = opened(site, "/tai/ho-so.xlsx?ky=2026-11")
    names = book.sheetnames[1:]
    assert names == ["Hồ sơ 1 trên 3", "Hồ sơ 2 trên 3", "Hồ sơ 3 trên 3"]
    codes = [row["", "Mã hồ sơ"] for name in names for row in table(book[name])]
    whole = [row["dossier_code"] for page in (1, 2)
             for row in site.json(f"/api/v1/dossiers?ky=2026-11&trang={page}")["rows"]]  # fmt: skip
    assert codes == whole
    assert "(2/3)" in str(book[names[1]]["A1"].value)


@pytest.fixture
def living(tmp_path: Path) -> Living:
    path = write(tmp_path / "source", [unit(1)], dossiers("P01", early=2_500, late=20))
    site = Living(path, tmp_path / "copy")
    assert site.refresh().is_good
    return site


def _wait(site: Site, address: str, until: str) -> str:
    for _ in range(400):
        text = site.get(address).get_data(as_text=True)
        if until in text:
            return text
        assert "Không tạo được" not in text
        time.sleep(0.1)
    raise AssertionError(text)


def test_a_long_list_is_written_apart_and_fetched(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 100)
    address = "/tai/ho-so.xlsx?ky=2026-11"
    asked = living.get(address)
    assert asked.mimetype == "text/html"
    assert "2.520 hồ sơ" in asked.get_data(as_text=True)
    begun = living.post(address)
    assert begun.status_code == 303
    job = begun.headers["Location"]
    _wait(living, job, "đã sẵn sàng")
    rows = table(load_workbook(io.BytesIO(living.get(f"{job}/tep.xlsx").get_data()))["Hồ sơ"])
    assert len(rows) == 2_520
    first = living.json("/api/v1/dossiers?ky=2026-11")["rows"]
    assert [row["", "Mã hồ sơ"] for row in rows[:50]] == [row["dossier_code"] for row in first]
    left = {
        one.name for one in (Path(living.settings.copy_folder) / "xuat" / job.rsplit("/", 1)[1]).iterdir()
    }
    assert left == {"state.json", "file.xlsx"}  # nothing of what was asked, no scratch


def test_a_long_list_can_be_cancelled(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = long_lists.Jobs(living.settings, WITHOUT_ACCOUNTS)
    monkeypatch.setattr("subprocess.Popen", _NotBegun)
    job = jobs.begin({"ky": ["2026-11"]}, total=2_520, name="x.xlsx", address="", back="/ho-so")
    assert job is not None
    jobs.stop(job.id)
    long_lists.write(Path(living.settings.copy_folder) / "xuat" / job.id)
    told = jobs.get(job.id)
    assert told is not None
    assert told.state == "stopped"
    other = long_lists.Jobs(living.settings, Reader("khác", Rights()))
    assert other.get(job.id) is None  # nobody else's
    assert jobs.file(job.id) is None


def test_a_process_that_puts_a_large_file_together_is_not_taken_for_dead(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is counted while the sheets are put into one file, which takes minutes of a large list."""
    jobs = long_lists.Jobs(living.settings, WITHOUT_ACCOUNTS)
    monkeypatch.setattr("subprocess.Popen", _NotBegun)
    monkeypatch.setattr(long_lists, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(long_lists, "SILENT_SECONDS", 2.0)
    seen: list[str] = []

    def slowly(_folder: Any, *_asked: Any) -> None:
        for _ in range(30):
            time.sleep(0.1)
            told = jobs.get(job.id)  # type: ignore[union-attr]
            seen.append(told.state if told else "")

    monkeypatch.setattr(long_lists, "_write", slowly)
    job = jobs.begin({}, total=1, name="x.xlsx", address="", back="")
    assert job is not None
    long_lists.write(Path(living.settings.copy_folder) / "xuat" / job.id)
    assert set(seen) == {"running"}
    told = jobs.get(job.id)
    assert told is not None
    assert told.state == "done"


def test_a_list_cancelled_at_the_last_moment_leaves_no_file(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = long_lists.Jobs(living.settings, WITHOUT_ACCOUNTS)
    monkeypatch.setattr("subprocess.Popen", _NotBegun)

    def written(folder: Path, *_asked: Any) -> None:
        (folder / "file.xlsx").write_bytes(b"PK")
        jobs.stop(folder.name)

    monkeypatch.setattr(long_lists, "_write", written)
    job = jobs.begin({}, total=1, name="x.xlsx", address="", back="")
    assert job is not None
    folder = Path(living.settings.copy_folder) / "xuat" / job.id
    long_lists.write(folder)
    told = jobs.get(job.id)
    assert told is not None
    assert told.state == "stopped"
    assert not (folder / "file.xlsx").exists()


def test_only_so_many_long_lists_at_once_and_none_for_ever(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = long_lists.Jobs(living.settings, WITHOUT_ACCOUNTS)
    monkeypatch.setattr("subprocess.Popen", _NotBegun)
    asked: Mapping[str, Any] = {"total": 1, "name": "x.xlsx", "address": "", "back": ""}
    begun = [jobs.begin({}, **asked) for _ in range(long_lists.MOST_AT_ONCE)]
    assert None not in begun
    assert jobs.begin({}, **asked) is None
    folder = Path(living.settings.copy_folder) / "xuat"
    for job in begun:
        assert job is not None
        long_lists._tell(folder / job.id, replace(job, state="done", told_at=0))
    assert jobs.begin({}, **asked) is not None
    assert not (folder / begun[0].id).exists()  # type: ignore[union-attr]


def test_another_site_begins_no_list(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 100)
    for headers in ({"Origin": "http://elsewhere"}, {"Sec-Fetch-Site": "cross-site"}):
        assert living.post("/tai/ho-so.xlsx?ky=2026-11", headers=headers).status_code == 403


class _NotBegun:
    def __init__(self, *_asked: Any, **_more: Any) -> None: ...

    def wait(self) -> int:
        return 0


def test_a_file_holds_no_more_than_its_reader_may_see(site: Site) -> None:
    theirs = site.seen_by(Rights("don_vi", units=("P02",)))
    rows = table(opened(theirs, "/tai/ho-so.xlsx?ky=2026-11")["Hồ sơ"])
    assert {row["", "Mã đơn vị"] for row in rows} == {"P02"}
    assert len(rows) == 41
    codes = {
        row["", "Mã đơn vị"] for row in table(opened(theirs, "/tai/dung-han.xlsx?ky=2026-11")["Theo đơn vị"])
    }
    assert not codes & {"P01", "P03", "P04"}
