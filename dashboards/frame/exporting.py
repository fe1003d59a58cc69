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
from dashboards.frame.tables import Column, part_id
from dashboards.frame.visit import Visit
from dashboards.frame.writing import Kind
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest
from training.access import EVERYBODY

_MOST_ROWS: Final = 100_000
_KINDS: Final = frozenset(get_args(Kind))


def register(app: dash.Dash, acts: Acts) -> None:
    """Add what the export buttons and the filter of every table do, and what makes its list on a phone."""
    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash's own
        ClientsideFunction("table", "filter"),
        Output({"table": MATCH}, "dashGridOptions"),
        Input(part_id(MATCH, "filter"), "value"),
        State({"table": MATCH}, "dashGridOptions"),
        prevent_initial_call=True,
    )
    # It changes nothing that Dash knows of: what it makes stands in the list itself.
    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash's own
        ClientsideFunction("table", "list"),
        Output(part_id(MATCH, "list"), "className"),
        Input({"table": MATCH}, "rowData"),
        Input(part_id(MATCH, "filter"), "value"),
        State(part_id(MATCH, "about"), "data"),
    )

    # What is exported is what the reader's browser was given to show: nothing is read for it.
    @acts.on(
        EVERYBODY,
        Output(part_id(MATCH, "download"), "data"),
        Input(part_id(MATCH, "csv"), "n_clicks"),
        Input(part_id(MATCH, "xlsx"), "n_clicks"),
        State({"table": MATCH}, "virtualRowData"),
        State({"table": MATCH}, "rowData"),
        State(part_id(MATCH, "about"), "data"),
    )
    def export(visit: Visit, csv: object, xlsx: object, shown: object, every: object, about: object) -> Any:  # noqa: ANN401 - Dash's own
        if not csv and not xlsx:  # the buttons have just been drawn
            return dash.no_update
        columns, title = _columns(about)
        rows = _rows(every if shown is None else shown)
        today = to_datetime(visit.lens.now).astimezone(formats.PARIS).date()
        asked = dash.ctx.triggered_id
        kind = XLSX if isinstance(asked, Mapping) and asked.get("is") == "xlsx" else CSV
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
