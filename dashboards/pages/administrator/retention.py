"""What is kept, until when, and what may not be deleted.

The administrator places and releases legal holds, sees what has outlived its time, and has it destroyed: first looked
at, then done with a reason. What was destroyed stands in a certificate.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from dash import Input, Output, State, dcc, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.retention_words import RETENTION_TEXTS
from dashboards.pages.administrator.rule_texts import RULE_TEXTS
from dashboards.pages.administrator.rule_values import STATUS_TONES, title_of, value_text
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import SUBJECT_TEXTS, SubjectKind, register_search, subject_options
from dashboards.pages.administrator.versions import VERSION_TEXTS, who
from dashboards.views.administration.retention import (
    DueView,
    HoldView,
    RetentionView,
    forecast_retention,
    read_certificate,
    read_retention,
)
from dashboards.views.administration.retention_changes import place_hold, release_hold, run_retention
from dashboards.words import Words
from lrs.errors import InvalidRequest, Problem

_PLACE: Final = Form(
    "hold-place",
    ("about", "reason"),
    (),
    {"/about_id": "about", "/scope": "about"},
    {"about": "hint_about", "reason": "hint_reason"},
)
_RELEASE: Final = Form("hold-release", ("hold", "reason"), (), {}, {"reason": "hint_reason"})
_RUN: Final = Form("retention-run", ("reason",), ("sure",), {}, {"reason": "hint_reason"})
_CERTIFICATE: Final = Form("retention-certificate", ("run",))
_SUBJECTS: Final[tuple[SubjectKind, ...]] = ("everything", "training_session", "person", "enrolment")


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, read_retention(visit.lens)
    return [
        *passed_on(visit),
        parts.heading(
            words("title"), words("lead"), parts.button_link(words("to_requests"), "settings/requests", quiet=True)
        ),
        parts.card(words("periods"), _periods(words, found), caption=words("periods_caption")),
        parts.card(words("holds"), _holds(visit, found), caption=words("holds_caption")),
        parts.card(
            words("place"), _PLACE.draw(words, _place_fields(visit), words("place_do")), caption=words("place_caption")
        ),
        *_release(words, found),
        parts.card(words("due"), _due(words), caption=words("due_caption")),
        parts.card(words("runs"), _runs(visit, found)),
    ]


def _periods(words: Words, found: RetentionView) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("name", words("column_class"), "link", 420),
        parts.Column("value", words("column_value"), width=330),
        parts.Column("status", words("column_status"), "badge", 170),
    ]
    rows = [
        {
            "id": rule.name,
            "name": f"[{title_of(words, rule.name)}](/dashboards/settings/rules/{rule.name})",
            "value": value_text(words, rule.name, rule.value),
            "status": f"{STATUS_TONES.get(rule.status, 'plain')}:{words(f'status_{rule.status}')}",
        }
        for rule in found.rules
    ]
    return parts.table(words, "periods", columns, rows)


def _holds(visit: Visit, found: RetentionView) -> Any:  # noqa: ANN401 - Dash children
    words = visit.words
    columns = [
        parts.Column("about", words("column_about"), width=280),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("reason", words("reason"), width=280),
        parts.Column("placed", words("column_placed"), "instant"),
        parts.Column("by", words("column_by")),
        parts.Column("released", words("column_released"), "instant"),
        parts.Column("why", words("column_why"), width=220),
    ]
    rows = [
        {
            "id": str(item.hold.hold_id),
            "about": _about(words, item),
            "state": f"warning:{words('in_force')}" if item.hold.is_in_force else f"plain:{words('released')}",
            "reason": item.hold.reason,
            "placed": iso(item.hold.placed_at),
            "by": who(visit, item.hold.placed_by),
            "released": iso(item.hold.released_at),
            "why": item.hold.release_reason,
        }
        for item in found.holds
    ]
    return parts.table(words, "holds", columns, rows, empty=words("holds_none"))


def _about(words: Words, item: HoldView) -> str:
    kind = words(f"scope_{item.hold.scope.value}")
    return f"{kind} : {item.name or item.hold.about_id}" if item.hold.about_id else kind


def _place_fields(visit: Visit) -> list[Field]:
    words = visit.words
    return [
        Field(
            "about",
            words("about"),
            "found",
            None,
            words("hint_about"),
            subject_options(visit, _SUBJECTS),
            is_required=True,
        ),
        Field("reason", words("reason"), "long", "", words("hint_reason"), is_required=True, lines=2),
    ]


def _release(words: Words, found: RetentionView) -> list[Any]:
    held = [item for item in found.holds if item.hold.is_in_force]
    if not held:
        return []
    options = [(str(item.hold.hold_id), f"{_about(words, item)} — {item.hold.reason}") for item in held]
    fields = [
        Field("hold", words("hold"), "choice", options[0][0], "", options, is_required=True),
        Field("reason", words("reason"), "long", "", words("hint_reason"), is_required=True, lines=2),
    ]
    form = _RELEASE.draw(words, fields, words("release_do"), emphasis="danger")
    return [parts.card(words("release"), form, caption=words("release_caption"))]


def _due(words: Words) -> html.Div:
    look = forms.button("retention-look", words("look"), emphasis="second")
    fields = [
        Field("reason", words("reason"), "long", "", words("hint_reason"), is_required=True, lines=2),
        Field("sure", words("sure"), "flag"),
    ]
    # Only after a look at what would go is there a button that has it destroyed.
    run = html.Div(_RUN.draw(words, fields, words("run_do"), emphasis="danger"), id="retention-second", hidden=True)
    return html.Div([forms.buttons(look), dcc.Loading(html.Div(id="retention-found")), run], className="stack")


def _found(words: Words, due: DueView) -> html.Div:
    language = words.language
    facts = [
        (words("due_files"), formats.number(due.files, language)),
        (words("due_statements"), formats.number(due.total, language)),
        (words("due_people"), formats.number(due.people, language)),
        *((title_of(words, name), formats.number(count, language)) for name, count in sorted(due.statements.items())),
        (words("due_kept"), _kept(words, due)),
    ]
    if not due.files and not due.total:
        return html.Div([parts.nothing(words("due_none"), words("due_none_hint")), parts.facts(facts[-1])])
    return html.Div([parts.facts(*facts), parts.notice(words("due_final"), words("due_final_text"), tone="warning")])


def _kept(words: Words, due: DueView) -> str:
    held = due.kept_files.get("hold", 0) + due.kept_statements.get("hold", 0)
    cited = due.kept_statements.get("cited", 0)
    return words(
        "due_kept_text", held=formats.number(held, words.language), cited=formats.number(cited, words.language)
    )


def _runs(visit: Visit, found: RetentionView) -> Any:  # noqa: ANN401 - Dash children
    words = visit.words
    columns = [
        parts.Column("at", words("column_run"), "instant"),
        parts.Column("by", words("column_by")),
        parts.Column("reason", words("reason"), width=280),
        parts.Column("stage", words("column_stage"), "badge"),
        parts.Column("statements", words("due_statements"), "number"),
        parts.Column("certificate", words("column_certificate"), width=280),
    ]
    rows = [
        {
            "id": str(run.run_id),
            "at": iso(run.at),
            "by": who(visit, run.by),
            "reason": run.reason,
            "stage": f"{'good' if run.certificate else 'warning'}:{words(f'stage_{run.stage.value}')}",
            "statements": run.statements,
            "certificate": (run.certificate or "")[:16],
        }
        for run in found.runs
    ]
    table = parts.table(words, "runs", columns, rows, empty=words("runs_none"))
    done = [run for run in found.runs if run.certificate]
    if not done:
        return table
    options = [(str(run.certificate), f"{formats.moment_of(run.at, words.language)} — {run.reason}") for run in done]
    field = Field("run", words("column_certificate"), "choice", options[0][0], "", options, is_required=True)
    return html.Div(
        [table, _CERTIFICATE.draw(words, [field], words("certificate_do"), emphasis="second")], className="stack"
    )


def register(acts: Acts) -> None:
    """Register what the page can do."""
    register_search(acts, ADMINISTRATORS, _PLACE.name, "about", _SUBJECTS)

    @_PLACE.on(acts, ADMINISTRATORS)
    def place(visit: Visit, values: Values) -> None:
        require(values, "about", "reason")
        scope, _, about_id = text_of(values, "about").partition(":")
        place_hold(visit.lens, scope, about_id, text_of(values, "reason"))
        pass_on(visit, "settings/retention", "placed")

    @_RELEASE.on(acts, ADMINISTRATORS, is_critical=True)
    def release(visit: Visit, values: Values) -> None:
        require(values, "hold", "reason")
        try:
            hold_id = UUID(text_of(values, "hold"))
        except ValueError:
            raise InvalidRequest("No hold.", [Problem("/hold", "There is no such hold.", "a hold in force")]) from None
        release_hold(visit.lens, hold_id, text_of(values, "reason"))
        pass_on(visit, "settings/retention", "released_done")

    @acts.on(
        ADMINISTRATORS,
        [Output("retention-found", "children"), Output("retention-second", "hidden")],
        Input("retention-look", "n_clicks"),
        State("retention-look", "id"),
    )
    def look(visit: Visit, presses: int | None, _: object) -> Any:  # noqa: ANN401 - Dash children
        due = forecast_retention(visit.lens)
        del presses
        return [_found(visit.words, due), not (due.files or due.total)]

    @_RUN.on(acts, ADMINISTRATORS, is_critical=True)
    def run(visit: Visit, values: Values) -> None:
        require(values, "reason", "sure")
        done = run_retention(visit.lens, text_of(values, "reason"))
        pass_on(visit, "settings/retention", "run_done" if done.certificate else "run_goes_on")

    @_CERTIFICATE.on(acts, ADMINISTRATORS)
    def certificate(visit: Visit, values: Values) -> None:
        require(values, "run")
        address = text_of(values, "run")
        content = read_certificate(visit.lens, address)
        answers.download(content, f"certificat-destruction-{address[:12]}.html", "text/html")


_TEXTS: Final = {**FORM_TEXTS, **SUBJECT_TEXTS, **VERSION_TEXTS, **RULE_TEXTS, **RETENTION_TEXTS}
PAGES: Final = (
    Page(
        name="administrator.retention",
        path="settings/retention",
        roles=ADMINISTRATORS,
        title=("Conservation", "Retention"),
        draw=draw,
        menu=("Conservation", "Retention"),
        icon="layers",
        acts=register,
        texts=_TEXTS,
    ),
)
