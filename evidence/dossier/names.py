"""Names of files and folders: readable, the same each time, and safe on any machine. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_MOST: Final = 60


def slug(*texts: str) -> str:
    """Return texts in the letters a to z, digits and hyphens alone, cut to a length that every system takes.

    >>> slug("Lefèvre-Œuvrard", "Zoé")
    'lefevre-oeuvrard-zoe'
    """
    joined = " ".join(texts).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("-", plain).strip("-")[:_MOST].strip("-") or "sans-nom"
