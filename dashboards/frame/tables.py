"""A table: a grid where there is room, a list on a phone; sorted, filtered and taken away by whoever reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import formats
from dashboards.frame.attributes import wild
from dashboards.frame.writing import Kind
from dashboards.words import Words

# Where the rows end is seen; a longer table scrolls within itself and draws only the rows that are in sight.
_WHOLE_MOST: Final = 15
_WIDTHS: Final[Mapping[Kind, int]] = {
    "text": 140, "number": 100, "percent": 100, "hours": 105, "day": 120, "instant": 160, "link": 160, "badge": 150,
}  # fmt: skip
# What the longest value of a kind needs, in pixels: columns of numbers shrink so far before the table scrolls sideways.
_NEEDS: Final[Mapping[Kind, int]] = {"number": 66, "percent": 72, "hours": 98, "day": 102}
# How much of its width a column of words keeps.
_LEAST_SHARE: Final = 0.8
# A head's longest word has to be read: what a letter takes, and what stands around it.
_LETTER: Final = 7.4
_AROUND: Final = 32
# A table that needs more than this scrolls sideways on a small screen: whose row it is stays in sight.
_ROOM: Final = 900
_NUMBERS: Final = frozenset(("number", "percent", "hours"))

# What AG Grid says by itself; it knows English only.
FRENCH_GRID: Final[Mapping[str, str]] = {
    "ariaChecked": "coché",
    "ariaColumn": "Colonne",
    "ariaLabelColumnMenu": "Menu de la colonne",
    "ariaRowSelectAll": "Sélectionner toutes les lignes",
    "ariaSortableColumn": "Appuyez sur Entrée pour trier",
    "ariaHidden": "masqué",
    "ariaUnchecked": "décoché",
    "ariaVisible": "visible",
    "copy": "Copier",
    "ctrlC": "Ctrl+C",
    "loadingOoo": "Chargement…",
    "noMatchingRows": "Aucune ligne ne correspond",
    "noRowsToShow": "Aucune ligne",
    "pinColumn": "Épingler la colonne",
    "autosizeThisColumn": "Ajuster la colonne",
    "autosizeAllColumns": "Ajuster toutes les colonnes",
    "resetColumns": "Réinitialiser les colonnes",
    "sortAscending": "Tri croissant",
    "sortDescending": "Tri décroissant",
    "sortUnSort": "Annuler le tri",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind` says how its values are compared, aligned and exported.

    A `link` cell is `[text](address)`, a `badge` cell `tone:text`; `hours` are seconds, `percent` a number from 0 to
    100 or None, `day` and `instant` ISO texts. `width` is in pixels; without it, columns share what room there is.
    """

    field: str
    title: str
    kind: Kind = "text"
    width: int | None = None


def table(
    words: Words,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    empty: str = "",
    label: str = "",
) -> html.Div:
    """Return a table that sorts, filters, and exports to CSV and XLSX. Every row has an `id` of its own.

    Values are shown as the reader's language writes them, exported as they are. `empty` is said where there is no row;
    `label` names the table for who cannot see its heading, and its file. The rows go to the browser once: where there
    is no room for a grid, `grid.js` makes the list of them.
    """
    title = label or name
    return html.Div(
        [
            _tools(words, name, title, len(rows)),
            html.Div(
                _grid(words, name, columns, rows, empty),
                className="only-wide",
                role="group",
                **wild({"aria-label": title}),
            ),
            html.Ul(id=part_id(name, "list"), className="only-narrow table-list"),
            dcc.Download(id=part_id(name, "download")),
            dcc.Store(id=part_id(name, "about"), data=_about(words, name, columns, title, empty)),
        ],
        className="table-part",
    )


def part_id(name: Any, part: str) -> dict[str, Any]:  # noqa: ANN401 - text, or a wildcard
    """Return the id of a part of a table, whose own is `{"table": name}`: Dash matches ids of the same keys alone."""
    return {"table": name, "is": part}


