"""A small organisation whose facts are kept, and derived again to compare."""

from __future__ import annotations

import pytest

from tests.analytics.store.campus import Campus


@pytest.fixture
def campus(services, organisation, caller) -> Campus:
    """Two trainees in two sessions, and somebody nobody knows, as the worker finds them."""
    return Campus(services, caller)
