"""xAPI 1.0.3 Part Two 2.4.2 and 2.4.9; IEEE 9274.1.1 4.2.2.1: Agents, Groups and authorities."""

from __future__ import annotations

import pytest

from lrs.statements.rules import agent_problems, authority_problems
from lrs.versions import Version

LEA = {"mbox": "mailto:lea@example.org"}
APPLICATION = {"account": {"homePage": "https://example.org/oauth", "name": "application"}}


def found(problems):
    return [(each.pointer, each.requirement) for each in problems]


def name_of(version, old, clause="4.2.2.1"):
    return old if version is Version.V1_0_3 else f"9274.1.1 {clause}"


@pytest.mark.parametrize(
    "agent",
    [
        LEA,
        {"objectType": "Agent", "name": "", **LEA},
        {"mbox": "mailto:prénom.nom+tag@école.example.org"},
        {"mbox_sha1sum": "CD9B00A5611F94EAA7B1661EDAB976068E364975"},
        {"openid": "https://openid.example.org/12345"},
        {"account": {"homePage": "urn:lms", "name": "42"}},
        {"objectType": "Group", **LEA},
        {"objectType": "Group", "member": [], **LEA},
        {"objectType": "Group", "member": [LEA, {"objectType": "Agent", **LEA}], **APPLICATION},
    ],
)
def test_agents_and_identified_groups_are_taken(agent, version):
    assert agent_problems(agent, version) == []


@pytest.mark.parametrize(
    ("agent", "pointer", "old"),
    [
        ({}, "", "XAPI-00034"),
        ({"name": "Léa"}, "", "XAPI-00034"),
        ({**LEA, **APPLICATION}, "", "XAPI-00034"),
        ({"objectType": "agent", **LEA}, "/objectType", "XAPI-00031"),
        ({"objectType": "Person", **LEA}, "/objectType", "XAPI-00031"),
        ({"objectType": 1, **LEA}, "/objectType", "XAPI-00031"),
        ({**LEA, "name": 1}, "/name", "XAPI-00033"),
        ({"mbox": "lea@example.org"}, "/mbox", "XAPI-00038"),
        ({"mbox": "mailto:null"}, "/mbox", "XAPI-00038"),
        ({"mbox": "mailto:lea@example.org,leo@example.org"}, "/mbox", "XAPI-00038"),
        ({"mbox": "mailto:lea@example.org?subject=x"}, "/mbox", "XAPI-00038"),
        ({"mbox": "mailto:lea @example.org"}, "/mbox", "XAPI-00038"),
        ({"mbox_sha1sum": "cd9b"}, "/mbox_sha1sum", "XAPI-00039"),
        ({"openid": "openid.example.org/12345"}, "/openid", "XAPI-00040"),
        ({"openid": "https://openid.example.org/é"}, "/openid", "XAPI-00040"),
        ({"account": "42"}, "/account", "XAPI-00041"),
        ({"account": {"name": "42"}}, "/account", "XAPI-00042"),
        ({"account": {"homePage": "lms", "name": "42"}}, "/account/homePage", "XAPI-00042"),
        ({"account": {"homePage": "https://lms.example.org"}}, "/account", "XAPI-00043"),
        ({"account": {"homePage": "https://lms.example.org", "name": 42}}, "/account/name", "XAPI-00043"),
        ({"objectType": "Group", **LEA, **APPLICATION}, "", "XAPI-00037"),
        ({"objectType": "Group", "member": {}, **LEA}, "/member", "XAPI-00036"),
        ({"objectType": "Group", "member": ["Léa"], **LEA}, "/member/0", "XAPI-00036"),
        ({"objectType": "Group", "member": [{}], **LEA}, "/member/0", "XAPI-00034"),
    ],
)
def test_what_is_no_agent_is_refused(agent, pointer, old, version):
    assert found(agent_problems(agent, version)) == [(pointer, name_of(version, old))]


def test_a_group_inside_a_group_is_refused(version):
    group = {"objectType": "Group", "member": [{"objectType": "Group", **LEA}], **LEA}
    assert found(agent_problems(group, version)) == [("/member/0/objectType", name_of(version, "XAPI-00034"))]


def test_an_anonymous_group_needs_members(problems_after, version):
    for group in ({"objectType": "Group"}, {"objectType": "Group", "member": []}):
        pointer = "/actor/member" if "member" in group else "/actor"
        assert found(problems_after(("/actor", group))) == [(pointer, name_of(version, "XAPI-00035"))]


def test_an_anonymous_group_acts_but_cannot_be_asked_for(problems_after, version):
    group = {"objectType": "Group", "member": [LEA]}
    assert problems_after(("/actor", group)) == []
    assert found(agent_problems(group, version, "query:agent")) == [
        ("query:agent", name_of(version, "XAPI-00012", "4.1.6.1"))
    ]


def test_a_user_vouches_alone_or_through_an_application(version):
    assert authority_problems(LEA, version) == []
    assert authority_problems({"objectType": "Group", "member": [APPLICATION, LEA]}, version) == []


@pytest.mark.parametrize(
    ("group", "pointer", "old"),
    [
        ({"member": [APPLICATION]}, "/member", "XAPI-00098"),
        ({"member": [APPLICATION, LEA, LEA]}, "/member", "XAPI-00098"),
        ({"member": [LEA, LEA]}, "/member", "XAPI-00100"),
        ({"member": [APPLICATION, LEA], **LEA}, "/mbox", "XAPI-00098"),
    ],
)
def test_other_groups_do_not_vouch(group, pointer, old, version):
    problems = authority_problems({"objectType": "Group", **group}, version)
    assert found(problems) == [(pointer, name_of(version, old, "4.2.4.2"))]


def test_an_agent_as_object_must_say_so(problems_after, version, removed):
    quiet = [("/context/revision", removed), ("/context/platform", removed)]
    assert problems_after(*quiet, ("/object", {"objectType": "Agent", **LEA})) == []
    for target in (LEA, {"member": [LEA]}):
        problems = problems_after(*quiet, ("/object", target))
        assert found(problems) == [("/object", name_of(version, "XAPI-00065", "4.2.2.3"))]
