"""The page about the facts says what the code has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from analytics.dictionary import TABLES, WORDS, columns, render

PAGE = Path(__file__).resolve().parents[2] / "docs" / "facts.md"


def test_the_page_of_facts_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == render(), "python -m analytics.dictionary > docs/facts.md"


@pytest.mark.parametrize("table", [*TABLES, *WORDS], ids=lambda table: table.__name__)
def test_every_column_has_a_meaning(table: type) -> None:
    assert all(column.meaning.endswith(".") for column in columns(table))


def test_a_column_that_is_not_described_is_refused() -> None:
    @dataclass
    class Table:
        """A table.

        Attributes:
            described: Is.
        """

        described: int
        forgotten: int

    with pytest.raises(LookupError, match="forgotten"):
        columns(Table)
