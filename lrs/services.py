"""What the HTTP views and the commands are handed: built once, passed as an argument."""

from __future__ import annotations

from dataclasses import dataclass, field

from lrs.clock import Clock, IdSource
from lrs.credentials import Credentials
from lrs.ingest import Ingest
from lrs.limits import Limits
from lrs.read import Reader
from lrs.store.database import Store
from lrs.store.documents import DocumentStore
from lrs.store.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class Services:
    """Every part of the record store, wired to one database."""

    store: Store
    clock: Clock
    ids: IdSource
    limits: Limits
    secret_key: bytes = field(repr=False)
    credentials: Credentials
    ingest: Ingest
    read: Reader
    documents: DocumentStore
    quarantine: Quarantine
