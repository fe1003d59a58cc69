"""What people ask about the data that is kept of them, and the answers.

Whoever answers for the organisation sees what is due and when, answers, and asks for more time; where erasure is asked,
an administrator looks at what it would take and what stands against it before anything goes.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.attendance.letters import Delivery
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.erasure import draw_erasure, register_erasure
from dashboards.pages.administrator.form import Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.requests_words import REQUEST_TEXTS
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import who
from dashboards.views.administration.requests import (
    RequestView,
    answer_request,
    extend_request,
    read_request,
    read_requests,
)
from dashboards.words import Words
from training.access import STAFF
from training.rights import Right

_ANSWER: Final = Form("request-answer", ("outcome", "text"), (), {}, {"text": "hint_text"})
_EXTEND: Final = Form("request-extend", ("reason",), (), {}, {"reason": "hint_extend"})
_SOON_DAYS: Final = 7
_UNSENT: Final = frozenset((Delivery.REFUSED, Delivery.UNAVAILABLE))


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


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
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
        if request.right is Right.ERASURE and visit.reader.viewer.role in ADMINISTRATORS:
            drawn.append(parts.card(words("erase"), draw_erasure(words), caption=words("erase_caption")))
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

    @_ANSWER.on(acts, STAFF)
    def answer(visit: Visit, values: Values) -> None:
        require(values, "outcome", "text")
        text = text_of(values, "text")
        handled = answer_request(visit.lens, visit.place["request_id"], text_of(values, "outcome"), text)
        is_unsent = handled.delivery in _UNSENT
        pass_on(visit, "settings/requests", "answered_unsent_done" if is_unsent else "answered_done")

    @_EXTEND.on(acts, STAFF)
    def extend(visit: Visit, values: Values) -> None:
        require(values, "reason")
        handled = extend_request(visit.lens, visit.place["request_id"], text_of(values, "reason"))
        if handled.delivery in _UNSENT:
            answers.say(visit.words("extend_unsent_done"), tone="warning")
        else:
            answers.say(visit.words("extend_done"))
        answers.draw_again()

    register_erasure(acts)


PAGES: Final = (
    Page(
        name="administrator.requests",
        path="settings/requests",
        roles=STAFF,
        title=("Demandes des personnes", "Requests of people"),
        draw=draw,
        menu=("Demandes des personnes", "Requests of people"),
        icon="message",
        texts=REQUEST_TEXTS,
    ),
    Page(
        name="administrator.request",
        path="settings/requests/<request_id>",
        roles=STAFF,
        title=("Demande d’une personne", "Request"),
        draw=draw_one,
        acts=register_one,
        texts=REQUEST_TEXTS,
    ),
)
