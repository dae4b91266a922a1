"""What a run is asked to do beside its parts and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.asking import PAGES


@dataclass(frozen=True)
class Plan:
    """``readers`` change the view ``every`` so many ``seconds``; ``pages`` are opened in Chromium."""

    readers: int = 200
    every: float = 20
    seconds: float = 120
    pages: Sequence[str] = tuple(PAGES)
