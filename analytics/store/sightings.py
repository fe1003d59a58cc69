"""Sightings of activities as they are kept: one counter for each way in which an activity is sent."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from analytics.kept.sightings import Count, Sighting, Sightings
from analytics.store.traces import keys_of
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "fact_sightings"


class SightingsStore:
    """The sightings of every organisation of one deployment."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def add(self, organisation: OrganisationId, sightings: Sightings, session: ClientSession) -> None:
        """Add what one batch of the log saw."""
        updates = [
            UpdateOne(
                {"_id": _key(organisation, sighting), "o": organisation},
                {
                    "$inc": {"n": count.statements},
                    "$max": {"t": count.last_stored},
                    "$setOnInsert": {"i": sighting.iri, "p": sighting.platform, "r": list(sighting.around)},
                },
                upsert=True,
            )
            for sighting, count in sightings.found.items()
        ]
        if updates:
            self._rows.bulk_write(updates, ordered=False, session=session)

    def all(self, organisation: OrganisationId) -> Iterator[tuple[Sighting, Count]]:
        """Yield every sighting of an organisation, those that were all voided too."""
        for row in self._rows.find({"_id": keys_of(organisation), "o": organisation}):
            yield Sighting(row["i"], row["p"], tuple(row["r"])), Count(row["n"], row["t"])


def _key(organisation: OrganisationId, sighting: Sighting) -> Binary:
    # IRIs may be longer than anybody wants a key to be.
    text = "\0".join((sighting.iri, sighting.platform, *sighting.around))
    return Binary(organisation.to_bytes(4, "big") + blake2b(text.encode(), digest_size=16).digest())
