"""The arithmetic of measurements."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import figures, floors, generator
from benchmarks.figures import Round, Side, comparison, percentile, spread


def round_(rate, **more):
    return Round(rate, 10, [1_000_000, 3_000_000], {"client": 0.01, "web": 0.03}, **more)


@given(st.lists(st.integers(0, 1_000), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values, share):
    found = percentile(values, share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_nothing_has_no_percentile():
    assert percentile([], 0.5) == 0


def test_a_comparison_is_made_round_by_round_and_not_of_the_medians():
    ours = Side([round_(50), round_(100), round_(10)])
    ceiling = Side([round_(100), round_(200), round_(100)])

    assert comparison(ours, ceiling) == {"median": 0.5, "least": 0.1, "most": 0.5}


def test_a_comparison_of_unequally_many_rounds_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        comparison(Side([round_(1)]), Side())


def test_a_summary_has_the_spread_of_rates_and_the_cpu_of_one_operation():
    shown = Side([round_(10), round_(30), round_(20)]).summary()

    assert (shown["rate"], shown["rate_least"], shown["rate_most"]) == (20, 10, 30)
    assert shown["latency_ms"] == {"p50": 1.0, "p95": 3.0, "p99": 3.0}
    assert shown["cpu_ms"] == {"client": 1.0, "web": 3.0}
    assert "first_byte_ms" not in shown


def test_a_summary_has_first_bytes_where_they_were_seen():
    assert Side([round_(10, first_byte_ns=[2_000_000])]).summary()["first_byte_ms"]["p50"] == 2.0


def test_a_spread_of_nothing_is_empty():
    assert spread([]) == {}


@pytest.mark.parametrize("module", [figures, floors, generator])
def test_examples_in_the_documentation_hold(module):
    assert doctest.testmod(module).failed == 0
