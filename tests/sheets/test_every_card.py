"""Whatever a page shows as a table, chart or list can be taken along: each card, found in the application."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from apps import Site, dossiers, unit, write
from openpyxl import load_workbook
from test_pages import whole_cards
from worlds import OWN, World

from dashboard.api.routes import ROUTES

WORDS = {"ky": "2026-11"}
ABOUT = {"unit": f"/don-vi/{OWN[0]}", "dossier": f"/ho-so/XHS-{OWN[0]}-10004"}
"""The page of a card that is of one thing, by the first word of its id."""
WITHOUT_FILE = {
    r".*-(bar|headline)": "sentences and tiles, no rows",
    r"search-found|lost-.*": "links to what there is",
    r"reports-(list|issued)": "a list of files themselves",
    r"issued-.*": "the sheet's own file stands in its head (tests/issued)",
    r"dossier-course": "one dossier, a row of the list that is taken along; its table can be copied",
    r"method-(reading|example)": "how one number is worked out, step by step",
    r"method-(rules|metrics|flags|words)": "words, which stand on the first sheet of every file they define",
    r"method-(quality|administration)": "how the source was read, and the settings: no figures of the view",
}
"""Cards that have no file of their own, and why."""
TWINS = {"dung-han": "on-time", "truc-tuyen": "online", "hai-long": "satisfaction", "canh-bao": "flags",
         "don-vi": "units", "ho-so": "dossiers"}  # fmt: skip
"""File → the address of the API that says the same."""
NOW, THEN, POINTS = "Kỳ đang xem", "Thời điểm so sánh", ("", "Đóng góp, điểm %")
UNTOLD_BY_API = {"TT", "Còn được trễ", "Cần thêm hồ sơ đúng hạn"}


@dataclass(frozen=True)
class Card:
    """A card as drawn: its markup, and whether a chart of plotly stands under it."""

    name: str
    markup: str
    has_chart: bool

    @property
    def files(self) -> list[str]:
        """The Excel files at its foot."""
        found = re.findall(r'<a href="([^"]*)"[^>]*>Tải Excel', self.markup)
        return [one.replace("&amp;", "&") for one in found if urlsplit(one).path.endswith(".xlsx")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(World().write(tmp_path_factory.mktemp("moi-the")))


@pytest.fixture(scope="module")
def cards(site: Site) -> tuple[Card, ...]:
    """Every card of every page, asked through the server as a browser does."""
    return tuple(_drawn(site))


def _drawn(site: Site) -> Iterator[Card]:
    for name, slot, ask in whole_cards():
        site.server  # noqa: B018 - puts this site's database behind the application
        words = {**WORDS, "tim": "Phường"} if name.startswith("search") else WORDS
        answer = ask({"words": words, "path": ABOUT.get(name.split("-")[0], "/"), "as_of": None})
        chart: Mapping[str, Any] = next(
            (one for place, one in answer.items() if place.endswith("-chart")), {}
        )
        yield Card(name, str(answer[slot]["html"]), bool(chart.get("children")))


Ask = Callable[[str], Any]
Rows = list[dict[tuple[str, str], Any]]


def is_without(name: str) -> bool:
    return any(re.fullmatch(one, name) for one in WITHOUT_FILE)


def test_every_card_with_rows_has_its_file(cards: tuple[Card, ...]) -> None:
    assert len(cards) > 60
    for card in cards:
        if is_without(card.name):
            assert not card.files, f"{card.name} has a file: take it off the list of those without"
            continue
        assert 'class="outcome' not in card.markup, f"{card.name}: this district draws nothing there"
        assert card.files, card.name
    for pattern in WITHOUT_FILE:
        assert any(re.fullmatch(pattern, card.name) for card in cards), pattern


def test_every_table_can_be_copied(cards: tuple[Card, ...]) -> None:
    """But those that only explain."""
    lacking = {
        card.name for card in cards if "<table" in card.markup and "data-copy-table" not in card.markup
    }
    assert lacking == {"method-rules", "method-administration"}


def test_every_file_opens_with_rows_that_say_what_the_api_says(site: Site, cards: tuple[Card, ...]) -> None:
    found = {file: card.name for card in reversed(cards) for file in card.files}
    seen = set()
    for file, name in found.items():
        parts = urlsplit(file)
        words = {word: values[0] for word, values in parse_qs(parts.query).items()}
        what, by = Path(parts.path).stem, words.pop("theo", "don-vi")
        assert "den" in words, f"{name}: the link opens other figures tomorrow"
        rows = rows_of(site, file, name)
        assert rows, name
        seen.add((what, by))
        if what in TWINS:
            compared(site, what, by, words, rows, name)
    assert seen >= {*SPECIAL, ("dung-han", "don-vi"), ("ho-so", "don-vi"), ("don-vi", "don-vi")}


def test_what_moved_the_rate_adds_up_over_units_and_over_fields(tmp_path: Path) -> None:
    october = date(2026, 10, 1)
    rows = [
        *dossiers("P01", early=40, late=10, field="Đất đai"), *dossiers("P01", early=20, late=1, field="Hộ tịch"),
        *dossiers("P01", early=45, late=2, field="Đất đai", month=october),
        *dossiers("P02", early=50, late=1, field="Hộ tịch"), *dossiers(None, late=2),
        *dossiers("P02", early=40, late=9, field="Hộ tịch", month=october),
    ]  # fmt: skip
    site, words = Site(write(tmp_path, [unit(1), unit(2)], rows)), {"ky": "2026-11"}
    found = rows_of(site, "/tai/dung-han.xlsx?ky=2026-11&theo=dong-gop", "dong-gop")
    assert {row["", "Lĩnh vực"] for row in found} == {None, "Đất đai", "Hộ tịch"}
    _contributions(lambda of: _asked(site, of, words), found, words)


def rows_of(site: Site, file: str, name: str) -> Rows:
    """The rows of a file's second sheet by (upper head, head), without the sum; its first says what it is."""
    answer = site.get(file)
    assert answer.status_code == 200, (name, file, answer.get_data(as_text=True))
    book = load_workbook(io.BytesIO(answer.get_data()))
    if "bieu-ii06a" in file:  # the state's form, read by test_form_ii06a
        return [{("", "row"): one} for one in book.worksheets[0].iter_rows(min_row=14, values_only=True)]
    first, second = book.worksheets[:2]
    assert first.title == "Về số liệu", name
    every = list(second.iter_rows(values_only=True))
    top = next(i for i, row in enumerate(every) if row[0] == "TT")
    groups: list[str] = []
    for i, above in enumerate(every[top - 1]):
        is_merged = above is None and i > 0 and any(
            second.cell(top, i + 1).coordinate in one for one in second.merged_cells.ranges)  # fmt: skip
        groups.append(groups[-1] if is_merged else str(above or ""))
    heads = list(zip(groups, map(str, every[top]), strict=True))
    rows = [dict(zip(heads, row, strict=True)) for row in every[top + 1 :]]
    return [row for row in rows if isinstance(next(iter(row.values())), int)]


