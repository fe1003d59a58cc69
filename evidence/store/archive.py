"""The archive in MongoDB: addressed by content, written once, every read recorded before the bytes leave.

`archive`: `_id` organisation (4 bytes) ‖ SHA-256 (32), `o`, `kind`, `type`, `size`, `at`, `claims` (`c` class, `about`,
`at`), `b` the bytes, or `parts` how many pieces they have in `archive_parts` (`_id` … ‖ number (4), `o`, `b`); when
destroyed neither, but `gone` (`at`, `by`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from bson.binary import Binary
from pymongo.errors import DuplicateKeyError

from evidence.archive.entry import Archived, Claim, Kind, address_of
from evidence.archive.errors import ArchiveDamaged, ArchiveDestroyed
from evidence.store.trail import Trail
from evidence.trail.entry import Act, Deed
from lrs.clock import Clock, Micros, to_text
from lrs.errors import NotFound
from lrs.store.database import Document, Session, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "archive"
PARTS: Final = "archive_parts"
# A MongoDB document holds 16 MiB; a file over one part is kept in several, and read a part at a time.
PART_BYTES: Final = 4 * 1024 * 1024


class Archive:
    """Keeps files and gives them back. Nothing in here changes bytes that are kept."""

    def __init__(self, store: Store, clock: Clock, trail: Trail) -> None:
        self._rows = store.collection(COLLECTION)
        self._parts = store.collection(PARTS)
        self._clock = clock
        self._trail = trail

    def put(
        self,
        organisation: OrganisationId,
        kind: Kind,
        media_type: str,
        data: bytes,
        retention_class: str,
        about: Iterable[str],
    ) -> Archived:
        """Keep a file durably and return what is known of it; bytes that are there already are not written again.

        The address follows from the bytes, so that other bytes can never take it. Of bytes that are there, a new reason
        to keep them is added to those there were. Raises ArchiveDestroyed for bytes that were destroyed in their time.
        """
        address, now = address_of(data), self._clock.now_micros()
        claim = {"c": retention_class, "about": sorted(set(about)), "at": now}
        found = self._rows.find_one(_one(organisation, address), {"b": 0})
        if found is None:
            document = {**_one(organisation, address), "kind": kind.value, "type": media_type, "size": len(data),
                        "at": now, "claims": [claim]}  # fmt: skip
            document |= self._content(organisation, address, data)
            try:
                # Last, and with it the file is there as a whole: parts of an interrupted put are reachable by nobody.
                self._rows.insert_one(document)
            except DuplicateKeyError:
                return self._claimed(organisation, address, claim)
            return _archived(document)
        return self._claimed(organisation, address, claim)

    def find(self, organisation: OrganisationId, address: str) -> Archived | None:
        """Return what is known of a file, without its bytes; None when it was never archived."""
        found = self._rows.find_one(_one(organisation, address), {"b": 0}) if _is_address(address) else None
        return None if found is None else _archived(found)

    def get(self, organisation: OrganisationId, address: str) -> Archived:
        """Return what is known of a file, without its bytes; raises NotFound."""
        found = self.find(organisation, address)
        if found is None:
            message = "Nothing is archived under this address."
            raise NotFound(message)
        return found

    def about(self, organisation: OrganisationId, name: str) -> list[Archived]:
        """Return the files that concern `kind:id`, oldest first, destroyed ones included."""
        rows = self._rows.find({"o": organisation, "claims.about": name}, {"b": 0}).sort("at", 1)
        return [_archived(row) for row in rows]

    def every(self, organisation: OrganisationId) -> Iterator[Archived]:
        """Yield what is known of every file, in order of address, destroyed ones included."""
        yield from map(_archived, self._rows.find({"o": organisation}, {"b": 0}).sort("_id", 1))

    def read(self, organisation: OrganisationId, address: str, reader: str, purpose: str) -> bytes:
        """Return a file's bytes, once it is recorded who reads them and why.

        `reader` is the `who` of `evidence.trail.Deed`. Raises NotFound, ArchiveDestroyed, and ArchiveDamaged when the
        bytes are not those that were archived.
        """
        return b"".join(self._checked(self._recorded(organisation, address, reader, purpose)))

    def stream(self, organisation: OrganisationId, address: str, reader: str, purpose: str) -> Iterator[bytes]:
        """Return a file's bytes a part at a time; as `read`, and refusals come from the call itself.

        What is given out was whole and unchanged when looked through before; each part is held against that again.
        """
        archived = self._recorded(organisation, address, reader, purpose)
        self.verify(archived)
        return self._checked(archived)

    def destroy(
        self, session: Session, organisation: OrganisationId, address: str, by: str, at: Micros, *, claims: int
    ) -> bool:
        """Delete a file's bytes, inside a transaction; what is known of it stays. False when that was done before.

        Only a retention run does this, and its certificate of destruction names the file; `by` is the run's id. A file
        that has other than `claims` reasons to be kept by now is left alone.
        """
        alive = {**_one(organisation, address), "gone": {"$exists": False}, "claims": {"$size": claims}}
        row = self._rows.find_one(alive, {"parts": 1}, session=session)
        if row is None:
            return False
        gone = {"$set": {"gone": {"at": at, "by": by}}, "$unset": {"b": True, "parts": True}}
        self._rows.update_one(alive, gone, session=session)
        keys = [_part(organisation, address, number)["_id"] for number in range(row.get("parts", 0))]
        if keys:
            self._parts.delete_many({"_id": {"$in": keys}, "o": organisation}, session=session)
        return True

    def verify(self, archived: Archived) -> None:
        """Raise ArchiveDamaged unless the bytes that are kept are those that were archived; nothing leaves."""
        for _ in self._checked(archived):
            pass

    def _recorded(self, organisation: OrganisationId, address: str, reader: str, purpose: str) -> Archived:
        archived = self.get(organisation, address)
        if archived.destroyed_at is not None:
            raise ArchiveDestroyed(_destroyed(archived))
        self._trail.record(organisation, Deed(reader, Act.READ, f"archive:{address}", purpose))
        return archived

    def _checked(self, archived: Archived) -> Iterator[bytes]:
        digest, size = sha256(), 0
        for part in self._bytes(archived.organisation, archived.sha256):
            digest.update(part)
            size += len(part)
            yield part
        if digest.hexdigest() != archived.sha256 or size != archived.size_bytes:
            message = f"The file archived as {archived.sha256} was changed or is not whole: it is not given out."
            raise ArchiveDamaged(message)

    def _bytes(self, organisation: OrganisationId, address: str) -> Iterator[bytes]:
        row = self._rows.find_one(_one(organisation, address), {"b": 1, "parts": 1}) or {}
        if "b" in row:
            yield bytes(row["b"])
        for number in range(row.get("parts", 0)):
            part = self._parts.find_one(_part(organisation, address, number), {"b": 1})
            if part is not None:
                yield bytes(part["b"])

    def _content(self, organisation: OrganisationId, address: str, data: bytes) -> Document:
        if len(data) <= PART_BYTES:
            return {"b": Binary(data)}
        parts = range(0, len(data), PART_BYTES)
        for number, start in enumerate(parts):
            # Replaced, should an interrupted put have left one: until the file is there nobody can have read it.
            place = _part(organisation, address, number)
            content = Binary(data[start : start + PART_BYTES])
            try:
                self._parts.replace_one(place, {**place, "b": content}, upsert=True)
            except DuplicateKeyError:  # somebody else puts the same bytes at this moment
                self._parts.replace_one(place, {**place, "b": content})
        return {"parts": len(parts)}

    def _claimed(self, organisation: OrganisationId, address: str, claim: Document) -> Archived:
        """Add a reason to keep a file that is there, unless it is known."""
        unknown = {"claims": {"$not": {"$elemMatch": {"c": claim["c"], "about": claim["about"]}}}}
        alive: Document = {"gone": {"$exists": False}}
        self._rows.update_one({**_one(organisation, address), **unknown, **alive}, {"$push": {"claims": claim}})
        archived = self.get(organisation, address)
        if archived.destroyed_at is not None:
            raise ArchiveDestroyed(_destroyed(archived))
        return archived


def _one(organisation: OrganisationId, address: str) -> Document:
    return {"_id": Binary(organisation.to_bytes(4, "big") + bytes.fromhex(address)), "o": organisation}


def _part(organisation: OrganisationId, address: str, number: int) -> Document:
    place = organisation.to_bytes(4, "big") + bytes.fromhex(address) + number.to_bytes(4, "big")
    return {"_id": Binary(place), "o": organisation}


def _is_address(text: str) -> bool:
    return len(text) == sha256().digest_size * 2 and all(letter in "0123456789abcdef" for letter in text)


def _destroyed(archived: Archived) -> str:
    when = to_text(archived.destroyed_at or Micros(0))
    return f"The file {archived.sha256} was destroyed at {when}; retention run {archived.destroyed_by}."


def _archived(row: Mapping[str, Any]) -> Archived:
    gone = row.get("gone") or {}
    return Archived(
        organisation=OrganisationId(row["o"]),
        sha256=bytes(row["_id"])[4:].hex(),
        kind=Kind(row["kind"]),
        media_type=row["type"],
        size_bytes=row["size"],
        archived_at=Micros(row["at"]),
        claims=tuple(Claim(claim["c"], tuple(claim["about"]), Micros(claim["at"])) for claim in row["claims"]),
        destroyed_at=gone.get("at"),
        destroyed_by=gone.get("by"),
    )
