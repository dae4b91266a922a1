"""The JSON and CSV twin of every table, under /api/v1/.

The same functions as the pages, so no two of them can disagree. A word or value that is
not understood is a 400: a program, unlike a reader, must not get something else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import flask

from dashboard.api.dossiers import WORDS as DOSSIER_WORDS
from dashboard.api.dossiers import dossiers
from dashboard.api.flags import flags
from dashboard.api.groups import BY_UNIT, ON_TIME, ONLINE, SATISFACTION, Rows, grouped
from dashboard.api.head import Answer
from dashboard.api.on_time import meta, on_time, units
from dashboard.api.online import online
from dashboard.api.satisfaction import satisfaction
from dashboard.api.search import WORDS as SEARCH_WORDS
from dashboard.api.search import search
from dashboard.frame.failures import logged
from dashboard.question.audit import DOSSIERS, OFFICIALS, noted
from dashboard.question.errors import Unavailable
from dashboard.question.listing import NotListed
from dashboard.question.question import Question

# Also behind blanks, which sheets pass over, and in full width.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
FORMATS = ("json", "csv")
VIEW_WORDS = frozenset({"ky", "so_voi", "don_vi", "linh_vuc", "thu_tuc", "cach_tinh", "den"})


@dataclass(frozen=True)
class Route:
    """One address under /api/v1/: its answer, and the words it takes beside the view's, or without.

    ``groups``: what else than a unit a row can be, the values of ``theo``. ``shows``: what the audit notes.
    """

    name: str
    answer: Callable[[Question], Answer]
    words: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    groups: Mapping[str, Callable[[Question], Rows]] = field(default_factory=dict)
    shows: str = ""


ROUTES = (
    Route("on-time", on_time, groups=ON_TIME),
    Route("flags", flags, shows=OFFICIALS),
    Route("online", online, groups=ONLINE),
    Route("units", units),
    Route("dossiers", dossiers, DOSSIER_WORDS, shows=DOSSIERS),
    Route("meta", meta),
    Route("search", search, SEARCH_WORDS),
    # A rating has neither a field nor a procedure: who asks by one must not get the whole.
    Route("satisfaction", satisfaction, frozenset({"nguon"}), frozenset({"linh_vuc", "thu_tuc"}),
          SATISFACTION),
)  # fmt: skip


class Refused(ValueError):  # noqa: N818 - what happens to the request
    """A word or value of the address that is not understood."""

    def __init__(self, word: str, value: str, sentence: str) -> None:
        super().__init__(sentence)
        self.word, self.value = word, value[:40]


def register(server: flask.Flask) -> None:
    """Add the routes."""
    for route in ROUTES:
        server.add_url_rule(f"/api/v1/{route.name}", f"api_{route.name}", _guarded(route), methods=["GET"])


def _guarded(route: Route) -> Callable[[], Any]:
    def view() -> Any:
        try:
            return _answer(route)
        except Refused as error:
            return flask.jsonify(error=str(error), word=error.word, value=error.value), 400
        except NotListed as error:
            allowed = {"allowed": error.allowed} if error.allowed else {}
            return flask.jsonify(error=str(error), **allowed), error.status
        except Unavailable as error:
            return flask.jsonify(error=error.told, code=logged(error, route.name)), 503
        except Exception as error:
            return flask.jsonify(error="Máy chủ gặp lỗi.", code=logged(error, route.name)), 500

    return view


def _answer(route: Route) -> Any:
    words = flask.request.args.to_dict(flat=False)
    wanted = words.pop("dang", ["json"])
    if wanted not in ([one] for one in FORMATS):
        raise Refused("dang", wanted[0], "dang phải là json hoặc csv, và chỉ có một lần.")
    group = _group(route, words.pop("theo")) if "theo" in words and route.groups else BY_UNIT
    question = Question.asked(words, f"/api/v1/{route.name}")
    for problem in question.parsed.problems:
        # What a page shows instead is nothing to a program, which gets nothing instead.
        raise Refused(problem.word, problem.value, f"{problem.cause}.")
    for word in words:
        if word not in (VIEW_WORDS | route.words) - route.without:
            raise Refused(word, words[word][0], f"Địa chỉ này không dùng từ {word}.")
    answer = route.answer(question) if group == BY_UNIT else grouped(question, route.groups[group])
    shows = route.shows if question.view.has_started else ""
    if shows := shows or answer.shows:
        noted(question, shows, "file" if wanted == ["csv"] else "api")
    if wanted == ["csv"]:
        name = route.name if group == BY_UNIT else f"{route.name}-{group}"
        return _csv(f"{name}.csv", answer.rows, question)
    body = dict(answer.head)
    if answer.lists_rows:
        body["rows"] = answer.rows
    return flask.jsonify(body)


def _group(route: Route, values: Sequence[str]) -> str:
    """Read what a row is to be."""
    groups = (BY_UNIT, *route.groups)
    if len(values) != 1 or values[0] not in groups:
        raise Refused("theo", values[0], f"theo phải là {', '.join(groups)}, và chỉ có một lần.")
    return values[0]


def _csv(name: str, rows: Iterable[Mapping[str, Any]], question: Question) -> flask.Response:
    """Write rows as CSV that Excel opens: UTF-8 with BOM, no cell that Excel would execute."""
    flat = [_flat(row) for row in rows]
    out = io.StringIO()
    columns = list(dict.fromkeys(column for row in flat for column in row))
    period = question.view.period
    extras = question.parsed.extras
    notes: dict[str, Any] = {
        "as_of": question.view.as_of.isoformat(), "period": period.code,
        "period_start": period.start.isoformat(), "period_end": period.end.isoformat(),
        "basis": question.view.basis, "filters": _filters(question), "metric": extras.metric,
        "flag": extras.flag, "sample_size": extras.sample_size,
        "seed": None if extras.sample_size is None else extras.seed or 0,
    }  # fmt: skip
    notes = {name: value for name, value in notes.items() if value not in (None, "")}
    if question.known.as_of.is_sample:
        notes["sample"] = "DỮ LIỆU MẪU"
    # What the rows say themselves (meta's do) is not said twice.
    heads = dict.fromkeys([*columns, *notes])
    writer = csv.DictWriter(out, list(heads), lineterminator="\r\n")
    writer.writeheader()
    for row in flat:
        writer.writerow({column: cell(value) for column, value in {**row, **notes}.items()})
    answer = flask.Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _filters(question: Question) -> str:
    """Say what the rows are narrowed to, in the words of an address; empty for the whole district."""
    view, slugs = question.view, question.context.slug_of
    words = {
        "don_vi": view.unit_code, "thu_tuc": view.procedure_code,
        "linh_vuc": None if view.field is None else slugs.get(view.field, view.field),
    }  # fmt: skip
    return " ".join(f"{word}={value}" for word, value in words.items() if value is not None)


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}_")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def cell(value: Any) -> Any:
    """Give a CSV cell: days and moments as in JSON, an apostrophe before what a spreadsheet would execute."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
