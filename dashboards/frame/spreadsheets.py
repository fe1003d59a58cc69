"""Tables as files for a spreadsheet: CSV as French spreadsheets read it, XLSX with real numbers and dates. Pure."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from dashboards import formats
from dashboards.frame import writing
from dashboards.frame.tables import Column
from dashboards.languages import Language

Value = str | float | int | date | datetime | None
# What a spreadsheet would run as a formula, whatever stands behind it.
_FORMULA: Final = frozenset("=+-@\t\r\n")
# No cell of a workbook takes more, nor a control character.
_CELL_MOST: Final = 32_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMATS: Final = {"hours": "0.00", "percent": "0", "day": "DD/MM/YYYY", "instant": "DD/MM/YYYY HH:MM"}
_WIDTHS: Final = {"text": 28, "link": 28, "badge": 22, "instant": 18}


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: how its name ends, and what the browser is told it is."""

    suffix: str
    media_type: str


CSV: Final = FileKind("csv", "text/csv; charset=utf-8")
XLSX: Final = FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def file_name(title: str, day: date, kind: FileKind) -> str:
    """Return a name that says what the file is and of when.

    >>> file_name("Sessions en cours : Été", date(2026, 1, 5), CSV)
    'sessions-en-cours-ete-2026-01-05.csv'
    """
    plain = unicodedata.normalize("NFKD", title.replace("’", " ")).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "tableau"
    return f"{stem}-{day.isoformat()}.{kind.suffix}"


def write_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """Write a table as spreadsheets in France read it: UTF-8 with a mark, semicolons, decimal commas.

    In English, decimal points: the semicolon stays, for it is what a spreadsheet of a French office expects.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_inert(_head(column)) for column in columns])
    writer.writerows(
        [_csv_cell(value_of(row.get(column.field), column), language) for column in columns] for row in rows
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """Write a table as a workbook of one sheet: its head stays in sight, and every column can be filtered."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tableau" if language == "fr" else "Table")
    sheet.freeze_panes = "A2"
    for at, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(column.kind, 14)
    heads = [WriteOnlyCell(sheet, _inert(_head(column))) for column in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    count = 1
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value_of(row.get(column.field), column), column) for column in columns])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def value_of(value: Any, column: Column) -> Value:  # noqa: ANN401 - what a browser sends
    """Return what a file says of a cell: numbers as numbers, hours in hours, dates as dates in Paris, links as text.

    What is not of its column's kind is written as the text that it is.
    """
    if value is None or value == "":
        return None
    try:
        return _typed(value, column)
    except (TypeError, ValueError, OverflowError):
        return _clean(str(value))


def _typed(value: Any, column: Column) -> Value:  # noqa: ANN401, PLR0911 - what a browser sends, kind by kind
    if isinstance(value, bool):
        return "oui" if value else "non"
    match column.kind:
        case "hours":
            return round(float(value) / 3600, 2)
        case "number" | "percent":
            number = float(value)
            return int(number) if number == int(number) else number
        case "day":
            return date.fromisoformat(str(value)[:10])
        case "instant":
            return datetime.fromisoformat(str(value)).astimezone(formats.PARIS).replace(tzinfo=None, microsecond=0)
        case "link":
            return _clean(writing.split_link(str(value))[0])
        case "badge":
            return _clean(writing.split_badge(str(value))[1])
        case _:
            return _clean(str(value))


def _head(column: Column) -> str:
    units = {"hours": " (h)", "percent": " (%)"}
    return f"{column.title}{units.get(column.kind, '')}"


def _csv_cell(value: Value, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float):
        return str(value).replace(".", ",") if language == "fr" else str(value)
    return _inert(value)


def _xlsx_cell(sheet: Any, value: Value, column: Column) -> WriteOnlyCell:  # noqa: ANN401 - openpyxl is untyped
    cell = WriteOnlyCell(sheet, _inert(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # never "f", whatever it begins with
    elif column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]
    return cell


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)[:_CELL_MOST]


def _inert(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe stands before what it would take for a formula."""
    return f"'{text}" if text[:1] in _FORMULA else text
