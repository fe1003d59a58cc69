"""Prerequisites of SCORM 1.2: scripts as packages have them, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.packages.prerequisites import are_met, is_readable

STANDING = {"A": "passed", "B": "completed", "C": "failed", "D": "not attempted"}


def holds(item: str, status: str) -> bool:
    if status == "done":
        return STANDING.get(item) in ("passed", "completed")
    return STANDING.get(item) == status


@pytest.mark.parametrize(
    ("script", "met"),
    [
        ("A", True), ("C", False), ("A&B", True), ("A & C", False), ("A|C", True), ("C|D", False), ("~C", True),
        ("A&B|C", True), ("C|A&D", False), ("(C|A)&B", True), ("~(A&B)", False), ('A="passed"', True),
        ("A=p", True), ('B="passed"', False), ('C="failed"', True), ("A<>failed", True), ("C<>f", False),
        ("2*{A, B, C}", True), ("3*{A,B,C}", False), ("inconnu", False), ("1*{A&C, B}", True),
    ],
)  # fmt: skip
def test_each_form_is_worked_out(script: str, met: bool) -> None:
    assert is_readable(script)
    assert are_met(script, holds) is met


@pytest.mark.parametrize("script", ["", "A &", "(A", "A B", "A = ", "A = x", "2*{A", "&", "A;B", "~" * 200 + "A"])
def test_what_cannot_be_read_asks_for_nothing(script: str) -> None:
    assert not is_readable(script)
    assert are_met(script, holds)


@given(st.text(alphabet='ABC&|~(){}*=<>", 123pf', max_size=40))
def test_no_script_does_any_harm(script: str) -> None:
    are_met(script, holds)
