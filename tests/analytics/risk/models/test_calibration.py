"""Log-odds become probabilities that mean what they say, or are not shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.risk.calibration import Calibration, calibrate, unjudged
from analytics.risk.metrics.probability import calibration_error
from analytics.risk.newton import chance


def _rows(count, *, level=0.0, slope=1.0, seed=0):
    random = np.random.default_rng(seed)
    margin = random.normal(size=count) - 1
    happened = (random.random(count) < chance(slope * margin + level)).astype(float)
    return margin, random.random(count), happened, [f"e{row}" for row in range(count)], ["s"] * count


def test_a_level_that_is_off_is_put_right_and_shown():
    margin, share, happened, ids, sessions = _rows(3000, level=0.8)

    found = calibrate(margin, share, happened, ids, sessions)

    assert calibration_error(happened, chance(margin)) > 0.08
    assert calibration_error(happened, found.probability(margin, share)) < 0.03
    assert found.is_shown


def test_probabilities_that_say_no_more_than_the_base_rate_are_not_shown():
    margin, share, _, ids, sessions = _rows(3000)
    happened = (np.random.default_rng(8).random(3000) < 0.3).astype(float)

    found = calibrate(margin, share, happened, ids, sessions)

    assert found.error < 0.04
    assert not found.is_shown


def test_few_events_move_little_and_are_not_shown():
    margin, share, happened, ids, sessions = _rows(20, level=2.0)

    found = calibrate(margin, share, happened, ids, sessions)

    assert not found.is_shown
    assert np.abs(found.probability(margin, share) - chance(margin)).max() < 0.5


def test_nobody_leaves_what_was_there():
    nothing = np.array([])
    before = calibrate(*_rows(500, level=1.0))

    assert calibrate(nothing, nothing, nothing, [], [], before=before) is before
    assert not calibrate(nothing, nothing, nothing, [], []).is_shown


def test_what_the_error_was_before_is_remembered():
    before = calibrate(*_rows(2000, seed=1))

    found = calibrate(*_rows(2000, level=1.0, seed=2), before=before)

    assert found.error_before > 0.1 > found.error


def test_what_missed_the_sessions_before_it_was_set_by_them_is_not_shown():
    before = calibrate(*_rows(2000, seed=1))

    found = calibrate(*_rows(2000, level=1.0, seed=2), before=before)

    assert found.error < 0.04 < found.error_expected
    assert not found.is_shown


def test_where_sessions_lie_far_apart_nothing_is_shown():
    parts = [_rows(2000, level=level, seed=at) for at, level in enumerate((-0.9, -0.3, 0.3, 0.9))]
    margin, share, happened = (np.concatenate([part[at] for part in parts]) for at in range(3))
    ids = [f"e{row}" for row in range(8000)]
    alike = calibrate(margin, share, happened, ids, ["one"] * 8000)
    apart = calibrate(margin, share, happened, ids, [f"s{row // 2000}" for row in range(8000)])

    assert alike.is_shown
    assert apart.sway > 0.04
    assert not apart.is_shown
    assert Calibration.read(apart.plain()).sway == apart.sway


@given(st.floats(-8, 8), st.floats(0, 1), st.floats(0, 3))
@settings(max_examples=50)
def test_an_interval_holds_its_probability_and_grows_with_doubt(margin, share, doubt):
    found = calibrate(*_rows(400))
    odds, at = np.array([margin]), np.array([share])

    low, high = found.interval(odds, at, np.zeros(1))
    lower, higher = found.interval(odds, at, np.array([doubt]))

    assert lower[0] <= low[0] <= found.probability(odds, at)[0] <= high[0] <= higher[0]


def test_more_enrolments_make_a_narrower_interval_and_more_days_of_the_same_do_not():
    few, many = _rows(200), _rows(4000)
    margin, share, happened, ids, sessions = few
    twice = (np.tile(margin, 3), np.tile(share, 3), np.tile(happened, 3), ids * 3, sessions * 3)

    def width(rows):
        low, high = calibrate(*rows).interval(np.array([-1.0]), np.array([0.5]), np.zeros(1))
        return high[0] - low[0]

    assert width(many) < width(few)
    assert width(twice) == pytest.approx(width(few), rel=0.02)


def test_probabilities_rise_with_log_odds_even_when_what_happened_says_the_opposite():
    margin, share, happened, ids, sessions = _rows(800)

    found = calibrate(margin, share, 1 - happened, ids, sessions)

    said = found.probability(np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5))
    assert said[0] < said[1] < said[2]
    assert not found.is_shown


def test_sessions_whose_levels_differ_widen_the_interval():
    parts = [_rows(600, level=level, seed=seed) for seed, level in enumerate((-1.0, 0.0, 1.0, 2.0))]
    margin, share, happened = (np.concatenate([part[at] for part in parts]) for at in range(3))
    ids = [f"{number}-{row}" for number in range(4) for row in range(600)]

    apart = calibrate(margin, share, happened, ids, [name.split("-")[0] for name in ids])
    alike = calibrate(margin, share, happened, ids, [f"s{row % 4}" for row in range(2400)])

    assert apart.apart > 0.5 > alike.apart


def test_a_calibration_written_and_read_is_the_same():
    for found in (calibrate(*_rows(300)), unjudged()):
        assert Calibration.read(found.plain()).plain() == found.plain()
