"""The forms with which a trainer notes what was said, and puts somebody off until later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import dash
from dash import ALL, Input, Output, State, dcc

from dashboards import formats
from dashboards.frame import forms
from dashboards.frame.acts import Acts
from dashboards.frame.answers import draw_again, say
from dashboards.frame.visit import Visit
from dashboards.pages.trainer.letters import as_text, next_key
from dashboards.pages.trainer.words import CHANNELS, OUTCOMES, TEACHING, parse_day, parse_moment
from dashboards.views.trainer_contacts import contact
from dashboards.views.trainer_writing import helper_of, note, withdraw
from dashboards.words import Texts
from lrs.clock import to_datetime
from training.assistance import Channel, Entry, Kind, Outcome
from training.assistance.logbook import REASON_MOST, SUBJECT_MOST

NOTING_TEXTS: Final[Texts] = {
    "note_title": ("Noter un échange", "Note an exchange"),
    "note_caption": (
        "Un appel, un entretien, une question reçue : ce qui s’est dit ailleurs qu’ici.",
        "A call, a meeting, a question received: what was said elsewhere.",
    ),
    "note_kind": ("Quoi", "What"),
    "note_talk": ("Nous avons échangé", "We talked"),
    "note_question": ("Le stagiaire a posé une question", "The learner put a question"),
    "note_reply": ("J’ai répondu à sa question", "I answered their question"),
    "note_channel": ("Par", "By"),
    "note_at": ("Quand", "When"),
    "note_at_wrong": ("Donnez un jour et une heure passés.", "Give a day and an hour that are over."),
    "note_subject": ("Objet", "Subject"),
    "note_text": ("Ce qui s’est dit", "What was said"),
    "note_text_help": (
        "Des faits. Le stagiaire peut le lire ; rien sur sa santé ni sa vie privée.",
        "Facts. The learner may read it; nothing about health or private life.",
    ),
    "note_text_missing": ("Écrivez la question, ou la réponse.", "Write the question, or the reply."),
    "note_reply_to": ("Sa question", "Their question"),
    "note_reply_to_missing": ("Choisissez la question à laquelle vous répondez.", "Choose the question you answer."),
    "note_no_question": ("Aucune", "None"),
    "note_outcome": ("Ce qu’il en est", "What came of it"),
    "note_outcome_none": ("Rien à préciser", "Nothing to add"),
    "note_until": ("À revoir le", "Look again on"),
    "note_until_help": ("Jusque-là, cette personne est mise de côté.", "Until then this person is set aside."),
    "note_until_wrong": ("Choisissez un jour à venir.", "Choose a day to come."),
    "note_save": ("Noter", "Note"),
    "note_saved": ("Porté au journal", "Logged"),
    "postpone_title": ("Revoir plus tard", "Look again later"),
    "postpone_caption": (
        "Sans contacter : la personne quitte la liste jusqu’à ce jour, ou jusqu’à ce qu’elle pose une question.",
        "Without contact: the person leaves the list until that day, or until they ask something.",
    ),
    "postpone_save": ("Mettre de côté", "Set aside"),
    "postpone_saved": ("Mis de côté jusqu’au {day}", "Set aside until {day}"),
    "withdraw": ("Retirer", "Withdraw"),
    "withdraw_name": ("Retirer du journal : {what}", "Withdraw from the log: {what}"),
    "withdraw_title": ("Retirer du journal", "Withdraw from the log"),
    "withdraw_text": (
        "L’échange reste au journal, barré, avec votre motif ; il n’est plus imprimé ni compté.",
        "The exchange stays in the log, struck out, with your reason; it is no longer printed or counted.",
    ),
    "withdraw_reason": ("Motif", "Reason"),
    "withdraw_reason_missing": ("Donnez un motif.", "Give a reason."),
    "withdraw_done": ("Retiré du journal", "Withdrawn from the log"),
}
_NONE: Final = "none"
_KINDS: Final = {"note_talk": Kind.TALK, "note_question": Kind.QUESTION, "note_reply": Kind.REPLY}


def note_form(visit: Visit, questions: list[tuple[str, str]]) -> Any:  # noqa: ANN401 - Dash children
    """Return the form that notes an exchange; `questions` are those without a reply, as (statement, subject)."""
    words = visit.words
    now = to_datetime(visit.lens.now).astimezone(formats.PARIS)
    kinds = [(kind.value, words(key)) for key, kind in _KINDS.items() if questions or kind is not Kind.REPLY]
    channels = [(channel.value, words.say(text)) for channel, text in CHANNELS.items()]
    outcomes = [
        (_NONE, words("note_outcome_none")),
        *((item.value, words.say(text)) for item, text in OUTCOMES.items()),
    ]
    replies = [*questions, (_NONE, words("note_no_question"))]
    reply = forms.select("note-reply", words("note_reply_to"), replies, words=words, value=replies[0][0])
    return forms.form(
        words,
        dcc.Store(id="note-key", data=str(visit.lens.services.ids.new_uuid())),
        forms.radios("note-kind", words("note_kind"), kinds, value=Kind.TALK.value),
        forms.side_by_side(
            forms.select("note-channel", words("note_channel"), channels, words=words, value=Channel.TELEPHONE.value),
            forms.moment("note-at", words("note_at"), value=f"{now:%Y-%m-%dT%H:%M}", required=True),
        ),
        forms.text(
            "note-subject", words("note_subject"), required=True, most=SUBJECT_MOST, hint=words("letter_subject_help")
        ),
        forms.text("note-text", words("note_text"), lines=3, hint=words("note_text_help")),
        *([reply] if questions else [dash.html.Div(reply, hidden=True)]),
        forms.side_by_side(
            forms.select("note-outcome", words("note_outcome"), outcomes, words=words, value=_NONE),
            forms.date(
                "note-until",
                words("note_until"),
                first=f"{now.date() + timedelta(days=1)}",
                hint=words("note_until_help"),
            ),
        ),
        forms.buttons(forms.button("note-save", words("note_save"))),
        title=words("note_title"),
        has_required=True,
    )


def postpone_form(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Return the form that sets somebody aside without turning to them."""
    words = visit.words
    tomorrow = to_datetime(visit.lens.now).astimezone(formats.PARIS).date() + timedelta(days=1)
    return forms.form(
        words,
        dcc.Store(id="postpone-key", data=str(visit.lens.services.ids.new_uuid())),
        forms.date("postpone-until", words("note_until"), first=tomorrow.isoformat(), required=True),
        forms.buttons(forms.button("postpone-save", words("postpone_save"), emphasis="second")),
        title=words("postpone_title"),
    )


