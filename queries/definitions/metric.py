"""What a metric is, apart from all the metrics there are."""

from __future__ import annotations

from dataclasses import dataclass

CV_2307 = "Công văn 2307/UBND-NC (Cần Thơ, 2020)"


@dataclass(frozen=True)
class Metric:
    """One figure a reader can see.

    ``numerator`` and ``denominator`` name columns of the counts; a metric without a
    denominator is a count. ``decimals`` is what is printed before the printing rule
    adds to it. ``definition`` and ``days`` (which dates put a dossier in the period)
    are shown to readers; ``source`` is the document the definition comes from.
    """

    id: str
    name: str
    unit: str
    definition: str
    days: str
    source: str = ""
    numerator: str = ""
    denominator: str = ""
    decimals: int = 0

    @property
    def is_rate(self) -> bool:
        """Say whether the metric is a share, not a count."""
        return bool(self.denominator)
