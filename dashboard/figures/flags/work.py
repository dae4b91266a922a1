"""Hôm nay phải làm: the work that flags and the backlog leave, by how much and how old it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.figures.flags.wording import (
    LEVEL_LOOKS,
    Link,
    Mention,
    mentions,
    parts_note,
    share_note,
)
from dashboard.figures.shared.markup import markup
from dashboard.formats import count_text, day_text, sentence
from queries.definitions.flag_rule import LEVEL_NAMES, Level
from queries.definitions.metrics import METRICS
from queries.definitions.units import Unit, by_name
from queries.flags.ages import AGE_NAMES, Aged, WorkAges
from queries.flags.found import Found, FoundFlags
from queries.on_time.judging import Tally

OVERDUE = "open_overdue"
DO: Mapping[str, str] = {
    OVERDUE: "Giải quyết xong hồ sơ quá hạn",
    "no_apology": "Xin lỗi, hẹn lại với hồ sơ trễ",
    "due_soon": "Giải quyết hồ sơ sắp đến hạn",
    "complaint_overdue": "Trả lời phản ánh, kiến nghị quá hạn",
    "empty_apology": "Bổ sung nội dung phiếu xin lỗi",
    "nobody_answerable": "Ghi công chức chịu trách nhiệm",
    "odd_record": "Sửa hồ sơ ghi sai",
}
"""What can be done today: what to do about a flag, or about the backlog."""
_COUNTED = {
    OVERDUE: "hồ sơ quá hạn",
    "no_apology": "hồ sơ trễ chưa có phiếu xin lỗi",
    "due_soon": "hồ sơ sắp đến hạn",
    "complaint_overdue": "phản ánh, kiến nghị quá hạn trả lời",
    "empty_apology": "hồ sơ có phiếu xin lỗi thiếu nội dung",
    "nobody_answerable": "hồ sơ trễ không ghi công chức",
    "odd_record": "hồ sơ có dấu hiệu ghi sai",
}
_ORDER: tuple[Level, ...] = ("red", "work", "amber", "data")
AGE_WORDS = ("late_1_3", "late_4_10", "late_over_10")
MOST_NAMED = 3
MOST_IN_TITLE = 3


@dataclass(frozen=True)
class Work:
    """One line of the list.

    ``word``: what its "?" explains. ``ages``: how many of each age, empty where none is known;
    ``age_note`` stands in their place.
    """

    word: str
    level: Level
    count: int
    href: str
    note: str
    ages: tuple[str, ...]
    oldest: date | None
    age_note: str
    units: tuple[Mention, ...]
    rest: str

    @property
    def name(self) -> str:
        """Give what to do."""
        return DO[self.word]

    @property
    def look(self) -> str:
        """Give the class of its level."""
        return LEVEL_LOOKS[self.level]


def work_list(
    flags: FoundFlags, tally: Tally, ages: WorkAges, complaints: Sequence[date], units: Mapping[str, Unit], *,
    link: Link, listed: Callable[..., str], links: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Draw the list, gravest first, then by how much and how old.

    ``tally``: of the whole view. ``complaints``: the days by which the overdue ones were to be
    answered, earliest first, as many as are listed. ``listed`` opens the dossiers behind a count.
    """
    rows = [_overdue(flags, tally, ages, units, listed)]
    rows += [
        _flag(flags.of(word), flags, ages, complaints, units, link)
        for word in DO
        if word != OVERDUE and flags.of(word).is_raised
    ]
    rows = [row for row in rows if row.count]
    rows.sort(key=lambda row: (_ORDER.index(row.level), -row.count, row.oldest or date.max))
    view = flags.view
    judged = view.judged
    named = [f"{count_text(row.count)} {_COUNTED[row.word]}" for row in rows[:MOST_IN_TITLE]]
    when = "Hôm nay phải làm" if view.is_running else "Hết kỳ còn phải làm"
    nothing = (
        "Không có việc nào phải làm hôm nay" if view.is_running else "Hết kỳ không còn việc nào phải làm"
    )
    return markup(
        "flags_work.html",
        title=f"{when}: {', '.join(named)}" if rows else nothing,
        subtitle=f"Mức đỏ trước, rồi việc sắp đến hạn, mức vàng; cùng mức thì nhiều trước. Số ngày quá hẹn "
        f"tính đến hết {day_text(judged)}. Bấm vào số để mở danh sách." if rows else "",
        ages=list(zip(AGE_NAMES, AGE_WORDS, strict=True)),
        shows_units=view.unit_code is None,
        rows=[
            {
                "work": row, "count": count_text(row.count), "level": LEVEL_NAMES[row.level],
                "oldest": f"{count_text((judged - row.oldest).days)} ngày" if row.oldest else "",
                "since": day_text(row.oldest) if row.oldest else "",
            }
            for row in rows
        ],
        note="",
        links=links,
    )  # fmt: skip


def _overdue(
    flags: FoundFlags, tally: Tally, ages: WorkAges, units: Mapping[str, Unit], listed: Callable[..., str]
) -> Work:
    count = tally[OVERDUE]
    of_units = sorted(
        ((units[code], n) for code, n in flags.overdue.items() if n and code in units),
        key=lambda one: (-one[1], by_name(one[0])),
    )
    named = tuple(
        Mention(unit.label, count_text(n), listed(OVERDUE, unit_code=unit.code))
        for unit, n in of_units[:MOST_NAMED]
    )
    rest = len(of_units) - len(named)
    return Work(
        OVERDUE, "red", count, listed(OVERDUE), METRICS[OVERDUE].name, *_ages(ages.of[OVERDUE]), "", named,
        f"và {count_text(rest)} đơn vị khác" if rest else "",
    )  # fmt: skip


def _flag(
    one: Found, flags: FoundFlags, ages: WorkAges, complaints: Sequence[date], units: Mapping[str, Unit],
    link: Link,
) -> Work:  # fmt: skip
    word, note = one.rule.id, ""
    by_age: tuple[str, ...] = ()
    oldest = None
    if word in ages.of:
        by_age, oldest = _ages(ages.of[word])
    elif word == "due_soon":
        until = one.rule.told("hẹn trả từ nay đến hết {until}", flags.view, flags.parameters)
        today = f"{count_text(ages.due_today)} hồ sơ" if ages.due_today else "không hồ sơ nào"
        note = f"{until}; {today} hẹn trả hôm nay"
    elif word == "complaint_overdue":
        oldest = complaints[0] if complaints else None
    named, rest = mentions(one, flags, units, link=link, most=MOST_NAMED)
    about = "; ".join(part for part in (share_note(one), parts_note(one)) if part)
    return Work(
        word,
        one.rule.level,
        one.district.count,
        link(one, None),
        sentence(about),
        by_age,
        oldest,
        note,
        named,
        rest,
    )


def _ages(aged: Aged) -> tuple[tuple[str, ...], date | None]:
    return tuple(count_text(n) if n else "·" for n in aged.by_age), aged.oldest
