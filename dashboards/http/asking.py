"""What a view is asked with: its signature as the query of an operation, and the query as its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, is_dataclass
from dataclasses import fields as members_of
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import Schema, fields, validate

from lrs.clock import Micros, to_micros
from training.records.ids import ID_ACCEPTED, ID_PATTERN

TEXT_MOST: Final = 500
_NUMBER_MOST: Final = 1_000_000_000


def hints_of(view: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of a view's parameters but its lens, and under `return` of what it returns."""
    lens = next(iter(inspect.signature(view).parameters))
    return {name: hint for name, hint in get_type_hints(view).items() if name != lens}


def query_of(
    title: str, view: Callable[..., Any], outside: Collection[str], bases: tuple[type[Schema], ...]
) -> type[Schema] | None:
    """Return the schema of what a view is asked with, but for the names `outside`; None where nothing is left.

    A parameter that is a dataclass is asked for by its members. Raises TypeError for a type that no query can give.
    """
    found = {
        name: _field(name, hint, is_required=is_required)
        for name, hint, is_required in _parameters(view)
        if name not in outside
    }
    if not found and not bases:
        return None
    made: type[Schema] = type(f"{title}QuerySchema", bases or (Schema,), found)
    return made


def arguments_of(view: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the view's arguments from what the path and the query gave."""
    found: dict[str, Any] = {}
    for name, hint in hints_of(view).items():
        if _is_grouped(hint) and name != "return":
            inner = get_type_hints(hint)
            found[name] = hint(**{key: _read(key, inner[key], value) for key, value in given.items() if key in inner})
        elif name in given:
            found[name] = _read(name, hint, given[name])
    return found


def _parameters(view: Callable[..., Any]) -> Iterator[tuple[str, Any, bool]]:
    signature = inspect.signature(view).parameters
    for name, hint in hints_of(view).items():
        if name == "return":
            continue
        if _is_grouped(hint):
            inner = get_type_hints(hint)
            for member in members_of(hint):
                yield member.name, inner[member.name], member.default is member.default_factory is MISSING
        else:
            yield name, hint, signature[name].default is inspect.Parameter.empty


def _is_grouped(hint: Any) -> bool:  # noqa: ANN401 - any annotation
    return isinstance(hint, type) and is_dataclass(hint)


def _field(name: str, hint: Any, *, is_required: bool) -> fields.Field[Any]:  # noqa: ANN401 - any annotation
    hint = _typed(name, hint)
    if _is_id(hint):
        return fields.String(required=is_required, validate=validate.Regexp(ID_PATTERN, error=ID_ACCEPTED))
    choices = _choices(hint)
    if choices is not None:
        return fields.String(required=is_required, validate=validate.OneOf(choices))
    plain: dict[Any, fields.Field[Any]] = {
        str: fields.String(required=is_required, validate=validate.Length(0, TEXT_MOST)),
        int: fields.Integer(required=is_required, validate=validate.Range(0, _NUMBER_MOST)),
        bool: fields.Boolean(required=is_required, truthy={"true"}, falsy={"false"}),
        date: fields.Date(required=is_required),
        UUID: fields.UUID(required=is_required),
        Micros: fields.AwareDateTime(required=is_required),
    }
    if hint not in plain:
        message = f"There is no rule for how the parameter “{name}” of type {hint} is read from a query."
        raise TypeError(message)
    return plain[hint]


def _choices(hint: Any) -> list[Any] | None:  # noqa: ANN401 - any annotation
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [member.value for member in hint]
    return None


def _is_id(hint: Any) -> bool:  # noqa: ANN401 - any annotation
    return getattr(hint, "__supertype__", None) is str


def _typed(name: str, hint: Any) -> Any:  # noqa: ANN401 - any annotation
    """Return a type without its None; a plain number that is an instant by its name is one."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    return Micros if hint is int and (name == "as_of" or name.endswith("_at")) else hint


def _read(name: str, hint: Any, value: Any) -> Any:  # noqa: ANN401 - any parameter
    """Return a parameter as the view takes it."""
    hint = _typed(name, hint)
    if hint is Micros:
        return to_micros(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value
