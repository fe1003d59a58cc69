"""xAPI 1.0.3 Part Two 2.4.5 and 2.4.6; IEEE 9274.1.1 4.2.2.4 and 4.2.2.5: results and contexts."""

from __future__ import annotations

import pytest

from lrs.statements.rules import statement_problems
from lrs.versions import Version

AGENT = {"mbox": "mailto:lea@example.org"}
GROUP = {"objectType": "Group", "member": [AGENT]}


def found(problems):
    return [(each.pointer, each.requirement) for each in problems]


def name_of(version, old, clause):
    return old if version is Version.V1_0_3 else f"9274.1.1 {clause}"


@pytest.mark.parametrize(
    ("pointer", "value", "old"),
    [
        ("/result", [], "XAPI-00006"),
        ("/result/score", 5, "XAPI-00079"),
        ("/result/score/scaled", 1.01, "XAPI-00083"),
        ("/result/score/scaled", -1.01, "XAPI-00083"),
        ("/result/score/scaled", "0.5", "XAPI-00083"),
        ("/result/score/scaled", True, "XAPI-00083"),
        ("/result/score/scaled", float("nan"), "XAPI-00083"),
        ("/result/score/raw", "5", "XAPI-00082"),
        ("/result/score/raw", 10.5, "XAPI-00082"),
        ("/result/score/raw", -0.5, "XAPI-00082"),
        ("/result/score/raw", 2**70, "XAPI-00082"),
        ("/result/score/raw", float("inf"), "XAPI-00082"),
        ("/result/score/min", "0", "XAPI-00081"),
        ("/result/score/min", 10, "XAPI-00081"),
        ("/result/score/max", "10", "XAPI-00080"),
        ("/result/success", "true", "XAPI-00074"),
        ("/result/completion", 1, "XAPI-00075"),
        ("/result/response", 5, "XAPI-00076"),
        ("/result/extensions", [], "XAPI-00078"),
    ],
)
def test_a_result_of_the_wrong_form_is_refused(problems_after, version, pointer, value, old):
    clause = "4.1.6.1" if pointer == "/result" else "4.2.2.4"
    clause = "4.2.2.4" if version is Version.V2_0_0 else clause
    assert found(problems_after((pointer, value))) == [(pointer, name_of(version, old, clause))]


@pytest.mark.parametrize("raw", [0, 10, 5.0, 0.12123434])
def test_a_raw_score_is_taken_at_and_between_its_bounds(problems_after, raw):
    assert problems_after(("/result/score/raw", raw)) == []


def test_numbers_without_bounds_are_free(problems_after):
    for score in ({"raw": -(2**70)}, {"min": 5}, {"max": -5}, {"raw": 1, "max": 2}, {"min": 0, "raw": 1}, {}):
        assert problems_after(("/result/score", score)) == []


