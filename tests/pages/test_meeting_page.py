"""Giao ban on screen: true for none, one and many; every number opens a list of just so many dossiers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import apps
import pytest
from apps import Site, district, dossiers, said, server, unit, write
from stores import DuckDB, Row
from test_meeting import OCTOBER, PROCEDURES, moved_rows

server()  # the pages register with the one application of the process

from dashboard.pages import meeting as page  # noqa: E402 - after the server
from dashboard.pages.shared import bar_of  # noqa: E402
from queries.contract import CONTRACT  # noqa: E402

CARDS = (page.draw_headline, page.draw_over, page.draw_moves, page.draw_work, page.draw_service)
HEADLINE, OVER, MOVES, WORK, SERVICE = CARDS
LISTED = re.compile(r'<a[^>]*href="(/ho-so[^"]*)"[^>]*>([^<]*)</a>')
FAILED = "Không tải được"
VIEWS: tuple[dict[str, str], ...] = (
    {}, {"so_voi": "2026-11-11"}, {"so_voi": "2026-10-30"}, {"cach_tinh": "B", "so_voi": "2026-11-11"},
    {"cach_tinh": "C"}, {"cach_tinh": "D", "so_voi": "2026-11-11"}, {"don_vi": "P01"},
    {"linh_vuc": "dat-dai"}, {"thu_tuc": "2.1"}, {"ky": "2026-10"}, {"ky": "2026", "so_voi": "cung-ky"},
    {"den": "2026-11-12T08:00"},
)  # fmt: skip


def rating(code: str, month: int, level: str, votes: int) -> Row:
    return {"unit_code": code, "rated_on": date(2026, month, 3), "source": "tablet", "level": level,
            "votes": votes}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The district of test_meeting with slips, ratings and levels."""
    rows = [
        {**row, "channel": "online" if i % 3 else "counter", "online_level": "full"}
        for i, row in enumerate(moved_rows())
    ]
    late = [i for i, row in enumerate(rows) if row.get("finished_at") and row["finished_at"] > row["due_at"]]
    slips = [
        {"slip_id": f"X{i}", "dossier_code": f"HS-{i:05}", "kind": "apology",
         "issued_at": rows[i]["finished_at"], "reason": "mưa", "new_due_at": rows[i]["finished_at"]}
        for i in late[::2]
    ]  # fmt: skip
    ratings = [
        rating("P01", 10, "satisfied", 60), rating("P01", 11, "satisfied", 45),
        rating("P01", 11, "dissatisfied", 5), rating("P02", 11, "satisfied", 3),
    ]  # fmt: skip
    path = write(
        tmp_path_factory.mktemp("hop"), [unit(i) for i in range(1, 7)], rows, procedures=PROCEDURES,
        slips=slips, ratings=ratings,
    )  # fmt: skip
    return Site(path)


def drawn(of: Site, card: Any, words: Any = None) -> str:
    return str(of.draw(card, words or {}, path="/giao-ban"))


def text(of: Site, card: Any, words: Any = None) -> str:
    return said(drawn(of, card, words)).replace("\xa0", " ").replace("( ", "(")


def tight(of: Site, card: Any, words: Any = None) -> str:
    """The words without the blanks that stand for tags: "7,42% (171/2.305)"."""
    markup = drawn(of, card, words)
    return re.sub(r"\s+", " ", unescape(re.sub(r"</?(?:a|b|span)\b[^>]*>", "", markup))).replace("\xa0", " ")


def sentences(markup: str) -> list[str]:
    return re.findall(r"<li[^>]*>(.*?)</li>", markup, re.DOTALL)


# evidence


@pytest.fixture(scope="module", params=VIEWS, ids=str)
def seen(site: Site, request: pytest.FixtureRequest) -> tuple[dict[str, str], dict[Any, str]]:
    """A view and the markup of every card under it."""
    return request.param, {card: drawn(site, card, request.param) for card in CARDS}


Seen = tuple[dict[str, str], dict[Any, str]]


