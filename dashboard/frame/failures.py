"""Failures: logged under a short code that the reader is shown."""

from __future__ import annotations

import logging
import traceback
from hashlib import sha256

from dashboard.question.errors import Unavailable

log = logging.getLogger("motcua")


def logged(error: Exception, where: str) -> str:
    """Log a failure under a short code, and give the code to show: the same code for the same cause.

    The cause is what failed, where in the program, and its words: cards that fail together say one code.
    """
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = "" if isinstance(error, Unavailable) else "".join(f"{one.filename}:{one.lineno}" for one in last)
    cause = f"{type(error).__name__} {place} {error}"
    code = sha256(cause.encode("utf-8", "replace")).hexdigest()[:8].upper()
    log.error("%s %s: %s", code, where, error, exc_info=None if isinstance(error, Unavailable) else error)
    return code
