"""What a GET of statements asks for, and the links that continue it; xAPI 1.0.3 Part Three 2.1.3."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.clock import Micros
from lrs.errors import InvalidRequest
from lrs.statements.query import FORMATS, PARAMETERS, PageQuery, SingleQuery, more_token, parse_more_token, parse_query
from lrs.versions import Version

ID = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
AGENT = {"mbox": "mailto:a@example.org"}
BOTH = pytest.mark.parametrize("version", list(Version))


def pointers(values: dict[str, str], version: Version = Version.V2_0_0) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        parse_query(values, version)
    return [problem.pointer for problem in caught.value.problems]


def test_nothing_asked_is_everything_newest_first():
    assert parse_query({}, Version.V1_0_3) == PageQuery()


@BOTH
def test_every_parameter_is_read(version):
    values = {
        "agent": json.dumps({**AGENT, "name": "x"}),
        "verb": "urn:v",
        "activity": "urn:a",
        "registration": ID.upper(),
        "related_agents": "true",
        "related_activities": "true",
        "since": "1970-01-01T00:00:01Z",
        "until": "1970-01-01T00:00:02.000001Z",
        "limit": "7",
        "format": "canonical",
        "attachments": "true",
        "ascending": "true",
    }

    assert parse_query(values, version) == PageQuery(
        agent="mbox mailto:a@example.org",
        verb="urn:v",
        activity="urn:a",
        registration=uuid.UUID(ID),
        related_agents=True,
        related_activities=True,
        since=Micros(1_000_000),
        until=Micros(2_000_001),
        limit=7,
        format="canonical",
        attachments=True,
        ascending=True,
    )


@pytest.mark.parametrize(("name", "voided"), [("statementId", False), ("voidedStatementId", True)])
def test_a_single_statement_is_asked_for_by_id(name, voided):
    query = parse_query({name: ID, "format": "ids", "attachments": "true"}, Version.V1_0_3)

    assert query == SingleQuery(uuid.UUID(ID), voided, "ids", attachments=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agent", ""),
        ("agent", "{"),
        ("agent", "null"),
        ("agent", "[]"),
        ("agent", "{}"),
        ("agent", '"mailto:a@example.org"'),
        ("agent", '{"mbox":"a@example.org"}'),
        ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@example.org"}]}'),
        ("agent", '{"mbox":"mailto:a@example.org","openid":"https://a.example.org"}'),
        ("agent", "[" * 10_000),
        ("agent", '{"name":"\\ud800","mbox":"mailto:a@example.org"}'),
        ("agent", '{"a":' * 900 + "1" + "}" * 900),
        ("verb", ""),
        ("verb", "answered"),
        ("activity", "no iri"),
        ("activity", "\x00"),
        ("registration", ""),
        ("registration", "x"),
        ("registration", ID.replace("-", "")),
        ("registration", "{" + ID + "}"),
        ("registration", f"urn:uuid:{ID}"),
        ("registration", "６" + ID[1:]),
        ("related_agents", "True"),
        ("related_activities", "1"),
        ("ascending", ""),
        ("attachments", "yes"),
        ("since", ""),
        ("since", "yesterday"),
        ("since", "2026-02-30T00:00:00Z"),
        ("until", "2026-13-01T00:00:00Z"),
        ("until", "0"),
        ("limit", "-1"),
        ("limit", "1.0"),
        ("limit", "x"),
        ("limit", "²"),
        ("limit", "9" * 10),
        ("limit", ""),
        ("format", "EXACT"),
        ("format", ""),
        ("statementId", "x"),
        ("voidedStatementId", ""),
        ("unknown", "x"),
        ("Agent", "x"),
        ("cursor", "1"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_the_name_of_its_parameter(name, value):
    found = pointers({name: value})

    assert {pointer.partition("/")[0] for pointer in found} == {f"query:{name}"}


def test_everything_that_is_wrong_is_listed():
    assert pointers({"limit": "x", "verb": "", "nothing": "1", "format": "x"}) == [
        "query:nothing",
        "query:verb",
        "query:limit",
        "query:format",
    ]


@pytest.mark.parametrize(
    "name", sorted(set(PARAMETERS) - {"statementId", "voidedStatementId", "format", "attachments"})
)
def test_no_filter_stands_beside_a_statement_id_xapi_00155(name):
    """XAPI-00155; Part Three 2.1.3."""
    assert f"query:{name}" in pointers({"statementId": ID, name: "true"})


def test_the_two_ids_exclude_each_other():
    assert pointers({"statementId": ID, "voidedStatementId": ID}) == ["query:statementId"]


def test_a_plus_sign_that_became_a_space_is_read_as_one():
    query = parse_query({"since": "1970-01-01T01:00:01 01:00"}, Version.V1_0_3)

    assert isinstance(query, PageQuery)
    assert query.since == 1_000_000


INSTANTS = st.none() | st.integers(-(2**60), 2**60).map(Micros)
QUERIES = st.builds(
    PageQuery,
    agent=st.none() | st.text(),
    verb=st.none() | st.text(),
    activity=st.none() | st.text(),
    registration=st.none() | st.uuids(),
    related_agents=st.booleans(),
    related_activities=st.booleans(),
    since=INSTANTS,
    until=INSTANTS,
    limit=st.integers(0, 999_999_999),
    format=st.sampled_from(FORMATS),
    attachments=st.booleans(),
    ascending=st.booleans(),
)


@given(QUERIES, st.integers(0, 2**60).map(Micros))
def test_a_link_continues_the_query_that_it_was_written_for(query, cursor):
    token = more_token(query, cursor)

    assert parse_more_token(token) == replace(query, cursor=cursor)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def token(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        None,
        1,
        "x",
        {"cursor": None},
        {"cursor": "1"},
        {"cursor": 1.5},
        {"cursor": True},
        {"cursor": 2**62},
        {"cursor": 1, "limit": -1},
        {"cursor": 1, "limit": "1"},
        {"cursor": 1, "format": "csv"},
        {"cursor": 1, "agent": 1},
        {"cursor": 1, "agent": ["x"]},
        {"cursor": 1, "agent": {"$ne": 1}},
        {"cursor": 1, "since": {"$gt": 0}},
        {"cursor": 1, "registration": "x"},
        {"cursor": 1, "registration": 5},
        {"cursor": 1, "registration": []},
        {"cursor": 1, "registration": None, "related_agents": 1},
        {"cursor": 1, "other": 1},
        {"cursor": 1, "since": -(2**62)},
    ],
)
def test_a_link_that_this_store_did_not_write_is_refused(value):
    with pytest.raises(InvalidRequest) as caught:
        parse_more_token(token(value))

    assert [problem.pointer for problem in caught.value.problems] == ["path:more"]


@given(
    st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()) | st.from_regex(r"[A-Za-z0-9_=-]*")
)
def test_any_text_is_a_link_or_refused(text):
    try:
        found = parse_more_token(text)
    except InvalidRequest:
        return
    assert found.cursor is not None


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*PageQuery.__slots__, "x"]), JSON_VALUES))
def test_any_json_is_a_link_or_refused(fields):
    try:
        found = parse_more_token(token({"cursor": 1, **fields}))
    except InvalidRequest:
        return
    assert isinstance(found.limit, int)
    assert found.format in FORMATS


TEXTS = st.text() | st.sampled_from(
    ["true", "false", ID, "urn:x", "2026-01-05T08:00:00Z", "exact", "0", json.dumps(AGENT)]
)


@given(
    st.dictionaries(st.sampled_from([*PARAMETERS, "x"]), TEXTS | JSON_VALUES.map(json.dumps)),
    st.sampled_from(list(Version)),
)
def test_any_parameters_are_a_query_or_refused_with_all_that_is_wrong(values, version):
    try:
        found = parse_query(values, version)
    except InvalidRequest as refusal:
        wrong = refusal.problems
    else:
        assert isinstance(found, PageQuery | SingleQuery)
        return
    assert wrong
    assert {problem.pointer.partition("/")[0] for problem in wrong} <= {f"query:{name}" for name in values}
