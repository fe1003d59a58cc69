"""When two texts are one statement: xAPI 1.0.3 Part Two 2.3.1, and 2.0 4.2.7 for durations."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.statements.equality import content_digest, is_same_statement
from lrs.statements.rules import statement_problems
from lrs.versions import Version

Json = dict[str, Any]
FULL: Json = {
    "id": "12345678-1234-4234-8234-123456789abc",
    "actor": {
        "objectType": "Group",
        "name": "Équipe",
        "member": [{"mbox": "mailto:a@example.org"}, {"mbox": "mailto:b@example.org", "name": "B"}],
    },
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"fr": "a répondu"}},
    "object": {"id": "https://example.org/q/1", "definition": {"name": {"fr": "Question"}}},
    "result": {
        "score": {"raw": 1.5},
        "success": True,
        "duration": "PT1M0.129S",
        "extensions": {"urn:x": [1, {"a": None}]},
    },
    "context": {
        "registration": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "instructor": {"mbox": "mailto:i@example.org"},
        "contextActivities": {"parent": [{"id": "urn:a:1"}, {"id": "urn:a:2"}], "grouping": [{"id": "urn:a:3"}]},
        "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:c@example.org"}}],
        "contextGroups": [
            {"objectType": "contextGroup", "group": {"objectType": "Group", "mbox": "mailto:g@example.org"}}
        ],
        "statement": {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
        "revision": "1",
    },
    "timestamp": "2026-01-05T08:00:00.000Z",
    "version": "1.0.0",
    "attachments": [
        {"usageType": "urn:u", "display": {"fr": "x"}, "contentType": "text/plain", "length": 1, "sha2": "0" * 64}
    ],
}
SUB: Json = {
    **FULL,
    "object": {
        "objectType": "SubStatement",
        **{name: FULL[name] for name in ("actor", "verb", "object", "result", "context", "timestamp")},
    },
}


def text(value: Json) -> bytes:
    return json.dumps(value).encode()


def at(value: Json, *way: str | int) -> Any:
    for step in way:
        value = value[step]  # type: ignore[index]
    return value


def changed(change: Callable[[Json], object], value: Json = FULL) -> Json:
    copied = copy.deepcopy(value)
    change(copied)
    return copied


def reverse_members(part: Json) -> None:
    part["actor"]["member"].reverse()


def name_the_type(part: Json) -> None:
    for agent in (
        part["actor"]["member"][0],
        part["context"]["instructor"],
        part["context"]["contextAgents"][0]["agent"],
    ):
        agent["objectType"] = "Agent"
    part["object"]["objectType"] = "Activity"


def write_ids_in_upper_case(part: Json) -> None:
    part["context"]["registration"] = part["context"]["registration"].upper()
    part["context"]["statement"]["id"] = part["context"]["statement"]["id"].upper()


# Each leaves the statement the same statement; all of them hold for what a SubStatement holds, too.
SAMENESSES: dict[str, Callable[[Json], object]] = {
    "nothing": lambda _: None,
    "another order of members of a Group": reverse_members,
    "a definition that is gone": lambda part: part["object"].pop("definition"),
    "a definition that is another": lambda part: part["object"].update(definition={"type": "urn:t"}),
    "a display that is gone": lambda part: part["verb"].pop("display"),
    "a display that is another": lambda part: part["verb"].update(display={"en": "answered"}),
    "the same instant in another zone": lambda part: part.update(timestamp="2026-01-05T09:00:00+01:00"),
    "the same instant in other digits": lambda part: part.update(timestamp="2026-01-05T08:00:00.000000Z"),
    "thousandths of the duration": lambda part: part["result"].update(duration="PT1M0.12S"),
    "zeros of the duration": lambda part: part["result"].update(duration="PT1M0.120S"),
    "another order of context activities": lambda part: part["context"]["contextActivities"]["parent"].reverse(),
    "a context activity that stands alone": lambda part: part["context"]["contextActivities"].update(
        grouping={"id": "urn:a:3"}
    ),
    "a definition in a context activity": lambda part: part["context"]["contextActivities"]["parent"][0].update(
        definition={}
    ),
    "object types that go without saying": name_the_type,
    "the case of UUIDs": write_ids_in_upper_case,
    "another order of properties": lambda part: [part.update({name: part.pop(name)}) for name in ("actor", "context")],
}
OF_A_STATEMENT_ALONE: dict[str, Callable[[Json], object]] = {
    "an id in upper case": lambda value: value.update(id=value["id"].upper()),
    "what the LRS sets": lambda value: value.update(
        stored="2026-01-05T08:00:01Z", authority={"mbox": "mailto:l@example.org"}
    ),
    "an id that the LRS sets": lambda value: value.pop("id"),
    "a timestamp that the LRS sets": lambda value: value.pop("timestamp"),
    "a version that the LRS sets": lambda value: value.pop("version"),
}
DIFFERENCES: dict[str, Callable[[Json], object]] = {
    "the actor": lambda part: part["actor"]["member"].pop(),
    "a member's name": lambda part: part["actor"]["member"][1].update(name="b"),
    "the group's name": lambda part: part["actor"].pop("name"),
    "the verb": lambda part: part["verb"].update(id="http://adlnet.gov/expapi/verbs/Answered"),
    "the object": lambda part: part["object"].update(id="https://example.org/q/1#"),
    "the kind of object": lambda part: part.update(object={"objectType": "Agent", "openid": "https://example.org/q/1"}),
    "1 for true": lambda part: part["result"].update(success=1),
    "false for true": lambda part: part["result"].update(success=False),
    "a text for a number": lambda part: part["result"]["score"].update(raw="1.5"),
    "a number": lambda part: part["result"]["score"].update(raw=1.50000001),
    "hundredths of the duration": lambda part: part["result"].update(duration="PT1M0.13S"),
    "a second of the duration": lambda part: part["result"].update(duration="PT1M1.129S"),
    "an extension": lambda part: part["result"]["extensions"]["urn:x"].append(None),
    "the order in an extension": lambda part: part["result"]["extensions"]["urn:x"].reverse(),
    "null for nothing": lambda part: part["result"]["extensions"]["urn:x"][1].pop("a"),
    "the registration": lambda part: part["context"].update(registration="3f2504e0-4f89-41d3-9a0c-0305e82c3302"),
    "the instructor": lambda part: part["context"].pop("instructor"),
    "a context activity": lambda part: part["context"]["contextActivities"]["parent"].pop(),
    "the kind of a context activity": lambda part: part["context"]["contextActivities"].update(
        other=part["context"]["contextActivities"].pop("grouping")
    ),
    "a context agent": lambda part: part["context"]["contextAgents"][0]["agent"].update(mbox="mailto:d@example.org"),
    "a context group": lambda part: part["context"]["contextGroups"][0].update(relevantTypes=["urn:t"]),
    "the statement of the context": lambda part: part["context"]["statement"].update(id=FULL["id"]),
    "the revision": lambda part: part["context"].update(revision="2"),
    "a microsecond": lambda part: part.update(timestamp="2026-01-05T08:00:00.000001Z"),
}
DIFFERENCES_ALONE: dict[str, Callable[[Json], object]] = {
    "the id": lambda value: value.update(id="12345678-1234-4234-8234-123456789abd"),
    "the version": lambda value: value.update(version="1.0.1"),
    "the attachment": lambda value: value["attachments"][0].update(length=2),
    "no attachment": lambda value: value.pop("attachments"),
}


def everywhere(changes: dict[str, Callable[[Json], object]]) -> list[Any]:
    """Each change, made in a statement and in its SubStatement."""
    return [
        pytest.param(value, way, change, id=f"{name} in a {where}")
        for name, change in changes.items()
        for where, value, way in (("statement", FULL, ()), ("SubStatement", SUB, ("object",)))
    ]


@pytest.mark.parametrize(("value", "way", "change"), everywhere(SAMENESSES))
def test_an_exception_of_the_standard_makes_no_other_statement(value, way, change):
    other = changed(lambda copied: change(at(copied, *way)), value)

    assert is_same_statement(text(value), text(other))
    assert is_same_statement(text(other), text(value))


@pytest.mark.parametrize("change", OF_A_STATEMENT_ALONE.values(), ids=OF_A_STATEMENT_ALONE)
def test_what_the_lrs_may_set_is_not_compared_when_one_of_the_two_lacks_it(change):
    other = changed(change)

    assert is_same_statement(text(FULL), text(other))
    assert is_same_statement(text(other), text(FULL))


@pytest.mark.parametrize(("value", "way", "change"), everywhere(DIFFERENCES))
def test_a_true_difference_is_found(value, way, change):
    other = changed(lambda copied: change(at(copied, *way)), value)

    assert not is_same_statement(text(value), text(other))
    assert not is_same_statement(text(other), text(value))


@pytest.mark.parametrize("change", DIFFERENCES_ALONE.values(), ids=DIFFERENCES_ALONE)
def test_a_true_difference_of_the_whole_is_found(change):
    other = changed(change)

    assert not is_same_statement(text(FULL), text(other))


def test_a_timestamp_that_a_substatement_lacks_is_a_difference():
    other = changed(lambda value: value["object"].pop("timestamp"), SUB)

    assert not is_same_statement(text(SUB), text(other))


def number(digits: str) -> bytes:
    return text(FULL).replace(b'"raw": 1.5', b'"raw": ' + digits.encode())


@pytest.mark.parametrize(
    ("one", "other"), [("1", "1.0"), ("1.50", "1.5"), ("100", "1E+2"), ("0", "-0.0"), ("1e2", "100.00")]
)
def test_one_number_written_in_two_ways_is_the_same(one, other):
    assert is_same_statement(number(one), number(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (str(2**70), str(2**70 + 1)),
        ("0.1", "0.10000000000000001"),
        ("1", "true"),
        ("9007199254740993", "9007199254740992"),
    ],
)
def test_two_numbers_that_a_float_cannot_tell_apart_are_two(one, other):
    assert not is_same_statement(number(one), number(other))


def test_escapes_and_white_space_are_only_ways_to_write():
    assert is_same_statement(
        json.dumps(FULL, ensure_ascii=True, indent=3).encode(), json.dumps(FULL, ensure_ascii=False).encode()
    )


ALL_CHANGES = {**SAMENESSES, **DIFFERENCES, **DIFFERENCES_ALONE}


@st.composite
def variants(draw: st.DrawFn) -> bytes:
    value = draw(st.sampled_from([FULL, SUB]))
    for name in draw(st.lists(st.sampled_from(sorted(ALL_CHANGES)), max_size=2)):
        way = (
            ("object",)
            if value is not FULL and name not in DIFFERENCES_ALONE and "object" in SUB and draw(st.booleans())
            else ()
        )
        try:
            other = changed(lambda copied, name=name, way=way: ALL_CHANGES[name](at(copied, *way)), value)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took away what this one changes
        # A change, or two that are each fine, can make a statement that is none: only statements are compared.
        if len(statement_problems(other, Version.V2_0_0)) <= len(statement_problems(value, Version.V2_0_0)):
            value = other
    return json.dumps(value, indent=draw(st.sampled_from([None, 1])), ensure_ascii=draw(st.booleans())).encode()


@given(variants(), variants(), variants())
def test_sameness_is_an_equivalence(one, two, three):
    # What the LRS fills in is there in all: a statement that lacks it is the same as two that differ in it.
    assert is_same_statement(one, one)
    assert is_same_statement(one, two) == is_same_statement(two, one)
    if is_same_statement(one, two):
        assert is_same_statement(one, three) == is_same_statement(two, three)


def test_the_digest_of_what_was_sent_twice_is_one_for_a_credential_whatever_the_order():
    other = changed(lambda value: [value.update({name: value.pop(name)}) for name in ("actor", "verb")])

    assert content_digest("k", FULL) == content_digest("k", other) != content_digest("l", FULL)


@pytest.mark.parametrize("name", ["actor", "verb", "object", "timestamp", "context", "result"])
def test_the_digest_differs_with_every_part_of_the_content(name):
    other = changed(lambda value: value.update({name: {"x": 1}}))

    assert content_digest("k", FULL) != content_digest("k", other)


def test_without_a_timestamp_nobody_can_know_whether_it_was_sent_twice():
    assert content_digest("k", changed(lambda value: value.pop("timestamp"))) is None


@given(st.binary(max_size=40))
def test_the_digest_takes_whatever_a_valid_statement_may_hold(noise):
    value = orjson.loads(orjson.dumps({**FULL, "result": {"extensions": {"urn:x": noise.decode("latin-1")}}}))

    assert len(content_digest("k", value) or b"") == 16
