"""JSON as programs expect it: days and moments in ISO 8601, whatever type they have, Vietnamese as it is."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import numpy as np
import pandas as pd
from flask.json.provider import DefaultJSONProvider


def _plain(value: Any) -> Any:
    """Give what JSON has no type for: a day as 2026-03-05, a moment as 2026-03-05T08:00:00, none as null."""
    if value is pd.NaT:
        return None
    if isinstance(value, np.datetime64):
        return _plain(pd.Timestamp(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return DefaultJSONProvider.default(value)


class IsoJson(DefaultJSONProvider):
    """Flask's JSON, whose dates would be those of mail (Thu, 05 Mar 2026 00:00:00 GMT)."""

    default = staticmethod(_plain)
    ensure_ascii = False
    sort_keys = False
