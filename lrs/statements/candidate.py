"""A valid statement on its way into the log: everything known of it before the log says when it was stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from lrs.caller import Caller
from lrs.clock import Micros
from lrs.statements.equality import content_digest
from lrs.statements.keys import Keys, Mentions, extract_keys, mentions_of
from lrs.statements.multipart import attachment_hashes
from lrs.statements.parse import Text
from lrs.statements.stamp import stamp
from lrs.statements.times import parse_duration_seconds, parse_timestamp
from lrs.versions import Version

# What a statement without `version` is held to have been written in (1.0.3 Part Two 2.4.10; 2.0 4.2.4.3).
_DEFAULT_VERSION: Final[Mapping[Version, bytes]] = {Version.V1_0_3: b'"1.0.0"', Version.V2_0_0: b'"2.0.0"'}


class Candidate(NamedTuple):
    """One statement of a request, checked, with its keys extracted.

    `pieces` are the bytes that GET will return, cut where the instant of storing belongs.
    """

    statement_id: uuid.UUID
    has_sent_id: bool
    text: Text
    mentions: Mentions
    keys: Keys
    timestamp: Micros | None
    content_digest: bytes | None
    attachments: Sequence[str]
    pieces: tuple[bytes, ...]

    @property
    def record_bytes(self) -> int:
        """Return about how much room its record takes: its text, and sixteen bytes for each key."""
        keys = self.keys
        lists = (keys.agents, keys.related_agents, keys.activities, keys.related_activities)
        return len(self.text.raw) + 16 * sum(map(len, lists))

    def stamped(self, stored: bytes) -> bytes:
        """Return the exact bytes that GET will return for it; `stored` is the instant as `lrs.clock.to_text` writes it.

        This is all that is left to do when the log has said when: it runs while others wait for their turn.
        """
        return stored.join(self.pieces)

    def result_fields(self) -> dict[str, Any]:
        """Return what is asked of results, in the short names of the stored form."""
        result: Mapping[str, Any] | None = self.text.value.get("result")
        if not result:
            return {}
        fields: dict[str, Any] = {
            short: result[name] for name, short in (("success", "su"), ("completion", "co")) if name in result
        }
        if "scaled" in result.get("score", ()):
            fields["sc"] = float(result["score"]["scaled"])
        if "duration" in result:
            fields["du"] = parse_duration_seconds(result["duration"])
        return fields


def prepare(text: Text, caller: Caller, version: Version, statement_id: uuid.UUID, *, has_sent_id: bool) -> Candidate:
    """Extract from a valid statement all that its place in the log will be found by."""
    value = text.value
    mentions = mentions_of(value)
    return Candidate(
        statement_id=statement_id,
        has_sent_id=has_sent_id,
        text=text,
        mentions=mentions,
        keys=extract_keys(caller.organisation, value, _parsed(caller.authority), mentions),
        timestamp=parse_timestamp(value["timestamp"]) if "timestamp" in value else None,
        content_digest=None if has_sent_id else content_digest(caller.credential, value),
        attachments=attachment_hashes(value) if "attachments" in value or "attachments" in value["object"] else (),
        pieces=_pieces(text, caller.authority, version, statement_id),
    )


def _pieces(text: Text, authority: bytes, version: Version, statement_id: uuid.UUID) -> tuple[bytes, ...]:
    value: Mapping[str, Any] = text.value
    additions = [("authority", authority)]
    if "id" not in value:
        additions.insert(0, ("id", b'"%b"' % str(statement_id).encode()))
    if "version" not in value:
        additions.append(("version", _DEFAULT_VERSION[version]))
    opening = stamp(text.raw, value, additions)[:-1] + b',"stored":"'
    return (opening, b'"}') if "timestamp" in value else (opening, b'","timestamp":"', b'"}')


@lru_cache(maxsize=256)
def _parsed(authority: bytes) -> Mapping[str, Any]:
    # Every statement of a credential carries the same one.
    parsed: Mapping[str, Any] = orjson.loads(authority)
    return parsed
