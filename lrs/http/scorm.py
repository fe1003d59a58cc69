"""`/scorm/<token>/commit`: where a SCORM player posts what its content remembers.

Answers are what scorm-again expects, `result` and `errorCode`; a refusal says what was wrong too, as all of ours do.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final, Protocol

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lrs.courses.allowances import Allowances
from lrs.courses.delivery import gateway_caller
from lrs.courses.gateway import Taken
from lrs.courses.launches import Launches
from lrs.credential import ANY_ORIGIN, normal_origin
from lrs.errors import AssiduError, Forbidden, InvalidRequest, MethodNotAllowed, Problem, TooLarge
from lrs.http.errors import problem_response
from lrs.scorm.commit import BODY_MOST_BYTES, Commit, parse_commit
from lrs.scorm.launch import Launch
from lrs.scorm.values import Edition
from lrs.services import Services

PATH: Final = "/scorm/<string:token>/commit"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_ALLOWED: Final = "POST, OPTIONS"
# What scorm-again may be told to send; a player's own headers beside these are not asked for.
_HEADERS: Final = "Content-Type, X-Requested-With, X-CSRF-Token, X-Request-ID"
# Two hours is the most that Chromium remembers a preflight.
_PREFLIGHT_SECONDS: Final = "7200"
_TAKEN: Final = orjson.dumps({"result": True, "errorCode": 0})
# SCORM 1.2 has a general exception alone; 2004 a general commit failure (RTE 3.1.7.6).
_FAILURES: Final = {None: 101, Edition.V1_2: 101, Edition.V2004: 391}
_TRUE: Final = ("true", "1", "yes")
_FALSE: Final = ("false", "0", "no")


class Commits(Protocol):
    """Whoever takes commits: the gateway, or what stands before it."""

    launches: Launches

    def take(self, launch: Launch, commit: Commit) -> Taken:
        """Take one commit of a live launch, as `Gateway.take` does."""
        ...


def register(app: Flask, services: Services, gateway: Commits) -> None:
    """Put the commit endpoint on `app`."""
    view = partial(_answer, services, gateway, Allowances(services.store))
    app.add_url_rule(PATH, "scorm_commit", view, methods=_METHODS, provide_automatic_options=False)


def _answer(services: Services, gateway: Commits, allowances: Allowances, token: str) -> Response:
    """Answer one request: 1. whose launch, 2. from which page, 3. how often, 4. read the commit, 5. take it."""
    origin, launch = request.headers.get("Origin"), None
    try:
        # 1.
        launch = gateway.launches.find(token)
        if request.method == "OPTIONS":
            return _with_cors(_preflight(), launch, origin)
        now = services.clock.now_micros()
        launch = gateway.launches.check(launch, now)
        g.caller = gateway_caller(launch.organisation)
        if request.method != "POST":
            message = "A player posts its commits."
            raise MethodNotAllowed(message, ("POST",))
        # 2.
        if not _is_allowed(launch, origin):
            message = "This launch is not for pages of this origin."
            raise Forbidden(message, [Problem("header:Origin", message, ", ".join(launch.origins))])
        # 3.
        allowances.take(launch, now)
        # 4. and 5.
        gateway.take(launch, parse_commit(
            _body(), is_end=_is_end(), session=request.args.get("session", ""), edition=launch.edition
        ))  # fmt: skip
        response = Response(_TAKEN, mimetype="application/json")
    except AssiduError as refusal:
        response = _refusal(refusal, launch)
    response.headers["Cache-Control"] = "no-store"
    return _with_cors(response, launch, origin)


def _body() -> bytes:
    """Return the body, whatever its media type: a beacon calls its JSON `text/plain`."""
    message = f"A commit has at most {BODY_MOST_BYTES:,} bytes."
    too_large = TooLarge(message, [Problem("", message, f"at most {BODY_MOST_BYTES:,} bytes")])
    if (request.content_length or 0) > BODY_MOST_BYTES:
        raise too_large
    request.max_content_length = BODY_MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise too_large from error
    except HTTPException as error:
        message = "The body cannot be read."
        raise InvalidRequest(message, [Problem("", message, "the whole of a commit")]) from error


def _is_end() -> bool:
    """Say whether the session ends: `terminate` in the address says so, else that it came as a beacon does."""
    said = request.args.get("terminate")
    if said is None:
        return request.mimetype == "text/plain"
    if said.lower() not in (*_TRUE, *_FALSE):
        message = "Whether the session ends cannot be read."
        raise InvalidRequest(message, [Problem("query:terminate", message, "true or false")])
    return said.lower() in _TRUE


def _refusal(refusal: AssiduError, launch: Launch | None) -> Response:
    response = problem_response(refusal)
    edition = launch.edition if launch is not None else None
    body = {"result": False, "errorCode": _FAILURES[edition], **orjson.loads(response.get_data())}
    response.set_data(orjson.dumps(body))
    # Who has a bad token has no use for a question about passwords.
    response.headers.pop("WWW-Authenticate", None)
    return response


def _preflight() -> Response:
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Allow"] = _ALLOWED
    return response


def _is_allowed(launch: Launch, origin: str | None) -> bool:
    """Say whether a page may commit; no Origin means no browser."""
    return origin is None or ANY_ORIGIN in launch.origins or normal_origin(origin) in launch.origins


def _with_cors(response: Response, launch: Launch | None, origin: str | None) -> Response:
    """Let the launch's pages read the answer; nothing is told to others, or of a token that is none."""
    if origin is None:
        return response
    response.headers["Vary"] = "Origin"
    if launch is not None and _is_allowed(launch, origin):
        # Named and never `*`: a player with `xhrWithCredentials`, and any beacon, would not take that for an answer.
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-ID"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = _ALLOWED
            response.headers["Access-Control-Allow-Headers"] = _HEADERS
            response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    return response