def compared(
    site: Site, what: str, by: str, words: Mapping[str, str], rows: Rows, name: str
) -> None:  # fmt: skip
    """Each number of each row stands in the API's row of the same address; what it has no twin of, by hand."""
    route = next(one for one in ROUTES if one.name == TWINS[what])
    if by != "don-vi" and by not in route.groups:
        SPECIAL[what, by](lambda of: _asked(site, of, words), rows, words)
        return
    api = _asked(site, route.name, words if by == "don-vi" else {**words, "theo": by})["rows"]
    while route.name == "dossiers" and len(api) < len(rows):  # the API gives pages, the file the whole list
        api += _asked(site, route.name, {**words, "trang": str(len(api) // 50 + 1)})["rows"]
    assert len(rows) == len(api), name
    for row, expected in _paired(rows, api):
        told = set(_numbers(expected))
        for (group, head), value in row.items():
            if head == "Tỷ lệ" and (group, "Mẫu số") in row:
                a, b = row[group, "Tử số"], row[group, "Mẫu số"]
                assert (value == pytest.approx(a / b)) if b else (value == "—" or b is None), (name, group)
            elif isinstance(value, int | float) and head not in UNTOLD_BY_API:
                # A rate as a percentage there; that of those in time is what the late rate leaves of 100.
                near = (value, 100 * value, 100 - 100 * value)
                assert any(abs(way - one) < 0.006 for way in near for one in told), (
                    name,
                    group,
                    head,
                    value,
                    expected,
                )


_KEYS = (
    ("Mã đơn vị", "unit_code"),
    ("Mã thủ tục", "procedure_code"),
    ("Từ ngày", "start"),
    ("Lĩnh vực", "field"),
)


def _paired(rows: Rows, api: list[dict[str, Any]]) -> Iterator[tuple[Any, Any]]:
    """Pair rows by what names them; by their order where a row is a flag or a dossier."""
    keys = [(head, word) for head, word in _KEYS if ("", head) in rows[0] and word in api[0]]

    def of(row: Mapping[Any, Any], names: list[Any]) -> tuple[str, ...]:
        values = [row[one] for one in names]
        return tuple(str(one.date() if isinstance(one, datetime) else one) for one in values)

    theirs = {of(row, [word for _, word in keys]): row for row in api}
    if len(theirs) < len(api):
        yield from zip(rows, api, strict=True)
        return
    for row in rows:
        yield row, theirs[of(row, [("", head) for head, _ in keys])]


def _asked(site: Site, route: str, words: Mapping[str, str]) -> Any:
    return site.get(f"/api/v1/{route}", query_string=dict(words)).get_json()


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, int | float):
        yield float(value)


def _origins(ask: Ask, rows: Rows, _words: Mapping[str, str]) -> None:
    whole = ask("on-time")["district"]
    assert sum(row["", "Trễ hạn và quá hạn"] for row in rows) == whole["late"] + whole["open_overdue"]


def _contributions(ask: Ask, rows: Rows, _words: Mapping[str, str]) -> None:
    answer = ask("on-time")
    now = {row["unit_code"]: row["rates"]["A"] for row in answer["rows"]}
    whole, late, among = answer["district"]["rates"]["A"], "Trễ", "Trên"
    units = [row for row in rows if row["", "Lĩnh vực"] is None]
    for row in units:
        rate = now.get(row["", "Mã đơn vị"], {"numerator": 0, "denominator": 0})
        assert (row[NOW, late], row[NOW, among]) == (rate["numerator"], rate["denominator"])
    n, m = (sum(row[side, among] for row in units) for side in (NOW, THEN))
    assert (sum(row[NOW, late] for row in units), n) == (whole["numerator"], whole["denominator"])
    for row in rows:
        assert row[POINTS] == pytest.approx(100 * row[NOW, late] / n - 100 * row[THEN, late] / m)
    fields = [row for row in rows if row["", "Lĩnh vực"] is not None]
    for code in {row["", "Mã đơn vị"] for row in fields}:
        (unit,) = [row for row in units if row["", "Mã đơn vị"] == code]
        parts = [row[POINTS] for row in fields if row["", "Mã đơn vị"] == code]
        assert unit[POINTS] == pytest.approx(sum(parts))


def _work(ask: Ask, rows: Rows, _words: Mapping[str, str]) -> None:
    flags = {(row["id"], row["unit_code"]): row["count"] for row in ask("flags")["rows"]}
    overdue = {row["unit_code"]: row["open_overdue"] for row in ask("on-time")["rows"]}
    names = {"Xin lỗi, hẹn lại với hồ sơ trễ": "no_apology", "Sửa hồ sơ ghi sai": "odd_record",
             "Trả lời phản ánh, kiến nghị quá hạn": "complaint_overdue"}  # fmt: skip
    told = set()
    for row in rows:
        word, unit = names.get(row["", "Việc"]), row["", "Mã đơn vị"]
        if word is not None:
            told.add(word)
            assert row["", "Số lượng"] == flags[word, unit]
        elif row["", "Việc"] == "Giải quyết xong hồ sơ quá hạn" and unit is not None:
            assert row["", "Số lượng"] == overdue[unit]
        if unit is None and row["Quá ngày hẹn trả", "1–3 ngày"] is not None:
            ages = [value for (group, head), value in row.items() if group and head != "Hẹn trả sớm nhất"]
            assert sum(ages) == row["", "Số lượng"]
    assert "no_apology" in told


def _inspected(ask: Ask, rows: Rows, _words: Mapping[str, str]) -> None:
    assert [row["", "Mã đơn vị"] for row in rows] == ask("flags")["inspect"]
    units = {row["unit_code"]: row for row in ask("on-time")["rows"]}
    for row in rows:
        one = units[row["", "Mã đơn vị"]]
        assert row["", "Hồ sơ quá hạn"] == one["open_overdue"]
        assert row["", "Hồ sơ phải giải quyết"] == one["received"] + one["carried_over"]


def _complaints(ask: Ask, rows: Rows, _words: Mapping[str, str]) -> None:
    (whole,) = [
        one for one in ask("flags")["rows"] if one["id"] == "complaint_overdue" and not one["unit_code"]
    ]
    assert len(rows) == whole["count"]
    judged = date(2026, 11, 21)
    for row in rows:
        due: datetime = row["", "Hạn trả lời"]
        assert row["", "Số ngày quá hạn"] == (judged - due.date()).days > 0


def _metrics(ask: Ask, rows: Rows, words: Mapping[str, str]) -> None:
    told = {row["", "Chỉ số"]: row for row in rows}
    (unit,) = [one for one in ask("on-time")["rows"] if one["unit_code"] == words["don_vi"]]
    for name, word in (("Tiếp nhận trong kỳ", "received"), ("Trễ hạn", "late"), ("Trước hạn", "early")):
        assert told[name]["Tại đơn vị", "Số lượng"] == unit[word]
    rate = told["Tỷ lệ trễ hẹn, trên hồ sơ đã giải quyết"]
    assert (rate["Tại đơn vị", "Tử số"], rate["Tại đơn vị", "Mẫu số"]) == (
        unit["rates"]["A"]["numerator"], unit["rates"]["A"]["denominator"])  # fmt: skip
    (votes,) = [one for one in ask("satisfaction")["rows"] if one["unit_code"] == words["don_vi"]]
    assert told["Tỷ lệ hài lòng"]["Tại đơn vị", "Mẫu số"] == votes["votes"]


SPECIAL: dict[tuple[str, str], Callable[[Ask, Rows, Mapping[str, str]], None]] = {
    ("dung-han", "noi-tre"): _origins, ("dung-han", "dong-gop"): _contributions,
    ("canh-bao", "viec"): _work, ("canh-bao", "kiem-tra"): _inspected, ("canh-bao", "phan-anh"): _complaints,
    ("don-vi", "chi-so"): _metrics,
}  # fmt: skip
"""Files of which the API has the sums alone."""
