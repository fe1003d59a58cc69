"""`/cmi5/<token>/fetch`: where content that was launched gets its token, once (cmi5 8.2)."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final

import orjson
from flask import Flask, Response, request

from lrs.credential import ANY_ORIGIN
from lrs.errors import MethodNotAllowed
from lrs.http.errors import problem_response
from lrs.services import Services

PATH: Final = "/cmi5/<string:token>/fetch"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_ALLOWED: Final = "POST, OPTIONS"
_PREFLIGHT_SECONDS: Final = "7200"


def register(app: Flask, services: Services) -> None:
    """Put the fetch address on `app`."""
    app.add_url_rule(PATH, "cmi5_fetch", partial(_answer, services), methods=_METHODS, provide_automatic_options=False)


def _answer(services: Services, token: str) -> Response:
    reader = ANY_ORIGIN
    if request.method == "OPTIONS":
        response = Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": _ALLOWED})
    elif request.method != "POST":
        # A GET could be answered from a memory in between (8.2.1).
        response = problem_response(MethodNotAllowed("A token is fetched by POST.", ("POST",)))
    else:
        fetched = services.cmi5.launcher.fetch(token, request.headers.get("Origin"))
        reader = fetched.reader
        answer = {"auth-token": fetched.token} if fetched.token else {
            "error-code": fetched.code, "error-text": fetched.text,
        }  # fmt: skip
        # 200 for errors too, as 8.2.1 has it.
        response = Response(orjson.dumps(answer), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return _with_cors(response, reader)


def _with_cors(response: Response, reader: str) -> Response:
    """Let pages of `reader` read the answer; of any origin where we know of none, for no cookie matters."""
    if request.headers.get("Origin") is not None:
        response.headers["Access-Control-Allow-Origin"] = reader
        if reader != ANY_ORIGIN:
            response.headers["Vary"] = "Origin"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = _ALLOWED
            response.headers["Access-Control-Allow-Headers"] = "Content-Type, X-Requested-With, X-Request-ID"
            response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    return response
