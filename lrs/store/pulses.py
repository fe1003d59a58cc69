"""When each kind of process that works beside the web last said that it was there."""

from __future__ import annotations

from typing import Final

from lrs.clock import Micros
from lrs.store.database import Store

COLLECTION: Final = "pulses"


class Pulses:
    """Collection `pulses`: `_id` the kind of process, `at` in microseconds. Nobody's data stands in it."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def beat(self, kind: str, at: Micros) -> None:
        """Note that a process of a kind was there at an instant; the latest of several counts."""
        self._rows.update_one({"_id": kind}, {"$max": {"at": at}}, upsert=True)

    def last(self, kind: str) -> Micros | None:
        """Return when a process of a kind was last there, None for never."""
        row = self._rows.find_one({"_id": kind})
        return None if row is None else Micros(row["at"])
