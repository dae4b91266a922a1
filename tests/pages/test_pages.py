"""Every page at any address: the finding, three outcomes with three looks, and names that are only names."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import dash
import duckdb
import pytest
from apps import (
    AS_OF,
    SAMPLE,
    Living,
    Site,
    attributes,
    district,
    dossiers,
    loaded,
    page,
    said,
    server,
    unit,
    write,
)
from faults import FAULTS, begun
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.address.words import WORDS
from dashboard.figures.on_time.trend import trend_figure
from queries.definitions.flag_rule import COMMENDED_FROM

NOTHING = "Không có hồ sơ nào trong kỳ này"
FAILED = "Không tải được biểu đồ này"
NOT_BEGUN = "Kỳ chưa bắt đầu"
UNIT_LINK, UNIT_PAGE = re.compile(r"/\?don_vi=P\d+"), re.compile(r"/don-vi/P\d+")
NASTY_NAME = '<script>alert("x")</script>&\'Phường'
ADDRESSES = (
    "", "?ky=2026-11", "?ky=bc-2026-9T", "?ky=2026-01-01..2026-03-31", "?ky=1990-01", "?ky=2100-12", "?ky=",
    "?ky=2026-13", "?ky=2026-11&ky=2026-10", "?KY=1", "?=1", "?&&&", "?ky", "?%00=%00", "?ky=%F0%9F%98%80",
    "?don_vi=%3Cscript%3E", "?don_vi='%20or%201=1--", "?don_vi=%FF%FE", "?linh_vuc=../../etc/passwd",
    "?cach_tinh=" + "A" * 2_000, "?den=0001-01-01T00:00", "?den=9999-12-31T23:59", "?so_voi=1990-01-01",
    "?so_voi=2026-11-01&ky=2026-11", "?trang=-1&mau=x&hat_giong=&canh=9&the=%22&trinh_chieu=2",
    "?constructor=1", "?__proto__=1", "?path=/x&page=1&key=2", "?self=1&words=2",
    "?" + "&".join(f"la{i}=1" for i in range(60)),
)  # fmt: skip
CALM, OVER = {"on_time": 30}, {"late": 5, "on_time": 95}
OWN = ("overview-", "on-time-")
"""The cards gone through one by one here; other pages have tests of their own."""
any_address = settings(max_examples=8, deadline=None)
Card = Callable[[Any], Any]


def pages() -> list[str]:
    server()
    return [one["path"] for one in dash.page_registry.values() if one.get("order") is not None]


@cache
def cards() -> tuple[tuple[str, Card], ...]:
    """Every card's id and callback, asked through the server as a browser does; of a chart, its markup."""

    def markup_of(whole: Card, slot: str) -> Card:
        return lambda asked: whole(asked)[slot]["html"]

    return tuple((name, markup_of(whole, slot)) for name, slot, whole in whole_cards())


@cache
def whole_cards() -> tuple[tuple[str, str, Card], ...]:
    """Every card's id, the id of its place, and its callback that gives the whole answer, charts too."""
    found: dict[str, tuple[str, str, Card]] = {}
    for one in dependencies():
        match = re.search(r'(\{"card":"([^"]+)","type":"slot"\})\.html', one["output"])
        if match is not None:
            found[match[2]] = match[2], match[1], _asking(one["output"], one["inputs"][0]["id"])
    return tuple(found[name] for name in sorted(found))


def dependencies() -> list[dict[str, Any]]:
    answer = server().test_client().get("/_dash-dependencies")
    return list(answer.get_json())


def _asking(output: str, store: str) -> Card:
    def outputs() -> Any:
        found = []
        for one in output.strip(".").split("..."):
            name, _, prop = one.rpartition(".")
            found.append({"id": json.loads(name) if name.startswith("{") else name, "property": prop})
        return found if output.startswith("..") else found[0]

    def ask(asked: Any) -> Any:
        body = {
            "output": output, "outputs": outputs(), "changedPropIds": [f"{store}.data"],
            "inputs": [{"id": store, "property": "data", "value": asked}],
        }  # fmt: skip
        answer = server().test_client().post("/_dash-update-component", json=body)
        assert answer.status_code == 200, (output, asked)
        return answer.get_json()["response"]

    return ask


