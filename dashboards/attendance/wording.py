"""What the attendance pages say, in French: statuses, rules, refusals; and how they write dates and times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dashboards import formats
from lrs.errors import (
    AssiduError,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    Overloaded,
    PreconditionFailed,
    TooManyRequests,
)
from training.attendance import Mark, Method, Rule, SheetState, Status
from training.records.modality import Modality
from training.records.slot import HalfDay

NO_BREAK: Final = "\u00a0"

HALF_DAYS: Final = {HalfDay.AM: "matin", HalfDay.PM: "après-midi", HalfDay.EVENING: "soirée"}
MODALITIES: Final = {
    Modality.IN_PERSON: "en présentiel",
    Modality.SYNC_REMOTE: "en classe virtuelle",
    Modality.ASYNC: "à distance",
    Modality.BLENDED: "mixte",
    Modality.WORKPLACE: "en situation de travail",
}
STATES: Final = {SheetState.NOT_OPENED: "Pas ouvert", SheetState.OPEN: "Ouvert", SheetState.CLOSED: "Fermé"}
STATUSES: Final = {
    Status.PRESENT: "Présence",
    Status.LATE: "Retard",
    Status.LEFT_EARLY: "Départ avant la fin",
    Status.ABSENT_JUSTIFIED: "Absence justifiée",
    Status.ABSENT_UNJUSTIFIED: "Absence non justifiée",
}
METHODS: Final = {
    Method.DISPLAYED_CODE: "code affiché par le formateur",
    Method.MAILED_CODE: "code reçu par e-mail",
    Method.PERSONAL_LINK: "lien personnel",
}
FLAGS: Final = {
    Rule.OUTSIDE_WINDOW: "Signé en dehors de l’horaire prévu",
    Rule.REST_DAY: "Signé un dimanche ou un jour férié",
    Rule.DRAWING_REUSED: "Même tracé qu’une autre signature",
    Rule.DEVICE_BURST: "Plusieurs signatures d’un même appareil en quelques secondes",
    Rule.TWO_PLACES: "Signé aussi ailleurs pour le même horaire",
    Rule.TRAINER_MISSING: "La signature du formateur manque",
}
# What a person is told when a rule, or the state of the sheet, refuses what they asked for.
_RULES: Final[dict[str, str]] = {
    Rule.OUTSIDE_WINDOW: "La signature n’est possible que pendant la demi-journée et juste après.",
    Rule.REST_DAY: "Cette demi-journée tombe un dimanche ou un jour férié, et la session ne le prévoit pas.",
    Rule.DRAWING_REUSED: "Ce tracé est exactement celui d’une autre signature. Signez à nouveau, de votre main.",
    Rule.DEVICE_BURST: "Trop de signatures viennent de cet appareil en quelques secondes. Attendez une minute.",
    Rule.TWO_PLACES: "Une autre présence est déjà signée pour le même horaire. Parlez-en à votre formateur.",
    Rule.TRAINER_MISSING: "Le formateur doit contresigner la feuille avant de fermer.",
    "attendance.marked": "Autre chose est déjà enregistré pour cette personne : c’est une correction, avec son motif.",
    "attendance.marked_absent": "Le formateur a noté une absence. S’il se trompe, il peut la corriger.",
    "attendance.not_open": "La signature n’est pas ouverte.",
    "attendance.closed": "La signature est fermée. Demandez un lien personnel à votre formateur.",
    "attendance.no_address": "Aucune adresse e-mail n’est enregistrée : demandez le code affiché à votre formateur.",
    "attendance.nothing_marked": "La feuille est vide : il n’y a rien à contresigner.",
    "attendance.cancelled": "Cette demi-journée est annulée.",
    "attendance.not_expected": "Cette personne n’est pas attendue à cette demi-journée.",
}
_REFUSALS: Final[tuple[tuple[type[AssiduError], str, str], ...]] = (
    (
        NotFound,
        "Cette page n’existe pas, ou plus",
        "Le lien n’est plus valable : la signature est peut-être fermée. Demandez-en un autre à votre formateur.",
    ),
    (Forbidden, "Ce n’est pas le bon code", "Vérifiez le code et réessayez : il change régulièrement."),
    (PreconditionFailed, "Quelque chose a changé entre-temps", "Relisez la page, puis recommencez."),
    (Conflict, "Ce n’est pas possible", "L’état de la feuille ne le permet pas."),
    (InvalidRequest, "Il manque quelque chose", "Vérifiez ce que vous avez rempli."),
    (Overloaded, "Le service est très demandé", "Rien n’a été enregistré. Réessayez dans un instant."),
)


UNSIGNED: Final = "Il manque la signature : dessinez-la, ou cochez la case."


class Absent(NotFound):
    """A page of attendance that is not there for who has signed in."""


class Unfilled(InvalidRequest):
    """A form of these pages lacks something: its problems say so in French, to the person who fills it in."""


def refusal(error: AssiduError) -> tuple[str, str]:
    """Return a title and a sentence for a person, with plain spaces; the rule that refused has its own."""
    if isinstance(error, TooManyRequests):
        wait = formats.duration_seconds(error.retry_after, "fr")
        return "Trop d’essais", f"Par sécurité, réessayez dans {wait}."
    if isinstance(error, Absent):
        return "Cette page n’existe pas, ou plus", "Cette demi-journée ou cette session n’est pas parmi les vôtres."
    if isinstance(error, Unfilled):
        return "Il manque quelque chose", " ".join(item.message for item in error.problems)
    broken = [_RULES[item.requirement] for item in error.problems if item.requirement in _RULES]
    title, text = next(
        ((title, text) for kind, title, text in _REFUSALS if isinstance(error, kind)),
        ("Ce n’est pas possible", "Réessayez ; si cela dure, parlez-en à votre organisme."),
    )
    return title, " ".join(broken) or text


def day(instant: datetime, zone: ZoneInfo) -> str:
    """Write the local day in full: lundi 5 janvier 2026."""
    return formats.day(instant.astimezone(zone).date(), "fr")


def hour(instant: datetime, zone: ZoneInfo) -> str:
    r"""Write a local time.

    >>> from datetime import UTC
    >>> hour(datetime(2026, 1, 5, 8, 5, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    '9\xa0h\xa005'
    """
    local = instant.astimezone(zone)
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def hours(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Write from when to when: 9 h 00 – 12 h 30."""
    return f"{hour(starts_at, zone)} – {hour(ends_at, zone)}"


def length(seconds: int) -> str:
    r"""Write a length in hours and minutes.

    >>> length(3 * 3600 + 300), length(2700), length(7200)
    ('3\xa0h\xa005', '45\xa0min', '2\xa0h')
    """
    whole, minutes = divmod(seconds // 60, 60)
    if not whole:
        return f"{minutes}{NO_BREAK}min"
    return f"{whole}{NO_BREAK}h{NO_BREAK}{minutes:02}" if minutes else f"{whole}{NO_BREAK}h"


def status(mark: Mark) -> str:
    """Say what a mark records: Présence ; Retard de 25 min ; Absence non justifiée."""
    parts = []
    if mark.status.is_present:
        if mark.late_seconds:
            parts.append(f"retard de {length(mark.late_seconds)}")
        if mark.early_seconds:
            parts.append(f"départ {length(mark.early_seconds)} avant la fin")
    text = " et ".join(parts) or STATUSES[mark.status].lower()
    if parts and mark.is_justified:
        text += ", avec justification"
    return text[:1].upper() + text[1:]


def until(instant: datetime, now: datetime) -> int:
    """Return the whole seconds from now to then, at least one."""
    return max(1, -(-(instant - now) // timedelta(seconds=1)))


def typeset(text: str) -> str:
    r"""Put the spaces of French typography: narrow before ; ! ?, no-break before a colon and within « ».

    >>> typeset("Vite ! Le code : « 12 »")
    'Vite\u202f! Le code\xa0: «\xa012\xa0»'
    """
    for mark in ";!?":
        text = text.replace(f" {mark}", f"\u202f{mark}")
    return text.replace(" :", f"{NO_BREAK}:").replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")


def grouped(code: str) -> str:
    r"""Write a code in two groups, as it is read aloud.

    >>> grouped("123456")
    '123\xa0456'
    """
    half = len(code) // 2
    return f"{code[:half]}{NO_BREAK}{code[half:]}"
