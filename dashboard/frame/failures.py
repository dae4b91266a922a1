"""Failures: logged under a short code that the reader is shown."""

from __future__ import annotations

import logging
import secrets

from dashboard.question.errors import Unavailable

log = logging.getLogger("motcua")


def logged(error: Exception, where: str) -> str:
    """Log a failure under a short code, and give the code to show."""
    code = secrets.token_hex(4).upper()
    log.error("%s %s: %s", code, where, error, exc_info=None if isinstance(error, Unavailable) else error)
    return code
