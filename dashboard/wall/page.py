"""The wall: a page of our own without Dash, and the small JSON it lives on.

The page asks nothing of the database, so that a screen can be switched on before its
server's database is. Everything on it comes from ``/man-hinh/so-lieu``, asked once a
minute by its own scripts (assets/wall/), which Dash's pages do not load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flask

from dashboard.address.words import SCENES
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import why_no_figures
from dashboard.figures.shared.wording import comparison_word
from dashboard.figures.wall.flags import flags_scene
from dashboard.figures.wall.scenes import SCENE_NAMES, Scene, late_scene, period_text, strip
from dashboard.figures.wall.subjects import online_scene, satisfaction_scene
from dashboard.formats import moment_text
from dashboard.frame.failures import logged
from dashboard.question.errors import Unavailable
from dashboard.question.flags import units_by_code
from dashboard.question.question import Question, the_source
from dashboard.serving.request_id import request_id
from dashboard.settings.settings import Settings
from queries.on_time.changes import crossings

PATH = "/man-hinh"
DATA = f"{PATH}/so-lieu"
REFRESH_SECONDS = 60
TIMEOUT_SECONDS = 20
"""How long the page waits for an answer before it gives up: less than a refresh, more than any statement
of a healthy database takes."""
NIGHT_HOUR = 3
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "wall"
TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "wall.html"
STYLES = ("palette.css", "wall.css")
SCRIPTS = ("plain.js", "draw.js", "link.js", "run.js")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def register(server: flask.Flask) -> None:
    """Add the page and its figures."""
    addresses = {name: f"/assets/wall/{name}?m={_hash(FOLDER / name)}" for name in (*STYLES, *SCRIPTS)}
    build = build_id()

    @server.get(PATH)
    def _wall() -> flask.Response:
        answer = flask.make_response(_page(build, addresses))
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.get(DATA)
    def _figures() -> Any:
        try:
            return flask.jsonify(build=build, **figures())
        except Unavailable as error:
            return flask.jsonify(error=error.told, code=logged(error, DATA)), 503
        except Exception as error:
            return flask.jsonify(error="Máy chủ gặp lỗi.", code=logged(error, DATA)), 500


def build_id() -> str:
    """Name what the screen runs: changes with any of its files and with the version."""
    try:
        number = version("motcua")
    except PackageNotFoundError:  # run from a folder that was never installed
        number = ""
    parts = [number, *(_hash(path) for path in (TEMPLATE, *(FOLDER / name for name in (*STYLES, *SCRIPTS))))]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _page(build: str, addresses: dict[str, str]) -> str:
    source = the_source()
    prefix = source.settings.url_prefix
    return markup(
        "wall.html",
        build=build,
        data=f"{prefix}{DATA}",
        prefix=prefix,
        district=_place(source.district_name(source.remembered())),
        now=_clock(source.settings),
        refresh=1000 * REFRESH_SECONDS,
        timeout=1000 * TIMEOUT_SECONDS,
        scene_ticks=source.settings.wall_scene_seconds,
        night_hour=NIGHT_HOUR,
        styles=[f"{prefix}{addresses[name]}" for name in STYLES],
        scripts=[f"{prefix}{addresses[name]}" for name in SCRIPTS],
    )


def _clock(settings: Settings) -> str:
    """Give the true time of day, whatever moment the settings pin: a clock on a wall tells the time."""
    return datetime.now(ZoneInfo(settings.time_zone)).replace(tzinfo=None).isoformat(timespec="seconds")


def _place(district: str) -> str:
    return "Bộ phận Một cửa" if district == "Một cửa" else f"{district} · Bộ phận Một cửa"


def figures() -> dict[str, Any]:
    """Give all the wall shows for the address words of the request, in texts."""
    source = the_source()
    question = Question.asked(flask.request.args.to_dict(flat=False), PATH)
    view, known = question.view, question.known
    age = source.settings.now() - view.as_of
    return {
        "now": _clock(source.settings),
        "place": _place(source.district_name(known)),
        "period": period_text(view),
        "as_of": f"Số liệu đến {moment_text(view.as_of)}{' (suy ra)' if known.as_of.inferred else ''}",
        "age_seconds": max(0, int(age.total_seconds())),
        # A moment that the address pins is as old as it was meant to be.
        "expected_seconds": None if view.as_of < question.context.as_of
        else 60 * source.settings.expected_age_minutes,
        "sample": known.as_of.is_sample,
        "problems": [*source.troubles(), *question.parsed.sentences],
        "strip": asdict(strip(question.on_time)),
        "scenes": [asdict(one) for one in scenes(question)],
    }  # fmt: skip


def scenes(question: Question) -> list[Scene]:
    """Give the scenes the address asks for, in its order; all four where it asks for none."""
    makers: dict[int, Callable[[Question], Scene]] = {1: _late, 2: _flags, 3: _satisfaction, 4: _online}
    chosen = question.parsed.extras.scenes or range(1, SCENES + 1)
    return [_made(makers[number], question, number) for number in chosen]


def _made(make: Callable[[Question], Scene], question: Question, number: int) -> Scene:
    """Give a scene; one that the database does not give in time says so, and leaves the others alone."""
    try:
        return make(question)
    except Unavailable as error:
        code = logged(error, f"{DATA} {number}")
        return Scene(number, SCENE_NAMES[number], "word", "Chưa có số liệu của cảnh này",
                     f"{error.told} Mã lỗi {code}, mã yêu cầu {request_id()}.")  # fmt: skip


def _late(question: Question) -> Scene:
    return late_scene(question.on_time, question.compared)


def _flags(question: Question) -> Scene:
    if not question.view.has_started:
        return flags_scene(None, {}, why=why_no_figures(question.view))
    crossed = crossings(question.on_time, question.compared)
    return flags_scene(question.flags, units_by_code(question), crossed, comparison_word(question.view))


def _satisfaction(question: Question) -> Scene:
    return satisfaction_scene(question.satisfaction, question.satisfaction_before)


def _online(question: Question) -> Scene:
    return online_scene(question.online, question.online_before)
