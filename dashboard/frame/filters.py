"""The bar above every page: where you are, what period, compared with what; all of it links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import why_no_figures
from dashboard.figures.shared.wording import comparison_name, days_text, no_base
from dashboard.formats import day_text, sentence, within
from dashboard.question.access import the_reader
from dashboard.question.question import Question
from queries.asked.periods import (
    Period,
    custom_period,
    half_of,
    month_of,
    parse_period,
    quarter_of,
    year_of,
)
from queries.asked.view import PREVIOUS, Comparison, View
from queries.definitions.metrics import BASIS_NAMES

RESULTS = "/tim-kiem"
"""The page of all that was found."""
_ALL_UNITS = "tất cả"
_TYPED = "KYHIEU"
"""Stands in a link for what a reader types or chooses in the browser."""
_COMPARED = {"previous": "kỳ trước", "last_year": "cùng kỳ năm trước"}
_FAR = date(1990, 1, 1)
"""Stands in a link for the day a reader picks in the browser."""


@dataclass(frozen=True)
class Choice:
    """One way to go on: its name, its address, whether it is where the reader is."""

    name: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Select:
    """One list of choices; without, they are found by typing (assets/search.js)."""

    name: str
    key: str
    options: tuple[Choice, ...] = ()


def bar(question: Question, pages: tuple[tuple[str, str], ...], *, is_here: bool = True) -> str:
    """Draw the bar; ``pages``: path and name of every page there is; ``is_here``: one of them is shown."""
    view, known, source = question.view, question.known, question.source
    period, other = view.period, "calendar" if view.period.basis == "reporting" else "reporting"
    swapped = _same_kind(period, view.end, other, view.cutoff_day)
    following = period.following
    far = custom_period(_FAR, _FAR)
    custom = question.link(period=far).replace(f"ky={far.code}", "ky=__KY__")
    since = "" if question.stands_beside else (
        question.link(comparison=Comparison("day", _FAR)).replace(f"so_voi={_FAR}", "so_voi=__NGAY__")
    )  # fmt: skip
    return markup(
        "bar.html",
        brand=f"{source.district_name(known)} · Một cửa" if source.district_name(known) != "Một cửa"
        else "Bộ phận Một cửa",
        home=question.link("/"),
        prefix=source.settings.url_prefix,
        nav=[Choice(name, question.link(path), is_here and path == question.path) for path, name in pages],
        absolute=question.link(absolute=True),
        is_sample=known.as_of.is_sample,
        kinds=_kinds(question),
        previous=question.link(period=period.previous) if period.previous.is_addressable else "",
        following=question.link(period=following) if following.start <= view.as_of.date() else "",
        period=sentence(period.label().split(" (")[0]),
        # A named calendar period needs no dates here: the line under the headline has them.
        days="" if period.basis == "calendar" else days_text(period.start, period.end),
        custom_template=custom,
        since_template=since,
        start=period.start,
        end=view.end if view.has_started else period.end,
        since=view.comparison.day,
        basis_href=question.link(period=swapped),
        basis_name="Xem theo kỳ báo cáo (Nghị định 09/2019/NĐ-CP)" if other == "reporting"
        else "Xem theo tháng dương lịch",
        selects=_selects(question),
        finds=question.link("/api/v1/search"),
        everything=question.link(RESULTS, search=_TYPED).replace(f"tim={_TYPED}", "tim=__TIM__"),
        searched=question.parsed.extras.search or "",
        narrow_template=question.link(unit_code=_TYPED).replace(_TYPED, "__DON_VI__"),
        all_units=question.link(unit_code=None),
        unit_name=_ALL_UNITS if view.unit_code is None
        else question.context.units.get(view.unit_code, view.unit_code),
        as_of=view.as_of,
        as_of_iso=view.as_of.isoformat(),
        age_minutes=int((source.settings.now() - source.moment(known)).total_seconds() // 60),
        expected_minutes=source.settings.expected_age_minutes,
        inferred=known.as_of.inferred,
        is_old=source.is_old(known),
        chips=_chips(question),
        sentences=(*source.troubles(), *question.parsed.sentences, *_comparison_day(_compared(question))),
        presented=_presented(question),
        folded=_folded(question),
        reader=the_reader().name,
    )  # fmt: skip


def _compared(question: Question) -> View:
    """Give the view with what its page compares it with."""
    return question.view.at(comparison=question.stands_beside or question.view.comparison)


def _presented(question: Question) -> str:
    """Say in one line what the bar's controls show, for a screen that hides them."""
    view = _compared(question)
    filters = [chip.name for chip in _chips(question)]
    # Days of one's own have no name but themselves; a reporting period's name says that it is one.
    period = [] if view.period.kind == "custom" else [sentence(view.period.label().split(" (")[0])]
    period += ["dương lịch"] if period and view.period.basis == "calendar" else []
    if not view.has_started:
        return " · ".join([*filters, ", ".join([*period, within(why_no_figures(view)[0])])])
    running = " (kỳ chưa kết thúc)" if view.is_running else ""
    said = ", ".join([*period, days_text(view.period.start, view.end) + running])
    return " · ".join([*filters, said, f"so với {comparison_name(view)}", f"cách tính {view.basis}"])


