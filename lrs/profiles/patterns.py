"""Patterns of a profile: in which order the statements of a registration are to come (Profiles, part two, 9.0). Pure.

A pattern becomes a non-deterministic automaton whose edges are templates. A statement may follow several templates, and
takes every edge of any. What has begun and may still end well is open, never broken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NoReturn

from lrs.errors import InvalidRequest, Problem

_KINDS: Final = ("sequence", "alternates", "optional", "oneOrMore", "zeroOrMore")
# A pattern in a pattern in a pattern: deeper is a mistake, or an attack.
_DEPTH_MOST: Final = 50


class Fit(StrEnum):
    """How some statements fit a pattern: whole, the beginning of a whole, or neither."""

    WHOLE = "whole"
    OPEN = "open"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Match:
    """How statements fit. Where they do not, `at` is the first that could not come there, `expected` what could."""

    fit: Fit
    at: int = 0
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One primary pattern, ready to match. `templates` are those that it names; other statements are none of its."""

    id: str
    label: Mapping[str, str]
    templates: frozenset[str]
    _start: int = field(repr=False)
    _end: int = field(repr=False)
    _empty: tuple[tuple[int, ...], ...] = field(repr=False)
    _edges: tuple[tuple[tuple[str, int], ...], ...] = field(repr=False)

    def match(self, statements: Sequence[Collection[str]]) -> Match:
        """Say how statements fit, each given as the templates that it follows, at least one of `templates`.

        The pattern may come several times, one after the other: a registration has several sittings.
        """
        states = self._closed({self._start})
        for at, followed in enumerate(statements):
            after = {to for state in states for template, to in self._edges[state] if template in followed}
            if not after:
                return Match(Fit.BROKEN, at, self._expected(states))
            states = self._closed(after)
        return Match(Fit.WHOLE if self._end in states else Fit.OPEN)

    def _closed(self, states: Iterable[int]) -> set[int]:
        found, waiting = set[int](), list(states)
        while waiting:
            state = waiting.pop()
            if state not in found:
                found.add(state)
                waiting.extend(self._empty[state])
        return found

    def _expected(self, states: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted({template for state in states for template, _ in self._edges[state]}))


def parse_patterns(document: Mapping[str, Any], templates: Collection[str]) -> tuple[Pattern, ...]:
    """Compile the primary patterns of a profile that has `templates`; raise InvalidRequest for what cannot be one."""
    known = {each["id"]: each for each in document.get("patterns", ()) if not each.get("deprecated", False)}
    return tuple(_compiled(each, known, templates) for each in known.values() if each.get("primary", False))


def _compiled(pattern: Mapping[str, Any], known: Mapping[str, Any], templates: Collection[str]) -> Pattern:
    builder = _Builder(known, templates)
    first, last = builder.state(), builder.state()
    start, end = builder.part(pattern["id"])
    # Once more, as often as there are statements.
    builder.empty[first].append(start)
    builder.empty[end].extend((start, last))
    return Pattern(
        pattern["id"], pattern.get("prefLabel", {}), frozenset(builder.named), first, last,
        tuple(map(tuple, builder.empty)), tuple(map(tuple, builder.edges)),
    )  # fmt: skip


class _Builder:
    """Makes states: `empty` leads on without a statement, `edges` by one that follows a template."""

    def __init__(self, known: Mapping[str, Any], templates: Collection[str]) -> None:
        self._known = known
        self._templates = templates
        self._depth = 0
        self.named: set[str] = set()
        self.empty: list[list[int]] = []
        self.edges: list[list[tuple[str, int]]] = []

    def state(self) -> int:
        self.empty.append([])
        self.edges.append([])
        return len(self.empty) - 1

    def part(self, name: str) -> tuple[int, int]:
        """Return the first and the last state of a pattern or template."""
        if name in self._templates:
            start, end = self.state(), self.state()
            self.named.add(name)
            self.edges[start].append((name, end))
            return start, end
        pattern = self._known.get(name)
        if pattern is None:
            _refuse(name, "is neither a pattern nor a template of its profile")
        kinds = [kind for kind in _KINDS if kind in pattern]
        if len(kinds) != 1:
            _refuse(name, f"has not one of {', '.join(_KINDS)}")
        self._depth += 1
        if self._depth > _DEPTH_MOST:
            _refuse(name, "has itself in it, or too many in one another")
        (kind,) = kinds
        made = _MAKERS[kind](self, pattern[kind])
        self._depth -= 1
        return made

    def sequence(self, names: Sequence[str]) -> tuple[int, int]:
        start, end = self.state(), self.state()
        last = start
        for name in names:
            first, after = self.part(name)
            self.empty[last].append(first)
            last = after
        self.empty[last].append(end)
        return start, end

    def alternates(self, names: Sequence[str]) -> tuple[int, int]:
        start, end = self.state(), self.state()
        for name in names:
            first, last = self.part(name)
            self.empty[start].append(first)
            self.empty[last].append(end)
        return start, end

    def optional(self, name: str) -> tuple[int, int]:
        return self._repeated(name, may_be_absent=True, may_come_again=False)

    def one_or_more(self, name: str) -> tuple[int, int]:
        return self._repeated(name, may_be_absent=False, may_come_again=True)

    def zero_or_more(self, name: str) -> tuple[int, int]:
        return self._repeated(name, may_be_absent=True, may_come_again=True)

    def _repeated(self, name: str, *, may_be_absent: bool, may_come_again: bool) -> tuple[int, int]:
        start, end = self.alternates([name])
        ((first,), last) = self.empty[start], end
        if may_come_again:
            self.empty[last].append(first)
        # Behind the last state nothing else leads here: whoever goes on takes a state of their own.
        over = self.state()
        self.empty[last].append(over)
        if may_be_absent:
            self.empty[start].append(over)
        return start, over


_MAKERS: Final[Mapping[str, Callable[[_Builder, Any], tuple[int, int]]]] = {
    "sequence": _Builder.sequence, "alternates": _Builder.alternates, "optional": _Builder.optional,
    "oneOrMore": _Builder.one_or_more, "zeroOrMore": _Builder.zero_or_more,
}  # fmt: skip


def _refuse(name: str, why: str) -> NoReturn:
    message = f"The pattern {name} {why}."
    raise InvalidRequest(message, [Problem("/patterns", message, "patterns of templates and of other patterns")])
