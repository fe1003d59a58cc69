"""What came of snapshots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.risk.features import FeatureTable, Lack, LackReason
from analytics.risk.targets import Fate, Target, sample, stacked


def table_of(*names, day=10):
    count = len(names)
    return FeatureTable(
        names, names, ("s",) * count, np.full(count, day), np.full(count, 100), ("idle_days",), np.zeros((count, 1))
    )


FATES = {
    "completed": Fate(100, None, has_completed=True),
    "failed": Fate(100, None, has_completed=False),
    "left soon": Fate(20, 20, has_completed=False),
    "left late": Fate(90, 90, has_completed=False),
    "left before": Fate(5, 5, has_completed=False),
    "running": Fate(50),
    "hardly begun": Fate(20),
}


def test_outcomes_of_every_fate_by_hand():
    found = sample(table_of(*FATES, "nobody knows"), FATES)

    nan = float("nan")
    assert found.outcome[Target.AT_RISK].tolist() == pytest.approx([0, 1, 1, 1, nan, nan, nan, nan], nan_ok=True)
    assert found.outcome[Target.LEAVES].tolist() == pytest.approx([0, 0, 1, 1, nan, nan, nan, nan], nan_ok=True)
    assert found.outcome[Target.LEAVES_SOON].tolist() == pytest.approx([0, 0, 1, 0, nan, 0, nan, nan], nan_ok=True)


def test_days_to_leaving_are_counted_from_the_snapshot():
    found = sample(table_of("left soon", "completed"), FATES)

    assert found.leaves_in.tolist() == [10, np.inf]


def test_leaving_on_the_28th_day_is_within_28_days_and_a_day_later_is_not():
    fates = {"last": Fate(38, 38, has_completed=False), "after": Fate(39, 39, has_completed=False)}

    assert sample(table_of(*fates), fates).outcome[Target.LEAVES_SOON].tolist() == [1, 0]


def test_whoever_left_on_the_day_itself_has_nothing_to_foresee():
    fates = {"today": Fate(10, 10, has_completed=False)}

    assert np.isnan(sample(table_of("today"), fates).outcome[Target.AT_RISK]).all()


def test_stacking_keeps_rows_in_order_and_leaves_out_those_that_lack():
    first, second = sample(table_of("completed", "failed"), FATES), sample(table_of("failed", day=20), FATES)
    lacking = replace(first, table=replace(first.table, lacking={"completed": Lack(LackReason.NO_HISTORY)}))

    found = stacked([lacking, second])

    assert found.table.enrolment_ids == ("failed", "failed")
    assert found.table.day.tolist() == [10, 20]
    assert found.outcome[Target.AT_RISK].tolist() == [1, 1]
    assert not found.table.lacking


def test_samples_of_other_features_are_not_stacked():
    one = sample(table_of("completed"), FATES)
    other = replace(one, table=replace(one.table, names=("score_mean",)))

    with pytest.raises(ValueError):
        stacked([one, other])
    with pytest.raises(ValueError):
        stacked([])
