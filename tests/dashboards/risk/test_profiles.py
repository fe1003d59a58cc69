"""Ways of working and who completed: in groups that tell nothing of anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.views.risk_profiles import profiles_of, shown_cells
from lrs.errors import Forbidden, NotFound
from tests.dashboards.trainer.conftest import LensOf
from training.access import Role

COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=6)


@given(COUNTS, st.integers(2, 12))
def test_no_group_of_few_is_shown_nor_can_one_be_told_from_the_others(counts, least):
    shown = shown_cells(counts, least)
    hidden = [counts[at] for at in range(len(counts)) if at not in shown]

    assert all(counts[at] == 0 or counts[at] >= least for at in shown)
    # What is hidden sums to nothing that tells of few: nobody is in it, many are, or everybody is.
    assert not any(hidden) or sum(hidden) >= least or not any(counts[at] for at in shown)


@given(COUNTS, st.integers(2, 12))
def test_what_need_not_be_hidden_is_shown(counts, least):
    if all(count == 0 or count >= least for count in counts):
        assert shown_cells(counts, least) == frozenset(range(len(counts)))


def test_profiles_are_of_ended_sessions_with_counts_and_intervals(lens_of: LensOf):
    found = profiles_of(lens_of(Role.MANAGER, None))

    assert found.sessions == 1
    assert found.people is None or found.people >= found.least
    for profile in found.profiles:
        for band in profile.bands:
            assert (band.people is None) == (band.completed is None)
            assert band.people is None or band.people == 0 or band.people >= found.least
            assert not band.people or band.interval is not None


def test_profiles_are_for_staff_and_of_programmes_that_there_are(lens_of: LensOf):
    with pytest.raises(Forbidden):
        profiles_of(lens_of())
    with pytest.raises(NotFound):
        profiles_of(lens_of(Role.MANAGER, None), "rien")
