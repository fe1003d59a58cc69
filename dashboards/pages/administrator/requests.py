"""What people ask about the data that is kept of them, and the answers.

The administrator sees what is due and when, answers, asks for more time, and where erasure is asked looks at what it
would take and what stands against it before anything goes.
"""

from __future__ import annotations

from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import VERSION_TEXTS, who
from dashboards.views.administration.requests import (
    RequestView,
    answer_request,
    extend_request,
    read_request,
    read_requests,
)
from dashboards.views.administration.retention_changes import erase_person, preview_erasure
from dashboards.words import Words
from lrs.errors import Conflict

_ANSWER: Final = Form("request-answer", ("outcome", "text"), (), {}, {"text": "hint_text"})
_EXTEND: Final = Form("request-extend", ("reason",), (), {}, {"reason": "hint_extend"})
_ERASE: Final = Form("request-erase", ("reason",), ("sure",), {}, {"reason": "hint_erase"})
_ERASURE: Final = "erasure"
_OBSTACLES_SHOWN: Final = 8

_TEXTS: Final = {
    **FORM_TEXTS,
    **VERSION_TEXTS,
    "title": ("Demandes des personnes", "Requests of people"),
    "lead": (
        "Accès, rectification, effacement, limitation, portabilité, opposition : ce qui attend une réponse.",
        "Access, rectification, erasure, restriction, portability, objection: what waits for an answer.",
    ),
    "open": ("À répondre", "To answer"),
    "open_none": ("Aucune demande n’attend.", "No request waits."),
    "answered": ("Répondues", "Answered"),
    "answered_none": ("Aucune réponse pour l’instant.", "No answer yet."),
    "column_name": ("Personne", "Person"),
    "column_right": ("Demande", "Request"),
    "column_received": ("Reçue", "Received"),
    "column_due": ("Réponse due le", "Due by"),
    "column_state": ("État", "State"),
    "right_access": ("accès", "access"),
    "right_rectification": ("rectification", "rectification"),
    "right_erasure": ("effacement", "erasure"),
    "right_restriction": ("limitation", "restriction"),
    "right_portability": ("portabilité", "portability"),
    "right_objection": ("opposition", "objection"),
    "purpose_analytics": ("l’analyse des apprentissages", "learning analytics"),
    "purpose_scoring": ("l’estimation du risque d’abandon", "estimating the chance of giving up"),
    "state_overdue": ("en retard de {days} j", "overdue by {days} d"),
    "state_due": ("{days} j restants", "{days} d left"),
    "state_answered": ("répondue", "answered"),
    "state_withdrawn": ("retirée", "withdrawn"),
    "outcome_granted": ("acceptée", "granted"),
    "outcome_partly": ("acceptée en partie", "granted in part"),
    "outcome_refused": ("refusée", "refused"),
    "one_lead": ("Demande de {name}, reçue le {when}.", "Request of {name}, received on {when}."),
    "asked": ("Ce qui est demandé", "What is asked"),
    "text": ("Message", "Message"),
    "no_text": ("Aucun message.", "No message."),
    "purposes": ("Pour", "For"),
    "reference": ("Délai", "Time"),
    "extended": ("prolongé", "extended"),
    "answer": ("Répondre", "Answer"),
    "answer_caption": (
        "La personne lit cette réponse sur sa page. Un refus dit pourquoi, et nomme la CNIL pour réclamer.",
        "The person reads this answer on their page. A refusal says why, and names the authority to complain to.",
    ),
    "outcome": ("Suite donnée", "Outcome"),
    "answer_text": ("Réponse", "Answer"),
    "hint_text": ("Ce qui a été fait, ou pourquoi non ; 4 000 caractères au plus.", "What was done, or why not."),
    "answer_do": ("Envoyer la réponse", "Send the answer"),
    "answered_done": ("La réponse est donnée.", "The answer is given."),
    "extend": ("Demander plus de temps", "Ask for more time"),
    "extend_caption": (
        "Deux mois de plus, une seule fois ; la personne en est informée avec le motif.",
        "Two more months, once; the person is told, with the reason.",
    ),
    "extend_reason": ("Motif", "Reason"),
    "hint_extend": (
        "Complexité ou nombre de demandes ; la personne le lit.",
        "Complexity or number; the person reads it.",
    ),
    "extend_do": ("Prolonger le délai", "Extend"),
    "extend_done": ("Le délai est prolongé.", "The time is extended."),
    "history": ("Ce qui s’est passé", "What happened"),
    "event_opened": ("demande reçue", "received"),
    "event_extended": ("délai prolongé", "extended"),
    "event_answered": ("réponse donnée", "answered"),
    "event_withdrawn": ("demande retirée", "withdrawn"),
    "given": ("Réponse donnée", "The answer"),
    "erase": ("Effacer ses traces", "Erase their statements"),
    "erase_caption": (
        "En deux temps. Ce qu’une obligation légale, un gel ou un document conservé protège n’est pas effacé.",
        "In two steps. What a legal duty, a hold or a kept document protects is not erased.",
    ),
    "erase_look": ("Regarder ce qui serait effacé", "Look at what would be erased"),
    "erase_statements": ("Traces", "Statements"),
    "erase_documents": ("Documents d’état et de profil", "Documents of state and profile"),
    "erase_mentions": (
        "Traces d’autres personnes qui la nomment, gardées",
        "Statements of others that name them, kept",
    ),
    "erase_obstacles": ("Ce qui s’y oppose", "What stands against it"),
    "erase_blocked": (
        "{count} trace(s) ne peuvent pas être effacées : répondez en l’expliquant (article 17, paragraphe 3).",
        "{count} statement(s) cannot be erased: answer by saying so (article 17 (3)).",
    ),
    "erase_free": ("Rien ne s’y oppose.", "Nothing stands against it."),
    "erase_reason": ("Motif", "Reason"),
    "hint_erase": ("Gardé pour toujours : ne nommez personne.", "Kept for ever: name nobody."),
    "erase_sure": ("Je comprends que c’est définitif", "I understand that this is for good"),
    "erase_do": ("Effacer", "Erase"),
    "erase_done": (
        "L’effacement est fait ou se poursuit en arrière-plan.",
        "It is done, or goes on in the background.",
    ),
    "obstacle_more": ("… et {count} autres", "… and {count} more"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words, found = visit.words, read_requests(visit.lens)
    columns = [
        parts.Column("name", words("column_name"), "link", 240),
        parts.Column("right", words("column_right")),
        parts.Column("received", words("column_received"), "day"),
        parts.Column("due", words("column_due"), "day"),
        parts.Column("state", words("column_state"), "badge", 180),
    ]
    waiting = [_row(words, item) for item in found.open]
    done = [_row(words, item) for item in found.answered]
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        parts.card(words("open"), parts.table(words, "open", columns, waiting, empty=words("open_none"))),
        parts.card(words("answered"), parts.table(words, "answered", columns, done, empty=words("answered_none"))),
    ]


def draw_one(visit: Visit) -> Any:  # noqa: ANN401
    """Draw one request."""
    words, item = visit.words, read_request(visit.lens, visit.place["request_id"])
    request = item.request
    title = words(f"right_{request.right.value}").capitalize()
    received = formats.moment_of(request.opened_at, words.language)
    drawn: list[Any] = [
        parts.crumbs(words, (words("title"), "settings/requests")),
        parts.heading(title, words("one_lead", name=item.name, when=received), _badge(words, item)),
        parts.live("request", parts.card(words("asked"), parts.facts(*_facts(words, item)))),
    ]
    if request.state.value == "open":
        if request.right.value == _ERASURE:
            drawn.append(parts.card(words("erase"), _erasure(words), caption=words("erase_caption")))
        drawn.extend(_decisions(words, item))
    drawn.append(parts.live("history", parts.card(words("history"), _history(visit, item))))
    return drawn


def _row(words: Words, item: RequestView) -> dict[str, Any]:
    request = item.request
    tone, text = _state(words, item)
    return {
        "id": str(request.id),
        "name": f"[{item.name}](/dashboards/settings/requests/{request.id})",
        "right": words(f"right_{request.right.value}"),
        "received": iso(request.opened_at),
        "due": request.due_on.isoformat(),
        "state": f"{tone}:{text}",
    }


def _state(words: Words, item: RequestView) -> tuple[parts.Tone, str]:
    if item.request.state.value != "open":
        outcome = item.request.outcome
        return "plain", words(f"state_{item.request.state.value}") if outcome is None else words(
            f"outcome_{outcome.value}"
        )
    if item.days_left < 0:
        return "alarm", words("state_overdue", days=-item.days_left)
    return ("warning" if item.days_left <= _SOON_DAYS else "plain"), words("state_due", days=item.days_left)


_SOON_DAYS: Final = 7


def _badge(words: Words, item: RequestView) -> html.Span:
    tone, text = _state(words, item)
    return parts.badge(text, tone)


def _facts(words: Words, item: RequestView) -> list[tuple[str, Any]]:
    request, language = item.request, words.language
    due = formats.short_day(request.due_on, language)
    return [
        (words("text"), request.text or words("no_text")),
        *(
            [(words("purposes"), ", ".join(words(f"purpose_{name.value}") for name in sorted(request.purposes)))]
            if request.purposes
            else []
        ),
        (words("column_due"), f"{due} ({words('extended')})" if request.is_extended else due),
        (words("reference"), request.delay_reference),
        *([(words("given"), request.answer)] if request.answer else []),
    ]


def _decisions(words: Words, item: RequestView) -> list[Any]:
    outcomes = [(name, words(f"outcome_{name}")) for name in ("granted", "partly", "refused")]
    answer = [
        Field("outcome", words("outcome"), "choice", "granted", "", outcomes, is_required=True),
        Field("text", words("answer_text"), "long", "", words("hint_text"), is_required=True, lines=5),
    ]
    cards = [
        parts.card(words("answer"), _ANSWER.draw(words, answer, words("answer_do")), caption=words("answer_caption"))
    ]
    if item.may_be_extended:
        reason = [Field("reason", words("extend_reason"), "long", "", words("hint_extend"), is_required=True, lines=2)]
        extend = _EXTEND.draw(words, reason, words("extend_do"), emphasis="second")
        cards.append(parts.card(words("extend"), extend, caption=words("extend_caption")))
    return cards


def _erasure(words: Words) -> html.Div:
    fields = [
        Field("reason", words("erase_reason"), "long", "", words("hint_erase"), is_required=True, lines=2),
        Field("sure", words("erase_sure"), "flag"),
    ]
    second = _ERASE.draw(words, fields, words("erase_do"), emphasis="danger")
    look = forms.button("erase-look", words("erase_look"), emphasis="second")
    return html.Div(
        [forms.buttons(look), html.Div(id="erase-found"), html.Div(second, id="erase-second", hidden=True)],
        className="stack",
    )


def _history(visit: Visit, item: RequestView) -> html.Ol:
    words = visit.words
    return html.Ol(
        [
            html.Li(
                f"{formats.moment_of(event.at, words.language)} — "
                f"{words(f'event_{event.what}')}, {who(visit, event.by)}"
            )
            for event in item.request.events
        ]
    )


def register_one(acts: Acts) -> None:
    """Register what the page of one request can do."""

    @_ANSWER.on(acts, ADMINISTRATORS)
    def answer(visit: Visit, values: Values) -> None:
        require(values, "outcome", "text")
        answer_request(visit.lens, visit.place["request_id"], text_of(values, "outcome"), text_of(values, "text"))
        pass_on(visit, "settings/requests", "answered_done")

    @_EXTEND.on(acts, ADMINISTRATORS)
    def extend(visit: Visit, values: Values) -> None:
        require(values, "reason")
        extend_request(visit.lens, visit.place["request_id"], text_of(values, "reason"))
        answers.say(visit.words("extend_done"))
        answers.draw_again()

    @acts.on(
        ADMINISTRATORS,
        [Output("erase-found", "children"), Output("erase-second", "hidden")],
        Input("erase-look", "n_clicks"),
        State("erase-look", "id"),
    )
    def look(visit: Visit, presses: int | None, _: object) -> Any:  # noqa: ANN401
        del presses
        words, item = visit.words, read_request(visit.lens, visit.place["request_id"])
        preview = preview_erasure(visit.lens, item.request.person_id)
        obstacles = preview.plan.obstacles
        facts = [
            (words("erase_statements"), formats.number(len(preview.plan.entries), words.language)),
            (words("erase_documents"), formats.number(preview.documents, words.language)),
            (words("erase_mentions"), formats.number(preview.mentions, words.language)),
        ]
        if not obstacles:
            return [html.Div([parts.facts(*facts), parts.notice(words("erase_free"))]), False]
        shown = [html.Li(item.message) for item in obstacles[:_OBSTACLES_SHOWN]]
        if len(obstacles) > _OBSTACLES_SHOWN:
            shown.append(html.Li(words("obstacle_more", count=len(obstacles) - _OBSTACLES_SHOWN)))
        blocked = words("erase_blocked", count=len(obstacles))
        against = parts.notice(words("erase_obstacles"), [html.P(blocked), html.Ul(shown)], tone="warning")
        return [html.Div([parts.facts(*facts), against]), True]

    @_ERASE.on(acts, ADMINISTRATORS)
    def erase(visit: Visit, values: Values) -> Any:  # noqa: ANN401
        require(values, "reason", "sure")
        item = read_request(visit.lens, visit.place["request_id"])
        if item.request.right.value != _ERASURE:
            message = "This request asks for no erasure."
            raise Conflict(message)
        erase_person(visit.lens, item.request.person_id, "request", text_of(values, "reason"))
        return parts.notice(visit.words("erase_done"), tone="good")


PAGES: Final = (
    Page(
        name="administrator.requests",
        path="settings/requests",
        roles=ADMINISTRATORS,
        title=("Demandes des personnes", "Requests of people"),
        draw=draw,
        menu=("Demandes des personnes", "Requests of people"),
        icon="message",
        texts=_TEXTS,
    ),
    Page(
        name="administrator.request",
        path="settings/requests/<request_id>",
        roles=ADMINISTRATORS,
        title=("Demande d’une personne", "Request"),
        draw=draw_one,
        acts=register_one,
        texts=_TEXTS,
    ),
)
