"""What is estimated of me: why, from what, who looked, who helps; and how to object, with effect at once.

A learner decides with it whether to be helped by it or to object. They are told their reasons and what would help, not
a percentage that would discourage: the figure itself is theirs to know, folded away, for whoever asks for it.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from dash import Input, Output, State, html
from dash.exceptions import PreventUpdate

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import ESTIMATE_TEXTS, made_of, said_of
from dashboards.pages.learner.estimate_words import ESTIMATE_OF_ME
from dashboards.pages.learner.words import LEARNER_TEXTS, ROLES, day_text, unknown
from dashboards.views.risk_followup import last_day
from dashboards.views.risk_mine import (
    CourseEstimate,
    Helped,
    MyEstimate,
    my_estimate,
    note_told,
    object_to_estimate,
    withdraw_objection,
)
from dashboards.words import Words
from lrs.clock import Micros
from training.rights.request import TEXT_MOST


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, my_estimate(visit.lens)
    head = parts.heading(words("title"), words("lead"), parts.live("as-of", parts.as_of(words, view.as_of)))
    if not view.is_known:
        return [head, unknown(words), _how(words)]
    done = html.Div(id="estimate-done", hidden=True)
    if not view.is_on and view.objection is None:
        return [head, parts.notice(words("off"), words("off_text")), _how(words), *_looked(words, view), done]
    return [
        head,
        *_told(words, view),
        parts.live("mine", _mine(words, view)),
        _how(words),
        _object(words, view),
        *_looked(words, view),
        done,
    ]


def _told(words: Words, view: MyEstimate) -> list[Any]:
    if view.told_at is not None:
        return []
    read = forms.button("estimate-read", words("read"), emphasis="second")
    return [parts.notice(words("told"), [html.P(words("told_text")), parts.row(read)])]


def _mine(words: Words, view: MyEstimate) -> Any:  # noqa: ANN401 - Dash children
    if view.objection is not None:
        return parts.notice(words("objected"), words("objected_text"), tone="good")
    if not view.courses:
        return parts.nothing(words("none"), words("none_hint"))
    return parts.stack(*(_course(words, course) for course in view.courses))


def _course(words: Words, course: CourseEstimate) -> html.Section:
    score = course.score
    if score is None or not score.is_scored:
        why = score.unshown_sentence if score is not None and score.unshown_sentence else words("not_yet")
        body: list[Any] = [html.P(why)]
    elif not course.helps:
        body = [html.P(words("nothing_stands_out"))]
    else:
        body = [
            html.P(words("stands_out")),
            html.Ul([html.Li(item.sentence) for item in course.helps]),
        ]
        remedies = list(dict.fromkeys(item.remedy for item in course.helps if item.remedy))
        if remedies:
            body += [html.H3(words("would_help")), html.Ul([html.Li(text) for text in remedies])]
        path = f"me/records?{urlencode({'enrolment': course.enrolment_id})}"
        body.append(parts.row(parts.button_link(words("records"), path, quiet=True)))
    if course.helped is not None:
        body.append(_helped(words, course.helped))
    if score is not None and score.is_scored:
        shown = [html.P(words("figure_caveat")), *(html.P(text) for text in said_of(words, score))]
        body.append(parts.more(words("figure"), [*shown, html.P(made_of(words, score), className="caption")]))
    return parts.card(course.title, parts.stack(*body))


def _helped(words: Words, helped: Helped) -> Any:  # noqa: ANN401 - a component
    day = day_text(words, last_day(Micros(helped.since_at)))
    text = words("helped_by", owner=helped.owner, day=day) if helped.owner else words("helped", day=day)
    return parts.notice(text, words("helped_text"), tone="good")


def _how(words: Words) -> html.Section:
    lines = [
        (words(f"how_{name}"), words(f"how_{name}_text")) for name in ("what", "why", "from", "never", "who", "law")
    ]
    return parts.card(words("how"), parts.facts(*lines))


def _object(words: Words, view: MyEstimate) -> html.Section:
    if view.objection is not None:
        day = day_text(words, last_day(view.objection.opened_at))
        body = [
            html.P(words("object_stands", day=day)),
            parts.row(forms.button("estimate-withdraw", words("withdraw"), emphasis="second")),
        ]
        return parts.card(words("object"), parts.stack(*body))
    form = forms.form(
        words,
        forms.text("object-text", words("object_text"), lines=2, hint=words("object_hint")),
        forms.buttons(forms.button("object-send", words("object_send"), emphasis="second")),
        title=words("object"),
    )
    return parts.card(words("object"), form, caption=words("object_caption"))


def _looked(words: Words, view: MyEstimate) -> list[Any]:
    columns = [
        parts.Column("day", words("day"), "day"),
        parts.Column("role", words("role")),
        parts.Column("course", words("course")),
    ]
    rows = [
        {"id": str(at), "day": item.day.isoformat(), "role": words(f"role_{item.role.value}"), "course": item.title}
        for at, item in enumerate(view.looked)
    ]
    table = parts.table(words, "looked", columns, rows, empty=words("looked_none"), label=words("looked"))
    return [parts.card(words("looked"), table, caption=words("looked_caption"))]


def acts(register: Acts) -> None:
    """Register what the page can do."""

    @register.on(ROLES, Output("estimate-done", "children"), Input("estimate-read", "n_clicks"))
    def read(visit: Visit, clicks: int | None) -> str:
        if not clicks:
            raise PreventUpdate
        note_told(visit.lens)
        answers.say(visit.words("read_done"))
        answers.go_to(f"me/estimate?read={visit.lens.now}")
        return ""

    @register.on(ROLES, Output("object-text", "error"), Input("object-send", "n_clicks"), State("object-text", "value"))
    def object_(visit: Visit, clicks: int | None, text: object) -> str:
        if not clicks:
            raise PreventUpdate
        said = str(text or "").strip()
        if len(said) > TEXT_MOST:
            return visit.words("too_long", most=formats.number(TEXT_MOST, visit.language))
        object_to_estimate(visit.lens, said)
        answers.go_to(f"me/estimate?objected={visit.lens.now}")
        return ""

    @register.on(
        ROLES,
        Output("estimate-done", "children", allow_duplicate=True),
        Input("estimate-withdraw", "n_clicks"),
    )
    def withdraw(visit: Visit, clicks: int | None) -> str:
        if not clicks:
            raise PreventUpdate
        withdraw_objection(visit.lens)
        answers.go_to(f"me/estimate?withdrawn={visit.lens.now}")
        return ""


PAGE: Final = Page(
    name="learner.estimate",
    path="me/estimate",
    roles=ROLES,
    title=ESTIMATE_OF_ME["title"],
    menu=("Ce qui est calculé", "What is estimated"),
    icon="scale",
    draw=draw,
    acts=acts,
    texts={**LEARNER_TEXTS, **ESTIMATE_TEXTS, **ESTIMATE_OF_ME},
    # What people do about it changes neither facts nor records.
    always_changes=True,
)
