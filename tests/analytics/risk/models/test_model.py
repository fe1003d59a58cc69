"""A model scores, refuses to score, and is data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.risk.features import Lack, LackReason
from analytics.risk.models import Model, Unshown
from analytics.risk.models.errors import UnreadableModel
from analytics.risk.models.fitting import fit_all
from analytics.risk.targets import Target, rows_of, stacked
from tests.analytics.risk.learners import session, sessions


@pytest.fixture(scope="module")
def latest():
    return stacked(session("latest", seed=9, count=600))


@pytest.fixture(scope="module")
def models(latest):
    return {target: model.recalibrated(latest) for target, model in fit_all(sessions(3, count=250), seed=1).items()}


@pytest.fixture
def table():
    return session("today", seed=21, days=(40,), count=120)[0].table


@pytest.mark.parametrize("target", [Target.LEAVES, Target.LEAVES_SOON])
@given(seed=st.integers(0, 10_000), wild=st.floats(0.1, 50))
@settings(max_examples=15, deadline=None)
def test_a_probability_never_falls_as_the_horizon_grows(models, target, seed, wild):
    table = session("any", seed=seed, days=(seed % 99,), count=30)[0].table
    table = replace(table, values=table.values * wild)

    soon, later, end = (models[target].believed(table, horizon=days) for days in (14, 28, None))
    if target is Target.LEAVES_SOON:
        end = models[Target.LEAVES].believed(table)

    assert (soon <= later).all()
    assert (later <= end).all()


def test_an_interval_holds_the_probability_at_every_horizon(models, table):
    for target, horizon in ((Target.LEAVES, 14), (Target.LEAVES, 28), (Target.LEAVES, None), (Target.AT_RISK, None)):
        scores = models[target].score(table, horizon=horizon)
        shown = ~np.isnan(scores.probability)
        assert (scores.low[shown] <= scores.probability[shown]).all()
        assert (scores.probability[shown] <= scores.high[shown]).all()


def test_ranks_follow_the_log_odds_within_each_session(models, table):
    scores = models[Target.AT_RISK].score(table)

    assert np.array_equal(np.argsort(scores.rank), np.argsort(scores.margin))
    assert (scores.rank.min(), scores.rank.max()) == (0, 1)


def test_probabilities_that_may_not_be_shown_are_not_numbers_and_the_rank_stays(models, table):
    unjudged = fit_all(sessions(1, count=60), seed=1)[Target.AT_RISK]

    scores = unjudged.score(table)

    assert not scores.is_calibrated
    assert np.isnan([scores.probability, scores.low, scores.high]).all()
    assert np.isfinite(scores.rank).all()
    assert set(scores.unshown) <= {Unshown.UNCALIBRATED, Unshown.OUT_OF_RANGE}
    assert scores.unshown.count(Unshown.UNCALIBRATED) > len(table) / 2
    assert np.isfinite(unjudged.believed(table)).all()


def test_a_row_that_lacks_has_no_score_and_counts_in_nobodys_rank(models, table):
    name = table.enrolment_ids[0]
    lacking = replace(table, lacking={name: Lack(LackReason.WRONG_CLOCK)})

    scores = models[Target.AT_RISK].score(lacking)

    assert np.isnan([scores.margin[0], scores.rank[0], scores.probability[0], scores.low[0]]).all()
    assert scores.unshown[0] is Unshown.LACKING
    assert np.nanmax(scores.rank) == 1
    assert models[Target.AT_RISK].explain(lacking, [0])[0] == ()


def test_a_doubtful_row_has_a_wider_interval(models, table):
    doubtful = replace(table, doubtful={table.enrolment_ids[0]: Lack(LackReason.FEED_LATE)})

    sure, unsure = (models[Target.AT_RISK].score(item) for item in (table, doubtful))

    assert unsure.high[0] - unsure.low[0] > 1.3 * (sure.high[0] - sure.low[0])
    assert unsure.probability[0] == sure.probability[0]
    assert np.array_equal(unsure.high[1:], sure.high[1:], equal_nan=True)


def test_features_that_vanish_or_go_wild_leave_a_rank_and_no_probability(models, table):
    blank = replace(table, values=np.full_like(table.values, np.nan))
    wild = replace(table, values=table.values * 1e6)
    fewer = replace(table, names=table.names[:2], values=table.values[:, :2])

    for odd in (blank, wild, fewer):
        scores = models[Target.AT_RISK].score(odd)
        assert set(scores.unshown) == {Unshown.OUT_OF_RANGE}
        assert np.isnan(scores.probability).all()
        assert np.isfinite(scores.margin).all()


def test_features_in_another_order_and_new_ones_change_nothing(models, table):
    turned = replace(
        table,
        names=("new", *table.names[::-1]),
        values=np.hstack([np.ones((len(table), 1)), table.values[:, ::-1]]),
    )

    there, here = (models[Target.LEAVES].score(item).margin for item in (table, turned))

    assert np.array_equal(there, here)


def test_an_empty_table_has_empty_scores(models, latest):
    nobody = rows_of(latest, np.array([], dtype=np.intp)).table

    scores = models[Target.LEAVES].score(nobody)

    assert scores.enrolment_ids == ()
    assert scores.margin.shape == scores.rank.shape == (0,)


def test_a_horizon_that_nobody_fitted_is_refused(models, table):
    with pytest.raises(ValueError, match="at_risk does not know a horizon of 14 days; it knows the end"):
        models[Target.AT_RISK].score(table, horizon=14)


@pytest.mark.parametrize("target", list(Target))
def test_bytes_are_read_back_to_the_same_model(models, table, target):
    again = Model.from_bytes(models[target].to_bytes())

    assert again.to_bytes() == models[target].to_bytes()
    assert again.digest == models[target].digest
    one, other = models[target].score(table), again.score(table)
    assert np.array_equal(one.margin, other.margin)
    assert np.array_equal(one.probability, other.probability, equal_nan=True)
    assert again.explain(table, [3])[0] == models[target].explain(table, [3])[0]


@pytest.mark.parametrize(
    "change",
    [
        {"form": 1},
        {"format": "pickle"},
        {"target": "anger"},
        {"names": ["idle_days"]},
        {"group": []},
        {"stages": []},
        {"calibrations": [{}]},
    ],
)
def test_bytes_that_are_no_model_of_this_form_are_refused(models, change):
    plain = orjson.loads(models[Target.AT_RISK].to_bytes()) | change

    with pytest.raises(UnreadableModel):
        Model.from_bytes(orjson.dumps(plain))


@given(st.binary(max_size=60))
def test_other_bytes_are_refused(data):
    with pytest.raises(UnreadableModel):
        Model.from_bytes(data)


def test_scoring_loads_no_scikit_learn():
    import subprocess
    import sys

    code = (
        "import sys; import analytics.risk.models, analytics.risk.drift, analytics.risk.explanation; "
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'scipy', 'pandas') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
