"""Documents and batches as the dictionaries that the schemas of `/api/v1` write."""

from __future__ import annotations

from typing import Any

from evidence.issuing.batch import Batch, BatchItem, ItemState
from evidence.issuing.document import IssuedDocument
from lrs.clock import Micros, to_text


def document_shape(document: IssuedDocument) -> dict[str, Any]:
    """Write a document."""
    return {
        "code": document.code,
        "number": document.number,
        "version": document.version,
        "type": document.type.value,
        "status": document.status.value,
        "session_id": document.session_id,
        "enrolment_id": document.enrolment_id,
        "first_on": document.first_on,
        "last_on": document.last_on,
        "title": document.title,
        "holder": document.holder,
        "as_of": to_text(document.as_of),
        "issued_at": to_text(document.issued_at),
        "issued_by": document.issued_by,
        "sha256": document.digest,
        "size_bytes": document.size_bytes,
        "evidence_sha256": document.evidence_digest,
        "seal_level": document.seal_level,
        "is_development": document.is_development,
        "replaces": document.replaces,
        "replaced_by": document.replaced_by,
        "changed_at": _maybe(document.changed_at),
        "revoked_at": _maybe(document.revoked_at),
        "revocation_reason": document.revocation_reason,
    }


def batch_shape(batch: Batch) -> dict[str, Any]:
    """Write a batch with how far it has come."""
    return {
        "id": batch.id,
        "type": batch.type.value,
        "session_id": batch.session_id,
        "first_on": None if batch.period is None else batch.period.first,
        "last_on": None if batch.period is None else batch.period.last,
        "as_of": to_text(batch.as_of),
        "started_at": to_text(batch.started_at),
        "finished_at": _maybe(batch.finished_at),
        "total": batch.total,
        **{state.value.lower(): batch.counts.get(state, 0) for state in ItemState},
        "trouble": batch.trouble,
        "trouble_since": _maybe(batch.trouble_since),
    }


def batch_item_shape(item: BatchItem) -> dict[str, Any]:
    """Write one document of a batch."""
    return {
        "number": item.number,
        "enrolment_id": item.enrolment_id,
        "state": item.state.value,
        "code": item.code,
        "missing": [{"reason": reason, "message": message} for reason, message in item.missing],
    }


def _maybe(instant: Micros | None) -> str | None:
    return None if instant is None else to_text(instant)
