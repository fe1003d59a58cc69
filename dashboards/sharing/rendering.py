"""Turn what a link opens into a page: French typography, and the headers that every such page has."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Response

from dashboards import formats
from dashboards.frame import look
from dashboards.policy import PLAIN_PAGE
from dashboards.templating import build_templates
from dashboards.words import typeset
from evidence.issuing.document import Status
from lrs.clock import Micros, to_datetime

# How a document stands, as (tone, words).
STATES: Final = {
    Status.VALID: ("good", "En vigueur"),
    Status.TO_REPLACE: ("warning", "À remplacer : ce qu’il atteste a changé depuis"),
    Status.SUPERSEDED: ("warning", "Remplacé par une version plus récente"),
    Status.REVOKED: ("alarm", "Révoqué par l’organisme"),
}


class Renderer:
    """Renders the pages' templates."""

    def __init__(self) -> None:
        self._templates = build_templates(Path(__file__).parent / "templates", typeset)
        self._templates.filters.update(
            day=lambda value: formats.short_day(value, "fr"),
            day_of=_day_of,
            size=_size,
        )
        self._templates.globals.update(states=STATES, look=look.address)

    def page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:  # noqa: ANN401 - templates
        """Return a page that nobody keeps, frames, lists or runs a script on, and that no other site is told of."""
        response = Response(self._templates.get_template(template).render(values), status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = PLAIN_PAGE
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def _day_of(micros: Micros) -> str:
    return formats.short_day(to_datetime(micros).astimezone(formats.PARIS).date(), "fr")


def _size(size_bytes: int) -> str:
    """Write a size in kilobytes, rounded up."""
    return f"{formats.number(-(-size_bytes // 1000), 'fr')}\u00a0ko"
