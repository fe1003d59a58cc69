"""The forms with which a trainer writes to learners: `letter` to several, `answer` to one, who may have asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid5

import dash
from dash import Input, Output, State, dcc

from dashboards import formats
from dashboards.frame import forms
from dashboards.frame.acts import Acts
from dashboards.frame.answers import draw_again, say
from dashboards.frame.visit import Visit
from dashboards.pages.trainer.words import TEACHING
from dashboards.views.trainer_writing import Sent, Written, helper_of, write_to
from dashboards.words import Texts
from training.assistance.logbook import SUBJECT_MOST

LETTER_TEXTS: Final[Texts] = {
    "letter_title": ("Écrire", "Write"),
    "letter_caption": (
        "Chacun reçoit sa propre lettre par e-mail ; elle est portée à son journal d’assistance.",
        "Each gets a letter of their own by e-mail; it goes into their log of assistance.",
    ),
    "letter_to": ("Destinataires", "To"),
    "letter_to_missing": ("Choisissez au moins une personne.", "Choose at least one person."),
    "letter_subject": ("Objet", "Subject"),
    "letter_subject_help": (
        "Il est imprimé sur le relevé de connexion : rien de personnel.",
        "It is printed on the statement of connection: nothing personal.",
    ),
    "letter_subject_missing": ("Donnez un objet.", "Give it a subject."),
    "letter_text": ("Message", "Message"),
    "letter_text_missing": ("Écrivez votre message.", "Write your message."),
    "letter_reply": ("En réponse à", "In reply to"),
    "letter_reply_none": ("Aucune question en particulier", "No question in particular"),
    "letter_send": ("Envoyer", "Send"),
    "letter_sent": ("Message envoyé et porté au journal", "Message sent and logged"),
    "letter_sent_to": ("À {names}.", "To {names}."),
    "letter_sent_count": ("À {count} personne(s).", "To {count} people."),
    "letter_not_all": ("Tout n’est pas parti", "Not everything was sent"),
    "letter_nothing": ("Rien n’est parti", "Nothing was sent"),
    "letter_no_address": (
        "Sans adresse e-mail : {names}. Appelez, puis notez l’échange.",
        "No e-mail address: {names}. Call, then note it.",
    ),
    "letter_refused": ("Refusé par le serveur de messagerie : {names}.", "Refused by the mail server: {names}."),
    "letter_unavailable": (
        "Cette installation n’envoie pas d’e-mail : écrivez autrement, puis notez l’échange.",
        "This deployment sends no mail: write otherwise, then note it.",
    ),
}
_NO_QUESTION: Final = "none"
# More names than this are counted.
_NAMED_MOST: Final = 5


def letter_form(visit: Visit, people: Sequence[tuple[str, str]]) -> Any:  # noqa: ANN401 - Dash children
    """Return the form that writes to some of these people, as (enrolment, name)."""
    words = visit.words
    to = forms.several("letter-to", words("letter_to"), people, words=words, required=True)
    return forms.form(words, to, *_fields(visit, "letter"), title=words("letter_title"), has_required=True)


def answer_form(visit: Visit, questions: Sequence[tuple[str, str]]) -> Any:  # noqa: ANN401 - Dash children
    """Return the form that writes to whom the page is about; `questions` are (statement, subject), oldest first."""
    words = visit.words
    options = [*questions, (_NO_QUESTION, words("letter_reply_none"))]
    reply = forms.select("answer-reply", words("letter_reply"), options, words=words, value=options[0][0])
    return forms.form(words, reply, *_fields(visit, "answer"), title=words("letter_title"), has_required=True)


def register_letters(acts: Acts) -> None:
    """Register what both forms do."""

    @acts.on(
        TEACHING,
        [*_outputs("letter"), Output("letter-to", "error")],
        *_inputs("letter"),
        State("letter-to", "value"),
    )
    def write_to_several(
        visit: Visit, clicks: int | None, key: object, subject: object, text: object, to: object
    ) -> Any:  # noqa: ANN401 - Dash's own
        names = [name for name in to if isinstance(name, str)] if isinstance(to, list) else []
        missing = "" if names else visit.words("letter_to_missing")
        changes = _send(visit, clicks, key, names, subject, text, None, is_blocked=bool(missing))
        return [*changes, missing]

    @acts.on(TEACHING, _outputs("answer"), *_inputs("answer"), State("answer-reply", "value"))
    def write_to_one(
        visit: Visit, clicks: int | None, key: object, subject: object, text: object, reply: object
    ) -> Any:  # noqa: ANN401 - Dash's own
        question = UUID(reply) if isinstance(reply, str) and reply != _NO_QUESTION else None
        return _send(visit, clicks, key, [visit.place.get("enrolment_id", "")], subject, text, question)


def _fields(visit: Visit, name: str) -> list[Any]:
    words = visit.words
    return [
        # Of one form that is shown one letter comes, however often its button is pressed.
        dcc.Store(id=f"{name}-key", data=str(visit.lens.services.ids.new_uuid())),
        forms.text(
            f"{name}-subject",
            words("letter_subject"),
            required=True,
            most=SUBJECT_MOST,
            hint=words("letter_subject_help"),
        ),
        forms.text(f"{name}-text", words("letter_text"), required=True, lines=5),
        forms.buttons(forms.button(f"{name}-send", words("letter_send"))),
    ]


def _outputs(name: str) -> list[Output]:
    return [
        Output(f"{name}-subject", "error"),
        Output(f"{name}-text", "error"),
        Output(f"{name}-subject", "value"),
        Output(f"{name}-text", "value"),
        Output(f"{name}-key", "data"),
    ]


def _inputs(name: str) -> list[Input | State]:
    return [
        Input(f"{name}-send", "n_clicks"),
        State(f"{name}-key", "data"),
        State(f"{name}-subject", "value"),
        State(f"{name}-text", "value"),
    ]


def _send(
    visit: Visit, clicks: int | None, key: object, to: Sequence[str], subject: object, text: object,
    question: UUID | None, *, is_blocked: bool = False,
) -> list[Any]:  # fmt: skip
    """Send, tell what became of it, and return what `_outputs` take: an emptied form once something has been sent."""
    words = visit.words
    subject_, text_ = as_text(subject), as_text(text)
    wrong = [
        "" if subject_ else words("letter_subject_missing"),
        "" if text_ else words("letter_text_missing"),
    ]
    stays = [dash.no_update] * 3
    if not clicks or is_blocked or any(wrong):
        return [*wrong, *stays]
    helper = helper_of(visit.lens, visit.reader.account_id, visit.reader.person)
    written = Written(as_text(key), subject_, text_, question)
    sent = write_to(visit.lens, helper, visit.reader.organisation_name, to, written)
    _tell(visit, sent)
    if not sent.sent:
        return [*wrong, *stays]
    draw_again()
    return [*wrong, "", "", next_key(as_text(key))]


def next_key(key: str) -> str:
    """Return the key of the act that comes after one on the same page; the same again, so that a replay replays."""
    try:
        return str(uuid5(UUID(key), "next"))
    except ValueError:
        return key


def as_text(value: object) -> str:
    """Return what a field holds, without the spaces around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def _tell(visit: Visit, sent: Sent) -> None:
    words, lines = visit.words, []
    if sent.sent:
        few = len(sent.sent) <= _NAMED_MOST
        count = formats.number(len(sent.sent), visit.language)
        lines.append(
            words("letter_sent_to", names=", ".join(sent.sent)) if few else words("letter_sent_count", count=count)
        )
    if sent.without_address:
        lines.append(words("letter_no_address", names=", ".join(sent.without_address)))
    if sent.refused:
        lines.append(words("letter_refused", names=", ".join(sent.refused)))
    if sent.is_unavailable:
        lines.append(words("letter_unavailable"))
    is_whole = not (sent.without_address or sent.refused or sent.is_unavailable)
    title = "letter_sent" if is_whole else "letter_not_all" if sent.sent else "letter_nothing"
    say(words(title), " ".join(lines), tone="good" if is_whole else "warning" if sent.sent else "alarm")
