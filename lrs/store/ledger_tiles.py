"""The tiles of every ledger (`lrs.ledger.tiles`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession

from lrs.caller import OrganisationId
from lrs.ledger.tiles import TileKey
from lrs.store.database import Document, Store

COLLECTION: Final = "ledger_tiles"


class LedgerTiles:
    """Collection `ledger_tiles`: `_id` is organisation (4 bytes) ‖ level (1) ‖ number (6); `h` the hashes."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def find(self, organisation: OrganisationId, keys: Iterable[TileKey]) -> dict[TileKey, bytes]:
        """Return those of the tiles that are there."""
        names = {_name(organisation, key): key for key in keys}
        if not names:
            return {}
        rows = self._rows.find({"_id": {"$in": list(names)}, "o": organisation}, {"h": 1})
        return {names[bytes(row["_id"])]: bytes(row["h"]) for row in rows}

    def put(self, organisation: OrganisationId, tiles: Mapping[TileKey, bytes], session: ClientSession | None) -> None:
        """Write tiles as they are now, one at least."""
        rows = [(_name(organisation, key), hashes) for key, hashes in tiles.items()]
        writes: list[ReplaceOne[Document]] = [
            ReplaceOne({"_id": name}, {"o": organisation, "h": hashes}, upsert=True) for name, hashes in rows
        ]  # fmt: skip
        self._rows.bulk_write(writes, ordered=False, session=session)


def _name(organisation: OrganisationId, key: TileKey) -> bytes:
    return organisation.to_bytes(4, "big") + key.level.to_bytes(1, "big") + key.number.to_bytes(6, "big")
