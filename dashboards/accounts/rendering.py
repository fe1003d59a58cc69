"""Turn what is known into a page of accounts, with the headers that each of them has."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Response

from dashboards import formats
from dashboards.accounts.words import ACCOUNT, DOORS, ROLES
from dashboards.frame import look
from dashboards.languages import Language
from dashboards.policy import PLAIN_PAGE, SCRIPTED_PAGE
from dashboards.sessions import form_token
from dashboards.templating import build_templates
from dashboards.words import Words
from lrs.clock import Micros, to_datetime

_OTHER: Final[dict[Language, Language]] = {"fr": "en", "en": "fr"}
# The pages that ask the browser for a passkey; no other runs any script.
_SCRIPTED: Final = frozenset(("confirm", "enrol_passkey", "second_factor"))


def when(micros: Micros, language: Language) -> str:
    """Write an instant in a sentence, to the minute.

    >>> when(Micros(1_767_600_000_000_000), "fr")
    '5 janvier 2026 à 09:00'
    """
    instant = to_datetime(micros)
    at = "à" if language == "fr" else "at"
    day = formats.short_day(instant.astimezone(formats.PARIS).date(), language)
    return f"{day} {at} {formats.clock_time(instant, language)}"


class Renderer:
    """Renders the templates of this folder."""

    def __init__(self) -> None:
        self._templates = build_templates(Path(__file__).parent / "templates")
        self._templates.globals["look"] = look.address

    def words(self, language: Language) -> Words:
        """Return everything that these pages say."""
        return Words(language, DOORS, ACCOUNT, ROLES)

    def page(
        self,
        name: str,
        language: Language,
        /,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        problem: str = "",
        done: str = "",
        **values: Any,  # noqa: ANN401 - templates
    ) -> Response:
        """Return a page that nobody keeps, nobody frames, and that runs our own script or none."""

        def told_when(micros: Micros) -> str:
            return when(micros, language)

        shared = {
            "page": name,
            "language": language,
            "other": _OTHER[language],
            "has_language": status == HTTPStatus.OK,
            "words": self.words(language),
            "csrf": form_token(),
            "problem": problem,
            "done": done,
            "is_full": True,
            "when": told_when,
        }
        text = self._templates.get_template(f"{name}.html").render({**shared, **values})
        response = Response(text, status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = SCRIPTED_PAGE if name in _SCRIPTED else PLAIN_PAGE
        response.headers["Cache-Control"] = "no-store"
        return response
