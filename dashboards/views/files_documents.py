"""The documents of the files within a scope: listed, followed from where a reader left off, and given out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboards.views.files import FileAsked, file_documents, wanted_files
from dashboards.views.files_asked import share_of, shared_documents
from dashboards.views.lens import Lens
from dashboards.views.session import person_name
from evidence.content import DocumentType
from evidence.dossier import Asked, Dossier, Dossiers, Extract, Scope
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.archive import Archive
from lrs.clock import Micros
from lrs.errors import NotFound
from training.access import Role
from training.records.funder import Granularity
from training.records.ids import EnrolmentId

# A document is dated before the transaction that keeps it ends: of what is younger than this more may come.
SETTLED_MICROS: Final = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDocument:
    """One issued document. `verify_path` is where anybody checks it; `sha256` is of the PDF, byte for byte.

    `changed_at` is when it last became what it is: issued, to be replaced, replaced, or withdrawn.
    """

    code: str
    number: str
    version: int
    type: DocumentType
    status: Status
    enrolment_ids: tuple[EnrolmentId, ...]
    file_nos: tuple[str, ...]
    trainees: tuple[str, ...]
    title: str
    first_on: date | None
    last_on: date | None
    as_of: Micros
    issued_at: Micros
    changed_at: Micros
    sha256: str
    size_bytes: int
    seal_level: str
    is_development: bool
    replaces: str | None
    replaced_by: str | None
    verify_path: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Documents in the order in which they changed, and where to go on: the instant and the code of the last."""

    documents: tuple[FileDocument, ...]
    last: tuple[int, str]


def documents(
    lens: Lens, kind: DocumentType | None = None, status: Status | None = None, q: str = ""
) -> tuple[FileDocument, ...]:
    """Return the documents of the files within the scope, newest first; of a kind, a status, or files found by `q`."""
    found = shared_documents(lens, lens.documents_named(wanted_files(lens, FileAsked(q=q))))
    return tuple(
        file_document(lens, item) for item in found if kind in (None, item.type) and status in (None, item.status)
    )


def documents_of_file(lens: Lens, enrolment_id: str) -> tuple[FileDocument, ...]:
    """Return the documents of one file within the scope, newest first; raises NotFound."""
    return tuple(file_document(lens, item) for item in file_documents(lens, lens.enrolment(enrolment_id).id))


def document_of(lens: Lens, code: str) -> FileDocument:
    """Return one document that is the viewer's to read; raises NotFound."""
    return file_document(lens, _readable(lens, code))


def changed_documents(lens: Lens, after: tuple[int, str], limit: int) -> Changed:
    """Return the documents within the scope that became what they are after an instant and a code, in that order.

    Nothing is passed over: what changed within the last minute comes with the next question.
    """
    found = shared_documents(lens, lens.documents_named(lens.scope.enrolments))
    until = lens.now - SETTLED_MICROS
    rows = sorted((_changed_at(item), item.code, item) for item in found)
    wanted = [(at, code, item) for at, code, item in rows if (at, code) > after and at <= until][:limit]
    last = (int(wanted[-1][0]), wanted[-1][1]) if wanted else after
    return Changed(tuple(file_document(lens, item) for _, _, item in wanted), last)


def read_file(lens: Lens, code: str, place: str) -> tuple[str, Iterator[bytes]]:
    """Return the name and the bytes of a document that is the viewer's to read, once that it is read is on record.

    Raises NotFound, and what the archive raises for a file that was destroyed or damaged.
    """
    document = _readable(lens, code)
    archive = Archive(lens.services.store, lens.services.clock, lens.sources.trail)
    parts = archive.stream(lens.viewer.organisation, document.digest, lens.viewer.trail_name, place)
    return f"{document.number}-v{document.version}.pdf", parts


def file_dossier(lens: Lens, enrolment_id: str, place: str) -> Dossier:
    """Return the dossier of one file: to a funder its extract, to whoever sees the whole all of it. Raises NotFound."""
    enrolment = lens.enrolment(enrolment_id)
    extract = None
    if not lens.scope.is_whole:
        codes = frozenset(item.code for item in file_documents(lens, enrolment.id))
        has_half_days = (
            lens.viewer.role is not Role.FUNDER or share_of(lens, enrolment).granularity is Granularity.HALF_DAY
        )
        extract = Extract(codes, has_half_days)
    asked = Asked(Scope.ENROLMENT, enrolment.id, place, extract=extract)
    return Dossiers(lens.services).open(lens.viewer.organisation, asked, lens.viewer.trail_name)


def file_document(lens: Lens, item: IssuedDocument) -> FileDocument:
    """Return a document as it is listed; nobody outside the scope is named, for none of them is in it."""
    found = [lens.enrolment(name) for name in item.enrolments]
    numbers = {enrolment.funding.file_no: None for enrolment in found if enrolment.funding is not None}
    return FileDocument(
        code=item.code, number=item.number, version=item.version, type=item.type, status=item.status,
        enrolment_ids=item.enrolments, file_nos=tuple(name for name in numbers if name),
        trainees=tuple(person_name(lens.records, enrolment) for enrolment in found),
        title=item.title, first_on=item.first_on, last_on=item.last_on, as_of=item.as_of, issued_at=item.issued_at,
        changed_at=_changed_at(item), sha256=item.digest, size_bytes=item.size_bytes, seal_level=item.seal_level,
        is_development=item.is_development, replaces=item.replaces, replaced_by=item.replaced_by,
        verify_path=f"/verify/{item.code}",
    )  # fmt: skip


def _readable(lens: Lens, code: str) -> IssuedDocument:
    found = shared_documents(lens, [lens.document(code)])
    if not found:
        message = "There is no document of this code."
        raise NotFound(message)
    return found[0]


def _changed_at(document: IssuedDocument) -> Micros:
    return max(at for at in (document.issued_at, document.changed_at, document.revoked_at) if at is not None)
