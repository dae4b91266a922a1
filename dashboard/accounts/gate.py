"""The gate: says who asks before anything is answered, and turns away who may not.

Without accounts whoever sits at this machine is the reader, and nobody else gets in. From the first
account on nobody gets in without one.
"""

from __future__ import annotations

import logging
import time
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import flask

from dashboard.accounts.account import WALL_ROLE, Account, AccountError
from dashboard.accounts.origin import address_of, came_by_proxy, is_listed, is_loopback, is_ours, is_secure
from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import Store, StoreError
from dashboard.question.access import IDENTIFY, WITHOUT_ACCOUNTS, Reader, the_reader
from dashboard.question.question import the_source
from dashboard.settings.settings import Settings

SIGN_IN, SIGN_OUT, SIGN_ON, OWN = "/dang-nhap", "/dang-xuat", "/dang-nhap/sso", "/tai-khoan"
COOKIE, WALL_COOKIE = "motcua", "motcua_man_hinh"
WALL = "/man-hinh"
_OF_WALL = frozenset({WALL, f"{WALL}/so-lieu"})
_PUBLIC = ("/assets/", "/_dash-component-suites/", "/khung/")
_PUBLIC_PATHS = frozenset({SIGN_IN, SIGN_ON, f"{SIGN_ON}/ve", "/healthz", "/_favicon.ico"})
_TO_CHOOSE = frozenset({OWN, SIGN_OUT})
"""All there is for who came in by a first password."""
_BY_ITSELF = frozenset({"/api/v1/as-of"})
"""What an open tab asks by itself: it does not keep a session from ending."""
_WALL_LASTS = 400 * 86_400

log = logging.getLogger("motcua")


class SignedOut(Exception):  # noqa: N818 - what the reader is
    """Nobody that is known sent this request. ``there``: where they have to go first."""

    there = SIGN_IN
    told = "Chưa đăng nhập, hoặc phiên đăng nhập đã hết."


class MustChoose(SignedOut):
    """Whoever sent this request came in by a first password, and has chosen none of their own."""

    there = OWN
    told = "Hãy đổi mật khẩu tạm trước khi xem số liệu."


