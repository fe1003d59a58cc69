"""Erasing somebody's statements because they asked to: looked at first, then done, by an administrator alone."""

from __future__ import annotations

from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.form import Field, Form, Values, require, text_of
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration.requests import read_request
from dashboards.views.administration.retention_changes import erase_person, preview_erasure
from dashboards.words import Words
from lrs.errors import Conflict
from training.rights import Right

_ERASE: Final = Form("request-erase", ("reason",), ("sure",), {}, {"reason": "hint_erase"})
_OBSTACLES_SHOWN: Final = 8


def draw_erasure(words: Words) -> html.Div:
    """Return the two steps: what would go, and the act."""
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


def register_erasure(acts: Acts) -> None:
    """Register both steps."""

    @acts.on(
        ADMINISTRATORS,
        [Output("erase-found", "children"), Output("erase-second", "hidden")],
        Input("erase-look", "n_clicks"),
        State("erase-look", "id"),
    )
    def look(visit: Visit, presses: int | None, _: object) -> Any:  # noqa: ANN401 - Dash children
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

    @_ERASE.on(acts, ADMINISTRATORS, is_critical=True)
    def erase(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "reason", "sure")
        item = read_request(visit.lens, visit.place["request_id"])
        if item.request.right is not Right.ERASURE:
            message = "This request asks for no erasure."
            raise Conflict(message)
        erase_person(visit.lens, item.request.person_id, "request", text_of(values, "reason"))
        return parts.notice(visit.words("erase_done"), tone="good")
