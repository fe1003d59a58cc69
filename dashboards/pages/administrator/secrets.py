"""A secret at the one moment when it can be read, with a button that copies it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from dashboards.frame import parts
from dashboards.words import Texts, Words

SECRET_TEXTS: Final[Texts] = {
    "once_title": ("À copier maintenant", "Copy this now"),
    "once_text": (
        "Le secret n’est gardé nulle part en clair : il ne sera plus jamais affiché.",
        "The secret is kept nowhere as it is: it is never shown again.",
    ),
    "once_user": ("Identifiant", "User name"),
    "once_key": ("Clé", "Key"),
    "once_secret": ("Secret", "Secret"),
    "once_bearer": ("Jeton (Bearer)", "Bearer token"),
    "once_endpoint": ("Adresse xAPI", "xAPI endpoint"),
    "once_link": ("Lien", "Link"),
    "copy": ("Copier", "Copy"),
}


def shown_once(words: Words, items: Sequence[tuple[str, str]]) -> html.Div:
    """Return what was just made, each with its name (`once_<name>`) and a button to copy it."""
    lines = [(words(f"once_{name}"), _copied(words, name, value)) for name, value in items]
    return parts.notice(words("once_title"), [html.P(words("once_text")), parts.facts(*lines)], tone="warning")


def _copied(words: Words, name: str, value: str) -> Any:  # noqa: ANN401 - what Dash takes as children
    place = {"once": name}
    copy = dcc.Clipboard(content=value, title=f"{words('copy')} : {words(f'once_{name}')}", className="copy")
    return html.Span([html.Code(value, id=place), " ", copy])
