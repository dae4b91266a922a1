"""When Python looks for garbage: seldom, and never through what lives as long as the process."""

from __future__ import annotations

import gc

THRESHOLDS = (10_000, 20, 20)
"""Objects made before the young are looked through, and so often before the older; Python's: 700, 10, 10."""


def settle() -> None:
    """Look through everything once more and leave it alone from now on, once the application is made.

    At Python's own pace a page of ten thousand short-lived objects was interrupted six times, and one page
    in twenty by a tenth of a second, in which all that statements are made of was looked through.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
