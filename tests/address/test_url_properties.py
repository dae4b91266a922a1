"""The address, for any words and any View."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.address.url import WORDS, Context, address, parse, slugs
from queries.asked.periods import Period, custom_period, half_of, month_of, quarter_of, year_of
from queries.asked.view import Comparison, View

CONTEXT = Context(
    as_of=datetime(2026, 11, 21, 10, 15),
    units={"P01": "Phường 1"},
    fields=("Đất đai", "Hộ tịch"),
    procedures={"1.004746": "Đăng ký kết hôn"},
)


def words_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query, keep_blank_values=True, errors="strict")


NASTY = st.text(st.characters(codec=None), max_size=50) | st.sampled_from(
    ["", "\x00", "\ud800", "x" * 10_000, "2026-11", "bc-2026-9T", "9" * 5_000, "2026-02-30", "1,2", "A"]
)
ONE_PAIR = st.dictionaries(NASTY, NASTY, max_size=1)
ANYTHING = NASTY | st.lists(NASTY, max_size=3) | st.none() | st.integers() | ONE_PAIR


@settings(max_examples=250, deadline=None)
@given(st.dictionaries(st.sampled_from(tuple(WORDS)) | NASTY, ANYTHING, max_size=8))
def test_no_address_raises_and_every_answer_can_be_sent(words: dict[str, str]) -> None:
    parsed = parse(words, CONTEXT)
    parsed.view.compared()
    parsed.view.months()
    again = parse(words_of(address("/", parsed.view, CONTEXT, extras=parsed.extras)), CONTEXT)
    assert (again.view, again.extras, again.problems) == (parsed.view, parsed.extras, ())
    said = [[problem.word, problem.value, problem.sentence] for problem in parsed.problems]
    assert json.dumps([said, parsed.unknown], ensure_ascii=False).encode()


DAYS = st.dates(date(1991, 1, 1), date(2099, 12, 31))
CODES = st.text(max_size=12) | st.sampled_from([" ", "a b", "&", "#", "%", "+", "%20", "a=b", "../", "Đ"])
COMPARISONS = st.sampled_from([Comparison("previous"), Comparison("last_year")]) | DAYS.map(
    lambda day: Comparison("day", day)
)


@st.composite
def periods(draw: st.DrawFn, cutoff_day: int) -> Period:
    day = draw(DAYS)
    if draw(st.booleans()):
        return custom_period(day, min(day + timedelta(days=draw(st.integers(0, 300))), date(2100, 12, 31)))
    of = draw(st.sampled_from((month_of, quarter_of, half_of, year_of)))
    return of(day, draw(st.sampled_from(("calendar", "reporting"))), cutoff_day)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    return Context(
        as_of=draw(st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 31))),
        units=draw(st.dictionaries(CODES, st.just("đơn vị"), min_size=1, max_size=3)),
        fields=draw(st.lists(st.text(max_size=8), min_size=1, max_size=5)),
        procedures=draw(st.dictionaries(CODES, st.just("thủ tục"), min_size=1, max_size=3)),
        default_basis=draw(st.sampled_from("ABCD")),
        cutoff_day=draw(st.integers(1, 28)),
    )


@st.composite
def views(draw: st.DrawFn, context: Context) -> View:
    """Any View that an address can say in the context."""
    return View(
        period=draw(periods(context.cutoff_day)),
        as_of=context.as_of - draw(st.timedeltas(timedelta(0), timedelta(days=400))),
        comparison=draw(COMPARISONS),
        unit_code=draw(st.none() | st.sampled_from(list(context.units))),
        field=draw(st.none() | st.sampled_from(list(context.fields))),
        procedure_code=draw(st.none() | st.sampled_from(list(context.procedures))),
        basis=draw(st.sampled_from("ABCD")),
        cutoff_day=context.cutoff_day,
    )


@settings(max_examples=250, deadline=None)
@given(st.data(), contexts(), st.booleans())
def test_every_view_is_read_back_from_its_address(
    data: st.DataObject, context: Context, absolute: bool
) -> None:
    view = data.draw(views(context))
    link = address("/dung-han", view, context, absolute=absolute)
    assert link.isascii()
    assert urlsplit(link).path == "/dung-han"
    parsed = parse(words_of(link), context)
    assert (parsed.view, parsed.problems) == (view, ())
    if absolute:
        later = replace(context, as_of=context.as_of + timedelta(days=40), default_basis="C")
        assert parse(words_of(link), later).view == view


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("aàđĐ -2?", max_size=4), max_size=8))
def test_every_field_has_a_word_of_its_own(names: list[str]) -> None:
    given_words = slugs(names)
    assert set(given_words) == set(names)
    assert len(set(given_words.values())) == len(given_words)
    assert all(word and word.isascii() and word == word.strip("-").lower() for word in given_words.values())
