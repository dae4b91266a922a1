"""The address and the View: what a reader's link says, and the link that says a View.

``parse`` reads every query word the dashboard knows and never raises: a word that means
nothing falls back to its default and leaves a Problem, which a page shows as a sentence
and the API answers with 400. ``address`` writes the shortest link that ``parse`` reads
back as the same View; ``absolute=True`` writes the one that still does next month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from dashboard.address import words as reading
from dashboard.address.words import NO_EXTRAS, WORDS, Extras, quoted, shown, slugs
from queries.asked.periods import CUTOFF_DAY, Period, month_of, parse_period
from queries.asked.view import DEFAULT_RULES, PREVIOUS, Comparison, Rules, View
from queries.contract import RATING_SOURCES
from queries.definitions.metrics import BASES

__all__ = ["WORDS", "Context", "Extras", "Parsed", "Problem", "address", "parse", "slugs"]

MOST_SENTENCES = 5
"""So many unknown words have a sentence each; the others share one."""

NO_UNIT = "không có đơn vị mang mã này"
"""Why a unit of an address is not followed."""

_COMPARISONS = {"ky-truoc": PREVIOUS, "cung-ky": Comparison("last_year")}
_VIEW_WORDS = frozenset(one.name for one in fields(View))
_Value = TypeVar("_Value")


_month_of = lru_cache(maxsize=256)(month_of)


@dataclass(frozen=True)
class Context:
    """What an address is read against: the data's moment, its names, and the settings.

    ``units`` and ``procedures``: code → name; ``fields``: names. An empty ``procedures``
    is a source without a catalogue, where no procedure can be asked for. ``metrics`` and
    ``flags``: the ids there are; where empty, only the shape of an id is checked.
    ``default_unit``, ``default_period``: what is shown where an address names none, for a reader who may
    not see all; ``no_unit``: why another unit is refused.
    """

    as_of: datetime
    units: Mapping[str, str]
    fields: Sequence[str] = ()
    procedures: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = DEFAULT_RULES
    default_basis: str = "A"
    compare: str = "day"
    cutoff_day: int = CUTOFF_DAY
    metrics: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    prefix: str = ""
    """What a proxy puts before every path."""
    default_unit: str | None = None
    default_period: Period | None = None
    no_unit: str = NO_UNIT

    def period_of(self, as_of: datetime) -> Period:
        """Give the period of an address that names none."""
        return self.default_period or _month_of(as_of.date())

    @cached_property
    def slug_of(self) -> Mapping[str, str]:
        """Field name → its address word."""
        return slugs(self.fields)

    @cached_property
    def field_of(self) -> Mapping[str, str]:
        """Address word → field name."""
        return {slug: name for name, slug in self.slug_of.items()}


@dataclass(frozen=True)
class Problem:
    """A word that could not be followed; word and value are shortened and safe to print."""

    word: str
    value: str
    cause: str
    instead: str = ""

    @property
    def sentence(self) -> str:
        """Say to a reader what could not be followed, and what is shown instead."""
        return f"{self.cause}; {self.instead}." if self.instead else f"{self.cause}."


@dataclass(frozen=True)
class Parsed:
    """An address understood: what to show, and what of it could not be followed.

    ``known``: the words of the address that this dashboard has, whatever their value.
    ``unknown``: those it has not, shortened.
    """

    view: View
    extras: Extras
    problems: tuple[Problem, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to tell the reader, in Vietnamese: one sentence for each problem."""
        return tuple(problem.sentence for problem in self.problems)