def _folded(question: Question) -> str:
    """Say in one short line what is chosen, for a screen that folds the filters."""
    view = _compared(question)
    chosen = [chip.name for chip in _chips(question)] or ["tất cả đơn vị"]
    since = view.comparison.day
    compared = (
        f"so với {day_text(since)}" if since is not None else f"so với {_COMPARED[view.comparison.kind]}"
    )
    basis = [f"cách tính {view.basis}"] if view.basis != question.context.default_basis else []
    return " · ".join([sentence(view.period.label().split(" (")[0]), compared, *chosen, *basis])


def _comparison_day(view: View) -> tuple[str, ...]:
    """Say where a day to compare with lies outside what the period counts."""
    day = view.comparison.day
    if day is None or not view.has_started:
        return ()
    if day < view.period.start:
        return (f"{no_base(view)}.",)
    if day >= view.end:
        return (f"Ngày so sánh {day_text(day)} không sớm hơn ngày cuối được tính của kỳ này "
                f"({day_text(view.end)}), nên kỳ này đang được so với chính nó.",)  # fmt: skip
    return ()


def _same_kind(period: Period, day: date, basis: str, cutoff_day: int) -> Period:
    makers = {"month": month_of, "quarter": quarter_of, "half": half_of, "year": year_of}
    return makers.get(period.kind, month_of)(day, basis, cutoff_day)  # type: ignore[arg-type]


def _kinds(question: Question) -> list[Choice]:
    view = question.view
    basis, day = view.period.basis, view.end if view.has_started else view.period.start
    makers = (("Tháng", "month", month_of), ("Quý", "quarter", quarter_of),
              ("6 tháng", "half", half_of), ("Năm", "year", year_of))  # fmt: skip
    kinds = [
        Choice(name, question.link(period=make(day, basis, view.cutoff_day)), view.period.kind == kind)
        for name, kind, make in makers
    ]
    if basis == "reporting":
        year = year_of(day, "reporting", view.cutoff_day).end.year
        nine = parse_period(f"bc-{year}-9T", view.cutoff_day)
        kinds.insert(3, Choice("9 tháng", question.link(period=nine), view.period.kind == "nine_months"))
    return kinds


def _selects(question: Question) -> tuple[Select, ...]:
    view, context = question.view, question.context
    comparisons = [
        Choice("kỳ trước", question.link(comparison=PREVIOUS), view.comparison == PREVIOUS),
        Choice(
            "cùng kỳ năm trước",
            question.link(comparison=Comparison("last_year")),
            view.comparison.kind == "last_year",
        ),
    ]
    if view.comparison.day is not None:
        comparisons.append(Choice(f"tính đến {view.comparison.day:%d/%m/%Y}", question.link(), True))
    fields = [Choice("tất cả", question.link(field=None), view.field is None)]
    fields += [Choice(name, question.link(field=name), view.field == name) for name in context.fields]
    short = {basis: name.removeprefix("trên hồ sơ ") for basis, name in BASIS_NAMES.items()}
    bases = [
        Choice(f"{basis}: {name}", question.link(basis=basis), view.basis == basis)
        for basis, name in short.items()
    ]
    return (
        *(() if question.stands_beside else (Select("So với", "so_voi", tuple(comparisons)),)),
        Select("Đơn vị", "don_vi"),
        Select("Lĩnh vực", "linh_vuc", tuple(fields)),
        Select("Cách tính", "cach_tinh", tuple(bases)),
    )


def _chips(question: Question) -> list[Choice]:
    view, context = question.view, question.context
    chips = []
    if view.unit_code is not None:
        chips.append(Choice(context.units.get(view.unit_code, view.unit_code), question.link(unit_code=None)))
    if view.field is not None:
        chips.append(Choice(view.field, question.link(field=None)))
    if view.procedure_code is not None:
        name = context.procedures.get(view.procedure_code, view.procedure_code)
        chips.append(Choice(name, question.link(procedure_code=None)))
    return chips
