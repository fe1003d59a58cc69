"""A document: a media type and bytes, kept as they were sent."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem, TooLarge

# MongoDB takes 16 MiB a record. A bookmark or a profile is a few kilobytes, so what is larger is
# refused rather than spread over two collections that one write could not change together.
LARGEST_BYTES: Final = 15 * 1024 * 1024

# RFC 9110 8.3: what a sender means when it does not say.
UNDECLARED: Final = "application/octet-stream"

# What may stand in a header and be given back in one: visible ASCII and blanks, no line end.
_HEADER_TEXT: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,254}\Z")


@dataclass(frozen=True, slots=True)
class Document:
    """What a sender stores and gets back, byte for byte."""

    content_type: str
    body: bytes

    @property
    def is_json(self) -> bool:
        """Say whether the media type is `application/json`, whatever its parameters."""
        return self.content_type.partition(";")[0].strip().lower() == "application/json"

    @property
    def tag(self) -> str:
        """Return the entity tag, without quotes: SHA-1 in lower case hexadecimal.

        xAPI 1.0.3 Part Three 3.1 prescribes this algorithm; 2.0 takes any. It tells versions of a
        document apart and guards nothing else.
        """
        return entity_tag(self.body)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document and the instant it was last written."""

    document: Document
    tag: str
    updated: Micros


def entity_tag(body: bytes) -> str:
    """Return SHA-1 of `body` in lower case hexadecimal.

    >>> entity_tag(b"{}")
    'bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f'
    """
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def parse_document(content_type: str, body: bytes) -> Document:
    """Return what was sent as a document; raise InvalidRequest or TooLarge when it cannot be kept."""
    declared = content_type.strip() or UNDECLARED
    if not _HEADER_TEXT.match(declared):
        problem = Problem("header:Content-Type", "This cannot be given back in a header.", "a media type, in ASCII")
        raise InvalidRequest("The Content-Type of the document is not a media type.", [problem])
    check_size(body)
    return Document(declared, body)


def check_size(body: bytes) -> None:
    """Refuse what one record of the store cannot hold."""
    if len(body) > LARGEST_BYTES:
        message = f"The document has {len(body)} bytes; the largest that is kept has {LARGEST_BYTES}."
        raise TooLarge(message, [Problem("", message, f"at most {LARGEST_BYTES} bytes")])
