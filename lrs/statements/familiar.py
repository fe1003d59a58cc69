"""Statements read in parts, and each part once: the same people, verbs, activities and courses come thousands of times.

Who acted, what they did, on what and in which course returns from statement to statement in the same words. A part
whose text an organisation has sent before is known by that text: it was parsed, judged and hashed then. What is left
of a statement is small: its id, its instant, its result.
"""

from __future__ import annotations

import threading
import uuid
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from lrs.clock import Micros
from lrs.errors import InvalidRequest
from lrs.statements.gist import Gist, result_fields
from lrs.statements.keys import VOIDED_VERB, Mentioned, mentioned, parse_registration, part_mentions
from lrs.statements.parse import DEEPEST, Text, parse_strictly, parse_text
from lrs.statements.rules import context_parts, is_shape_valid, part_judge
from lrs.statements.stamp import has_lone_activity
from lrs.statements.times import find_instant
from lrs.tenancy import OrganisationId
from lrs.versions import Version

# Longer parts are read anew each time, so that nobody fills this memory with a few of them; parsed, a part takes five
# to ten times its text, and what is known of it some hundreds of bytes more.
_KEPT_MOST_BYTES: Final = 4_096
_BESIDE_BYTES: Final = 512
_GENERATION_BYTES: Final = 2 * 1024 * 1024
# What stands in a context is two levels down.
_AROUND: Final = 2
_ABSENT: Final = msgspec.Raw(b"")
# Statements that target others take other paths, and so do attachments that a SubStatement may have.
_UNUSUAL_OBJECTS: Final = frozenset(("SubStatement", "StatementRef"))
_MENTIONING: Final = frozenset(("contextActivities", "instructor", "team", "contextAgents", "contextGroups"))


class _Cut(msgspec.Struct, forbid_unknown_fields=True):
    """The properties that most statements have, cut out of the text; a statement with any other is read as a whole."""

    actor: msgspec.Raw
    verb: msgspec.Raw
    object: msgspec.Raw
    id: uuid.UUID | None = None
    result: msgspec.Raw = _ABSENT
    context: dict[str, msgspec.Raw] = {}
    timestamp: str | None = None
    version: msgspec.Raw = _ABSENT

    def is_whole(self, raw: bytes) -> bool:
        """Say whether nothing of the text was lost by cutting.

        It is longer than its properties where a name stands twice, where there is white space, where a name or one of
        the texts has an escape, or a UUID no hyphens.
        """
        # {"actor":…,"verb":…,"object":…} and so on: four characters beside each name, less one.
        length = 28 + len(self.actor) + len(self.verb) + len(self.object)
        if self.id is not None:
            length += 44
        if self.timestamp is not None:
            length += 15 + len(self.timestamp)
        if len(self.result):
            length += 10 + len(self.result)
        if len(self.version):
            length += 11 + len(self.version)
        if self.context:
            length += 12 + sum(map(len, self.context)) + sum(map(len, self.context.values())) + 4 * len(self.context)
        return length == len(raw)


_cut: Final = msgspec.json.Decoder(_Cut).decode


class Part(NamedTuple):
    """A part of valid statements. They all share it: nobody changes what it holds."""

    value: Any
    mentioned: Mentioned
    is_plain: bool


_Place: TypeAlias = tuple[OrganisationId, Version, str, bytes]


class Memory:
    """Remembers parts, two generations of up to `most_bytes` each; safe between threads.

    A part that is asked for lives on in the new generation; the others go when that is full.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._young_bytes = 0
        self._young: dict[_Place, Part] = {}
        self._old: dict[_Place, Part] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many parts are remembered."""
        return len(self._young.keys() | self._old.keys())

    def find(self, place: _Place) -> Part | None:
        """Return the part that was remembered at a place, if it still is."""
        found = self._young.get(place)
        if found is None:
            found = self._old.get(place)
            if found is not None:
                self.remember(place, found)
        return found

    def remember(self, place: _Place, part: Part) -> None:
        """Keep a part for a generation, and as long after as it is asked for."""
        with self._lock:
            self._young[place] = part
            self._young_bytes += len(place[-1]) + _BESIDE_BYTES
            if self._young_bytes > self._most:
                self._old, self._young, self._young_bytes = self._young, {}, 0


