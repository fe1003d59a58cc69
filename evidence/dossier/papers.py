"""Issued documents of a dossier: their files, out of the archive, each read on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from evidence.archive.errors import ArchiveDamaged, ArchiveDestroyed
from evidence.dossier.names import slug
from evidence.dossier.writing import Course, day_of
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.archive import Archive
from lrs.errors import NotFound

STATES: Final = {
    Status.VALID: "en vigueur",
    Status.TO_REPLACE: "à remplacer",
    Status.SUPERSEDED: "remplacé",
    Status.REVOKED: "révoqué",
}


def write_documents(
    course: Course, archive: Archive, documents: Iterable[IssuedDocument], folder: str, group: str
) -> Iterator[bytes]:
    """Yield the dossier with documents added; of one whose file is gone or damaged the index says so."""
    for document in documents:
        course.subjects |= {f"document:{document.code}", f"archive:{document.digest}"}
        label = f"{document.type.heading} {document.number}, version {document.version}"
        date = day_of(document.issued_at)
        try:
            parts = archive.stream(course.number, document.digest, course.who, course.asked.purpose)
        except ArchiveDestroyed:
            course.note_missing(group, label, document.digest, date=date, state="détruit au terme de sa conservation")
            continue
        except (ArchiveDamaged, NotFound):
            course.note_missing(group, label, document.digest, date=date, state="endommagé dans l’archive, non joint")
            continue
        name = f"{slug(document.type.value, document.number)}-v{document.version}-{slug(document.code)}.pdf"
        about = f"document:{document.code}"
        yield from course.put(
            f"{folder}/documents/{name}", parts, "document", group, label, about=about, date=date,
            state=STATES[document.status],
        )  # fmt: skip