class Drawn(Mapping[str, str]):
    """The markup of cards by their ids, each drawn when it is looked at; lists those of OWN pages."""

    def __init__(self, site: Site, words: Mapping[str, Any] | None = None, **asked: Any) -> None:
        self.site = site
        self._store = {"words": dict(words or {}), "path": "/", "as_of": None, **asked}

    def __getitem__(self, name: str) -> str:
        self.site.server  # noqa: B018 - puts this site's database behind the application
        return str(dict(cards())[name](self._store))

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in cards() if name.startswith(OWN))

    def __len__(self) -> int:
        return len(list(iter(self)))


class Texts(Drawn):
    """The same as read: without the tags."""

    def __getitem__(self, name: str) -> str:
        return said(super().__getitem__(name))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(
        tmp_path_factory.mktemp("nho"),
        {"late": 2, "on_time": 18, "overdue": 1},
        {"late": 4, "on_time": 96},
        {"on_time": 30, "open_in_time": 2},
    )


# addresses


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_at_any_address(small: Site, address: str) -> None:
    for path in pages():
        answer = small.get(f"{path}{address}")
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), path


@any_address
@given(st.dictionaries(
    st.one_of(st.sampled_from(sorted(WORDS)), st.text(max_size=8)),
    st.one_of(st.text(max_size=20), st.lists(st.text(max_size=8), max_size=3),
              st.sampled_from(("2026-11", "bc-2026", "1990", "2100-12", "cung-ky", "B", "P01", "1",
                               "2026-02-29", "1990-01-01T00:00", "2026-11-01..2026-11-01"))),
    max_size=5,
))  # fmt: skip
def test_every_card_answers_to_any_words(small: Site, words: dict[str, Any]) -> None:
    """Nonsense falls back with a sentence: never a failed card."""
    for name, text in Texts(small, words).items():
        assert FAILED not in text, (name, words)
        assert "Mã lỗi" not in text, (name, words)


@any_address
@given(st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just("0001-01-01T00:00")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("words", "path", "as_of", "ky", "x")), inner, max_size=3),
    ),
))  # fmt: skip
@example({"as_of": "0001-01-01T00:00", "words": {}})
@example({"words": {"ky": [[]], "den": {"a": 1}}, "path": "//nơi-khác", "as_of": "2026-11-21T10:15+07:00"})
def test_every_card_answers_to_any_store(small: Site, asked: Any) -> None:
    """A browser writes the Store, so it may hold anything."""
    small.server  # noqa: B018
    for name, card in cards():
        if name.startswith(OWN):
            assert FAILED not in said(card(asked)), name


def test_what_an_address_got_wrong_is_said_on_the_page(small: Site) -> None:
    for name, text in Texts(small, {"ky": "2026-13", "la": "1", "cach_tinh": ["B", "C"]}).items():
        if name.endswith("-bar"):
            for sentence in ("“2026-13” không dùng được", "“la”", "“cach_tinh” có 2 lần"):
                assert sentence in text, name


def test_a_layout_asks_the_database_nothing_and_needs_no_words() -> None:
    site = Site("duckdb:////khong/co.duckdb")
    with site.server.test_request_context("/"):
        for one in dash.page_registry.values():
            one["layout"]()
            one["layout"](ky=["2026-11", "2026-10"], unknown="1")
    assert site.source.remembered() is None


def test_every_id_of_a_callback_stands_in_the_layout(small: Site) -> None:
    """suppress_callback_exceptions is off: a callback of a missing id is an error in every browser."""
    document = small.get("/").get_data(as_text=True)
    config = json.loads(re.findall(r'id="_dash-config" type="application/json">(.*?)</script>', document)[0])
    assert config["suppress_callback_exceptions"] is False
    found: list[Any] = []

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            found.extend([part["id"]] if "id" in part else [])
            for value in part.values():
                collect(value)
        elif isinstance(part, list):
            for value in part:
                collect(value)

    collect(config["validation_layout"])
    ids = {json.dumps(one, sort_keys=True) if isinstance(one, dict) else one for one in found}
    for one in dependencies():
        ends = [part.rpartition(".")[0] for part in one["output"].strip(".").split("...")]
        for name in (*ends, *(source["id"] for source in one["inputs"])):
            if "MATCH" not in name:
                named = json.dumps(json.loads(name), sort_keys=True) if name.startswith("{") else name
                assert named in ids, name


