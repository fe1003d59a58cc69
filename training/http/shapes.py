"""The dataclasses of records as OpenAPI says them, made from the annotations that reading follows too."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, NewType
from uuid import UUID

from training.records.identity import Identity
from training.records.ids import ID_PATTERN
from training.records.plain import default_of, hints_of, write_plain
from training.records.reading import ITEMS_MOST, TEXT_MOST
from training.records.values import Bounds, Length

_TEXT: Final = {"type": "string", "maxLength": TEXT_MOST}
_ACCOUNT: Final = {
    "type": "object",
    "properties": {"homePage": _TEXT, "name": _TEXT},
    "required": ["homePage", "name"],
    "additionalProperties": False,
}
_SIMPLE: Final[dict[Any, dict[str, Any]]] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date", "example": "2026-01-05"},
    datetime: {"type": "string", "format": "date-time", "example": "2026-01-05T09:00:00+01:00"},
    UUID: {"type": "string", "format": "uuid"},
    object: {"description": "Any JSON value that the provision's schema takes"},
    Identity: {
        "type": "object",
        "description": "One xAPI inverse functional identifier",
        "properties": {"mbox": _TEXT, "mbox_sha1sum": _TEXT, "openid": _TEXT, "account": _ACCOUNT},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "example": {"mbox": "mailto:lea@exemple.fr"},
    },
}


@cache
def shape_of(hint: Any) -> dict[str, Any]:  # noqa: ANN401, PLR0911 - any annotation, one line each
    """Return the OpenAPI 3.0 schema of what an annotation takes."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        limit = arguments[1]
        return {**_TEXT, "maxLength": limit.most} if isinstance(limit, Length) else _number(arguments[0], limit)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (item for item in arguments if item is not type(None))
        return {**shape_of(inner), "nullable": True}
    if origin is tuple:
        return {"type": "array", "items": shape_of(arguments[0]), "maxItems": ITEMS_MOST}
    if origin is not None:
        return _members(arguments[0], arguments[1])
    if isinstance(hint, NewType):
        return {"type": "string", "pattern": f"^{ID_PATTERN.pattern.removesuffix(chr(92) + 'Z')}$"}
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if issubclass(hint, StrEnum):
        return {"type": "string", "enum": [item.value for item in hint]}
    return _object(hint)


def members_of(kind: type) -> dict[str, dict[str, Any]]:
    """Return the schema of each member of a dataclass, with what it is when absent."""
    hints, found = hints_of(kind), {}
    for field in dataclasses.fields(kind):
        default = default_of(field)
        shape = shape_of(hints[field.name])
        known = default is not dataclasses.MISSING and default is not None
        found[field.name] = {**shape, "default": write_plain(default)} if known else shape
    return found


def required_of(kind: type) -> list[str]:
    """Return the names of the members that must be there."""
    return [field.name for field in dataclasses.fields(kind) if default_of(field) is dataclasses.MISSING]


def _object(kind: type) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "object", "properties": members_of(kind), "additionalProperties": False}
    required = required_of(kind)
    return {**shape, "required": required} if required else shape


def _number(kind: type, bounds: Bounds) -> dict[str, Any]:
    return {"type": "integer" if kind is int else "number", "minimum": bounds.least, "maximum": bounds.most}


def _members(key: Any, inner: Any) -> dict[str, Any]:  # noqa: ANN401 - annotations
    if isinstance(key, type) and issubclass(key, StrEnum):
        names = {item.value: shape_of(inner) for item in key}
        return {"type": "object", "properties": names, "additionalProperties": False}
    return {"type": "object", "additionalProperties": shape_of(inner)}
