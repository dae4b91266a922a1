"""Why there may be no figures, as readers are told."""

from __future__ import annotations


class Unavailable(Exception):  # noqa: N818 - what the figures are
    """There are no figures just now; ``told`` is one Vietnamese sentence for readers."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


class NoCopy(Unavailable):
    """There is no copy yet: the first reading is still under way, or has failed."""


class CopyDamaged(Unavailable):
    """The copy that is open cannot be read any more; the one before takes its place."""
