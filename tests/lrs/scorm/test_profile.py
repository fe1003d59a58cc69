"""What the gateway writes is what the published profile says, and the profile says nothing else."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from lrs.scorm import vocabulary as words
from tests.lrs.scorm.ground import HERE

PROFILE = json.loads(files("schemas").joinpath("profiles/scorm.json").read_text("utf-8"))
CONCEPTS = {concept["id"]: concept for concept in PROFILE["concepts"]}
WRITTEN = [
    statement
    for edition in ("scorm12", "scorm2004")
    for statement in json.loads((HERE / "expected" / f"{edition}.json").read_text())
]


def extensions(statement):
    return {
        **statement["context"]["extensions"], **statement.get("result", {}).get("extensions", {}),
    }  # fmt: skip


def test_every_extension_of_ours_is_a_concept_and_every_concept_one_that_is_written():
    ours = {value for name, value in vars(words).items() if name.isupper() and str(value).startswith(words.EXTENSION)}

    assert ours - {words.EXTENSION} == set(CONCEPTS)


@pytest.mark.parametrize("statement", WRITTEN, ids=lambda each: each["id"][:8])
def test_what_is_written_under_an_extension_keeps_its_schema(statement):
    for iri, value in extensions(statement).items():
        if iri in CONCEPTS:
            jsonschema.validate(value, json.loads(CONCEPTS[iri]["inlineSchema"]))


@pytest.mark.parametrize("statement", WRITTEN, ids=lambda each: each["id"][:8])
def test_every_statement_has_one_template_by_verb_and_type(statement):
    found = [
        template
        for template in PROFILE["templates"]
        if template["verb"] == statement["verb"]["id"]
        and template["objectActivityType"] == statement["object"]["definition"]["type"]
    ]

    assert len(found) == 1


def test_every_verb_that_can_be_written_has_a_template():
    assert {verb["id"] for verb in words.VERBS} == {template["verb"] for template in PROFILE["templates"]}
