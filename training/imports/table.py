"""A CSV file as lines with named cells, whatever office program wrote it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lrs.errors import InvalidRequest, Problem, TooLarge
from training.imports.report import LineProblem

LINES_MOST: Final = 20_000
_DELIMITERS: Final = (";", ",", "\t")
_LINE_END: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_FORMATS: Final = "UTF-8 or Windows-1252, with ; or , between the cells and column names in the first line"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name, the other names it goes by, and whether a file must have it."""

    name: str
    others: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line with what stands in it under our names; absent and empty cells are the same."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be taken apart, with the lines that could not."""

    encoding: str
    delimiter: str
    rows: Sequence[Row]
    ignored_columns: tuple[str, ...]
    problems: Sequence[LineProblem]


def parse_table(data: bytes, columns: Sequence[Column]) -> Table:
    """Take a CSV file apart; a broken line is a problem, and the next one is read.

    Raises InvalidRequest when it is no text or has no header that we know, TooLarge over LINES_MOST lines.
    """
    text, encoding = _decoded(data)
    lines = [line for line in _LINE_END.split(text) if line]
    if len(lines) > LINES_MOST:
        message = f"The file has {len(lines)} lines; up to {LINES_MOST} are taken at once."
        raise TooLarge(message)
    known = {_folded(name): column.name for column in columns for name in (column.name, *column.others)}
    delimiter = max(_DELIMITERS, key=lambda sign: _recognised(lines, sign, known)) if lines else ";"
    records = _records(lines, delimiter)
    line, header = next(records, (1, []))
    if isinstance(header, str):
        _refuse_header(header)
    names = [known.get(_folded(name), "") for name in header]
    _check_header(header, names, columns)
    rows, problems = [], []
    for line, cells in records:
        if isinstance(cells, str):
            problems.append(LineProblem(line, "", lines[line - 1].strip()[:200], cells, "quotes in pairs"))
        elif len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            message = f"The line has {len(cells)} cells and the header {len(names)}."
            problems.append(LineProblem(line, "", delimiter.join(cells)[:200], message, f"{len(names)} cells"))
        elif any(cell.strip() for cell in cells):
            if len(cells) < len(names) and len(cells) == 1:
                message = f"The line has one cell and the header {len(names)}."
                problems.append(LineProblem(line, "", cells[0][:200], message, f"{len(names)} cells"))
                continue
            pairs = zip(names, cells, strict=False)
            rows.append(Row(line, {name: cell.strip() for name, cell in pairs if name and cell.strip()}))
    ignored = tuple(name for name, ours in zip(header, names, strict=True) if not ours and name.strip())
    return Table(encoding, delimiter, rows, ignored, problems)


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding, name in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, name
    message = "This is not text in UTF-8 or Windows-1252."
    raise InvalidRequest(message, [Problem("", message, _FORMATS)])


def _recognised(lines: Sequence[str], delimiter: str, known: Mapping[str, str]) -> int:
    cells = next(csv.reader(lines[:1], delimiter=delimiter), [])
    return sum(_folded(cell) in known for cell in cells)


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each record with its first line; what is wrong with a line instead of its cells.

    A quote that is never closed would swallow what follows: then only its own line is given up.
    """
    at = 0
    while at < len(lines):
        reader = csv.reader((lines[later] for later in range(at, len(lines))), delimiter=delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error as error:
            yield at + 1, f"The line cannot be taken apart: {error}."
            at += 1
        else:
            yield at + 1, cells
            at += max(1, reader.line_num)


def _check_header(header: Sequence[str], names: Sequence[str], columns: Sequence[Column]) -> None:
    known = [name for name in names if name]
    problems = [
        Problem("line 1", f"The column {column.name} is missing.", " or ".join((column.name, *column.others)))
        for column in columns
        if column.required and column.name not in known
    ]
    problems.extend(
        Problem("line 1", f"The column {name} stands there twice.", "each column once")
        for name in sorted({name for name in known if known.count(name) > 1})
    )
    if problems:
        message = f"The file's columns cannot be used; they are: {', '.join(header)[:300]}."
        raise InvalidRequest(message, problems)


def _refuse_header(why: str) -> None:
    raise InvalidRequest(why, [Problem("line 1", why, _FORMATS)])


def _folded(name: str) -> str:
    """Return a column's name without accents, case and signs.

    >>> _folded(" Prénom "), _folded("Date de début"), _folded("E-mail")
    ('prenom', 'date_de_debut', 'e_mail')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
