"""Home of a funder: what it funds, a line each.

Whoever reads it decides which file to pay, to question or to chase: so each line has its state, its hours and rates
beside what was agreed, and what is missing of the documents that the funder's profile asks for. Nothing else is here:
no activity, no result, no figure about anybody whom the funder does not fund.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.funder.tables import files_table
from dashboards.pages.funder.words import STATES, TEXTS
from dashboards.views.files import FileAsked, FileLine, FileState, file_lines, schemes, wanted_files
from dashboards.words import Words
from evidence.completeness import State as Piece
from training.access import Role

NAME: Final = "funder.files"
# As many as a reader looks through; of more, the search finds the one.
SHOWN_MOST: Final = 200
_QUERY_MOST: Final = 200


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the files that the place asks for."""
    words, lens = visit.words, visit.lens
    asked = _asked(visit)
    every = wanted_files(lens)
    if not every:
        return [_heading(words, visit), parts.nothing(words("files_nobody"), words("files_nobody_hint"))]
    found = every if asked == FileAsked() else wanted_files(lens, asked)
    shown = found[:SHOWN_MOST]
    lens.note_reading(shown, NAME)
    lines = file_lines(lens, shown)
    note = []
    if len(found) > len(shown):
        note = [html.P(words("files_part", shown=len(shown), total=formats.number(len(found), words.language)))]
    return [
        _heading(words, visit),
        parts.live("figures", _figures(words, lines, len(found))),
        parts.card(
            words("files_list"),
            [*_filters(visit, asked, len(every)), *note, _table(words, lines)],
            caption=words("files_seen"),
        ),
    ]


def _heading(words: Words, visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    stamp = parts.live("as-of", parts.as_of(words, visit.lens.as_of)) if visit.lens.as_of else None
    return parts.heading(words("files_title"), words("files_lead"), *([stamp] if stamp is not None else []))


def _figures(words: Words, lines: tuple[FileLine, ...], count: int) -> Any:  # noqa: ANN401 - Dash children
    language = words.language
    credited, planned = (sum(getattr(line, name) for line in lines) for name in ("credited_seconds", "planned_seconds"))
    running = sum(line.state is FileState.RUNNING for line in lines)
    overdue = sum(line.documents.get(Piece.OVERDUE, 0) for line in lines)
    return parts.figures(
        parts.figure(words, words("files_count"), formats.number(count, language),
                     note=words("files_running", count=formats.number(running, language))),
        parts.figure(words, words("files_hours"), writing.hours(credited, language),
                     note=words("files_hours_of", planned=writing.hours(planned, language))),
        parts.figure(words, words("files_lacking"), formats.number(sum(line.lacking for line in lines), language),
                     note=words("files_overdue", count=formats.number(overdue, language))),
        parts.figure(words, words("files_issued"), formats.number(sum(line.issued for line in lines), language)),
    )  # fmt: skip


def _filters(visit: Visit, asked: FileAsked, count: int) -> list[Any]:
    words, q = visit.words, asked.q
    is_plain = asked.state is None and not asked.is_lacking
    options = [(_path(replace(asked, state=None, is_lacking=False)), words("files_all", count=count), is_plain)]
    options += [
        (
            _path(replace(asked, state=state, is_lacking=False)),
            words.say(STATES[state]).capitalize(),
            asked.state is state,
        )
        for state in (FileState.RUNNING, FileState.UPCOMING, FileState.ENDED)
    ]
    options.append((_path(replace(asked, state=None, is_lacking=True)), words("files_lacking_only"), asked.is_lacking))
    filters = [parts.choice(words("files_filter"), options)]
    known = schemes(visit.lens)
    if len(known) > 1:
        by_scheme = [(_path(replace(asked, scheme="")), words("files_schemes_all"), not asked.scheme)]
        by_scheme += [(_path(replace(asked, scheme=name)), name, asked.scheme == name) for name in known]
        filters.append(parts.choice(words("file_scheme"), by_scheme))
    search = forms.form(
        words,
        forms.side_by_side(
            forms.text("files-q", words("files_search"), value=q, kind="search", most=_QUERY_MOST),
            forms.buttons(forms.button("files-go", words("files_search_go"), emphasis="second")),
        ),
        title=words("files_search"),
    )
    return [*filters, *([search] if count > SHOWN_MOST or q else [])]


def _table(words: Words, lines: tuple[FileLine, ...]) -> Any:  # noqa: ANN401 - Dash children
    return files_table(words, lines) if lines else parts.nothing(words("files_none"), words("files_none_hint"))


def _asked(visit: Visit) -> FileAsked:
    """Return what the address asks for; what it cannot mean asks for nothing."""
    place = visit.place
    state = place.get("state", "")
    return FileAsked(
        q=place.get("q", "")[:_QUERY_MOST],
        state=FileState(state) if state in set(FileState) else None,
        scheme=place.get("scheme", "")[:_QUERY_MOST],
        is_lacking=place.get("lacking") == "1",
    )


def _path(asked: FileAsked) -> str:
    """Return the address of these files."""
    given = {
        "q": asked.q,
        "state": asked.state or "",
        "lacking": "1" if asked.is_lacking else "",
        "scheme": asked.scheme,
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"files?{query}" if query else "files"


def _acts(acts: Acts) -> None:
    @acts.on(
        frozenset((Role.FUNDER,)),
        Output("files-go", "disabled"),
        Input("files-go", "n_clicks"),
        Input("files-q", "n_submit"),
        State("files-q", "value"),
    )
    def search(visit: Visit, _: object, __: object, q: object) -> bool:
        answers.go_to(_path(replace(_asked(visit), q=str(q or "")[:_QUERY_MOST])))
        return False


PAGE: Final = Page(
    name=NAME,
    path="files",
    roles=frozenset((Role.FUNDER,)),
    title=("Mes dossiers financés", "My funded files"),
    menu=("Dossiers", "Files"),
    icon="files",
    draw=draw,
    acts=_acts,
    texts=TEXTS,
)
