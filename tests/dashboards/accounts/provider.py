"""A small identity provider (OpenID Connect) that can be made to lie in every way that a client must notice."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.serving import make_server

from lrs.clock import FixedClock

CLIENT, SECRET = "assidu", "le secret du client"


@dataclass
class IdentityProvider:
    """Signs in `who` without asking anything. What is in `lies` stands in the token in place of what is true."""

    clock: FixedClock
    who: dict[str, Any] = field(
        default_factory=lambda: {"sub": "u-17", "email": "Lea@Exemple.fr", "email_verified": True}
    )
    lies: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))
    signs_with: Any = None
    algorithm: str = "ES256"
    issuer_said: str | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = make_server("127.0.0.1", 0, self._application(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _application(self) -> Flask:
        app = Flask("provider")

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Response:
            return jsonify(
                issuer=self.issuer_said or self.issuer,
                authorization_endpoint=f"{self.issuer}/authorize",
                token_endpoint=f"{self.issuer}/token",
                jwks_uri=f"{self.issuer}/keys",
                token_endpoint_auth_methods_supported=["client_secret_basic"],
            )

        @app.get("/keys")
        def keys() -> Response:
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.get("/authorize")
        def authorize() -> Any:
            args = request.args
            assert args["client_id"] == CLIENT
            assert args["response_type"] == "code"
            assert args["code_challenge_method"] == "S256"
            assert set(args["scope"].split()) >= {"openid", "email"}
            code = secrets.token_urlsafe(16)
            self.codes[code] = dict(args)
            return redirect(f"{args['redirect_uri']}?{urlencode({'code': code, 'state': args['state']})}")

        @app.post("/token")
        def token() -> Any:
            form, given = request.form, request.authorization
            asked = self.codes.pop(form["code"], None)
            self.asked.append(form["code"])
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
            if (
                asked is None
                or given is None
                or (given.username, given.password) != (CLIENT, SECRET)
                or challenge.decode() != asked["code_challenge"]
                or form["redirect_uri"] != asked["redirect_uri"]
            ):
                return jsonify(error="invalid_grant"), 400
            now = self.clock.micros // 1_000_000
            claims = {
                "iss": self.issuer,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                **self.who,
                **self.lies,
            }
            return jsonify(access_token="x", token_type="Bearer", id_token=self._sign(claims))

        return app

    def _sign(self, claims: dict[str, Any]) -> str:
        told = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = [b'{"alg":"none"}', json.dumps(told).encode()]
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        key = self.signs_with or self.key
        return jwt.encode({"alg": self.algorithm, "kid": "k1"}, told, key, algorithms=[self.algorithm])


def other_key() -> ECKey:
    """A key that nobody has published."""
    return ECKey.generate_key("P-256", {"kid": "k1"})


def secret_as_key() -> OctKey:
    """The client secret, which the client must not take for the provider's key."""
    return OctKey.import_key(SECRET)


def rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "k1"})
