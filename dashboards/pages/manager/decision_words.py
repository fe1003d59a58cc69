"""What the page of decisions says: of each kind what it is and why it matters; what the deployment's parts found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards import formats
from dashboards.frame import parts
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import TEXTS as REASON_TEXTS
from dashboards.views.decisions_item import Kind, Urgency
from dashboards.words import Texts, Words

# What a kind is called, and why it waits for somebody.
KINDS: Final[Mapping[Kind, tuple[said.Pair, said.Pair]]] = {
    Kind.DOCUMENT_OVERDUE: (
        ("Documents en retard", "Documents overdue"),
        ("Le financeur les attendait ; l’échéance est passée.", "The funder expected them; the deadline is over."),
    ),
    Kind.SILENT_FEED: (
        ("Plateformes silencieuses", "Silent platforms"),
        ("Sans leurs traces, les chiffres s’arrêtent.", "Without their statements, figures stand still."),
    ),
    Kind.FACTS_BEHIND: (
        ("Chiffres en retard", "Figures behind"),
        ("Des traces reçues ne sont pas encore comptées.", "Statements received are not counted yet."),
    ),
    Kind.EXPIRING: (
        ("Sceau, horodatage et clés", "Seal, timestamps and keys"),
        (
            "Ce sans quoi rien n’est émis, ou ce qui finit bientôt.",
            "What nothing is issued without, or what ends soon.",
        ),
    ),
    Kind.PROVIDER: (
        ("Fiche de l’organisme", "The provider’s record"),
        ("Les documents l’impriment : elle doit être complète.", "Documents print it: it must be complete."),
    ),
    Kind.RIGHTS_REQUEST: (
        ("Demandes sur les données personnelles", "Requests about personal data"),
        ("La loi donne un délai pour répondre.", "The law gives a time to answer."),
    ),
    Kind.MARKS_MISSING: (
        ("Signatures manquantes", "Missing signatures"),
        (
            "La demi-journée est passée et rien ne dit si tous étaient là.",
            "The half-day is over and nothing says whether everybody was there.",
        ),
    ),
    Kind.COUNTERSIGNATURE_MISSING: (
        ("Contresignatures manquantes", "Missing countersignatures"),
        (
            "Tous sont pointés ; le formateur n’a pas contresigné.",
            "Everybody is marked; the trainer has not countersigned.",
        ),
    ),
    Kind.DOCUMENT_DUE: (
        ("Documents à émettre", "Documents to issue"),
        ("Ce qui les rend attendus a eu lieu.", "What makes them due has happened."),
    ),
    Kind.DOCUMENT_TO_REPLACE: (
        ("Documents à remplacer", "Documents to replace"),
        ("Ce dont ils découlent a changé depuis.", "What they follow from has changed since."),
    ),
    Kind.FOLLOWUP_OVERDUE: (
        ("Suivis en retard", "Follow-ups overdue"),
        (
            "Le premier contact ou la suite était attendu ; rien n’est noté.",
            "The first contact or the next step was due; nothing is noted.",
        ),
    ),
    Kind.CONTACT: (
        ("Stagiaires à contacter", "Learners to contact"),
        ("Personne ne s’est encore tourné vers eux.", "Nobody has turned to them yet."),
    ),
    Kind.QUARANTINED: (
        ("Envois refusés", "Refused deliveries"),
        (
            "Gardés avec leurs problèmes : à corriger, puis à rejouer.",
            "Kept with their problems: to mend, then replay.",
        ),
    ),
    Kind.UNMAPPED: (
        ("Activités inconnues des programmes", "Activities no programme knows"),
        (
            "Leurs traces ne comptent pour aucun module tant qu’elles ne sont pas rattachées.",
            "Their statements count for no module until they are mapped.",
        ),
    ),
    Kind.ANOMALY: (
        ("Points à regarder", "Things to look at"),
        ("Rien n’est refusé pour autant : quelqu’un regarde.", "Nothing is refused for it: somebody looks."),
    ),
}
URGENCIES: Final[Mapping[Urgency, tuple[parts.Tone, said.Pair]]] = {
    Urgency.NOW: ("alarm", ("maintenant", "now")),
    Urgency.SOON: ("warning", ("bientôt", "soon")),
    Urgency.LATER: ("plain", ("peut attendre", "can wait")),
}
TEXTS: Final[Texts] = {
    **REASON_TEXTS,
    **said.SHARED,
    "title": ("À décider", "To decide"),
    "lead": (
        "Ce qui attend quelqu’un aujourd’hui, le plus pressant d’abord.",
        "What waits for somebody today, the most pressing first.",
    ),
    "none_title": ("Rien à décider", "Nothing to decide"),
    "none_hint": (
        "Les demi-journées sont signées, les documents émis, les plateformes envoient.",
        "Half-days are signed, documents issued, platforms send.",
    ),
    "none_kind": ("Plus rien de ce genre n’attend.", "Nothing of this kind waits any more."),
    "see_all": ("Voir les {count}", "See all {count}"),
    "listed": ("Les {count} plus pressantes.", "The {count} most pressing."),
    "what": ("De quoi il s’agit", "What it is about"),
    "rest": ("Précisions", "Details"),
    "urgency": ("Urgence", "Urgency"),
    "since_column": ("Depuis", "Since"),
    "due_column": ("Échéance", "Deadline"),
    "since": ("depuis le {day}", "since {day}"),
    "due_on": ("avant le {day}", "by {day}"),
    "was_due": ("attendu le {day}", "was due {day}"),
    "map": ("Rattacher à un programme", "Map to a programme"),
    "map_caption": (
        "Tout ce dont l’adresse commence ainsi comptera là ; les chiffres suivent d’eux-mêmes.",
        "Everything whose address begins so will count there; figures follow by themselves.",
    ),
    "map_prefix": ("Ce qui commence par", "What begins with"),
    "map_target": ("Appartient à", "Belongs to"),
    "map_do": ("Rattacher", "Map"),
    "map_missing": ("Choisissez un programme, un module ou une activité.", "Choose a programme, module or activity."),
    "map_done": ("C’est rattaché", "Mapped"),
    "map_done_text": ("Les chiffres concernés sont recomptés.", "The figures concerned are counted again."),
    "unknown": ("{count} sans marque", "{count} without a mark"),
    "times": ("{count} fois", "times: {count}"),
    "count_statements": ("activités : {activities}, traces : {count}", "activities: {activities}, statements: {count}"),
    "followup_first": ("premier contact attendu", "first contact due"),
    "followup_next": ("suite ou issue attendue", "next step or outcome due"),
    "followup_owner": ("suivi par {owner}", "followed by {owner}"),
    "of_administrator": ("à faire par l’administration de l’organisme", "for the organisation’s administrator"),
    "held": ("envois gardés : {count}", "deliveries kept: {count}"),
}
# By part and finding of `dashboards.views.administration.health`.
_FINDINGS: Final[Mapping[str, said.Pair]] = {
    "senders/quiet": ("{labels}", "{labels}"),
    "senders/none": ("Aucune plateforme n’a le droit d’envoyer", "No platform may send"),
    "senders/ending": ("L’accès finit bientôt : {labels}", "Access ends soon: {labels}"),
    "worker/never": ("Le traitement n’a jamais tourné", "The worker has never run"),
    "worker/silent": ("Le traitement est arrêté", "The worker has stopped"),
    "facts": (
        "{behind} trace(s) et {people} personne(s) à recompter",
        "{behind} statement(s) and {people} people to count",
    ),
    "seal/expiring": (
        "Le certificat du sceau finit dans {days} jour(s)",
        "The seal’s certificate ends in {days} day(s)",
    ),
    "seal": ("Le sceau ne peut pas servir", "The seal cannot be used"),
    "stamps": ("L’horodatage extérieur ne répond pas", "The clock outside does not answer"),
    "ledger": ("Le journal scellé demande l’administrateur", "The sealed log needs the administrator"),
    "provider/none": ("L’organisme n’est pas enregistré", "The provider is not on record"),
    "provider/incomplete": ("La fiche de l’organisme est incomplète", "The provider’s record is incomplete"),
}


def finding(words: Words, values: Mapping[str, object]) -> str:
    """Return what was found of a part of the deployment, in words."""
    part, what = str(values.get("part", "")), str(values.get("finding", ""))
    pair = _FINDINGS.get(f"{part}/{what}") or _FINDINGS.get(part)
    if pair is None:
        return f"{part}: {what}"
    shown = {
        name: formats.number(value, words.language) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return words.say(pair, **{"labels": "", "behind": "", "people": "", "days": "", **shown})
