"""`multipart/mixed` as xAPI uses it: statements first, then the attachments' bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from hashlib import sha224, sha256, sha384, sha512
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeAlias

from lrs.errors import InvalidRequest, Problem

# RFC 2046 5.1.1 allows 70 characters; headers of a part are a few lines.
_BOUNDARY_MOST: Final = 70
_HEADERS_MOST: Final = 16 * 1024
_PARTS_MOST: Final = 1_000
_RULE: Final = "XAPI-00130"
_HASHES: Final = {56: sha224, 64: sha256, 96: sha384, 128: sha512}
# A header of a part is given back in an answer: one that holds a line end could forge others.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

# A part's headers, names lower-cased, and its bytes.
Section: TypeAlias = tuple[dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of one attachment, under the hash that its header gives."""

    sha2: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Multipart:
    """A request body taken apart."""

    statements: bytes
    parts: tuple[Part, ...]


@lru_cache(maxsize=64)
def media_type(header: str) -> tuple[str, Mapping[str, str]]:
    """Split a Content-Type header into its lower-case type and its parameters.

    What a sender sends is of one type, and reading it takes longer than much else that is done for a statement.
    """
    message = Message()
    message["Content-Type"] = header
    # A parameter in the extended syntax of RFC 2231 (`name*=`) is a tuple: charset, language, text.
    found: list[tuple[str, Any]] = message.get_params(failobj=[])
    parameters = {name: value if isinstance(value, str) else value[2] for name, value in found[1:]}
    return message.get_content_type() if header else "", MappingProxyType(parameters)


def parse_multipart(content_type: str, body: bytes) -> Multipart:
    """Take a body apart; raises InvalidRequest when it is not what 1.0.3 Part Three 1.5.2 describes."""
    boundary = media_type(content_type)[1].get("boundary", "")
    if not 0 < len(boundary) <= _BOUNDARY_MOST or not boundary.isascii():
        _refuse(
            "header:Content-Type",
            "The multipart boundary is missing or unusable.",
            "boundary=… of 1 to 70 characters",
            "XAPI-00131",
        )
    sections = list(_sections(body, boundary.encode()))
    if not sections:
        _refuse("", "The body has no parts.", "application/json first, then one part for each attachment", "XAPI-00133")
    headers, statements = sections[0]
    if media_type(headers.get("content-type", ""))[0] != "application/json":
        _refuse("", "The first part is not application/json.", "the statements as the first part", "XAPI-00134")
    return Multipart(statements, tuple(_parts(sections[1:], b"--" + boundary.encode())))


def _parts(sections: Iterable[Section], delimiter: bytes) -> Iterator[Part]:
    at = 0
    for section in sections:
        rest: Section | None = section
        while rest is not None:
            at += 1
            part, rest = _part(f"part:{at}", *rest, delimiter)
            yield part


def _part(where: str, headers: dict[str, str], content: bytes, delimiter: bytes) -> tuple[Part, Section | None]:
    """Check a section and return its part, with the section that was glued to it, if any."""
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        _refuse(where, "Content-Transfer-Encoding is not binary.", "Content-Transfer-Encoding: binary", "XAPI-00135")
    stated = headers.get("x-experience-api-hash", "").lower()
    if not stated:
        _refuse(
            where, "X-Experience-API-Hash is missing.", "the SHA-2 of the part's content, in hexadecimal", "XAPI-00132"
        )
    digest = _HASHES.get(len(stated))
    end = None if digest is None else _end(content, delimiter, digest, stated)
    if end is None:
        _refuse(
            where,
            "X-Experience-API-Hash is not the SHA-2 of the part's content.",
            "a SHA-2 (such as SHA-256) of exactly these bytes",
            "XAPI-00132",
        )
    part = Part(stated, headers.get("content-type", "application/octet-stream"), content[:end])
    return part, None if end == len(content) else _headers_and_content(content[end + len(delimiter) :])


def _end(content: bytes, delimiter: bytes, digest: Callable[..., Any], stated: str) -> int | None:
    """Return where the bytes end that have the stated hash: at the end of the section, or before a glued boundary.

    TinCanJS 0.50 and older forget the line end between an attachment and the boundary of the next. Only the hash
    can tell such a boundary from bytes that look like one, and it does.
    """
    if digest(content).hexdigest() == stated:
        return len(content)
    before, done = digest(), 0
    for _ in range(_PARTS_MOST):
        end = content.find(delimiter, done)
        if end < 0:
            return None
        before.update(content[done:end])
        if before.hexdigest() == stated:
            return end
        before.update(delimiter)
        done = end + len(delimiter)
    return None


