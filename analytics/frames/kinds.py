"""What a column can hold, and how that is written in Arrow and in pandas: once, for every table.

Lengths of time are seconds, everywhere: a number with its unit in its name means the same in pandas, in Parquet (which
has no type for a length of time), in DuckDB and in Polars.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pandas as pd
import pyarrow as pa

# Where instants are shown. They are instants all the same: another zone is one `.dt.tz_convert` away.
ZONE: Final = "Europe/Paris"


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    WORD = "word"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"
    DAY = "day"
    TEXTS = "texts"


_ARROW: Final = {
    Kind.TEXT: pa.string(),
    Kind.WORD: pa.dictionary(pa.int32(), pa.string()),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.INSTANT: pa.timestamp("us", tz=ZONE),
    Kind.DAY: pa.date32(),
    Kind.TEXTS: pa.list_(pa.string()),
}


_PLAIN: Final[dict[Kind, Any]] = {
    Kind.TEXT: pd.StringDtype("pyarrow", na_value=pd.NA),
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.FLAG: "bool",
    Kind.INSTANT: pd.DatetimeTZDtype("us", ZONE),
    Kind.DAY: "datetime64[us]",
    Kind.TEXTS: pd.ArrowDtype(_ARROW[Kind.TEXTS]),
}
# Those that know `NA`, where numpy's own do not.
_NULLABLE: Final[dict[Kind, Any]] = {
    Kind.INTEGER: pd.Int64Dtype(),
    Kind.NUMBER: pd.Float64Dtype(),
    Kind.FLAG: pd.BooleanDtype(),
}


@dataclass(frozen=True, slots=True)
class Nature:
    """A column's kind, whether a cell may be empty, and the words it chooses from where they are known.

    `is_ordered` says that the words stand in an order, the least first.
    """

    kind: Kind
    is_nullable: bool = False
    words: tuple[str, ...] = ()
    is_ordered: bool = False

    @property
    def arrow(self) -> pa.DataType:
        """The type in Arrow and in Parquet."""
        return _ARROW[self.kind]

    @property
    def dtype(self) -> Any:  # noqa: ANN401 - pandas has no common type of its dtypes
        """The dtype in pandas: one that knows `NA` where a cell may be empty, numpy's own where none is."""
        if self.kind is Kind.WORD:
            return pd.CategoricalDtype(list(self.words) or None, ordered=self.is_ordered)
        if self.is_nullable and self.kind in _NULLABLE:
            return _NULLABLE[self.kind]
        return _PLAIN[self.kind]

    def series(self, cells: pa.ChunkedArray) -> Any:  # noqa: ANN401 - a Series of whatever the kind is
        """Return an Arrow column as a pandas one of just this dtype."""
        if self.kind is Kind.WORD:
            found = cells.unify_dictionaries().to_pandas()
            return found.astype(self.dtype) if self.words else found
        if self.kind is Kind.DAY:
            return cells.cast(pa.timestamp("us")).to_pandas()
        read = getattr(self.dtype, "__from_arrow__", None)
        return cells.to_pandas() if read is None else pd.Series(read(cells))
