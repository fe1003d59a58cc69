"""The one table from refusal to status, and the one shape every refusal is answered in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import orjson
from flask import Response, g, has_request_context

from lrs import errors
from lrs.http.authentication import CHALLENGE

STATUS: Final[dict[type[errors.AssiduError], HTTPStatus]] = {
    errors.InvalidRequest: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.KeyUnreadable: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ProofFailure: HTTPStatus.CONFLICT,
    errors.LedgerBroken: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def status_of(kind: type[errors.AssiduError]) -> HTTPStatus:
    """Return the status of a class of refusal: its own, else that of the nearest one it is a kind of.

    So a room to our right names what its callers can act on, and is answered as what that is: `SealMissing` as a
    `Conflict`. Raises KeyError for a class that is a kind of nothing in the table.
    """
    return STATUS[next((known for known in kind.__mro__ if known in STATUS), kind)]


def problem_body(status: HTTPStatus, message: str, problems: tuple[errors.Problem, ...] = ()) -> bytes:
    """Write the JSON of a refusal: `code`, `status`, `message`, `errors`, `request_id`."""
    body = {
        "code": status.value,
        "status": status.phrase,
        "message": message,
        "errors": [
            {
                "pointer": problem.pointer,
                "message": problem.message,
                "accepted": problem.accepted,
                "requirement": problem.requirement,
            }
            for problem in problems
        ],
        "request_id": g.get("request_id", "") if has_request_context() else "",
    }
    return orjson.dumps(body)


def problem_response(error: errors.AssiduError) -> Response:
    """Answer a refusal."""
    status = status_of(type(error))
    response = Response(problem_body(status, error.message, error.problems), status, mimetype="application/json")
    if isinstance(error, errors.TooManyRequests | errors.Overloaded):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.MethodNotAllowed):
        # HEAD and OPTIONS are answered everywhere (RFC 9110 15.5.6 asks for this list).
        head = ("HEAD",) if "GET" in error.allowed else ()
        response.headers["Allow"] = ", ".join((*error.allowed, *head, "OPTIONS"))
    if isinstance(error, errors.Unauthenticated):
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def status_response(status: HTTPStatus, message: str) -> Response:
    """Answer what Flask or the server itself refuses, in the same shape."""
    return Response(problem_body(status, message), status, mimetype="application/json")
