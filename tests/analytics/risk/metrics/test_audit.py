"""How groups fare."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.risk.metrics.audit import audit


def _rows(count):
    random = np.random.default_rng(9)
    happened = (random.random(count) < 0.4).astype(float)
    return happened, random


def test_a_group_that_is_found_less_often_shows_in_the_gap():
    happened, random = _rows(2000)
    group = ["a" if row % 2 else "b" for row in range(2000)]
    seen = np.where(np.arange(2000) % 2 == 1, 0.8, 0.4)
    is_flagged = (happened == 1) & (random.random(2000) < seen)

    found = audit("band", group, happened, np.full(2000, 0.4), is_flagged, [str(row) for row in range(2000)], seed=1)

    a, b = found.groups
    assert a.true_positive_rate.value == pytest.approx(0.8, abs=0.05)
    assert b.true_positive_rate.value == pytest.approx(0.4, abs=0.05)
    assert found.true_positive_gap.low > 0.3
    assert a.false_positive_rate.value == 0


def test_groups_that_are_too_few_are_named_and_not_judged():
    happened, _ = _rows(300)
    group = ["few" if row < 50 else "many" for row in range(300)]

    found = audit("band", group, happened, np.full(300, 0.4), happened == 1, [str(row) for row in range(300)], seed=1)

    assert found.too_few == ("few",)
    assert [item.group for item in found.groups] == ["many"]
    assert np.isnan(found.true_positive_gap.value)


def test_rows_without_a_probability_have_no_part_in_calibration():
    happened = np.array([1.0, 0.0] * 200)
    said = np.where(np.arange(400) < 200, np.nan, 0.7)

    found = audit("band", ["all"] * 400, happened, said, happened == 1, [str(row) for row in range(400)], seed=1)

    assert found.groups[0].calibration_gap.value == pytest.approx(0.2)


def test_rows_of_no_known_group_are_left_out():
    happened = np.array([1.0, 0.0] * 200)
    group = [None if row < 100 else "known" for row in range(400)]

    found = audit("band", group, happened, np.full(400, 0.5), happened == 1, [str(row) for row in range(400)], seed=1)

    assert found.groups[0].count == 300
