"""The published profiles: each is one by the specification, and holds what our own parts write."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import chain

import jsonschema
import pytest

from lrs.errors import InvalidRequest
from lrs.profiles.library import FILES, known_profile, known_profiles
from lrs.profiles.profile import parse_profile
from tests.lrs.scorm.ground import HERE

ADL = "http://adlnet.gov/expapi/verbs/"
CMI5 = "https://w3id.org/xapi/cmi5"
DOCUMENTS = {name: json.loads(files("schemas").joinpath(path).read_text("utf-8")) for name, path in FILES.items()}
KINDS = ("alternates", "optional", "oneOrMore", "sequence", "zeroOrMore")


def cmi5_statement(verb="initialized", category=(f"{CMI5}/context/categories/cmi5",), **parts):
    return {
        "id": "f1a7c0de-0000-4000-8000-000000000001",
        "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "1"}},
        "verb": {"id": ADL + verb},
        "object": {"id": "https://lms.example/au/1"},
        "context": {
            "registration": "f1a7c0de-0000-4000-8000-000000000002",
            "contextActivities": {
                "category": [{"id": each} for each in category], "grouping": [{"id": "https://editeur.example/au"}],
            },
            "extensions": {f"{CMI5}/context/extensions/sessionid": "s"},
        },
        "timestamp": "2026-01-05T08:00:00Z",
        **parts,
    }  # fmt: skip


def broken(name, statement, base=""):
    return [(found.breach.rule.id.rpartition("/xapi/")[2], found.breach.pointer)
            for found in known_profile(name).findings(statement, base)]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_profile_compiles_and_names_everything_in_french_and_english(name):
    document = DOCUMENTS[name]

    profile = parse_profile(name, document)

    assert profile.templates
    parts = [document, *document["templates"]]
    assert all({"fr", "en"} <= part["prefLabel"].keys() for part in parts)
    rules = [rule for template in document["templates"] for rule in template["rules"]]
    notes = [rule["scopeNote"] for rule in rules if "scopeNote" in rule]
    assert all({"fr", "en"} <= note.keys() for note in notes)


@pytest.mark.parametrize("name", FILES)
def test_every_id_of_a_profile_is_there_once_and_patterns_lead_to_what_there_is(name):
    document = DOCUMENTS[name]
    things = [*document["concepts"], *document["templates"], *document.get("patterns", ())]
    ids = [thing["id"] for thing in things]
    schemes = {version["id"] for version in document["versions"]}

    assert len(ids) == len(set(ids))
    assert {thing["inScheme"] for thing in things} <= schemes
    for pattern in document.get("patterns", ()):
        (kind,) = [kind for kind in KINDS if kind in pattern]
        members = pattern[kind] if isinstance(pattern[kind], list) else [pattern[kind]]
        assert set(members) <= set(ids)


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_of_extensions_are_schemas(name):
    for concept in DOCUMENTS[name]["concepts"]:
        if "inlineSchema" in concept:
            jsonschema.Draft202012Validator.check_schema(json.loads(concept["inlineSchema"]))


@pytest.mark.parametrize("edition", ["scorm12", "scorm2004"])
def test_what_the_scorm_gateway_writes_breaks_no_rule_of_its_profile(edition):
    written = json.loads((HERE / "expected" / f"{edition}.json").read_text())
    profile = known_profile("scorm")

    assert all(len(profile.matching(statement)) == 1 for statement in written)
    assert list(chain.from_iterable(profile.findings(statement) for statement in written)) == []


def test_a_statement_without_the_category_is_not_held_to_verbs_that_everybody_sends():
    assert broken("cmi5", cmi5_statement("completed", category=())) == []


def test_a_verb_of_the_profile_itself_needs_no_category():
    statement = {
        "verb": {"id": "https://w3id.org/xapi/video/verbs/played"},
        "object": {
            "id": "https://v.example",
            "definition": {"type": "https://w3id.org/xapi/video/activity-type/video"},
        },
    }

    found = broken("video", statement, "/7")

    assert [pointer for _, pointer in found] == [
        "/7/id", "/7/timestamp", "/7/result/extensions/https:~1~1w3id.org~1xapi~1video~1extensions~1time",
    ]  # fmt: skip
    assert found[0][0] == "video/templates#played/rules/0"


def test_a_statement_that_keeps_every_rule_has_no_finding():
    assert broken("cmi5", cmi5_statement()) == []


def test_a_category_that_is_one_object_counts_as_the_list_that_it_becomes():
    statement = cmi5_statement()
    activities = statement["context"]["contextActivities"]
    activities["category"] = activities["category"][0]

    assert broken("cmi5", statement) == []


def test_every_broken_rule_is_told_with_template_place_and_id():
    moveon = f"{CMI5}/context/categories/moveon"
    statement = cmi5_statement("terminated", category=(f"{CMI5}/context/categories/cmi5", moveon),
                               result={"score": {"scaled": 1}, "success": True})  # fmt: skip
    del statement["context"]["registration"]

    found = [finding.problem for finding in known_profile("cmi5").findings(statement, "/0")]

    assert [(problem.pointer, problem.requirement.rpartition("/")[2]) for problem in found] == [
        ("/0/context/registration", "2"), ("/0/result/score", "0"), ("/0/result/success", "1"),
        ("/0/result/duration", "3"), ("/0/context/contextActivities/category/1/id", "4"),
    ]  # fmt: skip
    assert found[3].message == "Profile cmi5, terminated: $.result.duration is missing."
    assert found[3].accepted == "any value there. From initialized to terminated."


def test_a_document_that_is_no_profile_is_refused():
    with pytest.raises(InvalidRequest, match="not a profile document"):
        parse_profile("essai", {"type": "Concept"})


def test_a_template_with_a_property_that_none_has_is_refused():
    document = {**DOCUMENTS["video"], "templates": [{"id": "t", "verbs": []}]}

    with pytest.raises(InvalidRequest, match="verbs"):
        parse_profile("essai", document)


def test_known_profiles_are_compiled_once():
    assert known_profiles(("video",))[0] is known_profile("video")
