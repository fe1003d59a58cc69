"""Completion evidence for a funder's system: what changed since it last asked, documents as they are, dossiers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from marshmallow import fields, validate

from dashboards.http.reading import lens_of
from dashboards.http.writing import page_of
from dashboards.views.audit_samples import SampleAsked, sample_dossier
from dashboards.views.files_documents import (
    FileDocument,
    changed_documents,
    document_of,
    file_dossier,
    read_file,
)
from dashboards.views.lens import Sources
from evidence.http.trail import PurposeSchema
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Download, Operation
from lrs.http.api.schemas import PageQuerySchema
from training.access import STAFF, Role

DOSSIERS: Final = frozenset((Role.FUNDER, Role.AUDITOR, *STAFF))
SAMPLES: Final = frozenset((Role.AUDITOR, *STAFF))
FILES: Final = frozenset((Role.FUNDER, *STAFF))
_CHANGES: Final = "files/changes"
_DOCUMENT: Final = "/dashboards/documents/<string:code>/file"
_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
_BINARY: Final = {"type": "string", "format": "binary"}


class SampleDossierQuerySchema(PurposeSchema):
    """Which sample, by seed and size or as a list, and why."""

    seed = fields.String(validate=validate.Length(0, 200))
    size = fields.Integer(validate=validate.Range(1, 500))
    entered = fields.String(validate=validate.Length(0, 3_000))


def file_operations(sources: Sources) -> tuple[Operation, ...]:
    """Return the operations that give more than JSON of a view."""

    def list_changes(request: ApiRequest) -> dict[str, Any]:
        """List documents that changed since the last question.

        In the order in which they became what they are: issued, to be replaced, replaced, withdrawn. `next` is never
        null: keep it, and send it as `after` next time. What changed within the last minute comes with that.
        """
        lens = lens_of(request, sources)
        lens.viewer.require(FILES)
        after = parse_cursor(request.arguments.get("after")) or (0, "")
        found = changed_documents(lens, after, request.arguments["limit"])
        lens.note_reading(
            {name for item in found.documents for name in item.enrolment_ids}, f"/api/v1/dashboards/{_CHANGES}"
        )
        return {"as_of": lens.now, "items": found.documents, "next": write_cursor(*found.last)}

    def read_document(request: ApiRequest) -> Download:
        """Read a document: the sealed PDF, byte for byte. That it was read is recorded."""
        lens = lens_of(request, sources)
        return Download(*read_file(lens, request.path["code"], f"/api/v1{_DOCUMENT}"))

    def digest_of(request: ApiRequest) -> str:
        return document_of(lens_of(request, sources), request.path["code"]).sha256

    def read_dossier(request: ApiRequest) -> Download:
        """Read a file's dossier. A funder gets what is its to read; see docs/dossiers.md for what is in it."""
        lens = lens_of(request, sources)
        lens.viewer.require(DOSSIERS)
        dossier = file_dossier(lens, request.path["enrolment_id"], request.arguments["purpose"])
        return Download(dossier.filename, dossier.parts)

    def read_sample(request: ApiRequest) -> Download:
        """Read the dossier of a sample, drawn by its seed or entered."""
        lens, given = lens_of(request, sources), request.arguments
        lens.viewer.require(SAMPLES)
        asked = SampleAsked(given.get("seed", ""), given.get("size", 0), entered=given.get("entered", ""))
        dossier = sample_dossier(lens, asked, given["purpose"])
        return Download(dossier.filename, dossier.parts)

    return (
        Operation("GET", f"/dashboards/{_CHANGES}", list_changes, page_of(FileDocument), takes=PageQuerySchema),
        Operation("GET", _DOCUMENT, read_document, _BINARY, media_type="application/pdf", refuses=_GONE,
                  edition=digest_of),
        Operation("GET", "/dashboards/files/<string:enrolment_id>/dossier", read_dossier, _BINARY, takes=PurposeSchema,
                  media_type="application/zip", refuses=_GONE),
        Operation("GET", "/dashboards/audit/sample/dossier", read_sample, _BINARY, takes=SampleDossierQuerySchema,
                  media_type="application/zip", refuses=_GONE),
    )  # fmt: skip
