"""Legal holds in MongoDB: placed and released, never deleted.

`legal_holds`: `_id` organisation (4 bytes) ‖ id (16), `o`, `scope`, `about`, `reason`, `at`, `by`, and once it is
released `released` (`at`, `by`, `reason`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from bson.binary import Binary

from evidence.retention.holds import Hold, HoldScope
from evidence.store.trail import Trail
from evidence.trail.entry import Act, Deed
from lrs.clock import Clock, IdSource, Micros
from lrs.errors import Conflict, NotFound
from lrs.store.database import Document, Session, Store
from lrs.store.erasure import Erasures
from lrs.tenancy import OrganisationId

COLLECTION: Final = "legal_holds"
_LOWEST, _HIGHEST = UUID(int=0), UUID(int=2**128 - 1)


class Holds:
    """Places, releases and lists holds; each act stands in the audit trail."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, trail: Trail) -> None:
        self._store = store
        self._rows = store.collection(COLLECTION)
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._erasures = Erasures(store)

    def place(self, organisation: OrganisationId, scope: HoldScope, about_id: str, reason: str, by: str) -> Hold:
        """Place a hold. Whoever calls has seen that the record exists.

        Raises Conflict while something is being erased: nothing slips between the two.
        """
        hold = Hold(self._ids.new_uuid(), organisation, scope, about_id, reason, self._clock.now_micros(), by)

        def work(session: Session) -> None:
            self._erasures.note_change(session, organisation)
            self._rows.insert_one(_row(hold), session=session)
            self._trail.record_within(session, organisation, Deed(by, Act.HELD, hold.about, reason, _named(hold)))

        self._store.transaction(work)
        return hold

    def release(self, organisation: OrganisationId, hold_id: UUID, reason: str, by: str) -> Hold:
        """End a hold; raises NotFound, Conflict for one that was released already."""

        def work(session: Session) -> None:
            mine = {"_id": _key(organisation, hold_id), "o": organisation, "released": None}
            released = {"at": self._clock.now_micros(), "by": by, "reason": reason}
            if self._rows.update_one(mine, {"$set": {"released": released}}, session=session).matched_count == 0:
                message = "This hold was released already."
                raise Conflict(message)
            hold = self.get(organisation, hold_id)
            self._trail.record_within(session, organisation, Deed(by, Act.RELEASED, hold.about, reason, _named(hold)))

        self.get(organisation, hold_id)
        self._store.transaction(work)
        return self.get(organisation, hold_id)

    def get(self, organisation: OrganisationId, hold_id: UUID) -> Hold:
        """Return a hold; raises NotFound."""
        row = self._rows.find_one({"_id": _key(organisation, hold_id), "o": organisation})
        if row is None:
            message = "There is no hold of this id."
            raise NotFound(message)
        return _hold(row)

    def all(self, organisation: OrganisationId, *, in_force: bool = False) -> list[Hold]:
        """Return every hold of an organisation, oldest first; or those in force alone."""
        span = {"$gte": _key(organisation, _LOWEST), "$lte": _key(organisation, _HIGHEST)}
        wanted: Document = {"_id": span, "o": organisation}
        if in_force:
            wanted["released"] = None
        return sorted(map(_hold, self._rows.find(wanted)), key=lambda hold: (hold.placed_at, hold.hold_id))


def _named(hold: Hold) -> dict[str, str]:
    return {"hold": str(hold.hold_id)}


def _key(organisation: OrganisationId, hold_id: UUID) -> Binary:
    return Binary(organisation.to_bytes(4, "big") + hold_id.bytes)


def _row(hold: Hold) -> Document:
    return {
        "_id": _key(hold.organisation, hold.hold_id),
        "o": hold.organisation,
        "scope": hold.scope.value,
        "about": hold.about_id,
        "reason": hold.reason,
        "at": hold.placed_at,
        "by": hold.placed_by,
        "released": None,
    }


def _hold(row: Mapping[str, Any]) -> Hold:
    released = row["released"] or {}
    return Hold(
        hold_id=UUID(bytes=bytes(row["_id"])[4:]),
        organisation=OrganisationId(row["o"]),
        scope=HoldScope(row["scope"]),
        about_id=row["about"],
        reason=row["reason"],
        placed_at=Micros(row["at"]),
        placed_by=row["by"],
        released_at=released.get("at"),
        released_by=released.get("by"),
        release_reason=released.get("reason", ""),
    )
