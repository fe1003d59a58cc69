"""A seal's place in the bytes of a PDF: what it covers, what stands in it. What else a PDF is, is not known here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from asn1crypto import parser
from cryptography import x509

from evidence.seals.report import SealFlaw

# What stands in a seal's place while the rest of the file is read.
MARK: Final = b"assidu: the seal stands here"
# The one way that seals are written: in capitals, without white space.
_DIGITS: Final = re.compile(rb"(?:[0-9A-F]{2})+")
# What the library that writes it writes: always from the first byte.
_RANGE: Final = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")


class NotReadable(Exception):
    """The bytes are no PDF, or not one that a seal fits into; the message says which."""


class Misplaced(Exception):
    """The bytes are no PDF with one seal that covers all of it; `flaw` says what is wrong, the message in French."""

    def __init__(self, flaw: SealFlaw, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Room:
    """A PDF with room for a seal between `start` and `end`, and the SHA-256 of all of it but that room."""

    digest: bytes
    start: int
    end: int
    pdf: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Return how many bytes of seal fit in: each is two digits, between < and >."""
        return (self.end - self.start - 2) // 2

    def fill(self, seal: bytes) -> bytes:
        """Return the PDF with `seal` in its room; there must be enough of it."""
        digits = seal.hex().upper().encode()
        return self.pdf[: self.start + 1] + digits + self.pdf[self.start + 1 + len(digits) :]


@dataclass(frozen=True, slots=True)
class Standing:
    """The seal of a PDF as it stands there: nothing about it is checked yet but that it covers the whole file."""

    seal: bytes = field(repr=False)
    digest: bytes
    sealed_at: datetime
    lists: tuple[x509.CertificateRevocationList, ...] = field(repr=False)


def find_gap(pdf: bytes) -> tuple[int, int] | None:
    """Return where a seal that covers all else begins and ends, by what the file's bytes look like."""
    for found in _RANGE.finditer(pdf):
        start, end, rest = map(int, found.groups())
        if end + rest == len(pdf) and start + len(MARK) + 4 < end and (pdf[start], pdf[end - 1]) == (0x3C, 0x3E):
            return start, end
    return None


def marked(pdf: bytes, start: int, end: int) -> bytes:
    """Put a mark where the seal stands, so that it is known for sure to be what the PDF calls its seal.

    The rest of its place becomes a comment. Reading tens of thousands of digits takes the library longer than all else.
    """
    filling = b"(" + MARK + b")%"
    return pdf[:start] + filling + b"x" * (end - start - len(filling) - 1) + b"\n" + pdf[end:]


def written(digits: bytes) -> bytes:
    """Return the bytes of the seal; raise Misplaced for anything that stands in its room beside it."""
    if not _DIGITS.fullmatch(digits):
        raise Misplaced(SealFlaw.PADDING, "La place réservée au cachet contient autre chose qu’un cachet.")
    room = bytes.fromhex(digits.decode())
    try:
        length = parser.peek(room)
    except ValueError as error:
        raise Misplaced(SealFlaw.MALFORMED, "Ce qui tient la place du cachet n’en est pas un.") from error
    if any(room[length:]):
        raise Misplaced(SealFlaw.PADDING, "La place réservée au cachet contient quelque chose après le cachet.")
    return room[:length]
