"""How a browser asks: the requests Dash sends for a page, and for each of its cards.

Nothing here sends anything: the same bodies go through Flask inside this process and over HTTP.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

UPDATE = "/_dash-update-component"
DEPENDENCIES = "/_dash-dependencies"
PAGES = {
    "overview": "/", "on-time": "/dung-han", "flags": "/canh-bao", "satisfaction": "/hai-long",
    "online": "/truc-tuyen", "units": "/don-vi", "unit": "/don-vi/QM-P01", "dossiers": "/ho-so",
    "meeting": "/giao-ban", "method": "/phuong-phap",
}  # fmt: skip
"""Every page: the name its question goes by, and its path."""


@dataclass(frozen=True)
class Request:
    """One POST: what it is of (a card's name, or "page") and its body."""

    name: str
    body: bytes


def layout_request(path: str, query: str) -> Request:
    """Give the request for a page's frame, which carries the question its cards will send."""
    inputs = [
        {"id": "_pages_location", "property": "pathname", "value": path},
        {"id": "_pages_location", "property": "search", "value": query},
    ]
    return Request("page", _body(".._pages_content.children..._pages_store.data..", inputs))


class Cards:
    """The cards of every page, as the running application tells them (``DEPENDENCIES``)."""

    def __init__(self, dependencies: list[dict[str, Any]]) -> None:
        self._by_page: dict[str, list[dict[str, Any]]] = {name: [] for name in PAGES}
        for one in dependencies:
            name = one["inputs"][0]["id"].removesuffix("-question")
            if not one["clientside_function"] and name in self._by_page:
                self._by_page[name].append(one)

    def requests(self, page: str, question: Any) -> list[Request]:
        """Give the requests of a page's cards for a question."""
        return [
            Request(_name(one["output"]), _body(one["output"], [{**one["inputs"][0], "value": question}]))
            for one in self._by_page[page]
        ]


def question_in(answer: Any) -> Any:
    """Find the page's question in the answer to its frame's request."""
    waiting = [answer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "Store" and str(one["props"].get("id", "")).endswith("-question"):
                return one["props"]["data"]
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    raise LookupError("the page has no question")


def _body(output: str, inputs: list[dict[str, Any]]) -> bytes:
    several = output.startswith("..")
    outputs = [_output(one) for one in output.strip(".").split("...")]
    return json.dumps({
        "output": output,
        "outputs": outputs if several else outputs[0],
        "inputs": inputs,
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
    }).encode()  # fmt: skip


def _output(one: str) -> dict[str, Any]:
    where, _, what = one.rpartition(".")
    return {"id": json.loads(where) if where.startswith("{") else where, "property": what}


def _name(output: str) -> str:
    where = _output(output.strip(".").split("...")[0])["id"]
    return str(where["card"] if isinstance(where, dict) else where)
