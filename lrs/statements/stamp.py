"""Writes what an LRS must set into a statement's own text, and leaves every other byte as sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

# Everything that structures JSON, strings whole so that what they hold is skipped. Possessive, because a way back
# is kept for each repetition of a plain one: half a gigabyte for a string of four megabytes.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]', re.DOTALL)
_OPENING: Final = frozenset((b"{", b"["))
_CLOSING: Final = frozenset((b"}", b"]"))
# Where an LRS returns an array even of one: in a statement's context and in its SubStatement's.
_CONTEXT_PATHS: Final = frozenset(
    (*prefix, "context", "contextActivities", kind)
    for prefix in ((), ("object",))
    for kind in ("parent", "grouping", "category", "other")
)
# What a sender says of these is never kept: the LRS alone knows them (xAPI 1.0.3 Part Two 2.4.8, 2.4.9).
_REPLACED: Final = ("stored", "authority")


def stamp(raw: bytes, value: Mapping[str, Any], additions: Iterable[tuple[str, bytes]]) -> bytes:
    r"""Return the statement's text with `additions` (name, JSON) put at its end.

    `raw` is the statement as sent and must be the JSON object that was parsed into `value`. A context activity
    that was sent alone is put into an array: that is how an LRS must give it back (XAPI-00096).

    >>> stamp(b'{"id":"x", "stored" : "old", "n": 1.50 }', {"stored": "old"}, [("stored", b'"new"')])
    b'{"id":"x", "n": 1.50 ,"stored":"new"}'
    """
    if has_lone_activity(value):
        raw = _wrap_lone_activities(raw)
    body = raw[: raw.rindex(b"}")]
    if "stored" in value or "authority" in value:
        body = b"{" + b",".join(text for name, text in _members(raw) if name not in _REPLACED)
    separator = b"" if body.rstrip() == b"{" else b","
    return b"%b%b%b}" % (body, separator, members_text(additions))


def members_text(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return members (name, JSON) as they stand in an object."""
    return b",".join(b'"%b":%b' % (name.encode(), text) for name, text in members)


def has_lone_activity(value: Mapping[str, Any]) -> bool:
    """Say whether a context of a statement has an activity that is in no array."""
    if _has_lone(value):
        return True
    target: Mapping[str, Any] = value.get("object", {})
    return target.get("objectType") == "SubStatement" and _has_lone(target)


def _has_lone(part: Mapping[str, Any]) -> bool:
    if "context" not in part or "contextActivities" not in part["context"]:
        return False
    for item in part["context"]["contextActivities"].values():  # noqa: SIM110 - every statement comes through here
        if type(item) is dict:
            return True
    return False


def _wrap_lone_activities(raw: bytes) -> bytes:
    """Put brackets around each object that stands where an array of context activities should."""
    path: list[str] = []
    name, expects_name = "", False
    wrapped: list[bytes] = []
    copied = 0
    for match in _TOKEN.finditer(raw):
        token = match.group()
        if token in _OPENING:
            path.append(name)
            if token == b"{" and tuple(path[1:]) in _CONTEXT_PATHS:
                wrapped += [raw[copied : match.start()], b"["]
                copied = match.start()
            name, expects_name = "", token == b"{"
        elif token in _CLOSING:
            if token == b"}" and tuple(path[1:]) in _CONTEXT_PATHS:
                wrapped += [raw[copied : match.end()], b"]"]
                copied = match.end()
            path.pop()
            name, expects_name = "", False
        elif token == b",":
            expects_name, name = True, ""
        elif token == b":":
            expects_name = False
        elif expects_name:
            name = orjson.loads(token)
    return b"".join((*wrapped, raw[copied:]))


def _members(raw: bytes) -> list[tuple[str, bytes]]:
    """Cut an object into its members: the name, and the text from comma to comma."""
    members: list[tuple[str, bytes]] = []
    depth, start, name = 0, 0, ""
    for match in _TOKEN.finditer(raw):
        token = match.group()
        if token in _OPENING:
            depth += 1
            if depth == 1:
                start = match.end()
        elif token in _CLOSING:
            depth -= 1
            if depth == 0:
                members.append((name, raw[start : match.start()]))
        elif depth == 1 and token == b",":
            members.append((name, raw[start : match.start()]))
            start, name = match.end(), ""
        elif depth == 1 and not name and token.startswith(b'"'):
            name = orjson.loads(token)
    return members
