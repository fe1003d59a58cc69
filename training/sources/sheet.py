"""A file as records of cells, whichever of the two ways it was saved in, and where its header stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from lrs.errors import InvalidRequest, Problem, TooLarge
from training.imports.report import LineProblem
from training.meetings.cells import DELIMITERS, Record, parse_text, split_lines, split_records
from training.meetings.formats import folded
from training.sources.workbook import BYTES_MOST, ROWS_MOST, is_workbook, read_sheets

# Titles and empty lines may stand above a header.
_TOP: Final = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name for it, what files call it, and whether a file must have it."""

    name: str
    others: tuple[str, ...] = ()
    required: bool = False

    @property
    def accepted(self) -> str:
        """Every name it goes by."""
        return " or ".join((self.name, *self.others))


@dataclass(frozen=True, slots=True)
class Row:
    """One line with what stands in it under our names, and under the file's own where we have none.

    `rest` is by the place of the column.
    """

    line: int
    cells: dict[str, str]
    rest: dict[int, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be taken apart, with the lines that could not.

    `rest` are the headers of columns that are none of ours, by their place.
    """

    encoding: str
    header_line: int
    names: tuple[str, ...]
    rest: dict[int, str]
    rows: tuple[Row, ...]
    problems: tuple[LineProblem, ...]

    def has(self, name: str) -> bool:
        """Say whether the file has one of our columns."""
        return name in self.names


# Whether a header that is none of ours means something all the same: a half-day, an activity.
IsMore = Callable[[str], bool]


def parse_sheet(data: bytes, columns: Sequence[Column], mapped: dict[str, str], is_more: IsMore | None = None) -> Sheet:
    """Take a CSV file or a workbook apart.

    `mapped` names the file's header for our columns, before the names that we know. Raises InvalidRequest when no line
    near the top is a header with every required column, TooLarge for what is too long.
    """
    if is_workbook(data):
        return _of_sheets(list(read_sheets(data)), columns, mapped, is_more)
    if len(data) > BYTES_MOST:
        raise TooLarge(f"The file has {len(data)} bytes; up to {BYTES_MOST} are taken.")
    text, encoding = parse_text(data)
    lines = split_lines(text, ROWS_MOST)
    known = _known(columns, mapped)
    sign = max(DELIMITERS, key=lambda sign: _best(_top(lines, sign), known, is_more)[0])
    return _sheet(encoding, list(split_records(lines, sign)), columns, known, is_more)


def _top(lines: Sequence[str], sign: str) -> list[Record]:
    return [item for item in split_records(lines[:_TOP], sign) if isinstance(item, Record)]


def _of_sheets(
    sheets: Sequence[list[Record]], columns: Sequence[Column], mapped: dict[str, str], is_more: IsMore | None
) -> Sheet:
    known = _known(columns, mapped)
    filled = [records for records in sheets if any(not record.is_blank for record in records)]
    if not filled:
        _refuse(1, "Every sheet of this workbook is empty.", "a table with a header")
    records = max(filled, key=lambda records: _best(records[:_TOP], known, is_more)[0])
    return _sheet("XLSX", records, columns, known, is_more)


def _known(columns: Sequence[Column], mapped: dict[str, str]) -> dict[str, str]:
    """Return our name by folded header; what an administrator mapped stands above the names that we know."""
    found = {folded(name): column.name for column in columns for name in (column.name, *column.others)}
    own = {column.name for column in columns}
    taken = {name for name in mapped if name in own}
    found = {header: name for header, name in found.items() if name not in taken}
    return found | {folded(header): name for name, header in mapped.items() if name in own}


def _best(records: Sequence[Record], known: dict[str, str], is_more: IsMore | None) -> tuple[int, int]:
    """Return how many columns the likeliest header has, and its place among the records."""
    counts = [
        sum(folded(cell) in known or bool(cell and is_more is not None and is_more(cell)) for cell in record.cells)
        for record in records
    ]
    most = max(counts, default=0)
    return most, counts.index(most) if most else 0


def _sheet(
    encoding: str, records: Sequence[Record | LineProblem], columns: Sequence[Column], known: dict[str, str],
    is_more: IsMore | None,
) -> Sheet:  # fmt: skip
    whole = [item for item in records if isinstance(item, Record)]
    _, at = _best(whole[:_TOP], known, is_more)
    header = whole[at] if whole else Record(1, ())
    names = tuple(known.get(folded(cell), "") for cell in header.cells)
    _check_header(header, names, columns)
    rest = {place: cell for place, cell in enumerate(header.cells) if not names[place] and cell}
    rows: list[Row] = []
    problems = [item for item in records if isinstance(item, LineProblem) and item.line > header.line]
    for record in whole[at + 1 :]:
        if record.is_blank:
            continue
        if any(record.cells[len(names) :]):
            message = f"The line has {len(record.cells)} cells and the header {len(names)}."
            problems.append(LineProblem(record.line, "", record.cells[0][:200], message, f"{len(names)} cells"))
            continue
        cells = {name: cell for name, cell in zip(names, record.cells, strict=False) if name and cell}
        rows.append(Row(record.line, cells, dict(_rest(record, rest))))
    return Sheet(encoding, header.line, tuple(name for name in names if name), rest, tuple(rows), tuple(problems))


def _rest(record: Record, rest: dict[int, str]) -> Iterator[tuple[int, str]]:
    for at in rest:
        if at < len(record.cells) and record.cells[at]:
            yield at, record.cells[at]


def _check_header(header: Record, names: Sequence[str], columns: Sequence[Column]) -> None:
    where = f"line {header.line}"
    problems = [
        Problem(where, f"The column {column.name} is missing.", column.accepted)
        for column in columns
        if column.required and column.name not in names
    ]
    problems.extend(
        Problem(where, f"The column {name} stands there twice.", "each column once")
        for name in sorted({name for name in names if name and names.count(name) > 1})
    )
    if problems:
        message = f"The file's columns cannot be used; they are: {', '.join(header.cells)[:300]}."
        raise InvalidRequest(message, problems)


def _refuse(line: int, message: str, accepted: str) -> NoReturn:
    raise InvalidRequest(message, [Problem(f"line {line}", message, accepted)])
