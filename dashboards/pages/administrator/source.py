"""One source: its settings, a file to try and record, or statements to pull, and what was done so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator import source_run
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import Field, Form, Values, number_of, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.source_lines import (
    activities_of,
    activity_lines,
    column_lines,
    columns_of,
    value_lines,
    values_of,
)
from dashboards.pages.administrator.source_schedule import draw_schedule, every_field
from dashboards.views.administration.sources import (
    SourceView,
    change_source,
    drop_source,
    pull_now,
    read_source,
    session_options,
)
from dashboards.words import Words
from training.sources.source import Login, Refused, Remote, SourceKind, Unknown, WithoutExit
from training.sources.store import Run, RunState

TONES: Final[Mapping[RunState, parts.Tone]] = {
    RunState.RUNNING: "plain", RunState.DONE: "good", RunState.REFUSED: "warning", RunState.STOPPED: "warning",
}  # fmt: skip
_FILE_FIELDS: Final = (
    "title", "session_id", "home_page", "time_zone", "date_order", "unknown", "without_exit", "tolerance", "columns",
    "values", "activities",
)  # fmt: skip
_REMOTE_FIELDS: Final = (
    "title", "endpoint", "login", "key", "secret", "token_endpoint", "every_minutes", "since", "refused",
)  # fmt: skip
_HINTS: Final = {
    name: f"hint_{name.removesuffix('_id')}"
    for name in (*_FILE_FIELDS, *_REMOTE_FIELDS)
    if name not in ("unknown", "without_exit", "login", "refused")
}
_REMOTE_HINTS: Final = {**_HINTS, "endpoint": "hint_remote_endpoint"}
_POINTERS: Final = {
    "/tolerance_seconds": "tolerance", **{f"/remote/{name}": name for name in _REMOTE_FIELDS if name != "title"},
}  # fmt: skip
_FILE: Final = Form("source-file", _FILE_FIELDS, (), _POINTERS, _HINTS)
_REMOTE: Final = Form("source-remote", _REMOTE_FIELDS, (), _POINTERS, _REMOTE_HINTS)
_PULL: Final = Form("source-pull", ())
_DROP: Final = Form("source-drop", (), ("sure",))
_MINUTE: Final = 60


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw one source."""
    words, view = visit.words, read_source(visit.lens, visit.place["source_id"])
    source = view.source
    is_remote = source.kind is SourceKind.STATEMENTS
    head = [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), "settings/sources")),
        parts.heading(source.title, words(f"kind_{source.kind}")),
    ]
    if is_remote:
        now = parts.live("schedule", parts.stack(*draw_schedule(words, view)))
        button = _PULL.draw(words, [], words("pull_do"))
        work = parts.card(words("pull"), [now, button], caption=words("pull_caption"))
        form = _REMOTE.draw(words, _remote_fields(words, view), words("save"), emphasis="second")
    else:
        work = source_run.draw(visit, source)
        form = _FILE.draw(words, _file_fields(visit, view), words("save"), emphasis="second")
    sure = Field("sure", words("drop_sure"), "flag")
    return [
        *head,
        work,
        parts.card(words("history"), _history(words, view.runs)),
        parts.card(words("settings"), form),
        parts.card(
            words("drop"), _DROP.draw(words, [sure], words("drop_do"), emphasis="danger"), caption=words("drop_caption")
        ),
    ]


def _history(words: Words, runs: tuple[Run, ...]) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("when", words("column_when"), "instant"),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("stored", words("column_stored"), "number", 130),
        parts.Column("already", words("column_already"), "number"),
        parts.Column("skipped", words("column_skipped"), "number"),
        parts.Column("problems", words("column_problems"), "number"),
        parts.Column("file", words("column_file"), width=160),
    ]
    rows = [
        {
            "id": run.id, "when": iso(run.started), "state": f"{TONES[run.state]}:{words(f'state_{run.state}')}",
            "stored": run.stored, "already": run.already_stored, "skipped": run.skipped,
            "problems": run.problem_count, "file": run.sha256[:16],
        }
        for run in runs
    ]  # fmt: skip
    return parts.table(words, "runs", columns, rows, empty=words("history_none"))


