"""The pages there are, and the bar of a page that has no figures to ask about."""

from __future__ import annotations

import dash

from dashboard.figures.shared.markup import markup
from dashboard.question.question import the_source
from dashboard.serving.request_id import request_id


def pages_there_are() -> tuple[tuple[str, str], ...]:
    """Give path and name of every page of the navigation, in its order."""
    pages = sorted(
        (one for one in dash.page_registry.values() if one.get("order") is not None),
        key=lambda one: one["order"],
    )
    return tuple((one["path"], one["name"]) for one in pages)


def bar_without_figures(told: str, code: str) -> str:
    """Draw the bar where there are no figures: the navigation, and the one cause with its one code."""
    source = the_source()
    prefix, name = source.settings.url_prefix, source.settings.district_name
    return markup(
        "bar_without_figures.html",
        brand=f"{name} · Một cửa" if name else "Bộ phận Một cửa",
        home=f"{prefix}/",
        nav=[(name, f"{prefix}{there}") for there, name in pages_there_are()],
        told=told,
        code=code,
        request=request_id(),
        prefix=prefix,
    )
