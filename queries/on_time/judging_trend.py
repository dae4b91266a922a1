"""Thirteen months of a late rate: the district's, each unit's, and for how long one has been over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from queries.asked.periods import Period
from queries.asked.view import View
from queries.courses.frames import rows_of
from queries.definitions.metrics import Share
from queries.definitions.units import Unit
from queries.on_time.streak import Running, running


@dataclass(frozen=True)
class Trend:
    """Thirteen months of the view's late rate: the district's and each unit's.

    ``units``: unit code (None for dossiers without a known one) → one Share a month.
    ``there``: unit code → the months in which it was there.
    """

    view: View
    months: tuple[Period, ...]
    district: tuple[Share, ...]
    units: Mapping[str | None, tuple[Share, ...]]
    there: Mapping[str | None, frozenset[Period]] = field(default_factory=dict)

    def was_there(self, code: str | None, month: Period) -> bool:
        """Say whether a unit was there in one of the months, to be judged; False of no known unit."""
        return code in self.there and month in self.there[code]

    def running(self, code: str | None) -> Running:
        """Say for how many months in a row a unit has been over."""
        return running(self.units.get(code, (Share(0, 0),) * len(self.months)), self.months, self.view)

    @property
    def of_district(self) -> Running:
        """Say the same of the district, or of what the view is narrowed to."""
        return running(self.district, self.months, self.view)

    def year_to_date(self) -> Share:
        """Add up the months of the last one's year: right for rates A, B and D, which add.

        0 of 0 where the reader may not see one of them.
        """
        year = self.months[-1].end.year
        if not all(self.view.sees(month) for month in self.months if month.end.year == year):
            return Share(0, 0)
        chosen = [
            share for month, share in zip(self.months, self.district, strict=True) if month.end.year == year
        ]
        return Share(sum(one.a for one in chosen), sum(one.b for one in chosen))


def trend_of(frame: pd.DataFrame, months: tuple[Period, ...], units: Iterable[Unit], view: View) -> Trend:
    """Arrange ``late_by_unit_month`` by unit; 0 of 0 where a month had nothing."""
    of_code = {unit.code: unit for unit in units}
    found: dict[str | None, list[Share]] = {}
    for code, month, late, total in rows_of(frame, ("unit_code", "month", "late", "total")):
        name = code if code in of_code else None
        series = found.setdefault(name, [Share(0, 0)] * len(months))
        before = series[month]
        series[month] = Share(before.a + int(late), before.b + int(total))
    all_of = [[series[i] for series in found.values()] for i in range(len(months))]
    district = tuple(Share(sum(one.a for one in month), sum(one.b for one in month)) for month in all_of)
    days = {month: (month.start, min(month.end, view.as_of.date())) for month in months}
    there = {
        code: frozenset(month for month, span in days.items() if unit.is_active(*span))
        for code, unit in of_code.items()
    }
    return Trend(view, months, district, {name: tuple(series) for name, series in found.items()}, there)
