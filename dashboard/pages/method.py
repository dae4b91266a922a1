"""Phương pháp: every definition, from the code that counts; the settings in force; the data's quality."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash

from dashboard.figures.flags.wording import missing_words
from dashboard.figures.method.cards import (
    Origin,
    Setting,
    administration_card,
    flags_table,
    method_headline,
    metrics_table,
    rules_card,
    words_card,
)
from dashboard.figures.method.example import worked_example
from dashboard.figures.method.quality import Mend, findings_card, identities_card, odd_records
from dashboard.figures.method.reading import reading, reading_lead, reading_title
from dashboard.figures.on_time.table import four_rates
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.wording import period_sentence
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.pages.shared import bar_of, excel_link, flags_file, whose_name
from dashboard.question.flags import flag_link, parameters_of
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from dashboard.settings.explained import explain
from queries.asked.view import PREVIOUS
from queries.contract import CONTRACT
from queries.copy.mended import sentence_of, told_of
from queries.definitions.metrics import BASES
from queries.source.engines import label_of

PAGE, PATH = "method", "/phuong-phap"
BAR, HEADLINE, READING, EXAMPLE = "method-bar", "method-headline", "method-reading", "method-example"
RULES, ADMINISTRATION = "method-rules", "method-administration"
QUALITY, ODD, IDENTITIES = "method-quality", "method-odd", "method-identities"
METRICS, FLAGS, WORDS = "method-metrics", "method-flags", "method-words"
RATES = "method-rates"

OF_ALL = "Thẻ này nói về mọi đơn vị và mọi kỳ của nguồn: chỉ tài khoản xem toàn địa bàn có."
"""What stands in the place of what is of the whole source, for a reader of some units or periods."""
SHOWN = (
    "local_rules", "late_rate_basis", "compare", "cutoff_day", "due_soon_working_days", "late_apology_days",
    "online_target", "extra_days_off", "extra_working_days", "expected_age_minutes", "time_zone", "as_of",
)  # fmt: skip
"""The settings that change what a number means or who sees it; the others are the server's."""

_COUNTED = {
    "slips": "phiếu xin lỗi, bổ sung, từ chối", "ratings": "dòng phiếu đánh giá",
    "receptions": "buổi tiếp công dân", "loads": "lần nạp dữ liệu", "steps": "bước luân chuyển",
}  # fmt: skip
"""What is counted of a table, where that is not what the table is called."""


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(READING, label="Đọc một tỷ lệ, từng bước"),
        card(EXAMPLE, label="Ví dụ bốn cách tính"),
        card(RULES, label="Ngưỡng đang áp dụng"),
        card(RATES, label="Bốn cách tính cạnh nhau"),
        card(QUALITY, label="Chất lượng dữ liệu"),
        card(ODD, label="Hồ sơ có dấu hiệu ghi sai"),
        card(IDENTITIES, label="Các đẳng thức"),
        card(METRICS, label="Các chỉ số"),
        card(FLAGS, label="Các cảnh báo"),
        card(WORDS, label="Từ dùng trên các trang"),
        card(ADMINISTRATION, label="Dành cho quản trị"),
    )  # fmt: skip


dash.register_page(
    __name__, path=PATH, name="Phương pháp", title="Phương pháp · Một cửa", order=9, layout=layout
)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True, scope=says_itself)
def draw_headline(question: Question) -> str:
    """Draw the moment and the sources of the data."""
    known, source = question.known, question.source
    url = source.settings.source_url
    kinds = [] if url is None else [f"cơ sở dữ liệu {label_of(url)}"]
    kinds += ["tệp Excel, CSV"] if source.settings.files else []
    origin = Origin(
        district=source.district_name(known),
        engine=" và ".join(kinds),
        as_of=source.moment(known),
        is_inferred=known.as_of.inferred,
        is_old=source.is_old(known),
        is_sample=known.as_of.is_sample,
        sources=known.as_of.sources,
    )
    district, view = question.on_time.district, question.view
    return method_headline(
        view, origin, title=reading_title(district, view),
        lead=reading_lead(district, view, whose_name(question)), period=period_sentence(view),
    )  # fmt: skip


@answers(PAGE, READING, scope=says_itself)
def draw_reading(question: Question) -> str:
    """Draw how the figure is read, step by step."""
    return reading(question.on_time.district, question.view, listed=question.listed)


@answers(PAGE, EXAMPLE, scope=says_itself)
def draw_example(question: Question) -> str:
    """Draw the four late rates worked out on what the address asks for."""
    return worked_example(question.on_time.district.tally, question.view, whose_name(question))


@answers(PAGE, RULES, scope=says_itself)
def draw_rules(question: Question) -> str:
    """Draw the thresholds in force."""
    return rules_card(question.view)


@answers(PAGE, RATES, judges=True)
def draw_rates(question: Question) -> str:
    """Draw the four late rates side by side: the district, and the units where they disagree."""
    if not any(question.on_time.district.tally.late(basis).b for basis in BASES):
        return nothing("Bốn cách tính")
    return four_rates(
        question.on_time, link=unit_link(question), listed=question.listed, links=(excel_link(question),)
    )


@answers(PAGE, QUALITY, scope=says_itself)
def draw_quality(question: Question) -> str:
    """Draw what the source holds, and what was mended or left out for the copy."""
    found = question.quality
    if found is None:
        return nothing("Chất lượng dữ liệu", OF_ALL)
    return findings_card(
        [
            (_COUNTED.get(one.name, CONTRACT[one.name].label), one.rows, one.first, one.last)
            for one in found.tables
        ],
        [Mend(one.count, told_of(one)) for one in found.mended],
        missing_words(found.missing),
    )


@answers(PAGE, ADMINISTRATION, scope=says_itself)
def draw_administration(question: Question) -> str:
    """Draw what an administrator looks up."""
    found = question.quality
    if found is None:
        return nothing("Dành cho quản trị", OF_ALL)
    rows = {row.name: row for row in explain(question.source.settings)}
    shows = question.rights.sees_officials
    settings = [
        Setting(row.name, row.help, row.value, row.origin) for name in SHOWN if (row := rows.get(name))
    ]
    told = [sentence_of(one, shows_officials=shows) for one in found.mended]
    return administration_card(settings, told, found.missing)


@answers(PAGE, ODD, scope=says_itself)
def draw_odd(question: Question) -> str:
    """Draw the odd records by unit."""
    found = question.flags
    odd, link = found.of("odd_record"), flag_link(question)
    units = {unit.code: unit.label for unit in question.known.units}
    return odd_records(
        found, question.on_time, link=lambda code: link(odd, code), labels=lambda code: units.get(code, code),
        links=(flags_file(question),),
    )  # fmt: skip


@answers(PAGE, IDENTITIES, scope=says_itself)
def draw_identities(question: Question) -> str:
    """Draw the identities with their gaps."""
    view = question.view.at(period=question.view.period.previous, comparison=PREVIOUS)
    before = replace(question, parsed=replace(question.parsed, view=view))
    then = None if view.is_barred else before.on_time
    return identities_card(
        question.on_time, then, before_name=view.period.label(), links=(excel_link(question),)
    )


@answers(PAGE, METRICS, scope=says_itself)
def draw_metrics(question: Question) -> str:
    """Draw every metric."""
    return metrics_table(question.view)


@answers(PAGE, FLAGS, scope=says_itself)
def draw_flags(question: Question) -> str:
    """Draw every flag."""
    return flags_table(question.view, parameters_of(question))


@answers(PAGE, WORDS, scope=says_itself)
def draw_words(_question: Question) -> str:
    """Draw what the words mean."""
    return words_card()
