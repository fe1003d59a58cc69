"""JSON of what views return, and its description: schemas that follow from dataclasses and other plain records.

A member's type says how it is written: an instant as RFC 3339 text, a day as ISO text, a rate with its value beside its
numerator and denominator. What has no such rule raises TypeError when the application is built, never at a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import Schema, fields

from analytics.rates import Figure
from lrs.clock import Micros, to_text

# Members that are instants though they are typed as plain numbers (house style: `*_at`, `as_of`).
_INSTANT_ENDING: Final = "_at"
_AS_OF: Final = "as_of"
_PLAIN: Final[dict[Any, type[fields.Field[Any]]]] = {
    str: fields.String, int: fields.Integer, bool: fields.Boolean, float: fields.Float, Fraction: fields.Float,
    date: fields.Date, datetime: fields.AwareDateTime, UUID: fields.UUID,
}  # fmt: skip
_LISTS: Final = (tuple, list, Sequence, frozenset, set, AbstractSet)
_MAPPINGS: Final = (dict, Mapping)


class Instant(fields.String):
    """Microseconds since 1970, written as RFC 3339 text."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401 - marshmallow's own
        return super()._serialize(None if value is None else to_text(Micros(value)), attr, obj, **kwargs)


class _Ordered(fields.List[Any]):
    """A set, as a list that is the same each time."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[Any] | None:  # noqa: ANN401 - marshmallow's own
        return super()._serialize(None if value is None else sorted(value), attr, obj, **kwargs)


class _Value(fields.String):
    """A member of an enumeration, as its value; of one that counts, as its name in lower case."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401 - marshmallow's own
        return super()._serialize(_said_of(value) if isinstance(value, Enum) else value, attr, obj, **kwargs)


@cache
def schema_of(kind: type) -> type[Schema]:
    """Return the schema that writes a dataclass, with every member that it has."""
    hints = get_type_hints(kind)
    found: dict[str, fields.Field[Any]] = {name: field_of(hints[name], name) for name in members_of(kind)}
    if kind is Figure:
        found["value"] = fields.Float(required=True, allow_none=True, metadata=_said("None when nothing was due"))
        found["whole_percent"] = fields.Integer(required=True, allow_none=True, metadata=_said("Cut, never rounded up"))
    return _made(schema_name(kind), kind.__doc__, found)


@cache
def page_of(kind: type) -> type[Schema]:
    """Return the schema of a page of these."""
    page: dict[str, fields.Field[Any]] = {
        "as_of": Instant(required=True, metadata={"format": "date-time", "description": "What the facts are of"}),
        "items": fields.List(fields.Nested(schema_of(kind)), required=True),
        "next": fields.String(required=True, allow_none=True, metadata=_said("Send it as `after`; null at the end")),
    }
    return _made(f"{schema_name(kind)}Page", None, page)


def members_of(kind: type) -> tuple[str, ...]:
    """Return the names of the members of a dataclass, a msgspec Struct or a named tuple; none of any other type."""
    if is_dataclass(kind):
        return tuple(member.name for member in fields_of(kind))
    found: tuple[str, ...] = getattr(kind, "__struct_fields__", getattr(kind, "_fields", ()))
    return found


def schema_name(kind: type) -> str:
    """Return what OpenAPI calls a dataclass: with its module's name, for two views may each have a `Row`."""
    room = "".join(part.title() for part in kind.__module__.rpartition(".")[2].split("_"))
    return f"View{kind.__name__}" if room == kind.__name__ else f"{room}{kind.__name__}"


def field_of(hint: Any, name: str = "", *, may_be_none: bool = False) -> fields.Field[Any]:  # noqa: ANN401 - any annotation
    """Return the field that writes a member of this type; raises TypeError for one that has no rule."""
    if get_origin(hint) in (Union, UnionType):
        inner = [part for part in get_args(hint) if part is not NoneType]
        if len(inner) == 1:
            return field_of(inner[0], name, may_be_none=True)
    options: dict[str, Any] = {"required": True, "allow_none": may_be_none}
    if hint is Micros or (hint is int and (name == _AS_OF or name.endswith(_INSTANT_ENDING))):
        return Instant(**options, metadata={"format": "date-time"})
    if hasattr(hint, "__supertype__"):
        return field_of(hint.__supertype__, may_be_none=may_be_none)
    return _plain(hint, options) or _composed(hint, options) or _unknown(hint, name)


def _plain(hint: Any, options: dict[str, Any]) -> fields.Field[Any] | None:  # noqa: ANN401 - any annotation
    if hint is Any or hint is object:
        return fields.Raw(**options)
    if get_origin(hint) is Literal:
        return fields.String(**options, metadata={"enum": list(get_args(hint))})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _Value(**options, metadata={"enum": [_said_of(member) for member in hint]})
    found = _PLAIN.get(hint)
    return None if found is None else found(**options)


def _composed(hint: Any, options: dict[str, Any]) -> fields.Field[Any] | None:  # noqa: ANN401 - any annotation
    if isinstance(hint, type) and members_of(hint):
        return fields.Nested(schema_of(hint), **options)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in _MAPPINGS and inner:
        return fields.Dict(keys=field_of(inner[0]), values=field_of(inner[1], may_be_none=True), **options)
    if origin not in _LISTS or not inner:
        return None
    parts = {part for part in inner if part is not Ellipsis}
    each = field_of(parts.pop()) if len(parts) == 1 else fields.Raw()
    return (_Ordered if issubclass(origin, AbstractSet) else fields.List)(each, **options)


def _unknown(hint: Any, name: str) -> fields.Field[Any]:  # noqa: ANN401 - any annotation
    message = f"There is no rule for how “{name}” of type {hint} is written as JSON."
    raise TypeError(message)


def _made(name: str, doc: str | None, found: Mapping[str, fields.Field[Any]]) -> type[Schema]:
    made: type[Schema] = type(f"{name}Schema", (Schema,), {**found, "__doc__": doc})
    return made


def _said_of(member: Enum) -> str:
    return member.value if isinstance(member.value, str) else member.name.lower()


def _said(description: str) -> dict[str, str]:
    return {"description": description}
