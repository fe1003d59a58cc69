"""What each document prints, as plain frozen values: typed, complete, not yet laid out. Nothing here performs I/O.

Numbers stay numbers and instants stay instants: the layout writes them in French. A value that is not known is None
and is printed as « non renseigné » or left out with its line, never guessed. Pictures (logo, drawn signatures) are
named by their SHA-256 and handed to the layout beside the content.
"""

from evidence.content.action import Action, ActionNature, ModalityHours, Period
from evidence.content.attendance_attestation import Absence, AttendanceAttestation, HalfDays
from evidence.content.attendance_sheet import (
    AttendanceSheet,
    HalfDaySheet,
    SheetFlag,
    SheetLine,
    SheetStatus,
    Signature,
    SigningMethod,
    TrainerSignature,
)
from evidence.content.completion_certificate import CompletionCertificate, IntermediateCertificate
from evidence.content.connection_record import (
    ActivityLine,
    Assistance,
    ConnectionLine,
    ConnectionRecord,
    Proof,
    TimeRules,
    Times,
)
from evidence.content.document import Content, DocumentType, document_type_of
from evidence.content.end_of_training import EndOfTrainingAttestation
from evidence.content.entry_attestation import EntryAttestation
from evidence.content.evaluation import Evaluation, Outcome, Rate
from evidence.content.exit_attestation import ExitAttestation
from evidence.content.frame import Frame, Provider, Replaced, Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.skills_transcript import SkillsTranscript, TranscriptLine

__all__ = [
    "Absence",
    "Action",
    "ActionNature",
    "ActivityLine",
    "Assistance",
    "AttendanceAttestation",
    "AttendanceSheet",
    "CompletionCertificate",
    "ConnectionLine",
    "ConnectionRecord",
    "Content",
    "DocumentType",
    "EndOfTrainingAttestation",
    "EntryAttestation",
    "Evaluation",
    "ExitAttestation",
    "Frame",
    "Funding",
    "HalfDaySheet",
    "HalfDays",
    "IntermediateCertificate",
    "ModalityHours",
    "Outcome",
    "Period",
    "Proof",
    "Provider",
    "Rate",
    "Replaced",
    "SheetFlag",
    "SheetLine",
    "SheetStatus",
    "Signatory",
    "Signature",
    "SigningMethod",
    "SkillsTranscript",
    "TimeRules",
    "Times",
    "Trainee",
    "TrainerSignature",
    "TranscriptLine",
    "document_type_of",
]
