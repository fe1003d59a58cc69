"""What verbs and activity types are called, where the sender's own name is not in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from dashboards.languages import Language

# By the last part of the IRI: the same word has several IRIs (ADL, Activity Streams, cmi5, video profile).
FRENCH_VERBS: Final[Mapping[str, str]] = {
    "abandoned": "session interrompue",
    "accepted": "a accepté",
    "accessed": "a consulté",
    "answered": "a répondu",
    "asked": "a demandé",
    "attached": "a joint",
    "attempted": "a tenté",
    "attended": "a assisté",
    "closed": "a fermé",
    "commented": "a commenté",
    "completed": "a terminé",
    "created": "a créé",
    "deleted": "a supprimé",
    "downloaded": "a téléchargé",
    "enrolled": "s’est inscrit",
    "exited": "est sorti",
    "experienced": "a parcouru",
    "failed": "a échoué",
    "imported": "a importé",
    "initialized": "a commencé",
    "interacted": "a interagi",
    "joined": "a rejoint",
    "launched": "a lancé",
    "left": "a quitté",
    "liked": "a aimé",
    "logged-in": "s’est connecté",
    "logged-out": "s’est déconnecté",
    "loggedin": "s’est connecté",
    "loggedout": "s’est déconnecté",
    "login": "s’est connecté",
    "logout": "s’est déconnecté",
    "mastered": "a maîtrisé",
    "moved-on": "a satisfait",
    "passed": "a réussi",
    "paused": "a mis en pause",
    "played": "a lu",
    "preferred": "a préféré",
    "progressed": "a progressé",
    "rated": "a évalué",
    "refused": "a refusé",
    "registered": "s’est inscrit",
    "responded": "a répondu",
    "resumed": "a repris",
    "satisfied": "a satisfait",
    "scored": "a été noté",
    "searched": "a cherché",
    "seeked": "a déplacé la lecture",
    "shared": "a partagé",
    "signed": "a signé",
    "started": "a commencé",
    "submitted": "a remis",
    "suspended": "a suspendu",
    "terminated": "a clos",
    "uncompleted": "achèvement retiré",
    "unenrolled": "s’est désinscrit",
    "unregistered": "s’est désinscrit",
    "updated": "a modifié",
    "viewed": "a consulté",
    "voided": "a annulé",
    "waived": "a été dispensé",
    "watched": "a regardé",
}


def verb_name(iri: str, names: Mapping[str, str], language: Language) -> str:
    """Return what to call a verb: the sender's name in the language, ours, any name of theirs, the IRI's end."""
    tail = iri_tail(iri)
    ours = FRENCH_VERBS.get(tail.lower()) if language == "fr" else None
    return find_name(names, language) or ours or find_name(names, None) or tail


def activity_name(iri: str, names: Mapping[str, str], language: Language) -> str:
    """Return what to call an activity: its name in the language, any name, else the IRI's end."""
    return find_name(names, language) or find_name(names, None) or iri_tail(iri)


def find_name(names: Mapping[str, str], language: Language | None) -> str | None:
    """Return the name in a language, whatever its region; with None, the first there is.

    >>> find_name({"en-US": "completed", "fr-CA": "terminé"}, "fr")
    'terminé'
    """
    wanted = (text for tag, text in names.items() if language is None or tag.lower().partition("-")[0] == language)
    return next(wanted, None)


def iri_tail(iri: str) -> str:
    """Return the last part of an IRI that says something.

    >>> iri_tail("http://adlnet.gov/expapi/verbs/completed"), iri_tail("https://lms.example/mod/quiz/view.php?id=5")
    ('completed', 'view.php?id=5')
    """
    parts = urlsplit(iri)
    path = parts.path.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    tail = parts.fragment or path or parts.netloc or iri
    return unquote(f"{tail}?{parts.query}" if parts.query and not parts.fragment else tail)
