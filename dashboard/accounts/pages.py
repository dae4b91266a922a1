"""The sign-in page, and signing out."""

from __future__ import annotations

import logging
import time
from typing import Any, cast

import flask

from dashboard.accounts.account import name_of
from dashboard.accounts.gate import COOKIE, SIGN_IN, SIGN_ON, SIGN_OUT, Gate, home
from dashboard.accounts.origin import is_ours
from dashboard.accounts.passwords import Busy
from dashboard.figures.shared.markup import markup
from dashboard.question.access import the_reader
from dashboard.question.question import the_source
from dashboard.serving.log import FIELDS

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
WRONG = "Tên hoặc mật khẩu không đúng, hoặc tài khoản không dùng được."
TOO_MANY = "Đã thử quá nhiều lần. Hãy đợi 15 phút rồi thử lại."
NOT_OURS = "Hãy đăng nhập từ chính trang này."
BUSY = "Máy chủ đang bận, hãy thử lại."

log = logging.getLogger("motcua")


def register(server: flask.Flask, gate: Gate) -> None:
    """Add the sign-in page and signing out."""

    @server.get(SIGN_IN)
    def _page() -> Any:
        if not gate.needs_accounts():
            return flask.redirect(f"{flask.request.script_root}/", 303)
        return page(gate, there=inside(flask.request.args.get("tiep", "/")))

    @server.post(SIGN_IN)
    def _sign_in() -> Any:
        form = flask.request.form
        given, there = form.get("ten", ""), inside(form.get("tiep", "/"))
        if not is_ours(flask.request):
            return page(gate, told=NOT_OURS, there=there, status=403)
        if not gate.needs_accounts():
            return flask.redirect(f"{flask.request.script_root}/", 303)
        # What is no name at all is tried and counted like one that nobody has.
        name, address = name_of(given) or given[:64], gate.address()
        if not gate.store.may_try(name, address, int(time.time())):
            note(gate, logging.WARNING, "Đăng nhập bị chặn vì thử quá nhiều", name)
            return page(gate, told=TOO_MANY, name=given, there=there, status=429)
        kept = gate.store.password(name)
        try:
            fits = gate.passwords.fits(form.get("mat_khau", ""), kept)
        except Busy:
            return page(gate, told=BUSY, name=given, there=there, status=503)
        token = gate.signed_in(name, password=kept) if fits else None
        if token is None:
            note(gate, logging.WARNING, "Đăng nhập không thành", name)
            return page(gate, told=WRONG, name=given, there=there, status=401)
        gate.store.forget_tries(name, address)
        note(gate, logging.INFO, "Đăng nhập", name)
        return begun(gate, token, there)

    @server.post(SIGN_OUT)
    def _sign_out() -> Any:
        if token := gate.cookie(COOKIE, path=home()):
            if name := the_reader().name:
                note(gate, logging.INFO, "Đăng xuất", name)
            gate.store.end(token)
        answer = cast(flask.Response, flask.redirect(f"{flask.request.script_root}{SIGN_IN}", 303))
        gate.take_away(answer, COOKIE, path=home())
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


def note(gate: Gate, level: int, event: str, name: str) -> None:
    """Log who tried to get in, from where; of a name that nobody has nothing: it may be a password."""
    who = name if gate.store.account(name) is not None else ""
    log.log(level, "%s", event, extra={FIELDS: {"event": event, "who": who, "address": gate.address()}})


def page(
    gate: Gate, *, told: str = "", name: str = "", there: str = "/", status: int = 200
) -> flask.Response:
    """Draw the sign-in page, with what went wrong."""
    root = flask.request.script_root
    return of_accounts(
        "sign_in.html",
        status,
        told=told,
        name=name[:64],
        there=there,
        action=f"{root}{SIGN_IN}",
        elsewhere=f"{root}{SIGN_ON}" if gate.settings.oidc_issuer else "",
    )


def of_accounts(template: str, status: int, **values: Any) -> flask.Response:
    """Draw a page of accounts, which no script runs on and nobody keeps."""
    source = the_source()
    district = source.district_name(source.remembered())
    drawn = markup(template, root=flask.request.script_root, district=district, **values)
    answer = flask.make_response(drawn, status)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    if status == 429:
        answer.headers["Retry-After"] = "900"
    return answer


def begun(gate: Gate, token: str, there: str) -> flask.Response:
    """Lead a reader whose session has begun to where they wanted; the session before is ended."""
    if before := gate.cookie(COOKIE, path=home()):
        gate.store.end(before)
    root = flask.request.script_root
    answer = cast(flask.Response, flask.redirect(f"{root}{there}", 303))
    gate.set_cookie(answer, COOKIE, token, path=home())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def inside(address: str) -> str:
    """Give an address of ours as it is, without the prefix; the first page's for what leads elsewhere."""
    root = flask.request.script_root
    if root and address.startswith(f"{root}/"):
        address = address[len(root) :]
    is_inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_inside and not address.startswith(SIGN_IN) and "\\" not in address else "/"
