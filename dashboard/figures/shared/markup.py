"""The one maker of markup: Jinja with autoescape, so that no name from a database is ever HTML."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboard import formats
from dashboard.theme import MARKS
from queries.definitions.meanings import NAMES


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("dashboard", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {
        "count": formats.count_text,
        "share": formats.share_text,
        "day": formats.day_text,
        "moment": formats.moment_text,
        "sentence": formats.sentence,
    }
    made.globals |= {"MARKS": MARKS, "MEANINGS": NAMES}
    return made


def markup(template: str, **values: Any) -> str:
    """Fill a template of dashboard/templates; every value is escaped."""
    return _environment().get_template(template).render(**values)
