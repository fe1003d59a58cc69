"""Whether today is still like what a model was fitted on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.risk.drift import calibration_drift, feature_drift
from analytics.risk.models.fitting import fit
from analytics.risk.targets import Target, rows_of, stacked
from tests.analytics.risk.learners import session, sessions


@pytest.fixture(scope="module")
def earlier():
    return sessions(3, count=400)


@pytest.fixture(scope="module")
def model(earlier):
    return fit(earlier, target=Target.AT_RISK, seed=1)


def test_what_a_model_was_fitted_on_has_not_drifted(model, earlier):
    assert all(item.stability_index < 0.01 for item in feature_drift(model, stacked(earlier).table))


def test_a_feature_that_moved_or_vanished_comes_first(model):
    table = session("today", seed=8, count=300)[0].table
    moved = table.values.copy()
    moved[:, 0] = 20 - moved[:, 0] / 10
    moved[:, 2] = np.nan

    found = feature_drift(model, replace(table, values=moved))

    assert {found[0].feature, found[1].feature} == {"idle_days", "score_mean"}
    assert found[1].stability_index > 0.25 > found[2].stability_index
    gone = next(item for item in found if item.feature == "score_mean")
    assert gone.missing_now == 1 > gone.missing_before


def test_nobody_today_is_no_drift(model, earlier):
    nobody = rows_of(stacked(earlier), np.array([], dtype=np.intp))

    assert feature_drift(model, nobody.table) == ()
    assert calibration_drift(model, nobody) is None


def test_learners_who_fare_worse_than_said_show_as_drift_of_calibration(model):
    alike = calibration_drift(model, stacked(session("alike", seed=31, count=900)))
    worse = calibration_drift(model, stacked(session("worse", seed=31, count=900, level=0.5)))

    assert alike.error < 0.08 < worse.error
    assert worse.happened > worse.said + 0.1
