"""Database addresses as they may be shown: without what opens the database."""

from __future__ import annotations

import re

from sqlalchemy.engine import URL

_PASSWORDS = (
    # From the first : to the last @: an account or a password may hold an @ that nobody escaped.
    (re.compile(r"(//[^:]*|^(?![\w+.-]+://)[^:/@]*):.*@", re.DOTALL), r"\1:***@"),
    (re.compile(r"(\w*(?:passw|pwd|token|secret)\w*(?:=|%3D))(?:(?!%3B)[^&;\s])*", re.IGNORECASE), r"\1***"),
)
_ADDRESS = re.compile(r"[\w+.-]+://\S+")


def mask(url: str | URL) -> str:
    """Give a database address with its password hidden."""
    text = url.render_as_string(hide_password=False) if isinstance(url, URL) else url
    for pattern, hidden in _PASSWORDS:
        text = pattern.sub(hidden, text)
    return text


def mask_within(sentence: str) -> str:
    """Give a sentence with the password of every address in it hidden."""
    return _PASSWORDS[1][0].sub(_PASSWORDS[1][1], _ADDRESS.sub(lambda found: mask(found[0]), sentence))
