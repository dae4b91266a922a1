"""The application over small districts made by hand, for the tests of pages, API and headers.

Dash hands the pages' callbacks to the first application of a process, so there is one
here too, and each ``Site`` puts its own database behind it.
"""

from __future__ import annotations

import importlib
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy as copied
from datetime import date, datetime
from functools import cache
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import flask
from clean_copies import statements as statements  # noqa: PLC0414 - for the tests of pages
from copies import Fixed, copy_of_file, written_in_memory
from stores import DuckDB, Row
from werkzeug.test import TestResponse

from dashboard.application import create_server
from dashboard.question.access import IDENTIFY, Reader, Rights
from dashboard.question.question import Question
from dashboard.question.source import Source
from dashboard.question.working_copy import generations_of, kept_up_to_date, reader_of, terms_of
from dashboard.settings.settings import Settings
from queries.contract import SAMPLE_SOURCE
from queries.copy.refresh import Outcome, refresh
from queries.courses.build import build
from queries.courses.opened import OpenCopy

AUDIT = str(Path(tempfile.gettempdir()) / "motcua-kiem-thu" / "nhat-ky")
"""Where tests that do not say otherwise leave what the audit notes."""
ISSUED = str(Path(tempfile.mkdtemp(prefix="motcua-so-phieu-")) / "so-phieu.sqlite")
"""The register of sheets of tests that do not say otherwise."""
GATE = "gate"
"""Where the tests keep what says who asks, as the application does."""
AS_OF = datetime(2026, 11, 21, 10, 15)


@cache
def server() -> flask.Flask:
    """The one application of this process; the settings it is made with are not those of any test."""
    made = create_server(Settings(), Fixed(None))
    made.extensions[GATE] = made.extensions[IDENTIFY]
    return made


def page(name: str) -> ModuleType:
    """A module of dashboard.pages; it can be imported only once there is an application."""
    server()
    return importlib.import_module(f"dashboard.pages.{name}")


class Site:
    """The application with one database behind it."""

    rights: Rights | None = None
    """What whoever asks may see; None: what the application itself finds out."""

    def __init__(self, database: Path | str, **settings: Any) -> None:
        url = database if isinstance(database, str) else f"duckdb:///{database}"
        given = {
            "database_url": url,
            "writing_account": True,
            "as_of": AS_OF,
            "audit_folder": AUDIT,
            "issued_file": ISSUED,
            **settings,
        }
        self.settings = Settings(**given)
        self.source = Source(self.settings, Fixed(self._copy(url)))

    def seen_by(self, rights: Rights) -> Site:
        """The same application and memory, asked by somebody of these rights."""
        other = copied(self)
        other.rights = rights
        return other

    def _copy(self, url: str) -> OpenCopy | None:
        """A copy of a DuckDB file of clean values; None where there is no such file."""
        path = Path(url.removeprefix("duckdb:///"))
        if not path.is_file():
            return None
        s = self.settings
        return copy_of_file(path, s.now(), compare=s.compare, live=s.is_live)

    @property
    def server(self) -> flask.Flask:
        """The application, answering from this database."""
        made = server()
        made.extensions["motcua"] = self.source
        rights = self.rights
        made.extensions[IDENTIFY] = made.extensions[GATE] if rights is None else lambda: Reader("", rights)
        return made

    def get(self, address: str, **more: Any) -> TestResponse:
        return self.server.test_client().get(address, buffered=True, **more)

    def post(self, address: str, **more: Any) -> TestResponse:
        return self.server.test_client().post(address, **more)

    def json(self, address: str, status: int = 200) -> Any:
        answer = self.get(address)
        assert answer.status_code == status, (
            address,
            answer.status_code,
            answer.get_data(as_text=True)[:300],
        )
        assert answer.mimetype == "application/json"
        return answer.get_json()

    def ask(self, words: Mapping[str, Any] | None = None, path: str = "/") -> Question:
        """The question a page at this address asks."""
        with self.server.test_request_context(path):
            return Question.asked(words or {}, path)

    def draw(self, card: Callable[[Any], Any], words: Any = None, **asked: Any) -> Any:
        """What a card's callback answers to a page's Store."""
        with self.server.test_request_context("/"):
            return card({"words": words or {}, "path": "/", "as_of": None, **asked})

    def text(self, card: Callable[[Any], Any], words: Any = None, **asked: Any) -> str:
        """The words of a card's markup, as read."""
        drawn = self.draw(card, words, **asked)
        return said(drawn if isinstance(drawn, str) else drawn[0])


