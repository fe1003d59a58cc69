"""Models learn what is there to learn, no more, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.risk.metrics.ranking import auc
from analytics.risk.models import Model
from analytics.risk.models.errors import NothingToLearn
from analytics.risk.models.fitting import Kind, fit, fit_all
from analytics.risk.targets import Target, stacked
from tests.analytics.risk.learners import session, sessions


@pytest.fixture(scope="module")
def earlier():
    return sessions(3, count=250)


@pytest.fixture(scope="module")
def latest():
    return stacked(session("latest", seed=9, count=500))


@pytest.fixture(scope="module")
def models(earlier):
    return fit_all(earlier, seed=1)


def ranked(model, item):
    happened = item.outcome[model.target]
    margin = model.score(item.table).margin
    rows = ~np.isnan(happened) & ~np.isnan(margin)
    return auc(happened[rows], margin[rows])


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_ranks_later_learners_better_than_chance(earlier, latest, kind):
    model = fit(earlier, target=Target.AT_RISK, kind=kind, seed=1)

    assert ranked(model, latest) > (0.6 if kind is Kind.RULE else 0.7)


@pytest.mark.parametrize("target", list(Target))
def test_every_target_is_learnt(models, latest, target):
    assert ranked(models[target], latest) > 0.65


def test_labels_dealt_out_by_chance_teach_nothing():
    samples = sessions(4, count=400, strength=0.0)
    fresh = stacked(session("fresh", seed=9, count=600, strength=0.0))

    model = fit(samples, target=Target.AT_RISK, seed=1)

    assert ranked(model, fresh) == pytest.approx(0.5, abs=0.06)
    assert not model.recalibrated(fresh).calibration().is_shown


def test_the_same_samples_and_seed_give_the_same_bytes_and_another_seed_need_not(earlier):
    one, again = (fit(earlier, target=Target.AT_RISK, kind=Kind.BOOSTING, seed=3) for _ in range(2))

    assert one.to_bytes() == again.to_bytes()
    assert one.digest == again.digest


def test_one_by_one_or_together_models_are_the_same(earlier, models):
    alone = fit(earlier, target=Target.LEAVES_SOON, seed=1)

    assert alone.stages[0].plain() == models[Target.LEAVES_SOON].stages[0].plain()


def test_permuted_rows_of_learners_score_the_same(models, latest):
    from analytics.risk.targets import rows_of

    turned = np.arange(len(latest))[::-1]

    there = models[Target.AT_RISK].score(latest.table).margin
    back = models[Target.AT_RISK].score(rows_of(latest, turned).table).margin

    assert back == pytest.approx(there[turned], abs=1e-9)


def test_with_nothing_but_one_outcome_there_is_nothing_to_learn():
    happy = session("happy", count=40, level=-60.0)

    with pytest.raises(NothingToLearn, match="at_risk"):
        fit(happy, target=Target.AT_RISK)
    assert fit_all(happy) == {}
    assert fit_all([]) == {}


def test_three_learners_no_values_and_constant_features_are_no_crash(models):
    tiny = sessions(3, count=3, level=0.0)
    model = fit(tiny, target=Target.AT_RISK, pooled=models[Target.AT_RISK])
    assert np.isfinite(model.score(tiny[0].table).margin).all()
    assert not model.calibration().is_shown

    blank = sessions(2, count=80)
    for item in blank:
        item.table.values[:] = np.nan
    assert np.isfinite(fit(blank, target=Target.AT_RISK).score(blank[0].table).margin).all()

    same = sessions(2, count=80)
    for item in same:
        item.table.values[:] = 1.0
    scores = fit(same, target=Target.AT_RISK).score(same[0].table)
    assert len(set(scores.margin.tolist())) == 1
    assert set(scores.rank.tolist()) == {0.5}


def test_models_know_how_many_events_they_learnt_from(models, earlier):
    whole = stacked(earlier)
    happened = {
        name
        for name, value in zip(whole.table.enrolment_ids, whole.outcome[Target.AT_RISK].tolist(), strict=True)
        if value == 1
    }

    assert models[Target.AT_RISK].events == len(happened)


def test_one_hazard_answers_both_targets_about_leaving(models):
    assert models[Target.LEAVES].stages is models[Target.LEAVES_SOON].stages
    assert Model.from_bytes(models[Target.LEAVES].to_bytes()).digest != models[Target.LEAVES_SOON].digest
