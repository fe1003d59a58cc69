"""Delete everything that facts have kept of an organisation, a part at a time."""

from __future__ import annotations

from typing import Final

from analytics.store.intake import VOIDS
from analytics.store.kept_keys import LENGTHS, SESSION_BYTES, SESSIONS
from analytics.store.marks import COLLECTION as MARKS
from analytics.store.sightings import COLLECTION as SIGHTINGS
from analytics.store.traces import COLLECTION as TRACES
from analytics.store.traces import KEY_BYTES, keys_of
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

_ALL: Final = {TRACES: KEY_BYTES, VOIDS: 20, MARKS: 20, SIGHTINGS: 20, SESSIONS: SESSION_BYTES, **LENGTHS}
_SLICE: Final = 5_000


def forget_some(store: Store, organisation: OrganisationId) -> int:
    """Delete up to a few thousand documents; return how many that were, 0 when nothing is left.

    Every key of facts begins with the organisation.
    """
    for name, length in _ALL.items():
        rows = store.collection(name)
        query = {"_id": keys_of(organisation, length), "o": organisation}
        keys = [row["_id"] for row in rows.find(query, {"_id": 1}).limit(_SLICE)]
        if keys:
            return rows.delete_many({"_id": {"$in": keys}, "o": organisation}).deleted_count
    return 0
