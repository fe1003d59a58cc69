"""How fast each credential has been asking, counted across all web processes."""

from __future__ import annotations

from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from lrs.caller import CredentialId
from lrs.clock import Micros, to_datetime
from lrs.store.database import Document, Store

# A count lost with a node lets a few more requests through, which is better than waiting for two nodes.
_QUICK: Final = WriteConcern(w=1)
_MINUTE: Final = 60_000_000


class RateStore:
    """Collection `rates`: `_id` credential, `due` the instant (µs) at which its allowance is full again."""

    def __init__(self, store: Store) -> None:
        rates = store.collection("rates")
        self._rates = rates.with_options(write_concern=_QUICK, read_concern=ReadConcern("local"))

    def take(self, credential: CredentialId, requests_per_minute: int, now: Micros) -> int:
        """Take one request from the allowance; return the µs to wait, 0 when it was taken.

        A bucket of `requests_per_minute` requests that fills evenly: a burst of that many passes, then one
        in every `60 / requests_per_minute` seconds. One atomic update, so that many processes share one bucket; what is
        refused takes nothing, so a sender that hammers still gets its share.
        """
        step = _MINUTE // requests_per_minute
        next_due = {"$add": [{"$max": [{"$ifNull": ["$due", now]}, now]}, step]}
        taken = {"$lte": [next_due, now + _MINUTE]}
        update: list[dict[str, Any]] = [
            {"$set": {"wait": {"$cond": [taken, 0, {"$subtract": [next_due, now + _MINUTE]}]}}},
            {"$set": {"due": {"$cond": [{"$eq": ["$wait", 0]}, next_due, "$due"]}}},
            {"$set": {"expires_at": to_datetime(Micros(now + 2 * _MINUTE))}},
        ]
        row: Document = self._rates.find_one_and_update(
            {"_id": credential}, update, upsert=True, return_document=ReturnDocument.AFTER
        )  # type: ignore[assignment]  # an upsert always returns
        return int(row["wait"])
