"""`POST /oauth/token`: OAuth 2.0 client credentials (RFC 6749 4.4), outside /xapi because xAPI has no such resource."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_plus

import orjson
from flask import Flask, Response, request
from werkzeug.datastructures import MultiDict

from lrs.caller import Caller
from lrs.credential import parse_scopes
from lrs.errors import InvalidRequest, TooManyRequests, Unauthenticated
from lrs.http.authentication import parse_basic
from lrs.http.errors import problem_response
from lrs.http.rate import check_rate
from lrs.services import Services
from lrs.tokens import IssuedToken

PATH: Final = "/oauth/token"
_BODY_MOST_BYTES: Final = 16 * 1024
_FORM: Final = "application/x-www-form-urlencoded"


class TokenRefused(Exception):
    """What RFC 6749 5.2 answers: one of its codes, and a sentence."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def register(app: Flask, services: Services) -> None:
    """Put the token endpoint on `app`."""

    def token() -> Response:
        request.max_content_length = _BODY_MOST_BYTES
        authorization = request.headers.get("Authorization")
        try:
            return _granted(grant(authorization, request.mimetype, request.form, services))
        except TokenRefused as refused:
            return _refused(refused, challenge=authorization is not None)
        except TooManyRequests as error:
            return problem_response(error)

    app.add_url_rule(PATH, "oauth.token", token, methods=["POST"])


def grant(authorization: str | None, mimetype: str, form: MultiDict[str, str], services: Services) -> IssuedToken:
    """Give out a token for a form; raise TokenRefused, or TooManyRequests."""
    # 1. The request is a form in which nothing is said twice (3.2).
    if mimetype != _FORM or any(len(values) > 1 for values in form.listvalues()):
        raise TokenRefused("invalid_request", f"Send {_FORM}, each parameter once.")
    # 2. The client says who it is, in exactly one way (2.3).
    caller = _client(authorization, form, services)
    check_rate(caller, services)
    # 3. The grant is the one we know.
    grant_type = form.get("grant_type", "")
    if not grant_type:
        raise TokenRefused("invalid_request", "grant_type is missing; send client_credentials.")
    if grant_type != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "Only client_credentials is known here.")
    # 4. The scopes are some of the credential's; all of them when none is named (3.3).
    scopes, problems = parse_scopes(form.get("scope", "").split())
    if problems:
        raise TokenRefused("invalid_scope", f"{problems[0].message} Known: {problems[0].accepted}.")
    try:
        return services.credentials.issue_token(caller, scopes or None)
    except InvalidRequest as error:
        raise TokenRefused("invalid_scope", "The credential does not have all these scopes.") from error


def _client(authorization: str | None, form: MultiDict[str, str], services: Services) -> Caller:
    in_form = "client_id" in form or "client_secret" in form
    if authorization is not None and "client_secret" in form:
        raise TokenRefused("invalid_request", "Say who you are once: in the header or in the form.")
    if authorization is None and not in_form:
        raise TokenRefused("invalid_client", "Say who you are: HTTP Basic, or client_id and client_secret.")
    try:
        if authorization is None:
            pair = form.get("client_id", ""), form.get("client_secret", "")
            return services.credentials.authenticate_basic(*pair)
        return _client_by_header(authorization, services)
    except Unauthenticated as error:
        raise TokenRefused("invalid_client", error.message) from error


def _client_by_header(authorization: str, services: Services) -> Caller:
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        message = "The token endpoint takes HTTP Basic, not another scheme."
        raise Unauthenticated(message)
    key, secret = parse_basic(value)
    try:
        return services.credentials.authenticate_basic(key, secret)
    except Unauthenticated:
        # 2.3.1 has clients form-encode both before they join them; half of them do.
        decoded = unquote_plus(key), unquote_plus(secret)
        if decoded == (key, secret):
            raise
        return services.credentials.authenticate_basic(*decoded)


def _granted(issued: IssuedToken) -> Response:
    body = {
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in_seconds,
        "scope": " ".join(sorted(issued.scopes)),
    }
    return _answer(HTTPStatus.OK, body)


def _refused(refused: TokenRefused, *, challenge: bool) -> Response:
    status = HTTPStatus.UNAUTHORIZED if refused.code == "invalid_client" else HTTPStatus.BAD_REQUEST
    response = _answer(status, {"error": refused.code, "error_description": refused.description})
    if status is HTTPStatus.UNAUTHORIZED and challenge:
        response.headers["WWW-Authenticate"] = 'Basic realm="Assidu", charset="UTF-8"'
    return response


def _answer(status: HTTPStatus, body: dict[str, object]) -> Response:
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    # 5.1: a token is nobody else's to keep.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
