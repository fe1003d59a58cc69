"""The JSONPath that profiles are written in: child names, indices, `*`, unions, and paths joined by `|`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lrs.errors import InvalidRequest, Problem

# One step of a path: the children it names, or None for all of them (Profiles, part two, 8.1).
Step = tuple[str | int, ...] | None
_DOT: Final = re.compile(r"\.(?:(\*)|([^\s.\[\]|'\"*]+))")
_FIRST: Final = re.compile(r"[^\s.\[\]|'\"*$]+")
_ITEM: Final = re.compile(r"""\s*(?:(\*)|(\d{1,9})|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*""")
_ACCEPTED: Final = "names, indices, * and unions of them, as in $.context.extensions['…'] (Profiles, part two, 8.1)"


class Hit(NamedTuple):
    """One value that a path leads to, and where it stands as a JSON Pointer."""

    pointer: str
    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path; `text` is how it was written."""

    text: str
    branches: tuple[tuple[Step, ...], ...]

    def hits(self, value: Any, base: str = "") -> Iterator[Hit]:  # noqa: ANN401 - any JSON
        """Yield every value that this path leads to from `value`, which itself stands at `base`."""
        for steps in self.branches:
            found = [Hit(base, value)]
            for step in steps:
                found = [child for hit in found for child in _children(hit, step)]
            yield from found

    def pointer(self, base: str = "") -> str:
        """Return where a value that is missing would stand, as far as the path says it without a choice.

        >>> parse_path("$.context.contextActivities.category[*].id").pointer()
        '/context/contextActivities/category'
        """
        where = base
        for step in self.branches[0]:
            if step is None or len(step) != 1:
                break
            where += _token(step[0])
        return where


def parse_path(text: str) -> Path:
    """Compile a path; raise InvalidRequest for anything that profiles may not use, filters and scripts included."""
    branches = []
    position = 0
    while True:
        steps, position = _branch(text, position)
        branches.append(steps)
        if position == len(text):
            return Path(text, tuple(branches))
        position += 1


def _branch(text: str, position: int) -> tuple[tuple[Step, ...], int]:
    """Read one path up to the end or to a `|`; return its steps and where it stopped."""
    steps: list[Step] = []
    position = _skip(text, position)
    if text.startswith("$", position):
        position += 1
    elif first := _FIRST.match(text, position):
        # The specification's own examples leave the `$.` out.
        steps.append((first[0],))
        position = first.end()
    else:
        _refuse(text, position)
    while position < len(text):
        if found := _DOT.match(text, position):
            steps.append(None if found[1] else (found[2],))
            position = found.end()
        elif text[position] == "[":
            step, position = _bracket(text, position + 1)
            steps.append(step)
        else:
            position = _skip(text, position)
            if position < len(text) and text[position] != "|":
                _refuse(text, position)
            break
    return tuple(steps), position


def _bracket(text: str, position: int) -> tuple[Step, int]:
    names: list[str | int] = []
    is_all = False
    while found := _ITEM.match(text, position):
        star, index, single, double = found.groups()
        is_all = is_all or star is not None
        if index is not None:
            names.append(int(index))
        elif star is None:
            names.append(re.sub(r"\\(.)", r"\1", single if single is not None else double))
        position = found.end()
        if text.startswith("]", position):
            return (None if is_all else tuple(names)), position + 1
        if not text.startswith(",", position):
            break
        position += 1
    _refuse(text, position)
    raise AssertionError  # pragma: no cover - `_refuse` has raised


def _children(hit: Hit, step: Step) -> Iterator[Hit]:
    pointer, value = hit
    if isinstance(value, dict):
        for name in value if step is None else step:
            if isinstance(name, str) and name in value:
                yield Hit(pointer + _token(name), value[name])
    elif isinstance(value, list):
        for at in range(len(value)) if step is None else step:
            if isinstance(at, int) and at < len(value):
                yield Hit(pointer + _token(at), value[at])


def _token(name: str | int) -> str:
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _refuse(text: str, position: int) -> None:
    message = f"The path {text!r} cannot be read at character {position + 1}."
    raise InvalidRequest(message, [Problem("", message, _ACCEPTED)])
