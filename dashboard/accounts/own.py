"""The page of one's own account: what it may see, its password, and where it is signed in."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import flask

from dashboard.accounts.account import ROLES, AccountError
from dashboard.accounts.gate import COOKIE, OWN, SIGN_IN, Gate, home
from dashboard.accounts.pages import BUSY, begun, inside, note, of_accounts
from dashboard.accounts.passwords import LEAST, MOST, Busy
from dashboard.accounts.store import digest
from dashboard.question.access import the_reader

WRONG = "Mật khẩu đang dùng không đúng. Chưa có gì thay đổi."
TOO_MANY = "Đã thử quá nhiều lần. Hãy đợi 15 phút rồi thử lại; mật khẩu chưa đổi."
UNLIKE = "Hai lần gõ mật khẩu mới không giống nhau. Chưa có gì thay đổi."
THE_SAME = "Mật khẩu mới phải khác mật khẩu đang dùng. Chưa có gì thay đổi."
CHANGED_MEANWHILE = "Mật khẩu vừa được đổi ở nơi khác, hoặc tài khoản vừa bị khóa. Hãy đăng nhập lại."
NO_PASSWORD = "Tài khoản này đăng nhập ở hệ thống của cơ quan, không có mật khẩu ở đây."
DONE = {
    "mat-khau": "Đã đổi mật khẩu. Mọi nơi khác đang đăng nhập bằng tài khoản này phải đăng nhập lại.",
    "phien": "Đã đăng xuất ở nơi được chọn.",
}


def register(server: flask.Flask, gate: Gate) -> None:
    """Add the page of one's own account, which changes nothing but that account."""

    @server.get(OWN)
    def _own_page() -> Any:
        if not gate.needs_accounts():
            return flask.redirect(f"{flask.request.script_root}/", 303)
        return _drawn(gate, done=DONE.get(flask.request.args.get("xong", ""), ""))

    @server.post(OWN)
    def _change_own() -> Any:
        if not gate.needs_accounts():
            return flask.redirect(f"{flask.request.script_root}/", 303)
        if flask.request.form.get("viec") == "phien":
            return _end_elsewhere(gate)
        return _choose(gate)


class Refused(Exception):  # noqa: N818 - what the change is
    """A change that is not made; its text says why, in Vietnamese."""

    def __init__(self, told: str, status: int = 400) -> None:
        super().__init__(told)
        self.status = status


def _choose(gate: Gate) -> flask.Response:
    """Change one's own password: whoever sits at an open screen does not know the one before."""
    name, address = the_reader().name, gate.address()
    try:
        kept, hashed = _chosen(gate, name, address)
        token = gate.signed_in(name, password=hashed) if gate.store.own_password(name, kept, hashed) else None
        if token is None:
            raise Refused(CHANGED_MEANWHILE, 409)
    except Busy:
        return _drawn(gate, told=BUSY, status=503)
    except AccountError as error:
        return _drawn(gate, told=str(error), status=400)
    except Refused as error:
        note(gate, logging.WARNING, "Đổi mật khẩu không thành", name)
        return _drawn(gate, told=str(error), status=error.status)
    gate.store.forget_tries(name, address)
    note(gate, logging.INFO, "Đổi mật khẩu", name)
    there = flask.request.form.get("tiep")
    return begun(gate, token, f"{OWN}?xong=mat-khau" if there is None else inside(there))


def _chosen(gate: Gate, name: str, address: str) -> tuple[str, str]:
    """Give the hashes of the password before and of the new one. Raises Refused, AccountError, Busy."""
    form = flask.request.form
    kept, chosen = gate.store.password(name), form.get("moi", "")
    if kept is None:
        raise Refused(NO_PASSWORD)
    if not gate.store.may_try(name, address, int(time.time())):
        raise Refused(TOO_MANY, 429)
    if not gate.passwords.fits(form.get("mat_khau", ""), kept):
        raise Refused(WRONG)
    if chosen != form.get("lai", ""):
        raise Refused(UNLIKE)
    if gate.passwords.fits(chosen, kept):
        raise Refused(THE_SAME)
    return kept, gate.passwords.hash(chosen, name)


def _end_elsewhere(gate: Gate) -> flask.Response:
    name, token = the_reader().name, gate.cookie(COOKIE, path=home())
    ended = gate.store.end_others(name, token, flask.request.form.get("khoa") or None)
    note(gate, logging.INFO, f"Đăng xuất {ended} nơi khác", name)
    there = f"{flask.request.script_root}{OWN}?xong=phien"
    return cast(flask.Response, flask.redirect(there, 303))


def _drawn(gate: Gate, *, told: str = "", done: str = "", status: int = 200) -> flask.Response:
    root = flask.request.script_root
    account = gate.store.account(the_reader().name)
    if account is None:  # taken away between two looks
        return cast(flask.Response, flask.redirect(f"{root}{SIGN_IN}", 303))
    settings, own = gate.settings, digest(gate.cookie(COOKIE, path=home()))
    zone = ZoneInfo(settings.time_zone)
    sessions = gate.store.sessions(account.name, int(time.time()), settings.session_idle_minutes * 60)
    return of_accounts(
        "own_account.html",
        status,
        told=told,
        done=done,
        account=account,
        role=ROLES[account.role],
        is_first=gate.store.is_first(own),
        sessions=[
            (one.key, one.key == own, one.address, datetime.fromtimestamp(one.begun, zone),
             datetime.fromtimestamp(one.seen, zone))
            for one in sessions
        ],
        there=inside(flask.request.values.get("tiep", "/")),
        action=f"{root}{OWN}",
        least=LEAST,
        most=MOST,
    )  # fmt: skip
