"""A workbook (XLSX) as records of cells. Formulas are not evaluated; what a workbook could hide is bounded first."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Final, NoReturn

from lrs.errors import InvalidRequest, Problem, TooLarge
from training.meetings.cells import Record

BYTES_MOST: Final = 20 * 1024 * 1024
# What it unpacks to: a workbook of attendance has a few mebibytes, a bomb has gibibytes.
UNPACKED_MOST: Final = 200 * 1024 * 1024
PARTS_MOST: Final = 2_000
ROWS_MOST: Final = 100_000
COLUMNS_MOST: Final = 500
_ACCEPTED: Final = "a workbook as Excel and LibreOffice save it (.xlsx), or a CSV file"
_MARK: Final = b"PK\x03\x04"


class Formula(str):
    """The text of a formula: what it comes to is not known here."""

    __slots__ = ()


def is_workbook(data: bytes) -> bool:
    """Say whether bytes look like a workbook."""
    return data.startswith(_MARK)


def read_sheets(data: bytes) -> Iterator[list[Record]]:
    """Yield the records of each sheet that is shown; raises InvalidRequest, or TooLarge over the limits above."""
    _check(data)
    from openpyxl import load_workbook  # noqa: PLC0415 - takes half a second to load
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 - as above

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    yield list(_records(sheet))
        finally:
            book.close()
    except (InvalidRequest, TooLarge):
        raise
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError,
            zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:  # fmt: skip
        _refuse(f"This workbook cannot be read: {type(error).__name__}.", error)


def _check(data: bytes) -> None:
    """Refuse what would fill the memory, by what the archive itself says, before anything is unpacked."""
    if len(data) > BYTES_MOST:
        raise TooLarge(f"The workbook has {len(data)} bytes; up to {BYTES_MOST} are taken.")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST:
                raise TooLarge(f"The workbook unpacks to more than {UNPACKED_MOST} bytes or {PARTS_MOST} parts.")
            _check_sizes(archive, parts)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        _refuse("This file begins like a workbook and is none.", error)


def _check_sizes(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a part that is no part of a workbook, or declares a document type, which could grow without end."""
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        _refuse("This archive is not a workbook.")
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        # Zip itself stops at the size that it states: a part cannot be longer than was counted above.
        with archive.open(part) as stream:
            if b"<!DOCTYPE" in stream.read(4096):
                _refuse("A part of this workbook declares a document type.")


def _records(sheet: Any) -> Iterator[Record]:  # noqa: ANN401 - openpyxl has no types
    rows = sheet.iter_rows(max_col=COLUMNS_MOST)
    for line, row in enumerate(rows, 1):
        if line > ROWS_MOST:
            raise TooLarge(f"A sheet has more than {ROWS_MOST} rows; send it in parts.")
        yield Record(line, tuple(_text(cell) for cell in row))


def _text(cell: Any) -> str:  # noqa: ANN401, PLR0911 - as above; one for each kind of value
    """Return what a cell shows, as a CSV file would have it; instants as ISO, whose order nobody can mistake."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value if isinstance(value, str) else "=")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        is_day = value.time() == time() and "h" not in str(cell.number_format).lower()
        return value.date().isoformat() if is_day else value.isoformat(" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value).strip()


def _refuse(message: str, cause: Exception | None = None) -> NoReturn:
    raise InvalidRequest(message, [Problem("", message, _ACCEPTED)]) from cause