def test_each_card_is_one_callback_with_the_page_s_question_as_its_only_input() -> None:
    own = [one for one in dependencies() if '"slot"}.html' in one["output"]]
    assert len(own) == len(cards())
    for one in own:
        assert len(one["inputs"]) == 1
        assert one["inputs"][0]["id"].endswith("-question")
        assert one["state"] == []


def test_a_new_question_makes_a_new_page_so_that_no_old_figure_stays_under_it() -> None:
    with Site("duckdb:////khong/co.duckdb").server.test_request_context("/"):
        laid_out = [page("overview").layout(**words).key for words in ({}, {"ky": "2026-10"}, {})]
    assert len(set(laid_out)) == 3


# what the pages say


@pytest.mark.parametrize(
    ("units", "words", "finding"),
    [
        ((CALM, {"late": 1, "on_time": 99}), {}, "Không đơn vị nào có tỷ lệ trễ hẹn từ 5% trở lên"),
        ((OVER, CALM), {}, "1/2 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên"),
        ((OVER, CALM, {}), {}, "1/2 đơn vị"),
        ((OVER, {"late": 9, "on_time": 20}), {}, "Cả 2 đơn vị có tỷ lệ trễ hẹn từ 5%"),
        (
            (OVER, CALM, {"late": 1, "on_time": 3}),
            {},
            "2/3 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên (1 đơn vị ít",
        ),
        (({"late": 1, "on_time": 99, "overdue": 9}, CALM), {"cach_tinh": "C"}, "1/2 đơn vị"),
        (({"late": 1, "on_time": 99, "overdue": 9}, CALM), {"cach_tinh": "C"}, "cách tính C"),
        ((OVER, CALM), {"don_vi": "P01"}, "Phường 1 vượt ngưỡng: trễ hẹn 5,00%"),
        (({"late": 4, "on_time": 96}, CALM), {"don_vi": "P01"}, "Phường 1 sát ngưỡng"),
        (({}, {}), {}, "Chưa có hồ sơ nào"),
        ((), {}, "Chưa có hồ sơ nào"),
        ((OVER,), {"ky": "2026-12"}, NOT_BEGUN),
    ],
)
def test_the_title_is_the_finding(
    tmp_path: Path, units: tuple[dict[str, int], ...], words: dict[str, str], finding: str
) -> None:
    found = Texts(district(tmp_path, *units), words)
    for name in ("overview-headline", "on-time-headline"):
        assert finding in found[name], name


def test_a_unit_just_below_is_not_printed_as_five_percent(tmp_path: Path) -> None:
    found = Texts(district(tmp_path, {"late": 50, "on_time": 951}))
    for name in ("overview-ranking", "overview-headline", "on-time-units", "method-rates"):
        assert "4,995%" in found[name], name
        assert "5,00%" not in found[name], name
    assert "95,005%" in found["overview-headline"]


def test_the_backlog_stands_beside_the_rate_and_is_never_hidden_by_it(tmp_path: Path) -> None:
    """No late dossier, because the late ones were left open."""
    found = Texts(district(tmp_path, {"on_time": 40, "overdue": 5}, {"late": 1, "on_time": 99}))
    assert "5 quá hạn" in found["overview-ranking"]
    assert "11,11%" in found["overview-actions"]
    assert "(5/45)" in found["overview-actions"]
    assert "Quá hạn chưa giải quyết xong 5" in found["on-time-ledger"]
    assert "5 hồ sơ quá hạn chưa giải quyết xong" in found["on-time-units"]


def test_what_to_do_names_each_flag_with_its_numbers(tmp_path: Path) -> None:
    found = Texts(district(
        tmp_path,
        {"late": 171, "on_time": 2_134}, {"late": 4, "on_time": 81}, {"late": 1, "on_time": 4},
        {"on_time": COMMENDED_FROM}, {"on_time": 30, "open_in_time": 2},
    ))["overview-actions"]  # fmt: skip
    for words in ("7,42% (171/2.305)", "1.116 hồ sơ đúng hạn liên tiếp", "thêm 1 hồ sơ trễ là vượt ngưỡng",
                  "Ít hồ sơ", "Biểu dương", "2 hồ sơ đến hạn", "2307"):  # fmt: skip
        assert words in found, words


