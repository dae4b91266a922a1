"""Who has crossed the threshold since an account was last told, and the letter that says so.

A unit is over in a month exactly where the product's flag ``unit_late`` marks it (``OnTime.over``). The
months are the thirteen that trends show: the one that is running, and those that have ended, in which a
later reading may still change something. What an account was told last is compared with what holds now,
so that a letter that was lost is made up for, and a crossing and its way back in between are nobody's news.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dashboard.accounts.account import Account
from dashboard.address.url import address
from dashboard.figures.shared.wording import (
    needed_text,
    over_text,
    rate_of,
    strength_text,
    threshold_text,
)
from dashboard.formats import count_text, day_text, moment_text, rate_text, sentence, share_text
from dashboard.mail.letter import Letter, Part
from dashboard.mail.told import Known
from dashboard.question.access import Rights
from dashboard.question.meeting import own_breakdown
from dashboard.question.question import Question
from dashboard.question.source import Source
from dashboard.question.unit import unit_path
from queries.asked.periods import Period, months_back
from queries.asked.view import Comparison
from queries.definitions.metrics import BASIS_NAMES
from queries.definitions.units import UNKNOWN_FIELD
from queries.on_time.changes import Pair
from queries.on_time.judging import Row
from queries.online.statements import recorded

FLAGS = "/canh-bao"
_ONCE = "Mỗi lần vượt, mỗi lần xuống dưới ngưỡng chỉ gửi một thư."
_LAST_MINUTE = (23, 59)


@dataclass(frozen=True)
class Month:
    """A month as an account sees it, judged by the rules in force on its last day that counts."""

    question: Question

    @property
    def period(self) -> Period:
        """Give the month itself."""
        return self.question.view.period

    @property
    def rule(self) -> str:
        """Name the rule: what was judged by another says nothing of a crossing."""
        view = self.question.view
        return f"{view.basis} {view.compare} {view.rules.threshold_on(view.end).percent}"

    @property
    def over(self) -> tuple[Row, ...]:
        """Give the units that the flag marks, worst first."""
        return tuple(row for row in self.question.on_time.over if row.unit.code is not None)


@dataclass(frozen=True)
class Crossing:
    """A unit that went to or over the threshold in a month, or is back under it.

    ``since``: the moment of the data by which the account was told otherwise; None where the month was
    not judged for it before. ``is_standing``: it was over before the account was told anything.
    """

    month: Month
    row: Row
    is_over: bool
    since: datetime | None = None
    is_standing: bool = False


@dataclass(frozen=True)
class News:
    """What an account is told, what it knows then, and the months judged by other rules than before."""

    crossings: tuple[Crossing, ...]
    known: Known
    is_first: bool
    judged_anew: tuple[Period, ...] = ()


def months_of(source: Source, rights: Rights) -> tuple[Month, ...]:
    """Judge the months that rights open, the latest first. Raises what ``Question.asked`` does."""
    asked = Question.asked({}, FLAGS, source=source, rights=rights)
    view = asked.view.at(unit_code=None)
    views = [view.at(period=one) for one in months_back(view.as_of.date(), cutoff_day=view.cutoff_day)]
    return tuple(
        Month(replace(asked, parsed=replace(asked.parsed, view=one)))
        for one in reversed(views)
        if one.has_started
    )


def scope_of(rights: Rights) -> str:
    """Write rights down, to see later whether they are still the same."""
    periods = None if rights.periods is None else [one.code for one in rights.periods]
    return f"{rights.role} {rights.units} {periods}"


def news_of(
    months: Sequence[Month],
    known: Known | None,
    rights: Rights,
    as_of: datetime,
    *,
    with_standing: bool = False,
) -> News:
    """Compare what holds with what an account knows.

    An account that knows nothing yet, or whose rights have changed, is told nothing of what stands;
    ``with_standing``: of the running month it is.
    """
    now = Known(
        scope_of(rights), as_of,
        {one.period.code: sorted(str(row.unit.code) for row in one.over) for one in months},
        {one.period.code: one.rule for one in months},
    )  # fmt: skip
    if known is None or known.scope != now.scope:
        standing = [one for one in months if with_standing and one.question.view.is_running]
        return News(tuple(_crossed(standing, Known(now.scope, as_of, {}, {}), is_standing=True)), now, True)
    judged_anew = [one.period for one in months if known.rules.get(one.period.code, one.rule) != one.rule]
    # A month that ended before the last judging and is new all the same says nothing of a crossing.
    fresh = [
        one
        for one in months
        if one.period not in judged_anew
        and (one.period.code in known.rules or one.period.end > known.as_of.date())
    ]
    return News(tuple(_crossed(fresh, known)), now, False, tuple(judged_anew))


def _crossed(months: Iterable[Month], known: Known, *, is_standing: bool = False) -> Iterable[Crossing]:
    for month in months:
        code = month.period.code
        told, since = set(known.over.get(code, ())), known.as_of if code in known.rules else None
        over = {row.unit.code for row in month.over}
        for row in month.over:
            if row.unit.code not in told:
                yield Crossing(month, row, True, since, is_standing)
        for row in month.question.on_time.known:
            if row.unit.code in told - over:
                yield Crossing(month, row, False, since)


def letter_of(account: Account, crossings: Sequence[Crossing]) -> Letter:
    """Write to an account; ``crossings`` are of months that it may see, one at least."""
    question = crossings[0].month.question
    settings, view = question.source.settings, question.view
    rises = [one for one in crossings if one.is_over]
    returns = [one for one in crossings if not one.is_over]
    subject = "; ".join(
        filter(None, (_counted(rises, _risen(rises)), _counted(returns, "đã xuống dưới ngưỡng")))
    )
    district = question.source.district_name(question.known)
    lead = (
        f"{district}, số liệu đến {moment_text(view.as_of)}: {subject}.",
        *(["Nơi gửi thư chưa khai public_url nên thư không có đường dẫn mở bảng theo dõi."]
          if not settings.public_url else []),
    )  # fmt: skip
    return Letter(
        f"{district}: {subject}", lead, tuple(_part(one) for one in (*rises, *returns)),
        foot=(*_rules(crossings), *foot_of(account), _ONCE),
        is_sample=question.known.as_of.is_sample,
    )  # fmt: skip


def foot_of(account: Account) -> tuple[str, ...]:
    """Say whom a letter is for, and that nobody reads what is answered."""
    return (
        f"Thư tự động gửi cho tài khoản {account.name} ({account.role}), chỉ gồm số liệu tài khoản này được "
        "xem. Không trả lời thư này; đổi địa chỉ hay thôi nhận: báo người quản trị.",
    )


def _risen(rises: Sequence[Crossing]) -> str:
    limits = list(dict.fromkeys(threshold_text(one.month.question.view) for one in rises))
    limit = f" {limits[0]}" if len(limits) == 1 else ""
    return f"{'đang' if all(one.is_standing for one in rises) else 'vừa'} vượt ngưỡng trễ hẹn{limit}"


def _counted(crossings: Sequence[Crossing], what: str) -> str:
    names = list(dict.fromkeys(one.row.unit.label for one in crossings))
    if not names:
        return ""
    if len(names) > 1:
        return f"{count_text(len(names))} đơn vị {what}"
    few = " (ít hồ sơ)" if all(one.row.verdict.strength == "few" for one in crossings) else ""
    return f"{names[0]} {what}{few}"


def _part(crossing: Crossing) -> Part:
    question, row = crossing.month.question, crossing.row
    view, found, share = question.view, question.on_time, row.verdict.share
    basis = f"cách tính {view.basis}, {BASIS_NAMES[view.basis]}"
    rate = (
        f"{rate_of(row, found)} ({share_text(share)} hồ sơ; {basis})"
        if share.b
        else "không còn hồ sơ nào để tính"
    )
    state = "đang vượt ngưỡng" if crossing.is_standing else "vượt ngưỡng"
    state = state if crossing.is_over else "đã xuống dưới ngưỡng"
    few = ", ít hồ sơ" if row.verdict.strength == "few" else ""
    lines = [f"Trễ hẹn {rate}.", _when(crossing), *_why(crossing)]
    if crossing.is_over:
        lines += _more(crossing)
    code = row.unit.code
    there = address(unit_path(str(code)), view, question.context, absolute=True, unit_code=None)
    return Part(
        f"{row.unit.label} {state}{few}: {view.period.label()}", tuple(filter(None, lines)),
        question.source.settings.address_of(there) if question.source.settings.public_url else "",
        mark="▲" if crossing.is_over else "", look="over" if crossing.is_over else "fine",
    )  # fmt: skip


def _when(crossing: Crossing) -> str:
    view, since = crossing.month.question.view, crossing.since
    ended = "" if view.is_running else "Tháng này đã hết; số liệu của tháng thay đổi sau lần xét trước. "
    state = "chưa vượt" if crossing.is_over else "đang vượt"
    if crossing.is_standing:
        return f"Đã như vậy khi bắt đầu gửi thư cho tài khoản này; số liệu đến {moment_text(view.as_of)}."
    if since is None:
        return f"Số liệu đến {moment_text(view.as_of)}; đây là lần đầu xét tháng này."
    now, then = moment_text(view.as_of), moment_text(since)
    return f"{ended}Số liệu đến {now}; lần xét trước, số liệu đến {then}, {state}."


def _why(crossing: Crossing) -> list[str]:
    """Say what has changed since the last whole day when the account was told; else where it is now."""
    question, row = crossing.month.question, crossing.row
    day = None if crossing.since is None else _whole_day(crossing.since)
    if day is not None and question.view.period.start <= day < question.view.end:
        asked = question.view.at(comparison=Comparison("day", day))
        then = replace(question, parsed=replace(question.parsed, view=asked))
        before = then.compared.of(row.unit.code) if then.compared is not None else None
        if before is not None and before.verdict.share.b:
            return _change(then, Pair(row, before.verdict.share), day)
    return _most(crossing) if crossing.is_over else []


def _whole_day(moment: datetime) -> date:
    day = moment.date()
    return day if (moment.hour, moment.minute) == _LAST_MINUTE else day - timedelta(days=1)


def _change(question: Question, pair: Pair, day: date) -> list[str]:
    edges, now = question.edges, pair.now
    told = [
        f"Hết ngày {day_text(day)} (tính lại từ dữ liệu hiện có): {share_text(pair.before)} hồ sơ, "
        f"{rate_text(pair.before, 2, edges)}; nay {share_text(now)} hồ sơ, {rate_text(now, 2, edges)}."
    ]
    split = own_breakdown(question, pair) if recorded(question.known.courses).fields else None
    grown = [one for one in split.fields if one.now > one.before] if split and split.points > 0 else []
    if grown:
        first = grown[0]
        told.append(
            f"Thêm hồ sơ trễ nhiều nhất: {_field(first.name)}, từ {count_text(first.before)} lên "
            f"{count_text(first.now)} hồ sơ trễ."
        )
    return told


def _most(crossing: Crossing) -> list[str]:
    question, code = crossing.month.question, crossing.row.unit.code
    if not recorded(question.known.courses).fields:
        return []
    of_unit = replace(question, parsed=replace(question.parsed, view=question.view.at(unit_code=code)))
    shares = {name: tally.late(question.view.basis) for name, tally in of_unit.by_field.items()}
    name, share = max(shares.items(), key=lambda one: (one[1].a, one[0]), default=("", None))
    if share is None or not share.a:
        return []
    return [f"Trễ nhiều nhất: {_field(name)}, {share_text(share)} hồ sơ."]


def _field(name: str) -> str:
    return f"hồ sơ {name.strip('()')}" if name == UNKNOWN_FIELD else f"lĩnh vực {name}"


def _more(crossing: Crossing) -> list[str]:
    question, row = crossing.month.question, crossing.row
    # That it is over, or on few dossiers, the title says.
    sure = strength_text(row) if row.verdict.strength == "clear" else ""
    told = "; ".join(filter(None, (sure, over_text(question.trend.running(row.unit.code)))))
    lines = [f"{sentence(told)}." if told else ""]
    if not question.view.is_running:
        return lines
    overdue, needed = row.tally["open_overdue"], row.verdict.needed
    return [
        *lines,
        f"Còn {count_text(overdue)} hồ sơ quá hạn chưa giải quyết xong." if overdue else "",
        f"{needed_text(needed, question.view)}." if needed is not None else "",
    ]


def _rules(crossings: Sequence[Crossing]) -> list[str]:
    told = []
    for one in crossings:
        view = one.month.question.view
        limit, rules = threshold_text(view), view.rules
        consequence = rules.threshold_consequence(view.end) if one.is_over else ""
        told.append(
            f"Ngưỡng {limit}: từ {limit} là vượt{f', {consequence}' if consequence else ''} "
            f"({rules.threshold_cited(view.end)})."
        )
    return list(dict.fromkeys(told))