class Gate:
    """The accounts of an application; it remembers that there were any, so that a lost file opens nothing."""

    def __init__(self) -> None:
        self.passwords = Passwords()
        self._had_accounts: set[Path] = set()

    @property
    def settings(self) -> Settings:
        """Give the settings in force."""
        return the_source().settings

    @property
    def store(self) -> Store:
        """Give the file of accounts."""
        return Store(Path(self.settings.accounts_file))

    def needs_accounts(self) -> bool:
        """Say whether nobody gets in without an account. Raises StoreError."""
        store = self.store
        if store.path in self._had_accounts:
            return True
        if store.has_accounts():
            self._had_accounts.add(store.path)
            return True
        return False

    def check(self) -> Any:
        """Answer a request that may go no further; None for one that may."""
        request = flask.request
        try:
            if not self.needs_accounts():
                return self._at_the_machine()
            if (request.path.startswith(_PUBLIC) and not _is_page()) or request.path in _PUBLIC_PATHS:
                return None
            the_reader()
        except SignedOut as error:
            return _turned_away(error)
        except StoreError as error:
            log.error("%s", error)
            return _told("Máy chủ chưa kiểm tra được tài khoản. Hãy báo người quản trị.", 503)
        if request.method not in ("GET", "HEAD") and not is_ours(request):
            return _told("Yêu cầu không đến từ trang này.", 403)
        return self._kept_wall()

    def identified(self) -> Reader:
        """Give who sent the request. Raises SignedOut, MustChoose, StoreError."""
        if not self.needs_accounts():
            return WITHOUT_ACCOUNTS
        account = self._account()
        if account is None or not account.is_open_on(self._today()):
            raise SignedOut
        if account.must_choose and flask.request.path not in _TO_CHOOSE:
            raise MustChoose
        return Reader(account.name, account.rights(self.settings.cutoff_day))

    def signed_in(self, name: str, *, password: str | None = None) -> str | None:
        """Begin a session and give its token; None for an account that may not be used.

        ``password``: the hash by which the reader was let in; None where somebody else vouches for them.
        """
        account = self.store.account(name)
        if account is None or account.role == WALL_ROLE or not account.is_open_on(self._today()):
            return None
        try:
            lasts = self.settings.session_hours * 3600
            return self.store.begin(
                account.name, int(time.time()), lasts, password=password, address=self.address()
            )
        except AccountError:
            return None

    def address(self) -> str:
        """Give the reader's address."""
        return address_of(flask.request, self.settings.trusted_proxies)

    def set_cookie(
        self, answer: flask.Response, name: str, value: str, *, path: str, max_age: int | None = None
    ) -> None:
        """Set a cookie that no script reads and no other site sends; only over TLS where there is TLS."""
        answer.set_cookie(
            self._named(name, path), value, path=path, max_age=max_age, httponly=True, samesite="Lax",
            secure=self._is_secure(),
        )  # fmt: skip

    def cookie(self, name: str, *, path: str) -> str:
        """Give what a cookie of a path holds; empty where there is none."""
        return flask.request.cookies.get(self._named(name, path), "")

    def take_away(self, answer: flask.Response, name: str, *, path: str) -> None:
        """Let the browser forget a cookie."""
        self.set_cookie(answer, name, "", path=path, max_age=0)

    def _named(self, name: str, path: str) -> str:
        """Give a cookie's name as a browser keeps it.

        Over TLS with a prefix: no other host of the domain, and nobody on the way, can then set it.
        """
        return name if not self._is_secure() else f"__Host-{name}" if path == "/" else f"__Secure-{name}"

    def _is_secure(self) -> bool:
        return is_secure(flask.request, self.settings.trusted_proxies)

    def _today(self) -> date:
        return self.settings.clock().date()

    def _at_the_machine(self) -> Any:
        if came_by_proxy(flask.request):
            return _told("Chưa có tài khoản nào nên không nhận yêu cầu qua máy trung gian (proxy).", 403)
        if not is_loopback(flask.request.remote_addr):
            return _told("Chưa có tài khoản nào nên chỉ mở được ở chính máy chủ.", 403)
        return None

    def _account(self) -> Account | None:
        if flask.request.path.rstrip("/") in _OF_WALL and (wall := self._wall()) is not None:
            return wall
        found = self._of_proxy() or self._of_session()
        # A wall has its link and nothing else.
        return None if found is None or found.role == WALL_ROLE else found

    def _of_proxy(self) -> Account | None:
        request, settings = flask.request, self.settings
        header = settings.proxy_user_header
        if not header or not is_listed(request.remote_addr, settings.trusted_proxies):
            return None
        name = request.headers.get(header, "")
        return self.store.account(name) if name else None

    def _of_session(self) -> Account | None:
        request = flask.request
        token, idle = self.cookie(COOKIE, path=home()), self.settings.session_idle_minutes * 60
        is_used = request.path not in _BY_ITSELF
        return self.store.of_session(token, int(time.time()), idle, is_used=is_used) if token else None

    def _wall(self) -> Account | None:
        request = flask.request
        token = request.args.get("khoa") or self.cookie(WALL_COOKIE, path=f"{request.script_root}{WALL}")
        found = self.store.of_link(token) if token else None
        return found if found is not None and found.role == WALL_ROLE else None

    def _kept_wall(self) -> Any:
        """Put a link's token into a cookie of the wall alone, and out of the address."""
        request = flask.request
        token = request.args.get("khoa")
        if request.path.rstrip("/") != WALL or not token:
            return None
        rest = "&".join(
            f"{quote(word)}={quote(value)}"
            for word, value in request.args.items(multi=True)
            if word != "khoa"
        )
        there = f"{request.script_root}{WALL}"
        answer = cast(flask.Response, flask.redirect(f"{there}?{rest}" if rest else there, 303))
        self.set_cookie(answer, WALL_COOKIE, token, path=there, max_age=_WALL_LASTS)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def register(server: flask.Flask) -> Gate:
    """Let every request be somebody's, before anything else looks at it."""
    gate = Gate()
    server.extensions[IDENTIFY] = gate.identified
    server.before_request(gate.check)
    return gate


def home() -> str:
    """Give the path that all of ours is under."""
    return flask.request.script_root or "/"


def _is_page() -> bool:
    """Say whether a path is answered as a page, as "/khung/../dung-han" is, whatever it begins with."""
    rule = flask.request.url_rule
    return rule is not None and rule.rule == "/<path:path>"


def _turned_away(error: SignedOut) -> Any:
    """Send a reader where they have to go first; tell a program, or a page's callback, in JSON."""
    request = flask.request
    is_page = (
        request.method == "GET"
        and not request.path.startswith(("/api/", "/_"))
        and request.path != f"{WALL}/so-lieu"
    )
    if not is_page:
        answer = flask.jsonify(error=error.told)
        answer.headers["X-Motcua-Sign-In"] = f"{request.script_root}{error.there}"
        return answer, 401
    wanted = request.full_path.rstrip("?")
    return flask.redirect(f"{request.script_root}{error.there}?tiep={quote(wanted, safe='')}", 303)


def _told(sentence: str, status: int) -> Any:
    return flask.jsonify(error=sentence), status
