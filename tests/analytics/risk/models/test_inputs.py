"""What models are asked with beside a learner's features: the day, the session, the programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.risk.features import FeatureTable
from analytics.risk.models import Model
from analytics.risk.models.fitting import fit
from analytics.risk.models.inputs import PROGRAMME_LEAST, Layout, layout_of
from analytics.risk.targets import Sample, Target, stacked
from tests.analytics.risk.learners import NAMES, session


def _of(programme: str, given: list[Sample]) -> list[Sample]:
    return [replace(item, table=replace(item.table, programme_ids=(programme,) * len(item))) for item in given]


def _margins(model: Model, table: FeatureTable) -> float:
    return float(np.mean(model.score(table).margin))


def test_only_programmes_with_enough_rows_have_a_level_of_their_own() -> None:
    many = ["a"] * PROGRAMME_LEAST + ["b"] * PROGRAMME_LEAST + ["few"]

    assert layout_of(NAMES, many).programmes == ("a", "b")
    assert layout_of(NAMES, many[:PROGRAMME_LEAST]).programmes == ()


def test_layouts_that_are_joined_find_their_inputs_again() -> None:
    one, other = Layout(("x", "y"), ("x",), ("a",)), Layout(("y", "z"), ("z",), ("b", "a"))
    joined = one.joined(other)

    assert joined.count == len(joined.names) + 1 + len(joined.group) + 1 + len(joined.programmes)
    assert other.within(joined).tolist() == [1, 2, 3, 5, 6, 8, 7]


def test_a_programme_that_loses_many_has_a_higher_level_and_an_unknown_one_that_of_all() -> None:
    samples = [
        *_of("gentle", session("g1", level=-2.5, seed=1)), *_of("hard", session("h1", level=0.0, seed=2)),
        *_of("gentle", session("g2", level=-2.5, seed=3)), *_of("hard", session("h2", level=0.0, seed=4)),
    ]  # fmt: skip
    model = fit(samples, target=Target.AT_RISK, seed=1)
    table = stacked(session("later", level=-1.2, seed=5)).table
    count = len(table)
    gentle, hard, unknown = (
        _margins(model, replace(table, programme_ids=(name,) * count)) for name in ("gentle", "hard", "new")
    )

    assert model.layout.programmes == ("gentle", "hard")
    assert gentle < unknown < hard
    assert _margins(model, table) == pytest.approx(unknown)
