"""What comes in through forms and links, whatever it is."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dashboards.attendance.calendar import parse_week
from dashboards.attendance.drawing import parse_drawing
from dashboards.attendance.wording import typeset
from lrs.errors import InvalidRequest

PREFIX = "data:image/png;base64,"


@given(st.text() | st.text().map(PREFIX.__add__) | st.binary().map(lambda some: PREFIX + some.hex()))
def test_whatever_is_sent_as_a_drawing_is_taken_or_refused(text):
    try:
        drawing = parse_drawing(text)
    except InvalidRequest:
        return
    assert drawing is None if not text else drawing.startswith(b"\x89PNG")


@given(st.none() | st.text() | st.dates().map(str))
def test_whatever_week_is_asked_for_begins_on_a_monday_that_has_neighbours(text):
    assert parse_week(text, date(2026, 1, 7)).isoweekday() == 1
    assert 2000 <= parse_week(text, date(2026, 1, 7)).year + 1 <= 2201


@given(st.text())
def test_what_is_set_in_french_type_is_set_once(text):
    assert typeset(typeset(text)) == typeset(text)