def withdraw_dialogue(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Return the dialogue that asks why an exchange is withdrawn."""
    words = visit.words
    reason = forms.text("withdraw-reason", words("withdraw_reason"), required=True, most=REASON_MOST)
    return [
        dcc.Store(id="withdraw-which"),
        forms.dialogue(
            words,
            "withdraw",
            words("withdraw_title"),
            [dash.html.P(words("withdraw_text")), reason],
            confirm="withdraw-confirm",
            confirm_label=words("withdraw"),
            danger=True,
        ),
    ]


def register_noting(acts: Acts) -> None:
    """Register what these forms do."""
    acts.on(
        TEACHING,
        [
            *(Output(f"note-{name}", "error") for name in ("at", "subject", "text", "reply", "until")),
            *(Output(f"note-{name}", "value") for name in ("subject", "text", "until")),
            Output("note-key", "data"),
        ],
        Input("note-save", "n_clicks"),
        State("note-key", "data"),
        *(
            State(f"note-{name}", "value")
            for name in ("kind", "channel", "at", "subject", "text", "reply", "outcome", "until")
        ),
    )(_note)
    acts.on(
        TEACHING,
        [Output("postpone-until", "error"), Output("postpone-until", "value"), Output("postpone-key", "data")],
        Input("postpone-save", "n_clicks"),
        State("postpone-key", "data"),
        State("postpone-until", "value"),
    )(_postpone)
    acts.on(
        TEACHING,
        [Output("withdraw", "opened"), Output("withdraw-which", "data"), Output("withdraw-reason", "value")],
        Input({"withdraw-exchange": ALL}, "n_clicks"),
    )(_ask_to_withdraw)
    acts.on(
        TEACHING,
        [Output("withdraw-reason", "error"), Output("withdraw", "opened", allow_duplicate=True)],
        Input("withdraw-confirm", "n_clicks"),
        State("withdraw-which", "data"),
        State("withdraw-reason", "value"),
    )(_withdraw)


def _note(
    visit: Visit, clicks: int | None, key: object, kind: object, channel: object, at: object, subject: object,
    text: object, reply: object, outcome: object, until: object,
) -> list[Any]:  # fmt: skip
    """Log what the form says, then that the person is set aside, where a day is given."""
    words, now = visit.words, to_datetime(visit.lens.now)
    instant, day, asked = parse_moment(as_text(at)), parse_day(as_text(until)), as_text(reply)
    what = Kind(as_text(kind)) if kind in {item.value for item in _KINDS.values()} else Kind.TALK
    is_reply = what is Kind.REPLY
    late = as_text(until) and (day is None or day <= now.astimezone(formats.PARIS).date())
    wrong = [
        "" if instant is not None and instant <= now + timedelta(minutes=5) else words("note_at_wrong"),
        "" if as_text(subject) else words("letter_subject_missing"),
        "" if as_text(text) or what is Kind.TALK else words("note_text_missing"),
        words("note_reply_to_missing") if is_reply and asked in ("", _NONE) else "",
        words("note_until_wrong") if late else "",
    ]
    if not clicks or any(wrong):
        return [*wrong, *[dash.no_update] * 4]
    enrolment_id, act = visit.place.get("enrolment_id", ""), as_text(key)
    helper = helper_of(visit.lens, visit.reader.account_id, visit.reader.person)
    reasons = tuple(reason.why.value for reason in contact(visit.lens, enrolment_id).reasons)
    found = as_text(outcome)
    entry = Entry(
        kind=what,
        key=act,
        channel=Channel(as_text(channel)) if channel in set(Channel) else Channel.OTHER,
        subject=as_text(subject),
        text=as_text(text),
        at=instant,
        outcome=Outcome(found) if found in set(Outcome) and what is Kind.TALK else None,
        reasons=() if what is Kind.QUESTION else reasons,
        replies_to=UUID(asked) if is_reply else None,
    )
    note(visit.lens, helper, enrolment_id, entry)
    if day is not None:
        note(visit.lens, helper, enrolment_id, Entry(Kind.POSTPONED, f"{act} until", until=day, reasons=reasons))
    say(words("note_saved"))
    draw_again()
    return [*wrong, "", "", "", next_key(act)]


def _postpone(visit: Visit, clicks: int | None, key: object, until: object) -> list[Any]:
    words, day, act = visit.words, parse_day(as_text(until)), as_text(key)
    today = to_datetime(visit.lens.now).astimezone(formats.PARIS).date()
    if not clicks or day is None or day <= today:
        return [words("note_until_wrong"), dash.no_update, dash.no_update]
    enrolment_id = visit.place.get("enrolment_id", "")
    helper = helper_of(visit.lens, visit.reader.account_id, visit.reader.person)
    reasons = tuple(reason.why.value for reason in contact(visit.lens, enrolment_id).reasons)
    note(visit.lens, helper, enrolment_id, Entry(Kind.POSTPONED, act, until=day, reasons=reasons))
    say(words("postpone_saved", day=formats.short_day(day, visit.language)))
    draw_again()
    return ["", "", next_key(act)]


def _ask_to_withdraw(visit: Visit, clicks: list[int | None]) -> list[Any]:
    del visit
    chosen = dash.ctx.triggered_id
    # A list that was drawn again has buttons that nobody has pressed yet.
    if not any(clicks) or not isinstance(chosen, dict):
        raise dash.exceptions.PreventUpdate
    return [True, chosen.get("withdraw-exchange"), ""]


def _withdraw(visit: Visit, clicks: int | None, which: object, reason: object) -> list[Any]:
    words, why = visit.words, as_text(reason)
    if not clicks or not why:
        return [words("withdraw_reason_missing"), dash.no_update]
    helper = helper_of(visit.lens, visit.reader.account_id, visit.reader.person)
    withdraw(visit.lens, helper, visit.place.get("enrolment_id", ""), UUID(as_text(which)), why)
    say(words("withdraw_done"))
    draw_again()
    return ["", False]
