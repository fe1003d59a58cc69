"""The documents issued about a learner: how each stands, and where anybody verifies it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dashboards.views.learner import course_title, find_me, get_me, own_enrolments
from dashboards.views.lens import Lens
from evidence.archive.entry import Archived
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.archive import Archive
from lrs.clock import Micros
from lrs.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One version of one document. `verification_path` is where its QR code leads, on this deployment.

    `has_file` is False once its bytes were destroyed at the end of their time. `reason` is why it was revoked.
    """

    code: str
    heading: str
    number: str
    version: int
    status: Status
    enrolment_id: str | None
    course: str
    first_on: date | None
    last_on: date | None
    issued_at: Micros
    size_bytes: int
    is_development: bool
    has_file: bool
    replaced_by: str | None
    reason: str
    verification_path: str


@dataclass(frozen=True, slots=True)
class Documents:
    """The reader's documents, newest first."""

    is_known: bool
    lines: tuple[DocumentLine, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A document's bytes, which can be taken once, with what to call them."""

    filename: str
    size_bytes: int
    parts: Iterator[bytes]


def documents(lens: Lens) -> Documents:
    """Return the documents that name the reader and nobody else; raises Forbidden to who is no learner."""
    me = find_me(lens)
    if me is None:
        return Documents(is_known=False, lines=())
    found: dict[str, DocumentLine] = {}
    for enrolment in own_enrolments(lens, me):
        title = course_title(lens, enrolment)
        for document in lens.documents_of(enrolment.id):
            found.setdefault(document.code, _line(lens, document, title))
    ordered = sorted(found.values(), key=lambda line: (line.issued_at, line.code), reverse=True)
    return Documents(is_known=True, lines=tuple(ordered))


def read_document(lens: Lens, code: str) -> File:
    """Return the sealed PDF of one of the reader's documents; that it was read stands in the audit trail.

    Raises NotFound for what is not theirs alone or was destroyed, and ArchiveDamaged.
    """
    get_me(lens)
    document = lens.document(code)
    archive = archive_of(lens)
    parts = archive.stream(lens.viewer.organisation, document.digest, lens.viewer.trail_name, "me/documents")
    return File(filename_of(document), document.size_bytes, parts)


def archive_of(lens: Lens) -> Archive:
    """Return the archive, whose every reading is recorded."""
    return Archive(lens.services.store, lens.services.clock, lens.sources.trail)


def filename_of(document: IssuedDocument) -> str:
    """Return what to call a document's file: its type, number and version, in plain letters."""
    number = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in document.number)
    return f"{document.type.value.lower()}-{number}-v{document.version}.pdf"


def _line(lens: Lens, document: IssuedDocument, course: str) -> DocumentLine:
    kept = _kept(lens, document)
    return DocumentLine(
        code=document.code,
        heading=document.type.heading,
        number=document.number,
        version=document.version,
        status=document.status,
        enrolment_id=document.enrolment_id,
        course=course,
        first_on=document.first_on,
        last_on=document.last_on,
        issued_at=document.issued_at,
        size_bytes=document.size_bytes,
        is_development=document.is_development,
        has_file=kept is not None and kept.destroyed_at is None,
        replaced_by=document.replaced_by,
        reason=document.revocation_reason or "",
        verification_path=f"/verify/{document.code}",
    )


def _kept(lens: Lens, document: IssuedDocument) -> Archived | None:
    try:
        return archive_of(lens).get(lens.viewer.organisation, document.digest)
    except NotFound:
        return None
