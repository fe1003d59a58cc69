"""Results and contexts: xAPI 1.0.3 Part Two 2.4.5, 2.4.6; IEEE 9274.1.1 4.2.2.4, 4.2.2.5."""

from __future__ import annotations

import pytest

MBOX = {"mbox": "mailto:tom@example.org"}
GROUP = {"objectType": "Group", "member": [MBOX]}
REFERENCE = {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}

SCORES = [
    ("XAPI-00083", "scaled", [{"scaled": 1.0001}, {"scaled": -1.0001}, {"scaled": 95}],
     [{"scaled": 1}, {"scaled": -1}, {"scaled": 0}, {"scaled": 0.333333}]),
    ("XAPI-00082", "raw", [{"raw": 11, "max": 10}, {"raw": -1, "min": 0}, {"raw": 10.01, "min": 0, "max": 10}],
     [{"raw": 10, "max": 10}, {"raw": 0, "min": 0}, {"raw": 5, "min": 0, "max": 10}, {"raw": -1e9}, {"raw": 1e9}]),
    ("XAPI-00081", "min", [{"min": 10, "max": 0}, {"min": 1, "max": 1}, {"min": 0.2, "max": 0.1, "raw": 0.15}],
     [{"min": 0, "max": 10}, {"min": -10, "max": -9.99}, {"min": 100}]),
    ("XAPI-00080", "max", [{"max": "10"}, {"max": None}], [{"max": -100}, {"max": 10, "raw": 3}, {}]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "refused", "taken"), SCORES, ids=[row[0] for row in SCORES])
def test_a_score_lies_where_it_says_xapi_00080_to_00083(rules, make, rule, name, refused, taken):
    """XAPI-00080 to 00083."""
    for score in refused:
        found = "" if None in score.values() else rule
        rules.check_refused(make.small(result={"score": score}), f"/result/score/{name}", found)
    rules.check_taken(*(make.small(result={"score": score}) for score in taken))


def test_a_duration_longer_than_any_number_is_refused_xapi_00077(rules, make):
    """XAPI-00077. The forms of durations are in test_data_types."""
    rules.check_refused(make.small(result={"duration": f"P{'9' * 400}Y"}), "/result/duration", "XAPI-00077")
    rules.check_taken(make.small(result={"duration": "P" + "9" * 40 + "Y"}))


def test_a_result_may_hold_any_response(rules, make):
    rules.check_taken(
        *(
            make.small(result={"response": response})
            for response in ("", "a[,]b", "é" * 10_000, '{"not": "parsed"}', "\u0000", "\\")
        )
    )


def test_a_registration_is_a_uuid_xapi_00087(rules, make):
    """XAPI-00087."""
    for wrong in ("", "42", "3f2504e04f8941d39a0c0305e82c3301", "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}"):
        rules.check_refused(make.small(context={"registration": wrong}), "/context/registration", "XAPI-00087")
    rules.check_taken(
        *(
            make.small(context={"registration": right})
            for right in ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4F89-41D3-9A0C-0305E82C3301")
        )
    )


def test_an_instructor_is_an_agent_or_group_xapi_00087(rules, make):
    """XAPI-00087-2."""
    for wrong in ({}, {"name": "Tom"}, {"objectType": "Activity", "id": "urn:x:1"}):
        statement = make.small(context={"instructor": wrong})
        pointer = "/context/instructor" + ("/objectType" if "objectType" in wrong else "")
        rules.check_refused(statement, pointer)
    rules.check_taken(*(make.small(context={"instructor": right}) for right in (MBOX, GROUP)))


@pytest.mark.parametrize(("name", "rule"), [("revision", "XAPI-00084"), ("platform", "XAPI-00085")])
def test_only_an_activity_has_a_revision_or_platform_xapi_00084_xapi_00085(rules, make, name, rule):
    """XAPI-00084, XAPI-00085; in a SubStatement too."""
    context = {name: "1.2"}
    inner = {name: value for name, value in make.small().items() if name != "id"}
    others = ({"objectType": "Agent", **MBOX}, GROUP, REFERENCE, {"objectType": "SubStatement", **inner})

    for target in others:
        rules.check_refused(make.small(object=target, context=context), f"/context/{name}", rule)
        rules.check_taken(make.small(object=target, context={"language": "fr"}))
    rules.check_taken(make.small(context=context))
    rules.check_taken(make.small(object={"objectType": "Activity", "id": "urn:x:1"}, context=context))
    within = {"objectType": "SubStatement", **inner, "context": context}
    rules.check_taken(make.small(object=within))
    rules.check_refused(make.small(object={**within, "object": REFERENCE}), f"/object/context/{name}", rule)


