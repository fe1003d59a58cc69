"""States that the gateway writes, many at once: what a player finds again when it comes back."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from lrs.documents.document import Document
from lrs.documents.selection import Address
from lrs.store.documents import DocumentStore, Record, _address_fields, _content_fields, _one
from lrs.tenancy import OrganisationId

_DUPLICATE_KEY = 11000


class StateStore(DocumentStore):
    """Documents as `/xapi` serves them, put in place whatever stood there: each has one writer, the gateway."""

    def put_all(self, organisation: OrganisationId, states: Sequence[tuple[Address, Document]]) -> None:
        """Put every document in its place, in one write that is durable when this returns."""
        if not states:
            return
        now = self._clock.now_micros()
        writes = []
        for address, document in states:
            fields: Record = _address_fields(organisation, address) | _content_fields(document, now)
            # An instant never goes back, whichever host's clock wrote the one before.
            instant = {"u": fields.pop("u")}
            which = _one(organisation, address)
            kept = {name: value for name, value in fields.items() if name not in which}
            writes.append(UpdateOne(which, {"$set": kept, "$max": instant}, upsert=True))
        try:
            self._records.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if any(each["code"] != _DUPLICATE_KEY for each in error.details["writeErrors"]):
                raise
            # Two processes put the first of a kind at once; now there is one to put it over.
            self._records.bulk_write(writes, ordered=False)
