"""How an analyst reaches one organisation's data."""

from __future__ import annotations

from typing import Final

from analytics.frames.frames import Frames
from analytics.frames.reader import RowReader
from analytics.frames.source import FactsSource
from analytics.store.connection import open_store
from analytics.store.facts import Facts
from lrs.clock import Clock, SystemClock
from lrs.organisations import Organisations
from lrs.store.database import DriverError, Store

DATABASE: Final = "assidu"


def connect(organisation: str, *, uri: str, database: str = DATABASE) -> Frames:
    """Return the frames of one organisation, named as `assidu organisations list` does.

    `uri` is MongoDB's address: an account that may only read is enough, but for `as_of` (docs/analysts.md). What is
    returned can reach no other organisation. Raises `NotFound` for an organisation that is not there,
    `ConnectionError` when MongoDB is silent.
    """
    store = open_store(uri, database)
    try:
        store.ping()
        return frames_of(store, organisation, SystemClock())
    except DriverError as error:
        store.client.close()
        raise ConnectionError("MongoDB does not answer at the address given.") from error
    except BaseException:
        store.client.close()
        raise


def frames_of(store: Store, organisation: str, clock: Clock, facts: FactsSource | None = None) -> Frames:
    """Return the frames of one organisation over a store that is open already, of the facts that are kept there."""
    found = Organisations(store, clock).get_by_slug(organisation)
    return Frames(found, RowReader(found.number, store, facts or Facts(store, clock), clock))
