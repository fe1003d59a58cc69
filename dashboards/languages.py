"""Which language a page speaks, and what it says in it."""

from __future__ import annotations

from typing import Final, Literal

from werkzeug.datastructures import LanguageAccept

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")


def find_language(text: str | None) -> Language | None:
    """Return the language that a short name means, or None."""
    return next((language for language in LANGUAGES if language == text), None)


def choose_language(chosen: str | None, own: str | None, accepted: LanguageAccept) -> Language:
    """Return what was chosen on a page, else the account's own, else what the browser asks for, else French."""
    return find_language(chosen) or find_language(own) or find_language(accepted.best_match(LANGUAGES)) or LANGUAGES[0]
