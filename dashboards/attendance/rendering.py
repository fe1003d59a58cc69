"""Turn what is known into a page: templates in French, the headers that every page has."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Response

from dashboards import formats
from dashboards.attendance import wording
from dashboards.attendance.codes import qr_picture
from dashboards.frame import look
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.policy import SCRIPTED_PAGE
from dashboards.templating import build_templates
from lrs.errors import AssiduError, TooManyRequests
from lrs.http.errors import STATUS
from training.access import Role

_STALE: Final = {
    "title": "Cette page était ouverte depuis trop longtemps",
    "text": "Rien n’a été enregistré. Réessayez ; votre navigateur doit accepter les cookies.",
}
_FILTERS: Final = {
    "counted": lambda value, one, many: formats.counted(value, one, many, "fr"),
    "day": wording.day,
    "day_of": lambda value: formats.day(value, "fr"),
    "grouped": wording.grouped,
    "hour": wording.hour,
    "hours": wording.hours,
    "length_of": wording.length,
    "qr": qr_picture,
    "short_day": lambda value: formats.short_day(value, "fr"),
    "status": wording.status,
}
_WORDS: Final = {
    "flags_of": wording.FLAGS,
    "half_days": wording.HALF_DAYS,
    "methods": wording.METHODS,
    "modalities": wording.MODALITIES,
    "role_of": {role: FRAME_TEXTS[f"role_{role.value}"][0] for role in Role},
    "states": wording.STATES,
}


class Renderer:
    """Renders the pages' templates."""

    def __init__(self) -> None:
        self._templates = build_templates(Path(__file__).parent / "templates", wording.typeset)
        self._templates.filters.update(_FILTERS)
        self._templates.globals.update(_WORDS, look=look.address)

    def page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:  # noqa: ANN401 - templates
        """Return a page that nobody keeps, nobody frames, and that runs our own scripts alone."""
        response = Response(self._templates.get_template(template).render(values), status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = SCRIPTED_PAGE
        response.headers["Cache-Control"] = "no-store"
        return response

    def refuse(self, error: AssiduError, back: str = "") -> Response:
        """Return a page that tells a person what was refused."""
        return with_wait(self.page("problem.html", status_of(error), told=told(error), back=back), error)

    def stale(self, back: str) -> Response:
        """Return the page that answers a form shown too long ago, or by somebody else's page."""
        return self.page("problem.html", HTTPStatus.BAD_REQUEST, told=_STALE, back=back)


def told(error: AssiduError) -> dict[str, str]:
    """Return what a page's notice says of a refusal."""
    title, text = wording.refusal(error)
    return {"title": title, "text": text}


def status_of(error: AssiduError) -> HTTPStatus:
    """Return the status of a page that shows a refusal."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def with_wait(page: Response, error: AssiduError) -> Response:
    """Say in the headers too how long to wait, where a refusal asks for it."""
    if isinstance(error, TooManyRequests):
        page.headers["Retry-After"] = str(error.retry_after)
    return page
