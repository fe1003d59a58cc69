"""Routes of files. The guard of `/dashboards/` stands before them; what lies outside the scope is not there."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, Response, g, request

from dashboards.reader import Reader
from dashboards.views.audit_samples import sample_asked, sample_dossier
from dashboards.views.files_documents import file_dossier, read_file
from dashboards.views.lens import Lens, Sources
from training.access import STAFF, Role

# Where a download is made, as the trail says it; `dashboards.pages.places` has the words.
DOCUMENT_PLACE = "download.document"
DOSSIER_PLACE = "download.dossier"
_DOSSIERS = frozenset((Role.FUNDER, Role.AUDITOR, *STAFF))
_SAMPLES = frozenset((Role.AUDITOR, *STAFF))


def register(app: Flask, sources: Sources) -> None:
    """Add `/dashboards/download/` to the application; nothing is read yet."""
    app.register_blueprint(blueprint(sources))


def blueprint(sources: Sources) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("downloads", __name__, url_prefix="/dashboards/download")

    @routes.get("/documents/<string:code>")
    def document(code: str) -> Response:
        name, parts = read_file(_lens(sources), code, DOCUMENT_PLACE)
        return _sent(name, "application/pdf", parts)

    @routes.get("/dossiers/enrolments/<string:enrolment_id>")
    def enrolment(enrolment_id: str) -> Response:
        lens = _lens(sources)
        lens.viewer.require(_DOSSIERS)
        dossier = file_dossier(lens, enrolment_id, DOSSIER_PLACE)
        return _sent(dossier.filename, "application/zip", dossier.parts)

    @routes.get("/dossiers/sample")
    def sample() -> Response:
        lens = _lens(sources)
        lens.viewer.require(_SAMPLES)
        dossier = sample_dossier(lens, sample_asked(request.args), DOSSIER_PLACE)
        return _sent(dossier.filename, "application/zip", dossier.parts)

    return routes


def _lens(sources: Sources) -> Lens:
    reader: Reader = g.reader
    return Lens(sources, reader.viewer)


def _sent(name: str, media_type: str, parts: Iterable[bytes]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(parts, headers=headers, content_type=media_type)
