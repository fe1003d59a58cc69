"""`/partage/<token>`: what a learner shows to somebody by a link. No account, no cookie, no script."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from dashboards import formats
from dashboards.sharing.downloads import sent
from dashboards.sharing.rendering import Renderer
from dashboards.views.learner_shared import open_document, open_link
from dashboards.views.lens import Sources
from lrs.errors import AssiduError, NotFound, TooManyRequests

PREFIX: Final = "/partage"
_GONE: Final = (
    "Ce lien n’ouvre rien",
    "Il est terminé, il a été retiré, ou son adresse est incomplète. Demandez-en un autre à la personne concernée.",
)
_BUSY: Final = ("Un instant", "Trop de liens ont été ouverts depuis votre réseau. Réessayez dans {wait}.")


def blueprint(sources: Sources) -> Blueprint:
    """Return the pages under `/partage`, with their style sheet."""
    renderer = Renderer()
    pages = Blueprint(
        "sharing",
        __name__,
        url_prefix=PREFIX,
        static_folder=str(Path(__file__).parent / "static"),
        static_url_path="/static",
    )

    @pages.errorhandler(AssiduError)
    def refuse(error: AssiduError) -> Response:
        return _refused(renderer, error)

    @pages.get("/<string:token>")
    def show(token: str) -> Response:
        return renderer.page("shared.html", shared=open_link(sources, token, _remote()), token=token)

    @pages.get("/<string:token>/<string:code>")
    def document(token: str, code: str) -> Response:
        file = open_document(sources, token, code, _remote())
        response = sent(file.filename, "application/pdf", file.parts)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return pages


def _refused(renderer: Renderer, error: AssiduError) -> Response:
    if isinstance(error, TooManyRequests):
        wait = formats.duration_seconds(error.retry_after, "fr")
        title, text = _BUSY
        page = renderer.page("refused.html", HTTPStatus.TOO_MANY_REQUESTS, title=title, text=text.format(wait=wait))
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    if isinstance(error, NotFound):
        title, text = _GONE
        return renderer.page("refused.html", HTTPStatus.NOT_FOUND, title=title, text=text)
    raise error


def _remote() -> str:
    return request.remote_addr or ""
