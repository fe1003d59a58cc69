"""The IRIs that the demonstration's statements use, and how verbs read in French and English."""

from __future__ import annotations

from typing import Any, Final

ADL: Final = "http://adlnet.gov/expapi/verbs/"
TYPES: Final = "http://adlnet.gov/expapi/activities/"
STREAMS: Final = "http://activitystrea.ms/"
TINCAN: Final = "http://id.tincanapi.com/"
CMI5: Final = "https://w3id.org/xapi/cmi5/context/"
VIDEO: Final = "https://w3id.org/xapi/video/"
CLASSROOM: Final = "https://w3id.org/xapi/virtual-classroom/"
ACROSSX: Final = "https://w3id.org/xapi/acrossx/"
EDLM: Final = "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/"
VLE: Final = "http://vocab.xapi.fr/activities/"
# Absence, half-day and credit rule have no standard IRI: these are this project's own.
NAMESPACE: Final = "https://assidu.example/xapi/"

PLANNED_DURATION: Final = TINCAN + "extension/planned-duration"
SESSION_ID: Final = CMI5 + "extensions/sessionid"

_VERBS: Final = {
    "abandoned": ("https://w3id.org/xapi/adl/verbs/abandoned", "a été interrompu sur", "abandoned"),
    "answered": (ADL + "answered", "a répondu à", "answered"),
    "attended": (ADL + "attended", "a assisté à", "attended"),
    "checkin": (STREAMS + "checkin", "a pointé à", "checked in"),
    "completed": (ADL + "completed", "a terminé", "completed"),
    "failed": (ADL + "failed", "a échoué à", "failed"),
    "initialized": (ADL + "initialized", "a ouvert", "initialized"),
    "join": (STREAMS + "join", "a rejoint", "joined"),
    "launched": (ADL + "launched", "a lancé", "launched"),
    "leave": (STREAMS + "leave", "a quitté", "left"),
    "login": (EDLM + "login", "s’est connecté à", "logged in"),
    "logout": (EDLM + "logout", "s’est déconnecté de", "logged out"),
    "passed": (ADL + "passed", "a réussi", "passed"),
    "paused": (VIDEO + "verbs/paused", "a mis en pause", "paused"),
    "played": (VIDEO + "verbs/played", "a lu", "played"),
    "posted": (ACROSSX + "verbs/posted", "a publié", "posted"),
    "progressed": (ADL + "progressed", "a progressé dans", "progressed"),
    "registered": (ADL + "registered", "s’est inscrit à", "registered"),
    "replied": (TINCAN + "verb/replied", "a répondu dans", "replied to"),
    "responded": (ADL + "responded", "a répondu à", "responded"),
    "resumed": (ADL + "resumed", "a repris", "resumed"),
    "satisfied": ("https://w3id.org/xapi/adl/verbs/satisfied", "a validé", "satisfied"),
    "scored": ("https://w3id.org/xapi/tla/verbs/scored", "a obtenu une note à", "scored"),
    "seeked": (VIDEO + "verbs/seeked", "s’est déplacé dans", "seeked"),
    "start": (STREAMS + "schema/1.0/start", "a commencé", "started"),
    "submitted": (STREAMS + "schema/1.0/submit", "a remis", "submitted"),
    "suspended": (ADL + "suspended", "a suspendu", "suspended"),
    "terminated": (ADL + "terminated", "a fermé", "terminated"),
    "uncompleted": (EDLM + "uncompleted", "n’a plus terminé", "uncompleted"),
    "viewed": (TINCAN + "verb/viewed", "a consulté", "viewed"),
    "voided": (ADL + "voided", "a annulé", "voided"),
    "was-absent": (NAMESPACE + "verbs/was-absent", "a été absent à", "was absent from"),
}


def make_verbs() -> dict[str, dict[str, Any]]:
    """Return each verb as a statement holds it, by short name."""
    return {
        name: {"id": iri, "display": {"fr": french, "en": english}} for name, (iri, french, english) in _VERBS.items()
    }
