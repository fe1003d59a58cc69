"""The rules that figures follow, and the periods for which things are kept.

The administrator sees which value holds, since when and on whose authority, which are still to be checked, and decides
otherwise with a reason and a first day. Before they do, the page says which figures follow from it and for how many
enrolments they are counted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import dash
from dash import ALL, Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import day_of
from dashboards.pages.administrator.form import FORM_TEXTS, POLITE, Field, Form, Values, require, text_of
from dashboards.pages.administrator.rule_texts import RULE_TEXTS
from dashboards.pages.administrator.rule_values import (
    STATUS_TONES,
    control,
    limits_text,
    status_badge,
    title_of,
    typed,
    value_text,
)
from dashboards.pages.administrator.rule_words import SOURCES
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.versions import VERSION_TEXTS, versions_of
from dashboards.views.administration.organisation import VersionView
from dashboards.views.administration.rules import Part, RuleView, read_rule, read_rules
from dashboards.views.administration.rules_changes import decide_rule, restore_default, value_with
from dashboards.words import Words
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest, Problem
from training.access import STAFF, Role

GROUPS: Final = ("attendance", "facts", "support", "records", "retention")
_RESTORE: Final = Form(
    "rule-restore", ("from", "reason"), (), {"/effective_to": "from"}, {"reason": "hint_reason", "from": "hint_from"}
)


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list, group by group."""
    words, found = visit.words, read_rules(visit.lens)
    recalled = [rule for rule in found.rules if rule.status == "recalled"]
    own = sum(rule.is_own for rule in found.rules)
    head = [
        parts.heading(words("title"), words("lead")),
        html.P(words("edition", edition=found.edition, day=formats.short_day(found.on, words.language), own=own)),
    ]
    if recalled:
        names = html.Ul(
            [html.Li(parts.link(title_of(words, rule.name), f"settings/rules/{rule.name}")) for rule in recalled]
        )
        head.append(
            parts.notice(
                words("recalled_title", count=len(recalled)), [html.P(words("recalled_text")), names], tone="warning"
            )
        )
    cards = [
        parts.card(
            words(f"group_{group}"),
            parts.table(
                words, group, _columns(words), [_row(words, rule) for rule in found.rules if rule.group == group]
            ),
            caption=words(f"group_{group}_caption"),
        )
        for group in GROUPS
    ]
    return [*head, *cards]


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one rule."""
    words, detail = visit.words, read_rule(visit.lens, visit.place["name"])
    rule = detail.rule
    drawn: list[Any] = [
        parts.crumbs(words, (words("title"), "settings/rules")),
        parts.heading(title_of(words, rule.name), words("one_lead"), status_badge(words, rule.status)),
        parts.live("rule", parts.card(words("holds"), parts.facts(*_facts(words, rule, detail.enrolments)))),
    ]
    if visit.lens.viewer.role is Role.ADMINISTRATOR:
        today = to_datetime(visit.lens.now).date()
        at_most = [] if detail.at_most is None else [html.P(words("at_most", other=title_of(words, detail.at_most)))]
        drawn.append(
            parts.card(
                words("decide"),
                [*at_most, _decision(words, detail.parts, today.isoformat())],
                caption=words("decide_caption"),
            )
        )
        if rule.overrides:
            fields = [
                Field("from", words("from"), "day", today.isoformat(), words("hint_from"), is_required=True),
                Field("reason", words("reason"), "long", "", words("hint_reason"), is_required=True, lines=2),
            ]
            drawn.append(
                parts.card(
                    words("restore"),
                    _RESTORE.draw(words, fields, words("restore_do"), emphasis="second"),
                    caption=words("restore_caption", value=value_text(words, rule.name, rule.default.value)),
                )
            )

    def say(item: VersionView) -> str:
        return _said(words, rule.name, item)

    drawn.append(parts.live("history", parts.card(words("history"), versions_of(visit, detail.history, say))))
    return drawn


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("name", words("column_rule"), "link", 270),
        parts.Column("value", words("column_value"), width=180),
        parts.Column("status", words("column_status"), "badge", 150),
        parts.Column("since", words("column_since"), "day"),
        parts.Column("source", words("column_source"), width=330),
    ]


def _row(words: Words, rule: RuleView) -> dict[str, Any]:
    return {
        "id": rule.name,
        "name": f"[{title_of(words, rule.name)}](/dashboards/settings/rules/{rule.name})",
        "value": value_text(words, rule.name, rule.value),
        "status": f"{STATUS_TONES.get(rule.status, 'plain')}:{words(f'status_{rule.status}')}",
        "since": rule.effective_from.isoformat(),
        "source": source_of(words, rule),
    }


def source_of(words: Words, rule: RuleView) -> str:
    """Return where a value comes from: the organisation's reason, else the default's source."""
    if rule.is_own:
        return words("own_reason", reason=rule.reference)
    return words.say(SOURCES[rule.name]) if rule.name in SOURCES else rule.reference


def _facts(words: Words, rule: RuleView, enrolments: int) -> list[tuple[str, Any]]:
    language = words.language
    touched = ", ".join(words(f"touch_{name}") for name in rule.touches)
    default = rule.default
    decided = [
        (
            words("decided_of", day=formats.short_day(item.effective_from, language)),
            words("decided_value", value=value_text(words, rule.name, item.value), reason=item.reason)
            + (
                ""
                if item.effective_to is None
                else words("decided_until", day=formats.short_day(item.effective_to, language))
            ),
        )
        for item in rule.overrides
    ]
    return [
        (words("column_value"), html.B(value_text(words, rule.name, rule.value))),
        (words("column_since"), formats.short_day(rule.effective_from, language)),
        (words("column_source"), source_of(words, rule)),
        (
            words("default"),
            words(
                "default_of",
                value=value_text(words, rule.name, default.value),
                status=words(f"status_{default.status}"),
            ),
        ),
        (words("touches"), words("touches_text", figures=touched, count=formats.number(enrolments, language))),
        *decided,
        (words("technical"), html.Code(rule.name)),
    ]


def _said(words: Words, name: str, item: VersionView) -> str:
    plain, language = item.plain, words.language
    day = formats.short_day(date.fromisoformat(plain["effective_from"]), language)
    text = words("version_value", value=value_text(words, name, plain["value"]), day=day)
    if not plain.get("effective_to"):
        return text
    return text + words("decided_until", day=formats.short_day(date.fromisoformat(plain["effective_to"]), language))


def _decision(words: Words, found: Sequence[Part], today: str) -> html.Div:
    """Return the form of a decision: as many fields as the value has parts."""
    controls = [control(words, part) for part in found]
    return forms.form(
        words,
        *controls,
        forms.date("rule-from", words("from"), value=today, required=True, hint=words("hint_from")),
        forms.text("rule-reason", words("reason"), lines=2, required=True, hint=words("hint_reason")),
        forms.buttons(forms.button("rule-decide", words("decide_do"))),
        html.Div(id="rule-answer", **POLITE),
        title=words("decide"),
        has_required=True,
    )


def register_one(acts: Acts) -> None:
    """Register what the page of one rule can do."""

    @acts.on(
        ADMINISTRATORS,
        [
            Output({"rule": "part", "path": ALL}, "error"),
            Output("rule-from", "error"),
            Output("rule-reason", "error"),
            Output("rule-answer", "children"),
        ],
        Input("rule-decide", "n_clicks"),
        State({"rule": "part", "path": ALL}, "value"),
        State("rule-from", "value"),
        State("rule-reason", "value"),
    )
    def decide(visit: Visit, presses: int | None, given: list[object], day: object, reason: object) -> Any:  # noqa: ANN401 - Dash children
        if not presses:
            raise dash.exceptions.PreventUpdate
        words, name = visit.words, visit.place["name"]
        detail = read_rule(visit.lens, name)
        clean = [""] * len(detail.parts)
        try:
            values = {part.path: typed(part, value) for part, value in zip(detail.parts, given, strict=True)}
            on = day_of({"from": day}, "from")
            require({"from": day, "reason": reason}, "from", "reason")
            if on is not None:
                decide_rule(visit.lens, name, value_with(detail.rule.value, values), on, str(reason))
        except InvalidRequest as error:
            return _refused(words, error, detail.parts)
        answers.say(words("decided_done"))
        answers.draw_again()
        return [clean, "", "", None]

    @_RESTORE.on(acts, ADMINISTRATORS)
    def restore(visit: Visit, values: Values) -> None:
        require(values, "from", "reason")
        day = day_of(values, "from")
        if day is not None:
            restore_default(visit.lens, visit.place["name"], day, text_of(values, "reason"))
        answers.say(visit.words("restored"))
        answers.draw_again()


def _refused(words: Words, error: InvalidRequest, found: Sequence[Part]) -> Any:  # noqa: ANN401 - Dash children
    """Return what is wrong: with the value beside each of its parts, for the schema says no more exactly where."""
    pointers = {_head(problem) for problem in error.problems}
    about_value = bool(pointers & {"value"})
    limits = [(limits_text(words, part) or words("wrong_value")) if about_value else "" for part in found]
    day = words("wrong_hint", hint=words("hint_from"), message="") if pointers & {"from", "effective_from"} else ""
    reason = words("wrong_missing") if "reason" in pointers else ""
    contradiction = next((problem.message for problem in error.problems if _head(problem) == "value"), error.message)
    said = words("wrong_contradiction", message=contradiction) if about_value else words("wrong_some")
    return [limits, day, reason, html.P(said, className="notice alarm")]


def _head(problem: Problem) -> str:
    return problem.pointer.removeprefix("/").partition("/")[0]


_TEXTS: Final = {**FORM_TEXTS, **VERSION_TEXTS, **RULE_TEXTS}
PAGES: Final = (
    Page(
        name="administrator.rules",
        path="settings/rules",
        roles=STAFF,
        title=("Règles", "Rules"),
        draw=draw,
        menu=("Règles", "Rules"),
        icon="scale",
        texts=_TEXTS,
    ),
    Page(
        name="administrator.rule",
        path="settings/rules/<name>",
        roles=STAFF,
        title=("Règle", "Rule"),
        draw=draw_one,
        acts=register_one,
        texts=_TEXTS,
    ),
)