def test_a_language_is_a_language_tag_xapi_00091(rules, make):
    """XAPI-00091 (RFC 5646)."""
    for wrong in ("", "français", "fr_FR", "f", "fr-", "-fr", "fr FR", "123"):
        rules.check_refused(make.small(context={"language": wrong}), "/context/language", "XAPI-00091")
    rules.check_taken(
        *(
            make.small(context={"language": right})
            for right in ("fr", "fr-FR", "es-419", "zh-cmn-Hans-CN", "x-interne", "FR")
        )
    )


def test_a_context_refers_to_a_statement_xapi_00092(rules, make):
    """XAPI-00092."""
    for wrong, below in (
        ({}, ""), ({"id": REFERENCE["id"]}, ""), ({"objectType": "StatementRef"}, ""),
        ({"objectType": "SubStatement", "id": REFERENCE["id"]}, "/objectType"), ({**REFERENCE, "id": "1"}, "/id"),
    ):  # fmt: skip
        rules.check_refused(make.small(context={"statement": wrong}), f"/context/statement{below}")
    rules.check_taken(make.small(context={"statement": REFERENCE}))


@pytest.mark.parametrize("kind", ["parent", "grouping", "category", "other"])
def test_context_activities_are_activities_xapi_00094(rules, make, kind):
    """XAPI-00094."""
    place = f"/context/contextActivities/{kind}"
    for wrong, below in (
        ("urn:x:1", ""), ({}, ""), ({"id": "x"}, "/id"), ([{"id": "x"}], "/0/id"), (["urn:x:1"], "/0"),
        ([{"id": "urn:x:1"}, {}], "/1"), ({"objectType": "Agent", **MBOX}, "/objectType"),
        ([{"objectType": "GroupActivity", "id": "urn:x:1"}], "/0/objectType"),
        ([{"id": "urn:x:1", "definition": {"type": "x"}}], "/0/definition/type"),
    ):  # fmt: skip
        rules.check_refused(make.small(context={"contextActivities": {kind: wrong}}), f"{place}{below}")
    rules.check_taken(
        *(
            make.small(context={"contextActivities": {kind: right}})
            for right in (
                [],
                [{"id": "urn:x:1"}],
                {"id": "urn:x:1"},
                [{"id": "urn:x:1"}, {"objectType": "Activity", "id": "urn:x:2"}],
            )
        )
    )


def test_there_are_four_kinds_of_context_activities_xapi_00093(rules, make):
    """XAPI-00093."""
    for wrong in ("child", "Parent", "groupings", ""):
        statement = make.small(context={"contextActivities": {wrong: [{"id": "urn:x:1"}]}})
        rules.check_refused(statement, f"/context/contextActivities/{wrong}")
    kinds = ("parent", "grouping", "category", "other")
    rules.check_taken(make.small(context={"contextActivities": {kind: [{"id": f"urn:x:{kind}"}] for kind in kinds}}))
    rules.check_taken(make.small(context={"contextActivities": {}}))


def test_a_lone_context_activity_is_returned_in_an_array_xapi_00096(rules, make):
    """XAPI-00096: in every format, in SubStatements too; the sender's own arrays stay as they are."""
    lone = {kind: {"id": f"urn:x:{kind}"} for kind in ("parent", "grouping", "category", "other")}
    listed = {kind: [activity] for kind, activity in lone.items()}
    # An extension that looks like it is none of the LRS's business.
    context = {
        "contextActivities": lone,
        "extensions": {"urn:x:c": {"contextActivities": {"parent": {"id": "urn:x:1"}}}},
    }
    statement = make.small(context=context)
    inner = {name: value for name, value in make.small(context=context).items() if name != "id"}
    outer = make.small(object={"objectType": "SubStatement", **inner})
    rules.store(statement, outer)

    for form in ("exact", "canonical", "ids"):
        found = rules.read(statement["id"], format=form)["context"]
        assert found["contextActivities"] == listed
        assert found["extensions"] == context["extensions"]
        assert rules.read(outer["id"], format=form)["object"]["context"]["contextActivities"] == listed


