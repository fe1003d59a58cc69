"""What columns hold is said once: in the facts' docstrings; Python and both pages say the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import analytics
from analytics import dictionary
from analytics.anomalies import Anomaly
from analytics.facts import Change, DayFact, EnrolmentFacts, SlotFact, Standing
from analytics.frames import Frames
from analytics.frames.dictionary import MARK, render
from analytics.frames.tables import TABLES
from lrs.errors import NotFound

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "analysts.md"


def test_the_page_for_analysts_ends_with_the_tables_as_they_are() -> None:
    _, mark, tables = PAGE.read_text("utf-8").partition(MARK + "\n")

    assert mark
    assert tables == render(), "python -m analytics.frames"


def test_a_frame_can_be_asked_what_its_columns_hold(frames: Frames) -> None:
    days = analytics.columns(frames.days())

    assert days.loc["day", "meaning"] == "The local day, in the session's time zone."
    assert days.loc["first_at", "dtype"] == "datetime64[us, Europe/Paris]"
    assert analytics.columns("days").equals(days)
    with pytest.raises(NotFound, match="no table day; there are statements, days"):
        analytics.columns("day")


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("days", DayFact),
        ("attendance", SlotFact),
        ("standings", Standing),
        ("changes", Change),
        ("enrolments", EnrolmentFacts),
        ("anomalies", Anomaly),
    ],
)
def test_every_column_of_a_fact_is_in_its_frame_under_the_same_words(name: str, fact: type) -> None:
    found = {column.name: column.meaning for column in TABLES[name].columns}
    elsewhere = {"history", "figures"}  # a table of its own, and columns of their own

    for column in dictionary.columns(fact):
        if column.name in elsewhere:
            continue
        meaning = found[column.name.replace("_micros", "_seconds")]
        said = column.meaning.replace(", in microseconds since 1970", "").removeprefix("By modality, ")
        assert meaning.lower().startswith(said.lower().rstrip(".")), column.name


def test_every_column_says_what_it_holds_once() -> None:
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names)), table.name
        assert all(column.meaning.endswith(".") for column in table.columns), table.name


def test_importing_analytics_and_its_stores_loads_no_pandas() -> None:
    heavy = ("pandas", "pyarrow", "numpy", "matplotlib", "analytics.frames")
    program = f"""
import sys, analytics, analytics.derivation, analytics.store.facts
print([name for name in {heavy} if name in sys.modules])
"""

    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_what_analytics_does_not_offer_is_refused_as_of_any_module() -> None:
    assert analytics.connect.__module__ == "analytics.frames.connection"
    with pytest.raises(AttributeError, match="no attribute 'conect'"):
        analytics.conect  # noqa: B018 - asking is what is tested
