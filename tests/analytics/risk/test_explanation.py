"""Reasons in French: of what differs from the session, the same every time."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from analytics.risk.features.registry import load_registry
from analytics.risk.models.fitting import fit
from analytics.risk.targets import Target
from tests.analytics.risk.learners import session, sessions


@pytest.fixture(scope="module")
def model():
    return fit(sessions(3, count=250), target=Target.AT_RISK, seed=1)


@pytest.fixture
def table():
    found = session("today", seed=21, days=(40,), count=120)[0].table
    values = found.values.copy()
    # One who has not been seen for long, and one who is as usual in everything.
    values[0] = [19.0, 0.95, 0.5, 0.5, 0.5]
    values[1] = np.nanmedian(values, axis=0)
    return replace(found, values=values)


def test_who_idles_and_misses_work_is_told_so_with_what_is_usual_and_what_would_help(model, table):
    found = model.explain(table, [0])[0]

    assert {item.family for item in found[:2]} == {"recency", "lateness"}
    idle = next(item for item in found if item.family == "recency")
    assert idle.sentence.startswith("Aucune activité depuis 19\u202fjours")
    assert idle.value == 19
    assert idle.contribution > 0.5
    assert idle.remedy == load_registry().families["recency"].remedy
    assert [item.contribution for item in found] == sorted((item.contribution for item in found), reverse=True)


def test_who_is_as_usual_has_no_reasons(model, table):
    assert model.explain(table, [1])[0] == ()


def test_who_fares_well_is_told_why_and_nothing_to_mend(model, table):
    values = table.values.copy()
    values[2] = [0.0, 0.02, 0.98, 0.9, 0.0]

    found = model.explain(replace(table, values=values), [2])[0]

    assert found
    assert all(item.contribution < 0 and item.remedy is None for item in found)


def test_reasons_are_the_same_letter_for_letter_and_no_more_than_asked(model, table):
    assert model.explain(table, [0])[0] == model.explain(replace(table), [0])[0]
    assert len(model.explain(table, [0], most=1)[0]) == 1


def test_asked_about_together_learners_have_the_same_reasons_as_one_by_one(model, table):
    rows = [5, 0, len(table) - 1, 1, 64]

    together = model.explain(table, rows)

    assert together == [model.explain(table, [row])[0] for row in rows]
    assert model.explain(table, []) == []


def test_a_family_of_which_nothing_is_known_is_not_told(model, table):
    values = table.values.copy()
    values[0, 0] = np.nan

    found = model.explain(replace(table, values=values), [0])[0]

    assert "recency" not in {item.family for item in found}


def test_what_moves_the_estimate_is_the_difference_to_the_median(model, table):
    reason = next(item for item in model.explain(table, [0])[0] if item.family == "recency")
    values = table.values.copy()
    values[0, 0] = reason.usual

    there, here = model.score(table).margin[0], model.score(replace(table, values=values)).margin[0]

    assert there - here == pytest.approx(reason.contribution, abs=1e-5)


def test_sentences_are_whole_and_set_as_french_is(model, table):
    for row in range(len(table)):
        for reason in model.explain(table, [row])[0]:
            for text in filter(None, (reason.sentence, reason.remedy)):
                assert text.endswith(".")
                assert not re.search(r"[^\u202f][;!?%]|[^\u00a0]:|nan|{|}", text)
