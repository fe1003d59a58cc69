"""What readers' places are called to the person concerned: the names under which readings stand in the trail."""

from __future__ import annotations

from typing import Final

from dashboards.words import Texts, Words

# `place:` and what `Lens.note_reading`, or a download, was told.
PLACES: Final[Texts] = {
    "place:funder.files": ("Liste des dossiers financés", "List of funded files"),
    "place:funder.file": ("Dossier financé", "Funded file"),
    "place:funder.documents": ("Documents des dossiers financés", "Documents of funded files"),
    "place:auditor.sample": ("Échantillon d’un audit", "Sample of an audit"),
    "place:auditor.learner": ("Dossier d’un apprenant de l’échantillon", "File of a learner in the sample"),
    "place:sessions": ("Liste des inscrits à la session", "List of those enrolled in the session"),
    "place:enrolments": ("Dossier de l’inscription", "File of the enrolment"),
    "place:statements": ("Traces de l’inscription", "Statements of the enrolment"),
    "place:documents": ("Lecture du document", "Reading of the document"),
    "place:download.document": ("Téléchargement du document", "Download of the document"),
    "place:download.dossier": ("Téléchargement du dossier", "Download of the dossier"),
    "place:auditor.trail": ("Journal d’audit", "Audit trail"),
    "place:me/sharing": ("Partage par la personne elle-même", "Shared by the person themself"),
    "place:api": ("Autre logiciel, par l’interface d’échange", "Another system, through the API"),
}


def place_words(words: Words, place: str) -> str:
    """Return where something was read, for people; a purpose that somebody wrote is given as it stands.

    `words` need not have PLACES among them.
    """
    if place.startswith("/api/"):
        return words.say(PLACES["place:api"])
    known = PLACES.get(f"place:{place}")
    return place if known is None else words.say(known)
