"""What a metric is, apart from all the metrics there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.definitions.sources import Source

if TYPE_CHECKING:
    from queries.asked.view import View


@dataclass(frozen=True)
class Metric:
    """One figure a reader can see.

    ``numerator`` and ``denominator`` name columns of the counts; a metric without a
    denominator is a count. ``decimals`` is what is printed before the printing rule
    adds to it. ``definition`` and ``days`` (which dates put a dossier in the period)
    are shown to readers; ``cited``: the documents the definition comes from, None for none;
    ``source_text`` gives the one in force.
    """

    id: str
    name: str
    unit: str
    definition: str
    days: str
    cited: Source | None = None
    numerator: str = ""
    denominator: str = ""
    decimals: int = 0

    @property
    def is_rate(self) -> bool:
        """Say whether the metric is a share, not a count."""
        return bool(self.denominator)

    def source_text(self, view: View) -> str:
        """Give the document in force on the view's last day; empty for none."""
        return "" if self.cited is None else view.rules.cited((self.cited,), view.end)
