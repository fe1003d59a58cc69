"""One document from its values to the texts that its template places."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from evidence.content import (
    AttendanceAttestation,
    AttendanceSheet,
    CompletionCertificate,
    ConnectionRecord,
    Content,
    EndOfTrainingAttestation,
    EntryAttestation,
    ExitAttestation,
    Frame,
    IntermediateCertificate,
    SkillsTranscript,
    document_type_of,
)
from evidence.layout.characters import Typesetter
from evidence.layout.french import spaced
from evidence.layout.pictures import Pictures
from evidence.layout.texts.attestations import attendance_texts, end_texts, entry_texts, exit_texts, transcript_texts
from evidence.layout.texts.certificates import certificate_texts
from evidence.layout.texts.connection import connection_texts
from evidence.layout.texts.framing import frame_texts
from evidence.layout.texts.sheets import sheet_texts
from evidence.layout.texts.words import Setting, Texts

_CODES_NOTE: Final = (
    "Les caractères que la police de ce document n’a pas sont écrits par leur code Unicode, comme [U+1F600]."
)
# Members that are pictures or addresses: they are taken as they are.
_AS_IT_IS: Final = frozenset({"logo", "stamp", "drawing", "qr", "url"})
# Members that are read out or listed: no column cuts them.
_UNBROKEN: Final = frozenset(
    {"alternative", "logo_alternative", "stamp_alternative", "drawing_alternative", "full_title", "author"}
)


def compose(content: Content, frame: Frame, pictures: Pictures) -> dict[str, Any]:
    """Return everything that a template places: `frame` and `body`, printable, in French spacing."""
    setting = Setting(frame, ZoneInfo(frame.time_zone), pictures)
    body = _body(content, setting)
    texts = {"frame": frame_texts(document_type_of(content), body["about"], setting), "body": body}
    typesetter = Typesetter()
    printable = _printable(texts, typesetter)
    printable["frame"]["codes_note"] = _CODES_NOTE if typesetter.has_codes else ""
    return printable  # type: ignore[no-any-return]  # what is made of a dict is one


def _printable(value: Any, typesetter: Typesetter, key: str = "") -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        if key in _AS_IT_IS:
            return value
        return typesetter.text(spaced(value), is_broken=key not in _UNBROKEN)
    if isinstance(value, dict):
        return {name: _printable(inner, typesetter, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner, typesetter, key) for inner in value]
    return value


def _body(content: Content, setting: Setting) -> Texts:  # noqa: PLR0911 - one line for each type
    match content:
        case CompletionCertificate() | IntermediateCertificate():
            return certificate_texts(content, setting)
        case AttendanceAttestation():
            return attendance_texts(content, setting)
        case EndOfTrainingAttestation():
            return end_texts(content, setting)
        case AttendanceSheet():
            return sheet_texts(content, setting)
        case ConnectionRecord():
            return connection_texts(content, setting)
        case SkillsTranscript():
            return transcript_texts(content, setting)
        case EntryAttestation():
            return entry_texts(content, setting)
        case ExitAttestation():
            return exit_texts(content, setting)
