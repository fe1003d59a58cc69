from __future__ import annotations

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.documents.resources import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from lrs.documents.selection import parse_selection
from lrs.errors import InvalidRequest
from lrs.versions import Version

ANNE = {"mbox": "mailto:anne@example.org"}
ACTIVITY = "http://example.org/cours/1"
WHOLE = {
    "activityId": ACTIVITY,
    "agent": json.dumps(ANNE),
    "registration": "8F9A1C2E-0000-4000-8000-00000000ABCD",
    "stateId": "signet",
}
VERSIONS = pytest.mark.parametrize("version", list(Version))


def select(parameters, version=Version.V1_0_3, resource=STATE, *, may_list=True, may_since=True):
    return parse_selection(resource, parameters, version, may_list=may_list, may_since=may_since)


def refused(parameters, version=Version.V1_0_3, resource=STATE, **allowed):
    with pytest.raises(InvalidRequest) as refusal:
        select(parameters, version, resource, **allowed)
    return {problem.pointer.split("/")[0] for problem in refusal.value.problems}


@VERSIONS
def test_a_state_is_named_by_activity_agent_registration_and_id(version):
    selection = select(WHOLE, version)

    assert selection.address is not None
    assert selection.address.id == "signet"
    assert selection.context.activity == ACTIVITY
    assert selection.context.registration == UUID("8f9a1c2e-0000-4000-8000-00000000abcd")


@VERSIONS
@pytest.mark.parametrize(
    "same",
    [
        {**ANNE, "name": "Anne"},
        {**ANNE, "objectType": "Agent", "name": "Une autre"},
        {**ANNE, "objectType": "Group"},
    ],
)
def test_an_agent_is_who_its_identifier_says_whatever_its_name(same, version):
    assert select({**WHOLE, "agent": json.dumps(same)}, version).address == select(WHOLE, version).address


@pytest.mark.parametrize(
    "other",
    [
        {"mbox": "mailto:Anne@example.org"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "http://anne.example.org/"},
        {"account": {"homePage": "http://example.org", "name": "anne"}},
    ],
)
def test_another_identifier_is_another_agent(other):
    assert select({**WHOLE, "agent": json.dumps(other)}).context != select(WHOLE).context


@VERSIONS
@pytest.mark.parametrize("missing", ["activityId", "agent"])
def test_what_is_missing_is_named(missing, version):
    assert refused({name: value for name, value in WHOLE.items() if name != missing}, version) == {f"query:{missing}"}


@VERSIONS
def test_the_id_may_be_left_out_only_where_documents_can_be_listed(version):
    listed = {name: value for name, value in WHOLE.items() if name != "stateId"}

    assert select(listed, version).address is None
    assert refused(listed, version, may_list=False) == {"query:stateId"}


def test_an_empty_id_is_an_id_and_never_stands_for_all():
    assert select({**WHOLE, "stateId": ""}).address is not None


@VERSIONS
@pytest.mark.parametrize(
    ("resource", "unknown"),
    [
        (STATE, "profileId"), (STATE, "statement_id"), (AGENT_PROFILE, "activityId"), (AGENT_PROFILE, "registration"),
        (ACTIVITY_PROFILE, "agent"), (ACTIVITY_PROFILE, "stateId"), (STATE, "StateId"),
    ],
)  # fmt: skip
def test_a_parameter_that_the_resource_does_not_know_is_refused(resource, unknown, version):
    own = {"activityId": ACTIVITY, "agent": json.dumps(ANNE), resource.id_name: "x"}
    known = {name: value for name, value in own.items() if name in (*resource.required, resource.id_name)}

    assert select(known, version, resource).address is not None
    assert refused({**known, unknown: "http://example.org/x"}, version, resource) == {f"query:{unknown}"}


def test_since_is_refused_where_it_would_change_nothing_of_what_is_deleted():
    dated = {**WHOLE, "since": "2026-01-01T00:00:00Z"}

    assert select(dated).since == 1_767_225_600_000_000
    assert refused(dated, may_since=False) == {"query:since"}


def test_a_plus_sign_lost_on_the_way_does_not_lose_the_offset():
    assert select({**WHOLE, "since": "2026-01-01T01:00:00 01:00"}).since == 1_767_225_600_000_000


@VERSIONS
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activityId", "pas une IRI"), ("activityId", ""), ("agent", "true"), ("agent", "{"), ("agent", ""),
        ("agent", "[]"), ("agent", "{}"), ("agent", '{"name":"Anne"}'), ("agent", '{"mbox":"anne@example.org"}'),
        ("agent", '{"mbox":"mailto:a@b.fr","mbox":"mailto:c@d.fr"}'), ("agent", "[" * 10_000), ("agent", "\ud800"),
        ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@b.fr"}]}'),
        ("registration", "true"), ("registration", "{8f9a1c2e-0000-4000-8000-00000000abcd}"), ("registration", ""),
        ("since", "true"), ("since", "not a timestamp"), ("since", ""), ("stateId", "\udfff"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused_by_name(name, value, version):
    assert refused({**WHOLE, name: value}, version) == {f"query:{name}"}


def test_every_problem_is_listed():
    assert refused({"activityId": "x", "registration": "y", "since": "z", "other": "?"}) == {
        "query:activityId", "query:agent", "query:registration", "query:since", "query:other",
    }  # fmt: skip


@given(st.dictionaries(st.sampled_from([*WHOLE, "since", "profileId"]), st.text(max_size=20) | st.just("{}")))
def test_no_parameters_raise_anything_but_a_refusal(parameters):
    try:
        select({**WHOLE, **parameters})
    except InvalidRequest as refusal:
        assert refusal.problems  # noqa: PT017 - some raise nothing
