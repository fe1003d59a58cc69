"""Dossiers in `/api/v1`: sent as they are made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from marshmallow import fields, validate

from evidence.dossier import Asked, Dossiers, Scope
from evidence.dossier.asked import SAMPLE_MOST
from evidence.http.trail import PurposeSchema
from evidence.trail.entry import who_credential
from lrs.http.api.operations import ApiRequest, Download, Operation, Section


def enrolment_dossier(request: ApiRequest) -> Download:
    """Make the dossier of an enrolment.

    Documents, statements with their proofs, half-days, figures, records, rules: docs/dossiers.md says what is in it.
    """
    return _send(request, Asked(Scope.ENROLMENT, request.path["record_id"], request.arguments["purpose"]))


def learner_dossier(request: ApiRequest) -> Download:
    """Make the dossier of a learner, all their enrolments in it."""
    return _send(request, Asked(Scope.LEARNER, request.path["record_id"], request.arguments["purpose"]))


def session_dossier(request: ApiRequest) -> Download:
    """Make the dossier of a training session, everybody enrolled in it."""
    return _send(request, Asked(Scope.SESSION, request.path["record_id"], request.arguments["purpose"]))


def sample_dossier(request: ApiRequest) -> Download:
    """Make the dossier of a sample of learners.

    Drawn by a seed, so that anybody can draw the same one again; the best seed is the auditor's.
    """
    given = request.arguments
    asked = Asked(
        Scope.SAMPLE, "", given["purpose"], given["seed"], given["size"], given.get("from_"), given.get("to")
    )  # fmt: skip
    return _send(request, asked)


def _send(request: ApiRequest, asked: Asked) -> Download:
    who = who_credential(request.caller.credential)
    dossier = Dossiers(request.services).open(request.caller.organisation, asked, who)
    return Download(dossier.filename, dossier.parts)


class SampleQuerySchema(PurposeSchema):
    """How a sample is drawn."""

    size = fields.Integer(required=True, validate=validate.Range(1, SAMPLE_MOST))
    seed = fields.String(required=True, validate=validate.Length(1, 500))
    from_ = fields.Date(data_key="from", metadata={"description": "Sessions that end on this day or later"})
    to = fields.Date(metadata={"description": "Sessions that begin on this day or before"})


_ZIP: Final = {"type": "string", "format": "binary"}
_MISSING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


def _operation(path: str, view: object, takes: type[PurposeSchema] = PurposeSchema) -> Operation:
    return Operation("GET", path, view, _ZIP, takes=takes, media_type="application/zip", refuses=_MISSING)  # type: ignore[arg-type]  # each of the views above


SECTION: Final = Section(
    "dossiers",
    "Everything that evidences a training, as one zip that can be checked without us.",
    (
        _operation("/dossiers/enrolment/<string:record_id>", enrolment_dossier),
        _operation("/dossiers/learner/<string:record_id>", learner_dossier),
        _operation("/dossiers/training-session/<string:record_id>", session_dossier),
        _operation("/dossiers/sample", sample_dossier, SampleQuerySchema),
    ),
)
