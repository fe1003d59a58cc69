"""Trees as arrays say what scikit-learn's say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from analytics.risk.models.boosting import OURS, fit_trees, read_off
from analytics.risk.models.trees import Trees


@given(st.integers(0, 1000), st.floats(0, 0.6), st.integers(2, 20))
@settings(max_examples=12, deadline=None)
def test_arrays_say_what_scikit_learn_says_for_known_unknown_and_extreme_values(seed, missing, leaves):
    random = np.random.default_rng(seed)
    values = random.normal(size=(200, 4)).round(1)
    values[random.random((200, 4)) < missing] = np.nan
    happened = (np.nan_to_num(values[:, 0]) + random.normal(size=200) > 0).astype(float)
    fitted = HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=leaves, min_samples_leaf=5, random_state=0)
    fitted.fit(values, happened)

    trees = read_off(fitted, np.arange(4))

    asked = np.vstack([values, np.full((1, 4), np.nan), np.full((1, 4), 1e300), np.full((1, 4), -1e300)])
    assert trees.margin(asked, np.zeros(len(asked))) == pytest.approx(fitted.decision_function(asked), abs=1e-12)


def test_trees_written_and_read_say_the_same():
    random = np.random.default_rng(1)
    values = random.normal(size=(300, 3))
    trees = fit_trees(values, (values[:, 1] > 0.3).astype(float), growth=OURS, seed=4)

    again = Trees.read(trees.plain())

    assert np.array_equal(again.margin(values, np.zeros(300)), trees.margin(values, np.zeros(300)))


def test_inputs_that_never_vary_grow_no_trees():
    values = np.full((50, 2), 3.0)
    values[:, 1] = np.nan

    assert fit_trees(values, np.tile([0.0, 1.0], 25), growth=OURS, seed=1) is None


@pytest.mark.parametrize(("name", "value"), [("left", 10**6), ("feature", -2), ("roots", -1)])
def test_arrays_that_lead_nowhere_are_refused(name, value):
    random = np.random.default_rng(1)
    values = random.normal(size=(100, 2))
    plain = fit_trees(values, (values[:, 0] > 0).astype(float), growth=OURS, seed=1).plain()
    plain[name][0] = value

    with pytest.raises(ValueError):
        Trees.read(plain)