def test_few_dossiers_are_flagged_and_never_named_worst(tmp_path: Path) -> None:
    found = Texts(district(tmp_path, {"late": 3, "on_time": 1}, {"late": 6, "on_time": 94}, {"on_time": 50}))
    ranking = found["overview-ranking"]
    assert ranking.index("6/100 hồ sơ") < ranking.index("0/50 hồ sơ") < ranking.index("3/4 hồ sơ")
    assert ranking.startswith("Phường 2 vượt ngưỡng")


def test_in_a_year_a_streak_says_that_it_goes_by_month(tmp_path: Path) -> None:
    site = district(tmp_path, {"late": 10, "on_time": 90})
    assert "10,00% (10/100), vượt từ tháng 11/2026" in Texts(site)["overview-actions"]
    year = Texts(site, {"ky": "2026"})
    assert "10,00% (10/100), xét từng tháng thì vượt từ tháng 11/2026" in year["overview-actions"]


def test_the_heat_map_names_no_month_of_few_dossiers_and_frames_it(tmp_path: Path) -> None:
    heat = Drawn(district(tmp_path, {"late": 3, "on_time": 1}, {"on_time": 96}))["overview-heat"]
    assert "Trong 13 tháng chỉ vượt ngưỡng ở tháng dưới 20 hồ sơ (1 lần)" in said(heat)
    assert "ô viền: vượt ngưỡng nhưng dưới 20 hồ sơ" in said(heat)
    (cell,) = re.findall(r'class="over over-few" title="([^"]*)"', str(heat))
    assert "75,00% (3/4 hồ sơ), vượt ngưỡng, ít hồ sơ" in cell


def test_the_running_month_is_marked_and_an_ended_one_is_not(small: Site) -> None:
    running, ended = Texts(small), Texts(small, {"ky": "2026-10"})
    for name in ("overview-headline", "on-time-headline"):
        assert "kỳ chưa kết thúc, số liệu đến 21/11" in running[name]
        assert "chưa kết thúc" not in ended[name]


def test_a_unit_clicked_narrows_the_view_and_narrows_it_back(small: Site) -> None:
    links = attributes(Drawn(small)["overview-ranking"], "href")
    assert "/?don_vi=P01" in links
    narrowed = Drawn(small, {"don_vi": "P01"})
    assert "/" in attributes(narrowed["overview-ranking"], "href")
    assert "Phường 2" not in said(narrowed["overview-ranking"])
    assert "don_vi=P01" in " ".join(attributes(narrowed["overview-bar"], "href"))


def test_the_copied_link_says_everything_absolutely(small: Site) -> None:
    (link,) = attributes(Drawn(small, {"don_vi": "P02"}, path="/dung-han")["on-time-bar"], "data-copy")
    assert link.startswith("/dung-han?")
    for part in ("ky=2026-11", "so_voi=ky-truoc", "don_vi=P02", "cach_tinh=A", "den=2026-11-21T10:15"):
        assert part in link


def test_a_comparison_that_cannot_be_made_shows_a_dash(small: Site) -> None:
    assert "—" in Texts(small, {"so_voi": "2026-10-30"})["overview-headline"]


# three outcomes, three looks


def test_nothing_in_a_period_is_said_calmly(tmp_path: Path) -> None:
    site = Site(write(tmp_path, [], []))
    found = Drawn(site)
    for name, markup in found.items():
        assert FAILED not in said(markup), name
        if name in (
            "overview-ranking",
            "on-time-units",
            "on-time-fields",
            "on-time-procedures",
            "method-rates",
        ):
            assert NOTHING in said(markup), name
            assert "nothing" in " ".join(attributes(markup, "class")), name
            assert "0%" not in said(markup), name