def test_a_number_opens_a_list_of_as_many_dossiers(site: Site, seen: Seen) -> None:
    words, markups = seen
    lists: dict[str, str] = {}
    for href, number in LISTED.findall("".join(markups.values())):
        assert re.fullmatch(r"[1-9][0-9.]*", number), "only a number opens a list"
        assert lists.setdefault(unescape(href), number) == number
    for href, number in lists.items():
        total = site.json(href.replace("/ho-so", "/api/v1/dossiers"))["total"]
        assert total == int(number.replace(".", "")), href
    if words == {"so_voi": "2026-11-11"}:
        assert any("den=2026-11-11T23:59:59.999999" in href for href in lists), "numbers of then open too"
    elif not words:
        assert any("ky=2026-10-01..2026-10-21" in href for href in lists)
        assert len(lists) > 25


def test_every_sentence_opens_its_evidence(site: Site, seen: Seen) -> None:
    pages: dict[str, str] = {}
    for markup in seen[1].values():
        assert FAILED not in markup
        for sentence in sentences(markup):
            assert 'href="/' in sentence, sentence
            assert said(sentence).endswith("."), sentence
            assert not re.search(r"\.\.|,,|  |\( | \)|None|nan\b", bare(sentence)), sentence
        hrefs = [unescape(href) for href in re.findall(r'href="([^"]*)"', markup)]
        pages |= {href.split("?")[0]: href for href in hrefs}
    for path, href in pages.items():
        if path != "/ho-so":
            assert site.get(href).status_code == 200, href


