"""What I ask about my data, and what was answered.

A learner decides with it which right to exercise, knowing what it gives and what the law keeps, and follows until when
an answer is due.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from dash import ALL, Input, Output, State, ctx, html
from dash.exceptions import PreventUpdate

from dashboards.attendance.letters import Delivery
from dashboards.frame import answers, forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.parts import Tone
from dashboards.frame.visit import Visit
from dashboards.pages.learner.requests_words import REQUEST_TEXTS
from dashboards.pages.learner.words import ROLES, checkboxes, day_text, provision_text, source_text, unknown
from dashboards.views.learner_data import KeptUntil
from dashboards.views.learner_requests import MyRequests, ask, my_requests, take_back
from dashboards.words import Words
from lrs.errors import Conflict, InvalidRequest
from training.rights import Asked, Outcome, Purpose, Right, RightsRequest
from training.rights import State as Standing
from training.rights.request import TEXT_MOST

_FIELDS: Final = ("right", "purposes", "text")
_TONES: Final[dict[Outcome, Tone]] = {Outcome.GRANTED: "good", Outcome.PARTLY: "warning", Outcome.REFUSED: "alarm"}


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, my_requests(visit.lens)
    head = parts.heading(words("title"), words("lead"))
    if not view.is_known:
        return [head, unknown(words)]
    mine = parts.live("requests", _requests(words, view))
    return [head, _new(visit, view), mine, _rights(words, view), html.Div(id="ask-ended", hidden=True)]


def _new(visit: Visit, view: MyRequests) -> html.Section:
    words = visit.words
    named = visit.place.get("right", "")
    right = named if named in {item.value for item in Right} else Right.ACCESS.value
    wanted = visit.place.get("purpose", "")
    purposes = [wanted] if wanted in {item.value for item in Purpose} else []
    fields = [
        forms.radios(
            "ask-right", words("right"), [(item.value, words(f"right_{item.value}")) for item in Right], value=right,
            required=True,
        ),
        checkboxes(
            "ask-purposes", words("purposes"), [(item.value, words(f"purpose_{item.value}")) for item in Purpose],
            hint=words("purposes_hint"), value=purposes,
        ),
        forms.text("ask-text", words("text"), hint=words("text_hint"), lines=4),
    ]  # fmt: skip
    send = forms.buttons(forms.button("ask-send", words("send")))
    due = words("due_if_today", day=day_text(words, view.delay.due_on))
    source = words("due_source", source=source_text(words, view.delay.reference, view.delay.status))
    body = [
        forms.form(words, *fields, send, title=words("new"), has_required=True),
        html.P([due, html.Br(), source], className="caption"),
    ]
    return parts.card(words("new"), body)


def _requests(words: Words, view: MyRequests) -> html.Div:
    if not view.requests:
        return parts.nothing(words("none"), words("none_hint"))
    return parts.stack(html.H2(words("mine")), *(_request(words, view, item) for item in view.requests))


def _request(words: Words, view: MyRequests, item: RightsRequest) -> html.Section:
    language = words.language
    lines: list[tuple[str, Any]] = [(words("asked_on"), writing.as_of_text(item.opened_at, language))]
    if item.is_open:
        lines.append((words("due_on"), day_text(words, item.due_on)))
    if item.is_extended:
        why = next((event.text for event in item.events if event.what == "extended"), "")
        lines.append((words("extended"), why))
    if item.purposes:
        lines.append((words("purposes"), ", ".join(words(f"purpose_{one.value}") for one in sorted(item.purposes))))
    if item.text:
        lines.append((words("text"), item.text))
    if item.answered_at is not None:
        lines.append((words("answered_on"), writing.as_of_text(item.answered_at, language)))
        lines.append((words("answer"), html.P(item.answer, style={"whiteSpace": "pre-line"})))
    body: list[Any] = [parts.facts(*lines)]
    if item.outcome in (Outcome.PARTLY, Outcome.REFUSED):
        body.append(html.P(words("complain"), className="caption"))
    if item.is_open or item.stops:
        name = words("take_back_name", right=words(f"right_{item.right.value}"))
        key = {"take-back": str(item.id)}
        body.append(parts.row(forms.button(key, words("take_back"), emphasis="second", name=name)))
    return parts.card(words(f"right_{item.right.value}"), parts.stack(*body), tools=_state(words, view, item))


def _state(words: Words, view: MyRequests, item: RightsRequest) -> html.Span:
    if item.state is Standing.WITHDRAWN:
        return parts.badge(words("state_withdrawn"))
    if item.outcome is not None:
        return parts.badge(words(f"outcome_{item.outcome.value}"), _TONES[item.outcome])
    if item.is_overdue(view.today):
        return parts.badge(words("state_overdue"), "alarm")
    return parts.badge(words("state_open"), "warning")


def _rights(words: Words, view: MyRequests) -> html.Section:
    """Return what each right gives; of erasure, what is kept all the same, until when and by which text."""
    shown = []
    for right in Right:
        body: list[Any] = [html.P(words(f"about_{right.value}"))]
        if right is Right.ERASURE:
            body += [html.P(words("about_erasure_kept")), _kept(words, view.kept)]
        shown.append(parts.more(words(f"right_{right.value}"), body))
    return parts.card(words("rights"), parts.stack(*shown), caption=words("rights_caption"))


def _kept(words: Words, kept: tuple[KeptUntil, ...]) -> Any:  # noqa: ANN401 - Dash children
    lines = []
    for item in kept:
        source = provision_text(words, item.retention_class.value, item.reference, item.status)
        what = words(f"kept_{item.retention_class.value}")
        said = words("kept_line", what=what, course=item.course, day=day_text(words, item.until))
        lines.append(html.Li([said, html.Br(), html.Span(source, className="caption")]))
    return html.Ul(lines) if lines else html.Div()


def acts(register: Acts) -> None:
    """Register what the page can do."""

    @register.on(
        ROLES,
        [*(Output(f"ask-{name}", "error") for name in _FIELDS), Output("ask-text", "value")],
        Input("ask-send", "n_clicks"),
        [State(f"ask-{name}", "value") for name in _FIELDS],
    )
    def send(visit: Visit, clicks: int | None, right: object, purposes: object, text: object) -> Any:  # noqa: ANN401 - Dash's own
        if not clicks:
            raise PreventUpdate
        words, said = visit.words, str(text or "")
        asked, wrong = _read(words, right, purposes, said)
        if asked is None or wrong:
            return [*(wrong.get(name, "") for name in _FIELDS), said]
        try:
            handled = ask(visit.lens, asked)
        except InvalidRequest:
            return ["", "", words("too_long", most=TEXT_MOST), said]
        except Conflict:
            return ["", "", words("too_many"), said]
        due = day_text(words, handled.request.due_on)
        letter = "" if handled.delivery in (Delivery.REFUSED, Delivery.UNAVAILABLE) else words("sent_letter")
        answers.say(words("sent"), f"{words('sent_text', day=due)} {letter}".strip())
        answers.draw_again()
        return ["", "", "", ""]

    @register.on(ROLES, Output("ask-ended", "children"), Input({"take-back": ALL}, "n_clicks"))
    def withdraw(visit: Visit, clicks: list[int | None]) -> Any:  # noqa: ANN401 - Dash's own
        pressed = ctx.triggered_id
        if not any(clicks) or not isinstance(pressed, dict):
            raise PreventUpdate
        with suppress(ValueError):
            take_back(visit.lens, UUID(str(pressed.get("take-back"))))
            answers.say(visit.words("taken_back"))
            answers.draw_again()
        # Not PreventUpdate: what is said would be lost with it.
        return ""


def _read(words: Words, right: object, purposes: object, text: str) -> tuple[Asked | None, dict[str, str]]:
    """Return what is asked for, and what is wrong with each field."""
    known = next((item for item in Right if item.value == right), None)
    if known is None:
        return None, {"right": words("missing")}
    chosen = frozenset(item for item in Purpose if isinstance(purposes, list) and item.value in purposes)
    wrong = {}
    if known is Right.OBJECTION and not chosen:
        wrong["purposes"] = words("missing_purposes")
    if known is Right.RECTIFICATION and not text.strip():
        wrong["text"] = words("missing_text")
    return Asked(known, text, chosen if known is Right.OBJECTION else frozenset()), wrong


PAGE: Final = Page(
    name="learner.requests",
    path="me/requests",
    roles=ROLES,
    title=("Mes demandes", "My requests"),
    menu=("Mes demandes", "My requests"),
    icon="inbox",
    draw=draw,
    acts=acts,
    texts=REQUEST_TEXTS,
)
