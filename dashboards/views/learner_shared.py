"""What somebody sees who was given a link: the documents that were chosen for them, how each stands, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboards.views.learner_documents import File, filename_of
from dashboards.views.learner_sharing import SHARED
from dashboards.views.lens import Sources
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.archive import Archive
from evidence.trail.entry import PRODUCT
from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.organisations import Organisations
from training.rights import Share, Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDocument:
    """One document: what it says it is, how it stands now, and whether its file is to be had."""

    code: str
    heading: str
    number: str
    version: int
    holder: str
    issued_at: Micros
    status: Status
    size_bytes: int
    has_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a link opens, for its recipient alone: no account, no address, no other document."""

    organisation: str
    recipient: str
    purpose: str
    until: date
    documents: tuple[SharedDocument, ...]


def open_link(sources: Sources, token: str, remote: str) -> Shared:
    """Return what a link opens, once it is noted that it was opened; raises NotFound and TooManyRequests."""
    share = Shares(sources.services).open(token, remote)
    services = sources.services
    return Shared(
        organisation=Organisations(services.store, services.clock).get(share.organisation).name,
        recipient=share.recipient,
        purpose=share.purpose,
        until=share.until,
        documents=tuple(_shown(sources, document) for document in _documents(sources, share)),
    )


def open_document(sources: Sources, token: str, code: str, remote: str) -> File:
    """Return a document that a link opens; raises NotFound for one that was withdrawn or replaced since.

    The reading stands in the audit trail as the product's, made for the share: who holds a link has no name.
    """
    share = Shares(sources.services).open(token, remote, code)
    document = sources.documents.get(share.organisation, code)
    if document.status not in SHARED:
        message = "This document was replaced or withdrawn."
        raise NotFound(message)
    parts = _archive(sources).stream(share.organisation, document.digest, PRODUCT, f"share:{share.id}")
    return File(filename_of(document), document.size_bytes, parts)


def _documents(sources: Sources, share: Share) -> list[IssuedDocument]:
    return [sources.documents.get(share.organisation, code) for code in share.codes]


def _shown(sources: Sources, document: IssuedDocument) -> SharedDocument:
    kept = _archive(sources).find(document.organisation, document.digest)
    return SharedDocument(
        code=document.code,
        heading=document.type.heading,
        number=document.number,
        version=document.version,
        holder=document.holder,
        issued_at=document.issued_at,
        status=document.status,
        size_bytes=document.size_bytes,
        has_file=document.status in SHARED and kept is not None and kept.destroyed_at is None,
    )


def _archive(sources: Sources) -> Archive:
    return Archive(sources.services.store, sources.services.clock, sources.trail)
