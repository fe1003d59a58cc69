"""Links to packages, under a keyed hash of their token, and with which version each learner began."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal
from uuid import UUID

import orjson
from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.read_concern import ReadConcern

from lrs.clock import Micros, to_datetime
from lrs.cmi5.vocabulary import LaunchMode
from lrs.packages.package import PackageId
from lrs.statements.keys import identifier_text
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

_BEGINNING_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Play:
    """What a link stands for: one learner in one package, at most one registration, until it ends.

    `mode` is how units of cmi5 are launched by it; `by` is who made it, empty where that was not noted; `opened` when
    it was last followed, to about a minute.
    """

    id: str
    organisation: OrganisationId
    package: PackageId
    actor: dict[str, Any] = field(repr=False)
    registration: UUID | None
    created: Micros
    expires: Micros
    mode: LaunchMode = LaunchMode.NORMAL
    by: str = ""
    opened: Micros | None = None
    revoked: Micros | None = None

    def state(self, now: Micros) -> Literal["active", "expired", "revoked"]:
        """Say in a word what became of it."""
        if self.revoked is not None:
            return "revoked"
        return "active" if now < self.expires else "expired"

    @property
    def learner(self) -> str:
        """Return the text of the learner's identifier alone."""
        return identifier_text(self.actor) or ""


class PlayStore:
    """Collections `package_plays` (`_id` keyed hash of the token) and `package_beginnings`; `g` is the learner.

    A beginning has the version (`v`) and, of a course with rules, how the learner stands (`s`) and its revision (`r`).
    """

    def __init__(self, store: Store) -> None:
        self._plays = store.collection("package_plays")
        self._beginnings = store.collection("package_beginnings")

    def insert(self, digest: bytes, play: Play) -> None:
        """Keep a new link."""
        self._plays.insert_one({
            "_id": digest, "o": play.organisation, "id": play.id, "g": play.learner, "p": play.package,
            "actor": orjson.dumps(play.actor), "created": play.created, "expires": play.expires,
            "registration": None if play.registration is None else str(play.registration), "mode": play.mode,
            # A BSON date beside the microseconds: the index that drops old links takes only dates.
            "expires_at": to_datetime(play.expires), "by": play.by, "opened": None, "revoked": None, "launches": [],
        })  # fmt: skip

    def find_anywhere(self, digest: bytes) -> Play | None:
        """Return the link whose token hashes to this. Only a player asks without naming an organisation."""
        row = self._plays.find_one({"_id": digest})
        return None if row is None else _play(row)

    def page(self, organisation: OrganisationId, package: str, after: tuple[int, str] | None, limit: int) -> list[Play]:
        """Return up to `limit` links to a package that were made after `(created, id)`, oldest first."""
        query: Document = {"o": organisation, "p": package}
        if after is not None:
            created, name = after
            query["$or"] = [{"created": {"$gt": created}}, {"created": created, "id": {"$gt": name}}]
        rows = self._plays.find(query).sort([("created", ASCENDING), ("id", ASCENDING)]).limit(limit)
        return [_play(row) for row in rows]

    def newest(self, organisation: OrganisationId, package: str, limit: int) -> list[Play]:
        """Return up to `limit` links to a package, the newest first."""
        rows = self._plays.find({"o": organisation, "p": package})
        return [_play(row) for row in rows.sort([("created", DESCENDING), ("id", DESCENDING)]).limit(limit)]

    def revoke(
        self, organisation: OrganisationId, package: str, name: str, now: Micros
    ) -> tuple[Play, tuple[str, ...]] | None:
        """Mark a link revoked, keeping the first instant when it already was; return it with its launches."""
        which = {"o": organisation, "p": package, "id": name}
        self._plays.update_one({**which, "revoked": None}, {"$set": {"revoked": now}})
        row = self._plays.find_one(which)
        return None if row is None else (_play(row), tuple(row.get("launches", ())))

    def note_opened(self, digest: bytes, organisation: OrganisationId, now: Micros) -> None:
        """Note that a link is followed now."""
        self._plays.update_one({"_id": digest, "o": organisation}, {"$set": {"opened": now}})

    def note_launch(self, play: Play, launch: str) -> bool:
        """Note a launch that a link has led to; False for a link that has been revoked meanwhile, or is gone."""
        which = {"o": play.organisation, "p": play.package, "id": play.id, "revoked": None}
        return self._plays.update_one(which, {"$addToSet": {"launches": launch}}).matched_count == 1

    def begin(self, play: Play, newest: int) -> int:
        """Return the version that this learner began with; from now on the newest, if they never did."""
        first: Document = {"g": play.learner, "p": play.package, "v": newest, "at": play.created}
        row = self._beginnings.find_one_and_update(
            _beginning(play), {"$setOnInsert": first}, upsert=True,
            return_document=ReturnDocument.AFTER,
        )  # fmt: skip
        assert row is not None  # noqa: S101 - an upsert, and what is there after it
        return int(row["v"])

    def run(self, play: Play) -> tuple[bytes, int]:
        """Return how this learner stands in a course with rules, as it was written, and its revision; 0 for nothing.

        What a swap starts from is the newest revision: one that starts from an older one loses its race.
        """
        newest = self._beginnings.with_options(read_concern=ReadConcern("local"))
        row = newest.find_one(_beginning(play), {"s": 1, "r": 1}) or {}
        return bytes(row.get("s", b"")), int(row.get("r", 0))

    def put_run(self, play: Play, before: int, packed: bytes) -> bool:
        """Put how somebody stands in place of the `before`th revision; False where somebody was faster."""
        which = {**_beginning(play), "r": before or None}
        done = self._beginnings.update_one(which, {"$set": {"s": Binary(packed), "r": before + 1}})
        return done.matched_count == 1

    def forget(self, organisation: OrganisationId, learners: Collection[str]) -> None:
        """Delete the links of these learners and what they began, by their identifiers."""
        for collection in (self._plays, self._beginnings):
            collection.delete_many({"o": organisation, "g": {"$in": sorted(learners)}})


def _play(row: Document) -> Play:
    registration = None if row["registration"] is None else UUID(row["registration"])
    return Play(
        row["id"], OrganisationId(row["o"]), PackageId(row["p"]), orjson.loads(row["actor"]), registration,
        Micros(row["created"]), Micros(row["expires"]), LaunchMode(row.get("mode", LaunchMode.NORMAL)),
        row.get("by", ""), row.get("opened"), row.get("revoked"),
    )  # fmt: skip


def seed_of(play: Play) -> str:
    """Return what chance is drawn from for this learner in this package."""
    return _digest(play).hex()


def _beginning(play: Play) -> Document:
    """Return what finds the one row of a learner, a package and a registration."""
    return {"_id": Binary(play.organisation.to_bytes(4, "big") + _digest(play)), "o": play.organisation}


def _digest(play: Play) -> bytes:
    parts = (play.package, play.learner, str(play.registration or ""))
    texts = [part.encode("utf-8", "surrogatepass") for part in parts]
    whole = b"".join(len(text).to_bytes(4, "big") + text for text in texts)
    return blake2b(whole, digest_size=_BEGINNING_BYTES).digest()
