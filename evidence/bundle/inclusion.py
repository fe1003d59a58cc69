"""Statements as a bundle includes them: everything that is needed of one is in its bytes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NoReturn
from uuid import UUID

import orjson

from evidence.bundle.parts import StatementPart
from lrs.errors import AssiduError, InvalidRequest, Problem
from lrs.statements.times import parse_timestamp

_VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"


@dataclass(frozen=True, slots=True)
class IncludedStatement:
    """One entry of the log with its place in the ledger; what extraction reads (`analytics.traces.Entry`) is here.

    A duplicate decides nothing and is never included, so that `duplicate_of` is always None.
    """

    statement_id: UUID
    position: int
    salt: bytes
    body: bytes
    stored: int
    timestamp: int
    is_voiding: bool = False
    reference: UUID | None = None
    duplicate_of: UUID | None = None

    @property
    def leaf(self) -> bytes:
        """The statement's leaf in the ledger."""
        return sha256(b"\x00" + self.salt + self.body).digest()


def include(position: int, salt: bytes, body: bytes, pointer: str = "") -> IncludedStatement:
    """Return a statement from its bytes; raises InvalidRequest when they are none."""
    try:
        value = orjson.loads(body)
        verb, target = value["verb"]["id"], value["object"]
        is_voiding = verb == _VOIDED
        return IncludedStatement(
            statement_id=UUID(value["id"]),
            position=position,
            salt=salt,
            body=body,
            stored=parse_timestamp(value["stored"]),
            timestamp=parse_timestamp(value["timestamp"]),
            is_voiding=is_voiding,
            reference=UUID(target["id"]) if is_voiding else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, AssiduError) as error:
        message = "An included statement cannot be read."
        raise InvalidRequest(message, [Problem(pointer, str(error), "a stored statement")]) from error


def read_statement(part: StatementPart, pointer: str) -> IncludedStatement:
    """Read a part; raises InvalidRequest when it is no statement, or another than it says."""
    try:
        salt = base64.b64decode(part.salt, validate=True)
    except (binascii.Error, ValueError) as error:
        _refuse(pointer + "/salt", "This is not base64.", error)
    found = include(part.position, salt, part.text.encode("utf-8", "surrogatepass"), pointer)
    if str(found.statement_id) != part.id:
        _refuse(pointer + "/id", "This is not the id in the statement's text.")
    return found


def write_statement(statement: IncludedStatement, path: tuple[bytes, ...]) -> StatementPart:
    """Write a statement with its inclusion path."""
    return StatementPart(
        id=str(statement.statement_id),
        position=statement.position,
        salt=base64.b64encode(statement.salt).decode(),
        text=statement.body.decode("utf-8"),
        path=tuple(base64.b64encode(step).decode() for step in path),
    )


def _refuse(pointer: str, message: str, cause: Exception | None = None) -> NoReturn:
    title = "An included statement cannot be read."
    raise InvalidRequest(title, [Problem(pointer, message)]) from cause