@pytest.mark.parametrize(
    "text", ["PT4H35M59.14S", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W", "PT0S", "PT1,5H"]
)
def test_durations_with_designators_are_taken(problems_after, text):
    assert problems_after(("/result/duration", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P4W1D",
        "PA1H0M0S",
        "1H",
        "PT1.5H3M",
        "P0003-06-04T12:30:05",
        "-PT1S",
        "PT1S\n",
        "PT" + "9" * 400 + "S",
    ],
)
def test_other_durations_are_refused(problems_after, version, text):
    problems = problems_after(("/result/duration", text))
    assert found(problems) == [("/result/duration", name_of(version, "XAPI-00077", "4.2.7"))]


@pytest.mark.parametrize(
    ("pointer", "value", "old"),
    [
        ("/context/registration", "1", "XAPI-00087"),
        ("/context/instructor", "Léa", "XAPI-00087"),
        ("/context/team", "Équipe", "XAPI-00088"),
        ("/context/contextActivities", [], "XAPI-00086"),
        ("/context/contextActivities/sibling", {"id": "https://example.org/x"}, "XAPI-00093"),
        ("/context/contextActivities/parent", "https://example.org/x", "XAPI-00094"),
        ("/context/contextActivities/category/0", 1, "XAPI-00094"),
        ("/context/revision", 2, "XAPI-00089"),
        ("/context/platform", 2, "XAPI-00090"),
        ("/context/language", "french-language-tag-too_long", "XAPI-00091"),
        ("/context/language", "", "XAPI-00091"),
        ("/context/statement/id", "1", "XAPI-00072"),
        ("/context/statement", "1", "XAPI-00092"),
        ("/context/extensions", [], "XAPI-00120"),
    ],
)
def test_a_context_of_the_wrong_form_is_refused(problems_after, version, pointer, value, old):
    clause = "4.2.2.3" if pointer == "/context/statement/id" else "4.2.2.5"
    assert found(problems_after((pointer, value))) == [(pointer, name_of(version, old, clause))]


def test_a_team_is_a_group(problems_after, version):
    assert found(problems_after(("/context/team", AGENT))) == [
        ("/context/team", name_of(version, "XAPI-00037", "4.2.2.1"))
    ]


@pytest.mark.parametrize(
    "target",
    [
        {"objectType": "Agent", **AGENT},
        GROUP,
        {"objectType": "StatementRef", "id": "12345678-1234-4234-8234-123456789012"},
    ],
)
def test_revision_and_platform_are_only_for_activities(problems_after, version, target):
    problems = problems_after(("/object", target))
    assert found(problems) == [
        ("/context/revision", name_of(version, "XAPI-00084", "4.2.2.5")),
        ("/context/platform", name_of(version, "XAPI-00085", "4.2.2.5")),
    ]


@pytest.mark.parametrize(
    "tag",
    ["fr", "fr-FR", "FR-fr", "zh-Hant-TW", "es-419", "sl-rozaj-biske-1994", "de-CH-x-phonebk", "x-whatever",
     "i-klingon", "en-GB-oed", "en-a-bbb-x-a-ccc", "zh-min-nan", "art-lojban", "und"],
)  # fmt: skip
def test_well_formed_language_tags_are_taken(problems_after, tag):
    assert problems_after(("/context/language", tag)) == []


@pytest.mark.parametrize(
    "tag", ["f", "fr_FR", "something", "fr-", "-fr", "a12345678", "fr-F", "x", "fr-x", "fr FR", "français"]
)
def test_other_language_tags_are_refused(problems_after, tag):
    assert [each.pointer for each in problems_after(("/context/language", tag))] == ["/context/language"]


def test_context_agents_and_groups_are_unknown_to_the_first_version(full):
    for name in ("contextAgents", "contextGroups"):
        full["context"].pop(name, None)
        full["context"][name] = []
    problems = statement_problems(full, Version.V1_0_3)
    assert {(each.pointer, each.requirement) for each in problems} == {
        ("/context/contextAgents", "XAPI-00010"),
        ("/context/contextGroups", "XAPI-00010"),
    }


@pytest.mark.parametrize("version", [Version.V2_0_0])
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"objectType": "ContextAgent"}, "/context/contextAgents/0/objectType"),
        ({"agent": {"name": "Léa"}}, "/context/contextAgents/0/agent"),
        ({"agent": GROUP}, "/context/contextAgents/0/agent"),
        ({"relevantTypes": []}, "/context/contextAgents/0/relevantTypes"),
        ({"relevantTypes": ["abc"]}, "/context/contextAgents/0/relevantTypes/0"),
        ({"x": 1}, "/context/contextAgents/0/x"),
    ],
)
def test_a_context_agent_is_an_agent_in_a_role(problems_after, full, changes, pointer):
    good = full["context"]["contextAgents"][0]
    problems = problems_after(("/context/contextAgents/0", {**good, **changes}))
    assert problems
    assert all(each.pointer.startswith(pointer) for each in problems)


@pytest.mark.parametrize("version", [Version.V2_0_0])
def test_a_context_group_is_a_group_in_a_role(problems_after):
    pointer = "/context/contextGroups/0"
    assert problems_after((pointer, {"objectType": "contextGroup", "group": GROUP})) == []
    assert problems_after((pointer, {"objectType": "contextGroup", "group": AGENT}))
    assert problems_after((pointer, {"objectType": "contextGroup"}))
    assert problems_after((pointer, {"objectType": "contextAgent", "group": GROUP}))
