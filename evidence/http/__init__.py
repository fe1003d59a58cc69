"""Evidence in `/api/v1`: translates, decides nothing. `sections` is what the application registers."""

from __future__ import annotations

from evidence.http import completeness, documents, dossiers, retention, trail
from evidence.http.documents import DocumentsApi
from evidence.http.seal import seal_section
from evidence.issuing.batches import BatchIssuing
from evidence.issuing.issuer import Issuer
from evidence.issuing.workshop import Workshop
from evidence.seals.sealing import Seals
from lrs.http.api.operations import Section


def sections(seals: Seals, workshop: Workshop) -> tuple[Section, ...]:
    """Return the operations on seals, on documents that are made with a workshop, and on everything that is kept."""
    issuer = Issuer(workshop)
    batches = BatchIssuing(workshop.store, workshop.clock, workshop.ids, issuer)
    api = DocumentsApi(issuer, batches, workshop.archive)
    return (
        seal_section(seals),
        Section(
            "documents",
            "Certificates, attestations, sheets and statements: issued with the evidence inside them.",
            documents.operations(api),
        ),
        dossiers.SECTION,
        completeness.SECTION,
        retention.SECTION,
        trail.SECTION,
    )
