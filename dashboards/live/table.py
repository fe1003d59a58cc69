"""The latest statements: a table where there is room, a list on a phone."""

from __future__ import annotations

from typing import Any, Final

import dash_ag_grid as dag
from dash import html

from analytics.feed import FeedEntry
from dashboards import formats
from dashboards.frame.tables import FRENCH_GRID
from dashboards.live.board import Board
from dashboards.live.words import Words
from dashboards.verbs import activity_name, verb_name

LIST_MOST: Final = 12


def latest_table(board: Board) -> dag.AgGrid:
    """Return the table of the latest statements."""
    words = board.words
    fields = (
        ("stored", "column_stored", 175, 1),
        ("actor", "column_actor", 120, 2),
        ("verb", "column_verb", 110, 2),
        ("object", "column_object", 160, 4),
        ("sender", "column_sender", 110, 2),
        ("timestamp", "column_timestamp", 175, 1),
    )
    columns = [
        {"field": field, "headerName": words(title), "minWidth": least, "flex": share, "tooltipField": field}
        for field, title, least, share in fields
    ]
    return dag.AgGrid(
        id={"table": "latest"},
        rowData=latest_rows(board),
        columnDefs=columns,
        defaultColDef={"sortable": False, "resizable": True, "suppressMovable": True, "suppressHeaderMenuButton": True},
        # By id, so that a refresh keeps the reader's place.
        getRowId="params.data.id",
        dashGridOptions={
            "localeText": {**FRENCH_GRID, "noRowsToShow": words("no_trace")} if words.language == "fr" else {},
            "animateRows": False,
            "domLayout": "autoHeight",
            "ensureDomOrder": True,  # a screen reader reads the newest first
            "rowHeight": 44,
            "headerHeight": 40,
            "tooltipShowDelay": 400,
            "enableCellTextSelection": True,
            "suppressCellFocus": False,
        },
        style={"height": None, "width": "100%"},
    )


def latest_rows(board: Board) -> list[dict[str, Any]]:
    """Return the latest statements as the table's rows, newest first."""
    words = board.words
    return [
        {
            "id": str(entry.statement_id),
            "stored": formats.moment_of(entry.stored, words.language),
            "actor": entry.actor,
            "verb": verb_name(entry.verb, entry.verb_names, words.language),
            "object": object_name(entry, words),
            "sender": board.label(entry.credential) + (f" · {words('is_duplicate')}" if entry.duplicate else ""),
            "timestamp": formats.moment_of(entry.timestamp, words.language),
        }
        for entry in board.view.latest
    ]


def latest_list(board: Board) -> list[html.Li]:
    """Return the latest few as sentences, for a narrow screen."""
    words = board.words
    return [
        html.Li(
            [
                html.Div(
                    [
                        html.B(entry.actor),
                        f" {verb_name(entry.verb, entry.verb_names, words.language)} ",
                        html.Span(object_name(entry, words), className="what"),
                    ]
                ),
                html.Small(
                    f"{formats.moment_of(entry.stored, words.language)} · {board.label(entry.credential)}"
                    + (f" · {words('is_duplicate')}" if entry.duplicate else "")
                ),
            ],
            key=str(entry.statement_id),
        )
        for entry in board.view.latest[:LIST_MOST]
    ]


def object_name(entry: FeedEntry, words: Words) -> str:
    """Return what to call the object of a statement."""
    if entry.activity is None:
        return words("other_object")
    return activity_name(entry.activity, entry.activity_names, words.language)
