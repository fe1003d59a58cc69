"""Find a schema by its reference and compile it; every file is read once, when first asked for.

A reference is a path below this folder with an optional fragment: `xapi/agents.json#/$defs/agent`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

# Names, not places: nothing is ever fetched from here (the domain is reserved, RFC 2606).
SCHEMA_BASE: Final = "https://assidu.example/schemas/"


def absolute(reference: str) -> str:
    """Return the full name of a schema; a full name stays as it is.

    >>> absolute("xapi/agents.json#/$defs/agent")
    'https://assidu.example/schemas/xapi/agents.json#/$defs/agent'
    """
    return urljoin(SCHEMA_BASE, reference)


@cache
def documents() -> Mapping[str, dict[str, Any]]:
    """Return every schema file of this room by its `$id`, each `$ref` in it made absolute."""
    found = {document["$id"]: document for document in _read(files(__package__))}
    for name, document in found.items():
        _make_absolute(document, name)
    return found


@cache
def definition(reference: str) -> Any:  # noqa: ANN401 - a schema is any JSON
    """Return one schema as data; raises `KeyError` when there is none of that name."""
    name, _, fragment = absolute(reference).partition("#")
    node: Any = documents()[name]
    for step in fragment.split("/")[1:]:
        node = node[step]
    return node


@cache
def compiled(reference: str) -> jsonschema_rs.Validator:
    """Return the fast validator of one schema: it decides, and does not explain.

    Its regular expressions run in linear time, whatever the text.
    """
    return _validator({"$ref": absolute(reference)})


@cache
def compiled_shape(reference: str) -> jsonschema_rs.Validator:
    """Return the fast validator of an object's schema that lets each of its `properties` hold anything.

    What the schema says of them elsewhere (`required`, `additionalProperties`, `allOf`) is decided as ever.
    """
    schema = definition(reference)
    return _validator({**schema, "properties": dict.fromkeys(schema["properties"], True)})


def _validator(schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        registry=jsonschema_rs.Registry(list(documents().items())),
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


def pattern(reference: str) -> str:
    """Return the regular expression of a text format, anchored at both ends."""
    return str(definition(reference)["pattern"])


def _make_absolute(node: object, base: str) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            node["$ref"] = urljoin(base, node["$ref"])
        for part in node.values():
            _make_absolute(part, base)
    elif isinstance(node, list):
        for part in node:
            _make_absolute(part, base)


def _read(folder: Traversable) -> Iterator[dict[str, Any]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _read(entry)
        elif entry.name.endswith(".json"):
            document = json.loads(entry.read_text(encoding="utf-8"))
            if isinstance(document, dict) and "$id" in document:
                yield document