def _about(words: Words, name: str, columns: Sequence[Column], title: str, empty: str) -> dict[str, Any]:
    """Return what a browser needs to know of a table besides its rows."""
    says = {
        "empty": empty or words("table_empty"),
        "none": words("table_none"),
        "more": words("table_more", count="%d"),
    }
    return {"name": name, "title": title, "columns": [asdict(column) for column in columns], "says": says}


def _tools(words: Words, name: str, title: str, count: int) -> Component:
    field = dmc.TextInput(
        id=part_id(name, "filter"),
        placeholder=words("table_filter"),
        size="sm",
        className="table-filter",
        debounce=150,
        **wild({"aria-label": words("table_filter_in", name=title)}),
    )
    exports = [
        html.Button(
            words(f"table_{kind}"),
            id=part_id(name, kind),
            type="button",
            className="button small",
            title=words("table_export", kind=words(f"table_{kind}")),
        )
        for kind in ("csv", "xlsx")
    ]
    counted = formats.counted(count, words("table_row"), words("table_rows"), words.language)
    return html.Div(
        [field, html.Span(counted, className="table-count"), html.Div(exports, className="exports")],
        className="table-tools",
        hidden=not count,
    )


def _grid(
    words: Words, name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], empty: str
) -> dag.AgGrid:
    french = {**FRENCH_GRID, "noRowsToShow": empty or words("table_empty")}
    is_whole = len(rows) <= _WHOLE_MOST
    definitions = [_definition(column, is_whole=is_whole) for column in columns]
    if sum(definition["minWidth"] for definition in definitions) > _ROOM:
        definitions[0]["pinned"] = "left"
    return dag.AgGrid(
        id={"table": name},
        rowData=[dict(row) for row in rows],
        columnDefs=definitions,
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "sortingOrder": ["asc", "desc", None],
        },
        # By id, so that a refresh keeps the reader's place.
        getRowId="params.data.id",
        dashGridOptions={
            "localeText": french if words.language == "fr" else {"noRowsToShow": empty or words("table_empty")},
            "animateRows": False,
            "domLayout": "autoHeight" if is_whole else "normal",
            "ensureDomOrder": True,
            "rowHeight": 42,
            "headerHeight": 42,
            "tooltipShowDelay": 400,
            "enableCellTextSelection": True,
            "suppressCellFocus": False,
            "suppressColumnVirtualisation": True,
        },
        style={"height": None if is_whole else "40rem", "width": "100%"},
    )


def _definition(column: Column, *, is_whole: bool) -> dict[str, Any]:
    kind = column.kind
    width = column.width or _WIDTHS[kind]
    least = max(_NEEDS[kind], _head_width(column.title)) if kind in _NEEDS else None
    shared: dict[str, Any] = {
        "field": column.field,
        "headerName": column.title,
        "flex": width,
        "minWidth": least or (round(width * _LEAST_SHARE) if kind in {"text", "link"} else width),
        "comparator": {"function": f"assiduCompare_{kind}"},
        "getQuickFilterText": {"function": f"assiduShown_{kind}(params)"},
    }
    # Numbers keep to their width, so that they stand in one column; texts share the rest.
    if least:
        shared |= {"maxWidth": max(width, least)}
    if kind in _NUMBERS:
        shared |= {"type": "rightAligned"}
    # All of a short table is read; the rows of a long one are of one height, so that it scrolls at once.
    if kind == "text" and is_whole:
        shared |= {"wrapText": True, "autoHeight": True}
    if kind in {"link", "badge"}:
        return {**shared, "cellRenderer": f"Assidu_{kind}"}
    return {
        **shared,
        "valueFormatter": {"function": f"assiduShown_{kind}(params)"},
        "tooltipField": column.field if kind == "text" else None,
    }


def _head_width(title: str) -> int:
    """Return the pixels that the longest word of a column's head takes."""
    return round(max(len(word) for word in title.split(" ")) * _LETTER) + _AROUND
