"""What a document prints, worked out from its case: one module for each family of documents.

While issuing, and when a bundle is checked, it is the same code on the same values: what is printed is what follows
from the statements and records that are included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from evidence.bundle.case import Case
from evidence.bundle.contents.attendance import attendance_attestation
from evidence.bundle.contents.certificates import completion_certificate, intermediate_certificate
from evidence.bundle.contents.connection import connection_record
from evidence.bundle.contents.passage import entry_attestation, exit_attestation
from evidence.bundle.contents.results import end_of_training, skills_transcript
from evidence.bundle.contents.sheets import attendance_sheet
from evidence.content import Content, DocumentType

_FILL: Final[Mapping[DocumentType, Callable[[Case], Content]]] = {
    DocumentType.CERTREAL: completion_certificate,
    DocumentType.CERTINT: intermediate_certificate,
    DocumentType.ATTASS: attendance_attestation,
    DocumentType.ATTFIN: end_of_training,
    DocumentType.EMARG: attendance_sheet,
    DocumentType.RELCO: connection_record,
    DocumentType.RELCOMP: skills_transcript,
    DocumentType.ATTENT: entry_attestation,
    DocumentType.ATTSORT: exit_attestation,
}


def fill(case: Case) -> Content:
    """Return what the document prints; raises InvalidRequest when a record that it needs is not there."""
    return _FILL[case.type](case)
