"""Since when a unit has been over the threshold: months in a row, counted back from the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from queries.asked.periods import Period
from queries.asked.view import View
from queries.definitions.metrics import Share, over


@dataclass(frozen=True)
class Running:
    """For how many months in a row a unit has been over, and since when.

    ``from_before``: already over in the oldest month shown, or seen ("từ trước …"). ``by_month``: the
    period shown is no month, so the months are not its own. ``is_unfinished``: the last
    month counted is still running.
    """

    months: int = 0
    since: Period | None = None
    from_before: bool = False
    by_month: bool = False
    is_unfinished: bool = False


def running(shares: Sequence[Share], months: Sequence[Period], view: View) -> Running:
    """Count back from the last month over the threshold; months without dossiers are skipped.

    What was before a month that the reader may not see is not known: it may have begun there.
    """
    count, since, by_month, is_unfinished = 0, None, view.period.kind != "month", False
    for index in range(len(months) - 1, -1, -1):
        share = shares[index]
        if not view.sees(months[index]):
            return Running(count, since, count > 0, by_month, is_unfinished)
        if not share.b:
            continue
        last_day = min(months[index].end, view.as_of.date())
        if not over(share, view.rules.threshold_on(last_day).fraction):
            return Running(count, since, by_month=by_month, is_unfinished=is_unfinished)
        count, since = count + 1, months[index]
        is_unfinished = is_unfinished or months[index].end > view.as_of.date()
    from_before = count > 0 and shares[0].b > 0
    return Running(count, since, from_before, by_month, is_unfinished)
