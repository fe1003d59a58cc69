"""Rules decide as `follows_rule` of the specification does (Profiles, part three, 2.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from lrs.profiles.rules import parse_rule

NOTHING: dict = {}


def broken(rule, statement):
    return [breach.pointer for breach in parse_rule(rule, "essai").breaches(statement, "/3")]


@pytest.mark.parametrize(
    ("rule", "statement", "pointers"),
    [
        ({"presence": "included"}, {"a": [1]}, []),
        ({"presence": "included"}, NOTHING, ["/3/a"]),
        ({"presence": "excluded"}, NOTHING, []),
        ({"presence": "excluded"}, {"a": [1, 2]}, ["/3/a/0"]),
        ({"presence": "recommended"}, NOTHING, []),
        ({"presence": "recommended", "any": [1]}, NOTHING, []),
        ({"presence": "recommended", "any": [1]}, {"a": [2]}, ["/3/a"]),
        ({"any": [1, 2]}, {"a": [2, 3]}, []),
        ({"any": [1]}, NOTHING, ["/3/a"]),
        ({"all": [1, 2]}, {"a": [1, 2, 1]}, []),
        ({"all": [1]}, {"a": [1, 2, 3]}, ["/3/a/1", "/3/a/2"]),
        ({"all": [1]}, NOTHING, []),
        ({"none": [1]}, {"a": [2]}, []),
        ({"none": [1]}, {"a": [2, 1]}, ["/3/a/1"]),
        ({"none": [1]}, NOTHING, []),
        ({"all": [True]}, {"a": [1]}, ["/3/a/0"]),
        ({"all": [1]}, {"a": [1.0]}, []),
        ({"any": [{"b": 1, "c": 2}]}, {"a": [{"c": 2, "b": 1}]}, []),
        ({"selector": "$.b", "presence": "included"}, {"a": [{"b": 1}, {"c": 1}]}, ["/3/a/1/b"]),
        ({"selector": "$.b", "presence": "excluded"}, {"a": [{"c": 1}]}, []),
        ({"selector": "$.b", "all": [1]}, {"a": [{"b": 1}, {}]}, ["/3/a/1/b"]),
        ({"selector": "$.b", "any": [1]}, {"a": [{"b": 1}, {}]}, []),
    ],
)  # fmt: skip
def test_a_rule_says_where_it_is_broken(rule, statement, pointers):
    assert broken({"location": "$.a[*]", **rule}, statement) == pointers


def test_a_breach_says_what_would_be_taken_and_what_the_profile_notes():
    rule = {"location": "$.a", "presence": "included", "all": [True], "scopeNote": {"en": "Whenever it is so."}}

    (breach,) = parse_rule(rule, "essai").breaches({}, "")

    assert breach.message == "$.a is missing."
    assert breach.accepted == "only true. Whenever it is so."


@pytest.mark.parametrize(
    "rule",
    [{}, {"location": "$.a"}, {"location": "$.a", "presence": "sometimes"}, {"location": "$.a", "any": []},
     {"location": 1, "presence": "included"}, {"location": "$.a", "none": 1}],
)  # fmt: skip
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(InvalidRequest):
        parse_rule(rule, "essai")


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3), min_size=1))
def test_all_and_none_of_the_same_values_are_both_kept_by_an_empty_list_alone(values, wanted):
    both = [broken({"location": "$.a[*]", kind: wanted}, {"a": values}) for kind in ("all", "none")]

    assert (both == [[], []]) == (not values)
