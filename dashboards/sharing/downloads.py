"""`/dashboards/me/files/…`: a learner's documents, and everything about them; the guard of the pages stands before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Blueprint, Response, g

from dashboards.reader import Reader
from dashboards.views.learner_copy import copy_everything
from dashboards.views.learner_documents import read_document
from dashboards.views.lens import Lens, Sources

PREFIX: Final = "/dashboards/me/files"


def blueprint(sources: Sources) -> Blueprint:
    """Return the routes; what is not the reader's own is not there, and whoever is no learner is refused."""
    routes = Blueprint("learner_files", __name__, url_prefix=PREFIX)

    @routes.get("/documents/<string:code>")
    def document(code: str) -> Response:
        file = read_document(_lens(sources), code)
        return sent(file.filename, "application/pdf", file.parts)

    @routes.get("/everything")
    def everything() -> Response:
        made = copy_everything(_lens(sources))
        return sent(made.filename, "application/zip", made.parts)

    return routes


def sent(filename: str, media_type: str, parts: Iterable[bytes]) -> Response:
    """Return a file to keep, sent part by part; nobody on the way keeps a copy."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
    return Response(parts, headers=headers, content_type=media_type)


def _lens(sources: Sources) -> Lens:
    reader: Reader = g.reader
    return Lens(sources, reader.viewer)