class _Words:
    """The words of one address, each read once; collects what could not be followed."""

    def __init__(self, words: Mapping[str, str | Sequence[str]]) -> None:
        self.given: dict[str, str] = {}
        self.unknown: list[str] = []
        self.problems: list[Problem] = []
        for word, raw in words.items():
            values = _values(raw)
            if not values:
                continue
            if word not in WORDS:
                self.unknown.append(shown(str(word)))
                continue
            self.given[word] = values[0]
            if len(values) > 1:
                self._add(word, f"Từ “{word}” có {len(values)} lần trong địa chỉ",
                          f"chỉ lần đầu, {quoted(values[0])}, được tính")  # fmt: skip

    def read(self, word: str, reader: Callable[[str], _Value], default: _Value, instead: str) -> _Value:
        """Give the word's value, or the default with a sentence saying what is shown instead."""
        if word not in self.given:
            return default
        try:
            return reader(self.given[word])
        except ValueError as error:
            reason = str(error).rstrip(".")
            self._add(word, f"{WORDS[word]} {quoted(self.given[word])} không dùng được: "
                            f"{reason[:1].lower()}{reason[1:]}", instead)  # fmt: skip
            return default

    def all_problems(self) -> tuple[Problem, ...]:
        """Give the problems of known words, then those of unknown ones."""
        ignored = [
            Problem(word, "", f"Trang này không có từ {quoted(word)} trong địa chỉ", "từ đó được bỏ qua")
            for word in self.unknown[:MOST_SENTENCES]
        ]
        more = len(self.unknown) - MOST_SENTENCES
        if more > 0:
            rest = f"Địa chỉ còn {more} từ khác mà trang này không có"
            ignored.append(Problem("…", "", rest, "các từ đó được bỏ qua"))
        return (*self.problems, *ignored)

    def _add(self, word: str, cause: str, instead: str) -> None:
        self.problems.append(Problem(word, shown(self.given[word]), cause, instead))


def _values(raw: object) -> list[str]:
    """Give the values of a word as texts; a Store is written by a browser, so it may hold anything."""
    values = raw if isinstance(raw, list | tuple) else [raw]
    return [value if isinstance(value, str) else str(value) for value in values]


def parse(words: Mapping[str, str | Sequence[str]], context: Context) -> Parsed:
    """Give what an address asks for; ``words`` are its query words, decoded, lists if repeated.

    What is not said takes the context's default: the calendar month of as_of (of ``den``
    where that pins it), compared with the period before. Never raises for what a reader
    can write.
    """
    given = _Words(words)
    read = given.read
    latest = f"đang xem số liệu đến {context.as_of:%H:%M} ngày {context.as_of:%d/%m/%Y}"
    as_of = min(read("den", reading.moment, context.as_of, latest), context.as_of)
    usual = context.period_of(as_of)
    unit = context.default_unit
    others = "tất cả đơn vị" if unit is None else context.units.get(unit, unit)
    view = View(
        period=read("ky", lambda text: parse_period(text, context.cutoff_day), usual,
                    f"đang xem {usual.label()}"),
        as_of=as_of,
        comparison=read("so_voi", _comparison, PREVIOUS, "đang so với kỳ trước"),
        unit_code=read("don_vi", reading.one_of(context.units, context.no_unit), unit,
                       f"đang xem {others}"),
        field=read("linh_vuc", _field(context), None, "đang xem tất cả lĩnh vực"),
        procedure_code=read("thu_tuc", _procedure(context), None, "đang xem tất cả thủ tục"),
        basis=read("cach_tinh", reading.one_of(BASES, f"chỉ có {', '.join(BASES)}"), context.default_basis,
                   f"đang dùng cách tính {context.default_basis}"),
        compare=context.compare,
        rules=context.rules,
        cutoff_day=context.cutoff_day,
    )  # fmt: skip
    extras = _extras(given, context)
    return Parsed(view, extras, given.all_problems(), tuple(given.given), tuple(given.unknown))


