"""Records as plain JSON values: what is kept, and what the API gives, in one shape."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast
from uuid import UUID

from training.records.identity import Identity


def write_plain(value: object) -> Any:  # noqa: ANN401, PLR0911 - JSON, one line for each kind of value
    """Write a record as JSON values, every member included."""
    if isinstance(value, Identity):
        return value.to_plain()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: write_plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(write_plain(key)): write_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [write_plain(inner) for inner in value]
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a class
    return typing.get_type_hints(kind, include_extras=True)


@cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a class
    return tuple(field.name for field in dataclasses.fields(kind))


def hints_of(kind: type) -> dict[str, Any]:
    """Return the annotations of a dataclass, evaluated, bounds included."""
    return _hints(cast("Any", kind))


def default_of(field: dataclasses.Field[Any]) -> object:
    """Return what an absent member stands for; `dataclasses.MISSING` when it must be there."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
