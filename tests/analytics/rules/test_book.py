"""Rules are data, and hold from their day on."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from importlib.resources import files

import orjson
import pytest

from analytics.rules import RuleBook, Rules, default_rules, parse_rules
from analytics.time import day_start
from lrs.errors import InvalidRequest

DEFAULTS = files("analytics.rules").joinpath("defaults.json").read_bytes()


def changed(**rules: object) -> bytes:
    data = orjson.loads(DEFAULTS)
    for name, value in rules.items():
        data["versions"][0]["rules"][name] = {"value": value}
    return orjson.dumps(data)


def test_every_rule_has_a_value_a_source_and_a_status() -> None:
    for version in orjson.loads(DEFAULTS)["versions"]:
        assert set(version["rules"]) == {field.name for field in fields(Rules)} - {"version", "effective_on"}
        for rule in version["rules"].values():
            assert rule["status"] in ("verified", "recalled", "design")
            assert len(rule["source"]) > 20


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


@pytest.mark.parametrize(
    ("rules", "pointer"),
    [
        ({"idle_cap_seconds": "ten minutes"}, "/versions/0/rules/idle_cap_seconds/value"),
        ({"idle_cap_seconds": -1}, "/versions/0/rules/idle_cap_seconds/value"),
        ({"idle_cap_seconds": 1.5}, "/versions/0/rules/idle_cap_seconds/value"),
        ({"idle_cap_seconds": True}, "/versions/0/rules/idle_cap_seconds/value"),
        ({"credits_class_log": 1}, "/versions/0/rules/credits_class_log/value"),
        ({"coffee_break_seconds": 900}, "/versions/0/rules/coffee_break_seconds"),
        ({"idle_cap_seconds": 3600}, "/idle_cap_seconds"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(rules: dict[str, object], pointer: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_rules(changed(**rules))
    assert [problem.pointer for problem in refusal.value.problems] == [pointer]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"versions": []}', b'{"versions": [1]}', b'{"versions": [{"rules": {}}]}']
)
def test_what_is_no_rule_book_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidRequest):
        parse_rules(data)


def test_two_versions_of_one_day_are_refused() -> None:
    rules = default_rules().versions[0]
    with pytest.raises(InvalidRequest):
        RuleBook([rules, replace(rules, version="other")])
