"""What a part of a SCORM 1.2 course asks for before it is opened: `prerequisites` in AICC's script (CAM 2.3.2.5.1).

`A1 & A2`, `A1 | ~A2`, `(A1 & A2) | A3`, `A1 = "passed"`, `A1 <> "failed"`, `2*{A1, A2, A3}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

Holds = Callable[[str, str], bool]
"""Says whether an item has a status: `passed`, `completed`, `failed`, `incomplete`, `not attempted`, or `done`."""

_TOKEN: Final = re.compile(r"\s*(?:(?P<name>[\w.:-]+)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<mark><>|[&|~()=*{},]))")
_DEEP: Final = 50
_STATUSES: Final = ("passed", "completed", "failed", "incomplete", "not attempted", "browsed")


def are_met(script: str, holds: Holds) -> bool:
    """Say whether what a part asks for is there; a script that cannot be read asks for nothing.

    >>> are_met("A1 & ~A2", lambda item, status: item == "A1")
    True
    """
    try:
        return _Reading(script, holds).whole()
    except _Unreadable:
        return True


def is_readable(script: str) -> bool:
    """Say whether a script is one."""
    try:
        _Reading(script, lambda _item, _status: True).whole()
    except _Unreadable:
        return False
    return True


class _Unreadable(Exception):
    """A script is none."""


class _Reading:
    """One script, worked out as it is read."""

    def __init__(self, script: str, holds: Holds) -> None:
        self._tokens = _tokens(script)
        self._at = 0
        self._holds = holds

    def whole(self) -> bool:
        found = self._any(0)
        if self._at != len(self._tokens):
            raise _Unreadable
        return found

    def _next(self, *marks: str) -> str:
        """Take the next token if it is one of these, or any if none are named; nothing otherwise."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if not token or (marks and token not in marks):
            return ""
        self._at += 1
        return token

    def _any(self, depth: int) -> bool:
        found = self._all(depth)
        while self._next("|"):
            other = self._all(depth)
            found = found or other
        return found

    def _all(self, depth: int) -> bool:
        found = self._one(depth)
        while self._next("&"):
            other = self._one(depth)
            found = found and other
        return found

    def _one(self, depth: int) -> bool:
        if depth > _DEEP:
            raise _Unreadable
        if self._next("~"):
            return not self._one(depth + 1)
        if self._next("("):
            found = self._any(depth + 1)
            self._expect(")")
            return found
        name = self._name()
        if name.isdecimal() and self._next("*"):
            return self._counted(int(name), depth)
        if not (relation := self._next("=", "<>")):
            return self._holds(name, "done")
        status = self._next().strip("\"'").lower()
        full = next((each for each in _STATUSES if status and each.startswith(status)), None)
        if full is None:
            raise _Unreadable
        return self._holds(name, full) is (relation == "=")

    def _counted(self, least: int, depth: int) -> bool:
        """Work out whether so many of a set are there."""
        self._expect("{")
        found = [self._any(depth + 1)]
        while self._next(","):
            found.append(self._any(depth + 1))
        self._expect("}")
        return found.count(True) >= least

    def _name(self) -> str:
        token = self._next()
        if not token or not re.match(r"[\w.:-]", token):
            raise _Unreadable
        return token

    def _expect(self, mark: str) -> None:
        if not self._next(mark):
            raise _Unreadable


def _tokens(script: str) -> list[str]:
    found: list[str] = []
    at, text = 0, script.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _Unreadable
        found.append(token[0].strip())
        at = token.end()
    if not found:
        raise _Unreadable
    return found
