"""Probabilities beside what happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.risk.metrics.probability import brier, brier_constant, calibration_error, reliability

ROWS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60)


@given(ROWS)
def test_every_row_is_in_one_group_and_equal_probabilities_stay_together(rows):
    happened = np.array([float(row[0]) for row in rows])
    said = np.array([row[1] for row in rows])

    groups = reliability(happened, said)

    assert sum(group.count for group in groups) == len(rows)
    assert sum(group.count * group.happened for group in groups) == pytest.approx(happened.sum())
    assert [group.said for group in groups] == sorted(group.said for group in groups)
    assert all(group.low <= group.happened <= group.high for group in groups)
    assert len(groups) <= len(set(said.tolist()))


def test_the_error_of_a_constant_is_its_distance_from_the_share_that_happened():
    happened = np.array([1.0, 0.0, 0.0, 0.0])

    assert calibration_error(happened, np.full(4, 0.25)) == 0
    assert calibration_error(happened, np.full(4, 0.75)) == pytest.approx(0.5)


def test_saying_the_base_rate_has_the_brier_score_of_the_constant():
    happened = np.array([1.0, 0.0, 0.0, 0.0])

    assert brier(happened, np.full(4, 0.25)) == brier_constant(happened) == pytest.approx(0.1875)
    assert brier(happened, happened) == 0


def test_no_rows_have_no_figure():
    nothing = np.array([])

    assert np.isnan([brier(nothing, nothing), brier_constant(nothing), calibration_error(nothing, nothing)]).all()
    assert reliability(nothing, nothing) == ()