CONTEXT_AGENT = {"objectType": "contextAgent", "agent": MBOX}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}
TYPED = {"relevantTypes": ["https://example.org/types/tuteur"]}


@pytest.mark.parametrize(
    ("name", "entry"), [("contextAgents", CONTEXT_AGENT), ("contextGroups", CONTEXT_GROUP)], ids=["Agents", "Groups"]
)
def test_context_agents_and_groups_are_new_in_2_0_9274_4_2_2_5(rules1, rules2, make, name, entry):
    """IEEE 9274.1.1 4.2.2.5; XAPI-00010 where they are unknown."""
    statement = make.small(context={name: [entry, {**entry, **TYPED}]})
    inner = {key: value for key, value in statement.items() if key != "id"}
    outer = make.small(object={"objectType": "SubStatement", **inner})

    rules2.check_taken(statement)
    rules2.check_taken(outer)
    rules2.check_taken(make.small(context={name: []}))
    rules1.check_refused(make.small(context=statement["context"]), f"/context/{name}", "XAPI-00010")
    rules1.check_refused({**outer, "id": make.small()["id"]}, f"/object/context/{name}", "XAPI-00010")


def test_a_context_agent_holds_an_agent_and_types_9274_4_2_2_5(rules2, make):
    """IEEE 9274.1.1 4.2.2.5."""
    place = "/context/contextAgents/0"
    for wrong, below in (
        ({"agent": MBOX}, ""),
        ({"objectType": "contextAgent"}, ""),
        ("tom", ""),
        ({**CONTEXT_AGENT, "objectType": "ContextAgent"}, "/objectType"),
        ({**CONTEXT_AGENT, "objectType": "Agent"}, "/objectType"),
        ({**CONTEXT_AGENT, "objectType": "contextGroup"}, "/objectType"),
        ({**CONTEXT_AGENT, "agent": {}}, "/agent"),
        ({**CONTEXT_AGENT, "agent": GROUP}, "/agent/objectType"),
        ({**CONTEXT_AGENT, "agent": {"mbox": "x"}}, "/agent/mbox"),
        ({**CONTEXT_AGENT, "relevantTypes": []}, "/relevantTypes"),
        ({**CONTEXT_AGENT, "relevantTypes": "urn:x:1"}, "/relevantTypes"),
        ({**CONTEXT_AGENT, "relevantTypes": ["tuteur"]}, "/relevantTypes/0"),
        ({**CONTEXT_AGENT, "relevantTypes": ["urn:x:1", 1]}, "/relevantTypes/1"),
        ({**CONTEXT_AGENT, "relevantTypes": None}, "/relevantTypes"),
        ({**CONTEXT_AGENT, "group": GROUP}, "/group"),
    ):
        rules2.check_refused(make.small(context={"contextAgents": [wrong]}), f"{place}{below}")
    rules2.check_refused(make.small(context={"contextAgents": CONTEXT_AGENT}), "/context/contextAgents")
    rules2.check_taken(make.small(context={"contextAgents": [CONTEXT_AGENT]}))


def test_a_context_group_holds_a_group_and_types_9274_4_2_2_5(rules2, make):
    """IEEE 9274.1.1 4.2.2.5."""
    place = "/context/contextGroups/0"
    for wrong, below in (
        ({"group": GROUP}, ""),
        ({"objectType": "contextGroup"}, ""),
        ({**CONTEXT_GROUP, "objectType": "contextgroup"}, "/objectType"),
        ({**CONTEXT_GROUP, "objectType": "Group"}, "/objectType"),
        ({**CONTEXT_GROUP, "group": {"objectType": "Group"}}, "/group"),
        ({**CONTEXT_GROUP, "group": MBOX}, "/group"),
        ({**CONTEXT_GROUP, "relevantTypes": []}, "/relevantTypes"),
        ({**CONTEXT_GROUP, "relevantTypes": ["x"]}, "/relevantTypes/0"),
        ({**CONTEXT_GROUP, "agent": MBOX}, "/agent"),
    ):
        rules2.check_refused(make.small(context={"contextGroups": [wrong]}), f"{place}{below}")
    rules2.check_taken(
        *(
            make.small(context={"contextGroups": [{**CONTEXT_GROUP, "group": right, **TYPED}]})
            for right in (GROUP, {"objectType": "Group", **MBOX})
        )
    )
