"""The address: every word read, every nonsense answered with a sentence, every link read back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.address.url import WORDS, Context, Extras, Parsed, address, parse, slugs
from queries import contract
from queries.asked.periods import CUTOFF_DAY, month_of, parse_period
from queries.asked.view import Comparison, Rule, Rules, View
from queries.contract import RATING_SOURCES

AS_OF = datetime(2026, 11, 21, 10, 15)
CONTEXT = Context(
    as_of=AS_OF,
    units={"P01": "Phường 1", "P 02&#": "Phường 2"},
    fields=("Đất đai", "Hộ tịch", "Đất đài"),
    procedures={"1.004746": "Đăng ký kết hôn"},
)
DEFAULT = View(month_of(AS_OF.date()), AS_OF)


def words_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query, keep_blank_values=True, errors="strict")


def test_an_address_without_words_is_the_month_of_the_data() -> None:
    parsed = parse({}, CONTEXT)
    assert parsed == Parsed(DEFAULT, Extras(), (), (), ())
    assert parsed.view.period.code == "2026-11"


def test_the_settings_are_the_defaults() -> None:
    rules = Rules((Rule("6", None, "QĐ"),), (Rule("5", None, "QĐ"),))
    context = Context(AS_OF, {}, rules=rules, default_basis="D", compare="moment", cutoff_day=21)
    view = parse({"ky": "bc-2026-11"}, context).view
    assert (view.rules, view.basis, view.compare, view.cutoff_day) == (rules, "D", "moment", 21)
    assert view.period == parse_period("bc-2026-11", 21)


@pytest.mark.parametrize(
    ("word", "value", "changed"),
    [
        ("ky", "2026-Q3", {"period": parse_period("2026-Q3")}),
        ("ky", "bc-2026-9T", {"period": parse_period("bc-2026-9T")}),
        ("ky", "2026-01-01..2026-03-31", {"period": parse_period("2026-01-01..2026-03-31")}),
        ("so_voi", "ky-truoc", {}),
        ("so_voi", "cung-ky", {"comparison": Comparison("last_year")}),
        ("so_voi", "2026-11-14", {"comparison": Comparison("day", date(2026, 11, 14))}),
        ("don_vi", "P 02&#", {"unit_code": "P 02&#"}),
        ("linh_vuc", "ho-tich", {"field": "Hộ tịch"}),
        ("linh_vuc", "dat-dai", {"field": "Đất đai"}),
        ("linh_vuc", "dat-dai-2", {"field": "Đất đài"}),
        ("thu_tuc", "1.004746", {"procedure_code": "1.004746"}),
        ("cach_tinh", "B", {"basis": "B"}),
        ("den", "2026-11-14T08:30", {"as_of": datetime(2026, 11, 14, 8, 30)}),
        ("den", "2026-11-14", {"as_of": datetime(2026, 11, 14, 23, 59, 59, 999_999)}),
        ("den", "2026-11-21", {}),
        ("den", "2026-11-14T08:30:15", {"as_of": datetime(2026, 11, 14, 8, 30, 15)}),
        ("den", "2026-11-14T08:30:15.5", {"as_of": datetime(2026, 11, 14, 8, 30, 15, 500_000)}),
        ("den", "2026-12-24T00:00", {}),
        ("den", "9999-12-31T23:59", {}),
    ],
)
def test_each_word_of_the_view(word: str, value: str, changed: dict[str, object]) -> None:
    parsed = parse({word: value}, CONTEXT)
    assert parsed.view == DEFAULT.at(**changed)
    assert (parsed.problems, parsed.known, parsed.unknown) == ((), (word,), ())


@pytest.mark.parametrize(
    ("word", "value", "extras"),
    [
        ("chi_so", "open_overdue", Extras(metric="open_overdue")),
        ("canh_bao", "unit_late", Extras(flag="unit_late")),
        ("nguon", "tablet", Extras(source="tablet")),
        ("mau", "30", Extras(sample_size=30)),
        ("hat_giong", "0", Extras(seed=0)),
        ("trang", "12", Extras(page=12)),
        ("sap_xep", "-received_at", Extras(sort="-received_at")),
        ("trinh_chieu", "1", Extras(presenting=True)),
        ("trinh_chieu", "0", Extras()),
        ("the", "overview-ranking", Extras(card="overview-ranking")),
        ("canh", "3,1,3", Extras(scenes=(3, 1))),
    ],
)
def test_each_word_beside_the_view(word: str, value: str, extras: Extras) -> None:
    parsed = parse({word: value}, CONTEXT)
    assert (parsed.view, parsed.extras, parsed.problems) == (DEFAULT, extras, ())


@pytest.mark.parametrize(
    ("word", "value", "sentence"),
    [
        ("ky", "2026-13", "Kỳ “2026-13” không dùng được: tháng phải từ 01 đến 12; đang xem tháng 11/2026."),
        ("don_vi", "P99", "Mã đơn vị “P99” không dùng được: không có đơn vị mang mã này; "
                          "đang xem tất cả đơn vị."),
        ("don_vi", "p01", "không có đơn vị mang mã này"),
        ("linh_vuc", "Hộ tịch", "đang xem tất cả lĩnh vực"),
        ("thu_tuc", "2", "đang xem tất cả thủ tục"),
        ("cach_tinh", "a", "chỉ có A, B, C, D; đang dùng cách tính A"),
        ("so_voi", "hom-qua", "đang so với kỳ trước"),
        ("so_voi", "2026-11-31", "đang so với kỳ trước"),
        ("so_voi", "2026-W47-1", "đang so với kỳ trước"),
        ("so_voi", "1989-12-31", "từ năm 1990 đến 2100"),
        ("den", "2026-11-31", "đang xem số liệu đến 10:15 ngày 21/11/2026"),
        ("den", "2026-11-21T24:01", "viết như 2026-11-21T10:15"),
        ("den", "2026-11-21T10:15+07:00", "viết như 2026-11-21T10:15"),
        ("den", "0001-01-01T00:00", "từ năm 1990"),
        ("chi_so", "DROP TABLE", "không có chỉ số này"),
        ("canh_bao", "Đỏ", "không có cảnh báo này"),
        ("nguon", "mạng", "chỉ có tablet, paper, front, online, sipas"),
        ("mau", "0", "từ 1 đến 1000"),
        ("mau", "1001", "từ 1 đến 1000"),
        ("mau", "٣", "phải là số nguyên"),
        ("hat_giong", "-1", "phải là số nguyên"),
        ("hat_giong", "9" * 10_000, "phải là số nguyên"),
        ("trang", "0", "đang xem trang 1"),
        ("sap_xep", "a;b", "phải là tên một cột"),
        ("trinh_chieu", "yes", "phải là 1 hoặc 0"),
        ("the", "../x", "không có thẻ này"),
        ("canh", "1,5", "các số từ 1 đến 4"),
        ("canh", "1,,2", "các số từ 1 đến 4"),
    ],
)  # fmt: skip
def test_nonsense_is_the_default_and_one_sentence(word: str, value: str, sentence: str) -> None:
    parsed = parse({word: value}, CONTEXT)
    assert (parsed.view, parsed.extras) == (DEFAULT, Extras())
    assert len(parsed.sentences) == 1
    assert sentence in parsed.sentences[0]
    assert parsed.problems[0].word == word


def test_every_word_refuses_the_empty_value() -> None:
    parsed = parse(dict.fromkeys(WORDS, ""), CONTEXT)
    assert (parsed.view, parsed.extras) == (DEFAULT, Extras())
    assert {problem.word for problem in parsed.problems} == set(WORDS)


def test_ids_are_checked_against_those_there_are() -> None:
    context = Context(AS_OF, {}, metrics=frozenset({"late"}), flags=frozenset({"unit_late"}))
    parsed = parse({"chi_so": "late", "canh_bao": "unit_lat"}, context)
    assert (parsed.extras.metric, parsed.extras.flag) == ("late", None)
    assert [problem.word for problem in parsed.problems] == ["canh_bao"]


def test_a_source_without_procedures_says_so() -> None:
    assert "không có danh mục thủ tục" in parse({"thu_tuc": "1"}, Context(AS_OF, {})).sentences[0]


def test_the_first_of_a_repeated_word_counts() -> None:
    parsed = parse({"ky": ["2026-10", "2026-09"], "don_vi": ["P01"], "trang": []}, CONTEXT)
    assert parsed.view == DEFAULT.at(period=parse_period("2026-10"), unit_code="P01")
    assert parsed.sentences == ("Từ “ky” có 2 lần trong địa chỉ; chỉ lần đầu, “2026-10”, được tính.",)


def test_unknown_words_are_named_and_ignored() -> None:
    parsed = parse({"utm_source": "zalo", "KY": "2026"}, CONTEXT)
    assert parsed.view == DEFAULT
    assert parsed.unknown == ("utm_source", "KY")
    assert "“utm_source”" in parsed.sentences[0]
    assert [problem.word for problem in parsed.problems] == ["utm_source", "KY"]


def test_a_thousand_unknown_words_are_six_sentences() -> None:
    parsed = parse({f"w{number}": "" for number in range(1_000)}, CONTEXT)
    assert len(parsed.unknown) == 1_000
    assert len(parsed.sentences) == 6
    assert "995" in parsed.sentences[-1]


def test_a_pinned_moment_brings_its_own_month() -> None:
    view = parse({"den": "2026-09-30T23:59"}, CONTEXT).view
    assert view.period.code == "2026-09"
    assert address("/", view, CONTEXT) == "/?den=2026-09-30T23:59"


@pytest.mark.parametrize("value", ["x" * 10_000, "\x00", "a\nb", "\ud800", "\u202e\u200b", "é" * 50, "<b>"])
def test_what_is_quoted_is_short_and_can_be_printed(value: str) -> None:
    for words in (dict.fromkeys(WORDS, value), {value: "1"}, {"ky": [value, value]}):
        for problem in parse(words, CONTEXT).problems:
            for text in (problem.word, problem.value, problem.sentence):
                assert text.isprintable()
                assert text.encode() is not None
                assert len(text) < 300
            assert max(len(problem.word), len(problem.value)) <= 40


def test_addresses_say_only_what_is_not_the_default() -> None:
    assert address("/", DEFAULT, CONTEXT) == "/"
    assert address("/dung-han", DEFAULT, CONTEXT, unit_code="P 02&#") == "/dung-han?don_vi=P%2002%26%23"
    assert address("/", DEFAULT, CONTEXT, period=parse_period("2026-01-01..2026-03-31"), basis="C",
                   comparison=Comparison("last_year")) == (
        "/?ky=2026-01-01..2026-03-31&so_voi=cung-ky&cach_tinh=C"
    )  # fmt: skip
    assert address("/", DEFAULT, CONTEXT, field="Đất đài") == "/?linh_vuc=dat-dai-2"
    link = address("/ho-so", DEFAULT, CONTEXT, extras=Extras(metric="late", page=3), page=1, presenting=True)
    assert link == "/ho-so?chi_so=late&trinh_chieu=1"
    with pytest.raises(TypeError):
        address("/", DEFAULT, CONTEXT, unit="P01")


def test_a_copied_link_shows_the_same_view_next_month() -> None:
    view = DEFAULT.at(unit_code="P01")
    link = address("/", view, CONTEXT, absolute=True)
    assert link == "/?ky=2026-11&so_voi=ky-truoc&don_vi=P01&cach_tinh=A&den=2026-11-21T10:15"
    later = Context(AS_OF + timedelta(days=31, seconds=5), CONTEXT.units, default_basis="D")
    assert parse(words_of(link), later).view == view
    assert parse(words_of(address("/", view, CONTEXT)), later).view != view


def test_what_no_address_can_say_still_gives_a_link() -> None:
    assert address("/", DEFAULT, CONTEXT, field="Lĩnh vực đã bỏ") == "/?linh_vuc=linh-vuc-da-bo"
    assert address("/", DEFAULT, CONTEXT, unit_code="\ud800").startswith("/?don_vi=")
    assert address("/", DEFAULT, CONTEXT, period=parse_period("1990-01").previous) == "/?ky=1989-12"


def test_slugs() -> None:
    names = ("Đất đai", "Hộ tịch", "Đất đài", "Dat dai 2", "Lao động, TB&XH", "???")
    assert slugs(names) == {
        "Đất đai": "dat-dai",
        "Đất đài": "dat-dai-3",
        "Dat dai 2": "dat-dai-2",
        "Hộ tịch": "ho-tich",
        "Lao động, TB&XH": "lao-dong-tb-xh",
        "???": "linh-vuc",
    }
    assert slugs(reversed(names)) == slugs(names)
    # "Y tế 2" keeps its own word, though "Y tế" comes before it and needs another.
    assert slugs(("(Y tế)", "Y tế", "Y tế 2")) == {"(Y tế)": "y-te", "Y tế": "y-te-3", "Y tế 2": "y-te-2"}
    assert slugs(()) == {}


def test_the_ratings_sources_are_those_of_the_contract() -> None:
    assert RATING_SOURCES == contract.RATING_SOURCES


def test_the_default_cutoff_day_is_that_of_the_decree() -> None:
    assert Context(AS_OF, {}).cutoff_day == CUTOFF_DAY == 15