def test_a_period_that_has_not_begun_shows_no_figure(small: Site) -> None:
    for name, text in Texts(small, {"ky": "2027-03"}).items():
        if not name.endswith("-bar"):
            assert NOT_BEGUN in text, name
            assert "%" not in text, name
            assert "01/03/2027" in text, name


def test_a_failure_is_shown_with_the_code_that_is_in_the_log(
    small: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("chi tiết nội bộ")

    caplog.set_level(logging.ERROR, "motcua")
    monkeypatch.setattr("dashboard.question.question.judged_units", broken)
    small.source.forget()
    found = Drawn(small)
    text = said(found["overview-ranking"])
    assert text.startswith(FAILED)
    assert "nội bộ" not in text
    code = re.findall(r"Mã lỗi: ([0-9A-F]{8})", text)
    assert len(code) == 1
    (record,) = [one for one in caplog.records if code[0] in one.getMessage()]
    assert record.exc_info is not None
    assert "overview-ranking" in record.getMessage()
    assert "failed" in " ".join(attributes(found["overview-ranking"], "class"))
    assert FAILED not in said(found["overview-bar"]), "one card's failure is not another's"


def test_before_the_first_copy_every_card_says_so_and_then_comes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "motcua")
    site = Living(write(tmp_path, [unit(1)], dossiers("P01", late=1)), tmp_path / "copy")
    texts = Texts(site)
    assert all(not texts[name] for name in dict(cards()) if not name.endswith("-bar")), "the bar has said it"
    for name in dict(cards()):
        if not name.endswith("-bar"):
            continue
        text = texts[name]
        assert "Đang đọc dữ liệu lần đầu" in text, name
        code = re.findall(r"Mã lỗi: ([0-9A-F]{8})", text)
        assert len(code) == 1
        assert code[0] in caplog.text
        assert str(tmp_path) not in text
    site.refresh()
    assert all(text and FAILED not in text and "Chưa có số liệu" not in text for text in Texts(site).values())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_source_blanks_no_card_and_the_bar_says_since_when_and_why(
    tmp_path: Path, fault: str
) -> None:
    site = begun(tmp_path)
    before = Texts(site)
    told = FAULTS[fault](site, tmp_path)
    after = Texts(site)
    assert told in after["overview-bar"]
    assert all(before[name] == after[name] for name in dict(cards()) if not name.endswith("-bar"))


def test_the_three_looks_differ(small: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "motcua")
    looks = [
        " ".join(attributes(Drawn(site)["overview-ranking"], "class"))
        for site in (small, Site(write(tmp_path, [], [])), Site(tmp_path / "khong.duckdb"))
    ]
    assert len(set(looks)) == 3


# names are only names


def test_names_from_the_database_are_escaped(tmp_path: Path) -> None:
    units = [unit(1, name=NASTY_NAME), unit(2)]
    rows = [
        *dossiers("P01", late=3, on_time=30, overdue=2, procedure_code=NASTY_NAME),
        *dossiers("P02", on_time=9),
    ]
    catalogue = [{"procedure_code": NASTY_NAME, "name": NASTY_NAME, "field": NASTY_NAME}]
    site = Site(write(tmp_path, units, rows, load=loaded(NASTY_NAME), procedures=catalogue),
                district_name=NASTY_NAME)  # fmt: skip
    seen = 0
    for words in (
        {},
        {"don_vi": NASTY_NAME, "ky": NASTY_NAME, NASTY_NAME: NASTY_NAME},
        {"thu_tuc": NASTY_NAME},
    ):
        for name, markup in Drawn(site, words).items():
            assert "<script" not in markup.lower(), name
            assert not re.search(r'=\s*"[^"]*<', markup), name
            seen += markup.count("&lt;script&gt;")
    assert seen > 20
    assert "<script>alert" not in site.get(f"/?ky={NASTY_NAME}").get_data(as_text=True)


def test_a_figure_holds_no_markup_of_a_name(tmp_path: Path) -> None:
    """plotly reads tags in its texts."""
    site = Site(write(tmp_path, [unit(1, name="<b>Phường</b> 1")], dossiers("P01", late=1, on_time=9)))
    figure = trend_figure(site.ask({"don_vi": "P01"}).trend)
    assert "<b>Phường" not in json.dumps(figure, ensure_ascii=False)


