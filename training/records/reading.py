"""Reading records from plain JSON values: one reader, made from the dataclasses' own annotations.

It collects everything that is wrong, with JSON Pointers.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, NewType, TypeVar, cast
from uuid import UUID

from lrs.errors import InvalidRequest, Problem
from training.records.identity import Identity
from training.records.ids import ID_ACCEPTED, ID_PATTERN
from training.records.plain import default_of, hints_of
from training.records.values import Bounds, Length

T = TypeVar("T")
TEXT_MOST: Final = 2000
ITEMS_MOST: Final = 2000
# What JavaScript and a spreadsheet still hold exactly.
_INTEGER: Final = Bounds(-(2**53), 2**53)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")
DATE_ACCEPTED: Final = "a date, as in 2026-01-05"
INSTANT_ACCEPTED: Final = "an instant with its offset, as in 2026-01-05T09:00:00+01:00"
# No training took place outside these years, and time zones mean something within them.
_YEARS: Final = range(1900, 2200)


class _Refused(Exception):
    """A value could not be read; its problems are listed already."""


@dataclasses.dataclass(slots=True)
class _Reading:
    problems: list[Problem]
    lenient: bool

    def refuse(self, pointer: str, message: str, accepted: str) -> typing.NoReturn:
        self.problems.append(Problem(pointer, message, accepted))
        raise _Refused


Reader = Callable[[Any, str, _Reading], Any]


def read_plain(kind: type[T], value: object, pointer: str = "", *, lenient: bool = False) -> T:
    """Read a record from JSON values; raises InvalidRequest with every problem.

    `lenient` passes over members that are not known: for what was stored before a member was dropped.
    """
    reading = _Reading([], lenient)
    try:
        return cast("T", _reader(cast("Any", kind))(value, pointer, reading))
    except _Refused:
        message = "The record cannot be read."
        raise InvalidRequest(message, reading.problems) from None


@cache
def _reader(hint: Any) -> Reader:  # noqa: ANN401, PLR0911 - any annotation, one line each
    """Return the reader of one annotation. The order matters: an identity is a dataclass, an enum is a str."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _long_text(arguments[1]) if isinstance(arguments[1], Length) else _number(arguments[0], arguments[1])
    if origin in (typing.Union, types.UnionType):
        (inner,) = (item for item in arguments if item is not type(None))
        return _optional(_reader(inner))
    if origin is tuple:
        return _items(_reader(arguments[0]))
    if origin is not None:
        return _members(_reader(arguments[0]), _reader(arguments[1]))
    if isinstance(hint, NewType):
        return _id
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if issubclass(hint, StrEnum):
        return _choice(hint)
    return _dataclass(hint)


def _text(value: Any, pointer: str, reading: _Reading, most: int = TEXT_MOST) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        reading.refuse(pointer, "This is not text.", "text")
    if len(value) > most or "\0" in value:
        reading.refuse(pointer, f"The text is over {most} characters, or holds a NUL.", f"up to {most} characters")
    return value


def _long_text(length: Length) -> Reader:
    return lambda value, pointer, reading: _text(value, pointer, reading, length.most)


def _id(value: Any, pointer: str, reading: _Reading) -> str:  # noqa: ANN401
    if not isinstance(value, str) or not ID_PATTERN.match(value):
        reading.refuse(pointer, "This is not a record's id.", ID_ACCEPTED)
    return value


def _flag(value: Any, pointer: str, reading: _Reading) -> bool:  # noqa: ANN401
    if not isinstance(value, bool):
        reading.refuse(pointer, "This is neither true nor false.", "true or false")
    return value


def _number(kind: type, bounds: Bounds) -> Reader:
    word = "whole number" if kind is int else "number"
    accepted = f"a {word} from {bounds.least} to {bounds.most}"

    def read(value: Any, pointer: str, reading: _Reading) -> float:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            reading.refuse(pointer, "This is not a number.", accepted)
        if not bounds.least <= value <= bounds.most or (kind is int and value != int(value)):
            reading.refuse(pointer, f"{value} cannot stand here.", accepted)
        return kind(value)  # type: ignore[no-any-return]

    return read


def _date(value: Any, pointer: str, reading: _Reading) -> date:  # noqa: ANN401
    found = _parsed(date.fromisoformat, value) if isinstance(value, str) and _DATE.match(value) else None
    if found is None or found.year not in _YEARS:
        reading.refuse(pointer, "This is not a date of our times.", DATE_ACCEPTED)
    return found