def bare(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", markup))


def points_of(number: str) -> Fraction:
    bare_number = number.replace("\xa0", " ").removesuffix(" điểm %")
    return Fraction(bare_number.replace(".", "").replace(",", ".").replace("−", "-"))


def test_printed_contributions_add_up(seen: Seen) -> None:
    for markup in seen[1][MOVES].split('<section class="talk">')[1:]:
        rows = re.findall(r'<tr class="([^"]*)">(.*?)</tr>', markup)
        if not rows:
            assert "<table" not in markup
            continue
        cells = [(look, [bare(one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)])
                 for look, row in rows]  # fmt: skip
        total = [bare(one) for one in re.findall(r"<td[^>]*>(.*?)</td>", markup.split("<tfoot>")[1])]
        outer = [line for look, line in cells if not look]
        inner = [line for look, line in cells if look == "inner"]
        assert sum(points_of(line[3]) for line in outer) == points_of(total[2])
        for column in (1, 2):
            assert sum(int(line[column]) for line in outer) == int(total[column - 1].split("/")[0])
        if inner:
            assert sum(points_of(line[3]) for line in inner) == points_of(outer[0][3])


# what is said


def test_the_meeting_of_a_small_district(site: Site) -> None:
    title = text(site, HEADLINE)
    assert (
        "2/5 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên (1 đơn vị ít hồ sơ); so với kỳ trước, 1 đơn vị mới vượt, "
        "1 đơn vị đã xuống dưới ngưỡng; 1 đơn vị vượt chưa có hồ sơ khi đó" in title
    )
    assert "So với kỳ trước (01/10–21/10/2026)." in title
    over = tight(site, OVER)
    assert "Phường 1 vượt ngưỡng 5%; 1 đơn vị khác vượt nhưng ít hồ sơ" in over
    assert "Phường 1 12,00% (6/50), từ tháng 11/2026" in over
    assert "Ít hồ sơ Phường 3 25,00% (1/4)" in over
    assert "Không có hồ sơ để tính: Phường 5." in over
    crossed = tight(site, OVER)
    assert "Phường 1 mới vượt ngưỡng; Phường 2 đã xuống dưới ngưỡng" in crossed
    assert "; mới vượt, kỳ trước: 2,50% (1/40)." in crossed
    assert (
        "Ít hồ sơ Phường 3 25,00% (1/4), từ tháng 11/2026 (tháng chưa hết); chưa có hồ sơ khi đó." in crossed
    )
    assert "Đã xuống Phường 2 2,50% (1/40); kỳ trước: 10,00% (4/40)." in crossed
    assert "Kỳ trước vượt ngưỡng, kỳ này không có hồ sơ để tính: Phường 5." in crossed


def test_the_biggest_rise_names_its_field_and_procedure(site: Site) -> None:
    rise = tight(site, MOVES)
    raised = "Phường 1 làm tỷ lệ trễ hẹn của toàn địa bàn tăng 2,83 điểm %"
    assert f"{raised}, chủ yếu do Đất đai" in rise
    assert (
        f"{raised} so với kỳ trước (tất cả các đơn vị cộng lại: −0,28 điểm %); "
        "riêng đơn vị từ 2,50% (1/40) lên 12,00% (6/50)." in rise
    )
    assert "Góp nhiều nhất là lĩnh vực Đất đai +2,83 điểm %; trong đó nhiều nhất là " in rise
    assert "thủ tục Đăng ký đất +2,26 điểm %." in rise
    assert "Không so 2 đơn vị có từ 1 đến 29 hồ sơ ở một trong hai kỳ." in rise
    fall = tight(site, MOVES)
    assert "Phường 2 làm tỷ lệ trễ hẹn của toàn địa bàn giảm 1,84 điểm %" in fall
    assert "riêng đơn vị từ 10,00% (4/40) xuống 2,50% (1/40)" in fall
    alone = tight(site, MOVES, {"don_vi": "P01"})
    assert "Phường 1 tăng 9,50 điểm % so với kỳ trước: từ 2,50% (1/40) lên 12,00% (6/50)." in alone
    of_field = tight(site, MOVES, {"linh_vuc": "dat-dai"})
    assert "Phường 1 làm tỷ lệ trễ hẹn của lĩnh vực Đất đai tăng" in of_field or "Chưa đủ hồ sơ" in of_field


def test_a_unit_new_to_the_period_is_said_to_be_new(tmp_path: Path) -> None:
    rows = [
        *dossiers("P01", on_time=40, month=OCTOBER), *dossiers("P01", on_time=40),
        *dossiers("P02", on_time=20, late=20), *dossiers("P03", late=30, month=OCTOBER),
    ]  # fmt: skip
    found = Site(write(tmp_path, [unit(1), unit(2), unit(3)], rows))
    rise, fall = tight(found, MOVES), tight(found, MOVES)
    assert "tăng 25,00 điểm % so với kỳ trước" in rise
    assert "riêng đơn vị chưa có hồ sơ khi đó, nay 50,00% (20/40)." in rise
    assert "giảm 42,86 điểm % so với kỳ trước" in fall
    assert "riêng đơn vị từ 100% (30/30), kỳ này không có hồ sơ để tính." in fall


def test_the_change_of_every_unit_stands_in_a_column(tmp_path: Path) -> None:
    """Tổng quan, Đúng hạn and Đơn vị: what it is compared with in the head, the unit of measure in the cell."""
    rows = [
        *dossiers("P01", on_time=40, month=OCTOBER), *dossiers("P01", on_time=38, late=2),
        *dossiers("P02", on_time=36, late=4, month=OCTOBER), *dossiers("P02", on_time=38, late=2),
        *dossiers("P03", on_time=40, month=OCTOBER), *dossiers("P03", on_time=40),
        *dossiers("P04", on_time=40), *dossiers("P05", on_time=9, month=OCTOBER),
        *dossiers("P05", on_time=9), *dossiers("P06", on_time=9, month=OCTOBER),
    ]  # fmt: skip
    found = Site(write(tmp_path, [unit(i) for i in range(1, 7)], rows))
    moved = {"Phường 1": "▲ 5,00 điểm %", "Phường 2": "▼ 5,00 điểm %", "Phường 3": "không đổi",
             "Phường 4": "chưa có khi đó", "Phường 5": "ít hồ sơ", "Phường 6": "—"}  # fmt: skip
    for drawn_by, lines in (
        (apps.page("on_time").draw_units, r"<tr.*?</tr>"),
        (apps.page("units").draw_list, r"<tr.*?</tr>"),
        (apps.page("overview").draw_ranking, r'<li class="bar.*?</li>'),
    ):
        markup = str(found.draw(drawn_by))
        told = [said(line).replace("\xa0", " ") for line in re.findall(lines, markup, re.DOTALL)]
        assert "o với kỳ trước" in said(markup)
        for name, change in moved.items():
            # The unit of measure stands in the cell, or once in the head of the column.
            number = change.removesuffix(" điểm %")
            assert any(name in line and number in line for line in told), (drawn_by, name)
            assert change == number or change in said(markup) or "kỳ trước, điểm %" in said(markup)
        day = said(str(found.draw(drawn_by, {"so_voi": "2026-11-11"})))
        assert "o với ngày 11/11" in day


def test_work_apologies_service_and_praise(site: Site) -> None:
    backlog = tight(site, WORK)
    assert "Phường 6 sẽ vượt ngưỡng nếu giải quyết xong hồ sơ quá hạn" in backlog
    assert (
        "Phường 6 2,44% (1/41), còn 3 hồ sơ quá hạn: nếu hôm nay giải quyết xong toàn bộ thì tỷ lệ trễ hẹn "
        "thành 9,09% (4/44)." in backlog
    )
    assert "Toàn địa bàn đang còn 3 hồ sơ quá hạn chưa giải quyết xong" in backlog
    assert "; đều ở Phường 6 (3)." in backlog
    assert "2 hồ sơ đến hạn từ nay đến hết 25/11/2026; đều ở Phường 6 (2)." in backlog
    apologies = tight(site, WORK)
    assert "hồ sơ trễ chưa có phiếu xin lỗi" in apologies
    assert "; nhiều nhất: Phường 1 (" in apologies
    service = tight(site, SERVICE)
    assert "Hài lòng 90,57%; trực tuyến" in service
    assert re.search(r"rất hài lòng [\d,]+% \([\d.]+/[\d.]+ phiếu\)", service), "a rate has its numerator"
    assert (
        "Hài lòng giảm 9,43 điểm % so với kỳ trước, góp nhiều nhất trong 1 đơn vị đủ phiếu để so là "
        "Phường 1 (9,43 điểm %)." in service
    )
    assert "Biểu dương Không hồ sơ nào trễ hạn hay quá hạn" in tight(site, SERVICE)
    assert "Phường 4 (40 hồ sơ)." in tight(site, SERVICE)


@pytest.mark.parametrize(
    ("units", "title", "over", "praise"),
    [
        ((), "Chưa có hồ sơ nào", "Chưa có hồ sơ nào để tính", "Chưa đơn vị nào"),
        (({},), "Chưa có hồ sơ nào", "Chưa có hồ sơ nào để tính", "Chưa đơn vị nào"),
        (
            ({"on_time": 40},), "Phường 1 dưới ngưỡng|Không đơn vị nào", "Phường 1 dưới ngưỡng: 0% (0/40).",
            "Phường 1 (40 hồ sơ).",
        ),
        (
            ({"on_time": 40},) * 2, "Không đơn vị nào", "Cả 2 đơn vị có hồ sơ đều dưới ngưỡng.",
            "Phường 1 (40 hồ sơ) và Phường 2 (40 hồ sơ).",
        ),
        (
            ({"on_time": 99, "late": 1}, {"on_time": 40}), "Không đơn vị nào",
            "đều dưới ngưỡng; cao nhất là Phường 1 1,00% (1/100).", "Phường 2 (40 hồ sơ).",
        ),
        (
            ({"on_time": 99, "late": 1}, {"on_time": 3}, {"on_time": 18, "late": 0}), "Không đơn vị nào",
            "Cả 3 đơn vị có hồ sơ", "Chưa đơn vị nào",
        ),
        (
            ({"late": 1},), "Phường 1 vượt ngưỡng|Cả 1 đơn vị", "1 đơn vị vượt ngưỡng 5% nhưng ít hồ sơ",
            "Chưa đơn vị nào",
        ),
        (({"late": 30},) * 2, "Cả 2 đơn vị", "Phường 1 và Phường 2 vượt ngưỡng 5%", "Chưa đơn vị nào"),
        (({"late": 30},) * 12, "Cả 12 đơn vị", "và 4 đơn vị vượt ngưỡng khác.", "Chưa đơn vị nào"),
        (({"on_time": 40},) * 12, "Không đơn vị nào", "Cả 12 đơn vị", "và 4 đơn vị khác."),
    ],
)  # fmt: skip
def test_none_one_some_and_all(
    tmp_path: Path, units: Sequence[dict[str, int]], title: str, over: str, praise: str
) -> None:
    found = district(tmp_path, *units)
    assert re.search(title, text(found, HEADLINE))
    assert over in tight(found, OVER)
    assert praise in tight(found, SERVICE)
    for card in CARDS:
        markup = drawn(found, card)
        assert FAILED not in markup
        assert all('href="/' in sentence for sentence in sentences(markup))


def test_a_period_to_come_has_not_begun(site: Site) -> None:
    for card in CARDS:
        assert "Kỳ chưa bắt đầu" in text(site, card, {"ky": "2026-12"})


def test_without_a_comparison_it_says_why(site: Site) -> None:
    before = text(site, OVER, {"so_voi": "2026-10-30"})
    assert "Ngày 30/10/2026 ở trước kỳ này (từ 01/11/2026): không có mốc để so sánh" in before
    for card in (MOVES,):
        assert "Không có mốc để so sánh" in text(site, card, {"so_voi": "2026-10-30"})
        assert "Cùng kỳ năm trước không có hồ sơ nào để so sánh" in text(site, card, {"so_voi": "cung-ky"})
    assert "Cùng kỳ năm trước không có hồ sơ nào" in text(site, OVER, {"so_voi": "cung-ky"})


def test_nobody_moved(tmp_path: Path) -> None:
    same = [row for month in (OCTOBER, date(2026, 11, 1)) for code in ("P01", "P02")
            for row in dossiers(code, on_time=40, late=4, month=month)]  # fmt: skip
    found = Site(write(tmp_path, [unit(1), unit(2)], same))
    none = "Không đơn vị nào làm tỷ lệ trễ hẹn của toàn địa bàn tăng hay giảm so với kỳ trước."
    assert tight(found, MOVES).count(none) == 1
    assert drawn(found, MOVES).count("<h2>") == 1, "said once"
    assert "Cả 2 đơn vị có hồ sơ đã vượt ngưỡng, chưa kể hồ sơ quá hạn" not in tight(found, WORK)
    assert "không đơn vị nào mới vượt so với kỳ trước" in text(found, HEADLINE)
    assert "Kỳ trước có 2/2 đơn vị vượt ngưỡng." in tight(found, OVER)
    alone = tight(found, OVER, {"don_vi": "P01"})
    assert "Phường 1 vẫn vượt ngưỡng" in alone
    assert "Phường 1 vượt ngưỡng cả kỳ này và kỳ trước." in alone


def over_then(*, then: str, now: str, none_then: str = "", fine: str = "P09") -> list[Row]:
    """Units (their last digits) over the threshold then and now; some without a dossier then."""
    rows = [*dossiers(fine, on_time=40, month=OCTOBER), *dossiers(fine, on_time=40)]
    for digit in dict.fromkeys(then + now):
        for month, over in ((OCTOBER, then), (date(2026, 11, 1), now)):
            if month == OCTOBER and digit in none_then:
                continue
            late = 10 if digit in over else 0
            rows += dossiers(f"P0{digit}", on_time=40 - late, late=late, month=month)
    return rows


@pytest.mark.parametrize(
    ("then", "now", "none_then", "said_now", "title"),
    [
        ("123", "1234", "4", "Kỳ trước có 3/4 đơn vị vượt ngưỡng.",
         "Phường 4 vượt ngưỡng, chưa có hồ sơ khi đó"),
        ("12", "13", "", "Kỳ trước có 2/4 đơn vị vượt ngưỡng.",
         "Phường 3 mới vượt ngưỡng; Phường 2 đã xuống dưới ngưỡng"),
        ("1", "1", "", "Kỳ trước có 1/2 đơn vị vượt ngưỡng.",
         "Không đơn vị nào mới vượt hay mới xuống dưới ngưỡng"),
        ("", "", "", "Cả kỳ này và kỳ trước đều không có đơn vị nào vượt ngưỡng (0/1 đơn vị khi đó).",
         "Không đơn vị nào mới vượt hay mới xuống dưới ngưỡng"),
    ],
)  # fmt: skip
def test_the_units_over_then_and_now_are_compared_by_name(
    tmp_path: Path, then: str, now: str, none_then: str, said_now: str, title: str
) -> None:
    """A unit without a dossier then is never among "still", however the numbers happen to agree."""
    rows = over_then(then=then, now=now, none_then=none_then)
    found = Site(write(tmp_path, [unit(i) for i in range(1, 10)], rows))
    crossed = tight(found, OVER)
    assert said_now in crossed
    assert f'<p class="talk-more">{title}.</p>' in crossed
    lines = {line.split()[1]: line for line in re.findall(r"Phường \d 25,00%[^.]*\.", crossed)}
    assert {digit for digit, line in lines.items() if "kỳ trước cũng vượt: 25,00% (10/40)" in line} == (
        set(then) & set(now)
    )
    assert {digit for digit, line in lines.items() if "chưa có hồ sơ khi đó" in line} == set(none_then)
    if none_then:
        assert "1 đơn vị vượt chưa có hồ sơ khi đó" in text(found, HEADLINE)
    below = tight(found, OVER, {"don_vi": "P09"})
    assert "Phường 9 vẫn dưới ngưỡng" in below
    assert "Phường 9 dưới ngưỡng cả kỳ này và kỳ trước." in below


def test_the_backlog_of_units_that_are_all_over_already(tmp_path: Path) -> None:
    found = district(
        tmp_path, {"on_time": 30, "late": 10, "overdue": 2}, {"on_time": 30, "late": 9, "overdue": 2}
    )
    told = tight(found, WORK)
    assert "<h2>Cả 2 đơn vị có hồ sơ đã vượt ngưỡng, chưa kể hồ sơ quá hạn</h2>" in told
    assert "; ở Phường 1 (2) và Phường 2 (2)." in told, "nobody has most"
    one = district(tmp_path / "one", {"on_time": 1, "late": 1, "overdue": 1})
    assert "<h2>Phường 1 đã vượt ngưỡng, chưa kể hồ sơ quá hạn</h2>" in tight(one, WORK)
    none = district(tmp_path / "none", {"on_time": 9})
    assert "Toàn địa bàn không còn hồ sơ quá hạn nào chưa giải quyết xong." in tight(none, WORK)


def test_few_dossiers_are_never_named_worst(tmp_path: Path) -> None:
    rows = [
        *dossiers("P01", on_time=40, month=OCTOBER), *dossiers("P01", late=10),
        *dossiers("P02", on_time=40, month=OCTOBER), *dossiers("P02", on_time=39, late=1),
        *dossiers("P03", on_time=10, overdue=9),
    ]  # fmt: skip
    found = Site(write(tmp_path, [unit(1), unit(2), unit(3)], rows))
    assert "<h2>1 đơn vị vượt ngưỡng 5% nhưng ít hồ sơ</h2>" in drawn(found, OVER)
    assert ">1 đơn vị ít hồ sơ mới vượt ngưỡng.</p>" in drawn(found, OVER)
    assert "Phường 2 làm tỷ lệ trễ hẹn của toàn địa bàn tăng" in tight(found, MOVES)
    assert "<h2>1 đơn vị (1 đơn vị ít hồ sơ) sẽ vượt ngưỡng" not in drawn(found, WORK)
    assert "Sẽ vượt, ít hồ sơ" in text(found, WORK)


def test_past_periods_say_what_they_left(site: Site) -> None:
    past = text(site, WORK, {"ky": "2026-10"})
    assert "Hết kỳ không còn hồ sơ quá hạn chưa giải quyết xong" in past
    assert "Sắp đến hạn" not in past


@pytest.mark.parametrize("keep", [(), ("dossiers.procedure_code",), ("dossiers.field",)])
def test_the_least_a_district_may_have(tmp_path: Path, keep: tuple[str, ...]) -> None:
    without = [
        name
        for table in CONTRACT.values()
        for name in (
            [f"{table.name}.{column.name}" for column in table.columns if not column.required]
            if table.required else [table.name]
        )
        if name not in keep
    ]  # fmt: skip
    store = DuckDB(tmp_path)
    rows = [
        {"dossier_code": f"HS-{i:05}", **row, "field": "Đất đai" if i % 2 else None}
        for i, row in enumerate(moved_rows())
    ]
    store.fill({"units": [unit(i) for i in range(1, 7)], "dossiers": rows}, without=without)
    store.close()
    found = Site(store.path)
    for card in CARDS:
        assert FAILED not in drawn(found, card)
    assert "Phiếu xin lỗi: không có dữ liệu" in text(found, WORK)
    assert "Hài lòng không có dữ liệu; trực tuyến không có dữ liệu" in text(found, SERVICE)
    rise = tight(found, MOVES)
    assert "Phường 1 làm tỷ lệ trễ hẹn của toàn địa bàn tăng 2,83 điểm %" in rise
    if not keep:
        assert "Lĩnh vực, thủ tục của hồ sơ: không có dữ liệu" in rise
        assert "<table" not in drawn(found, MOVES)
    elif keep == ("dossiers.procedure_code",):
        assert "Góp nhiều nhất là thủ tục 1.1 +2,26 điểm %" in rise
    else:
        assert "thủ tục" not in rise
        assert "Đất đai" in rise


def test_names_are_only_names(tmp_path: Path) -> None:
    nasty = '<script>alert("x")</script>'
    rows = [
        {**row, "unit_code": "P01", "field": nasty, "procedure_code": None}
        for row in (*dossiers("P01", on_time=40, month=OCTOBER), *dossiers("P01", on_time=30, late=10))
    ]
    found = Site(write(tmp_path, [{**unit(1), "name": nasty}], rows))
    for card in CARDS:
        assert "<script" not in drawn(found, card)
    assert "&lt;script&gt;" in drawn(found, MOVES)


def test_the_formula_stands_at_the_foot_and_the_page_in_the_navigation(site: Site) -> None:
    with site.server.test_request_context("/"):
        laid_out = str(page.layout())
    assert "của các lĩnh vực cộng lại đúng bằng đóng góp của đơn vị" in laid_out
    with site.server.test_request_context("/"):
        assert 'href="/giao-ban"' in bar_of(site.ask())


def test_a_narrowed_view_says_nothing_of_the_units_that_are_not_in_it(tmp_path: Path) -> None:
    """Phường 2 is commended: seen alone, the others must not say that nobody is."""
    found = district(
        tmp_path, {"on_time": 30, "late": 10}, {"on_time": 40}, {"on_time": 9}, {"on_time": 40, "overdue": 1}
    )
    alone = {code: {card: tight(found, card, {"don_vi": code}) for card in CARDS} for code in
             ("P01", "P02", "P03", "P04")}  # fmt: skip
    for cards in alone.values():
        for drawn_by in cards.values():
            assert not re.search("[Kk]hông (thêm )?đơn vị nào|[Cc]hưa đơn vị nào|Mọi đơn vị", drawn_by)
    assert "Phường 1 chưa đủ điều kiện biểu dương" in alone["P01"][SERVICE]
    assert "Phường 1 có 10 hồ sơ trễ hạn; biểu dương cần từ 30 hồ sơ" in alone["P01"][SERVICE]
    assert "Phường 2 (40 hồ sơ)." in alone["P02"][SERVICE]
    assert "Phường 3 có 9 hồ sơ đã giải quyết; biểu dương cần" in alone["P03"][SERVICE]
    assert "Phường 4 có 1 hồ sơ quá hạn chưa giải quyết xong; biểu dương cần" in alone["P04"][SERVICE]
    assert "Phường 2 dưới ngưỡng 5%" in alone["P02"][OVER]
    assert "Giải quyết xong hồ sơ quá hạn thì Phường 4 vẫn dưới ngưỡng" in alone["P04"][WORK]


@pytest.mark.parametrize(
    ("fine", "silent", "expected"),
    [
        (1, 14, "Phường 1 dưới ngưỡng và ngoài vùng sát ngưỡng"),
        (2, 13, "Cả 2 đơn vị có hồ sơ đều dưới ngưỡng và ngoài vùng sát ngưỡng"),
        (3, 0, "Mọi đơn vị đều dưới ngưỡng và ngoài vùng sát ngưỡng"),
    ],
)
def test_every_unit_is_said_of_those_that_have_dossiers(
    tmp_path: Path, fine: int, silent: int, expected: str
) -> None:
    found = district(tmp_path, *({"on_time": 40},) * fine, *({},) * silent)
    ranking = apps.page("overview").draw_ranking
    assert f"<h2>{expected}</h2>" in str(found.draw(ranking))
    assert "<h2>Phường 1 dưới ngưỡng" in str(found.draw(ranking, {"don_vi": "P01"}))


def test_all_over_is_said_of_those_that_have_dossiers(tmp_path: Path) -> None:
    found = district(tmp_path, {"late": 30}, {"late": 30}, {})
    assert "Cả 2 đơn vị có hồ sơ đều có tỷ lệ trễ hẹn từ 5% trở lên" in text(found, HEADLINE)
