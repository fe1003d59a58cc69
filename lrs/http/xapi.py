"""`/xapi`: the routes of the standard, and what every request there goes through."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException

from lrs.caller import Caller
from lrs.clock import to_text
from lrs.errors import AssiduError, InvalidRequest, MethodNotAllowed, Overloaded, Problem
from lrs.http import cors, documents, knowledge, statements
from lrs.http.application import PREFIX
from lrs.http.authentication import authenticate
from lrs.http.errors import problem_response
from lrs.http.exchange import Exchange, View
from lrs.http.incoming import Incoming, read_incoming
from lrs.http.rate import check_rate
from lrs.http.session_gate import check_session
from lrs.services import Services
from lrs.store.database import DriverError
from lrs.versions import Version

VERSION_HEADER: Final = "X-Experience-API-Version"
# Looked up where it stands: an LMS's server sends none, and werkzeug raises an error to say so.
_ORIGIN: Final = "HTTP_ORIGIN"
RESOURCES: Final[Mapping[str, Mapping[str, View]]] = {
    "/statements": statements.STATEMENTS,
    "/activities": knowledge.ACTIVITIES,
    "/activities/state": documents.STATE,
    "/activities/profile": documents.ACTIVITY_PROFILE,
    "/agents": knowledge.AGENTS,
    "/agents/profile": documents.AGENT_PROFILE,
}
_ALL_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH")


def register(app: Flask, services: Services) -> None:
    """Add the standard's routes to `app`, each with and without a trailing slash."""
    for path, views in RESOURCES.items():
        _add(app, path, partial(_answer, services, views))
    _add(app, "/statements/more/<token>", partial(_answer_more, services))
    _add(app, "/about", _about)

    @app.after_request
    def finish(response: Response) -> Response:
        # No view of ours answers for an unknown path, or when the store or we fail; those are answers too.
        if VERSION_HEADER in response.headers:
            return response
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - to look only once
        if asked.path.startswith(f"{PREFIX}/") and asked.method != "OPTIONS":
            _finished(asked, response, _answered_version(asked.headers.get(VERSION_HEADER)), g.get("caller"))
        return response


def _add(app: Flask, path: str, view: Any) -> None:  # noqa: ANN401 - whatever Flask takes as a view
    app.add_url_rule(
        PREFIX + path,
        endpoint=f"xapi{path.replace('/', '_').partition('<')[0]}",
        view_func=view,
        methods=_ALL_METHODS,
        strict_slashes=False,
        provide_automatic_options=False,
    )
    app.add_url_rule(
        PREFIX + path + "/",
        endpoint=f"xapi{path.replace('/', '_').partition('<')[0]}_slash",
        view_func=view,
        methods=_ALL_METHODS,
        provide_automatic_options=False,
    )


def _about() -> Response:
    if request.method == "OPTIONS":
        return _preflight()
    version = _answered_version(request.headers.get(VERSION_HEADER, Version.V2_0_0))
    if request.method not in ("GET", "HEAD"):
        response = problem_response(MethodNotAllowed("About is only read.", ("GET",)))
    elif request.args:
        response = problem_response(InvalidRequest("About has no parameters.", [
            Problem(f"query:{name}", "This resource has no parameters.", "none") for name in request.args
        ]))  # fmt: skip
    else:
        response = knowledge.about()
    return _finished(request, response, version, None)


def _answer_more(services: Services, token: str) -> Response:
    def view(exchange: Exchange, services: Services) -> Response:
        return statements.get_more(exchange, services, token)

    return _answer(services, {"GET": view})


def _answer(services: Services, views: Mapping[str, View]) -> Response:
    """Answer one request of one resource.

    1. Read it, whichever syntax it is in. 2. Find out who asks. 3. Hold it to one version of the standard.
    4. Check the page it comes from, what a cmi5 session may ask for, and the rate. 5. Let the resource's view answer.
    A refusal at any step is answered in the shape of `lrs.http.errors`, with the headers that every answer carries.
    """
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - to look only once
    if asked.method == "OPTIONS":
        return _preflight()
    answered, caller = _answered_version(asked.headers.get(VERSION_HEADER)), None
    origin = asked.environ.get(_ORIGIN)
    try:
        # 1.
        incoming = read_incoming(asked, services.limits.body_bytes)
        if incoming.is_alternate:
            answered = _answered_version(incoming.headers.get(VERSION_HEADER))
        # 2.
        caller = authenticate(incoming.headers, services)
        g.caller = caller
        # 3.
        version = _version(incoming)
        # 4.
        cors.check_origin(caller, origin)
        if caller.terms is not None:
            check_session(caller.terms, asked.path.removeprefix(PREFIX), incoming)
        check_rate(caller, services)
        # 5.
        view = _view(views, incoming.method)
        exchange = Exchange(
            version, caller, incoming.method, incoming.single_parameters(), incoming.headers, incoming.body
        )  # fmt: skip
        response = view(exchange, services)
    except AssiduError as refusal:
        response = problem_response(refusal)
    except HTTPException as refusal:
        response = problem_response(InvalidRequest(refusal.description or "The request cannot be read."))
    is_log = asked.path.startswith(f"{PREFIX}/statements")
    if caller is not None and is_log and statements.CONSISTENT_THROUGH not in response.headers:
        _add_consistent_through(services, caller, response)
    return _finished(asked, response, answered, caller)


def _add_consistent_through(services: Services, caller: Caller, response: Response) -> None:
    """Say on refusals too how far the log is consistent; leave it out rather than fail when the store is away."""
    try:
        through = services.read.consistent_through(caller.organisation)
    except (DriverError, Overloaded):
        return
    response.headers[statements.CONSISTENT_THROUGH] = to_text(through)


def _view(views: Mapping[str, View], method: str) -> View:
    view = views.get("GET" if method == "HEAD" else method)
    if view is None:
        message = f"This resource has no {method}; it has {', '.join(views)}."
        raise MethodNotAllowed(message, views)
    return view


def _version(incoming: Incoming) -> Version:
    version = incoming.version
    if version is None:
        sent = incoming.headers.get(VERSION_HEADER)
        message = f"{VERSION_HEADER} is missing." if sent is None else f"{VERSION_HEADER} asks for an unknown version."
        rule = "XAPI-00321" if sent is None else "XAPI-00331"
        problem = Problem(f"header:{VERSION_HEADER}", message, "1.0, 1.0.0 to 1.0.3, 2.0 or 2.0.0", rule)
        raise InvalidRequest(message, [problem])
    if incoming.is_alternate and version is Version.V2_0_0:
        # The version stood in the form alone.
        message = "2.0 has no alternate request syntax."
        raise InvalidRequest(message, [Problem("query:method", message, "the request itself", "9274.1.1 4.1.2")])
    return version


def _answered_version(header: str | None) -> str:
    """Return the version that an answer carries: the one asked for, even on a refusal.

    A request without the header is one of 0.9, where there was none (1.0.3 Part Three 3.3): it is refused, and
    told as what. Both conformance suites take this answer, and no other.
    """
    if header is None:
        return "0.9"
    return Version.V1_0_3 if header.strip().startswith("1.") else Version.V2_0_0


def _preflight() -> Response:
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers.update(cors.preflight_headers(request.headers.get("Origin")))
    response.headers["Allow"] = ", ".join(cors.METHODS)
    return response


def _finished(asked: Request, response: Response, version: str, caller: Caller | None) -> Response:
    response.headers[VERSION_HEADER] = version
    origin = asked.environ.get(_ORIGIN)
    if origin is not None:
        response.headers.update(cors.response_headers(caller, origin))
    return response
