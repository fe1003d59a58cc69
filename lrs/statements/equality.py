"""When two texts are the same statement, and when a sender without ids has sent one twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

import orjson

from lrs.errors import InvalidRequest
from lrs.statements.times import parse_timestamp, truncated_duration

# Set by the LRS; what a sender wrote there was dropped, so it can't be compared.
_LRS_OWN: Final = frozenset(("stored", "authority"))
# Set by the LRS only where the sender left them out: compared when both texts have them.
_FILLED_IN: Final = ("id", "timestamp", "version")
_CONTEXT_KINDS: Final = frozenset(("parent", "grouping", "category", "other"))
_CONTENT: Final = ("actor", "verb", "object", "timestamp", "context", "result")


def is_same_statement(left: bytes, right: bytes) -> bool:
    """Say whether two valid statements' texts are one statement.

    Left out of the comparison are the exceptions of xAPI 1.0.3 Part Two 2.3.1: what the LRS assigns,
    activity definitions, verb displays, the way an instant is written, the order of a Group's
    members; and, by 2.0, what a duration says beyond 0.01 s.
    """
    one, other = _normal_form(left), _normal_form(right)
    for name in _FILLED_IN:
        if name not in one or name not in other:
            one.pop(name, None)
            other.pop(name, None)
    return _frozen(one) == _frozen(other)


def content_digest(credential: str, statement: Mapping[str, Any]) -> bytes | None:
    """Return 16 bytes that two sendings of one id-less statement share, None when that can't be known.

    Without a timestamp a retry and a second click look the same, so nothing is said of those. The
    attachments are left out: only the words of the statement identify it.
    """
    if "timestamp" not in statement:
        return None
    content = {name: statement[name] for name in _CONTENT if name in statement}
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=16, key=blake2b(credential.encode(), digest_size=32).digest()).digest()


def _normal_form(text: bytes) -> dict[str, Any]:
    # Decimal, not float: 2^70 and 2^70 + 1 are two numbers.
    statement = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return {name: value for name, value in _part(statement).items() if name not in _LRS_OWN}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """Normalise a statement or SubStatement."""
    normal = dict(part)
    if "id" in normal:
        normal["id"] = str(uuid.UUID(normal["id"]))
    if "timestamp" in normal:
        normal["timestamp"] = _instant(normal["timestamp"])
    normal["actor"] = _agent(part["actor"])
    normal["verb"] = part["verb"]["id"]
    normal["object"] = _object(part["object"])
    if "result" in part and "duration" in part["result"]:
        normal["result"] = {**part["result"], "duration": truncated_duration(part["result"]["duration"])}
    if "context" in part:
        normal["context"] = _context(part["context"])
    return normal


def _instant(text: str) -> object:
    try:
        return parse_timestamp(text)
    except InvalidRequest:
        return text


def _object(target: dict[str, Any]) -> dict[str, Any]:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return _activity(target)
    if kind in ("Agent", "Group"):
        return _agent(target)
    if kind == "SubStatement":
        return _part(target)
    return {**target, "id": str(uuid.UUID(target["id"]))}


def _activity(activity: dict[str, Any]) -> dict[str, Any]:
    return {"objectType": "Activity", "id": activity["id"]}


def _agent(agent: dict[str, Any]) -> dict[str, Any]:
    normal = {"objectType": "Agent", **agent}
    if "member" in agent:
        normal["member"] = sorted((_agent(member) for member in agent["member"]), key=_sort_key)
    return normal


def _context(context: dict[str, Any]) -> dict[str, Any]:
    normal = dict(context)
    if "registration" in context:
        normal["registration"] = str(uuid.UUID(context["registration"]))
    for name in ("instructor", "team"):
        if name in context:
            normal[name] = _agent(context[name])
    for name, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in context:
            normal[name] = [{**item, member: _agent(item[member])} for item in context[name]]
    if "statement" in context:
        normal["statement"] = _object(context["statement"])
    if "contextActivities" in context:
        normal["contextActivities"] = {
            name: sorted((_activity(item) for item in ([value] if isinstance(value, dict) else value)), key=_sort_key)
            for name, value in context["contextActivities"].items()
            if name in _CONTEXT_KINDS
        }
    return normal


def _sort_key(value: object) -> str:
    return repr(_frozen(value))


def _frozen(value: object) -> object:
    """Make a parsed value comparable by type too: in Python `True == 1`, in JSON it is not."""
    if isinstance(value, dict):
        return frozenset((name, _frozen(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return (type(value).__name__, value)
