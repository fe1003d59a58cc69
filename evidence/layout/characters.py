"""Untrusted text, made printable: nothing breaks the page, nothing that would be seen is lost in silence.

1. Text is composed (NFC): fonts have « é », not « e » and an accent.
2. Any kind of white space, ends of lines included, becomes a space; the no-break ones stay what they are.
3. What nobody sees and that orders nothing (soft hyphens, zero-width spaces, joiners, variation selectors) is left out.
4. Whatever else the fonts lack is written by its code, [U+1F600]: emoji, scripts other than Latin, Greek and Cyrillic,
   control characters, and marks that would turn the direction of reading round. The page then says what that means.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

_WHITE: Final = re.compile(r"[^\S\u00a0\u202f]|[\u2028\u2029\u0085]")
_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# A column is as wide as this many letters at least; a word without a place to break is longer only by somebody's hand.
LONG_WORD: Final = 18
_LONG: Final = re.compile(rf"[^\s\u00a0\u202f-]{{{LONG_WORD + 1},}}")
_BREAK: Final = "\u200b"


@cache
def covered() -> frozenset[int]:
    """Return the code points that every font of the documents has (fonts/coverage.json: first and last of each run)."""
    runs = json.loads(files("evidence.layout").joinpath("fonts", "coverage.json").read_text(encoding="utf-8"))
    return frozenset(code for first, last in runs for code in range(first, last + 1))


class Typesetter:
    """Makes the texts of one document printable; `has_codes` says whether a character was written by its code."""

    def __init__(self) -> None:
        self.has_codes = False

    def text(self, text: str, *, is_broken: bool = True) -> str:
        """Return one text printable; `is_broken` puts places to break into words that fit no column."""
        written = text if text.isascii() and text.isprintable() else self._written(text)
        return _LONG.sub(_broken, written) if is_broken else written

    def _written(self, text: str) -> str:
        known = covered()
        composed = unicodedata.normalize("NFC", _UNSEEN.sub("", _WHITE.sub(" ", text)))
        return "".join(character if ord(character) in known else self._code(character) for character in composed)

    def _code(self, character: str) -> str:
        self.has_codes = True
        return f"[U+{ord(character):04X}]"


def _broken(word: re.Match[str]) -> str:
    text = word[0]
    return _BREAK.join(text[at : at + LONG_WORD] for at in range(0, len(text), LONG_WORD))
