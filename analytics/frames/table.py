"""A table for analysts: its columns, what each holds, and how rows become Arrow and pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from analytics.frames.kinds import Nature

# Rows turned into Arrow at a time: their objects are let go of before the next are read.
BATCH_ROWS: Final = 10_000

# What is read of a row; each table knows what its rows are.
Cell = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `read` takes a row's object and returns the cell.

    `is_on_request` keeps it out of a frame until somebody asks for it.
    """

    name: str
    nature: Nature
    meaning: str
    read: Cell
    is_on_request: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, what one row is, and its columns in their order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    def schema(self, columns: Sequence[Column]) -> pa.Schema:
        """Return the Arrow schema; each field carries what it means."""
        return pa.schema(
            [
                pa.field(column.name, column.nature.arrow, column.nature.is_nullable, {"meaning": column.meaning})
                for column in columns
            ]
        )

    def wanted(self, *, everything: bool) -> tuple[Column, ...]:
        """Return the columns, those on request only if `everything` is wanted."""
        return tuple(column for column in self.columns if everything or not column.is_on_request)

    def batches(
        self, rows: Iterable[object], *, everything: bool = False, size: int = BATCH_ROWS
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows as Arrow, at most `size` at a time; nothing more of them is held."""
        columns = self.wanted(everything=everything)
        schema = self.schema(columns)
        source = iter(rows)
        while chunk := list(islice(source, size)):
            arrays = [
                pa.array([column.read(row) for row in chunk], column.nature.arrow, from_pandas=False)
                for column in columns
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def frame(self, rows: Iterable[object], organisation: str, *, everything: bool = False) -> pd.DataFrame:
        """Return the rows as a frame whose dtypes are those of the columns, whether there are rows or none."""
        schema = self.schema(self.wanted(everything=everything))
        return self.frame_of(pa.Table.from_batches(self.batches(rows, everything=everything), schema), organisation)

    def frame_of(self, cells: pa.Table, organisation: str) -> pd.DataFrame:
        """Return Arrow cells of this table as a frame; its `attrs` say which table, and whose."""
        columns = [column for column in self.columns if column.name in cells.column_names]
        frame = pd.DataFrame({column.name: column.nature.series(cells.column(column.name)) for column in columns})
        frame.attrs = {"table": self.name, "organisation": organisation}
        return frame
