"""Plain models, which ours are held against, on features that say nothing yet."""

from __future__ import annotations

import numpy as np

from benchmarks.dropout.plain import NAMES, plain_boosting, plain_logistic


def test_plain_models_do_without_what_nobody_has_yet() -> None:
    random = np.random.default_rng(1)
    values = np.zeros((400, len(NAMES)))
    values[:, NAMES.index("score_mean")] = np.nan
    values[:, NAMES.index("clicks_before")] = random.integers(0, 90, 400)
    values[:, NAMES.index("module")] = random.integers(0, 3, 400)
    wanted = (values[:, NAMES.index("clicks_before")] < 30).astype(float)

    for model in (plain_boosting(), plain_logistic()):
        said = model.fit(values, wanted).predict_proba(values)[:, 1]
        assert said[wanted == 1].mean() > said[wanted == 0].mean() + 0.2
