"""What searches will find a statement by; xAPI 1.0.3 Part Three 2.1.3."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.statements.keys import (
    VOIDED_VERB,
    activities_of,
    agent_key,
    extract_keys,
    identifier_text,
    key,
    mentions_of,
)
from lrs.tenancy import OrganisationId

ONE, OTHER = OrganisationId(1), OrganisationId(2)
AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://lrs.example.org", "name": "lms"}}
VERB = {"id": "http://adlnet.gov/expapi/verbs/completed"}


def mbox(name: str) -> dict[str, Any]:
    return {"mbox": f"mailto:{name}@example.org"}


def statement(**members: Any) -> dict[str, Any]:
    return {"actor": mbox("actor"), "verb": VERB, "object": {"id": "urn:a:object"}, **members}


def agents(*names: str) -> list[int]:
    return sorted(key(ONE, "agent", f"mbox mailto:{name}@example.org") for name in names)


def activities(*names: str) -> list[int]:
    return sorted(key(ONE, "activity", f"urn:a:{name}") for name in names)


OWN = key(ONE, "agent", "account https://lrs.example.org lms")
CONTEXT = {
    "registration": "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
    "instructor": mbox("instructor"),
    "team": {"objectType": "Group", **mbox("team"), "member": [mbox("team-member")]},
    "contextAgents": [{"objectType": "contextAgent", "agent": mbox("context-agent")}],
    "contextGroups": [
        {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [mbox("context-member")]}}
    ],
    "contextActivities": {
        "parent": {"id": "urn:a:parent"},
        "grouping": [{"id": "urn:a:grouping"}],
        "category": [{"id": "urn:a:category"}, {"id": "urn:a:category"}],
        "other": [{"id": "urn:a:other"}],
    },
}
IN_CONTEXT = ("instructor", "team", "team-member", "context-agent", "context-member")


def test_actor_and_object_are_own_and_the_authority_is_only_related():
    keys = extract_keys(ONE, statement(), AUTHORITY)

    assert keys.verb == key(ONE, "verb", VERB["id"])
    assert (keys.agents, keys.related_agents) == (agents("actor"), sorted([*agents("actor"), OWN]))
    assert (keys.activities, keys.related_activities) == (activities("object"), activities("object"))
    assert (keys.registration, keys.reference, keys.is_voiding) == (None, None, False)


@pytest.mark.parametrize("place", ["actor", "object"])
def test_the_members_of_a_group_are_found_where_the_group_is(place):
    group = {"objectType": "Group", **mbox("group"), "member": [mbox("one"), mbox("two")]}

    keys = extract_keys(ONE, statement(**{place: group}), AUTHORITY)

    assert set(agents("group", "one", "two")) <= set(keys.agents)


def test_an_anonymous_group_is_found_by_its_members_alone():
    keys = extract_keys(ONE, statement(actor={"objectType": "Group", "member": [mbox("one")]}), AUTHORITY)

    assert keys.agents == agents("one")


def test_an_agent_as_object_is_an_agent_and_no_activity():
    keys = extract_keys(ONE, statement(object={"objectType": "Agent", **mbox("taught")}), AUTHORITY)

    assert keys.agents == agents("actor", "taught")
    assert (keys.activities, keys.related_activities) == ([], [])


def test_the_context_is_related_and_never_own():
    keys = extract_keys(ONE, statement(context=CONTEXT), AUTHORITY)

    assert keys.agents == agents("actor")
    assert keys.related_agents == sorted([*agents("actor", *IN_CONTEXT), OWN])
    assert keys.activities == activities("object")
    assert keys.related_activities == activities("object", "parent", "grouping", "category", "other")
    assert keys.registration == uuid.UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")


def test_all_of_a_substatement_is_related_and_never_own():
    sub = {
        "objectType": "SubStatement", "actor": mbox("sub-actor"), "verb": {"id": "urn:v:sub"},
        "object": {"id": "urn:a:sub-object"}, "context": CONTEXT,
    }  # fmt: skip

    keys = extract_keys(ONE, statement(object=sub), AUTHORITY)

    assert keys.agents == agents("actor")
    assert keys.related_agents == sorted([*agents("actor", "sub-actor", *IN_CONTEXT), OWN])
    assert keys.activities == []
    assert keys.related_activities == activities("sub-object", "parent", "grouping", "category", "other")
    assert keys.registration is None
    assert keys.verb == key(ONE, "verb", VERB["id"])


def test_a_statement_reference_of_the_object_alone_is_a_reference():
    target = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
    reference = {"objectType": "StatementRef", "id": target.upper()}

    as_object = extract_keys(ONE, statement(object=reference, verb={"id": VOIDED_VERB}), AUTHORITY)
    in_context = extract_keys(ONE, statement(context={"statement": reference}), AUTHORITY)

    assert (as_object.reference, as_object.is_voiding) == (uuid.UUID(target), True)
    assert in_context.reference is None


def test_an_authority_of_two_is_found_by_application_and_user():
    oauth = {"objectType": "Group", "member": [AUTHORITY, mbox("user")]}

    keys = extract_keys(ONE, statement(), oauth)

    assert keys.related_agents == sorted([*agents("actor", "user"), OWN])


@pytest.mark.parametrize(
    ("agent", "text"),
    [
        (mbox("a"), "mbox mailto:a@example.org"),
        ({"mbox_sha1sum": "0" * 40}, f"mbox_sha1sum {'0' * 40}"),
        ({"openid": "https://a.example.org/"}, "openid https://a.example.org/"),
        ({"account": {"homePage": "https://a.example.org", "name": "a b"}}, "account https://a.example.org a b"),
        ({"objectType": "Group", "member": []}, None),
    ],
)
def test_an_agent_is_its_identifier_and_nothing_else(agent, text):
    named = {**agent, "name": "Quelqu’un", "objectType": agent.get("objectType", "Agent")}

    assert identifier_text(named) == identifier_text(agent) == text
    assert (agent_key(ONE, named) is None) == (text is None)


@given(st.text(), st.text(), st.sampled_from(["agent", "verb", "activity"]))
def test_a_key_fits_64_bits_and_tells_texts_organisations_and_kinds_apart(one, other, kind):
    found = key(ONE, kind, one)

    assert -(2**63) <= found < 2**63
    assert (found == key(ONE, kind, other)) == (one == other)
    assert found != key(OTHER, kind, one)
    assert found != key(ONE, f"{kind}s", one)


def test_an_index_entry_outlives_this_version_of_the_code():
    # Changing these numbers makes every stored statement unfindable.
    assert key(ONE, "verb", "http://adlnet.gov/expapi/verbs/completed") == KNOWN


KNOWN = -4059400089625272020


def test_everything_that_can_be_remembered_is_walked():
    sub = {
        "objectType": "SubStatement", "actor": mbox("sub-actor"), "verb": {"id": "urn:v:sub"},
        "object": {"objectType": "Group", **mbox("sub-group"), "member": [mbox("sub-member")]}, "context": CONTEXT,
    }  # fmt: skip
    value = statement(object=sub, context={**CONTEXT, "instructor": mbox("outer")})

    found_agents = {item["mbox"] for item in mentions_of(value).all_agents() if "mbox" in item}
    found_activities = {item["id"] for item in activities_of(value)}

    names = ("actor", "sub-actor", "sub-group", "sub-member", "outer", *IN_CONTEXT)
    assert found_agents == {f"mailto:{name}@example.org" for name in names}
    assert found_activities == {f"urn:a:{name}" for name in ("parent", "grouping", "category", "other")}
