"""Tables as files: opened again, they hold what was shown, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboards.frame.spreadsheets import CSV, XLSX, file_name, write_csv, write_xlsx
from dashboards.frame.tables import Column
from tests.dashboards.frame.gallery import COLUMNS, ROWS

TEXT = (Column("text", "Texte"),)


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def rows_of_xlsx(content: bytes) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_a_csv_is_as_french_spreadsheets_read_it():
    head, first, second, third = rows_of_csv(write_csv(COLUMNS, ROWS, "fr"))

    assert head == ["Session", "État", "Début", "Vue le", "Réalisé (h)", "Taux (%)", "Stagiaires", "Remarque"]
    assert first == [
        "Été indien",
        "à jour",
        "05/01/2026",
        "05/01/2026 09:05",
        "3,5",
        "66",
        "1234",
        "'=2+5+cmd|' /C calc'!A0",
    ]
    # Nothing was due: the cell says nothing, rather than nought.
    assert (second[5], second[7]) == ("", "")
    assert third[3] == "01/12/2025 00:30"


def test_a_workbook_has_numbers_dates_and_texts_that_are_not_formulas():
    content = write_xlsx(COLUMNS, ROWS, "fr")
    rows = rows_of_xlsx(content)

    day, instant, *numbers = rows[1][2:7]
    # A spreadsheet knows no time zones: what it shows is Paris's.
    assert (day.isoformat(), instant.isoformat()) == ("2026-01-05T00:00:00", "2026-01-05T09:05:00")
    assert numbers == [3.5, 66, 1234]
    assert rows[1][7] == "'=2+5+cmd|' /C calc'!A0"
    assert rows[2][5] is None
    sheet = load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:H4")


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it(text):
    row = [{"text": text}]

    assert rows_of_csv(write_csv(TEXT, row, "fr"))[1][0].startswith("'")
    assert rows_of_xlsx(write_xlsx(TEXT, row, "fr"))[1][0].startswith("'")


@given(st.lists(st.text(max_size=50), min_size=1, max_size=5), st.sampled_from(["fr", "en"]))
def test_no_cell_of_a_file_begins_as_a_formula(texts, language):
    rows = [{"text": text} for text in texts]

    written = [row[0] for row in rows_of_csv(write_csv(TEXT, rows, language))[1:] if row]
    kept = [row[0] for row in rows_of_xlsx(write_xlsx(TEXT, rows, language))[1:]]

    for text in [*written, *(cell for cell in kept if cell is not None)]:
        assert str(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@given(
    st.sampled_from(["number", "percent", "hours", "day", "instant", "link", "badge"]),
    st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers())),
)
def test_whatever_a_browser_sends_is_written_or_left_out(kind, value):
    column = (Column("value", "Valeur", kind),)

    assert len(rows_of_csv(write_csv(column, [{"value": value}], "fr"))) >= 1
    assert rows_of_xlsx(write_xlsx(column, [{"value": value}], "fr"))


def test_a_file_is_named_after_the_table_and_the_day():
    assert file_name("Sessions de l’année", date(2026, 1, 5), XLSX) == "sessions-de-l-annee-2026-01-05.xlsx"
    assert file_name("../../…", date(2026, 1, 5), CSV) == "tableau-2026-01-05.csv"
