"""One learner and those who help them: why to turn to them now, and everything written, said and asked.

Its reader decides whether to write, to call, or to wait; and sees whether questions are answered as promised.
"""

from __future__ import annotations

from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.answers import go_to
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import ESTIMATE_TEXTS
from dashboards.pages.trainer.contacts import done_text, estimate_lines, reasons_list
from dashboards.pages.trainer.followup_words import STATE_TEXTS, due_text
from dashboards.pages.trainer.letters import LETTER_TEXTS, answer_form, as_text
from dashboards.pages.trainer.noting import NOTING_TEXTS, note_form, postpone_form, register_noting, withdraw_dialogue
from dashboards.pages.trainer.words import (
    CHANNELS,
    CONTACT_TEXTS,
    KINDS,
    OUTCOMES,
    TEACHING,
    TEXTS,
    hours_text,
    when_text,
)
from dashboards.views.risk_contacts import Person, person_to_contact
from dashboards.views.risk_followup import open_by_hand
from dashboards.views.trainer_exchanges import ExchangeFile, Said, exchange_file
from dashboards.views.trainer_writing import helper_of
from dashboards.words import Texts, Words
from training.access import Role
from training.assistance import Delays, Kind
from training.followups.followup import REASON_MOST

LEARNER_TEXTS: Final[Texts] = {
    **TEXTS,
    **CONTACT_TEXTS,
    **LETTER_TEXTS,
    **NOTING_TEXTS,
    **ESTIMATE_TEXTS,
    **STATE_TEXTS,
    "followup_title": ("Suivi", "Follow-up"),
    "followup_caption": (
        "Un suivi a un responsable, une échéance et une issue ; il ne change rien au parcours par lui-même.",
        "A follow-up has an owner, a deadline and an outcome; by itself it changes nothing.",
    ),
    "followup_go": ("Ouvrir le suivi", "Open the follow-up"),
    "followup_reason": ("Pourquoi", "Why"),
    "followup_hint": (
        "Ce que vous avez vu. Rien sur la santé ni la vie privée.",
        "What you have seen. Nothing about health or private life.",
    ),
    "followup_reason_missing": ("Donnez un motif.", "Give a reason."),
    "followup_open": ("Commencer un suivi", "Begin a follow-up"),
    "learner_up": ("Stagiaires à contacter", "Learners to contact"),
    "learner_reasons": ("Pourquoi le contacter", "Why to contact them"),
    "learner_no_reason": ("Aucune raison à ce jour", "No reason as of today"),
    "learner_file": ("Dossier du stagiaire", "The learner’s file"),
    "learner_log": ("Journal d’assistance", "Log of assistance"),
    "learner_log_caption": (
        "Chaque ligne est une trace datée du registre (D6313-3-1) ; le plus récent d’abord.",
        "Each line is a dated statement of the log (D6313-3-1); the newest first.",
    ),
    "learner_log_none": ("Rien n’est encore au journal", "Nothing is in the log yet"),
    "learner_log_none_hint": ("Écrivez, ou notez un appel.", "Write, or note a call."),
    "learner_open": ("Questions sans réponse : {count}", "Questions without a reply: {count}"),
    "learner_delays": (
        "Réponses : {answered} sur {asked} question(s) ; délai médian {median}, annoncé {promised} ; retards : {late}.",
        "{answered} of {asked} questions answered; median delay {median}, {promised} promised; {late} later than that.",
    ),
    "learner_delays_none": (
        "Aucune question au journal ; délai annoncé : {promised}.",
        "No question in the log; promised within {promised}.",
    ),
    "learner_no_median": ("non connu", "not known"),
    "learner_no_mail": (
        "Aucune adresse e-mail n’est enregistrée : appelez, puis notez l’échange.",
        "No e-mail address is on record: call, then note it.",
    ),
    "learner_withdrawn": ("Retiré du journal", "Withdrawn from the log"),
    "learner_recorded": ("noté le {when}", "noted on {when}"),
    "learner_until": ("jusqu’au {day}", "until {day}"),
    "learner_reply_after": ("réponse à une question", "reply to a question"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words, found = visit.words, exchange_file(visit.lens, visit.place["enrolment_id"])
    person = person_to_contact(visit.lens, found.enrolment.id)
    questions = [(str(item.statement_id), item.subject) for item in found.open_questions]
    write = answer_form(visit, questions) if found.contact.has_address else html.P(words("learner_no_mail"))
    return [
        parts.crumbs(
            words,
            (words("learner_up"), "teaching/contacts"),
            (found.session_title, f"teaching/sessions/{found.session.id}"),
        ),
        parts.heading(
            found.name,
            found.session_title,
            parts.button_link(words("learner_file"), f"enrolments/{found.enrolment.id}", quiet=True),
        ),
        parts.two(
            parts.card(words("learner_reasons"), parts.live("reasons", _reasons(words, found, person))),
            parts.card(words("followup_title"), _followup(words, person), caption=words("followup_caption")),
            wide_first=True,
        ),
        parts.two(
            parts.card(words("letter_title"), write, caption=words("letter_caption")),
            parts.stack(
                parts.card(words("note_title"), note_form(visit, questions), caption=words("note_caption")),
                parts.card(words("postpone_title"), postpone_form(visit), caption=words("postpone_caption")),
            ),
        ),
        parts.card(words("learner_log"), parts.live("log", _log(words, found)), caption=words("learner_log_caption")),
        *withdraw_dialogue(visit),
    ]


def delays_text(words: Words, delays: Delays) -> str:
    """Return how fast questions are answered, with its counts and what was promised."""
    language = words.language
    promised = hours_text(delays.promised_seconds // 3600, language)
    if not delays.question_count:
        return words("learner_delays_none", promised=promised)
    median = (
        words("learner_no_median") if delays.median_seconds is None else writing.hours(delays.median_seconds, language)
    )
    return words(
        "learner_delays", answered=delays.answered_count, asked=delays.question_count, median=median, promised=promised,
        late=delays.late_count,
    )  # fmt: skip


def _reasons(words: Words, found: ExchangeFile, person: Person) -> list[Any]:
    rules = reasons_list(words, found.contact) if found.contact.reasons else html.P(words("learner_no_reason"))
    return [*estimate_lines(words, person), rules, html.P(done_text(words, found.contact), className="caption")]


def _followup(words: Words, person: Person) -> Any:  # noqa: ANN401 - Dash children
    if person.state is not None:
        due = "" if person.state.due is None else due_text(words, person.state.due)
        owner = words("followup_by", owner=person.state.owner or words("owner_managers"))
        path = f"teaching/followups/{person.state.followup.id}"
        return [html.P(", ".join(text for text in (owner, due) if text)), parts.button_link(words("followup_go"), path)]
    return forms.form(
        words,
        forms.text(
            "followup-reason", words("followup_reason"), required=True, most=REASON_MOST, hint=words("followup_hint")
        ),
        forms.buttons(forms.button("followup-open", words("followup_open"), emphasis="second")),
        title=words("followup_title"),
    )


def _log(words: Words, found: ExchangeFile) -> list[Any]:
    if not found.said:
        return [parts.nothing(words("learner_log_none"), words("learner_log_none_hint"))]
    return [
        html.P(delays_text(words, found.delays)),
        html.Ol([html.Li(_said(words, item)) for item in found.said], className="table-list"),
    ]


def _said(words: Words, item: Said) -> html.Div:
    exchange, language = item.exchange, words.language
    about = [words.say(KINDS[exchange.kind])]
    if exchange.kind is Kind.POSTPONED and exchange.until is not None:
        about.append(words("learner_until", day=formats.short_day(exchange.until, language)))
    elif exchange.kind is not Kind.POSTPONED:
        about.append(words.say(CHANNELS[exchange.channel]))
    line = ", ".join([*about, when_text(exchange.at, language), exchange.author or exchange.recorded_by])
    state: list[Any] = []
    if exchange.is_voided:
        state.append(parts.badge(words("learner_withdrawn"), "warning"))
    elif exchange.outcome is not None:
        state.append(parts.badge(words.say(OUTCOMES[exchange.outcome])))
    tools = None
    if not exchange.is_voided:
        name = words("withdraw_name", what=line)
        key = {"withdraw-exchange": str(exchange.statement_id)}
        tools = parts.row(forms.button(key, words("withdraw"), emphasis="second", name=name))
    subject = html.B(exchange.subject) if exchange.subject else None
    return html.Div(
        [
            html.P([html.Span(line, className="caption"), " ", *state]),
            html.P(html.S(subject) if exchange.is_voided and subject is not None else subject)
            if subject is not None
            else None,
            html.P(item.text, style={"whiteSpace": "pre-line"}) if item.text and not exchange.is_voided else None,
            tools,
        ],
    )


def _acts(acts: Acts) -> None:
    register_noting(acts)
    acts.on(
        TEACHING,
        Output("followup-reason", "error"),
        Input("followup-open", "n_clicks"),
        State("followup-reason", "value"),
    )(_open)


def _open(visit: Visit, clicks: int | None, reason: object) -> str:
    why = as_text(reason)
    if not clicks or not why or len(why) > REASON_MOST:
        return visit.words("followup_reason_missing")
    helper = helper_of(visit.lens, visit.reader.account_id, visit.reader.person)
    made = open_by_hand(visit.lens, helper, visit.place.get("enrolment_id", ""), why)
    go_to(f"teaching/followups/{made.id}")
    return ""


LEARNER: Final = Page(
    name="trainer.learner",
    path="teaching/learners/<enrolment_id>",
    roles=frozenset((Role.TRAINER,)),
    title=("Suivi d’un stagiaire", "Following up a learner"),
    draw=draw,
    acts=_acts,
    texts=LEARNER_TEXTS,
)
