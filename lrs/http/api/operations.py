"""What an operation is, and how a list of them becomes routes and OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Response, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from lrs.caller import Caller, Scope
from lrs.errors import Forbidden
from lrs.http.api.arguments import ArgumentsParser
from lrs.http.authentication import authenticate
from lrs.http.rate import check_rate
from lrs.services import Services

# Every refusal, and what it means here. The first six may answer any operation.
REFUSALS: Final = {
    HTTPStatus.BAD_REQUEST: "Something in the request is wrong; `errors` lists all of it.",
    HTTPStatus.UNAUTHORIZED: "No credential, or one that is not known.",
    HTTPStatus.FORBIDDEN: "The credential does not have the scope `all`.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is over the limit.",
    HTTPStatus.TOO_MANY_REQUESTS: "The credential's rate limit is used up; see Retry-After.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store cannot take this now; see Retry-After.",
    HTTPStatus.NOT_FOUND: "The organisation has nothing of this name.",
    HTTPStatus.CONFLICT: "It is in a state that does not allow this; the message says which.",
    HTTPStatus.PRECONDITION_FAILED: "If-Match or If-None-Match does not hold; nothing was changed.",
}
_ALWAYS: Final = tuple(REFUSALS)[:6]


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request as a view sees it: authenticated, its arguments read and checked."""

    services: Services
    caller: Caller
    path: Mapping[str, Any]
    arguments: Mapping[str, Any]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that an operation with a media type sends: what to call it, and its bytes as they become ready."""

    filename: str
    parts: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `takes` is the query of a GET and the JSON body of anything else.

    Something else than a GET may have a `query` and `headers` too, and instead of JSON a body of the media type `raw`,
    which the view gets as it is. `answers` is the schema of the JSON given back; with a `media_type` the view gives
    bytes of that type instead, or a `Download`, and `answers` describes them.
    """

    method: str
    path: str
    view: Callable[[ApiRequest], object]
    answers: type[Schema] | dict[str, Any]
    takes: type[Schema] | None = None
    body_required: bool = True
    status: HTTPStatus = HTTPStatus.OK
    refuses: tuple[HTTPStatus, ...] = ()
    query: type[Schema] | None = None
    headers: type[Schema] | None = None
    raw: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The operations on one kind of thing."""

    name: str
    description: str
    operations: tuple[Operation, ...]


def blueprint(name: str, description: str, operations: tuple[Operation, ...], services: Services) -> Any:  # noqa: ANN401 - untyped library
    """Return the routes of one section."""
    section = Blueprint(name, __name__, description=description)
    section.ARGUMENTS_PARSER = ArgumentsParser()

    def before() -> None:
        request.max_content_length = services.limits.body_bytes
        g.caller = _caller(services)

    section.before_request(before)
    for operation in operations:
        _bind(section, operation, services)
    return section


def _caller(services: Services) -> Caller:
    # A browser adds a remembered Basic credential to a form of any site; no page but our own has business here.
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        message = "This API does not answer pages of other sites."
        raise Forbidden(message)
    caller = authenticate(request.headers, services)
    check_rate(caller, services)
    caller.require(Scope.ALL)
    return caller


def _bind(section: Any, operation: Operation, services: Services) -> None:  # noqa: ANN401 - untyped library
    def endpoint(*arguments: Mapping[str, Any], **path: Any) -> object:  # noqa: ANN401 - what the URL holds
        given = {name: value for part in arguments for name, value in part.items()}
        body = request.get_data() if operation.raw else b""
        found = operation.view(ApiRequest(services, g.caller, path, given, body))
        if operation.media_type is None:
            return found
        if isinstance(found, Download):
            named = {"Content-Disposition": f'attachment; filename="{found.filename}"'}
            return Response(found.parts, operation.status, named, content_type=operation.media_type)
        assert isinstance(found, bytes)  # noqa: S101 - by what an Operation is
        return Response(found, operation.status, content_type=operation.media_type)

    endpoint.__name__ = operation.view.__name__
    endpoint.__doc__ = operation.view.__doc__
    view: Any = endpoint
    for status in (*_ALWAYS, *operation.refuses):
        view = section.alt_response(status, response=status.name)(view)
    # Last, because each decorator copies all that was documented before it.
    view = section.response(operation.status, operation.answers, content_type=operation.media_type)(view)
    if operation.takes is not None:
        where = "query" if operation.method == "GET" else "json"
        required = operation.body_required
        view = section.arguments(operation.takes, location=where, required=required)(view)
    if operation.query is not None:
        view = section.arguments(operation.query, location="query")(view)
    if operation.headers is not None:
        view = section.arguments(operation.headers, location="headers")(view)
    if operation.raw is not None:
        content = {operation.raw: {"schema": {"type": "string", "format": "binary"}}}
        view = section.doc(requestBody={"required": operation.body_required, "content": content})(view)
    section.add_url_rule(operation.path, view_func=view, methods=[operation.method])
