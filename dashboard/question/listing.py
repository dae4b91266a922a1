"""Which dossiers an address lists: those of a number, of a flag, of a code, or a random sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.formats import day_text
from dashboard.question.access import may_list
from dashboard.question.flags import parameters_of
from dashboard.question.question import Question
from queries.definitions.flags import FLAGS
from queries.definitions.meanings import NAMES
from queries.definitions.metrics import METRICS
from queries.flags.dossiers import lists_dossiers
from queries.listing.statements import (
    SORTS,
    Dossier,
    Listing,
    Subject,
    how_many,
    listing,
    random_sample,
    whole_list,
    word_counted,
)

TO_RESOLVE = "hồ sơ phải giải quyết trong kỳ"
SUM_NAMES = {
    "judged": "đã giải quyết, có ngày hẹn trả", "not_late": "trước hạn và đúng hạn", "to_resolve": TO_RESOLVE,
    "judged_and_overdue": "đã giải quyết có ngày hẹn trả, và quá hạn chưa giải quyết xong",
    "c_late": "trễ hạn và quá hạn chưa giải quyết xong", "b_late": "đến hạn mà trễ (cách tính B)",
    "b_due": "đến hạn (cách tính B)", "d_late": "tiếp nhận trong kỳ mà trễ (cách tính D)",
    "online_high": "nộp trực tuyến mức độ 3, 4, một phần hoặc toàn trình",
    "eligible": "của thủ tục có cung cấp trực tuyến mức độ 3, 4",
    "eligible_unknown": "không rõ mức độ cung cấp trực tuyến",
    "level_unknown": "nộp trực tuyến, không rõ mức độ", "assisted": "nộp trực tuyến, được hỗ trợ",
    "assisted_unknown": "nộp trực tuyến, không ghi tự nộp hay được hỗ trợ",
    "assisted_known": "nộp trực tuyến, có ghi tự nộp hay được hỗ trợ", "returned": "đã trả kết quả trong kỳ",
}  # fmt: skip
_TOLD_BY = {
    "b_late": "late_rate_b", "b_due": "late_rate_b", "d_late": "late_rate_d", "returned": "post_out",
    "assisted_known": "self_submitted", "eligible_unknown": "eligible",
}  # fmt: skip
"""What the "?" of a sum explains that has no definition of its own."""


class NotListed(Exception):  # noqa: N818 - what a list can be
    """There is no list of this for this reader; its text says why, in Vietnamese.

    ``allowed``: the words of an address that would do, for programs; readers click a head instead.
    """

    status = 400

    def __init__(self, told: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(told)
        self.allowed = tuple(allowed)


class NotAllowed(NotListed):
    """There is a list, but not for this reader."""

    status = 403


def listing_of(question: Question) -> Listing:
    """Give the page of the list the address asks for, or its random sample.

    Raises NotListed for a flag that has no dossiers, NotAllowed for one about officials
    whom this reader may not see.
    """
    extras, ask, view = question.parsed.extras, question.source.ask, question.view
    subject = subject_allowed(question)
    if extras.sample_size is not None:
        return ask(
            question.known, random_sample, view, subject=subject, size=extras.sample_size,
            seed=extras.seed or 0,
        )  # fmt: skip
    # The number above a list is the number that was clicked, not another count of the same.
    total = None if extras.code is not None else _counted_already(question, subject)
    return ask(
        question.known, listing, view, subject=subject, code=extras.code, sort=extras.sort, page=extras.page,
        total=total,
    )  # fmt: skip


def whole_size(question: Question) -> int:
    """Give how many dossiers the whole list has. Raises as ``listing_of``."""
    subject = subject_allowed(question)
    total = _counted_already(question, subject)
    if total is not None:
        return total
    return question.source.ask(question.known, how_many, question.view, subject=subject)


def whole_rows(question: Question, conn: Any) -> Iterator[Dossier]:
    """Give the whole list, whatever page is shown, row by row. Raises as ``listing_of``."""
    subject, sort = subject_allowed(question), question.parsed.extras.sort
    return whole_list(conn, question.known.courses, question.view, subject=subject, sort=sort)


def _counted_already(question: Question, subject: Subject) -> int | None:
    counted, view = word_counted(subject), question.view
    return question.on_time.district.tally[counted] if counted is not None and view.has_started else None


def subject_allowed(question: Question) -> Subject:
    """Give what the address lists. Raises as ``listing_of``."""
    extras, view = question.parsed.extras, question.view
    if extras.sort is not None and extras.sort.removeprefix("-") not in SORTS:
        raise NotListed(f"Không có cột “{extras.sort}” để xếp; bấm đầu cột của danh sách để xếp.", SORTS)
    if extras.flag is not None:
        if not lists_dossiers(extras.flag):
            raise NotListed(f"Cảnh báo “{FLAGS[extras.flag].name}” không phải về hồ sơ.")
        if FLAGS[extras.flag].is_now and not view.is_running:
            today = day_text(view.as_of.date())
            raise NotListed(
                f"“{FLAGS[extras.flag].name}” là việc của hôm nay: chỉ kỳ có ngày {today} mới có danh sách."
            )
        if not may_list(question.rights, extras.flag):
            raise NotAllowed("Danh sách này có thông tin công chức, chỉ dành cho người được phép xem.")
    parameters = parameters_of(question, extras.flag) if extras.flag else None
    return Subject(extras.metric, extras.flag, parameters)


def subject_of(question: Question) -> str:
    """Name what is listed: "trễ hạn", "quá hạn chưa giải quyết xong", a flag."""
    extras = question.parsed.extras
    names = []
    if extras.flag is not None:
        names.append(f"cảnh báo {FLAGS[extras.flag].name}")
    if extras.metric is not None:
        names.append(SUM_NAMES.get(extras.metric) or METRICS[extras.metric].name)
    return ", ".join(names) or TO_RESOLVE


def counted_subject(question: Question) -> str:
    """Name the same behind "36.369 hồ sơ: ", which has said that they are dossiers."""
    return subject_of(question).removeprefix("hồ sơ ")


def meaning_of_list(question: Question) -> str:
    """Give what the "?" of the count of a list explains (a word of ``definitions.meanings``)."""
    extras = question.parsed.extras
    word = extras.flag or extras.metric or "to_resolve"
    word = _TOLD_BY.get(word, word)
    return word if word in NAMES else ""
