"""The kinds of document, and which values each holds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from evidence.content.attendance_attestation import AttendanceAttestation
from evidence.content.attendance_sheet import AttendanceSheet
from evidence.content.completion_certificate import CompletionCertificate, IntermediateCertificate
from evidence.content.connection_record import ConnectionRecord
from evidence.content.end_of_training import EndOfTrainingAttestation
from evidence.content.entry_attestation import EntryAttestation
from evidence.content.exit_attestation import ExitAttestation
from evidence.content.skills_transcript import SkillsTranscript

# msgspec tells them apart by their member `type`, which is the document type's code.
Content = (
    CompletionCertificate
    | IntermediateCertificate
    | AttendanceAttestation
    | EndOfTrainingAttestation
    | AttendanceSheet
    | ConnectionRecord
    | SkillsTranscript
    | EntryAttestation
    | ExitAttestation
)


class DocumentType(StrEnum):
    """A kind of document; the value is its code (compliance 1.2), which funder profiles name too."""

    CERTREAL = "CERTREAL"
    CERTINT = "CERTINT"
    ATTASS = "ATTASS"
    ATTFIN = "ATTFIN"
    EMARG = "EMARG"
    RELCO = "RELCO"
    RELCOMP = "RELCOMP"
    ATTENT = "ATTENT"
    ATTSORT = "ATTSORT"

    @property
    def heading(self) -> str:
        """What is written at the head of the document, never translated."""
        return _TITLES[self]


_TITLES: Final[Mapping[DocumentType, str]] = {
    DocumentType.CERTREAL: "Certificat de réalisation",
    DocumentType.CERTINT: "Certificat de réalisation intermédiaire",
    DocumentType.ATTASS: "Attestation d’assiduité",
    DocumentType.ATTFIN: "Attestation de fin de formation",
    DocumentType.EMARG: "Feuille d’émargement",
    DocumentType.RELCO: "Relevé de connexion et d’activité",
    DocumentType.RELCOMP: "Relevé de compétences",
    DocumentType.ATTENT: "Attestation d’entrée en formation",
    DocumentType.ATTSORT: "Attestation de sortie de formation",
}


def document_type_of(content: Content) -> DocumentType:
    """Return what kind of document this content makes."""
    return DocumentType(str(type(content).__struct_config__.tag))
