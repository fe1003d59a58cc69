"""Add training sessions up again of which an enrolment has changed: a few at a time, after people are settled.

Whoever writes an enrolment notes its session in the same transaction. A session is made again from what its enrolments
add (`analytics.kept.form.Portion`) and nothing else, so it cannot drift from them; and while a thousand people of one
session are being settled, that is done once.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Final

import msgspec
from pymongo import DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession

from analytics.content.share import ContentSums
from analytics.kept.form import Portion
from analytics.overview.totals import Totals, sum_totals
from analytics.store.kept import KeptFacts
from analytics.store.kept_keys import session_key
from analytics.store.progress import Progress, ProgressOf
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from training.records.ids import SessionId

# How many sessions are added up in one transaction, and how long that may take.
SESSIONS_MOST: Final = 100
SECONDS_MOST: Final = 0.4
# How many of them are read at once.
_TOGETHER: Final = 10
_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")
_PORTION: Final = msgspec.msgpack.Decoder(Portion)
_Sums = tuple[Totals, ContentSums]


class Summing:
    """Adds sessions up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = KeptFacts(store)
        self._progress = ProgressOf(store)

    def sum(self, organisation: OrganisationId, progress: Progress) -> int:
        """Add up the next few sessions; return how many that were, 0 when all of them are what their enrolments are.

        When somebody else has taken a step meanwhile, nothing changes.
        """
        wanted = self._noted(organisation)
        writes: list[ReplaceOne[Document] | DeleteOne] = []
        began = time.monotonic()
        for at in range(0, len(wanted), _TOGETHER):
            some = wanted[at : at + _TOGETHER]
            found = self._read(organisation, some)
            writes.extend(_write(organisation, name, found.get(name)) for name in some)
            if time.monotonic() - began >= SECONDS_MOST:
                break
        if not writes:
            return 0

        def work(session: ClientSession) -> None:
            if self._progress.move(organisation, progress, session):
                self._kept.sessions.bulk_write(writes, ordered=False, session=session)

        self._store.transaction(work)
        return len(writes)

    def waiting(self, organisation: OrganisationId) -> int:
        """Return how many sessions are noted, up to as many as one step takes."""
        return len(self._noted(organisation))

    def _noted(self, organisation: OrganisationId) -> list[SessionId]:
        rows = self._kept.sessions.find({"o": organisation, "w": True}, {"_id": 0, "s": 1}).limit(SESSIONS_MOST)
        return [SessionId(row["s"]) for row in rows]

    def _read(self, organisation: OrganisationId, names: list[SessionId]) -> dict[SessionId, _Sums]:
        """Return what the enrolments of some sessions add up to; a session without any is not there."""
        portions: defaultdict[SessionId, list[Portion]] = defaultdict(list)
        query = {"o": organisation, "s": {"$in": names}}
        for row in self._kept.enrolments.find(query, {"_id": 0, "s": 1, "q": 1}):
            portions[SessionId(row["s"])].append(_PORTION.decode(row["q"]))
        return {name: sums_of(found) for name, found in portions.items()}


def sums_of(portions: list[Portion]) -> _Sums:
    """Return what enrolments add up to."""
    content = ContentSums()
    for portion in portions:
        content.add(portion.shares, is_completed=bool(portion.totals.completed))
    return sum_totals(portion.totals for portion in portions), content


def _write(organisation: OrganisationId, name: SessionId, sums: _Sums | None) -> ReplaceOne[Document] | DeleteOne:
    where: Document = {"_id": session_key(organisation, name), "o": organisation}
    if sums is None:
        return DeleteOne(where)
    return ReplaceOne(where, {**where, "s": name, "b": _ENCODER.encode(sums[0]), "c": _ENCODER.encode(sums[1])})