def _extras(given: _Words, context: Context) -> Extras:
    read = given.read
    of_source = reading.one_of(RATING_SOURCES, f"chỉ có {', '.join(RATING_SOURCES)}")
    return Extras(
        metric=read("chi_so", reading.identifier(context.metrics, "không có chỉ số này"), None,
                    "không lọc theo chỉ số"),
        flag=read("canh_bao", reading.identifier(context.flags, "không có cảnh báo này"), None,
                  "không lọc theo cảnh báo"),
        code=read("ma", reading.dossier_code, None, "không tìm theo mã"),
        search=read("tim", reading.search_text, None, "không tìm gì"),
        source=read("nguon", of_source, None, "đang xem mọi nguồn"),
        sample_size=read("mau", reading.whole_number(1, reading.MOST_SAMPLED), None, "không lấy mẫu"),
        seed=read("hat_giong", reading.whole_number(0, reading.LAST_SEED), None, "dùng mã rút mặc định"),
        page=read("trang", reading.whole_number(1, reading.LAST_PAGE), 1, "đang xem trang 1"),
        sort=read("sap_xep", reading.sort_order, None, "đang xếp theo thứ tự mặc định"),
        presenting=read("trinh_chieu", reading.yes_or_no, False, "đang xem ở chế độ thường"),
        card=read("the", reading.card, None, "đang xem mọi thẻ"),
        scenes=read("canh", reading.scenes, (), "đang chiếu mọi cảnh"),
    )  # fmt: skip


def _comparison(text: str) -> Comparison:
    if text in _COMPARISONS:
        return _COMPARISONS[text]
    try:
        return Comparison("day", reading.day(text))
    except ValueError as error:
        raise ValueError(f"phải là ky-truoc, cung-ky hoặc {str(error).removeprefix('phải là ')}") from None


def _field(context: Context) -> Callable[[str], str]:
    of_slug = reading.one_of(context.field_of, "không có lĩnh vực này")
    return lambda text: context.field_of[of_slug(text)]


def _procedure(context: Context) -> Callable[[str], str]:
    if not context.procedures:
        return reading.one_of((), "nguồn dữ liệu không có danh mục thủ tục")
    return reading.one_of(context.procedures, "không có thủ tục mang mã này")


def address(
    path: str, view: View, context: Context, *,
    absolute: bool = False, extras: Extras = NO_EXTRAS, **changes: Any,
) -> str:  # fmt: skip
    """Give the link to a View on a page: the path and the query words that are not the default.

    ``changes`` alter fields of the View or of the extras first: ``unit_code="P01"``,
    ``page=2``; another name is a TypeError. ``absolute``: period, comparison, basis and
    moment of the data are always written, so that the link shows the same view next month.
    """
    # A page writes hundreds of links, so nothing is made anew that can be read as it is.
    asked = view.__dict__ | changes if changes else view.__dict__
    period, comparison, field, basis, as_of = (
        asked["period"], asked["comparison"], asked["field"], asked["basis"], asked["as_of"],
    )  # fmt: skip
    slug = None if field is None else context.slug_of.get(field) or slugs([field])[field]
    pairs = [
        ("ky", period.code if absolute or period != context.period_of(as_of) else None),
        ("so_voi", _written(comparison) if absolute or comparison != PREVIOUS else None),
        ("don_vi", asked["unit_code"]),
        ("linh_vuc", slug),
        ("thu_tuc", asked["procedure_code"]),
        ("cach_tinh", basis if absolute or basis != context.default_basis else None),
        ("den", _moment(as_of) if absolute or as_of != context.as_of else None),
    ]
    more = {name: value for name, value in changes.items() if name not in _VIEW_WORDS}
    if more or extras is not NO_EXTRAS:
        pairs += extras.pairs(more)
    query = "&".join(f"{word}={_quoted(str(value))}" for word, value in pairs if value is not None)
    there = f"{context.prefix}{path}"
    return f"{there}?{query}" if query else there


@lru_cache(maxsize=4_096)
def _quoted(value: str) -> str:
    return quote(value, safe=":,", errors="replace")


def _written(comparison: Comparison) -> str:
    if comparison.day is not None:
        return comparison.day.isoformat()
    return "cung-ky" if comparison.kind == "last_year" else "ky-truoc"


def _moment(as_of: datetime) -> str:
    """Minutes where they say it all, else seconds, else their fraction: exactly the moment."""
    return as_of.isoformat(timespec="minutes" if not as_of.second and not as_of.microsecond else "auto")
