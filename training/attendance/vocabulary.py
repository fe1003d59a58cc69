"""The IRIs of the attendance profile; `schemas/attendance/profile.json` publishes them."""

from __future__ import annotations

from typing import Any, Final

from training.records.modality import Modality

BASE: Final = "https://assidu.example/xapi/"
PROFILE: Final = BASE + "profile/attendance/v1"
EXTENSION: Final = BASE + "ext/"
PLANNED_DURATION: Final = "http://id.tincanapi.com/extension/planned-duration"
# The account of people whom no LMS has named yet, and that of who acts at the desk without being on record.
PEOPLE: Final = BASE + "people"
AUTHORS: Final = BASE + "authors"
# Under this stand the activities that are an organisation's own records: sessions, half-days, classes, programmes.
RECORDED: Final = BASE + "organisations/"
DRAWING: Final = BASE + "attachments/drawing"
SIGNED_TEXT: Final = BASE + "attachments/signed-text"
SIGNED_SHEET: Final = BASE + "attachments/signed-sheet"

_ADL: Final = "http://adlnet.gov/expapi/verbs/"
_VLE: Final = "http://vocab.xapi.fr/activities/"
SESSION_TYPE: Final = _VLE + "registration"
MODULE_TYPE: Final = _VLE + "training-module"
# No published vocabulary has a type for a phase of training at the workplace.
SLOT_TYPES: Final = {
    Modality.IN_PERSON: _VLE + "face-to-face",
    Modality.SYNC_REMOTE: _VLE + "live-session",
    Modality.WORKPLACE: BASE + "activity-types/workplace-phase",
}
CREDIT_RULES: Final = {
    Modality.IN_PERSON: "in-person-v1",
    Modality.SYNC_REMOTE: "sync-v1",
    Modality.WORKPLACE: "workplace-v1",
}


def _verb(iri: str, french: str, english: str) -> dict[str, Any]:
    return {"id": iri, "display": {"fr": french, "en": english}}


ATTENDED: Final = _verb(_ADL + "attended", "a assisté à", "attended")
WAS_ABSENT: Final = _verb(BASE + "verbs/was-absent", "a été absent à", "was absent from")
VOIDED: Final = _verb(_ADL + "voided", "a annulé", "voided")
OPENED: Final = _verb(BASE + "verbs/opened-sheet", "a ouvert l’émargement de", "opened the sheet of")
CLOSED: Final = _verb(BASE + "verbs/closed-sheet", "a clos l’émargement de", "closed the sheet of")
COUNTERSIGNED: Final = _verb(BASE + "verbs/countersigned", "a contresigné la feuille de", "countersigned the sheet of")
REFUSED: Final = _verb(BASE + "verbs/was-refused-signature", "s’est vu refuser sa signature à", "was refused to sign")
VERBS: Final = (ATTENDED, WAS_ABSENT, VOIDED, OPENED, CLOSED, COUNTERSIGNED, REFUSED)


def ext(name: str) -> str:
    """Return the IRI of one of the profile's extensions.

    >>> ext("half-day")
    'https://assidu.example/xapi/ext/half-day'
    """
    return EXTENSION + name
