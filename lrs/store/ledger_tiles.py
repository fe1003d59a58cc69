"""The tiles of every ledger (`lrs.ledger.tiles`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from lrs.clock import Micros
from lrs.ledger.tiles import TileKey
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "ledger_tiles"


class LedgerTiles:
    """Collection `ledger_tiles`: `_id` is organisation (4 bytes) ‖ level (1) ‖ number (6); `h` the hashes.

    A tile of leaves has in `t` when its first statement was stored: so a position is found without an index of them.
    """

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def find(self, organisation: OrganisationId, keys: Iterable[TileKey]) -> dict[TileKey, bytes]:
        """Return those of the tiles that are there."""
        names = {_name(organisation, key): key for key in keys}
        if not names:
            return {}
        rows = self._rows.find({"_id": {"$in": list(names)}, "o": organisation}, {"h": 1})
        return {names[bytes(row["_id"])]: bytes(row["h"]) for row in rows}

    def put(
        self,
        organisation: OrganisationId,
        tiles: Mapping[TileKey, bytes],
        first_stored: Mapping[int, Micros],
        session: ClientSession | None,
    ) -> None:
        """Write tiles as they are now, one at least; `first_stored` is known of each tile of leaves that begins."""
        writes: list[UpdateOne] = []
        for key, hashes in tiles.items():
            begun: Document = {"o": organisation}
            if key.level == 0 and key.number in first_stored:
                begun["t"] = first_stored[key.number]
            change = {"$set": {"h": hashes}, "$setOnInsert": begun}
            writes.append(UpdateOne({"_id": _name(organisation, key)}, change, upsert=True))
        self._rows.bulk_write(writes, ordered=False, session=session)

    def first_stored(self, organisation: OrganisationId, number: int) -> Micros | None:
        """Return when the first statement of a tile of leaves was stored; None when there is no such tile."""
        row = self._rows.find_one({"_id": _name(organisation, TileKey(0, number)), "o": organisation}, {"t": 1})
        return None if row is None else Micros(int(row["t"]))


def _name(organisation: OrganisationId, key: TileKey) -> bytes:
    return organisation.to_bytes(4, "big") + key.level.to_bytes(1, "big") + key.number.to_bytes(6, "big")
