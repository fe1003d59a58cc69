"""Say everything that is wrong with a refused value: where, by which rule, and what would be taken.

The words come from the schemas: `x-requirement` (the rule, by version), `x-accepted`, `x-message`,
`x-unknown` (the rule about properties that do not exist). No message quotes a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from lrs.errors import Problem
from lrs.statements.keywords import explainer
from schemas import loader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jsonschema import ValidationError

    from lrs.versions import Version

    Node = Mapping[str, Any]

# A statement of many megabytes can be wrong in each of its properties; an answer that repeats
# them all would be larger than what was sent.
MOST_PROBLEMS: Final = 1000

# The general rules of the standard, for what no property has a rule of its own.
_GENERAL: Final[Mapping[str, Mapping[str, str]]] = {
    "null": {"1.0.3": "XAPI-00001", "2.0.0": "9274.1.1 4.1.6.1"},
    "type": {"1.0.3": "XAPI-00006", "2.0.0": "9274.1.1 4.1.6.1"},
    "case": {"1.0.3": "XAPI-00008", "2.0.0": "9274.1.1 4.1.6.1"},
    "additionalProperties": {"1.0.3": "XAPI-00010", "2.0.0": "9274.1.1 4.1.6.1"},
    "enum": {"1.0.3": "XAPI-00009", "2.0.0": "9274.1.1 4.1.6.1"},
    "const": {"1.0.3": "XAPI-00009", "2.0.0": "9274.1.1 4.1.6.1"},
    "pattern": {"1.0.3": "XAPI-00007", "2.0.0": "9274.1.1 4.1.6.1"},
}

_MESSAGES: Final[Mapping[str, str]] = {
    "pattern": "This text does not have the form that is asked for.",
    "const": "This value is not the one allowed here.",
    "enum": "This value is not in the vocabulary.",
    "minimum": "This number is too small.",
    "maximum": "This number is too large.",
    "minItems": "This list has too few items.",
    "maxItems": "This list has too many items.",
    "not": "This is not allowed here.",
}

# Steps of a schema after which another value is spoken of.
_INTO_A_PART: Final = frozenset({"properties", "items", "additionalProperties", "propertyNames"})

_JSON_TYPES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "an object"),
)
_TYPE_WORDS: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "array": "a list",
    "object": "an object",
}


def pointer_to(path: Sequence[object]) -> str:
    """Write a JSON Pointer (RFC 6901).

    >>> pointer_to(["context", "extensions", "http://example.org/a~b", 0])
    '/context/extensions/http:~1~1example.org~1a~0b/0'
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def explain(reference: str, value: object, version: Version, base: str = "", *, in_full: bool = False) -> list[Problem]:
    """Return every problem of `value` under a schema, each once, in the order of the schema.

    At most `MOST_PROBLEMS`. A value of the wrong type has that one problem and no other. `in_full`
    reads what the deciding engine finds valid too, which is only of use to compare the engines.
    """
    root: Node = {"$ref": loader.absolute(reference)}
    validator = explainer(passes_over_valid_parts=not in_full)(root)
    problems: dict[tuple[str, str, str], Problem] = {}
    wrong_types: dict[str, Problem] = {}
    for error in islice(validator.iter_errors(value), MOST_PROBLEMS):
        problem = _Refusal(error, root, version, base).problem()
        problems.setdefault((problem.pointer, problem.requirement, problem.message), problem)
        if error.validator == "type":
            wrong_types.setdefault(problem.pointer, problem)
    return [each for each in problems.values() if wrong_types.get(each.pointer, each) is each]


@dataclass(frozen=True)
class _Refusal:
    """One error of the engine, put into words."""

    error: ValidationError
    root: Node
    version: Version
    base: str

    @property
    def failed(self) -> Node:
        """The schema node whose keyword failed."""
        return cast("Node", self.error.schema)

    def problem(self) -> Problem:
        keyword = str(self.error.validator)
        pointer = self.base + pointer_to(self.error.absolute_path)
        if keyword == "additionalProperties":
            return self._unknown(pointer)
        if keyword == "required":
            return self._missing(pointer)
        nodes = self._innermost_first()
        if self.error.instance is None and keyword != "not":
            return self._null(pointer, nodes)
        if keyword == "type":
            return self._wrong_type(pointer, nodes)
        return Problem(
            pointer,
            self.failed.get("x-message", _MESSAGES.get(keyword, _MESSAGES["not"])),
            self._accepted(nodes),
            self._requirement(nodes, keyword),
        )

    def _unknown(self, pointer: str) -> Problem:
        name = str(self.error.absolute_path[-1])
        known = list(self.failed.get("properties", {}))
        what = self.failed.get("title", "object")
        spelt = [each for each in known if each.casefold() == name.casefold()]
        if spelt:
            return Problem(
                pointer,
                "The case of this property's name is wrong.",
                spelt[0],
                _GENERAL["case"][self.version],
            )
        return Problem(
            pointer,
            f"There is no such property in {_article(what)}.",
            ", ".join(known),
            self.failed.get("x-unknown", _GENERAL["additionalProperties"])[self.version],
        )

    def _missing(self, pointer: str) -> Problem:
        name = self.error.message
        nodes = self._innermost_first()
        if name in self.failed.get("properties", {}):
            nodes = [*self._innermost_first("properties", name), *nodes]
        return Problem(pointer, f"{name} is missing.", self._accepted(nodes), self._requirement(nodes, "type"))

    def _null(self, pointer: str, nodes: Sequence[Node]) -> Problem:
        return Problem(
            pointer,
            "null is only allowed inside extensions.",
            self._accepted(nodes),
            _GENERAL["null"][self.version],
        )

    def _wrong_type(self, pointer: str, nodes: Sequence[Node]) -> Problem:
        wanted = _TYPE_WORDS[str(self.error.validator_value)]
        message = f"This is {_json_type(self.error.instance)}, not {wanted}."
        return Problem(pointer, message, self._accepted(nodes), self._requirement(nodes, "type"))

    def _requirement(self, nodes: Sequence[Node], keyword: str) -> str:
        for node in nodes:
            if self.version in node.get("x-requirement", {}):
                return str(node["x-requirement"][self.version])
        return _GENERAL.get(keyword, _GENERAL["type"])[self.version]

    def _accepted(self, nodes: Sequence[Node]) -> str:
        for node in nodes:
            if "x-accepted" in node:
                return str(node["x-accepted"])
            if "enum" in node:
                return ", ".join(node["enum"])
            if "const" in node:
                return str(node["const"])
        return ""

    def _innermost_first(self, *further: str) -> list[Node]:
        """Return the schema nodes that speak of the refused value itself, the nearest first.

        `further` goes on from there. The engine's path leaves out `$ref` and `if`; a node with a
        `$ref` has only annotations beside it, so that the way is never in doubt.
        """
        *steps, keyword = self.error.absolute_schema_path
        node: Any = self.root
        same: list[Node] = [node]
        for step in (*steps, *further, None if further else keyword):
            while isinstance(node, dict) and step not in node and "$ref" in node:
                node = loader.definition(node["$ref"])
                same.append(node)
            if step is None or (step is keyword and not further):
                break
            node = node[step]
            if step in _INTO_A_PART:
                same = []
            if isinstance(node, dict) and step != "properties":
                same.append(node)
        same.reverse()
        return same


def _json_type(value: object) -> str:
    for kind, words in _JSON_TYPES:
        if isinstance(value, kind):
            return words
    return "something else than JSON"


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOaeio' else 'a'} {noun}"