def _sections(body: bytes, boundary: bytes) -> Iterator[Section]:
    """Yield each part's headers and bytes; the preamble and epilogue are ignored."""
    delimiter = b"--" + boundary
    if body.startswith(delimiter):
        at = len(delimiter)
    else:
        at = body.find(b"\r\n" + delimiter)
        if at < 0:
            _refuse("", "The boundary of the Content-Type header never occurs.", "parts divided by the stated boundary")
        at += 2 + len(delimiter)
    for _ in range(_PARTS_MOST):
        if body.startswith(b"--", at):
            return
        end = body.find(b"\r\n" + delimiter, at)
        if end < 0:
            _refuse("", "The last part is not closed.", "a closing boundary: --boundary--")
        yield _headers_and_content(body[at:end])
        at = end + 2 + len(delimiter)
    _refuse("", f"The body has more than {_PARTS_MOST} parts.", f"at most {_PARTS_MOST} parts")


def _headers_and_content(section: bytes) -> Section:
    # Spaces may follow a boundary; the line end after it belongs to the boundary.
    line_end = section.find(b"\r\n")
    section = section[line_end:] if line_end >= 0 and not section[:line_end].strip(b" \t") else b""
    head, separator, content = section.partition(b"\r\n\r\n")
    if not separator or len(head) > _HEADERS_MOST:
        _refuse("", "A part has no headers, or no empty line after them.", "headers, an empty line, the content")
    headers: dict[str, str] = {}
    for line in head.strip(b"\r\n").split(b"\r\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            _refuse("", "A part has a header line without a colon.", "Name: value")
        if _CONTROL.search(line.decode("latin-1")):
            _refuse("", "A part has a header with control characters.", "printable characters")
        headers[name.strip().lower()] = value.strip()
    return headers, content


def check_parts(statements: Iterable[tuple[str, dict[str, Any]]], parts: Iterable[Part]) -> list[Problem]:
    """Say which attachments lack their bytes, and which parts belong to no attachment.

    `statements` are (JSON Pointer, valid statement). An attachment with a fileUrl may come without bytes.
    """
    sent = {part.sha2 for part in parts}
    named: set[str] = set()
    problems: list[Problem] = []
    for base, statement in statements:
        for at, attachment in _attachments(statement):
            named.add(attachment["sha2"].lower())
            if attachment["sha2"].lower() not in sent and "fileUrl" not in attachment:
                problems.append(
                    Problem(
                        f"{base}{at}/sha2",
                        "The attachment has no fileUrl and its bytes were not sent.",
                        "a part with this hash in multipart/mixed, or a fileUrl",
                        "XAPI-00129",
                    )
                )
    problems.extend(
        Problem(
            f"part:{sha2[:12]}…",
            "No attachment of the statements has this hash.",
            "parts whose X-Experience-API-Hash is the sha2 of an attachment",
            "XAPI-00128",
        )
        for sha2 in sorted(sent - named)
    )
    return problems


def _attachments(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for at, attachment in enumerate(statement.get("attachments", ())):
        yield f"/attachments/{at}", attachment
    target = statement["object"]
    if target.get("objectType") == "SubStatement":
        for at, attachment in enumerate(target.get("attachments", ())):
            yield f"/object/attachments/{at}", attachment


def attachment_hashes(statement: dict[str, Any]) -> list[str]:
    """Return the lower-case SHA-2 of every attachment that a valid statement mentions."""
    return [attachment["sha2"].lower() for _, attachment in _attachments(statement)]


def write_multipart(statements: bytes, parts: Iterable[Part], boundary: str) -> Iterator[bytes]:
    """Write an answer with attachments, piece by piece."""
    yield b"--%b\r\nContent-Type: application/json\r\n\r\n%b\r\n" % (boundary.encode(), statements)
    for part in parts:
        yield (
            f"--{boundary}\r\nContent-Type: {part.content_type}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {part.sha2}\r\n\r\n"
        ).encode()
        yield part.content
        yield b"\r\n"
    yield b"--%b--\r\n" % boundary.encode()


def _refuse(pointer: str, message: str, accepted: str, requirement: str = _RULE) -> NoReturn:
    raise InvalidRequest("The multipart body cannot be read.", [Problem(pointer, message, accepted, requirement)])
