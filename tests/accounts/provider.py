"""A real OpenID Connect provider on a port of this machine, made of Authlib's own server parts."""

from __future__ import annotations

import threading
import time
from typing import Any

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "bang-theo-doi", "khoa-cua-bang-theo-doi"


class _Client(ClientMixin):
    client_id = CLIENT
    client_metadata: dict[str, Any] = {}  # noqa: RUF012 - read by Authlib

    def __init__(self, redirect: str) -> None:
        self.redirect = redirect

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: Any) -> str:
        return str(scope)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class _Code(AuthorizationCodeMixin):
    def __init__(self, **held: Any) -> None:
        self.__dict__.update(held)

    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)  # type: ignore[attr-defined]

    def get_scope(self) -> str:
        return str(self.scope)  # type: ignore[attr-defined]

    def get_nonce(self) -> str:
        return str(self.nonce)  # type: ignore[attr-defined]

    def get_auth_time(self) -> int:
        return 0

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Person:
    """Who is signed in at the provider."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get_user_id(self) -> str:
        return self.name


class Provider:
    """The provider, running; ``person`` says yes to whatever is asked."""

    def __init__(self, redirect: str) -> None:
        self.person = Person("phuong-1")
        self.claims: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, _Code] = {}
        app = flask.Flask("provider")
        self._running = make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self._running.server_port}"
        self._add_routes(app, _Client(redirect))
        threading.Thread(target=self._running.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._running.shutdown()

    def _add_routes(self, app: flask.Flask, client: _Client) -> None:
        of = self
        server = AuthorizationServer(
            app, query_client=lambda name: client if name == CLIENT else None, save_token=lambda *_: None
        )

        class CodeGrant(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012 - Authlib's own

            def save_authorization_code(self, code: str, request: Any) -> None:
                data = request.payload.data
                of.codes[code] = _Code(
                    code=code, redirect_uri=request.payload.redirect_uri, scope=request.payload.scope,
                    nonce=data.get("nonce"), code_challenge=data.get("code_challenge"),
                    code_challenge_method=data.get("code_challenge_method"),
                )  # fmt: skip

            def query_authorization_code(self, code: str, client: Any) -> _Code | None:
                return of.codes.get(code)

            def delete_authorization_code(self, authorization_code: Any) -> None:
                of.codes.pop(authorization_code.code)

            def authenticate_user(self, authorization_code: Any) -> Person:
                return of.person

        class IdToken(OpenIDCode):
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return False

            def resolve_client_private_key(self, client: Any) -> Any:
                return of.key

            def get_client_algorithm(self, client: Any) -> str:
                return "RS256"

            def get_client_claims(self, client: Any) -> dict[str, Any]:
                return {"iss": of.issuer}

            def get_encode_header(self, client: Any) -> dict[str, Any]:
                return {"alg": "RS256", "kid": "1"}

            def get_compatible_claims(self, request: Any) -> dict[str, Any]:
                now = int(time.time())
                return {"iss": of.issuer, "aud": [CLIENT], "iat": now, "exp": now + 300}

            def generate_user_info(self, user: Person, scope: str) -> Any:
                return UserInfo(sub=user.name, preferred_username=user.name, **of.claims)

        server.register_grant(CodeGrant, [IdToken(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def _told() -> Any:
            return flask.jsonify(
                issuer=self.issuer, authorization_endpoint=f"{self.issuer}/authorize",
                token_endpoint=f"{self.issuer}/token", jwks_uri=f"{self.issuer}/keys",
            )  # fmt: skip

        @app.get("/keys")
        def _keys() -> Any:
            return flask.jsonify(keys=[self.key.as_dict(private=False)])

        @app.get("/authorize")
        def _authorize() -> Any:
            grant = server.get_consent_grant(end_user=self.person)  # type: ignore[no-untyped-call]
            return server.create_authorization_response(grant_user=self.person, grant=grant)

        @app.post("/token")
        def _token() -> Any:
            return server.create_token_response()
