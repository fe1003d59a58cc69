"""What the live-feed page says, in French and in English, key by key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dashboards.languages import Language

# Written with plain spaces; `_typeset` makes them the ones that French typography asks for.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Flux en direct", "Live feed"),
    "lead": (
        "Ce que vos plateformes envoient : vérifiez que tout arrive, et que c’est bien ce que vous attendez.",
        "What your platforms send: check that everything arrives, and that it is what you expect.",
    ),
    "as_of": ("Chiffres au {day} à {time} (heure de Paris)", "Figures as of {day}, {time} (Paris time)"),
    "trace": ("trace", "statement"),
    "traces": ("traces", "statements"),
    "counted_trace": ("trace comptée", "statement counted"),
    "counted_traces": ("traces comptées", "statements counted"),
    # Key figures
    "total": ("Traces comptées", "Statements counted"),
    "total_all": ("toutes celles reçues", "all that were received"),
    "total_beside": ("sur {received} reçues : {excluded}", "of {received} received: {excluded}"),
    "duplicate": ("doublon", "duplicate"),
    "duplicates": ("doublons", "duplicates"),
    "voided": ("annulée", "voided"),
    "voided_many": ("annulées", "voided"),
    "waiting": ("{waiting} en cours de comptage", "{waiting} being counted"),
    "today": ("Aujourd’hui", "Today"),
    "today_beside": ("reçues depuis minuit", "received since midnight"),
    "last_hour": ("Dernière heure", "Last hour"),
    "last_hour_beside": ("reçues en 60 minutes", "received in 60 minutes"),
    "active_senders": ("Émetteurs actifs", "Active senders"),
    "active_senders_value": ("{active} sur {all}", "{active} of {all}"),
    "active_senders_beside": ("ont envoyé depuis 24 h", "have sent within 24 h"),
    # Standing
    "well": ("Le flux arrive : dernière trace reçue {ago}.", "The feed arrives: last statement received {ago}."),
    "quiet_title": ("{label} est silencieux", "{label} has gone quiet"),
    "quiet_text": (
        (
            "Dernière trace reçue {ago} ; l’alarme est réglée sur {allowed}. "
            "Vérifiez la tâche d’envoi de cette plateforme et sa clé."
        ),
        "Last statement received {ago}; the alarm is set to {allowed}. Check this platform’s sending task and its key.",
    ),
    "quiet_never": (
        "Rien n’a été reçu ; l’alarme est réglée sur {allowed}. Vérifiez l’adresse et la clé données à la plateforme.",
        "Nothing was received; the alarm is set to {allowed}. Check the address and the key given to the platform.",
    ),
    "held_title": ("{count} en quarantaine", "{count} in quarantine"),
    "held_one": ("envoi refusé", "refused request"),
    "held_many": ("envois refusés", "refused requests"),
    "held_text": (
        "Leur contenu est gardé avec la liste de ce qui ne va pas, pour être corrigé puis rejoué.",
        "Their bodies are kept with the list of what is wrong, to be mended and replayed.",
    ),
    # Empty
    "empty_title": ("Aucune trace reçue pour l’instant", "No statement received yet"),
    "empty_text": (
        "Donnez à votre plateforme cette adresse et une clé d’accès ; cette page se remplira toute seule.",
        "Give your platform this address and an access key; this page will fill by itself.",
    ),
    "nothing": ("Rien à montrer pour cette période.", "Nothing to show for this period."),
    "nothing_since": (
        "Rien à montrer pour cette période ; dernière activité le {day}.",
        "Nothing to show for this period; last activity on {day}.",
    ),
    # Charts
    "activity": ("Activité des apprenants", "Learners’ activity"),
    "activity_beside": (
        "{total} à la date des faits, {period} ; maximum {most} ({when})",
        "{total} by date of occurrence, {period}; highest {most} ({when})",
    ),
    "grain": ("Durée d’une barre", "Length of a bar"),
    "by_day": ("Par jour", "By day"),
    "by_week": ("Par semaine", "By week"),
    "ninety_days": ("90 derniers jours", "last 90 days"),
    "year_weeks": ("53 dernières semaines", "last 53 weeks"),
    "week_of": ("semaine du {day}", "week of {day}"),
    "arrivals": ("Réceptions par heure", "Received by hour"),
    "arrivals_beside": (
        "{total} à l’heure de réception, 48 dernières heures",
        "{total} by time received, last 48 hours",
    ),
    "hour_range": ("{day}, de {from} h à {to} h", "{day}, {from}:00 to {to}:00"),
    "verbs": ("Actions les plus fréquentes", "Most frequent actions"),
    "activities": ("Activités les plus fréquentes", "Most frequent activities"),
    "of_total": ("sur {total}", "of {total}"),
    # Senders
    "senders": ("Émetteurs", "Senders"),
    "senders_beside": ("dernière trace reçue de chaque plateforme", "last statement received from each platform"),
    "sender": ("Émetteur", "Sender"),
    "last_statement": ("Dernière trace", "Last statement"),
    "received": ("Reçues", "Received"),
    "state": ("État", "State"),
    "state_active": ("Actif", "Active"),
    "state_idle": ("Au repos", "Idle"),
    "state_quiet": ("Silencieux", "Quiet"),
    "state_never": ("Jamais envoyé", "Never sent"),
    "state_revoked": ("Révoqué", "Revoked"),
    "state_expired": ("Expiré", "Expired"),
    "alarm": ("alarme après {allowed} sans envoi", "alarm after {allowed} of silence"),
    "no_alarm": ("sans alarme", "no alarm"),
    "never": ("jamais", "never"),
    "no_sender": ("Aucune clé d’accès n’a été créée.", "No access key has been created."),
    # Latest
    "latest": ("Dernières traces reçues", "Latest statements received"),
    "latest_beside": (
        "{traces}, la plus récente d’abord, hors annulées",
        "{traces}, newest first, voided left out",
    ),
    "no_trace": ("Aucune trace", "No statement"),
    "column_stored": ("Reçue", "Received"),
    "column_actor": ("Personne", "Person"),
    "column_verb": ("Action", "Action"),
    "column_object": ("Objet", "Object"),
    "column_sender": ("Émetteur", "Sender"),
    "column_timestamp": ("Date des faits", "Occurred"),
    "is_duplicate": ("doublon", "duplicate"),
    "other_object": ("(autre qu’une activité)", "(not an activity)"),
}


class Words:
    """The page's texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._column = 0 if language == "fr" else 1

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, with its values put in."""
        text = _TEXTS[key][self._column]
        return (_typeset(text) if self.language == "fr" else text).format(**values)


def _typeset(text: str) -> str:
    r"""Put the spaces of French typography: narrow before ; ! ?, no-break before a colon and units.

    >>> _typeset("Vite ! À {n} h : fini")
    'Vite\u202f! À {n}\xa0h\xa0: fini'
    """
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    return re.sub(r" (?=:)|(?<=[\d}]) (?=(?:h|%)(?!\w))|(?<=«) | (?=»)", "\u00a0", text)
