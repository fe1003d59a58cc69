"""The dictionary of the frames: `python -m analytics.frames` writes the tables of docs/analysts.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from analytics.frames.kinds import Kind
from analytics.frames.table import Column, Table
from analytics.frames.tables import TABLES
from lrs.errors import NotFound

# What comes before the tables in docs/analysts.md is written by hand.
MARK: Final = "<!-- From here on: python -m analytics.frames -->"


def columns(table: str | pd.DataFrame) -> pd.DataFrame:
    """Return what the columns of a table hold: dtype, meaning, and whether they come on request only.

    `table` is a name, or a frame that came from here. Raises `NotFound` for another, saying which there are.

    >>> print(columns("changes").loc["at", "dtype"])
    datetime64[us, Europe/Paris]
    """
    name = table if isinstance(table, str) else str(table.attrs.get("table", "of this frame"))
    if name not in TABLES:
        raise NotFound(f"There is no table {name}; there are {', '.join(TABLES)}.")
    found = TABLES[name].columns
    return pd.DataFrame(
        {
            "dtype": [_dtype(column) for column in found],
            "meaning": [column.meaning for column in found],
            "on_request": [column.is_on_request for column in found],
        },
        index=pd.Index([column.name for column in found], name="column"),
    )


def render() -> str:
    """Return the tables of docs/analysts.md, after its mark."""
    return "\n".join(line for table in TABLES.values() for line in _lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield from ("", f"### {table.name}", "", table.row, "", "| Column | dtype | What it holds |", "| --- | --- | --- |")
    for column in table.columns:
        asked = " With `everything=True`." if column.is_on_request else ""
        yield f"| `{column.name}` | `{_dtype(column)}` | {column.meaning}{asked} |"


def _dtype(column: Column) -> str:
    if column.nature.kind is Kind.TEXTS:
        return "list of texts"
    return str(column.nature.dtype)
