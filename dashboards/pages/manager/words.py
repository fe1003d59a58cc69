"""What the manager's pages say about records and facts, and where their links lead; each page adds its own texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from urllib.parse import quote, urlencode

from dash import html

from analytics.facts import Confidence, Event, Presence
from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.addresses import PREFIX
from dashboards.frame.visit import Visit
from dashboards.languages import Language
from dashboards.views.portfolio import Phase
from dashboards.words import Texts, Words
from evidence.completeness import State
from evidence.content import DocumentType
from evidence.issuing.batch import ItemState
from evidence.issuing.document import Status
from training.access import STAFF, Role
from training.records.enrolment import ExitReason
from training.rights import Right

# Whom drill-down pages serve: whoever answers for training, whoever checks it, and whoever teaches, within their scope.
READERS: Final = STAFF | frozenset((Role.AUDITOR, Role.TRAINER))
# Whom the pages serve that name everybody of a session: an auditor is told the names of a sample alone.
TEACHERS: Final = STAFF | frozenset((Role.TRAINER,))

Pair = tuple[str, str]
_SAMPLE: Final[Pair] = ("Échantillon", "Sample")
PHASES: Final[Mapping[Phase, tuple[Pair, parts.Tone]]] = {
    Phase.RUNNING: (("en cours", "running"), "good"),
    Phase.UPCOMING: (("à venir", "to come"), "plain"),
    Phase.ENDED: (("terminée", "ended"), "plain"),
}
PRESENCES: Final[Mapping[Presence, tuple[Pair, parts.Tone]]] = {
    Presence.PRESENT: (("présent", "present"), "good"),
    Presence.PARTIAL: (("présent en partie", "present for a part"), "warning"),
    Presence.LATE: (("arrivé en retard", "came late"), "warning"),
    Presence.LEFT_EARLY: (("parti avant la fin", "left early"), "warning"),
    Presence.ABSENT_JUSTIFIED: (("absent, justifié", "absent, justified"), "plain"),
    Presence.ABSENT_UNJUSTIFIED: (("absent, sans justification", "absent, not justified"), "alarm"),
    Presence.EXCUSED_WAIVED: (("dispensé", "waived"), "plain"),
    Presence.CANCELLED: (("annulée", "cancelled"), "plain"),
    Presence.UNKNOWN: (("rien ne le dit", "nothing says"), "alarm"),
    Presence.UPCOMING: (("à venir", "to come"), "plain"),
}
CONFIDENCES: Final[Mapping[Confidence, Pair]] = {
    Confidence.DECLARED: ("déclaré", "declared"),
    Confidence.ESTIMATED: ("durée annoncée", "announced time"),
    Confidence.MEASURED: ("mesuré", "measured"),
    Confidence.SIGNED: ("signé", "signed"),
}
EVENTS: Final[Mapping[Event, Pair]] = {
    Event.COMPLETED: ("achevée", "completed"),
    Event.UNCOMPLETED: ("achèvement retiré", "completion taken back"),
    Event.PASSED: ("réussie", "passed"),
    Event.FAILED: ("échouée", "failed"),
    Event.WAIVED: ("dispensée", "waived"),
    Event.SATISFIED: ("attendu rempli", "satisfied"),
    Event.REVOKED: ("attendu plus rempli", "no longer satisfied"),
}
ASKED: Final[Mapping[State, tuple[Pair, parts.Tone]]] = {
    State.PRESENT: (("émis", "issued"), "good"),
    State.EXPIRED: (("à remplacer", "to be replaced"), "warning"),
    State.MISSING: (("à émettre", "to be issued"), "warning"),
    State.DUE: (("attendu", "due"), "warning"),
    State.OVERDUE: (("en retard", "overdue"), "alarm"),
    State.UPCOMING: (("à venir", "to come"), "plain"),
    State.ON_REQUEST: (("sur demande", "on request"), "plain"),
    State.ELSEWHERE: (("conservé ailleurs", "kept elsewhere"), "plain"),
}
STATUSES: Final[Mapping[Status, tuple[Pair, parts.Tone]]] = {
    Status.VALID: (("à jour", "up to date"), "good"),
    Status.TO_REPLACE: (("à remplacer", "to be replaced"), "warning"),
    Status.SUPERSEDED: (("remplacé", "superseded"), "plain"),
    Status.REVOKED: (("retiré", "withdrawn"), "alarm"),
}
ITEMS: Final[Mapping[ItemState, tuple[Pair, parts.Tone]]] = {
    ItemState.WAITING: (("en préparation", "being made"), "plain"),
    ItemState.ISSUED: (("émis", "issued"), "good"),
    ItemState.UNCHANGED: (("déjà émis, identique", "already issued, the same"), "good"),
    ItemState.REFUSED: (("pas encore possible", "not possible yet"), "warning"),
    ItemState.FAILED: (("échec", "failed"), "alarm"),
}
EXITS: Final[Mapping[ExitReason, Pair]] = {
    ExitReason.COMPLETED: ("formation achevée", "completed"),
    ExitReason.ABANDON: ("abandon", "dropped out"),
    ExitReason.TRANSFER: ("transfert", "transferred"),
    ExitReason.OF_INTERRUPTION: ("interruption par l’organisme", "interrupted by the provider"),
    ExitReason.FORCE_MAJEURE: ("force majeure", "force majeure"),
    ExitReason.EARLY_SUCCESS: ("réussite anticipée", "early success"),
    ExitReason.CANCELLED_BEFORE_ENTRY: ("annulée avant l’entrée", "cancelled before entry"),
    ExitReason.CONTRACT_TERMINATION: ("rupture du contrat", "contract terminated"),
}
RIGHTS: Final[Mapping[Right, Pair]] = {
    Right.ACCESS: ("accès aux données", "access to data"),
    Right.RECTIFICATION: ("rectification", "rectification"),
    Right.ERASURE: ("effacement", "erasure"),
    Right.RESTRICTION: ("limitation", "restriction"),
    Right.PORTABILITY: ("portabilité", "portability"),
    Right.OBJECTION: ("opposition", "objection"),
}
HALF_DAYS: Final[Mapping[str, Pair]] = {
    "AM": ("matin", "morning"),
    "PM": ("après-midi", "afternoon"),
    "EVENING": ("soirée", "evening"),
    "": ("", ""),
}

# A list whose entries are lines of their own: what each is about, and below it the rest.
LINES: Final[Mapping[str, object]] = {
    "listStyle": "none", "padding": 0, "margin": "0 0 .75rem", "display": "grid", "gap": ".65rem",
}  # fmt: skip

SHARED: Final[Texts] = {
    "attendance_short": ("Assiduité", "Attendance"),
    "told": ("{name} : {value}", "{name}: {value}"),
    "attendance": ("Assiduité (nette)", "Attendance (net)"),
    "realisation": ("Réalisation", "Realisation"),
    "completion": ("Complétion", "Completion"),
    "progression": ("Progression", "Progression"),
    "dropout": ("Abandon", "Dropout"),
    "portfolio": ("Portefeuille", "Portfolio"),
    "session": ("Session", "Session"),
    "person": ("Stagiaire", "Learner"),
    "people": ("Inscrits", "Enrolled"),
    "state": ("État", "State"),
    "day": ("Jour", "Day"),
    "module": ("Module", "Module"),
    "modality": ("Modalité", "Modality"),
    "document": ("Document", "Document"),
    "planned": ("Prévu", "Planned"),
    "estimated": ("Annoncé", "Announced"),
    "connected": ("Connecté", "Connected"),
    "active": ("Actif", "Active"),
    "credited": ("Crédité", "Credited"),
    "due": ("Dû à ce jour", "Due by now"),
    "statements": ("Traces", "Statements"),
    "see_statements": ("voir", "see"),
}


def way_up(visit: Visit, *places: tuple[str, str]) -> html.Nav:
    """Return the way up from a page; an auditor has no such pages, and comes from a sample."""
    is_auditor = visit.reader.viewer.role is Role.AUDITOR
    return parts.crumbs(visit.words, *([(visit.words.say(_SAMPLE), "audit")] if is_auditor else places))


def badge_of(words: Words, shown: tuple[Pair, parts.Tone]) -> str:
    """Return a state as the cell of a table has it."""
    pair, tone = shown
    return f"{tone}:{words.say(pair)}"


def document_name(code: str) -> str:
    """Return what a document is called, in French as on the document itself; its code where it is not one of ours."""
    return DocumentType(code).heading if code in set(DocumentType) else code


def session_path(session_id: str) -> str:
    """Return where a session's page is."""
    return f"sessions/{quote(session_id, safe='')}"


def enrolment_path(enrolment_id: str) -> str:
    """Return where a learner's file is."""
    return f"enrolments/{quote(enrolment_id, safe='')}"


def statements_path(enrolment_id: str, **asked: object) -> str:
    """Return where the statements are that a figure is made of; what is None is not asked for."""
    given = {"enrolment": enrolment_id, **{name: value for name, value in asked.items() if value not in (None, "")}}
    return f"statements?{urlencode(given)}"


def cell(text: str, path: str) -> str:
    """Return a link as the cell of a table has it."""
    said = text.replace("\\", "\\\\").replace("]", "\\]").replace("[", "\\[")
    return f"[{said}]({(PREFIX + path).replace('(', '%28').replace(')', '%29')})"


def days_between(first: date, last: date, language: Language) -> str:
    """Return from when to when, in days written out."""
    join = " au " if language == "fr" else " to "
    return f"{formats.short_day(first, language)}{join}{formats.short_day(last, language)}"


def counted(words: Words, count: int, one: Pair, many: Pair) -> str:
    """Return a number with its noun."""
    return formats.counted(count, words.say(one), words.say(many), words.language)


def joined(texts: Iterable[str]) -> str:
    """Return texts in one line."""
    return " · ".join(text for text in texts if text)
