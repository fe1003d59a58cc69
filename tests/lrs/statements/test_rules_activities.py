"""xAPI 1.0.3 Part Two 2.4.4; IEEE 9274.1.1 4.2.2.3: Activities, interactions and references."""

from __future__ import annotations

import pytest

from lrs.statements.rules import activity_problems
from lrs.versions import Version

COMPONENTS = [{"id": "a"}, {"id": "b"}]
LISTS = {"choices", "scale", "source", "target", "steps"}


def found(problems):
    return [(each.pointer, each.requirement) for each in problems]


def name_of(version, old, clause="4.2.2.3"):
    return old if version is Version.V1_0_3 else f"9274.1.1 {clause}"


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org/cours/été?page=1&x=[]#haut".replace("[]", "%5B%5D"),
        "urn:uuid:12345678-1234-4234-8234-123456789012",
        "tag:example.org,2026:cours",
        "act:cours/1",
        "http://[::1]:8080/x",
        "file:///cours",
        "https://例え.example/𠀀",
    ],
)
def test_absolute_iris_are_taken(iri, version):
    assert activity_problems({"id": iri}, version) == []


@pytest.mark.parametrize(
    "iri",
    [
        "",
        "cours",
        "www.example.org/cours",
        "//example.org/cours",
        "438AD672-DE2C-4F0B-8876-35444E7DD746",
        "ab=c://example.org",
        "https://example.org/deux mots",
        "https://example.org/<cours>",
        "https://example.org/100%",
        "https://",
        "https:",
        " https://example.org",
        "https://example.org\n",
    ],
)
def test_what_is_no_absolute_iri_is_refused(iri, version):
    assert found(activity_problems({"id": iri}, version)) == [("/id", name_of(version, "XAPI-00047"))]


@pytest.mark.parametrize(
    ("pointer", "value", "old"),
    [
        ("/object", "cours", "XAPI-00005"),
        ("/object/objectType", "GroupActivity", "XAPI-00046"),
        ("/object/objectType", "activity", "XAPI-00046"),
        ("/object/definition", "cours", "XAPI-00048"),
        ("/object/definition/name", "cours", "XAPI-00056"),
        ("/object/definition/description", 1, "XAPI-00059"),
        ("/object/definition/type", "cours", "XAPI-00060"),
        ("/object/definition/moreInfo", "url to view", "XAPI-00061"),
        ("/object/definition/extensions", [], "XAPI-00057"),
        ("/object/definition/interactionType", "Choice", "XAPI-00049"),
        ("/object/definition/correctResponsesPattern", "a", "XAPI-00050"),
        ("/object/definition/correctResponsesPattern/0", 1, "XAPI-00050"),
        ("/object/definition/choices", "a", "XAPI-00055"),
        ("/object/definition/choices/0", "a", "XAPI-00063"),
        ("/object/definition/choices/0/id", 1, "XAPI-00058"),
        ("/object/definition/choices/0/description", "Nord", "XAPI-00062"),
        ("/object/definition/choices/1/id", "a", "XAPI-00058"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(problems_after, version, pointer, value, old):
    assert found(problems_after((pointer, value))) == [(pointer, name_of(version, old))]


def test_an_extension_key_is_an_iri(problems_after, version):
    pointer = "/object/definition/extensions/example.org~1niveau"
    assert found(problems_after((pointer, 1))) == [(pointer, name_of(version, "XAPI-00118", "4.2.7"))]


def test_an_activity_needs_an_id(version):
    assert found(activity_problems({"objectType": "Activity"}, version)) == [("", name_of(version, "XAPI-00047"))]


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("true-false", set()),
        ("choice", {"choices"}),
        ("fill-in", set()),
        ("long-fill-in", set()),
        ("matching", {"source", "target"}),
        ("performance", {"steps"}),
        ("sequencing", {"choices"}),
        ("likert", {"scale"}),
        ("numeric", set()),
        ("other", set()),
    ],
)
def test_each_interaction_has_its_own_lists(kind, lists, version):
    for name in LISTS:
        activity = {"id": "https://example.org/q", "definition": {"interactionType": kind, name: COMPONENTS}}
        refused = [] if name in lists else [(f"/definition/{name}", name_of(version, "XAPI-00010"))]
        assert found(activity_problems(activity, version)) == refused


@pytest.mark.parametrize("name", [*sorted(LISTS), "correctResponsesPattern"])
def test_interaction_properties_need_an_interaction_type(name, version):
    value = ["a"] if name == "correctResponsesPattern" else COMPONENTS
    activity = {"id": "https://example.org/q", "definition": {name: value}}
    assert found(activity_problems(activity, version)) == [("/definition", name_of(version, "XAPI-00064"))]


def test_a_component_needs_an_id(problems_after, version, removed):
    problems = problems_after(("/object/definition/choices/0/id", removed))
    assert found(problems) == [("/object/definition/choices/0", name_of(version, "XAPI-00058"))]


@pytest.mark.parametrize(
    ("reference", "pointer", "old"),
    [
        ({"objectType": "StatementRef"}, "/object", "XAPI-00072"),
        ({"objectType": "StatementRef", "id": "1"}, "/object/id", "XAPI-00072"),
        (
            {"objectType": "StatementRef", "id": "12345678-1234-4234-8234-123456789012", "x": 1},
            "/object/x",
            "XAPI-00010",
        ),
    ],
)
def test_a_reference_names_a_statement(problems_after, version, removed, reference, pointer, old):
    clause = "4.1.6.1" if old == "XAPI-00010" else "4.2.2.3"
    problems = problems_after(("/context/revision", removed), ("/context/platform", removed), ("/object", reference))
    assert found(problems) == [(pointer, name_of(version, old, clause))]


def test_a_statement_as_object_must_say_so(problems_after, version):
    target = {"actor": {}, "verb": {}, "object": {}}
    assert found(problems_after(("/object", target))) == [("/object", name_of(version, "XAPI-00073"))]
