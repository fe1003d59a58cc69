"""A report's bytes as records of cells, whatever encoding and sign between the cells it was saved with."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lrs.errors import InvalidRequest, Problem, TooLarge
from training.imports.report import LineProblem

LINES_MOST: Final = 10_000
DELIMITERS: Final = ("\t", ",", ";")
_ACCEPTED: Final = "the CSV file as the meeting tool gives it: UTF-8, UTF-16 or Windows-1252"
_LINE_END: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NAMES: Final = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252"}
# How much of a file is looked at to tell UTF-16 without a mark.
_SAMPLE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, with the line of the file it begins on; the first line is 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


def parse_text(data: bytes) -> tuple[str, str]:
    """Return a report's text and the name of its encoding; raises InvalidRequest for what is no text."""
    if data.startswith(b"PK\x03\x04"):
        _refuse("This is a workbook, not a CSV file.")
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, _NAMES.get(encoding, "UTF-16")
    return _refuse("This is no text.")


def split_lines(text: str, most: int = LINES_MOST) -> list[str]:
    """Return the lines of a text, their ends included; raises TooLarge over `most`."""
    lines = [line for line in _LINE_END.split(text) if line]
    if len(lines) > most:
        message = f"The report has {len(lines)} lines; up to {most} are taken at once."
        raise TooLarge(message)
    return lines


def split_records(lines: Sequence[str], delimiter: str) -> Iterator[Record | LineProblem]:
    """Yield each record; in place of a line that cannot be taken apart, what is wrong with it.

    A quote that is never closed would swallow what follows: then only its own line is given up.
    """
    at = 0
    while at < len(lines):
        reader = csv.reader((lines[later] for later in range(at, len(lines))), delimiter=delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error as error:
            message = f"The line cannot be taken apart: {error}."
            yield LineProblem(at + 1, "", lines[at].strip()[:200], message, "quotes in pairs")
            at += 1
        else:
            yield Record(at + 1, tuple(cell.strip() for cell in cells))
            at += max(1, reader.line_num)


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return (encoding,)
    sample = data[:_SAMPLE]
    # Tools write mostly ASCII: every second byte of its UTF-16 is nought.
    if sample[1::2].count(0) * 2 > len(sample[1::2]):
        return ("utf-16-le",)
    if sample[::2].count(0) * 2 > len(sample[::2]):
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _refuse(message: str) -> tuple[str, str]:
    raise InvalidRequest(message, [Problem("", message, _ACCEPTED)])
