"""What an operation is, and how a list of them becomes routes and OpenAPI."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final

from flask import Response, g, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.datastructures import Headers

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
    HTTPStatus.FORBIDDEN: "The credential does not have the scope `all`, or the access key is for another role.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is over the limit.",
    HTTPStatus.TOO_MANY_REQUESTS: "The credential's rate limit is used up; see Retry-After.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store cannot take this now; see Retry-After.",
    HTTPStatus.NOT_FOUND: "The organisation has nothing of this name.",
    HTTPStatus.CONFLICT: "It is in a state that does not allow this; the message says which.",
    HTTPStatus.PRECONDITION_FAILED: "If-Match or If-None-Match does not hold; nothing was changed.",
}
_ALWAYS: Final = tuple(REFUSALS)[:6]
_SPOOLED_IN_MEMORY: Final = 1024 * 1024
_CHUNK_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request as a view sees it: authenticated, its arguments read and checked.

    `viewer` is what the section's `admit` knows of who is reading; None in a section without one. `file` is the body of
    an operation that spools it.
    """

    services: Services
    caller: Caller
    path: Mapping[str, Any]
    arguments: Mapping[str, Any]
    body: bytes = b""
    viewer: object | None = None
    file: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whoever may ask something of a section. `caller` of an access key has no scope, and its key for a credential."""

    caller: Caller
    viewer: object | None = None


# From a request's headers to whom they let in; raises Unauthenticated, Forbidden, TooManyRequests.
Admit = Callable[[Headers, Services], Admitted]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that an operation with a media type sends: what to call it, and its bytes as they become ready."""

    filename: str
    parts: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `takes` is the query of a GET and the JSON body of anything else.

    Something else than a GET may have a `query` and `headers` too, and instead of JSON a body of the media type `raw`,
    which the view gets as it is; one that `spools` a body of up to so many bytes gets it as a file. `answers` is the
    schema of the JSON given back; with a `media_type` the view gives bytes of that type instead, or a `Download`, and
    `answers` describes them.

    A GET with an `edition` answers with an ETag, and 304 to who has it. What `edition` returns must change whenever the
    answer does; with None the answer is made, and its bytes are what is compared.
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
    spools: int | None = None
    media_type: str | None = None
    edition: Callable[[ApiRequest], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The operations on one kind of thing.

    `admit` says who may ask; without one, LRS credentials of scope `all`. `schemes` are the security schemes of OpenAPI
    that it takes besides those.
    """

    name: str
    description: str
    operations: tuple[Operation, ...]
    admit: Admit | None = None
    schemes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class IfNoneMatchSchema(Schema):
    """What the client has already."""

    # Read by Werkzeug, which knows its grammar; here it is only documented.
    if_none_match = fields.String(
        data_key="If-None-Match",
        metadata={"description": "The ETag of the answer before: 304 when it would be the same"},
    )


def blueprint(section: Section, services: Services) -> Any:  # noqa: ANN401 - untyped library
    """Return the routes of one section."""
    routes = Blueprint(section.name, __name__, description=section.description)
    routes.ARGUMENTS_PARSER = ArgumentsParser()
    admit = section.admit or _admit

    def before() -> None:
        request.max_content_length = services.limits.body_bytes
        # A browser adds a remembered Basic credential to a form of any site; no page but our own has business here.
        if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
            message = "This API does not answer pages of other sites."
            raise Forbidden(message)
        admitted = admit(request.headers, services)
        g.caller, g.viewer = admitted.caller, admitted.viewer

    routes.before_request(before)
    for operation in section.operations:
        _bind(routes, operation, services, section)
    return routes


def _admit(headers: Headers, services: Services) -> Admitted:
    caller = authenticate(headers, services)
    check_rate(caller, services)
    caller.require(Scope.ALL)
    return Admitted(caller)


def _is_known(edition: str | None) -> bool:
    """Say whether the client has this edition; any, weakly compared (RFC 9110, 13.1.2)."""
    return edition is not None and request.if_none_match.contains_weak(edition)


def _conditional(view: Callable[..., Response]) -> Callable[..., Response]:
    """Give each answer its ETag, that of its bytes where its operation names none; 304 to who has it."""

    @wraps(view)
    def tagged(*arguments: Mapping[str, Any], **path: Any) -> Response:  # noqa: ANN401 - what the URL holds
        response = view(*arguments, **path)
        if g.edition is None:
            response.add_etag(weak=True)
        else:
            response.set_etag(g.edition, weak=True)
        # Whose it is stands in the request: nothing in between may give it to anybody else, or unasked.
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Authorization"
        response.make_conditional(request)
        return response

    return tagged


def _bind(section: Any, operation: Operation, services: Services, described: Section) -> None:  # noqa: ANN401 - untyped library
    """Make a route of an operation, documented as what it checks."""
    view = _documented(section, operation, _endpoint(operation, services))
    if described.schemes:
        taken = ({name: ["all"] if name == "oauth" else []} for name in ("basic", "oauth", *described.schemes))
        view = section.doc(security=list(taken))(view)
    if operation.edition is not None:
        view = _conditional(section.alt_response(HTTPStatus.NOT_MODIFIED, description="What you have already")(view))
    section.add_url_rule(operation.path, view_func=view, methods=[operation.method])


@contextmanager
def _spooled(most_bytes: int) -> Iterator[BinaryIO]:
    """Yield the body as a file, on disk where it is large; raise RequestEntityTooLarge beyond so many bytes."""
    request.max_content_length = most_bytes
    with SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY) as file:
        shutil.copyfileobj(request.stream, file, _CHUNK_BYTES)
        file.seek(0)
        yield file  # type: ignore[misc]  # it is one in all but its type


def _endpoint(operation: Operation, services: Services) -> Callable[..., object]:
    def endpoint(*arguments: Mapping[str, Any], **path: Any) -> object:  # noqa: ANN401 - what the URL holds
        given = {name: value for part in arguments for name, value in part.items()}
        if operation.spools is not None:
            with _spooled(operation.spools) as file:
                return operation.view(ApiRequest(services, g.caller, path, given, b"", g.viewer, file))
        body = request.get_data() if operation.raw else b""
        asked = ApiRequest(services, g.caller, path, given, body, g.viewer)
        if operation.edition is not None:
            g.edition = operation.edition(asked)
            if _is_known(g.edition):
                return Response(status=HTTPStatus.NOT_MODIFIED)
        found = operation.view(asked)
        if operation.media_type is None:
            return found
        if isinstance(found, Download):
            named = {"Content-Disposition": f'attachment; filename="{found.filename}"'}
            return Response(found.parts, operation.status, named, content_type=operation.media_type)
        assert isinstance(found, bytes)  # noqa: S101 - by what an Operation is
        return Response(found, operation.status, content_type=operation.media_type)

    endpoint.__name__ = operation.view.__name__
    endpoint.__doc__ = operation.view.__doc__
    return endpoint


def _documented(section: Any, operation: Operation, endpoint: Callable[..., object]) -> Any:  # noqa: ANN401 - untyped library
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
    headers = IfNoneMatchSchema if operation.edition is not None else operation.headers
    if headers is not None:
        view = section.arguments(headers, location="headers")(view)
    if operation.raw is not None:
        content = {operation.raw: {"schema": {"type": "string", "format": "binary"}}}
        view = section.doc(requestBody={"required": operation.body_required, "content": content})(view)
    return view
