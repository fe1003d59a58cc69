"""A valid statement on its way into the log: everything known of it before the log says when it was stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from lrs.caller import Caller
from lrs.clock import Micros, to_text
from lrs.statements.equality import content_digest
from lrs.statements.keys import Keys, extract_keys
from lrs.statements.multipart import attachment_hashes
from lrs.statements.parse import Text
from lrs.statements.stamp import stamp
from lrs.statements.times import parse_duration_seconds, parse_timestamp
from lrs.versions import Version

# What a statement without `version` is held to have been written in (1.0.3 Part Two 2.4.10; 2.0 4.2.4.3).
_DEFAULT_VERSION: Mapping[Version, bytes] = {Version.V1_0_3: b'"1.0.0"', Version.V2_0_0: b'"2.0.0"'}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One statement of a request, checked, with its keys extracted."""

    statement_id: uuid.UUID
    has_sent_id: bool
    text: Text
    keys: Keys
    timestamp: Micros | None
    content_digest: bytes | None
    attachments: Sequence[str]
    authority: bytes
    version: Version

    @property
    def record_bytes(self) -> int:
        """Return about how much room its record takes: its text, and sixteen bytes for each key."""
        keys = self.keys
        lists = (keys.agents, keys.related_agents, keys.activities, keys.related_activities)
        return len(self.text.raw) + 16 * sum(map(len, lists))

    def stamped(self, stored: Micros) -> bytes:
        """Return the exact bytes that GET will return for it."""
        value: Mapping[str, Any] = self.text.value
        when = b'"%b"' % to_text(stored).encode()
        additions = [("stored", when), ("authority", self.authority)]
        if "id" not in value:
            additions.insert(0, ("id", b'"%b"' % str(self.statement_id).encode()))
        if "timestamp" not in value:
            additions.append(("timestamp", when))
        if "version" not in value:
            additions.append(("version", _DEFAULT_VERSION[self.version]))
        return stamp(self.text.raw, value, additions)

    def result_fields(self) -> dict[str, Any]:
        """Return what is asked of results, in the short names of the stored form."""
        result: Mapping[str, Any] = self.text.value.get("result", {})
        fields: dict[str, Any] = {
            short: result[name] for name, short in (("success", "su"), ("completion", "co")) if name in result
        }
        if "scaled" in result.get("score", {}):
            fields["sc"] = float(result["score"]["scaled"])
        if "duration" in result:
            fields["du"] = parse_duration_seconds(result["duration"])
        return fields


def prepare(text: Text, caller: Caller, version: Version, statement_id: uuid.UUID, *, has_sent_id: bool) -> Candidate:
    """Extract from a valid statement all that its place in the log will be found by."""
    value = text.value
    return Candidate(
        statement_id=statement_id,
        has_sent_id=has_sent_id,
        text=text,
        keys=extract_keys(caller.organisation, value, orjson.loads(caller.authority)),
        timestamp=parse_timestamp(value["timestamp"]) if "timestamp" in value else None,
        content_digest=None if has_sent_id else content_digest(caller.credential, value),
        attachments=attachment_hashes(value) if "attachments" in value or value["object"].get("attachments") else (),
        authority=caller.authority,
        version=version,
    )