def _instant(value: Any, pointer: str, reading: _Reading) -> datetime:  # noqa: ANN401
    found = _parsed(datetime.fromisoformat, value.upper()) if isinstance(value, str) and _INSTANT.match(value) else None
    if found is None or found.year not in _YEARS:
        reading.refuse(pointer, "This is not an instant of our times.", INSTANT_ACCEPTED)
    return found.astimezone(UTC)


def _parsed(parse: Callable[[str], T], text: str) -> T | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _uuid(value: Any, pointer: str, reading: _Reading) -> UUID:  # noqa: ANN401
    if not isinstance(value, str) or not _UUID.match(value):
        reading.refuse(pointer, "This is not a UUID.", "a UUID, as in 3f2504e0-4f89-41d3-9a0c-0305e82c3301")
    return UUID(value)


def _identity(value: Any, pointer: str, reading: _Reading) -> Identity:  # noqa: ANN401
    try:
        return Identity.parse_plain(value, pointer)
    except InvalidRequest as error:
        reading.problems.extend(error.problems)
        raise _Refused from None


def _json(value: Any, pointer: str, reading: _Reading) -> object:  # noqa: ANN401, ARG001
    return value


def _choice(kind: type[StrEnum]) -> Reader:
    known = {item.value: item for item in kind}
    accepted = " or ".join(known)

    def read(value: Any, pointer: str, reading: _Reading) -> StrEnum:  # noqa: ANN401
        if not isinstance(value, str) or value not in known:
            reading.refuse(pointer, "This is none of the words that may stand here.", accepted)
        return known[value]

    return read


def _optional(inner: Reader) -> Reader:
    def read(value: Any, pointer: str, reading: _Reading) -> object:  # noqa: ANN401
        return None if value is None else inner(value, pointer, reading)

    return read


def _items(inner: Reader) -> Reader:
    def read(value: Any, pointer: str, reading: _Reading) -> tuple[object, ...]:  # noqa: ANN401
        if not isinstance(value, list | tuple):
            reading.refuse(pointer, "This is not a list.", "a list")
        if len(value) > ITEMS_MOST:
            reading.refuse(pointer, f"The list is over {ITEMS_MOST} items.", f"up to {ITEMS_MOST} items")
        return tuple(_all(inner, ((f"{pointer}/{at}", item) for at, item in enumerate(value)), reading))

    return read


def _members(key: Reader, inner: Reader) -> Reader:
    def pair(named: Any, pointer: str, reading: _Reading) -> tuple[object, object]:  # noqa: ANN401
        name, item = named
        return key(name, pointer, reading), inner(item, pointer, reading)

    def read(value: Any, pointer: str, reading: _Reading) -> dict[object, object]:  # noqa: ANN401
        if not isinstance(value, dict):
            reading.refuse(pointer, "This is not an object.", "an object")
        placed = ((f"{pointer}/{_escaped(name)}", (name, item)) for name, item in value.items())
        return dict(cast("list[tuple[object, object]]", _all(pair, placed, reading)))

    return read


def _all(inner: Reader, placed: typing.Iterable[tuple[str, Any]], reading: _Reading) -> list[object]:
    """Read every item, so that every problem is listed, and only then refuse."""
    found, refused = [], False
    for pointer, item in placed:
        try:
            found.append(inner(item, pointer, reading))
        except _Refused:
            refused = True
    if refused:
        raise _Refused
    return found


def _dataclass(kind: type) -> Reader:
    hints = hints_of(kind)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}
    required = {field.name for field in dataclasses.fields(kind) if default_of(field) is dataclasses.MISSING}
    accepted = ", ".join(readers)

    def read(value: Any, pointer: str, reading: _Reading) -> object:  # noqa: ANN401
        if not isinstance(value, dict):
            reading.refuse(pointer, "This is not an object.", f"an object with {accepted}")
        before = len(reading.problems)
        reading.problems.extend(
            Problem(f"{pointer}/{name}", "This member is missing.", "a value") for name in required - value.keys()
        )
        if not reading.lenient:
            reading.problems.extend(
                Problem(f"{pointer}/{_escaped(name)}", "There is no such member.", accepted)
                for name in value if name not in readers
            )  # fmt: skip
        known = [name for name in readers if name in value]
        found: list[object] = []
        for name in known:
            try:
                found.append(readers[name](value[name], f"{pointer}/{name}", reading))
            except _Refused:
                found.append(None)
        if len(reading.problems) > before:
            raise _Refused
        return kind(**dict(zip(known, found, strict=True)))

    return read


def _escaped(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


_SIMPLE: Final[dict[Any, Reader]] = {
    str: _text,
    bool: _flag,
    int: _number(int, _INTEGER),
    float: _number(float, _INTEGER),
    date: _date,
    datetime: _instant,
    UUID: _uuid,
    Identity: _identity,
    object: _json,
}
