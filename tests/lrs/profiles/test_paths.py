"""Paths find what the specification of profiles says they find, and refuse what it forbids."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from lrs.profiles.paths import parse_path

STATEMENT = {
    "verb": {"id": "v"},
    "context": {
        "extensions": {"https://a.example/x'y": 1, "https://a.example/~z": None},
        "contextActivities": {"category": [{"id": "one"}, {"id": "two"}, {"name": "none"}]},
    },
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.verb.id", [("/verb/id", "v")]),
        ("verb.id", [("/verb/id", "v")]),
        ("$['verb']['id']", [("/verb/id", "v")]),
        ("$.context.contextActivities.category[*].id", [
            ("/context/contextActivities/category/0/id", "one"), ("/context/contextActivities/category/1/id", "two"),
        ]),
        ("$.context.contextActivities.category[1,0].id", [
            ("/context/contextActivities/category/1/id", "two"), ("/context/contextActivities/category/0/id", "one"),
        ]),
        ("$.context.extensions['https://a.example/x\\'y']", [("/context/extensions/https:~1~1a.example~1x'y", 1)]),
        ('$.context.extensions["https://a.example/~z"]', [("/context/extensions/https:~1~1a.example~1~0z", None)]),
        ("$.verb.id | $.nothing | $.verb.*", [("/verb/id", "v"), ("/verb/id", "v")]),
        ("$.verb[0]", []),
        ("$.context.contextActivities.category.id", []),
    ],
)  # fmt: skip
def test_a_path_finds_values_and_where_they_are(path, found):
    assert [tuple(hit) for hit in parse_path(path).hits(STATEMENT)] == found


@pytest.mark.parametrize(
    "path", ["", "$..id", "$.a[?(@.b)]", "$.a[(1+1)]", "$.a[-1]", "$.a[", "$.a['b]", "$.a[]", "$.a |", "$.a b", "$."]
)
def test_what_profiles_may_not_use_is_refused(path):
    with pytest.raises(InvalidRequest) as refusal:
        parse_path(path)

    assert "Profiles, part two, 8.1" in refusal.value.problems[0].accepted


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_is_refused(text):
    with contextlib.suppress(InvalidRequest):
        list(parse_path(text).hits(STATEMENT))


@given(st.text(min_size=1))
def test_a_name_in_quotes_finds_the_member_of_that_name_whatever_it_holds(name):
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")

    (hit,) = parse_path(f"$['{quoted}']").hits({name: 7})

    assert hit.value == 7
    assert hit.pointer[1:].replace("~1", "/").replace("~0", "~") == name
