"""Issue documents, find them, read them, withdraw them; batches for a whole session."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from evidence.content import DocumentType, Period
from evidence.http import schemas
from evidence.http.shapes import batch_item_shape, batch_shape, document_shape
from evidence.issuing.batches import BatchIssuing
from evidence.issuing.document import Status, Subject
from evidence.issuing.issuer import Issuer
from evidence.store.archive import Archive
from evidence.trail.entry import who_credential
from evidence.verification.attachment import open_pdf, read_evidence
from lrs.clock import Micros
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page
from training.records.ids import EnrolmentId, SessionId

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DOWNLOAD: Final = "download through the API"
_EVIDENCE: Final = "evidence read through the API"


@dataclass(frozen=True)
class DocumentsApi:
    """What the operations are made with."""

    issuer: Issuer
    batches: BatchIssuing
    archive: Archive

    def issue(self, request: ApiRequest) -> dict[str, Any]:
        """Issue a document.

        What says the same already is returned as it is; what says otherwise becomes a new version that cites the old.
        409 lists everything that is missing, in French; 503 says that no timestamp can be had now: nothing was issued.
        """
        issued = self.issuer.issue(
            request.caller.organisation, DocumentType(request.arguments["type"]), _subject(request), _who(request),
            as_of=_as_of(request),
        )  # fmt: skip
        return {"document": document_shape(issued.document), "is_new": issued.is_new}

    def readiness(self, request: ApiRequest) -> dict[str, Any]:
        """Say whether a document can be issued, and list everything that is missing."""
        missing = self.issuer.missing(
            request.caller.organisation, DocumentType(request.arguments["type"]), _subject(request),
            as_of=_as_of(request),
        )  # fmt: skip
        return {"is_ready": not missing, "missing": [asdict(item) for item in missing]}

    def list_documents(self, request: ApiRequest) -> dict[str, Any]:
        """List documents, newest first: of an enrolment, of a session, of a type, of a status."""
        arguments, limit = request.arguments, request.arguments["limit"]
        kind, status = arguments.get("type"), arguments.get("status")
        rows = self.issuer.documents.page(
            request.caller.organisation,
            enrolment_id=arguments.get("enrolment_id"),
            session_id=arguments.get("session_id"),
            types=() if kind is None else (DocumentType(kind),),
            statuses=() if status is None else (Status(status),),
            before=parse_cursor(arguments.get("after")),
            limit=limit + 1,
        )
        shown, last = split_page(rows, limit)
        return {
            "items": [document_shape(item) for item in shown],
            "next": None if last is None else write_cursor(last.issued_at, last.code),
        }

    def show(self, request: ApiRequest) -> dict[str, Any]:
        """Return what is known of a document."""
        return document_shape(self.issuer.documents.get(request.caller.organisation, request.path["code"]))

    def read_file(self, request: ApiRequest) -> bytes:
        """Return the sealed PDF, byte for byte. That it was read is recorded."""
        return self._pdf(request, _DOWNLOAD)

    def read_evidence(self, request: ApiRequest) -> bytes:
        """Return the evidence inside a document (`assidu-evidence/1`). That it was read is recorded."""
        return read_evidence(open_pdf(self._pdf(request, _EVIDENCE)))

    def revoke(self, request: ApiRequest) -> dict[str, Any]:
        """Withdraw a document for good, with a reason; whoever verifies it is told that it is withdrawn."""
        organisation, code = request.caller.organisation, request.path["code"]
        return document_shape(self.issuer.revoke(organisation, code, request.arguments["reason"], _who(request)))

    def start_batch(self, request: ApiRequest) -> dict[str, Any]:
        """Start issuing one kind of document for everybody enrolled in a session.

        The worker makes them; nothing is made twice, whatever dies when. Everything is as of one instant.
        """
        batch = self.batches.start(
            request.caller.organisation,
            DocumentType(request.arguments["type"]),
            SessionId(request.arguments["session_id"]),
            _who(request),
            period=_period(request),
            as_of=_as_of(request),
        )
        return batch_shape(batch)

    def show_batch(self, request: ApiRequest) -> dict[str, Any]:
        """Return how far a batch has come."""
        return batch_shape(self.batches.batches.get(request.caller.organisation, request.path["batch_id"]))

    def list_batch(self, request: ApiRequest) -> dict[str, Any]:
        """List the documents of a batch with what became of each."""
        organisation, batch_id = request.caller.organisation, request.path["batch_id"]
        self.batches.batches.get(organisation, batch_id)
        limit, after = request.arguments["limit"], parse_cursor(request.arguments.get("after"))
        rows = self.batches.batches.items(organisation, batch_id, -1 if after is None else after[0], limit + 1)
        shown, last = split_page(rows, limit)
        return {
            "items": [batch_item_shape(item) for item in shown],
            "next": None if last is None else write_cursor(last.number),
        }

    def _pdf(self, request: ApiRequest, purpose: str) -> bytes:
        organisation = request.caller.organisation
        document = self.issuer.documents.get(organisation, request.path["code"])
        return self.archive.read(organisation, document.digest, _who(request), purpose)


def operations(api: DocumentsApi) -> tuple[Operation, ...]:
    """Return the operations on documents and batches."""
    gone = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
    pdf = {"type": "string", "format": "binary"}
    document, batch = "/documents/<string:code>", "/document-batches/<uuid:batch_id>"
    return (
        Operation(
            "POST", "/documents", api.issue, schemas.IssuedDocumentSchema, takes=schemas.DocumentAskSchema, refuses=gone
        ),
        Operation(
            "GET", "/documents", api.list_documents, schemas.DocumentPageSchema, takes=schemas.DocumentListQuerySchema
        ),
        Operation(
            "GET", "/documents/readiness", api.readiness, schemas.DocumentReadinessSchema,
            takes=schemas.DocumentAskSchema, refuses=(HTTPStatus.NOT_FOUND,),
        ),
        Operation("GET", document, api.show, schemas.DocumentVersionSchema, refuses=gone[:1]),
        Operation("GET", f"{document}/file", api.read_file, pdf, media_type="application/pdf", refuses=gone[:1]),
        Operation(
            "GET", f"{document}/evidence", api.read_evidence, {"type": "object"}, media_type="application/json",
            refuses=gone[:1],
        ),
        Operation(
            "POST", f"{document}/revocation", api.revoke, schemas.DocumentVersionSchema,
            takes=schemas.DocumentRevocationSchema, refuses=gone,
        ),
        Operation(
            "POST", "/document-batches", api.start_batch, schemas.DocumentBatchSchema,
            takes=schemas.DocumentBatchAskSchema, refuses=gone[:1], status=HTTPStatus.ACCEPTED,
        ),
        Operation("GET", batch, api.show_batch, schemas.DocumentBatchSchema, refuses=gone[:1]),
        Operation(
            "GET", f"{batch}/items", api.list_batch, schemas.DocumentBatchItemPageSchema, takes=PageQuerySchema,
            refuses=gone[:1],
        ),
    )  # fmt: skip


def _who(request: ApiRequest) -> str:
    return who_credential(request.caller.credential)


def _as_of(request: ApiRequest) -> Micros | None:
    instant = request.arguments.get("as_of")
    return None if instant is None else Micros((instant - _EPOCH) // timedelta(microseconds=1))


def _subject(request: ApiRequest) -> Subject:
    enrolment_id, session_id = request.arguments.get("enrolment_id"), request.arguments.get("session_id")
    return Subject(
        enrolment_id=None if enrolment_id is None else EnrolmentId(enrolment_id),
        session_id=None if session_id is None else SessionId(session_id),
        period=_period(request),
    )


def _period(request: ApiRequest) -> Period | None:
    first, last = request.arguments.get("first_on"), request.arguments.get("last_on")
    return None if first is None or last is None else Period(first=first, last=last)
