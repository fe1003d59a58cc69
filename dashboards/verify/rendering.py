"""Turn what is known of a document into a page: French typography, and the headers that every page has."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from dashboards import formats
from dashboards.frame import look
from dashboards.policy import SCRIPTED_PAGE
from dashboards.templating import build_templates
from dashboards.verify import wording
from evidence.verification.wording import typeset
from lrs.clock import Micros, to_datetime

_PARIS = "Europe/Paris"


class Renderer:
    """Renders the pages' templates."""

    def __init__(self) -> None:
        self._templates = build_templates(Path(__file__).parent / "templates", typeset)
        self._templates.filters.update(day=day, spaced=spaced)
        self._templates.globals.update(
            statuses=wording.STATUSES, verdicts=wording.VERDICTS, development=wording.DEVELOPMENT, look=look.address
        )

    def page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:  # noqa: ANN401 - templates
        """Return a page that nobody keeps, nobody frames, nobody lists, and that runs our own script alone."""
        response = Response(self._templates.get_template(template).render(values), status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = SCRIPTED_PAGE
        response.headers["Cache-Control"] = "no-store"
        # The code stands in the address: no other site is told it, and no search engine keeps it.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def day(micros: Micros) -> str:
    """Write the day of an instant, in France: lundi 5 janvier 2026."""
    return formats.day(to_datetime(micros).astimezone(ZoneInfo(_PARIS)).date(), "fr")


def spaced(text: str) -> str:
    r"""Write a long run of digits in groups of four.

    >>> spaced("0123456789abcdef")
    '0123 4567 89ab cdef'
    """
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
