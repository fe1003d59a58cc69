"""The heads that were published, every one of them, and the stamps that some of them have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from lrs.clock import Micros
from lrs.errors import LedgerBroken
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from lrs.timestamps.stamp import Stamp

COLLECTION: Final = "ledger_heads"


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One published head: `number` counts them from 1, `key` is the version of the key that signed it."""

    number: int
    size: int
    root: bytes
    note: bytes = field(repr=False)
    signed_at: Micros
    key: int
    stamp: Stamp | None = None


class LedgerHeads:
    """Collection `ledger_heads`: `_id` is organisation (4 bytes) ‖ number (8 bytes). Only a stamp is ever added."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def insert(self, organisation: OrganisationId, head: HeadRow, session: ClientSession | None) -> None:
        """Publish a head; raise LedgerBroken when there is one of this number, which then contradicts the ledger."""
        row: Document = {
            "_id": _name(organisation, head.number),
            "o": organisation,
            "size": head.size,
            "root": head.root,
            "note": head.note,
            "at": head.signed_at,
            "key": head.key,
        }
        try:
            self._rows.insert_one(row, session=session)
        except DuplicateKeyError as error:
            message = f"Head {head.number} was published already: restore “ledgers” and “ledger_heads” from one backup."
            raise LedgerBroken(message) from error

    def find(self, organisation: OrganisationId, number: int) -> HeadRow | None:
        """Return one head."""
        row = self._rows.find_one({"_id": _name(organisation, number), "o": organisation})
        return None if row is None else _read(row)

    def newest(self, organisation: OrganisationId) -> HeadRow | None:
        """Return the head published last."""
        found = self._rows.find_one(_all(organisation), sort=[("_id", -1)])
        return None if found is None else _read(found)

    def after(self, organisation: OrganisationId, number: int, limit: int) -> list[HeadRow]:
        """Return the heads published after one, in order; `limit` 0 is all."""
        between = {"$gt": _name(organisation, number), "$lte": _name(organisation, _MOST)}
        return [_read(row) for row in self._rows.find({"_id": between, "o": organisation}).sort("_id", 1).limit(limit)]

    def set_stamp(self, organisation: OrganisationId, number: int, stamp: Stamp) -> bool:
        """Add a stamp to a head that has none; False when it has one."""
        row = {"token": stamp.token, "at": stamp.at, "authority": stamp.authority, "qualified": stamp.is_qualified}
        bare = {"_id": _name(organisation, number), "o": organisation, "stamp": None}
        return self._rows.update_one(bare, {"$set": {"stamp": row}}).matched_count == 1


_MOST: Final = 2**63 - 1


def _name(organisation: OrganisationId, number: int) -> bytes:
    return organisation.to_bytes(4, "big") + number.to_bytes(8, "big")


def _all(organisation: OrganisationId) -> Document:
    return {"_id": {"$gte": _name(organisation, 0), "$lte": _name(organisation, _MOST)}, "o": organisation}


def _read(row: Document) -> HeadRow:
    stamp = row.get("stamp")
    return HeadRow(
        number=int.from_bytes(bytes(row["_id"])[4:], "big"),
        size=int(row["size"]),
        root=bytes(row["root"]),
        note=bytes(row["note"]),
        signed_at=Micros(int(row["at"])),
        key=row["key"],
        stamp=None
        if stamp is None
        else Stamp(bytes(stamp["token"]), Micros(int(stamp["at"])), stamp["authority"], bool(stamp["qualified"])),
    )
