"""The code of a document: what its QR code leads to, and what a person may type from paper."""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256
from typing import Final

from lrs.clock import IdSource

# 130 bits: nobody guesses one, and asking about one says nothing of another.
_LETTERS: Final = 26
_GROUPS: Final = (5, 10, 15, 20)
_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
# Digits that the alphabet lacks are read as the letters they look like.
_ALIKE: Final = str.maketrans("018", "OIB")


def new_code(ids: IdSource) -> str:
    """Return a code that nobody has: 26 letters and digits (RFC 4648 base32) in five groups."""
    drawn = sha256(ids.new_secret().encode()).digest()
    return _grouped(b32encode(drawn).decode()[:_LETTERS])


def parse_code(text: str) -> str | None:
    """Return the code that somebody typed, with or without hyphens, spaces and capitals; None when it is none.

    >>> parse_code("abcde fghij klmno pqrst uvwxyz")
    'ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ'
    """
    letters = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_ALIKE)
    return _grouped(letters) if len(letters) == _LETTERS and _ALPHABET.issuperset(letters) else None


def _grouped(letters: str) -> str:
    starts = (0, *_GROUPS)
    return "-".join(letters[start:end] for start, end in zip(starts, (*_GROUPS, _LETTERS), strict=True))