def with_officials() -> Rights:
    """Rights of whoever may see everything, names of officials included."""
    return Rights("lanh_dao", sees_officials=True)


def said(markup: str) -> str:
    """The text of markup, blanks joined."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", markup))).strip()


def attributes(markup: str, name: str) -> list[str]:
    """The values of an attribute, in the order they stand."""
    return [unescape(value) for value in re.findall(rf'\s{name}="([^"]*)"', markup)]


# a district by hand


def unit(number: int, **more: Any) -> Row:
    return {"unit_code": f"P{number:02}", "name": f"Phường {number}", "kind": "ward", **more}


def dossiers(
    of: str | None, *, early: int = 0, on_time: int = 0, late: int = 0, overdue: int = 0,
    open_in_time: int = 0, suspended: int = 0, month: date = date(2026, 11, 1), **more: Any,
) -> list[Row]:  # fmt: skip
    """Dossiers of a unit received on the 2nd of a month and due on the 10th; those in time on the 25th."""

    def on(day: int) -> datetime:
        return datetime(month.year, month.month, day, 9)

    kinds: Sequence[tuple[int, dict[str, Any]]] = (
        (early, {"state": "finished", "finished_at": on(5)}),
        (on_time, {"state": "finished", "finished_at": on(10)}),
        (late, {"state": "finished", "finished_at": on(12)}),
        (overdue, {"state": "open"}),
        (open_in_time, {"state": "open", "due_at": on(25)}),
        (suspended, {"state": "suspended", "suspended_since": on(4)}),
    )
    same = {"unit_code": of, "received_at": on(2), "due_at": on(10), "channel": "counter"}
    return [{**same, **kind, **more} for count, kind in kinds for _ in range(count)]


def loaded(source: str = "Một cửa điện tử", as_of: datetime = AS_OF) -> Row:
    return {"as_of": as_of, "loaded_at": as_of, "source": source, "rows": 1}


SAMPLE = loaded(f"{SAMPLE_SOURCE} · Quận Mẫu")


def write(
    folder: Path, units: Iterable[Row], rows: Iterable[Row], *, load: Row | None = None,
    **tables: Sequence[Row],
) -> Path:  # fmt: skip
    """Write a district to a DuckDB file of a folder and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    numbered = [{"dossier_code": f"HS-{i:05}", **row} for i, row in enumerate(rows)]
    path = folder / "motcua.duckdb"
    with written_in_memory(path) as made:
        store = DuckDB(made.parent)
        store.fill({"units": list(units), "dossiers": numbered, "loads": [load or loaded()], **tables})
        store.close()
    return path


def district(
    folder: Path, *units: Mapping[str, int], load: Row | None = None, extra: Sequence[Row] = ()
) -> Site:  # fmt: skip
    """Wards P01, P02 … with these dossiers each, and a site over them."""
    rows = [row for i, counts in enumerate(units, 1) for row in dossiers(f"P{i:02}", **dict(counts))]  # type: ignore[arg-type]
    return Site(write(folder, [unit(i) for i in range(1, len(units) + 1)], [*rows, *extra], load=load))


class Living(Site):
    """The application over a working copy that is refreshed from its source, as a district runs it."""

    def __init__(self, database: Path | str, copy_folder: Path, **settings: Any) -> None:
        url = database if isinstance(database, str) else f"duckdb:///{database}"
        given: dict[str, Any] = {
            "database_url": url,
            "writing_account": True,
            "as_of": AS_OF,
            "copy_folder": str(copy_folder),
            "audit_folder": AUDIT,
            "issued_file": ISSUED,
        } | settings
        self.settings = Settings(**given)
        self.copies, self.refresher = kept_up_to_date(self.settings)
        self.source = Source(self.settings, self.copies)

    def refresh(self, *, accept: bool = False) -> Outcome:
        """Refresh now, as ``motcua refresh`` does in another process; readers see it at once."""
        s = self.settings
        outcome = refresh(generations_of(s), reader_of(s), build, terms_of(s), accept=accept)
        self.copies._looked = float("-inf")
        return outcome
