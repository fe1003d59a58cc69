"""The page of a course: one button stands out, and each unit can be opened, once."""

from __future__ import annotations

import re

import pytest

from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.cmi5_plays import Contents, Line, UnitState
from lrs.http.course_page import course_page

PROTECT = Line("Protéger", 0, 0, UnitState.BEGUN)
ALERT = Line("Alerter", 0, 1)
BLOCK = Line("Les gestes", 0)


def buttons(*lines: Line, wanted: int | None = None, next_place: int | None = 0) -> list[tuple[str, str]]:
    page = course_page(Contents("SST", lines, next_place, is_satisfied=False), LaunchMode.NORMAL, wanted, "fr")
    return re.findall(r'action="unites/(\d)"><button class="(\w+)"', page)


def test_what_is_next_stands_out_and_every_unit_can_be_opened():
    assert buttons(BLOCK, PROTECT, ALERT) == [("0", "main"), ("0", "quiet"), ("1", "quiet")]


def test_what_somebody_came_for_stands_out():
    assert buttons(PROTECT, ALERT, wanted=1)[0] == ("1", "main")


@pytest.mark.parametrize("lines", [(PROTECT,), (BLOCK, PROTECT)])
def test_a_single_unit_has_a_single_button(lines):
    assert buttons(*lines) == [("0", "main")]


def test_a_single_unit_that_is_satisfied_can_be_looked_at_again():
    assert buttons(Line("Protéger", 0, 0, UnitState.SATISFIED), next_place=None) == [("0", "quiet")]
