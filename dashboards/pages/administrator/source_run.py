"""A file of a source: chosen, checked without writing, whoever is not known decided, and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash
from dash import ALL, Input, Output, State, dcc, html

from dashboards import formats
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import day_of
from dashboards.pages.administrator.form import POLITE
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.source_problems import line_words
from dashboards.views.administration.sources import (
    people_options,
    read_file,
    read_source,
    run_file,
    session_options,
)
from dashboards.words import Words
from lrs.clock import to_micros
from lrs.errors import InvalidRequest, NotFound, Overloaded, Problem, TooLarge
from training.imports.report import LineProblem
from training.records.ids import PersonId, SessionId
from training.sources.people import Undecided
from training.sources.plan import Asked, RunReport
from training.sources.source import Source, SourceKind

# Larger files are sent by the API or the command: a browser holds this in memory.
_SENT_MOST_BYTES: Final = 20_000_000
_SHOWN_MOST: Final = 200
_DECIDED_MOST: Final = 50
_SKIP: Final = "skip"
_FIELDS: Final = ("session", "certified_by", "scan", "graded_on")
_ANSWER: Final = {"answer": "source-run"}


def draw(visit: Visit, source: Source) -> html.Section:
    """Draw what takes a file."""
    words = visit.words
    choose = html.Button(words("choose"), type="button", className="button quiet")
    upload = dcc.Upload(
        choose, id={"upload": "source"}, max_size=_SENT_MOST_BYTES, className="upload",
        className_active="upload active", style_active={},
    )  # fmt: skip
    buttons = forms.buttons(
        forms.button({"run": "look"}, words("look")),
        forms.button({"run": "record"}, words("record"), emphasis="second"),
    )
    inside = [
        html.P(words("file_hint"), className="caption"),
        parts.row(upload, html.Span(id={"chosen": "source"}, **POLITE)),
        *_asked(visit, source),
        forms.checkbox(_field("remember"), words("remember"), hint=words("hint_remember")),
        buttons,
        html.Div(id=_ANSWER, **POLITE),
    ]
    return parts.card(words("run"), forms.form(words, *inside, title=words("run")), caption=words("run_caption"))


def _asked(visit: Visit, source: Source) -> list[Any]:
    """Return what is said beside a file; what a kind does not take is there, and not shown."""
    words = visit.words
    shown = {
        "session": source.session_id is None,
        "certified_by": source.kind is SourceKind.PAPER,
        "scan": source.kind is SourceKind.PAPER,
        "graded_on": source.kind is SourceKind.GRADEBOOK,
    }
    fields = {
        "session": forms.select(
            _field("session"), words("field_session"), session_options(visit.lens), words=words, clearable=True
        ),
        "certified_by": forms.text(
            _field("certified_by"), words("field_certified_by"), hint=words("hint_certified_by")
        ),
        "scan": forms.text(_field("scan"), words("field_scan"), hint=words("hint_scan")),
        "graded_on": forms.date(_field("graded_on"), words("field_graded_on"), hint=words("hint_graded_on")),
    }  # fmt: skip
    return [html.Div(fields[name], hidden=not shown[name]) for name in _FIELDS]


def register(acts: Acts) -> None:
    """Register checking and recording."""
    given = [
        State({"upload": "source"}, "contents"),
        *(State(_field(name), "value") for name in _FIELDS),
        State(_field("remember"), "checked"),
        State({"decide": ALL}, "value"),
        State({"decide": ALL}, "id"),
    ]

    @acts.on(ADMINISTRATORS, Output({"chosen": "source"}, "children"), Input({"upload": "source"}, "filename"))
    def chosen(visit: Visit, name: object) -> str:
        return visit.words("file_chosen", name=name[:120]) if isinstance(name, str) else ""

    @acts.on(ADMINISTRATORS, Output(_ANSWER, "children"), Input({"run": "look"}, "n_clicks"), *given)
    def look(visit: Visit, presses: int | None, *said: Any) -> Any:  # noqa: ANN401 - from a browser
        return _run(visit, presses, said, dry_run=True)

    @acts.on(
        ADMINISTRATORS, Output(_ANSWER, "children", allow_duplicate=True), Input({"run": "record"}, "n_clicks"), *given
    )
    def record(visit: Visit, presses: int | None, *said: Any) -> Any:  # noqa: ANN401 - from a browser
        return _run(visit, presses, said, dry_run=False)


def _run(visit: Visit, presses: int | None, said: Sequence[Any], *, dry_run: bool) -> Any:  # noqa: ANN401 - Dash children
    """Try a file; what is wrong is shown as a dry run shows it, also where it was to be recorded."""
    if not presses:
        raise dash.exceptions.PreventUpdate
    words, source_id = visit.words, visit.place["source_id"]
    try:
        source = read_source(visit.lens, source_id).source
        data, asked = _read(said, source)
        told = run_file(visit.lens, source_id, data, Asked(**{**asked, "dry_run": True}))
        if dry_run or told.problems:
            return _shown(visit, source, told, asked.get("session_id"), is_refused=not dry_run)
        done = run_file(visit.lens, source_id, data, Asked(**asked))
    except InvalidRequest as error:
        found = error.problems or (Problem("", error.message),)
        lines = [html.Li(line_words(words, problem.message)) for problem in found[:_SHOWN_MOST]]
        return parts.notice(words("refused"), html.Ul(lines), tone="alarm")
    except (NotFound, TooLarge, Overloaded) as error:
        return parts.notice(words("refused"), line_words(words, error.message), tone="alarm")
    counts = words("done", stored=done.stored, already=done.already_stored, skipped=done.skipped)
    answers.draw_again()
    return parts.notice(counts, tone="good")


def _read(said: Sequence[Any], source: Source) -> tuple[bytes, dict[str, Any]]:
    """Return the file and what is said beside it; what a browser sends is untrusted."""
    contents, *texts, remember, values, ids = said
    given = {name: text.strip() if isinstance(text, str) else "" for name, text in zip(_FIELDS, texts, strict=True)}
    decisions: dict[int, str | None] = {}
    for place, value in zip(ids or (), values or (), strict=False):
        line = place.get("decide") if isinstance(place, dict) else None
        if isinstance(line, str) and line.isdecimal() and isinstance(value, str) and value:
            decisions[int(line[:7])] = None if value == _SKIP else value
    asked: dict[str, Any] = {"decisions": decisions, "remember": remember is True}
    if given["session"] and source.session_id is None:
        asked["session_id"] = SessionId(given["session"])
    if source.kind is SourceKind.PAPER:
        asked["certified_by"] = PersonId(given["certified_by"]) if given["certified_by"] else None
        asked["scan_sha256"] = given["scan"].lower()
    if source.kind is SourceKind.GRADEBOOK and given["graded_on"]:
        asked["graded_on"] = day_of(given, "graded_on")
    return read_file(contents), asked


def _shown(
    visit: Visit, source: Source, told: RunReport, session_id: SessionId | None, *, is_refused: bool
) -> list[Any]:
    words = visit.words
    counts = words("told", stored=told.stored, already=told.already_stored, skipped=told.skipped)
    if told.problems:
        text = words("refused_text", count=len(told.problems))
        head = parts.notice(words("refused") if is_refused else counts, text, tone="warning")
    else:
        head = parts.notice(counts, words("clean"), tone="good")
    decided = [_decide(visit, item, session_id or source.session_id) for item in told.undecided[:_DECIDED_MOST]]
    asks = {item.lines[0] for item in told.undecided}
    wrong = [item for item in told.problems if item.line not in asks]
    return [
        head,
        *([html.H3(words("undecided")), *decided] if decided else []),
        *_lines(words, "problems", wrong),
        *_lines(words, "notes", told.notes),
        *_items(visit, told),
    ]


def _decide(visit: Visit, item: Undecided, session_id: SessionId | None) -> Any:  # noqa: ANN401 - Dash children
    words = visit.words
    options = [*people_options(visit.lens, session_id, item.candidates), (_SKIP, words("undecided_skip"))]
    label = words("undecided_line", line=item.lines[0], said=item.said or "—")
    place = {"decide": str(item.lines[0])}
    return forms.select(
        place, label, options, words=words, hint=line_words(words, item.reason), clearable=True, searchable=True
    )


def _lines(words: Words, name: str, found: Sequence[LineProblem]) -> list[Any]:
    if not found:
        return []
    columns = [
        parts.Column("line", words("column_line"), "number", 90),
        parts.Column("wrong", words("column_wrong"), width=360),
        parts.Column("column", words("column_column"), width=160),
        parts.Column("value", words("column_value"), width=200),
    ]
    rows = [
        {
            "id": str(at), "line": item.line, "column": item.column, "value": item.value,
            "wrong": line_words(words, item.message),
        }
        for at, item in enumerate(found[:_SHOWN_MOST])
    ]  # fmt: skip
    return [html.H3(words(name)), parts.table(words, f"source-{name}", columns, rows, empty="")]


def _items(visit: Visit, told: RunReport) -> list[Any]:
    if not told.items:
        return []
    words, people = visit.words, visit.lens.records.people
    columns = [
        parts.Column("line", words("column_line"), "number", 90),
        parts.Column("person", words("column_person"), width=180),
        parts.Column("when", words("column_when"), width=170),
        parts.Column("what", words("column_what"), width=320),
        parts.Column("new", words("column_new")),
    ]
    rows = [
        {
            "id": f"{item.statement_id}", "line": item.lines[0],
            "person": people[item.person_id].name if item.person_id in people else item.person_id,
            "when": formats.moment_of(to_micros(item.at), visit.language), "what": item.what,
            "new": words("yes" if item.is_new else "no"),
        }
        for item in told.items[:_SHOWN_MOST]
    ]  # fmt: skip
    return [html.H3(words("items")), parts.table(words, "source-items", columns, rows, empty="")]


def _field(name: str) -> dict[str, str]:
    return {"form": "source-run", "field": name}
