"""Where tracks are kept: one record for each learner in a SCO, swapped for the next by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from bson.binary import Binary
from pymongo import ASCENDING, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from lrs.clock import Micros, to_datetime
from lrs.scorm.launch import Launch
from lrs.scorm.track import Track, pack, unpack
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "scorm_tracks"
_DUPLICATE_KEY: Final = 11000


@dataclass(frozen=True, slots=True)
class Pending:
    """What a swap noted and still has to be delivered: statements, as a JSON array, and the attempt state; or empty.

    `began` says that the attempt is to be listed in the activity state.
    """

    statements: bytes = b""
    state: bytes = b""
    began: bool = False

    def __bool__(self) -> bool:
        return bool(self.statements or self.state or self.began)


@dataclass(frozen=True, slots=True)
class Held:
    """A track as it is kept. `revision` is 0 for one that is not kept yet; `due` is when somebody must look at it."""

    key: bytes
    revision: int
    launch: str
    track: Track
    pending: Pending
    due: Micros | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """One track to be put in place of its `before`th revision."""

    before: int
    after: Held
    launch: Launch
    expires: Micros


class TrackStore:
    """Collection `scorm_tracks`: `_id` organisation ‖ digest of learner, SCO and registration, `o`, `v` revision.

    `l` is the launch that last committed, `k` the packed track, `s`, `d` and `b` what is pending, `due` when the worker
    is to look, `g` and `a` the learner's identifier and the SCO, so that what belongs to a person can be found.
    """

    def __init__(self, store: Store) -> None:
        self._tracks = store.collection(COLLECTION)
        # A swap starts from the newest revision, settled or not: one that starts from an older one loses its race.
        self._newest = self._tracks.with_options(read_concern=ReadConcern("local"))

    def find(self, organisation: OrganisationId, keys: Collection[bytes]) -> dict[bytes, Held]:
        """Return those of these tracks that there are."""
        wanted = {"_id": {"$in": [Binary(key) for key in keys]}, "o": organisation}
        return {bytes(row["_id"]): _held(row) for row in self._newest.find(wanted)}

    def due(self, organisation: OrganisationId, now: Micros, limit: int) -> list[Held]:
        """Return tracks that somebody must look at by now, the longest waiting first."""
        rows = self._newest.find({"o": organisation, "due": {"$lte": now}}).sort("due", ASCENDING).limit(limit)
        return [_held(row) for row in rows]

    def swap(self, organisation: OrganisationId, swaps: Sequence[Swap]) -> set[bytes]:
        """Put tracks in place of the revisions they follow from; return the keys of those where somebody was faster."""
        writes = [_write(organisation, swap) for swap in swaps]
        try:
            done = self._tracks.bulk_write(writes, ordered=False)
            count = done.matched_count + done.inserted_count
        except BulkWriteError as error:
            if any(each["code"] != _DUPLICATE_KEY for each in error.details["writeErrors"]):
                raise
            count = error.details["nMatched"] + error.details["nInserted"]
        if count == len(swaps):
            return set()
        kept = self.find(organisation, [swap.after.key for swap in swaps])
        return {
            swap.after.key
            for swap in swaps
            if swap.after.key not in kept or _content(kept[swap.after.key]) != _content(swap.after)
        }

    def settle(self, organisation: OrganisationId, held: Held) -> None:
        """Take out what has been delivered, unless somebody has been there since."""
        which = {"_id": Binary(held.key), "o": organisation, "v": held.revision}
        self._tracks.update_one(which, {"$set": {"due": held.due}, "$unset": {"s": "", "d": "", "b": ""}})

    def touch(self, organisation: OrganisationId, key: bytes) -> None:
        """Make every process read a track again before it changes it."""
        self._tracks.update_one({"_id": Binary(key), "o": organisation}, {"$inc": {"v": 1}})

    def forget(self, organisation: OrganisationId, learners: Collection[str]) -> None:
        """Delete what is remembered of these learners, by their identifiers."""
        self._tracks.delete_many({"o": organisation, "g": {"$in": sorted(learners)}})


def _write(organisation: OrganisationId, swap: Swap) -> InsertOne[Document] | UpdateOne:
    held, pending = swap.after, swap.after.pending
    changes: Document = {
        "v": held.revision, "l": held.launch, "k": pack(held.track), "due": held.due,
        "expires_at": to_datetime(swap.expires),
    }  # fmt: skip
    noted: Document = {}
    if pending.statements:
        noted["s"] = pending.statements
    if pending.state:
        noted["d"] = pending.state
    if pending.began:
        noted["b"] = True
    which = {"_id": Binary(held.key), "o": organisation}
    if not swap.before:
        whose = {"g": swap.launch.learner, "a": swap.launch.activity["id"]}
        return InsertOne({**which, **whose, **changes, **noted})
    update: Document = {"$set": {**changes, **noted}}
    if gone := {name: "" for name in ("s", "d", "b") if name not in noted}:
        update["$unset"] = gone
    return UpdateOne({**which, "v": swap.before}, update)


def _held(row: Document) -> Held:
    pending = Pending(bytes(row.get("s", b"")), bytes(row.get("d", b"")), row.get("b", False))
    due = row.get("due")
    return Held(bytes(row["_id"]), row["v"], row["l"], unpack(bytes(row["k"])), pending, due)


def _content(held: Held) -> tuple[int, bytes, Pending]:
    return held.revision, pack(held.track), held.pending
