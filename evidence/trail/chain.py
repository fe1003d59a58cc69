"""The chain: each entry's digest covers the one before it, so that none can be changed, left out or put between.

digest = SHA-256(0x02 ‖ canonical JSON of [format, organisation, number, at, who, act, what, why, details, previous]),
`details` with its keys sorted, `previous` in hexadecimal. Anybody can compute it again (docs/archive.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import orjson

from evidence.trail.entry import Deed, TrailEntry
from lrs.clock import Micros
from lrs.tenancy import OrganisationId

# What the first entry of an organisation follows.
FIRST: Final = bytes(32)
_FORMAT: Final = "assidu-trail/1"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that does not hold, and what is wrong with it."""

    number: int
    what: str


def link(organisation: OrganisationId, number: int, at: Micros, deed: Deed, previous: bytes) -> TrailEntry:
    """Return the entry that records `deed` after the one whose digest is `previous`."""
    said = [
        _FORMAT, organisation, number, at, deed.who, deed.act.value, deed.what, deed.why, dict(deed.details),
        previous.hex(),
    ]  # fmt: skip
    digest = sha256(b"\x02" + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()
    return TrailEntry(organisation, number, at, deed, previous, digest)


def check_chain(entries: Iterable[TrailEntry], *, number: int = 0, previous: bytes = FIRST) -> Fault | None:
    """Return the first thing that does not hold in entries that follow entry `number`, None when all hold.

    Stops at the first fault: what follows it rests on what is broken.
    """
    for entry in entries:
        number += 1
        if entry.number != number:
            return Fault(number, f"entry {number} is missing: {entry.number} stands in its place")
        if entry.previous != previous:
            return Fault(number, f"entry {number} does not follow entry {number - 1}")
        if link(entry.organisation, number, entry.at, entry.deed, previous).digest != entry.digest:
            return Fault(number, f"entry {number} was changed: its digest does not cover what it says")
        previous = entry.digest
    return None
