"""Rules are data, and hold from their day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analytics.rules import RuleBook, default_rules
from analytics.time import day_start
from lrs.errors import InvalidRequest


def test_a_day_is_counted_by_the_rules_of_that_day() -> None:
    old = default_rules().versions[0]
    new = replace(old, version="2027.1", effective_on=date(2027, 1, 1), idle_cap_seconds=300)
    book = RuleBook([old, new])
    assert book.on(date(2026, 12, 31)).version == "2026.1"
    assert book.on(date(2027, 1, 1)).version == "2027.1"
    assert book.on(date(1971, 1, 1)).version == "2026.1"
    midnight = day_start(date(2027, 1, 1), "Europe/Paris")
    assert book.limits_at(midnight - 1)[0] == 600_000_000
    assert book.limits_at(midnight)[0] == 300_000_000


def test_the_reach_is_twice_the_longest_stretch_of_any_version() -> None:
    old = default_rules().versions[0]
    new = replace(old, effective_on=date(2027, 1, 1), longest_stretch_seconds=86_400)
    assert RuleBook([old, new]).reach == 2 * 86_400 * 1_000_000


def test_two_versions_of_one_day_are_refused() -> None:
    rules = default_rules().versions[0]
    with pytest.raises(InvalidRequest):
        RuleBook([rules, replace(rules, version="other")])


def test_rules_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        replace(default_rules().versions[0], idle_cap_seconds=3600)
    assert [problem.pointer for problem in refusal.value.problems] == ["/idle_cap_seconds"]