def _file_fields(visit: Visit, view: SourceView) -> list[Field]:
    words, source = visit.words, view.source
    orders = [("dmy", words("order_dmy")), ("mdy", words("order_mdy"))]
    unknown = [(item.value, words(f"unknown_{item}")) for item in Unknown]
    exits = [(item.value, words(f"exit_{item}")) for item in WithoutExit]
    order = None if source.date_order is None else source.date_order.value
    return [
        Field("title", words("field_title"), value=source.title, hint=words("hint_title"), is_required=True),
        Field(
            "session_id", words("field_session"), "choice", source.session_id, words("hint_session"),
            session_options(visit.lens),
        ),
        Field("home_page", words("field_home_page"), value=source.home_page, hint=words("hint_home_page")),
        Field("time_zone", words("field_time_zone"), value=source.time_zone, hint=words("hint_time_zone")),
        Field("date_order", words("field_date_order"), "choice", order, words("hint_date_order"), orders),
        Field("unknown", words("field_unknown"), "choice", source.unknown.value, "", unknown, is_required=True),
        Field(
            "without_exit", words("field_without_exit"), "choice", source.without_exit.value, "", exits,
            is_required=True,
        ),
        Field(
            "tolerance", words("field_tolerance"), "number", source.tolerance_seconds // _MINUTE,
            words("hint_tolerance"), unit="min",
        ),
        Field("columns", words("field_columns"), "long", column_lines(source), words("hint_columns")),
        Field("values", words("field_values"), "long", value_lines(source), words("hint_values")),
        Field("activities", words("field_activities"), "long", activity_lines(source), words("hint_activities")),
    ]  # fmt: skip


def _remote_fields(words: Words, view: SourceView) -> list[Field]:
    remote = view.source.remote or Remote("")
    logins = [(item.value, words(f"login_{item}")) for item in Login]
    refused = [(item.value, words(f"refused_{item}")) for item in Refused]
    return [
        Field("title", words("field_title"), value=view.source.title, hint=words("hint_title"), is_required=True),
        Field("endpoint", words("field_endpoint"), value=remote.endpoint, hint=words("hint_remote_endpoint")),
        Field("login", words("field_login"), "choice", remote.login.value, "", logins, is_required=True),
        Field("key", words("field_key"), value=remote.key, hint=words("hint_key")),
        Field("secret", words("field_secret"), "secret", "", words("hint_secret")),
        Field(
            "token_endpoint", words("field_token_endpoint"), "text", remote.token_endpoint, words("hint_token_endpoint")
        ),
        every_field(words, view.at, remote.every_minutes, words("hint_every_minutes")),
        Field("since", words("field_since"), value=remote.since, hint=words("hint_since")),
        Field("refused", words("field_refused"), "choice", remote.refused.value, "", refused, is_required=True),
    ]


def register(acts: Acts) -> None:
    """Register what the page can do."""
    source_run.register(acts)

    @_FILE.on(acts, ADMINISTRATORS)
    def change(visit: Visit, values: Values) -> None:
        require(values, "title")
        changes = {
            "title": text_of(values, "title"),
            "session_id": text_of(values, "session_id") or None,
            "home_page": text_of(values, "home_page"),
            "time_zone": text_of(values, "time_zone") or "Europe/Paris",
            "date_order": text_of(values, "date_order") or None,
            "unknown": text_of(values, "unknown") or Unknown.ASK.value,
            "without_exit": text_of(values, "without_exit") or WithoutExit.NOTHING.value,
            "tolerance_seconds": int((number_of(values, "tolerance") or 0) * _MINUTE),
            "columns": columns_of(values),
            "values": values_of(values),
            "activities": activities_of(values),
        }
        change_source(visit.lens, visit.place["source_id"], changes)
        pass_on(visit, f"settings/sources/{visit.place['source_id']}", "changed_done")

    @_REMOTE.on(acts, ADMINISTRATORS, is_critical=True)
    def change_remote(visit: Visit, values: Values) -> None:
        require(values, "title", "endpoint", "key")
        names = [name for name in _REMOTE_FIELDS if name not in ("title", "secret")]
        remote: dict[str, Any] = {name: text_of(values, name) or None for name in names}
        remote["every_minutes"] = int(text_of(values, "every_minutes") or 0)
        changes = {"title": text_of(values, "title"), "remote": remote}
        change_source(visit.lens, visit.place["source_id"], changes, text_of(values, "secret"))
        pass_on(visit, f"settings/sources/{visit.place['source_id']}", "changed_done")

    @_PULL.on(acts, ADMINISTRATORS)
    def pull(visit: Visit, _: Values) -> Any:  # noqa: ANN401 - Dash children
        run = pull_now(visit.lens, visit.place["source_id"])
        if run.problem_count:
            refused = [html.Li(f"{item['id']} {item['message']}") for item in run.details.get("refused", [])]
            return parts.notice(visit.words("problems"), html.Ul(refused), tone="warning")
        pass_on(visit, f"settings/sources/{visit.place['source_id']}", "pulled_done")
        return None

    @_DROP.on(acts, ADMINISTRATORS, is_critical=True)
    def drop(visit: Visit, values: Values) -> None:
        require(values, "sure")
        drop_source(visit.lens, visit.place["source_id"])
        pass_on(visit, "settings/sources", "gone_done")
