"""What is not reached is said with the figures of the run, and figures of limits are right on rows one can count."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.dropout import shortfall
from benchmarks.dropout.experiment import Scored
from benchmarks.dropout.limits import gaps_at_best, precision_ahead
from benchmarks.dropout.records import enrolment_id
from benchmarks.dropout.tables import read_tables
from tests.benchmarks.dropout.campus import furnish


def scored(happened, names, **scores):
    count = len(happened)
    return Scored(
        np.full(count, "2014J"), np.full(count, 28), np.array(names), np.array(names),
        np.array(happened, dtype=float), {name: np.array(item, dtype=float) for name, item in scores.items()},
        np.full(count, 0.25), np.full(count, np.nan),
    )  # fmt: skip


def test_who_is_right_more_often_of_those_called_is_ahead_by_that_much():
    rows = scored([1, 1, 0, 0] * 25, [f"x{at}" for at in range(100)],
                  ours=[4, 3, 1, 0] * 25, rule=[0, 1, 4, 3] * 25)  # fmt: skip

    ahead = precision_ahead(rows, "ours", "rule", 0.5, draws=50)

    assert ahead.value == 1
    assert (ahead.low, ahead.high) == (1, 1)


def test_with_the_best_level_everybody_together_is_told_truly_and_groups_keep_what_is_theirs(tmp_path):
    tables = read_tables(furnish(tmp_path))
    keys = sorted(tables.students)
    women = np.array([tables.students[key].audit["gender"] == "F" for key in keys])
    # Of the women three of four do not complete, of the men one of four; everybody is told a quarter.
    turn = np.where(women, np.cumsum(women) % 4 != 0, np.cumsum(~women) % 4 == 0)
    rows = scored(turn, [enrolment_id(key) for key in keys], ours=turn)

    gaps = gaps_at_best(rows, tables, "gender", least=1)

    assert gaps["F"]["as_fitted"] == pytest.approx(0.25 - turn[women].mean())
    assert gaps["F"]["count"] + gaps["M"]["count"] == len(keys)
    assert sum(gap["count"] * gap["at_best"] for gap in gaps.values()) == pytest.approx(0, abs=0.1)
    assert gaps["F"]["at_best"] < -0.1 < 0.1 < gaps["M"]["at_best"]


def models(ours, rule, right):
    def one(auc, precision):
        return {"auc": [auc, auc - 0.01, auc + 0.01], "workload": {"0.1": {"precision": precision}}}

    ahead = {"ahead": [ours[0] - rule[0], 0.0, 0.03], "precision_ahead": [right, right - 0.01, right + 0.01]}
    return {"ours": one(*ours), "rule": one(*rule) | ahead, "plain boosting": one(0.7, 0.8)}


@pytest.fixture
def found():
    cells = {
        "14": {"base": 0.4, "models": models((0.69, 0.7), (0.68, 0.7), 0.0)},
        "28": {"base": 0.4, "models": models((0.72, 0.79), (0.70, 0.84), -0.05)},
        "168": {"base": 0.3, "models": models((0.92, 0.99), (0.86, 0.99), 0.0)},
    }
    gap = {"gaps_at_best": {"Y": {"count": 930, "as_fitted": -0.112, "at_best": -0.09}}}
    return {
        "main": {"at_risk": cells},
        "groups": {"at_risk": {"28": {"disability": gap, "imd_band": {}}}},
        "without": {"everything": {"28": 0.72}, "without clicks": {"28": 0.68}},
        "published": {"14": {"models": {"ours": {"auc": [0.710, 0.70, 0.72]}}}},
    }


def test_what_is_short_is_said_with_its_interval_and_its_bound(found):
    text = shortfall.render(found)

    assert "| 28 | .700 | .720 | +.020 (+.000 to +.030) | .010 short |" in text
    assert "| 168 | .860 | .920 | +.060 (+.000 to +.030) | reached |" in text
    assert "| 14 |" not in text
    assert "| 28 | 0.40 | 0.840 | 0.790 | -.050 (-.060 to -.040) | 0.940 | 0.82 |" in text
    assert "1.090: more than always" in text
    assert "week 2 by .003 (the published figure is within the interval of ours)" in text
    assert "| 28 | disability Y | 930 | -.112 | -.090 |" in text
    assert "+.044 away" in text
