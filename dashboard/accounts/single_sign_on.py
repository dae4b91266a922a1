"""Signing on at the district's own provider (OpenID Connect): code flow with PKCE, state and nonce.

Who may see what stays here: the provider says who somebody is, the account of that name says the rest.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any, cast
from urllib.parse import urlsplit

import flask
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboard.accounts.account import name_of
from dashboard.accounts.gate import SIGN_ON, Gate
from dashboard.accounts.origin import is_loopback_host, is_secure
from dashboard.accounts.pages import TOO_MANY, begun, inside, page
from dashboard.settings.settings import Settings

BACK = f"{SIGN_ON}/ve"
FLOW_COOKIE = "motcua_sso"
NOT_SIGNED_ON = "Đăng nhập một lần không thành. Hãy thử lại, hoặc báo người quản trị."
NO_ACCOUNT = "Bảng theo dõi chưa có tài khoản dùng được cho người này. Hãy báo người quản trị."
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_WAIT_SECONDS, _LEEWAY_SECONDS, _KEPT_SECONDS = 5, 60, 600

log = logging.getLogger("motcua")


class NotSignedOn(Exception):  # noqa: N818 - what the reader is
    """The provider, or what it sent, is not to be believed; the text is for the log."""


class Provider:
    """The provider of an issuer: its addresses and keys, asked for once in ten minutes."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._told: dict[str, Any] = {}
        self._until = 0.0

    def told(self) -> dict[str, Any]:
        """Give what the provider says of itself, its keys included. Raises NotSignedOn."""
        if time.monotonic() < self._until:
            return self._told
        at = urlsplit(self.issuer)
        if at.scheme != "https" and not is_loopback_host(at.hostname or ""):
            raise NotSignedOn(f"oidc_issuer {self.issuer} phải là https")
        told = _json(f"{self.issuer}/.well-known/openid-configuration")
        if str(told.get("issuer", "")).rstrip("/") != self.issuer:
            raise NotSignedOn(f"nơi cấp tự nhận là {told.get('issuer')}")
        keys = _json(str(told.get("jwks_uri", "")))
        self._told, self._until = {**told, "keys": keys}, time.monotonic() + _KEPT_SECONDS
        return self._told


def _json(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=_WAIT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NotSignedOn(f"{address}: {error}") from error
    if not isinstance(found, dict):
        raise NotSignedOn(f"{address}: không phải JSON")
    return found


def register(server: flask.Flask, gate: Gate) -> None:
    """Add the way to the provider and back; there is none without its settings."""
    providers: dict[str, Provider] = {}

    def provider(settings: Settings) -> Provider:
        if settings.oidc_issuer is None or settings.oidc_client_id is None or not gate.needs_accounts():
            flask.abort(404)
        return providers.setdefault(settings.oidc_issuer, Provider(settings.oidc_issuer))

    @server.get(SIGN_ON)
    def _there() -> Any:
        settings, now = gate.settings, int(time.time())
        try:
            told = provider(settings).told()
        except NotSignedOn as error:
            return _failed(gate, error)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        held = {"nonce": nonce, "verifier": verifier, "there": inside(flask.request.args.get("tiep", "/"))}
        if not gate.store.keep_flow(state, held, gate.address(), now):
            return page(gate, told=TOO_MANY, there=held["there"], status=429)
        address, _ = _client(settings).create_authorization_url(
            told["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
        answer = cast(flask.Response, flask.redirect(address, 303))
        gate.set_cookie(answer, FLOW_COOKIE, state, path=_path(), max_age=600)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.get(BACK)
    def _back() -> Any:
        settings, now = gate.settings, int(time.time())
        found = provider(settings)
        state, kept = flask.request.args.get("state", ""), gate.cookie(FLOW_COOKIE, path=_path())
        held = gate.store.take_flow(state, now) if state and secrets.compare_digest(state, kept) else None
        try:
            if held is None:
                raise NotSignedOn("state không khớp, hoặc đã quá lâu")
            claims = _claims(found, settings, held)
        except NotSignedOn as error:
            return _failed(gate, error)
        token = gate.signed_in(name_of(str(claims.get(settings.oidc_name_claim, ""))))
        if token is None:
            log.warning("Đăng nhập một lần: không có tài khoản dùng được cho %s", claims.get("sub"))
            return page(gate, told=NO_ACCOUNT, status=403)
        log.info("Đăng nhập một lần: %s", claims.get("sub"))
        answer = begun(gate, token, held["there"])
        gate.take_away(answer, FLOW_COOKIE, path=_path())
        return answer

    def _claims(found: Provider, settings: Settings, held: dict[str, str]) -> dict[str, Any]:
        told, code = found.told(), flask.request.args.get("code", "")
        if not code:
            raise NotSignedOn(f"nơi cấp trả {flask.request.args.get('error', 'không có code')[:60]}")
        try:
            token = _client(settings).fetch_token(
                told["token_endpoint"],
                code=code,
                code_verifier=held["verifier"],
                timeout=_WAIT_SECONDS,
                allow_redirects=False,
            )
            return claims_of(
                str(token.get("id_token", "")), told, str(settings.oidc_client_id), held["nonce"]
            )
        except (AuthlibBaseError, requests.RequestException, JoseError, ValueError, KeyError) as error:
            raise NotSignedOn(str(error)) from error

    def _client(settings: Settings) -> OAuth2Session:
        request = flask.request
        scheme = "https" if is_secure(request, settings.trusted_proxies) else "http"
        secret = settings.oidc_client_secret
        return OAuth2Session(
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            scope="openid profile email",
            redirect_uri=f"{scheme}://{request.host}{request.script_root}{BACK}",
            code_challenge_method="S256",
        )


def claims_of(id_token: str, told: dict[str, Any], client_id: str, nonce: str) -> dict[str, Any]:
    """Give what an id_token says, if the provider signed it, for us, just now, for this sign-on.

    Raises JoseError or ValueError for any other.
    """
    token = jwt.decode(id_token, KeySet.import_key_set(cast(Any, told["keys"])), algorithms=_ALGORITHMS)
    claims = dict(token.claims)
    jwt.JWTClaimsRegistry(
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": told["issuer"]},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
    ).validate(claims)
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
        raise ValueError("id_token là của phần mềm khác (azp)")
    return claims


def _path() -> str:
    return f"{flask.request.script_root}{SIGN_ON}"


def _failed(gate: Gate, error: NotSignedOn) -> Any:
    log.warning("Đăng nhập một lần không thành: %s", error)
    return page(gate, told=NOT_SIGNED_ON, status=403)
