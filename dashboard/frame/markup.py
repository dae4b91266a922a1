"""A Dash component that puts a string of markup in its place; its browser half is assets/markup.js.

Dash has none: a tree of html components costs the browser 0.8 ms an element, and dcc.Markdown
and Purify read and rewrite the string first.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dash.development.base_component import Component

NAMESPACE = "dashboard"
"""``window.dashboard`` in the browser; Dash looks for a package of that name at each component."""


class Markup(Component):  # type: ignore[misc]
    """A div with markup of our own making (figures/shared/markup.py escapes every value of it).

    ``html`` None: not answered yet. An empty string is an answer: nothing to show. ``label``: what a
    screen reader calls it.
    """

    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children"]
    _namespace = NAMESPACE
    _type = "Markup"

    def __init__(
        self,
        id: Any,
        className: str | None = None,  # noqa: N803
        html: str | None = None,
        label: str | None = None,
    ) -> None:
        self._prop_names = ["id", "className", "html", "label"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = self._prop_names
        self.available_wildcard_properties: list[str] = []
        given = {"id": id, "className": className, "html": html, "label": label}
        super().__init__(**{name: value for name, value in given.items() if value is not None})
