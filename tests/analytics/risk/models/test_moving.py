"""Trees of moments are blended between them, and shared where too little happened near one."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.risk.features.registry import load_registry
from analytics.risk.models.boosting import OURS, fit_moving, fit_trees
from analytics.risk.models.fitting import fit_all
from analytics.risk.models.inputs import COMMON, layout_of
from analytics.risk.models.moving import Moving
from analytics.risk.models.trees import Trees
from analytics.risk.moments import KNOTS
from analytics.risk.targets import Target
from tests.analytics.risk.learners import sessions


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(1)
    values, share = random.normal(size=(3000, 3)), random.random(3000) * 0.3
    # Early the first counts, later the second.
    counts = np.where(share < 0.1, values[:, 0], values[:, 1])
    return values, share, (counts + random.normal(size=3000) > 0).astype(float)


@pytest.fixture(scope="module")
def moving(rows):
    values, share, happened = rows
    whole = fit_trees(values, happened, growth=OURS, seed=4)
    return fit_moving(values, share, happened, whole=whole, events_least=100, seed=4)


def test_what_counts_early_and_what_counts_later_are_told_apart(moving):
    first, second = np.array([[2.0, -2.0, 0.0]]), np.array([[-2.0, 2.0, 0.0]])

    early, late = (moving.margin(first, at)[0] - moving.margin(second, at)[0] for at in (np.zeros(1), np.full(1, 0.22)))

    assert early > 1
    assert late < -1


def test_between_two_moments_both_tell_by_how_near_they_are(moving):
    row = np.array([[1.0, -0.5, 0.2]])
    before, after = KNOTS[1], KNOTS[2]

    there, here, middle = (
        moving.margin(row, np.full(1, at))[0] for at in (before, after, before + 0.25 * (after - before))
    )

    assert middle == pytest.approx(0.75 * there + 0.25 * here)


def test_a_moment_near_which_little_happened_has_the_trees_of_all(moving, rows):
    values, _, happened = rows
    whole = fit_trees(values, happened, growth=OURS, seed=4)

    late = np.full(len(values), 0.9)

    assert np.array_equal(moving.margin(values, late), whole.margin(values, late))
    assert moving.at[-1] != moving.at[0]


def test_what_is_written_is_read_and_says_the_same(moving, rows):
    values, share, _ = rows

    assert np.array_equal(Moving.read(moving.plain()).margin(values, share), moving.margin(values, share))


@pytest.mark.parametrize("at", [[0, 0], [0, 0, 0, 0, 0, 99], [-1, 0, 0, 0, 0, 0]])
def test_moments_without_trees_are_refused(moving, at):
    with pytest.raises(ValueError, match="moments"):
        Moving.read(moving.plain() | {"at": at})


def test_what_is_common_to_a_session_is_the_family_of_the_session_and_no_tree_of_the_learner_sees_it():
    shared = {name for name, feature in load_registry().features.items() if feature.family == "group"}
    layout = layout_of(("idle_days", *COMMON, "score_mean"), ["a"] * 300 + ["b"] * 300)

    assert shared == set(COMMON)
    assert [layout.names[at] for at in layout.own if at < layout.day] == ["idle_days", "score_mean"]
    assert layout.own.tolist()[2:] == [layout.day, layout.count - 2, layout.count - 1]


def test_not_completing_has_trees_that_move_and_leaving_soon_has_none():
    models = fit_all(sessions(4, count=900), seed=1)

    kinds = {
        target: [[type(part.part) for part in stage.parts] for stage in model.stages]
        for target, model in models.items()
    }

    assert [kind for kind in kinds[Target.AT_RISK][0] if kind in (Trees, Moving)] == [Trees, Moving]
    assert not any(Moving in parts for parts in kinds[Target.LEAVES])
