"""Take a table away as a file: the rows that are shown, in the order in which they are, and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

import dash
from dash import MATCH, ClientsideFunction, Input, Output, State

from dashboards import formats
from dashboards.frame.acts import Acts
from dashboards.frame.answers import sent
from dashboards.frame.spreadsheets import CSV, XLSX, file_name, write_csv, write_xlsx
from dashboards.frame.tables import Column
from dashboards.frame.visit import Visit
from dashboards.frame.writing import Kind
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest
from training.access import EVERYBODY

_MOST_ROWS: Final = 100_000
_KINDS: Final = frozenset(get_args(Kind))


def register(app: dash.Dash, acts: Acts) -> None:
    """Add what the export buttons and the filter of every table do."""
    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash's own
        ClientsideFunction("table", "filter"),
        Output({"table": MATCH}, "dashGridOptions"),
        Input({"filter": MATCH}, "value"),
        State({"table": MATCH}, "dashGridOptions"),
        prevent_initial_call=True,
    )

    # What is exported is what the reader's browser was given to show: nothing is read for it.
    @acts.on(
        EVERYBODY,
        Output({"download": MATCH}, "data"),
        Input({"export": MATCH, "kind": "csv"}, "n_clicks"),
        Input({"export": MATCH, "kind": "xlsx"}, "n_clicks"),
        State({"table": MATCH}, "virtualRowData"),
        State({"table": MATCH}, "rowData"),
        State({"columns": MATCH}, "data"),
    )
    def export(visit: Visit, csv: object, xlsx: object, shown: object, every: object, about: object) -> Any:  # noqa: ANN401 - Dash's own
        if not csv and not xlsx:  # the buttons have just been drawn
            return dash.no_update
        columns, title = _columns(about)
        rows = _rows(every if shown is None else shown)
        today = to_datetime(visit.lens.now).astimezone(formats.PARIS).date()
        asked = dash.ctx.triggered_id
        kind = XLSX if isinstance(asked, Mapping) and asked.get("kind") == "xlsx" else CSV
        write = write_xlsx if kind is XLSX else write_csv
        content = write(columns, rows, visit.language)
        return sent(content, file_name(title, today, kind), kind.media_type)


def _columns(about: object) -> tuple[list[Column], str]:
    """Return the columns and the title of a table, as the browser sends them back."""
    given = about if isinstance(about, dict) else {}
    listed = given.get("columns")
    columns = [
        Column(str(item["field"]), str(item["title"]), item["kind"])
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, dict) and item.keys() >= {"field", "title", "kind"} and item["kind"] in _KINDS
    ]
    if not columns:
        raise InvalidRequest("A table without columns cannot be written.")
    return columns, str(given.get("title", ""))


def _rows(given: object) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    if len(rows) > _MOST_ROWS:
        raise InvalidRequest("A table of so many rows cannot be written; filter it first.")
    return rows