def test_a_list_shows_bare_dates_where_the_source_keeps_dates(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1, on_time=2))
    with duckdb.connect(str(path)) as connection:
        for column in ("due_at", "received_at", "finished_at"):
            connection.execute(f"ALTER TABLE dossiers ALTER {column} TYPE DATE")
    site = Site(path)
    site.server  # noqa: B018
    shown = said(dict(cards())["dossiers-list"]({"words": {}, "path": "/ho-so", "as_of": None}))
    assert "3 hồ sơ" in shown
    assert "10/11/2026" in shown
    assert "00:00" not in shown


# sizes


@pytest.mark.parametrize("count", [1, 7, 16, 22, 163])
def test_any_number_of_units_fits(tmp_path: Path, count: int) -> None:
    """Past 40 only those at or near the threshold are drawn, and the whole list is a link away."""
    many = [{"late": 1, "on_time": 19} if i % 20 == 0 else {"on_time": 2} for i in range(count)]
    site = district(tmp_path, *many)
    found = Drawn(site)
    over = len(range(0, count, 20))
    finding = f"{over}/{count} đơn vị" if over < count else "Phường 1 vượt ngưỡng"
    assert finding in said(found["overview-headline"])
    shown = {one for one in attributes(found["overview-ranking"], "href") if UNIT_LINK.fullmatch(one)}
    assert len(shown) == (count if count <= 40 else over)
    assert (f"Xem cả {count} đơn vị" in said(found["overview-ranking"])) == (count > 40)
    listed = {one for one in attributes(found["on-time-units"], "href") if UNIT_PAGE.fullmatch(one)}
    assert len(listed) == count
    assert all(len(markup) < 250_000 for markup in found.values())


# sample, age


def test_the_sample_banner_stands_on_every_page_exactly_where_the_data_say_so(tmp_path: Path) -> None:
    sample, real = district(tmp_path / "a", {"late": 1}, load=SAMPLE), district(tmp_path / "b", {"late": 1})
    bars = [name for name, _ in cards() if name.endswith("-bar")]
    assert len(bars) == len(dash.page_registry)
    said_of_sample, said_of_real = Texts(sample), Texts(real)
    for name in bars:
        assert "DỮ LIỆU MẪU" in said_of_sample[name], name
        assert "MẪU" not in said_of_real[name], name


def test_that_it_is_a_sample_is_not_told_by_the_file_s_name(tmp_path: Path) -> None:
    made = write(tmp_path, [unit(1)], dossiers("P01", late=1))
    renamed = made.rename(tmp_path / "mau.duckdb")
    assert "MẪU" not in Texts(Site(renamed))["overview-bar"]


@pytest.mark.parametrize(("age", "is_old"), [(60, False), (61, True)])
def test_old_data_are_marked(tmp_path: Path, age: int, is_old: bool) -> None:
    moment = AS_OF - timedelta(minutes=age)
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load=loaded(as_of=moment))
    bar = Drawn(Site(path, expected_age_minutes=60))["overview-bar"]
    assert any("old" in one.split() for one in attributes(bar, "class")) is is_old
    assert "dữ liệu cũ" in said(bar), "the browser shows it by itself when the server is away"
    assert attributes(bar, "data-as-of") == [moment.isoformat()]
    assert attributes(bar, "data-expected") == ["60"]
    assert f"{moment:%H:%M, %d/%m/%Y}" in said(bar)


def test_an_inferred_moment_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load={"source": "x"})
    assert "suy ra" in Texts(Site(path))["overview-bar"]


def test_the_cards_of_a_page_show_the_moment_the_page_was_opened_at(small: Site) -> None:
    """New data between the page and a card change no card."""
    found = Drawn(small, as_of=datetime(2026, 11, 20, 9).isoformat())
    assert "09:00, 20/11/2026" in said(found["overview-bar"])
    assert "20/11" in said(found["overview-headline"])


def test_an_opened_page_of_last_month_is_of_last_month(small: Site) -> None:
    text = Texts(small, {"ky": "2026-10"})
    assert f"{date(2026, 10, 31):%d/%m/%Y}" in text["overview-headline"]
