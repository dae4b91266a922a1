"""(c) What two units published of 2019, asked over the API and read as printed on the pages.

Their figures are public; the dossiers, votes and events behind them are made up here, as
many as each figure says. Where nothing says how many (the satisfaction of Nhà Bè), the
count is ours and the line says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from acceptance.asking import Dashboard, said
from acceptance.checks import Checks
from acceptance.database import Database
from acceptance.district import Lot, district, on_time

YEAR, CODE = "2019", "1"
UNIT_PAGE = f"/don-vi/{CODE}"
PROCEDURES, FIELDS = 109, 19
RESOLVED, CIVIL, CIVIL_ONLINE = 25_684, 1_825, 616
COMPLAINTS, RECEPTIONS = 6, 132
CIVIL_FIELD, CIVIL_SLUG = "Hộ tịch", "ho-tich"
MADE_UP = "phiếu GIẢ ĐỊNH 82/85, báo cáo chỉ công bố tỷ lệ"


def check(checks: Checks, database: Database) -> None:
    """Build both units and hold their figures against what they published."""
    with checks.section("(c) Số liệu vàng: thị trấn Nhà Bè 2019"):
        town = _town(database)
        _check_resolved(checks, town)
        _check_online(checks, town)
        _check_town_votes(checks, town)
        _check_life(checks, town)
    with checks.section("(c) Số liệu vàng: phường Thạch Bàn 2019"):
        ward = _ward(database)
        _check_nothing_late(checks, ward)
        _check_ward_votes(checks, ward)


def _town(database: Database) -> Dashboard:
    catalogue = [
        {"procedure_code": f"T{number}", "name": f"Thủ tục {number}", "level": "commune",
         "field": CIVIL_FIELD if number % FIELDS == 0 else f"Lĩnh vực {number % FIELDS}",
         "online_level": "3" if number % FIELDS == 0 else "2"}
        for number in range(PROCEDURES)
    ]  # fmt: skip
    lots = [
        on_time(CODE, 900, date(2018, 3, 1), 200, procedure="T1"),
        on_time(CODE, CIVIL_ONLINE, procedure="T0", channel="online"),
        on_time(CODE, CIVIL - CIVIL_ONLINE, procedure="T0"),
        on_time(CODE, RESOLVED - CIVIL, procedure="T1"),
        on_time(CODE, 80, date(2020, 1, 2), 15, procedure="T1"),
    ]
    votes = [("very_satisfied", 60), ("satisfied", 22), ("neutral", 3)]
    return district(
        database, "golden_town", {CODE: "township"}, lots,
        procedures=catalogue, ratings=_ratings(date(2019, 6, 3), votes),
        complaints=[{"complaint_id": f"P{day:%j}", "unit_code": CODE, "received_on": day, "answered_on": day}
                    for day in _days(COMPLAINTS)],
        receptions=[{"unit_code": CODE, "held_on": day} for day in _days(RECEPTIONS)],
    )  # fmt: skip


def _ward(database: Database) -> Dashboard:
    lots = [on_time("1", 31, date(2019, 6, 3), 20), Lot("1", 34, 5, 5, date(2019, 7, 1), 20)]
    june = [("very_satisfied", 19), ("satisfied", 12)]
    july = [("very_satisfied", 32), ("satisfied", 2)]
    votes = [*_ratings(date(2019, 6, 28), june), *_ratings(date(2019, 7, 30), july)]
    return district(database, "golden_ward", {CODE: "ward"}, lots, ratings=votes)


def _ratings(day: date, levels: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"unit_code": CODE, "rated_on": day, "source": "tablet", "level": level, "votes": votes}
            for level, votes in levels]  # fmt: skip


def _days(count: int) -> Iterator[date]:
    return (date(2019, 1, 2) + timedelta(days=2 * i) for i in range(count))


def _check_resolved(checks: Checks, town: Dashboard) -> None:
    answer = town.ask("on-time", ky=YEAR)
    for name, row in (("đơn vị", answer["rows"][0]), ("toàn địa bàn", answer["district"])):
        checks.same(f"{name}: tiếp nhận 25.684, đã giải quyết 25.684, không có kỳ trước chuyển sang, trễ 0",
                    {word: row[word] for word in ("received", "carried_over", "finished", "late")},
                    {"received": RESOLVED, "carried_over": 0, "finished": RESOLVED, "late": 0})  # fmt: skip
    _printed(checks, town, "resolved_rate", "100% 25.684/25.684")


def _check_online(checks: Checks, town: Dashboard) -> None:
    words = {"ky": YEAR, "linh_vuc": CIVIL_SLUG}
    answer = town.ask("online", **words)
    for name, row in (("đơn vị", answer["rows"][0]), ("toàn địa bàn", answer["district"])):
        checks.same(f"{name}, hộ tịch: mức độ 3 là 616/1.825 = 33,8%",
                    {word: row[word] for word in ("level_3", "level_4", "received", "online_rate_text")},
                    {"level_3": CIVIL_ONLINE, "level_4": 0, "received": CIVIL,
                     "online_rate_text": "33,8%"})  # fmt: skip
    _says(checks, "trang Trực tuyến, lĩnh vực hộ tịch",
          town.read("online-headline", "/truc-tuyen", **words), "33,8%", "616/1.825")  # fmt: skip
    fields = town.read("online-fields", "/truc-tuyen", ky=YEAR)
    _says(checks, "trang Trực tuyến, theo lĩnh vực", fields, f"{CIVIL_FIELD} 33,8%", "616/1.825")
    _printed(checks, town, "online_rate", "33,8% 616/1.825", linh_vuc=CIVIL_SLUG)
    whole = town.ask("online", ky=YEAR)["district"]
    checks.same("bưu chính công ích: không hồ sơ nào, không rõ hợp đồng",
                {word: whole[word] for word in ("post_in", "post_out", "has_postal_contract")},
                {"post_in": 0, "post_out": 0, "has_postal_contract": None})  # fmt: skip
    post = town.read("online-post", "/truc-tuyen", ky=YEAR)
    _says(checks, "trang Trực tuyến", post, "Bưu chính công ích: chưa phát sinh")
    _printed(checks, town, "post_in", "chưa phát sinh 0/25.684")


def _check_town_votes(checks: Checks, town: Dashboard) -> None:
    row = town.ask("satisfaction", ky=YEAR)["rows"][0]
    checks.same(f"hài lòng 96,47% ({MADE_UP})",
                {word: row[word] for word in ("votes", "satisfaction_rate_text")},
                {"votes": 85, "satisfaction_rate_text": "96,47%"})  # fmt: skip
    headline = town.read("satisfaction-headline", "/hai-long", ky=YEAR)
    _says(checks, f"trang Hài lòng ({MADE_UP})", headline, "hài lòng 96,47% (82/85 phiếu)")
    _printed(checks, town, "satisfaction_rate", "96,47% 82/85", note=f" ({MADE_UP})")


def _check_life(checks: Checks, town: Dashboard) -> None:
    for word, text in (("procedures", "109"), ("fields", "19"), ("complaints", "6"), ("receptions", "132")):
        _printed(checks, town, word, text)


def _check_nothing_late(checks: Checks, ward: Dashboard) -> None:
    for month, count in (("2019-06", 31), ("2019-07", 34)):
        row = ward.ask("on-time", ky=month)["rows"][0]
        words = ("finished", "late", "open_overdue", "late_rate", "late_rate_text", "flag")
        checks.same(f"tháng {month}: trễ 0/{count}, in «0%», không cờ đỏ",
                    {word: row[word] for word in words},
                    dict(zip(words, (count, 0, 0, 0, "0%", "fine"), strict=True)))  # fmt: skip
        _printed(checks, ward, "late_rate_a", f"0% 0/{count}", ky=month)


def _check_ward_votes(checks: Checks, ward: Dashboard) -> None:
    for month, very, text, votes in (("2019-06", 19, "61,29%", 31), ("2019-07", 32, "94,12%", 34)):
        row = ward.ask("satisfaction", ky=month)["rows"][0]
        words = ("votes", "very_satisfied", "very_satisfied_rate_text", "satisfaction_rate_text")
        checks.same(f"tháng {month}: rất hài lòng {very}/{votes} = {text}, hài lòng {votes}/{votes} = 100%",
                    {word: row[word] for word in words},
                    dict(zip(words, (votes, very, text, "100%"), strict=True)))  # fmt: skip
        headline = ward.read("satisfaction-headline", "/hai-long", ky=month)
        printed = f"hài lòng 100% ({votes}/{votes} phiếu), rất hài lòng {text} ({very}/{votes} phiếu)"
        _says(checks, f"trang Hài lòng, tháng {month}", headline, printed)
        _printed(checks, ward, "very_satisfied_rate", f"{text} {very}/{votes}", ky=month)
        _printed(checks, ward, "satisfaction_rate", f"100% {votes}/{votes}", ky=month)


def _printed(
    checks: Checks, dashboard: Dashboard, metric: str, text: str, *, note: str = "", **words: str
) -> None:
    """Hold the unit's figure on its own page against the text that must be printed."""
    asked = {"ky": YEAR, **words}
    drawn = dashboard.drawn("unit-metrics", UNIT_PAGE, **asked)
    line = re.search(rf'data-metric="{metric}".*?<td[^>]*>(.*?)</td>', drawn, re.DOTALL)
    name = f"trang Đơn vị, {metric}, {', '.join(asked.values())}{note}"
    checks.equal(name, said(line[1]) if line else "không có", text)


def _says(checks: Checks, name: str, text: str, *wanted: str) -> None:
    missing = tuple(f"không thấy «{one}»" for one in wanted if one not in text)
    there = len(wanted) - len(missing)
    checks.counted(f"{name} in «{'», «'.join(wanted)}»", there, len(wanted), missing)
