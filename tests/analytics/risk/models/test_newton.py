"""Logistic regression: the same weights as scikit-learn's, and an end where classes part."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from analytics.risk.newton import chance, fit_weights, log_odds


def test_weights_are_those_of_scikit_learn():
    random = np.random.default_rng(2)
    design = random.normal(size=(400, 3))
    happened = (random.random(400) < chance(design @ np.array([1.0, -2.0, 0.5]))).astype(float)

    ours = fit_weights(design, happened, np.full(3, 4.0))

    theirs = LogisticRegression(C=0.25, fit_intercept=False, tol=1e-10).fit(design, happened).coef_[0]
    assert ours == pytest.approx(theirs, abs=1e-5)


def test_a_start_far_from_the_end_still_arrives():
    random = np.random.default_rng(3)
    margin = random.random(600) * 6
    happened = (random.random(600) < chance(0.3 * margin - 2)).astype(float)
    design = np.stack([margin, np.ones(600)], axis=1)

    found = fit_weights(design, happened, np.full(2, 0.01), offset=margin)

    assert found[0] + 1 == pytest.approx(0.3, abs=0.12)


def test_classes_that_a_feature_parts_exactly_do_not_send_weights_to_infinity():
    design = np.stack([np.linspace(-1, 1, 50), np.ones(50)], axis=1)

    found = fit_weights(design, (design[:, 0] > 0).astype(float), np.array([1.0, 0.0]))

    assert np.isfinite(found).all()
    assert 0 < found[0] < 100


def test_log_odds_of_certainty_are_a_number():
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
    assert chance(log_odds(np.array([0.2]))) == pytest.approx(0.2)
