"""What the trainer's pages say about half-days, reasons and exchanges; each page adds its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from analytics.anomalies import AnomalyKind
from dashboards import formats
from dashboards.frame import writing
from dashboards.languages import Language
from dashboards.views.session_half_days import SlotState
from dashboards.views.trainer_reasons import Reason, Why
from dashboards.words import Texts, Words
from training.access import STAFF, Role
from training.assistance import Channel, Exchange, Kind, Outcome
from training.records.modality import Modality

# Whom these pages serve: whoever teaches, and whoever answers for all that is taught.
TEACHING: Final = frozenset((Role.TRAINER,)) | STAFF

STATES: Final[Mapping[SlotState, tuple[tuple[str, str], str]]] = {
    SlotState.CANCELLED: (("annulée", "cancelled"), "plain"),
    SlotState.UPCOMING: (("pas ouverte", "not opened"), "plain"),
    SlotState.OPEN: (("signature ouverte", "open for signing"), "good"),
    SlotState.TO_SIGN: (("signatures manquantes", "signatures missing"), "alarm"),
    SlotState.TO_COUNTERSIGN: (("à contresigner", "to countersign"), "warning"),
    SlotState.DONE: (("terminée", "done"), "good"),
}
CHANNELS: Final[Mapping[Channel, tuple[str, str]]] = {
    Channel.TELEPHONE: ("Téléphone", "Telephone"),
    Channel.MEETING: ("Entretien", "Meeting"),
    Channel.VIDEO: ("Visioconférence", "Video call"),
    Channel.EMAIL: ("E-mail", "E-mail"),
    Channel.PLATFORM: ("Messagerie de la plateforme", "Platform messages"),
    Channel.OTHER: ("Autre", "Other"),
}
KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.MESSAGE: ("Message", "Message"),
    Kind.TALK: ("Échange", "Conversation"),
    Kind.QUESTION: ("Question du stagiaire", "Learner’s question"),
    Kind.REPLY: ("Réponse", "Reply"),
    Kind.POSTPONED: ("À revoir plus tard", "To be looked at later"),
}
OUTCOMES: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.REACHED: ("Échange eu", "Talked"),
    Outcome.NO_ANSWER: ("Pas de réponse", "No answer"),
    Outcome.RESUMES: ("Reprend", "Resumes"),
    Outcome.ARRANGED: ("Aménagement convenu", "Arrangement agreed"),
    Outcome.REFERRED: ("Orienté vers un autre interlocuteur", "Referred to somebody else"),
    Outcome.LEAVING: ("Dit vouloir arrêter", "Says they want to stop"),
}
ANOMALIES: Final[Mapping[AnomalyKind, tuple[str, str]]] = {
    AnomalyKind.PARALLEL_PRESENCE: ("Deux présences au même moment", "Two presences at once"),
    AnomalyKind.IMPOSSIBLE_SPEED: ("Activité faite bien plus vite qu’annoncé", "Done far faster than announced"),
    AnomalyKind.LOW_CONNECTION: ("Peu de connexion pour une activité faite", "Little connection for what was done"),
    AnomalyKind.OUTSIDE_CONTRACT: ("Activité hors des dates du contrat", "Activity outside the contract’s dates"),
    AnomalyKind.LONG_SITTING: ("Très longue séance sans pause", "Very long sitting without a break"),
    AnomalyKind.SILENT_STRETCH: ("Contenu resté ouvert sans rien faire", "Left open with nothing happening"),
    AnomalyKind.WRONG_CLOCK: ("Date venue d’une horloge fausse", "Dated by a wrong clock"),
    AnomalyKind.MARK_WITHOUT_SLOT: ("Présence sans demi-journée prévue", "A mark without a planned half-day"),
    AnomalyKind.MARKS_SIDE_BY_SIDE: ("Deux marques pour une demi-journée", "Two marks for one half-day"),
    AnomalyKind.MARK_ON_CANCELLED_SLOT: ("Présence à une demi-journée annulée", "A mark on a cancelled half-day"),
    AnomalyKind.MARK_BEYOND_LOG: (
        "Présence plus longue que le journal de la classe",
        "A mark longer than the class’s own log",
    ),
    AnomalyKind.HOURS_OVER_CONTRACT: ("Plus d’heures que le contrat", "More hours than the contract"),
}
WHYS: Final[Mapping[Why, tuple[str, str]]] = {
    Why.UNANSWERED: ("question", "question"),
    Why.MISSED: ("absences", "absences"),
    Why.FAILED: ("échecs", "failures"),
    Why.IDLE: ("silence", "silence"),
    Why.BEHIND: ("retard", "delay"),
}
MODALITIES: Final[Mapping[Modality, tuple[str, str]]] = {
    Modality.IN_PERSON: ("Présentiel", "In person"),
    Modality.SYNC_REMOTE: ("Classe virtuelle", "Virtual class"),
    Modality.ASYNC: ("À distance", "At a distance"),
    Modality.BLENDED: ("Mixte", "Blended"),
    Modality.WORKPLACE: ("En situation de travail", "At the workplace"),
}
_HALF_DAYS: Final = {
    "AM": ("matin", "morning"),
    "PM": ("après-midi", "afternoon"),
    "EVENING": ("soirée", "evening"),
}

TEXTS: Final[Texts] = {
    "why_unanswered": (
        "Question sans réponse depuis {waited} : « {subject} ». Délai annoncé : {promised}.",
        "Question without a reply for {waited}: “{subject}”. Promised within {promised}.",
    ),
    "why_missed": (
        "{count} manquées de suite, depuis le {since}.",
        "{count} missed in a row, since {since}.",
    ),
    "why_missed_justified": ("Dont {count} avec justification.", "Of these, {count} justified."),
    "why_failed": (
        "{count} à « {activity} », sans réussite depuis le {since}.",
        "{count} of “{activity}”, none passed since {since}.",
    ),
    "why_idle": ("Aucune trace depuis {count} (le {since}).", "No trace for {count} (since {since})."),
    "why_idle_rhythm": (
        "Dans ce groupe, {count} séparent d’habitude deux jours de travail.",
        "In this group, {count} usually lie between two days at work.",
    ),
    "why_behind": (
        "{done} d’activités faites, {expected} attendues à ce jour.",
        "{done} of activities done, {expected} expected by now.",
    ),
    "see_facts": ("Voir les faits", "See the facts"),
    "see_log": ("Échanges et suivi", "Log and follow-up"),
}

CONTACT_TEXTS: Final[Texts] = {
    "contacts_until": ("À revoir le {day}, décidé par {who}.", "To be looked at on {day}, decided by {who}."),
    "contacts_done": ("Contacté depuis : {what}", "Contacted since: {what}"),
    "contacts_last": ("Dernier contact : {what}", "Last contact: {what}"),
    "contacts_never": ("Aucun contact au journal.", "No contact in the log."),
    "contacts_no_address": ("Sans adresse e-mail.", "No e-mail address."),
}


def reason_text(words: Words, reason: Reason) -> str:
    """Return a reason as a sentence, with its numbers."""
    language = words.language
    since = formats.short_day(reason.since, language)
    if reason.why is Why.UNANSWERED:
        waited, promised = hours_text(reason.count, language), hours_text(reason.of or 0, language)
        return words("why_unanswered", waited=waited, promised=promised, subject=reason.activity)
    if reason.why is Why.MISSED:
        text = words("why_missed", count=half_days_text(reason.count, language), since=since)
        return f"{text} {words('why_missed_justified', count=reason.of)}" if reason.of else text
    if reason.why is Why.FAILED:
        failures = counted(reason.count, ("échec", "échecs"), ("failure", "failures"), language)
        return words("why_failed", count=failures, activity=reason.activity, since=since)
    if reason.why is Why.IDLE:
        text = words("why_idle", count=days_text(reason.count, language), since=since)
        rhythm = words("why_idle_rhythm", count=days_text(reason.of, language)) if reason.of else ""
        return f"{text} {rhythm}".strip()
    done, expected = writing.hours(reason.count, language), writing.hours(reason.of or 0, language)
    return words("why_behind", done=done, expected=expected)


def facts_path(reason: Reason, enrolment_id: str) -> str:
    """Return the address of the statements that a reason is made of, or of the log where they are exchanges."""
    if reason.why is Why.UNANSWERED:
        return f"teaching/learners/{enrolment_id}"
    if reason.why is Why.MISSED and reason.slot_ids:
        return f"statements?enrolment={enrolment_id}&slot={reason.slot_ids[-1]}"
    if reason.activity_id is not None:
        return f"statements?enrolment={enrolment_id}&activity={reason.activity_id}"
    return f"enrolments/{enrolment_id}"


def exchange_line(words: Words, exchange: Exchange) -> str:
    """Return who did what when, in one line: Téléphone, 5 janvier 2026, Yann Le Gall. Reprend."""
    language = words.language
    what = words.say(KINDS[exchange.kind] if exchange.kind is not Kind.TALK else CHANNELS[exchange.channel])
    line = f"{what}, {formats.short_day(exchange.at.astimezone(formats.PARIS).date(), language)}"
    if exchange.author:
        line += f", {exchange.author}"
    return f"{line}. {words.say(OUTCOMES[exchange.outcome])}." if exchange.outcome is not None else f"{line}."


def when_text(at: datetime, language: Language) -> str:
    """Return a day and an hour in Paris."""
    local = at.astimezone(formats.PARIS)
    return f"{formats.short_day(local.date(), language)}, {local:%H:%M}"


def slot_text(held_on: date, half_day: str, language: Language) -> str:
    """Return when a half-day is: lundi 5 janvier 2026, matin."""
    return f"{formats.day(held_on, language)}, {_HALF_DAYS[half_day][0 if language == 'fr' else 1]}"


def hours_between(starts_at: datetime, ends_at: datetime) -> str:
    """Return from when to when, in Paris: 09:00 – 12:30."""
    return f"{starts_at.astimezone(formats.PARIS):%H:%M}\u00a0–\u00a0{ends_at.astimezone(formats.PARIS):%H:%M}"


def hours_text(hours: int, language: Language) -> str:
    """Return a wait in days from two days on, else in hours."""
    return days_text(hours // 24, language) if hours >= 48 else f"{hours}\u00a0h"  # noqa: PLR2004 - two days


def days_text(days: int, language: Language) -> str:
    """Return a number of days."""
    return counted(days, ("jour", "jours"), ("day", "days"), language)


def counted(value: int, french: tuple[str, str], english: tuple[str, str], language: Language) -> str:
    """Return a number with its noun."""
    return formats.counted(value, *(french if language == "fr" else english), language)


def parse_moment(text: str | None) -> datetime | None:
    """Return what a field for a day and an hour holds, in Paris; None for nothing, or for what is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found.replace(tzinfo=formats.PARIS).astimezone(UTC) if found.tzinfo is None else found


def parse_day(text: str | None) -> date | None:
    """Return the day that a field holds; None for nothing, or for what is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def half_days_text(count: int, language: Language) -> str:
    """Return a number of half-days."""
    return counted(count, ("demi-journée", "demi-journées"), ("half-day", "half-days"), language)
