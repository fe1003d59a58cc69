"""A new organisation begins with what others show; its own data outweigh it gradually."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.risk.models import Model
from analytics.risk.models.fitting import fit
from analytics.risk.models.pooling import HALFWAY, own_share
from analytics.risk.targets import Target, stacked
from tests.analytics.risk.learners import NAMES, session, sessions


@pytest.fixture(scope="module")
def pooled():
    return fit(sessions(4, count=300), target=Target.AT_RISK, seed=1)


def _margin(model, item):
    return model.score(item.table).margin


def test_without_data_the_pooled_model_scores_as_it_is(pooled):
    assert fit([], target=Target.AT_RISK, pooled=pooled) is pooled
    happy = session("happy", count=40, level=-60.0)
    assert fit(happy, target=Target.AT_RISK, pooled=pooled) is pooled


def test_few_data_move_the_pooled_model_little_and_many_much(pooled):
    # In this organisation those who idle are those who stay.
    few, many = sessions(1, count=20, strength=-1.0), sessions(4, count=500, strength=-1.0)
    asked = stacked(session("asked", seed=7))

    by_few = fit(few, target=Target.AT_RISK, pooled=pooled, seed=1)
    by_many = fit(many, target=Target.AT_RISK, pooled=pooled, seed=1)

    there = _margin(pooled, asked)
    assert 0 < by_few.own < 0.2
    assert 0.6 < by_many.own < 1
    assert np.corrcoef(there, _margin(by_few, asked))[0, 1] > 0.9
    assert np.corrcoef(there, _margin(by_many, asked))[0, 1] < 0


def test_the_share_of_own_data_grows_with_events_from_nought_towards_one():
    shares = [own_share(events) for events in (0, 1, HALFWAY, 10**6)]

    assert shares[0] == 0
    assert shares[2] == 0.5
    assert shares == sorted(shares)
    assert shares[3] < 1


def test_features_that_only_one_of_them_knows_are_kept(pooled):
    other = ("idle_days", "due_missed_share", "score_mean", "score_last", "failed_share")
    own = sessions(2, count=200, names=other)

    model = fit(own, target=Target.AT_RISK, pooled=pooled, seed=1)

    assert set(model.names) == {*NAMES, *other}
    assert np.isfinite(_margin(model, stacked(own))).all()
    assert Model.from_bytes(model.to_bytes()).to_bytes() == model.to_bytes()


def test_a_mixed_model_is_shown_only_once_both_were_judged(pooled):
    model = fit(sessions(1, count=20), target=Target.AT_RISK, pooled=pooled, seed=1)

    assert not model.calibration().is_shown
    assert model.recalibrated(stacked(session("latest", seed=5, count=900))).calibration().is_shown
