"""Ranking figures: as by hand, as scikit-learn's, and with intervals that hold what they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from analytics.risk.metrics.ranking import auc, auc_difference, auc_estimate, average_precision

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40)


@given(ROWS)
@settings(max_examples=60)
def test_ranking_figures_are_those_of_scikit_learn_ties_included(rows):
    happened = np.array([float(row[0]) for row in rows])
    score = np.array([row[1] / 5 for row in rows])
    if 0 < happened.sum() < len(happened):
        assert auc(happened, score) == pytest.approx(roc_auc_score(happened, score))
        assert average_precision(happened, score) == pytest.approx(average_precision_score(happened, score))


def test_a_single_outcome_has_no_ranking_figure():
    assert np.isnan(auc(np.ones(3), np.arange(3.0)))
    assert np.isnan(auc(np.array([]), np.array([])))
    assert np.isnan(average_precision(np.zeros(3), np.arange(3.0)))


def test_an_interval_holds_its_value_and_is_the_same_for_the_same_seed():
    random = np.random.default_rng(5)
    happened = (random.random(300) < 0.3).astype(float)
    score = happened + random.normal(size=300)
    people = [f"p{row // 2}" for row in range(300)]

    found = auc_estimate(happened, score, people, seed=3, draws=200)

    assert found.low < found.value < found.high
    assert found.value == auc(happened, score)
    assert found == auc_estimate(happened, score, people, seed=3, draws=200)
    assert found != auc_estimate(happened, score, people, seed=4, draws=200)


def test_learners_with_many_rows_widen_the_interval():
    random = np.random.default_rng(6)
    happened = np.repeat((random.random(60) < 0.4).astype(float), 8)
    score = happened + np.repeat(random.normal(size=60), 8)
    whole = [f"p{row // 8}" for row in range(480)]
    apart = [f"p{row}" for row in range(480)]

    by_learner = auc_estimate(happened, score, whole, seed=1, draws=300)
    by_row = auc_estimate(happened, score, apart, seed=1, draws=300)

    assert by_learner.high - by_learner.low > 1.5 * (by_row.high - by_row.low)


def test_the_difference_of_a_score_from_itself_is_nought():
    happened, score = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.1, 0.4, 0.5, 0.9])

    found = auc_difference(happened, score, score, list("abcd"), seed=1, draws=50)

    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
