"""Calling the highest-ranked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.risk.metrics.workload import at_workload, flagged


def test_calling_half_of_four_by_hand():
    happened, score = np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.9, 0.8, 0.2, 0.1])

    found = at_workload(happened, score, 0.5)

    assert (found.count, found.precision) == (2, 0.5)
    assert found.recall == pytest.approx(1 / 3)


@given(st.integers(1, 30), st.integers(0, 30), st.sampled_from([0.05, 0.1, 0.5, 1.0]))
def test_where_all_scores_are_equal_precision_is_the_base_rate(others, hits, share):
    happened = np.array([1.0] * hits + [0.0] * others)

    found = at_workload(happened, np.zeros(len(happened)), share)

    assert found.precision == pytest.approx(happened.mean())


def test_somebody_is_called_where_there_is_anybody_and_nobody_where_there_is_none():
    assert at_workload(np.array([1.0]), np.array([0.3]), 0.05).count == 1
    assert at_workload(np.array([]), np.array([]), 0.05).count == 0


def test_as_many_are_flagged_as_are_called():
    score = np.array([0.5, 0.9, 0.5, 0.1])

    assert flagged(score, 0.5).tolist() == [True, True, False, False]
