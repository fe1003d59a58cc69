"""What the page of a follow-up says: where it stands, what is due, what its owner can note and decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards import formats
from dashboards.pages.estimates import ESTIMATE_TEXTS, outcome_text
from dashboards.pages.trainer.words import CHANNELS, TEXTS, when_text
from dashboards.views.risk_followup import last_day
from dashboards.words import Texts, Words
from lrs.clock import to_datetime
from training.followups import PRODUCT, Due, Event, What

# What a follow-up's line says, wherever one is listed.
STATE_TEXTS: Final[Texts] = {
    "owner_managers": ("les responsables", "the managers"),
    "next_first": ("premier contact attendu avant le {day}", "first contact due by {day}"),
    "next_next": ("suite ou issue attendue avant le {day}", "next step or outcome due by {day}"),
    "followup_by": ("Suivi par {owner}", "Followed by {owner}"),
}
FOLLOWUP_TEXTS: Final[Texts] = {
    **TEXTS,
    **ESTIMATE_TEXTS,
    **STATE_TEXTS,
    "up": ("Stagiaires à contacter", "Learners to contact"),
    "lead": ("Suivi, {session}", "Follow-up, {session}"),
    "learner": ("Échanges et journal", "Exchanges and log"),
    "file": ("Dossier du stagiaire", "The learner’s file"),
    "why": ("Pourquoi ce suivi", "Why this follow-up"),
    "why_alert": ("Ce que disait l’alerte du {day}", "What the alert of {day} said"),
    "why_nobody": ("Ouvert à la main le {day} : {reason}", "Opened by hand on {day}: {reason}"),
    "why_hand": ("Ouvert le {day} par {who} : {reason}", "Opened on {day} by {who}: {reason}"),
    "place_title": ("Les signes, jour par jour", "Signs, day by day"),
    "now_none": (
        "Aucune estimation n’est montrée : ouvert à la main, estimation désactivée, ou données insuffisantes.",
        "No estimate is shown: opened by hand, estimates are off, or too little is known.",
    ),
    "place_chart": (
        "Place dans la session, des signes les moins marqués aux plus marqués.",
        "Place in the session, from the weakest signs to the strongest.",
    ),
    "state": ("Où il en est", "Where it stands"),
    "owner": ("Suivi par", "Followed by"),
    "opened": ("Ouvert", "Opened"),
    "opened_alert": ("par une alerte", "by an alert"),
    "opened_hand": ("à la main", "by hand"),
    "next": ("Attendu", "Due"),
    "overdue": ("en retard", "overdue"),
    "on_time": ("dans les temps", "on time"),
    "closed": ("clos", "closed"),
    "outcome": ("Issue", "Outcome"),
    "quiet": ("Alertes suspendues", "Alerts suspended"),
    "quiet_until": ("jusqu’au {day}", "until {day}"),
    "quiet_for_good": ("tant que dure l’inscription", "as long as the enrolment lasts"),
    "contacts": ("Contacts", "Contacts"),
    "contacts_caption": (
        "Ceux notés ici, et ceux du journal d’assistance depuis l’ouverture.",
        "Those noted here, and those of the log of assistance since it was opened.",
    ),
    "contacts_none": ("Aucun contact pour l’instant", "No contact yet"),
    "contacts_none_hint": ("Appelez ou écrivez, puis notez-le.", "Call or write, then note it."),
    "in_log": ("au journal d’assistance", "in the log of assistance"),
    "note_title": ("Noter un contact", "Note a contact"),
    "note_channel": ("Par", "By"),
    "note_at": ("Quand", "When"),
    "note_at_wrong": ("Donnez un jour et une heure passés.", "Give a day and an hour that are over."),
    "note_text": ("Ce qui s’est dit, en une phrase", "What was said, in a sentence"),
    "note_help": (
        "Des faits utiles. Rien sur la santé, le handicap, la famille, les opinions. Le stagiaire peut lire ceci.",
        "Facts that help. Nothing about health, disability, family, opinions: the learner may read this note.",
    ),
    "note_long": ("500 caractères au plus.", "500 characters at most."),
    "note_log": ("L’inscrire aussi au journal d’assistance", "Write it into the log of assistance too"),
    "note_log_help": (
        "Le stagiaire le lit, et le relevé de connexion l’imprime. Non coché : une démarche interne, ou sans réponse.",
        "The learner reads it, and it is printed. Unchecked: an internal step, or nobody answered.",
    ),
    "note_subject": ("Objet, pour le journal", "Subject, for the log"),
    "note_subject_missing": ("Donnez un objet pour le journal.", "Give the log a subject."),
    "note_subject_default": ("Point sur la formation", "How the training is going"),
    "note_save": ("Noter le contact", "Note the contact"),
    "note_saved": ("Contact noté", "Contact noted"),
    "close_title": ("Dire l’issue", "Say the outcome"),
    "close_outcome": ("Ce qu’il en est", "What came of it"),
    "close_missing": ("Choisissez une issue.", "Choose an outcome."),
    "close_note": ("Précision (facultative)", "Detail (optional)"),
    "close_save": ("Clore le suivi", "Close the follow-up"),
    "close_done": ("Suivi clos", "Follow-up closed"),
    "override_title": ("Je connais la situation", "I know the situation"),
    "override_caption": (
        "Écartez l’alerte : aucune autre ne s’ouvre jusqu’à la date. {most} au plus ; vous pouvez y revenir.",
        "Set the alert aside: no other one opens until the day. {most} at most; you can come back to it.",
    ),
    "override_reason": ("Ce que vous savez, sans détail sensible", "What you know, without sensitive detail"),
    "override_reason_missing": ("Donnez un motif.", "Give a reason."),
    "override_until": ("Jusqu’au", "Until"),
    "override_until_wrong": ("Choisissez un jour à venir, avant le {last}.", "Choose a day to come, before {last}."),
    "override_save": ("Suspendre les alertes", "Suspend alerts"),
    "override_done": ("Alertes suspendues", "Alerts suspended"),
    "resume_title": ("Reprendre les alertes", "Let alerts come again"),
    "resume_reason": ("Motif", "Reason"),
    "resume_save": ("Reprendre", "Resume"),
    "resume_done": ("Les alertes peuvent revenir", "Alerts can come again"),
    "assign_title": ("Confier à quelqu’un d’autre", "Hand it to somebody else"),
    "assign_owner": ("À qui", "To whom"),
    "assign_save": ("Confier", "Hand over"),
    "assign_done": ("Suivi confié", "Handed over"),
    "history": ("Historique", "History"),
    "history_caption": (
        "Tout ce qui s’est passé ; rien n’est effacé ni réécrit.",
        "Everything that happened; nothing is deleted or rewritten.",
    ),
    "earlier": ("Suivis précédents", "Earlier follow-ups"),
    "event_opened": ("Ouvert à la main : {text}", "Opened by hand: {text}"),
    "event_alerted": ("Alerte", "Alert"),
    "event_assigned": ("Confié à {owner}", "Handed to {owner}"),
    "event_contacted": ("Contact : {channel}", "Contact: {channel}"),
    "event_struck": ("Contact retiré : {text}", "Contact struck: {text}"),
    "event_closed": ("Issue : {outcome}", "Outcome: {outcome}"),
    "event_overridden": (
        "« Je connais la situation », alertes suspendues jusqu’au {until} : {text}",
        "“I know the situation”, alerts suspended until {until}: {text}",
    ),
    "event_resumed": ("Alertes reprises : {text}", "Alerts come again: {text}"),
    "event_objected": ("Le stagiaire s’est opposé à l’estimation", "The learner objected to the estimate"),
    "event_over": ("L’inscription a pris fin", "The enrolment ended"),
    "by_somebody": ("quelqu’un de l’organisme", "somebody of the organisation"),
    "by_itself": ("Assidu, automatiquement", "Assidu, by itself"),
}
# What an act that led back to the page has done.
DONE: Final = frozenset(("close_done", "override_done", "resume_done", "assign_done"))


def due_text(words: Words, due: Due) -> str:
    """Return what is due and by when."""
    return words("next_first" if due.is_first else "next_next", day=formats.short_day(due.on, words.language))


def event_text(words: Words, event: Event, owners: Mapping[str, str]) -> str:
    """Return one event in a line: when, what, by whom."""
    language = words.language
    what = {
        "text": event.text,
        "owner": owners.get(event.owner or "", "") or words("owner_managers"),
        "channel": "" if event.channel is None else words.say(CHANNELS[event.channel]),
        "outcome": outcome_text(words, event.outcome) if event.outcome else "",
        "until": "" if event.until is None else formats.short_day(event.until, language),
    }
    line = words(f"event_{event.what.value}", **what)
    if event.what is What.CLOSED and event.text:
        line += f" ({event.text})"
    # Whoever is no account any more has no name; the product itself never had one.
    who = event.name or (words("by_itself") if event.by == PRODUCT else words("by_somebody"))
    return f"{when_text(to_datetime(event.at), language)}, {who}. {line}"


def opened_text(words: Words, event: Event) -> str:
    """Return by whom a follow-up was opened, and why, where a person did."""
    day = formats.short_day(last_day(event.at), words.language)
    if not event.name:
        return words("why_nobody", day=day, reason=event.text)
    return words("why_hand", day=day, who=event.name, reason=event.text)
