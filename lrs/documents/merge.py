"""Merging JSON documents at their top level, with every value kept as it was written.

xAPI 1.0.3 Part Three 2.2, JSON Procedure. Values are never turned into numbers or strings of
ours: `1.50` and 2^70 come out of a merge as they went in.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from lrs.documents.document import Document, check_size
from lrs.errors import InvalidRequest, Problem

# The members of a JSON object: names as text, values as the sender wrote them.
T = TypeVar("T")

Members = dict[str, msgspec.Raw]

SECTION: Final = "Part Three 2.2"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def check_json(document: Document) -> None:
    """Refuse a document that says it is JSON and is not; any other passes."""
    if not document.is_json:
        return
    try:
        _decode(document.body, msgspec.Raw)
    except ValueError as cause:
        raise _not_json(f"The document is not JSON: {cause}.") from cause


def parse_members(document: Document) -> Members:
    """Return the members of a document that is a JSON object; raise InvalidRequest when it is none."""
    if not document.is_json:
        message = f"The document has the media type {document.content_type}, not application/json."
        raise InvalidRequest(message, [Problem("header:Content-Type", message, "application/json", SECTION)])
    try:
        members: Members = _decode(document.body, Members)
    except ValueError as cause:
        raise _not_json(f"The document is not a JSON object: {cause}.") from cause
    return members


def merged(stored: Document, posted: Members) -> Document:
    """Return `stored` with every member of `posted` set on it; members keep their place, new ones follow.

    Raises InvalidRequest when `stored` is not a JSON object: only a PUT can replace such a document.

    >>> merged(Document("application/json", b'{"x": 1.50, "y": 2}'), {"y": msgspec.Raw(b"[3]")}).body
    b'{"x":1.50,"y":[3]}'
    """
    try:
        members = parse_members(stored)
    except InvalidRequest as cause:
        message = "The stored document is not a JSON object, so nothing can be merged into it; replace it with PUT."
        raise InvalidRequest(message, [Problem("", message, "a stored JSON object", SECTION)]) from cause
    body = msgspec.json.encode({**members, **posted})
    check_size(body)
    return Document(stored.content_type, body)


def _decode(body: bytes, shape: type[T]) -> T:
    """Decode `body`, or raise ValueError saying what is wrong with it."""
    text = body.removeprefix(_BYTE_ORDER_MARK)
    # The decoder does not look inside the strings that it hands on as they are.
    text.decode("utf-8")
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.MsgspecError as cause:
        raise ValueError(str(cause)) from cause
    except RecursionError as cause:
        message = "it is nested too deeply"
        raise ValueError(message) from cause


def _not_json(message: str) -> InvalidRequest:
    return InvalidRequest(message, [Problem("", message, "a JSON object, as RFC 8259 defines it", SECTION)])
