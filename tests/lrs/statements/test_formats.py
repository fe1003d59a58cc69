"""The `ids` and `canonical` formats; xAPI 1.0.3 Part Three 2.1.3, 2.0 4.1.6.1."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.statements.formats import accepted_languages, canonical, ids_only, in_one_language

A, B = {"mbox": "mailto:a@example.org"}, {"mbox_sha1sum": "0" * 40}
NAMED = {**A, "name": "Anne", "objectType": "Agent"}
GROUP = {"objectType": "Group", "name": "Groupe", "member": [{**NAMED}, {**B, "name": "B"}]}
IDENTIFIED = {**GROUP, "account": {"homePage": "https://x.example.org", "name": "g"}}
DEFINED = {"objectType": "Activity", "id": "urn:a", "definition": {"name": {"fr": "Cours", "en-GB": "Course"}}}
CONTEXT = {
    "registration": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "instructor": NAMED,
    "team": IDENTIFIED,
    "contextAgents": [{"objectType": "contextAgent", "agent": NAMED, "relevantTypes": ["urn:t"]}],
    "contextGroups": [{"objectType": "contextGroup", "group": GROUP}],
    "contextActivities": {"parent": [DEFINED], "other": [DEFINED, {"id": "urn:b"}]},
    "extensions": {"urn:x": {"name": {"fr": "a", "en": "b"}}},
}
STATEMENT: dict[str, Any] = {
    "id": "12345678-1234-4234-8234-123456789abc",
    "actor": NAMED,
    "verb": {"id": "urn:v", "display": {"fr": "a suivi", "en-US": "attended"}},
    "object": DEFINED,
    "context": CONTEXT,
    "authority": NAMED,
    "attachments": [
        {"usageType": "urn:u", "display": {"fr": "Reçu", "en": "Receipt"}, "description": {"fr": "x", "en": "y"}}
    ],
}
BARE_GROUP = {"objectType": "Group", "member": [{"objectType": "Agent", **A}, B]}


def test_ids_keeps_of_each_thing_only_what_identifies_it():
    bare = {"objectType": "Agent", **A}

    assert ids_only(STATEMENT) == {
        **STATEMENT,
        "actor": bare,
        "verb": {"id": "urn:v"},
        "object": {"id": "urn:a"},
        "authority": bare,
        "context": {
            **CONTEXT,
            "instructor": bare,
            "team": {"objectType": "Group", "account": IDENTIFIED["account"]},
            "contextAgents": [{"objectType": "contextAgent", "agent": bare, "relevantTypes": ["urn:t"]}],
            "contextGroups": [{"objectType": "contextGroup", "group": BARE_GROUP}],
            "contextActivities": {"parent": [{"id": "urn:a"}], "other": [{"id": "urn:a"}, {"id": "urn:b"}]},
        },
    }


@pytest.mark.parametrize(
    ("target", "bare"),
    [
        (GROUP, BARE_GROUP),
        (NAMED, {"objectType": "Agent", **A}),
        ({"objectType": "StatementRef", "id": "x"}, {"objectType": "StatementRef", "id": "x"}),
        (
            {
                "objectType": "SubStatement",
                "actor": NAMED,
                "verb": STATEMENT["verb"],
                "object": DEFINED,
                "context": {"instructor": NAMED},
            },
            {
                "objectType": "SubStatement",
                "actor": {"objectType": "Agent", **A},
                "verb": {"id": "urn:v"},
                "object": {"id": "urn:a"},
                "context": {"instructor": {"objectType": "Agent", **A}},
            },
        ),
    ],
)
def test_ids_reaches_every_kind_of_object(target, bare):
    assert ids_only({**STATEMENT, "object": target})["object"] == bare


def test_canonical_gives_activities_what_the_store_knows_and_every_map_one_language():
    known = {"urn:a": {"name": {"fr": "Le cours", "en": "The course"}, "type": "urn:t"}}

    shaped = canonical(STATEMENT, known, ["en"])

    defined = {**DEFINED, "definition": {"name": {"en": "The course"}, "type": "urn:t"}}
    assert shaped["object"] == defined
    assert shaped["context"]["contextActivities"] == {"parent": [defined], "other": [defined, {"id": "urn:b"}]}
    assert shaped["verb"]["display"] == {"en-US": "attended"}
    assert shaped["attachments"] == [{"usageType": "urn:u", "display": {"en": "Receipt"}, "description": {"en": "y"}}]
    assert shaped["actor"] == NAMED
    assert shaped["context"]["extensions"] == CONTEXT["extensions"]


def test_canonical_takes_the_senders_definition_of_what_the_store_does_not_know():
    assert canonical(STATEMENT, {}, [])["object"]["definition"] == {"name": {"fr": "Cours"}}


def test_one_language_reaches_the_components_of_an_interaction():
    definition = {
        "name": {},
        "choices": [{"id": "a", "description": {"fr": "Nord", "en": "North"}}, {"id": "b"}],
        "extensions": {"urn:x": {"fr": 1, "en": 2}},
    }

    assert in_one_language(definition, ["en"]) == {
        "name": {},
        "choices": [{"id": "a", "description": {"en": "North"}}, {"id": "b"}],
        "extensions": definition["extensions"],
    }


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [
        ([], "fr"),
        (["de"], "fr"),
        (["en"], "en-GB"),
        (["en-GB"], "en-GB"),
        (["EN-gb"], "en-GB"),
        (["en-US"], "en-GB"),
        (["de", "es"], "es-419"),
        (["es-MX", "fr"], "es-419"),
        (["e"], "fr"),
    ],
)
def test_a_language_is_looked_up_by_tag_then_range_else_the_first(languages, chosen):
    entries = {"fr": "1", "en-GB": "2", "es-419": "3"}

    shaped = in_one_language({"name": entries}, [tag.lower() for tag in languages])

    assert list(shaped["name"]) == [chosen]


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("fr", ["fr"]),
        ("fr-CH, fr;q=0.9, en;q=0.8", ["fr-ch", "fr", "en"]),
        ("en;q=0.5, fr-FR, *;q=0.1", ["fr-fr", "en"]),
        ("en;q=0, fr", ["fr"]),
        ("en;q=x, fr", ["fr"]),
        (",,;q=1", []),
        ("a;b;c", []),
        ("en;q=nan, fr", ["fr"]),
        ("en;q=inf, fr;q=1", ["fr"]),
        ("en;q=2, fr", ["fr"]),
    ],
)
def test_accept_language_is_read_by_its_weights_and_what_is_malformed_is_left_out(header, tags):
    assert accepted_languages(header) == tags


@given(st.text(alphabet="enfr-;q=0.159, *") | st.text())
def test_any_accept_language_is_read(header):
    assert all(tag and tag == tag.lower() for tag in accepted_languages(header))


@given(st.lists(st.sampled_from(["fr", "en-gb", "en", "x"]), max_size=3))
def test_shaping_changes_nothing_that_it_was_given(languages):
    before = copy.deepcopy(STATEMENT)

    ids_only(STATEMENT)
    canonical(STATEMENT, {"urn:a": {"name": {"fr": "x", "en": "y"}}}, languages)

    assert before == STATEMENT