_PARTS: Final = Memory(_GENERATION_BYTES)


class Reader:
    """Reads the statements that one organisation sends by one version's rules."""

    def __init__(self, organisation: OrganisationId, version: Version) -> None:
        self._organisation = organisation
        self._version = version
        self._in_context = context_parts(version)
        self._takes_result = part_judge("result", version)
        self._takes_timestamp = part_judge("timestamp", version)

    def read(self, raw: bytes, base: str) -> Text:
        """Parse one statement of a body; with its gist, if it is a valid one of the usual kind.

        Raises InvalidRequest for what is not JSON as `lrs.statements.parse` takes it.
        """
        try:
            return Text(raw, base, gist=self._gist(raw))
        except (_Unusual, InvalidRequest, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return parse_text(raw, base)

    def _gist(self, raw: bytes) -> Gist:
        """Read a statement part by part: 1. cut it; 2. judge each part; 3. judge what holds among them."""
        # 1.
        cut = _cut(raw)
        if not cut.is_whole(raw):
            raise _Unusual
        # 2.
        target = self._part("object", cut.object)
        verb = self._part("verb", cut.verb).value["id"]
        mentioned = [self._part("actor", cut.actor).mentioned, target.mentioned]
        registration, is_plain = None, True
        for name, member in cut.context.items():
            place = self._in_context.get(name)
            if place is None:
                raise _Unusual
            part = self._part(place, member)
            if name in _MENTIONING:
                mentioned.append(part.mentioned)
                is_plain = is_plain and part.is_plain
            elif name == "registration":
                registration = parse_registration(part.value)
        if len(cut.version):
            self._part("version", cut.version)
        result = self._result(bytes(cut.result)) if len(cut.result) else {}
        timestamp = None if cut.timestamp is None else self._timestamp(cut.timestamp)
        # 3.
        kind = target.value.get("objectType")
        if not is_shape_valid(self._version, tuple(cut.context), kind, is_voiding=verb == VOIDED_VERB):
            raise _Unusual
        return Gist(
            cut.id, timestamp, verb, registration, None, mentioned, result, (), len(cut.version) > 0, is_plain
        )  # fmt: skip

    def _timestamp(self, text: str) -> Micros:
        instant = find_instant(text) if self._takes_timestamp(text) else None
        if instant is None:
            raise _Unusual
        return instant

    def _result(self, text: bytes) -> dict[str, Any]:
        value = _parsed(text)
        if not self._takes_result(value):
            raise _Unusual
        return result_fields(value)

    def _part(self, name: str, member: msgspec.Raw) -> Part:
        """Return a part that was read before, or read it for all statements that come after."""
        text = bytes(member)
        place = (self._organisation, self._version, name, text)
        return _PARTS.find(place) or self._new_part(place)

    def _new_part(self, place: _Place) -> Part:
        *_, name, text = place
        value = _parsed(text)
        if not part_judge(name, self._version)(value):
            raise _Unusual
        if name == "object" and value.get("objectType") in _UNUSUAL_OBJECTS:
            raise _Unusual
        is_lone = name == "context/contextActivities" and has_lone_activity({"context": {"contextActivities": value}})
        part = Part(value, mentioned(self._organisation, part_mentions(name, value)), is_plain=not is_lone)
        if len(text) <= _KEPT_MOST_BYTES:
            _PARTS.remember(place, part)
        return part


class _Unusual(Exception):
    """A statement is to be read as a whole: it is not valid, or not of the kind that is read in parts."""


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Parse a part: it is deeper than it looks by what it stands in."""
    if text.count(b"{") + text.count(b"[") > DEEPEST - _AROUND:
        raise _Unusual
    return parse_strictly(text)
