"""The document: the page as it is read, before any script; Dash draws the same page and takes it over.

The page's own layout, with what is read first in it (frame/first.py), is written as the HTML that the
browser's components would make of it. It stands before Dash's place in the document, in its stead,
until assets/first/first.js sees that Dash has drawn as much. Dash's scripts wait in a template until
the page has been painted; one style sheet holds all that the pages need.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import dash
import dash_bootstrap_components as dbc
import flask
from dash import Dash, dcc
from dash.development.base_component import Component

from dashboard.frame.failures import logged
from dashboard.frame.first import reading
from dashboard.frame.markup import Markup

STYLES = "/khung/trang.css"
"""Bootstrap's style sheet and all of ours: one file, compressed once."""
FIRST = Path(__file__).resolve().parents[2] / "assets" / "first" / "first.js"
_ENTRY = '<div id="react-entry-point">'
_SCRIPTS = re.compile(r"<footer>(.*)</footer>", re.DOTALL)
_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="([^"?]*)[^"]*">\s*')
_ASSETS = "/assets/"
_SHELL = "app p-0 container-fluid"
"""The classes of what the page stands in (shell.py), as the browser writes them."""
_WAITING = re.compile(r'<section [^>]*class="(?:bar|headline) [^"]*"><div id="[^"]*" class="slot"></div>')
_AGAIN = '<noscript><meta http-equiv="refresh" content="2"></noscript>'
"""Without scripts nobody else asks again for what was not there yet."""
_NAMES = {"className": "class", "htmlFor": "for"}
_WITHOUT_END = ("br", "hr", "img", "input", "link", "meta", "wbr")


class Document(Dash):  # type: ignore[misc]
    """Dash, whose document holds the page that is asked for."""

    def __init__(self, *given: Any, styles: Iterable[Path], **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._styles = tuple(styles)

    def interpolate_index(self, **parts: Any) -> str:
        """Put the page in, after Dash has filled in the document: data may hold what Dash would fill in."""
        parts["css"] = f'<link rel="stylesheet" href="{self.styles_address}">\n' + _other(parts["css"])
        document = str(super().interpolate_index(**parts))
        page, title = self._page(flask.request.path, flask.request.query_string.decode("ascii", "replace"))
        document = document.replace("<title>Một cửa</title>", f"<title>{escape(title)}</title>", 1)
        document = _SCRIPTS.sub(lambda found: self._starting(found[1]), document, count=1)
        if page:
            page = f'<div id="first" class="{_SHELL}">{page}</div>\n'
            if _WAITING.search(page):
                page = f"{_AGAIN}{page}"
        return document.replace(_ENTRY, f"{page}{_ENTRY}", 1)

    @property
    def styles_address(self) -> str:
        """Give the address of the style sheet: another one where another file is in it."""
        digest = hashlib.sha256(self.styles.encode()).hexdigest()[:12]
        return f"{self.get_relative_path(STYLES)}?m={digest}"

    @cached_property
    def styles(self) -> str:
        """Give the one style sheet."""
        return "\n".join(one.read_text("utf-8") for one in self._styles)

    @cached_property
    def _first_script(self) -> str:
        return FIRST.read_text("utf-8")

    def csp_hashes(self, hash_algorithm: str = "sha256") -> list[str]:
        """Give the hashes of every script in the document, ours too."""
        digest = base64.b64encode(hashlib.new(hash_algorithm, self._first_script.encode()).digest()).decode()
        return [*super().csp_hashes(hash_algorithm), f"'{hash_algorithm}-{digest}'"]

    def _starting(self, scripts: str) -> str:
        # Asked for while the scripts are on their way, which would ask for them at their end.
        ahead = "".join(
            f'<link rel="preload" as="fetch" crossorigin href="{self.get_relative_path(one)}">'
            for one in ("/_dash-layout", "/_dash-dependencies")
        )
        return f'<template id="scripts">{ahead}{scripts}</template><script>{self._first_script}</script>'

    def _page(self, path: str, query: str) -> tuple[str, str]:
        """Give a page as HTML, and its title; no page where it cannot be drawn: Dash then says why."""
        page, variables = _asked(path.strip("/"))
        title = page["title"]
        title = title(**variables) if callable(title) else title
        words = parse_qs(query, keep_blank_values=True)
        given = {word: values[0] if len(values) == 1 else values for word, values in words.items()}
        try:
            with reading():
                return "".join(_html(page["layout"](**{**given, **variables}))), title
        except Exception as error:
            logged(error, path)
            return "", title


def _other(links: str) -> str:
    """Give the links to style sheets that are not in the one file."""
    return _STYLE_LINK.sub(lambda found: "" if _is_ours(found[1]) else found[0], links)


def _is_ours(address: str) -> bool:
    return _ASSETS in address or address.endswith("bootstrap.min.css")


def _asked(path: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Find the page of a path as Dash does, with the variables in it; the page that says there is none."""
    missing: Mapping[str, Any] = {}
    for page in dash.page_registry.values():
        if page["module"].endswith("not_found_404"):
            missing = page
        elif page["path_template"]:
            names = re.findall("<(.*?)>", page["path_template"])
            found = re.fullmatch(re.sub("<.*?>", "(.*)", page["path_template"].strip("/")), path)
            if found and any(found.groups()):
                # As in the browser's address: the page reads it from there.
                return page, {
                    name: quote(one, safe="") for name, one in zip(names, found.groups(), strict=True)
                }
        elif path == page["path"].strip("/"):
            return page, {}
    return missing, {}


def _html(part: Any) -> Iterable[str]:
    """Write a component as its browser half would draw it."""
    if part is None or isinstance(part, bool | dcc.Store):
        return
    if isinstance(part, list | tuple):
        for one in part:
            yield from _html(one)
        return
    if not isinstance(part, Component):
        yield escape(str(part))
        return
    if isinstance(part, Markup):
        drawn = getattr(part, "html", None)
        look = f"{part.className} is-drawn" if drawn is not None else part.className
        label = getattr(part, "label", None)
        called = f' role="region" aria-label="{escape(label)}"' if label else ""
        yield f'<div id="{escape(_id(part.id))}" class="{look}"{called}>{drawn or ""}</div>'
        return
    if isinstance(part, dbc.Card):
        yield f'<div class="{escape(part.class_name)} card">'
        yield from _html(part.children)
        yield "</div>"
        return
    if isinstance(part, dbc.Navbar):
        look = f"{part.class_name} navbar navbar-expand navbar-light"
        yield f'<{part.tag} role="{part.role}" class="{escape(look)}">'
        yield from _html(part.children)
        yield f"</{part.tag}>"
        return
    tag = "a" if isinstance(part, dcc.Link) else part._type.lower()
    if part._namespace != "dash_html_components" and tag != "a":
        raise TypeError(f"{part._namespace}.{part._type} has no HTML of its own")
    yield f"<{tag}{''.join(_attributes(part))}>"
    if tag not in _WITHOUT_END:
        yield from _html(getattr(part, "children", None))
        yield f"</{tag}>"


def _attributes(part: Component) -> Iterable[str]:
    for name, value in part.to_plotly_json()["props"].items():
        if name in ("children", "key", "n_clicks", "refresh") or value is None or value is False:
            continue
        text = _id(value) if name == "id" else str(value)
        if name == "style":
            text = ";".join(f"{_dashed(key)}:{one}" for key, one in value.items())
        written = _NAMES.get(name, name.lower())
        yield f" {written}" if value is True else f' {written}="{escape(text)}"'


def _dashed(name: str) -> str:
    return re.sub("([A-Z])", r"-\1", name).lower()


def _id(value: Any) -> str:
    """Write an id as Dash's browser half does: a pattern by its keys' order, without blanks."""
    if not isinstance(value, dict):
        return str(value)
    return flask.json.dumps(value, sort_keys=True, separators=(",", ":"))
