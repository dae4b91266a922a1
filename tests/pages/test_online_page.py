"""Trực tuyến as read: findings true for none, some and all, three looks of nothing, the API beside it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from apps import AS_OF, Site, said, unit, write
from stores import DuckDB, Row
from test_pages import Drawn, Texts

from dashboard.figures.on_time.trend import mark_events
from dashboard.figures.online import wording
from dashboard.figures.online.cards import online_tile
from dashboard.figures.online.trend import COLORS, PATTERNS, trend_figure
from queries.asked.periods import month_of
from queries.definitions.metrics import ONLINE_COUNTS, Share
from queries.on_time.events import Event

HEADLINE, MISSED, UNITS, HELP, TREND, PROCEDURES, FIELDS, POST, COUNTS = CARDS = tuple(
    f"online-{name}" for name in
    ("headline", "missed", "units", "help", "trend", "procedures", "fields", "post", "counts")
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]
NO_DATA = "Không có dữ liệu"
API_FIELDS = (
    "received", "online", "level_3", "level_4", "partial", "full", "level_unknown", "eligible", "online_rate",
    "online_rate_eligible", "self_submitted", "assisted", "assisted_unknown", "post_in", "post_out",
    "has_postal_contract",
)  # fmt: skip
KHAI_SINH = {"procedure_code": "1", "name": "Khai sinh", "field": "Hộ tịch", "online_level": "4"}
CHUNG_THUC = {"procedure_code": "2", "name": "Chứng thực", "field": "Chứng thực", "online_level": "2"}

THREE = (unit(1), unit(2), unit(3))


def some(
    of: str | None, n: int, channel: str = "online", level: str | None = "full", **more: Any
) -> list[Row]:
    """So many dossiers of a unit received on the 2nd of November 2026."""
    one = {"unit_code": of, "channel": channel, "online_level": level, "state": "open",
           "received_at": datetime(2026, 11, 2, 9), "procedure_code": "1", **more}  # fmt: skip
    return [one] * n


def site(folder: Path, rows: Sequence[Row], units: Sequence[Row] = THREE, **more: Any) -> Site:
    return Site(write(folder, units, rows, procedures=[KHAI_SINH, CHUNG_THUC]), **more)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    rows = [
        *some("P01", 30, assisted=False), *some("P01", 10, "counter"),
        *some("P01", 5, level="3", assisted=True),
        *some("P02", 20, "counter", None, procedure_code="2"), *some("P02", 20, level="partial"),
        *some("P02", 2, "post", returned_at=datetime(2026, 11, 9), returned_by_post=True),
        *some("P03", 2, level=None, procedure_code=None, field="Khác"), *some(None, 1),
        *some("P01", 40, "counter", received_at=datetime(2026, 10, 2)),
        *some("P01", 20, received_at=datetime(2026, 10, 3)),
    ]  # fmt: skip
    units = [unit(1, has_postal_contract=False), unit(2, has_postal_contract=True), unit(3)]
    return site(tmp_path_factory.mktemp("nho"), rows, units)


def test_the_headline_says_the_share_its_change_and_the_four_figures(small: Site) -> None:
    text = Texts(small)[HEADLINE]
    for words in (
        "62,2% hồ sơ tiếp nhận được nộp trực tuyến một phần / toàn trình",
        "Toàn địa bàn: 56/90 hồ sơ tiếp nhận, tăng 28,89 điểm % so với kỳ trước (01/10–21/10/2026)",
        "trên hồ sơ của thủ tục có cung cấp: 82,4% (56/68)",
        "một phần 22,2% · toàn trình 34,4% · mức độ 3: 5,6%",
        "Không tính 20 hồ sơ của thủ tục chưa cung cấp, 2 không rõ mức độ",
        "Được hỗ trợ 14,3% (5/35) · 21 hồ sơ không ghi",
        "1/3 đơn vị có hợp đồng bưu chính công ích",
    ):
        assert words in text, (words, text)


def test_every_card_says_its_finding(small: Site) -> None:
    texts = Texts(small)
    assert "Phường 2 thấp nhất (47,6%), Phường 1 cao nhất (77,8%)" in texts[UNITS]
    assert "14,3% hồ sơ trực tuyến được công chức hỗ trợ nộp" in texts[HELP]
    assert "Khai sinh: 82,4% nộp trực tuyến, thủ tục duy nhất có cung cấp trong 2" in texts[PROCEDURES]
    assert "Chưa cung cấp trực tuyến một phần / toàn trình Chứng thực" in texts[PROCEDURES]
    assert "Chỉ Hộ tịch còn hồ sơ có thể nộp trực tuyến nhưng nộp cách khác: 12" in texts[FIELDS]
    assert "Bưu chính công ích: nộp hồ sơ 2,2%, trả kết quả 100%" in texts[POST]
    assert "58 hồ sơ nộp trực tuyến, mọi mức độ (64,4%)" in texts[COUNTS]
    assert "Tỷ lệ trực tuyến của toàn địa bàn trong 13 tháng" in texts[TREND]


def test_a_procedure_is_lowest_only_among_those_offered_online(tmp_path: Path) -> None:
    other = {"procedure_code": "3", "name": "Khai tử", "field": "Đất đai"}
    catalogue = [KHAI_SINH, CHUNG_THUC, {**KHAI_SINH, **other}]
    rows = [
        *some("P01", 9), *some("P01", 1, "counter"), *some("P01", 3, procedure_code="3"),
        *some("P01", 3, "counter", procedure_code="3"), *some("P01", 8, "counter", None, procedure_code="2"),
    ]  # fmt: skip
    texts = Texts(Site(write(tmp_path, THREE, rows, procedures=catalogue)))
    assert "Đất đai: 3 hồ sơ có thể nộp trực tuyến nhưng nộp cách khác, nhiều nhất" in texts[FIELDS]
    shown = texts[PROCEDURES]
    assert "Khai tử: 50,0% nộp trực tuyến, thấp nhất trong 2 thủ tục có cung cấp" in shown
    assert "Chưa cung cấp trực tuyến một phần / toàn trình Chứng thực" in shown


def test_post_without_contract_and_without_dossiers_has_not_happened(small: Site) -> None:
    rows = re.findall(r"<tr.*?</tr>", Drawn(small)[POST], re.DOTALL)
    of = {said(row).split(" ")[1]: said(row) for row in rows[1:4]}
    assert of["1"] == "Phường 1 chưa phát sinh chưa phát sinh không"
    assert of["2"] == "Phường 2 4,8% 2/42 100% 2/2 có"
    assert of["3"] == "Phường 3 chưa phát sinh chưa phát sinh không rõ"
    assert wording.post_text(Share(0, 7), True) == "0%"
    assert wording.post_text(Share(0, 7), None) == wording.post_text(Share(0, 0), False) == "chưa phát sinh"
    assert wording.post_text(Share(0, 0), True) == "—"


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([], "Chưa có hồ sơ nào được tiếp nhận trong kỳ này"),
        (some("P01", 5, "counter"), "Chưa có hồ sơ nào nộp trực tuyến một phần / toàn trình trong kỳ này"),
        (some("P01", 5), "Mọi hồ sơ tiếp nhận trong kỳ đều nộp trực tuyến một phần / toàn trình"),
        (some("P01", 1) + some("P02", 2_499, "counter"), "0,04% hồ sơ tiếp nhận được nộp trực tuyến"),
        (some("P01", 2_499) + some("P02", 1, "counter"), "99,96% hồ sơ tiếp nhận được nộp trực tuyến"),
    ],
)
def test_the_finding_is_true_for_none_some_and_all(tmp_path: Path, rows: Sequence[Row], title: str) -> None:
    texts = Texts(site(tmp_path, rows))
    assert texts[HEADLINE].startswith(title)
    for card in CARDS:
        assert "Mã lỗi" not in texts[card], (card, texts[card])


@pytest.mark.parametrize(
    ("online", "title"),
    [
        ((30, 30, 30), "Không đơn vị nào có tỷ lệ trực tuyến một phần / toàn trình dưới chỉ tiêu 60%"),
        ((29, 30, 31), "1/3 đơn vị có tỷ lệ trực tuyến một phần / toàn trình dưới chỉ tiêu 60%"),
        ((1, 2, 3), "Cả 3 đơn vị có tỷ lệ trực tuyến một phần / toàn trình dưới chỉ tiêu 60%"),
    ],
)
def test_against_a_target(tmp_path: Path, online: tuple[int, int, int], title: str) -> None:
    rows = [one for i, n in enumerate(online, 1)
            for one in [*some(f"P0{i}", n), *some(f"P0{i}", 50 - n, "counter")]]  # fmt: skip
    made = site(tmp_path, rows, online_target="60")
    assert Texts(made)[HEADLINE].startswith(title)
    low = [row["unit_code"] for row in made.json("/api/v1/online")["rows"] if row["online_low"]]
    assert len(low) == sum(n < 30 for n in online)
    alone = Texts(made, {"don_vi": "P01"})[HEADLINE]
    assert alone.startswith(f"Phường 1 {'đạt' if online[0] >= 30 else 'dưới'} chỉ tiêu 60%: trực tuyến")
    if low:
        assert f"thiếu {30 - online[0]} hồ sơ" in Texts(made)[UNITS]


def test_a_rate_is_never_rounded_up_to_the_target(tmp_path: Path) -> None:
    made = site(tmp_path, some("P01", 1_499) + some("P01", 1_001, "counter"), online_target="60")
    assert "59,96%" in Texts(made)[UNITS]
    assert made.json("/api/v1/online")["rows"][0]["online_rate_text"] == "59,96%"


def test_labels_go_by_the_day_of_the_period(small: Site, tmp_path: Path) -> None:
    rows = some("P01", 3, level="3", received_at=datetime(2022, 7, 5)) + some("P01", 1, "counter", "3",
                received_at=datetime(2022, 8, 20))  # fmt: skip
    made = site(tmp_path, rows)
    before, after = (Texts(made, {"ky": month}) for month in ("2022-07", "2022-08"))
    assert "đều nộp trực tuyến mức độ 3, 4" in before[HEADLINE]
    assert "mức độ 3: 100% · mức độ 4: 0%" in before[HEADLINE]
    assert "Chưa có hồ sơ nào nộp trực tuyến một phần / toàn trình" in after[HEADLINE]
    assert made.json("/api/v1/online?ky=2022-07")["levels"] == "mức độ 3, 4"
    asked = made.ask({"ky": "2022-08"})
    figure = go.Figure(trend_figure(asked.online_trend, asked.online))
    assert [one.text for one in figure.layout.annotations if "từ" in one.text] == [
        "từ 15/08/2022: một phần / toàn trình"
    ]


@pytest.mark.parametrize(
    ("absent", "empty"),
    [
        (["dossiers.online_level", "procedures.online_level"],
         {UNITS, HELP, TREND, PROCEDURES, FIELDS, MISSED}),
        (["dossiers.assisted"], {HELP}),
        (["dossiers.returned_at"], set()),
        (["dossiers.returned_by_post"], set()),
        (["units.has_postal_contract"], set()),
        (["dossiers.procedure_code"], {PROCEDURES, MISSED}),
        (["dossiers.field", "procedures.field"], {FIELDS}),
        (["procedures"], set()),
    ],
)  # fmt: skip
def test_what_the_source_lacks_is_no_data_never_zero(
    tmp_path: Path, small: Site, absent: list[str], empty: set[str]
) -> None:
    rows = [*some("P01", 30, field="Hộ tịch"), *some("P01", 10, "counter")]
    path = write(tmp_path, [unit(1)], rows, procedures=[KHAI_SINH])
    store = DuckDB(tmp_path)
    for name in absent:
        table, _, column = name.partition(".")
        if column:
            store.drop_column(table, column)
        else:
            store.drop_table(table)
    store.close()
    made = Site(path)
    texts = Texts(made)
    for card in CARDS:
        assert "Mã lỗi" not in texts[card], (card, texts[card])
        assert (NO_DATA in texts[card]) == (card in empty), (card, texts[card])
    row = made.json("/api/v1/online")["rows"][0]
    nulls = {word for word in API_FIELDS if row[word] is None}
    if "dossiers.online_level" in absent:
        assert nulls >= {"level_3", "full", "eligible", "online_rate", "self_submitted"}
        assert "không có dữ liệu" in texts[HEADLINE]
        assert row["online"] == 30
    if "dossiers.assisted" in absent:
        assert nulls == {"self_submitted", "assisted", "assisted_unknown", "has_postal_contract"}
    if any(name.startswith("dossiers.returned") for name in absent):
        assert row["post_out"] is None
        assert "không có dữ liệu" in texts[POST]


@pytest.mark.parametrize(
    "words", [{}, {"ky": "2026"}, {"ky": "2026-12"}, {"ky": "1999-01"}, {"don_vi": "P02"}, {"ky": "x"},
              {"linh_vuc": "ho-tich"}, {"thu_tuc": "2"}, {"so_voi": "cung-ky"}, {"so_voi": "2026-11-05"},
              {"ky": "bc-2026-Q4"}]
)  # fmt: skip
def test_the_page_opens_at_any_address(small: Site, words: dict[str, str]) -> None:
    texts = Texts(small, words)
    for card in ("online-bar", *CARDS):
        assert texts[card]
        assert "Mã lỗi" not in texts[card], (card, texts[card])
    if words.get("ky") == "2026-12":
        assert texts[HEADLINE].startswith("Kỳ chưa bắt đầu")
        assert small.json("/api/v1/online?ky=2026-12")["rows"] == []


def test_the_page_and_the_api_say_the_same_as_the_other_page(small: Site) -> None:
    asked, answer = small.ask(), small.json("/api/v1/online")
    assert asked.online.district.tally["received"] == asked.on_time.district.tally["received"] == 90
    assert answer["district"]["received"] == 90
    for row in answer["rows"]:
        assert set(API_FIELDS) <= set(row)
    total = {word: sum(row[word] for row in answer["rows"]) for word in ONLINE_COUNTS if word in API_FIELDS}
    assert total == {word: answer["district"][word] for word in total}
    assert [row["unit_code"] for row in answer["rows"]] == ["P01", "P02", "P03", None]
    assert answer["district"]["has_postal_contract"] is True
    text = small.get("/api/v1/online?dang=csv").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["received"] for line in lines] == [str(row["received"]) for row in answer["rows"]]
    assert small.json("/api/v1/online?trang=2", 400)["word"] == "trang"


def test_the_unit_narrowed_to_is_the_unit_of_the_list(small: Site) -> None:
    whole = {row["unit_code"]: row for row in small.json("/api/v1/online")["rows"]}
    for code in ("P01", "P02", "P03"):
        narrowed = small.json(f"/api/v1/online?don_vi={code}")
        assert narrowed["rows"] == [whole[code]]
        assert narrowed["district"]["online_rate"] == whole[code]["online_rate"]


def test_golden_nha_be_through_the_api(tmp_path: Path) -> None:
    on: dict[str, Any] = {"received_at": datetime(2019, 6, 3, 8), "level": "3"}
    rows = [*some("P01", 616, **on), *some("P01", 1_209, "counter", **on),
            *some("P01", 300, "counter", "2", procedure_code="2", received_at=on["received_at"])]  # fmt: skip
    made = site(tmp_path, rows)
    row = made.json("/api/v1/online?ky=2019&linh_vuc=ho-tich")["district"]
    assert (row["level_3"], row["received"], row["online_rate_text"]) == (616, 1_825, "33,8%")
    text = Texts(made, {"ky": "2019", "linh_vuc": "ho-tich"})[HEADLINE]
    assert "33,8% hồ sơ tiếp nhận được nộp trực tuyến mức độ 3, 4" in text
    assert "616/1.825 hồ sơ tiếp nhận" in text
    assert "Nộp qua bưu chính công ích chưa phát sinh" in text


def test_the_figure_of_the_overview(small: Site, tmp_path: Path) -> None:
    asked = small.ask()
    tile = online_tile(asked.online, asked.online_before, asked.online_trend, "/truc-tuyen", most=2)
    assert (tile.name, tile.value) == ("Trực tuyến một phần / toàn trình", "62,2%")
    assert tile.share == "56/90"
    assert "tự\xa0nộp\xa085,7%" in tile.lines[1]
    nobody = site(tmp_path, []).ask()
    empty = online_tile(nobody.online, nobody.online_before, nobody.online_trend)
    assert (empty.value, empty.spark) == ("—", None)


def test_the_page_leads_with_what_could_have_been_online(small: Site, tmp_path: Path) -> None:
    """Khai sinh is offered online: 12 of its dossiers came another way; Chứng thực is not offered."""
    drawn = Drawn(small)[MISSED]
    assert "12 hồ sơ có thể nộp trực tuyến nhưng nộp cách khác, đều của Khai sinh" in said(drawn)
    assert drawn.count('<li class="bar') == 1
    assert "82,4% (56/68)" in said(drawn)
    whole = Drawn(site(tmp_path, some("P01", 4)))[MISSED]
    assert "đều nộp trực tuyến" in said(whole)


def test_no_level_is_told_by_its_colour_alone(small: Site) -> None:
    """Each has a pattern of its own in the chart; the style sheet gives the bars the same."""
    assert len({(PATTERNS[word], COLORS[word]) for word in PATTERNS}) == 4
    assert [word for word, shape in PATTERNS.items() if shape] == ["level_3", "level_4"]
    css = (ROOT / "assets" / "page-online.css").read_text("utf-8")
    for word in ("level_3", "level_4"):
        (rule,) = re.findall(rf"\.swatch\.{word}, \.online-bars \.fill \.{word} {{([^}}]*)}}", css)
        assert "gradient" in rule, word


def test_months_without_dossiers_are_gaps_and_the_running_one_is_pale(small: Site) -> None:
    asked = small.ask()
    figure = go.Figure(trend_figure(asked.online_trend, asked.online))
    columns = {trace.name: trace for trace in figure.data if trace.type == "bar"}
    assert list(columns) == ["mức độ 3", "một phần", "toàn trình"]
    shares = columns["toàn trình"].y
    assert set(shares[:11]) == {None}
    assert shares[11:] == pytest.approx([100 / 3, 100 * 31 / 90])
    assert columns["một phần"].marker.opacity == (1.0,) * 12 + (0.55,)
    line = next(trace for trace in figure.data if trace.name == "trên có cung cấp")
    assert list(line.y) == [None] * 11 + [pytest.approx(100 / 3), None]
    ended = small.ask({"ky": "2026-10"})
    figure = go.Figure(trend_figure(ended.online_trend, ended.online))
    assert set(figure.data[0].marker.opacity) == {1.0}


def test_names_are_only_names(tmp_path: Path) -> None:
    nasty = '<b onclick="x">Phường & "1"</b>'
    made = site(tmp_path, [*some("P01", 30), *some("P01", 3, "counter", field=nasty, procedure_code=None)],
                [unit(1, name=nasty), unit(2)])  # fmt: skip
    for card in CARDS:
        assert "<b onclick" not in Drawn(made)[card]


def test_over_forty_units_the_lowest_are_drawn_and_all_are_in_the_table(tmp_path: Path) -> None:
    rows = [one for i in range(1, 61)
            for one in [*some(f"P{i:02}", i % 20), *some(f"P{i:02}", 5, "counter")]]  # fmt: skip
    drawn = Drawn(site(tmp_path, rows, [unit(i) for i in range(1, 61)]))
    assert drawn[UNITS].count('<li class="bar') == 41
    assert "20 đơn vị khác ở bảng" in said(drawn[UNITS])
    assert drawn[COUNTS].count("<tr") == 62


def test_the_day_of_the_data_is_the_page_s(small: Site) -> None:
    assert small.json("/api/v1/online")["as_of"] == AS_OF.isoformat()
    assert small.json("/api/v1/online?ky=2026-11")["period"]["start"] == date(2026, 11, 1).isoformat()


def test_few_dossiers_tell_no_change_and_no_trend(tmp_path: Path) -> None:
    rows = [
        *some("P01", 5), *some("P01", 2, "counter"),
        *some("P01", 6, received_at=datetime(2026, 10, 3)), *some("P01", 1, "counter", received_at=datetime(2026, 10, 3)),
    ]  # fmt: skip
    text = Texts(site(tmp_path, rows))
    assert "5/7 hồ sơ tiếp nhận; trên hồ sơ" in text[HEADLINE]
    assert "so với kỳ trước: ít hồ sơ, chưa đủ để so sánh" in text[HEADLINE]
    assert not re.search("tăng|giảm|điểm %", text[HEADLINE] + text["online-trend"])
    (told,) = re.findall("nộp trực tuyến một phần .{,60}", text["meeting-service"])
    assert "71,4%" in told
    assert "so với" not in told


def test_events_are_named_above_the_figure_each_on_its_line_in_whole_words() -> None:
    """Within the figure a name would hide a month's mark."""
    layout: dict[str, Any] = {"margin": {"t": 16}}
    november = month_of(date(2026, 11, 1))
    titles = (
        "Phường Bến Đò nhập vào Phường Cầu Đá",
        "Bắt đầu thí điểm trả kết quả tại nhà theo Quyết định 12/QĐ-UBND",
    )
    mark_events(layout, [Event(date(2026, 11, 9), title, None, "", 0) for title in titles], [november])
    names = layout["annotations"]
    assert {(one["y"], one["yanchor"]) for one in names} == {(1, "bottom")}
    assert names[1]["yshift"] - names[0]["yshift"] >= 1.4 * names[0]["font"]["size"], (
        "marks of vowels are cut"
    )
    assert layout["margin"]["t"] >= 16 + names[1]["yshift"] + names[1]["font"]["size"]
    assert names[0]["text"] == f"09/11: {titles[0]}"
    assert names[1]["text"] == "09/11: Bắt đầu thí điểm trả kết quả tại nhà theo…"
