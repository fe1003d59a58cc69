"""The JSON Schema engine that explains refusals: it never prints a value.

The `jsonschema` package writes the refused value into each message. A statement is personal data,
and a deep enough value overflows the stack while it is printed, so every keyword of ours that can
fail has a check here. A message is empty, or names a property that the *schema* names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, Protocol, TypeAlias, TypeGuard, cast

from jsonschema import Draft202012Validator, ValidationError, validators

from schemas import loader

Errors: TypeAlias = Iterator[ValidationError]
Node: TypeAlias = Mapping[str, Any]


class Engine(Protocol):
    """What a check may ask of the engine that calls it."""

    def is_type(self, instance: object, type: str) -> bool:  # noqa: A002 - the package's name
        """Say whether a value has a JSON type."""
        ...

    def evolve(self, *, schema: object) -> Draft202012Validator:
        """Return the same engine for a part of the schema."""
        ...

    def descend(self, instance: object, schema: object, path: str | None = None) -> Errors:
        """Check a part of the value."""
        ...


@cache
def explainer(*, passes_over_valid_parts: bool = True) -> type[Draft202012Validator]:
    """Return the validator class; it knows the keywords that our schemas use.

    It asks the deciding engine about each definition that it comes to and passes over what is
    valid: without that, a few thousand wrong statements in one request would cost minutes. The two
    engines are compared, in the tests, with that switched off.
    """
    extend = cast("Callable[..., type[Draft202012Validator]]", validators.extend)
    way = {"$ref": _refused_reference if passes_over_valid_parts else _reference}
    return extend(Draft202012Validator, _KEYWORDS | way)


def matches(expression: str, text: str) -> bool:
    """Say whether the whole text has the form that an anchored pattern describes.

    `$` of Python also matches before a final line break, that of the deciding engine does not.
    """
    return _compiled(expression).fullmatch(text) is not None


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _reference(engine: Engine, reference: str, instance: object, _: Node) -> Errors:
    yield from engine.descend(instance, loader.definition(reference))


def _refused_reference(engine: Engine, reference: str, instance: object, _: Node) -> Errors:
    try:
        valid = loader.compiled(reference).is_valid(instance)
    except Exception:  # noqa: BLE001 - it reads UTF-8 and string keys only; the way goes on without it
        valid = False
    if not valid:
        yield from engine.descend(instance, loader.definition(reference))


def _type(engine: Engine, wanted: str, instance: object, _: Node) -> Errors:
    if not engine.is_type(instance, wanted):
        yield ValidationError("")


def _pattern(_: object, expression: str, instance: object, __: Node) -> Errors:
    if isinstance(instance, str) and not matches(expression, instance):
        yield ValidationError("")


def _const(_: object, constant: str, instance: object, __: Node) -> Errors:
    if not isinstance(instance, str) or instance != constant:
        yield ValidationError("")


def _enum(_: object, allowed: list[str], instance: object, __: Node) -> Errors:
    if not isinstance(instance, str) or instance not in allowed:
        yield ValidationError("")


def _required(_: object, names: list[str], instance: object, __: Node) -> Errors:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError(name)


def _additional(engine: Engine, rule: object, instance: object, schema: Node) -> Errors:
    if not isinstance(instance, dict):
        return
    known = schema.get("properties", {})
    for name, value in instance.items():
        if name in known:
            continue
        if rule is False:
            yield ValidationError("", path=(name,))
        else:
            yield from engine.descend(value, rule, path=name)


def _property_names(engine: Engine, rule: object, instance: object, _: Node) -> Errors:
    if isinstance(instance, dict):
        for name in instance:
            yield from engine.descend(name, rule, path=name)


def _not(engine: Engine, rule: object, instance: object, _: Node) -> Errors:
    if engine.evolve(schema=rule).is_valid(instance):
        yield ValidationError("")


def _any_of(engine: Engine, rules: list[object], instance: object, _: Node) -> Errors:
    if not any(engine.evolve(schema=rule).is_valid(instance) for rule in rules):
        yield ValidationError("")


def _one_of(engine: Engine, rules: list[object], instance: object, _: Node) -> Errors:
    if sum(engine.evolve(schema=rule).is_valid(instance) for rule in rules) != 1:
        yield ValidationError("")


def _contains(engine: Engine, rule: object, instance: object, _: Node) -> Errors:
    if isinstance(instance, list):
        one = engine.evolve(schema=rule)
        if not any(one.is_valid(item) for item in instance):
            yield ValidationError("")


def _at_least(_: object, least: float, instance: object, __: Node) -> Errors:
    if _is_number(instance) and instance < least:
        yield ValidationError("")


def _at_most(_: object, most: float, instance: object, __: Node) -> Errors:
    if _is_number(instance) and instance > most:
        yield ValidationError("")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _min_items(_: object, least: int, instance: object, __: Node) -> Errors:
    if isinstance(instance, list) and len(instance) < least:
        yield ValidationError("")


def _max_items(_: object, most: int, instance: object, __: Node) -> Errors:
    if isinstance(instance, list) and len(instance) > most:
        yield ValidationError("")


_KEYWORDS: Final[dict[str, Callable[..., Errors]]] = {
    "type": _type,
    "pattern": _pattern,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "not": _not,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "contains": _contains,
    "minimum": _at_least,
    "maximum": _at_most,
    "minItems": _min_items,
    "maxItems": _max_items,
}

# The package's own checks of these only walk: they print nothing and cannot fail by themselves.
WALKED: Final = frozenset({"$ref", "allOf", "if", "then", "else", "items", "properties"})
CHECKED: Final = frozenset(_KEYWORDS)
