"""Whom to turn to, and why: the reasons in words with their numbers, what has been done about them already.

Its reader decides whom to write to or call today, and whom to leave until later. Where the organisation has chances
estimated, whoever the estimate flags stands first, with what it rests on; rules that a trainer would state name the
others. Neither decides anything, and who has objected is listed by rules alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import ESTIMATE_TEXTS, made_of, remedies_of, said_of, trend_text
from dashboards.pages.trainer.followup_words import STATE_TEXTS, due_text
from dashboards.pages.trainer.letters import LETTER_TEXTS, letter_form, register_letters
from dashboards.pages.trainer.words import (
    CONTACT_TEXTS,
    TEXTS,
    days_text,
    exchange_line,
    facts_path,
    half_days_text,
    hours_text,
    reason_text,
)
from dashboards.views.risk_contacts import People, Person, people_to_contact
from dashboards.views.trainer_contacts import Contact, Contacts
from dashboards.words import Texts, Words
from training.access import Role

_TEXTS: Final[Texts] = {
    **TEXTS,
    **CONTACT_TEXTS,
    **LETTER_TEXTS,
    **ESTIMATE_TEXTS,
    **STATE_TEXTS,
    "contacts_title": ("Stagiaires à contacter", "Learners to contact"),
    "contacts_lead": (
        "Pourquoi, depuis quand, et ce qui a déjà été fait. Vous connaissez les personnes : c’est vous qui décidez.",
        "Why, since when, and what has been done. You know the people: it is you who decide.",
    ),
    "contacts_none": ("Personne à contacter aujourd’hui", "Nobody to contact today"),
    "contacts_none_hint": (
        "Aucune des règles ci-dessous ne s’applique à vos stagiaires.",
        "None of the rules below applies to your learners.",
    ),
    "contacts_due": ("À contacter ({count})", "To contact ({count})"),
    "contacts_order": (
        "Questions sans réponse d’abord, puis absences, échecs, silences et retards ; à égalité, la plus ancienne.",
        "Questions without a reply first, then absences, failures, silence and delay; of one kind, the oldest.",
    ),
    "contacts_order_on": (
        "Questions sans réponse d’abord ; puis les signes les plus marqués ; puis absences, échecs, silences, retards.",
        "Questions without a reply first; then the strongest signs; then absences, failures, silence and delay.",
    ),
    "contacts_estimated": (
        "{flagged} à regarder, sur {estimated} stagiaires estimés. Une estimation n’est qu’une raison de regarder.",
        "{flagged} to look at, of {estimated} learners estimated. An estimate is but a reason to look.",
    ),
    "contacts_flagged": ("à soutenir", "to support"),
    "contacts_followed": ("suivi ouvert", "being followed up"),
    "contacts_overdue": ("suivi en retard", "follow-up overdue"),
    "contacts_followup": ("Ouvrir le suivi", "Open the follow-up"),
    "contacts_postponed": ("À revoir plus tard ({count})", "To be looked at later ({count})"),
    "contacts_every": ("Toutes mes sessions", "All my sessions"),
    "contacts_session": ("Session", "Session"),
    "contacts_choose": ("Choisissez une session", "Choose a session"),
    "contacts_rules": ("Les règles et leurs seuils", "The rules and their limits"),
    "rule_unanswered": (
        "Une question sans réponse ; délai annoncé : {limit}.",
        "A question without a reply; promised within {limit}.",
    ),
    "rule_missed": ("{limit} manquées de suite, ou plus.", "{limit} missed in a row, or more."),
    "rule_failed": (
        "{limit} échecs à une même activité, ou plus, sans réussite depuis.",
        "{limit} failures of one activity, or more, none passed since.",
    ),
    "rule_idle": (
        "Aucune trace depuis {limit} au moins et {rhythms} fois la pause habituelle du groupe, s’il reste à faire.",
        "No trace for {limit} at least, and {rhythms} times the group’s usual pause, with distance work left.",
    ),
    "rule_behind": (
        "Moins de {share} du travail attendu à ce jour par le calendrier, et au moins {limit} de retard.",
        "Less than {share} of the work that the calendar expects by now, and at least {limit} behind.",
    ),
    "rule_source": (
        "Ces seuils sont un choix de l’organisme : aucun texte ne les fixe. L’administration peut les changer.",
        "These limits are the organisation’s choice: no text fixes them. Administrators can change them.",
    ),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words = visit.words
    chosen = visit.place.get("session") or None
    listed = people_to_contact(visit.lens, chosen)
    found, everybody = listed.contacts, [item.contact for item in (*listed.due, *listed.postponed)]
    people = [(item.enrolment.id, item.name) for item in everybody if item.has_address]
    return [
        parts.heading(words("contacts_title"), words("contacts_lead")),
        _sessions(words, found, chosen),
        parts.live("contacts", parts.stack(*_lists(words, listed))),
        *(
            [parts.card(words("letter_title"), letter_form(visit, people), caption=words("letter_caption"))]
            if people
            else []
        ),
        _rules(words, found),
    ]


def _sessions(words: Words, found: Contacts, chosen: str | None) -> Any:  # noqa: ANN401 - Dash children
    places = [(f"teaching/contacts?session={name}", title, name == chosen) for name, title in found.sessions]
    if not places:
        return None
    every = (
        [] if not found.chosen and chosen is None else [("teaching/contacts", words("contacts_every"), chosen is None)]
    )
    return parts.choice(words("contacts_session"), (*every, *places))


def _lists(words: Words, listed: People) -> list[Any]:
    if not listed.contacts.chosen:
        return [parts.nothing(words("contacts_choose"))]
    if not (listed.due or listed.postponed):
        return [parts.nothing(words("contacts_none"), words("contacts_none_hint")), *_estimated(words, listed)]
    shown: list[Any] = []
    if listed.due:
        title = words("contacts_due", count=len(listed.due))
        order = words("contacts_order_on" if listed.is_on else "contacts_order")
        shown.append(parts.card(title, [_people(words, listed.due), *_estimated(words, listed)], caption=order))
    if listed.postponed:
        title = words("contacts_postponed", count=len(listed.postponed))
        shown.append(parts.card(title, _people(words, listed.postponed)))
    return shown


def _estimated(words: Words, listed: People) -> list[Any]:
    if not listed.estimated:
        return []
    text = words("contacts_estimated", flagged=listed.flagged, estimated=listed.estimated)
    return [html.P(text, className="caption")]


def _people(words: Words, items: Sequence[Person]) -> html.Ul:
    return html.Ul([html.Li(_person(words, item)) for item in items], className="table-list")


def _person(words: Words, item: Person) -> list[Any]:
    contact = item.contact
    path = f"teaching/learners/{contact.enrolment.id}"
    return [
        html.Div([parts.link(contact.name, path), *_badges(words, item)], className="about"),
        html.P(contact.session_title, className="caption"),
        *estimate_lines(words, item),
        *([reasons_list(words, contact)] if contact.reasons else []),
        html.P(done_text(words, contact), className="caption"),
        *_followup(words, item),
    ]


def _badges(words: Words, item: Person) -> list[Any]:
    shown: list[Any] = []
    if item.is_flagged:
        shown += [" ", parts.badge(words("contacts_flagged"), "warning")]
    if item.state is not None:
        late = item.state.is_overdue
        shown += [
            " ",
            parts.badge(words("contacts_overdue" if late else "contacts_followed"), "alarm" if late else "plain"),
        ]
    return shown


def _followup(words: Words, item: Person) -> list[Any]:
    if item.state is None:
        return []
    state = item.state
    owner = words("followup_by", owner=state.owner or words("owner_managers"))
    due = "" if state.due is None else due_text(words, state.due)
    line = ", ".join(text for text in (owner, due) if text)
    link = parts.link(words("contacts_followup"), f"teaching/followups/{state.followup.id}")
    return [html.P([f"{line}. ", link], className="caption")]


def estimate_lines(words: Words, item: Person) -> list[Any]:
    """Return what is estimated of somebody, why, and what would change it; nothing where nothing is shown."""
    score = item.score
    if score is None:
        return []
    about = " ".join((*said_of(words, score), trend_text(words, item.trend)))
    raising = [reason for reason in score.reasons if reason.contribution > 0]
    why = [html.Ul([html.Li(reason.sentence) for reason in raising])] if raising else []
    more = [*remedies_of(words, raising), html.P(made_of(words, score), className="caption")]
    return [html.P(about), *why, parts.more(words("estimate_change"), more)]


def reasons_list(words: Words, item: Contact) -> html.Ul:
    """Return the reasons to turn to somebody, each with the way to its facts."""
    return html.Ul(
        [
            html.Li(
                [reason_text(words, reason), " ", parts.link(words("see_facts"), facts_path(reason, item.enrolment.id))]
            )
            for reason in item.reasons
        ],
    )


def done_text(words: Words, item: Contact) -> str:
    """Return what has been done about somebody."""
    said = []
    if item.postponed is not None and item.postponed.until is not None:
        day = formats.short_day(item.postponed.until, words.language)
        said.append(words("contacts_until", day=day, who=item.postponed.author or item.postponed.recorded_by))
    if item.last is None:
        said.append(words("contacts_never"))
    else:
        key = "contacts_done" if item.is_contacted else "contacts_last"
        said.append(words(key, what=exchange_line(words, item.last)))
    if not item.has_address:
        said.append(words("contacts_no_address"))
    return " ".join(said)


def _rules(words: Words, found: Contacts) -> Any:  # noqa: ANN401 - Dash children
    limits, language = found.limits, words.language
    rules = [
        words("rule_unanswered", limit=hours_text(limits.reply_seconds // 3600, language)),
        words("rule_missed", limit=half_days_text(limits.missed_half_days, language)),
        words("rule_failed", limit=limits.failed_attempts),
        words(
            "rule_idle",
            limit=days_text(limits.idle_days, language),
            rhythms=writing.decimal(limits.idle_rhythms, language),
        ),
        words(
            "rule_behind",
            share=writing.percent(100 * limits.behind_share, language),
            limit=writing.hours(limits.behind_seconds, language),
        ),
    ]
    return parts.more(
        words("contacts_rules"),
        [html.Ul([html.Li(rule) for rule in rules]), html.P(words("rule_source"), className="caption")],
    )


def _acts(acts: Acts) -> None:
    register_letters(acts)


CONTACTS: Final = Page(
    name="trainer.contacts",
    path="teaching/contacts",
    roles=frozenset((Role.TRAINER,)),
    title=("Stagiaires à contacter", "Learners to contact"),
    draw=draw,
    menu=("À contacter", "To contact"),
    icon="message",
    acts=_acts,
    texts=_TEXTS,
)
