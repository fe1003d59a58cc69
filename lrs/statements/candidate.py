"""A valid statement on its way into the log: everything known of it before the log says when it was stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import orjson

from lrs.caller import Caller
from lrs.clock import IdSource
from lrs.statements.equality import content_digest
from lrs.statements.gist import Gist
from lrs.statements.keys import Keys, agent_keys
from lrs.statements.parse import Text
from lrs.statements.stamp import members_text, stamp
from lrs.tenancy import OrganisationId
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
    gist: Gist
    keys: Keys
    content_digest: bytes | None
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


def prepare(
    text: Text, gist: Gist, caller: Caller, version: Version, ids: IdSource, named: uuid.UUID | None = None
) -> Candidate:
    """Make of a valid statement and its gist what this caller's request brings into the log.

    `named` is the id that a PUT gives it; `ids` makes one where there is none.
    """
    sent = gist.statement_id or named
    statement_id = sent or ids.new_uuid()
    return Candidate(
        statement_id=statement_id,
        has_sent_id=sent is not None,
        text=text,
        gist=gist,
        keys=gist.keys(caller.organisation, _authority_keys(caller.organisation, caller.authority)),
        content_digest=None if sent is not None else content_digest(caller.credential, text.value),
        pieces=_pieces(text, gist, caller.authority, version, statement_id),
    )


def _pieces(text: Text, gist: Gist, authority: bytes, version: Version, statement_id: uuid.UUID) -> tuple[bytes, ...]:
    added_version = None if gist.has_version else version
    if gist.is_plain and gist.statement_id is not None:
        opening = text.raw[:-1] + _ending(authority, added_version)
    else:
        additions = _additions(authority, added_version)
        if gist.statement_id is None:
            additions.insert(0, ("id", b'"%b"' % str(statement_id).encode()))
        opening = stamp(text.raw, text.value, additions)[:-1]
    opening += b',"stored":"'
    return (opening, b'"}') if gist.timestamp is not None else (opening, b'","timestamp":"', b'"}')


def _additions(authority: bytes, version: Version | None) -> list[tuple[str, bytes]]:
    return [("authority", authority), *([] if version is None else [("version", _DEFAULT_VERSION[version])])]


# Most statements of a credential are given the same.
@lru_cache(maxsize=256)
def _ending(authority: bytes, version: Version | None) -> bytes:
    return b"," + members_text(_additions(authority, version))


@lru_cache(maxsize=256)
def _authority_keys(organisation: OrganisationId, authority: bytes) -> frozenset[int]:
    # Every statement of a credential carries the same one.
    return agent_keys(organisation, orjson.loads(authority))
