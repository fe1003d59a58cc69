"""Invented tables for every test, and the data given for those that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.dropout.__main__ import DATA
from benchmarks.dropout.tables import Tables, read_tables
from tests.benchmarks.dropout.campus import furnish


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The invented tables, with counts of clicks."""
    return read_tables(furnish(tmp_path_factory.mktemp("oulad")))


@pytest.fixture(scope="session")
def given() -> Path:
    """The folder of the data given; whoever asks for it is skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"the data is not there: {DATA}")
    return DATA
