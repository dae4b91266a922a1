"""What is said of a period: by which rate, against which day, of nothing; and no rounding contradicts."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import AS_OF, Site, attributes, district, dossiers, said, unit, write
from test_pages import Drawn, Texts, whole_cards

from dashboard.figures.on_time.trend import trend_figure, trend_title
from dashboard.figures.shared.wording import over_text, unit_heat_title
from queries.asked.periods import month_of, parse_period
from queries.asked.view import View
from queries.copy.mended import told_of
from queries.definitions.metrics import Share
from queries.definitions.units import Unit
from queries.on_time.judging_trend import Trend
from queries.on_time.streak import Running
from queries.source.mended import Mended, Reason

JUST_BELOW = {"late": 50, "on_time": 951}
"""4,995%: printed with two decimals it would be 5,00%."""


def months_of(folder: Path, **counts: int) -> Site:
    """One ward with the same dossiers in October and in November 2026."""
    rows = [row for month in (10, 11) for row in dossiers("P01", month=date(2026, month, 1), **counts)]
    return Site(write(folder, [unit(1)], rows))


# by which rate


def test_what_is_always_of_rate_a_says_so_where_the_page_shows_another(tmp_path: Path) -> None:
    site = district(tmp_path, {"late": 4, "on_time": 92, "overdue": 9}, {"on_time": 40, "overdue": 5})
    by_a, by_b = Texts(site), Texts(site, {"cach_tinh": "B"})
    for card in ("overview-headline", "overview-actions", "on-time-headline", "on-time-units"):
        assert "(cách tính A)" not in by_a[card], card
        assert "(cách tính A)" in by_b[card], card
    assert "0%, nhưng có 5 hồ sơ quá hạn" in by_a["overview-actions"]
    assert "0% (cách tính A), nhưng có 5 hồ sơ quá hạn" in by_b["overview-actions"]
    assert "giải quyết xong hôm nay thì thành 12,38%" in by_a["overview-actions"]
    assert "Tỷ lệ đúng hạn (cách tính A)" in by_b["on-time-units"]


def test_in_a_running_month_the_units_do_not_hang_on_rate_d(tmp_path: Path) -> None:
    """A and B are 5 of 95; D is 5 of 101 and below, for six of what came in are not due yet."""
    counts = {"late": 5, "on_time": 90, "open_in_time": 6}
    site = months_of(tmp_path, **counts)
    running, chosen = Texts(site), Texts(site, {"cach_tinh": "D"})
    told = {
        "overview-ranking": "tùy cách tính: Phường 1 (vượt theo A, B, C)",
        "on-time-units": "phụ thuộc cách tính",
        "method-rates": "1 đơn vị vượt hay không vượt 5% tùy cách tính: 1 theo A, 1 theo B, 1 theo C",
    }
    for card, words in told.items():
        assert words not in running[card], card
        assert words in chosen[card], card
    assert "Kỳ chưa hết thì kết luận chưa xét D" in running["method-rates"]
    assert "chưa xét D" not in chosen["method-rates"]
    assert "chưa xét D" not in Texts(site, {"ky": "2026-10"})["method-rates"]


# from where


def test_a_streak_marks_the_running_month_it_counts(tmp_path: Path) -> None:
    site = months_of(tmp_path, late=10, on_time=90)
    running, ended = Texts(site), Texts(site, {"ky": "2026-10"})
    assert "vượt 2 tháng liền, từ tháng 10/2026 (kể cả tháng chưa hết)" in running["overview-actions"]
    assert "từ 10/2026, 2 tháng*" in running["overview-ranking"]
    assert "* Kể cả tháng chưa hết." in running["overview-ranking"]
    assert "vượt từ tháng 10/2026." in ended["overview-actions"]
    assert "*" not in ended["overview-ranking"]


# against which day


def test_a_comparison_names_the_day_it_was_made_with(tmp_path: Path) -> None:
    """Not the day that was asked for, where no event of the period can count on it."""
    site = months_of(tmp_path, late=4, on_time=96)
    during = Texts(site, {"so_voi": "2026-11-11"})
    assert "so với ngày 11/11" in during["overview-headline"]
    assert "chính nó" not in during["overview-bar"]
    for day in ("2026-11-14", "2027-11-14"):
        after = Texts(site, {"ky": "2026-10", "so_voi": day})
        assert "so với ngày 31/10" in after["overview-headline"]
        assert "14/11" not in after["overview-headline"]
        assert "kỳ này đang được so với chính nó" in after["overview-bar"]
    far = Texts(site, {"ky": "2025-12", "so_voi": "2025-12-20"})
    assert "so với ngày 20/12/2025" in far["overview-headline"]


def test_a_day_before_the_period_is_a_dash_everywhere_and_said(small_months: Site) -> None:
    found = Texts(small_months, {"ky": "2026-10", "so_voi": "2026-09-14"})
    for card in ("overview-headline", "on-time-headline"):
        assert "so với ngày 14/09: —" in found[card], card
    assert "Ngày 14/09: —" in found["overview-headline"]
    assert "trước kỳ này (từ 01/10/2026): không có mốc để so sánh" in found["overview-bar"]


@pytest.fixture(scope="module")
def small_months(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return months_of(tmp_path_factory.mktemp("thang"), late=4, on_time=96)


def test_days_of_one_s_own_choice_are_said_once(small_months: Site) -> None:
    period = Texts(small_months, {"ky": "2026-10-05..2026-11-09"})["overview-headline"]
    assert period.count("05/10–09/11/2026") == 1
    assert "05/10/2026–09/11/2026" not in period


# of nothing


def test_a_period_without_dossiers_gets_no_finding(small_months: Site) -> None:
    found = Texts(small_months, {"ky": "2020"})
    assert found["overview-headline"].startswith("Không có hồ sơ nào để tính")
    for words in ("Không còn hồ sơ quá hạn", "Không đơn vị nào từ"):
        assert words not in found["overview-headline"]
    for card in ("overview-ranking", "on-time-units", "on-time-days", "method-rates"):
        assert "Không có hồ sơ nào trong kỳ này" in found[card], card
    assert "Chưa có hồ sơ nào" in Texts(small_months, {"don_vi": "P01", "den": "2026-10-01T08:00"})[
        "overview-headline"
    ]  # fmt: skip


def test_a_bar_of_nothing_is_a_dash(tmp_path: Path) -> None:
    site = district(tmp_path, {"on_time": 30}, {"open_in_time": 3})
    markup = Drawn(site)["on-time-units"]
    assert "trước hạn 0" not in said(markup)
    assert [one for one in attributes(markup, "aria-label") if one.startswith("trước hạn")]


# from the year's start


def test_the_year_to_date_stands_only_where_months_add_up_to_it(small_months: Site) -> None:
    def told(**words: str) -> str:
        return Texts(small_months, words)["overview-headline"]

    assert "Từ đầu năm: 96,00% (192/200)" in told()
    assert "Từ đầu năm: 96,00% (96/100)" in told(ky="2026-10")
    for words in ({"ky": "2026-11-01..2026-11-11"}, {"cach_tinh": "B"}, {"cach_tinh": "D"}):
        assert "Từ đầu năm" not in told(**words), words


# no rounding contradicts a flag, wherever a rate is printed


def test_a_rate_just_below_is_printed_below_everywhere(tmp_path: Path) -> None:
    site = district(tmp_path, JUST_BELOW)
    row = site.json("/api/v1/on-time")["rows"][0]
    assert (row["late_rate_text"], row["flag"]) == ("4,995%", "near")
    assert "4,995%" in site.get("/api/v1/on-time?dang=csv").get_data(as_text=True)
    figure: Any = trend_figure(site.ask().trend)
    (last,) = [one["text"] for one in figure["layout"]["annotations"] if "<b>" in one["text"]]
    assert last == "<b>4,995%</b>"
    assert "4,995% (50/1.001 hồ sơ)" in figure["data"][0]["customdata"][-1]
    for card in ("overview-heat", "on-time-heat"):
        markup = Drawn(site)[card]
        cells = re.findall(r'class="near" title="([^"]*)">([^<]*)<', markup)
        assert cells, card
        assert all("4,995% (50/1.001" in title and text == "◆4,995" for title, text in cells), card
    assert "5,00" not in json.dumps(figure, ensure_ascii=False)


@pytest.mark.parametrize("basis", "ABCD")
@pytest.mark.parametrize("unit_code", ["", "P01"])
def test_no_page_chart_or_answer_rounds_what_is_just_below_up(
    tmp_path: Path, basis: str, unit_code: str
) -> None:
    """50 of 1.001, below the threshold and the online target of 5%: nowhere 5,0 or 5,00."""
    rows = [
        {
            **row,
            "channel": "online" if i < 70 else "counter",
            "assisted": i % 2 == 0,
            "online_level": "4" if i < 30 else "3" if i < 50 else "2",
        }
        for month in (9, 10, 11)
        for i, row in enumerate(dossiers("P01", month=date(2026, month, 1), **JUST_BELOW))
    ]
    units = [unit(1), unit(2, active_to=date(2026, 10, 31), successor_code="P01")]
    rows += [{**row, "unit_code": "P02"} for row in rows[:1001]]
    site = Site(write(tmp_path, units, rows), online_target="5")
    words = {"cach_tinh": basis, **({"don_vi": unit_code} if unit_code else {})}
    told = {
        name: json.dumps(card({"words": words if path == "/" else {"cach_tinh": basis}, "path": path,
                               "as_of": None}), ensure_ascii=False)
        for name, _, card in whole_cards_of(site)
        for path in ["/don-vi/P01" if name.startswith("unit-") else "/"]
    }  # fmt: skip
    query = "&".join(f"{word}={value}" for word, value in words.items())
    for path in ("on-time", "on-time?theo=linh-vuc", "on-time?theo=don-vi-thang", "online",
                 "online?theo=thang", "flags"):  # fmt: skip
        address = f"/api/v1/{path}{'&' if '?' in path else '?'}{query}"
        told[path] = site.get(address).get_data(as_text=True)
        told[f"{path} csv"] = site.get(f"{address}&dang=csv").get_data(as_text=True)
    told["wall"] = json.dumps(site.json(f"/man-hinh/so-lieu?{query}"), ensure_ascii=False)
    wrong = {name: re.findall(r".{30}(?<![\d,.])5,0+(?!\d).{10}", text) for name, text in told.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert sum("4,995" in text for text in told.values()) > 20, "or nothing was looked at"


def whole_cards_of(site: Site) -> Any:
    site.server  # noqa: B018 - puts this site's database behind the application
    return whole_cards()


def test_nothing_is_not_told_as_zero(tmp_path: Path) -> None:
    none, some = Texts(district(tmp_path, {"early": 30})), tmp_path / "it"
    some.mkdir()
    late = Texts(district(some, {"early": 30, "late": 2}))
    assert "Không có hồ sơ nào trễ hạn hay quá hạn" in none["on-time-units"]
    assert "2 hồ sơ trễ hạn, không còn hồ sơ nào quá hạn chưa giải quyết xong" in late["on-time-units"]
    assert not re.search(
        r"\b0 hồ sơ|\b0% hồ sơ", none["on-time-days"] + late["on-time-days"] + late["on-time-units"]
    )


def test_of_one_unit_in_view_its_name_is_not_said_again(tmp_path: Path) -> None:
    of = district(tmp_path, {"early": 30, "late": 2}, {"early": 30, "late": 1})
    whole, one = Texts(of)["overview-actions"], Texts(of, {"don_vi": "P01"})["overview-actions"]
    assert re.search("3 hồ sơ trễ chưa có phiếu xin lỗi: Phường.1: 2, Phường.2: 1", whole), whole
    assert "2 hồ sơ trễ chưa có phiếu xin lỗi." in one


def test_one_dossier_is_no_thousand_of_a_thousand(tmp_path: Path) -> None:
    text = Texts(district(tmp_path, {"late": 1}))["flags-inspect"]
    assert "1 hồ sơ mức đỏ" in text
    assert "1.000 hồ sơ phải giải quyết)" not in text


def test_months_are_written_alike_wherever_a_sentence_names_one() -> None:
    """As the titles do (NĐ 30/2020): only the months 1 and 2 with a zero."""
    told = {over_text(Running(3, month_of(date(2026, month, 1)))) for month in (2, 7, 11)}
    assert told == {f"vượt 3 tháng liền, từ tháng {month}/2026" for month in ("02", "7", "11")}
    assert over_text(Running(13, month_of(date(2026, 11, 1)), True)) == "vượt ít nhất 13 tháng liền"


def test_what_was_mended_is_told_as_it_is_spoken() -> None:
    told = told_of(Mended("dossiers", "channel", Reason.UNKNOWN_WORD, 10, ""))
    assert told == "10 hồ sơ ghi kênh nộp lạ, tạm tính trực tiếp."


# thirteen months in a title

RUNNING = View(parse_period("2026-11", 15), AS_OF)
WARD = Unit("P01", "Phường Một", "ward")


def thirteen(
    shares: dict[int, tuple[int, int]], rest: tuple[int, int] = (0, 0), view: View = RUNNING
) -> Trend:
    """A ward that is the district: late and all of its months by their place, the last place 12."""
    months = view.months()
    series = tuple(Share(*shares.get(i, rest)) for i in range(13))
    return Trend(view, months, series, {"P01": series}, {"P01": frozenset(months)})


@pytest.mark.parametrize(("trend", "told"), [
    (thirteen({11: (0, 99), 12: (4, 50)}, (0, 99)),
     "đến 21/11 là 8,00%; tháng 10/2026 là 0%, bằng mọi tháng trước"),
    (thirteen({3: (5, 99), 12: (4, 50)}, (0, 99)),
     "đến 21/11 là 8,00%; tháng 10/2026 là 0%, cao nhất là tháng 02/2026 (5,05%)"),  # 0% is no record low
    (thirteen({11: (1, 99), 12: (4, 50)}, (2, 99)),
     "đến 21/11 là 8,00%; tháng 10/2026 là 1,01%, thấp nhất kể từ tháng 11/2025"),
    (thirteen({11: (3, 99), 12: (4, 50)}, (2, 99)),
     "đến 21/11 là 8,00%; tháng 10/2026 là 3,03%, cao nhất kể từ tháng 11/2025"),
    (thirteen({11: (0, 2), 12: (1, 1)}, (1, 5)), "đến 21/11 là 100% (1/1); tháng 10/2026 là 0% (0/2)"),
    (thirteen({3: (1, 2), 11: (1, 99)}), "tháng 10/2026 là 1,01%"),  # one of two is no highest
    (thirteen({12: (1, 1)}), "đến 21/11 là 100% (1/1); tháng 10/2026 không có hồ sơ"),
    (thirteen({3: (3, 60)}), "tháng 02/2026 là 5,00%, từ đó không có hồ sơ"),
])  # fmt: skip
def test_thirteen_months_say_what_their_numbers_carry(trend: Trend, told: str) -> None:
    assert trend_title(trend, "Phường Một") == f"Tỷ lệ trễ hẹn {told}"


@pytest.mark.parametrize(("shares", "rest", "told"), [
    ({1: (5, 99), 2: (5, 100)}, (0, 99), "vượt ngưỡng 2 trong 13 tháng"),
    ({1: (5, 99), 2: (1, 3)}, (0, 99), "vượt ngưỡng 1 trong 13 tháng, thêm 1 tháng ít hồ sơ"),
    ({1: (1, 3), 2: (0, 3)}, (0, 0), "chỉ vượt ngưỡng ở tháng dưới 20 hồ sơ: 1 trong 2 tháng có hồ sơ"),
    ({}, (0, 99), "không vượt ngưỡng tháng nào trong 13 tháng"),
    ({12: (0, 1)}, (0, 0), "không vượt ngưỡng trong tháng duy nhất có hồ sơ"),
    ({12: (1, 1)}, (0, 0), "vượt ngưỡng, nhưng ít hồ sơ, trong tháng duy nhất có hồ sơ"),
    ({}, (0, 0), "không có hồ sơ trong 13 tháng"),
])  # fmt: skip
def test_a_unit_s_months_are_counted(
    shares: dict[int, tuple[int, int]], rest: tuple[int, int], told: str
) -> None:
    assert unit_heat_title(thirteen(shares, rest), WARD) == f"Phường Một {told}"
