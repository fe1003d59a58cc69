"""The schemas are sound data: they compile, resolve, say what they ask for, and read the same to both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lrs.statements.keywords import CHECKED, WALKED
from schemas import loader

ANNOTATIONS = {
    "$schema",
    "$id",
    "$defs",
    "title",
    "description",
    "x-accepted",
    "x-message",
    "x-requirement",
    "x-unknown",
}
REQUIREMENT = {"1.0.3": re.compile(r"XAPI-\d{5}"), "2.0.0": re.compile(r"9274\.1\.1 4(\.\d+)+")}
XAPI = sorted(name for name in loader.documents() if "/xapi/" in name)


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema inside a schema, itself first."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            for part in value.values():
                yield from nodes(part)
        elif key in {"allOf", "anyOf", "oneOf"}:
            for part in value:
                yield from nodes(part)
        elif key not in ANNOTATIONS and isinstance(value, dict):
            yield from nodes(value)


@pytest.fixture(params=XAPI)
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    return loader.documents()[request.param]


def test_there_is_a_statement_of_each_version():
    assert {f"{loader.SCHEMA_BASE}xapi/statement-{version}.json" for version in ("1.0.3", "2.0.0")} <= set(XAPI)


def test_a_schema_is_valid_json_schema(document):
    Draft202012Validator.check_schema(document)


def test_every_reference_leads_somewhere(document):
    for node in nodes(document):
        if "$ref" in node:
            assert loader.definition(node["$ref"])


def test_a_file_is_named_after_its_id(document):
    assert loader.absolute(f"xapi/{document['$id'].rpartition('/')[2]}") == document["$id"]


def test_only_keywords_are_used_that_the_explaining_engine_checks_without_printing_values(document):
    for node in nodes(document):
        assert set(node) <= ANNOTATIONS | CHECKED | WALKED


def test_a_reference_stands_alone_so_that_the_way_to_a_refusal_is_never_in_doubt(document):
    for node in nodes(document):
        if "$ref" in node:
            assert set(node) - {"$ref"} <= ANNOTATIONS


def test_a_definition_does_not_name_its_dialect_or_the_engine_would_change_on_the_way(document):
    assert not [node for node in list(nodes(document))[1:] if "$schema" in node or "$id" in node]


def test_patterns_are_anchored_and_use_nothing_that_engines_read_differently(document):
    for node in nodes(document):
        if "pattern" in node:
            assert node["pattern"].startswith("^")
            assert node["pattern"].endswith("$")
            assert not re.search(r"\\[A-Za-z0-9]", node["pattern"].replace("\\t", ""))
            without_classes = re.sub(r"\[(?:\\.|[^\]\\])*\]", "", node["pattern"])
            assert not re.search(r"(?<!\\)\.|\(\?[^:]", without_classes)


def test_a_format_says_what_it_accepts(document):
    for node in nodes(document):
        if "pattern" in node or "minimum" in node or ("minItems" in node and len(node) > 3):
            assert node["x-accepted"]


def test_requirements_are_named_as_their_version_names_them(document):
    for node in nodes(document):
        for key in ("x-requirement", "x-unknown"):
            for version, name in node.get(key, {}).items():
                assert REQUIREMENT[version].fullmatch(name)


def test_every_property_of_a_statement_names_its_requirement_in_each_version_that_has_it():
    for version in REQUIREMENT:
        document = loader.documents()[f"{loader.SCHEMA_BASE}xapi/statement-{version}.json"]
        for name in ("statement", "subStatement", "context"):
            for part in document["$defs"][name]["properties"].values():
                assert version in part["x-requirement"]


def test_an_object_with_known_properties_takes_no_others(document):
    for node in nodes(document):
        if node.get("type") == "object" and "title" in node:
            assert node["additionalProperties"] is False


def test_a_name_that_no_schema_has_is_refused():
    with pytest.raises(KeyError):
        loader.definition("xapi/agents.json#/$defs/nobody")


def test_schemas_are_read_and_compiled_once():
    reference = "xapi/agents.json#/$defs/agent"
    assert loader.documents() is loader.documents()
    assert loader.compiled(reference) is loader.compiled(reference)
