"""A Flask request, or the form of 1.0.3's alternate request syntax, as one plain value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Request
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from lrs.errors import InvalidRequest, Problem, TooLarge
from lrs.statements.multipart import media_type
from lrs.versions import Version, find_version

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM: Final = "application/x-www-form-urlencoded"
# Form fields that stand for headers (1.0.3 Part Three 1.3).
_HEADER_FIELDS: Final = (
    "Authorization", "X-Experience-API-Version", "Content-Type", "Content-Length", "If-Match", "If-None-Match",
)  # fmt: skip
_METHODS: Final = ("GET", "PUT", "POST", "DELETE", "HEAD")
_FIELDS_MOST: Final = 100
_RULE: Final = "1.0.3 Part Three 1.3"
_LENGTH: Final = re.compile(r"[0-9]{1,18}\Z")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Method, parameters, headers and body, whichever syntax they came in."""

    method: str
    parameters: MultiDict[str, str]
    headers: Headers
    body: bytes
    is_alternate: bool = False

    @property
    def version(self) -> Version | None:
        """Return the version of the standard asked for, None when missing or unknown."""
        return find_version(self.headers.get("X-Experience-API-Version", "").strip())

    def single_parameters(self) -> Mapping[str, str]:
        """Return the query parameters; raises InvalidRequest when one stands twice."""
        lists = dict(self.parameters.lists())
        twice = [name for name, values in lists.items() if len(values) > 1]
        if twice:
            problems = [
                Problem(f"query:{name}", "The parameter stands twice.", "each parameter once") for name in twice
            ]
            message = "The query is ambiguous."
            raise InvalidRequest(message, problems)
        return {name: values[0] for name, values in lists.items()}


def read_incoming(request: Request, body_bytes: int) -> Incoming:
    """Read a request; raises TooLarge before reading a body that says it is over `body_bytes`."""
    _check_encoding(request.query_string)
    incoming = Incoming(request.method, request.args, request.headers, _read_body(request, body_bytes))
    is_alternate = request.method == "POST" and "method" in request.args
    # 2.0 has no such syntax: there, `method` is a parameter that no resource knows.
    if is_alternate and incoming.version is not Version.V2_0_0:
        return _unfolded(incoming)
    return incoming


def stated_length(environ: WSGIEnvironment) -> int | None:
    """Return how many bytes the body of a request has, where the request says so and is to be believed."""
    stated = environ.get("CONTENT_LENGTH", "")
    return int(stated) if _LENGTH.match(stated) and "HTTP_TRANSFER_ENCODING" not in environ else None


def _check_encoding(query: bytes) -> None:
    """Refuse percent-encoded bytes that are no UTF-8: a search for them would find nothing, in silence."""
    if b"%" not in query and query.isascii():
        return
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError as error:
        message = "The query is not UTF-8."
        raise InvalidRequest(message, [Problem("query:", message, "percent-encoded UTF-8", "XAPI-00015")]) from error


def _read_body(request: Request, body_bytes: int) -> bytes:
    if request.method in ("GET", "HEAD") and not request.environ.get("CONTENT_LENGTH"):
        return b""  # what it might have would mean nothing (RFC 9110, 9.3.1)
    length = stated_length(request.environ)
    if length is not None:
        return _read_stated(request, length, body_bytes)
    # One byte more than is taken: a chunked body is cut off at the limit in silence, and a document
    # that lost its end must not be stored.
    request.max_content_length = body_bytes + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise _too_large(body_bytes) from error
    except (ClientDisconnected, OSError) as error:
        raise _cut_short() from error
    if len(body) > body_bytes:
        raise _too_large(body_bytes)
    return body


def _read_stated(request: Request, length: int, body_bytes: int) -> bytes:
    """Read a body of a known length, as nearly all are, without what reading an unknown one takes."""
    if length > body_bytes:
        raise _too_large(body_bytes)
    stream, pieces, left = request.environ["wsgi.input"], [], length
    while left > 0:
        try:
            more = stream.read(left)
        except OSError as error:
            raise _cut_short() from error
        # A server may hand on what came before the connection broke as if it were all.
        if not more:
            raise _cut_short()
        pieces.append(more)
        left -= len(more)
    return b"".join(pieces)


def _too_large(body_bytes: int) -> TooLarge:
    message = f"The body is larger than the {body_bytes:,} bytes taken at once. Send it in several requests."
    return TooLarge(message, [Problem("", message, f"at most {body_bytes} bytes")])


def _cut_short() -> InvalidRequest:
    message = "The body ended before its Content-Length."
    return InvalidRequest(message, [Problem("header:Content-Length", message, "a body of the stated length")])


def _unfolded(incoming: Incoming) -> Incoming:
    """Turn the form of an alternate request into the request it stands for."""
    extra = [name for name in incoming.parameters if name != "method"]
    method = incoming.parameters["method"].upper()
    if extra:
        _refuse(
            *(
                Problem(f"query:{name}", "Only `method` may stand in the query here.", "the form", _RULE)
                for name in extra
            )
        )
    if method not in _METHODS:
        _refuse(Problem("query:method", "This is no method.", ", ".join(_METHODS), _RULE))
    if media_type(incoming.headers.get("Content-Type", ""))[0] != FORM:
        _refuse(Problem("header:Content-Type", "The alternate request syntax is sent as a form.", FORM, _RULE))
    fields = _form(incoming.body)
    headers = Headers(incoming.headers)
    # The form's own type is not the content's, which is JSON unless a field says otherwise.
    headers["Content-Type"] = "application/json"
    headers.remove("Content-Length")
    for name in _HEADER_FIELDS:
        for field in [item for item in fields if item.lower() == name.lower()]:
            headers[name] = _header_value(name, fields.pop(field))
    content = fields.pop("content", "")
    if method in ("PUT", "POST") and not content:
        _refuse(Problem("form:content", "The form has no content.", "the request's body as `content`", _RULE))
    return Incoming(method, MultiDict(fields), headers, content.encode(), is_alternate=True)


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MOST, errors="strict")
    except ValueError as error:
        problem = Problem("", "The body is not a form.", f"URL-encoded fields, at most {_FIELDS_MOST}", _RULE)
        message = "The alternate request cannot be read."
        raise InvalidRequest(message, [problem]) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        _refuse(Problem("", "A form field stands twice.", "each field once", _RULE))
    return fields


def _header_value(name: str, value: str) -> str:
    if "\r" in value or "\n" in value:
        _refuse(Problem(f"form:{name}", "A header is one line.", "text without line ends", _RULE))
    return value


def _refuse(*problems: Problem) -> None:
    message = "The alternate request cannot be read."
    raise InvalidRequest(message, problems)
