"""What the HTTP views and the commands are handed: built once, passed as an argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lrs.clock import Clock, IdSource
from lrs.courses.cmi5_sessions import Sessions, build_sessions
from lrs.credentials import Credentials
from lrs.ingest import Ingest
from lrs.limits import Limits
from lrs.outgoing.places import PUBLIC, Network
from lrs.read import Reader
from lrs.store.activities import Activities
from lrs.store.agents import Agents
from lrs.store.attachments import Attachments
from lrs.store.database import Store
from lrs.store.documents import DocumentStore
from lrs.store.horizon import Horizons
from lrs.store.quarantine import Quarantine
from lrs.store.statements import Statements
from lrs.turns import Turns


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
    statements: Statements
    documents: DocumentStore
    quarantine: Quarantine
    network: Network = PUBLIC
    cmi5: Sessions = field(kw_only=True)


def build_services(
    store: Store, clock: Clock, ids: IdSource, limits: Limits, secret_key: bytes, *, turns: Path | None = None,
    network: Network = PUBLIC,
) -> Services:  # fmt: skip
    """Wire the record store's parts to one database; nothing connects before it is used.

    `turns` is a folder of this host where its processes take turns to append (`lrs.turns`), None for none. `network`
    says where requests of ours may go.
    """
    statements, activities, agents, attachments = (
        Statements(store),
        Activities(store),
        Agents(store),
        Attachments(store),
    )
    horizons = Horizons(store)
    ingest = Ingest(store, clock, ids, limits, activities, agents, attachments, horizons, Turns(turns))
    return Services(
        store=store,
        clock=clock,
        ids=ids,
        limits=limits,
        secret_key=secret_key,
        credentials=Credentials(store, clock, ids, secret_key),
        ingest=ingest,
        read=Reader(store, clock, limits, statements, activities, agents, attachments, horizons),
        statements=statements,
        documents=DocumentStore(store, clock),
        quarantine=Quarantine(store, clock, ids, limits.quarantine_days),
        network=network,
        cmi5=build_sessions(store, clock, ids, limits, secret_key, ingest, statements),
    )
