"""Where everything is put together from the settings: client, store, services, first start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.monitoring import ConnectionPoolListener

from assidu.secret import secret_key
from assidu.settings import Settings
from lrs.clock import RandomIds, SystemClock
from lrs.organisations import Organisation, Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from training.accounts import Accounts

# The organisation that a deployment begins with; the demonstration has its own.
FIRST_ORGANISATION: Final = "principal"
# Connections of one process to the database.
_CONNECTIONS_MOST: Final = 32
# What the driver raises when no answer came, or not one that can be relied on.
STORE_FAILURES: Final = (PyMongoError,)


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What a start found or made. `admin_password` is set only by the one start that made the account."""

    organisation: Organisation
    admin_email: str
    admin_password: str | None = None


def build_client(settings: Settings, *listeners: ConnectionPoolListener) -> MongoClient[dict[str, Any]]:
    """Return a client of the deployment's MongoDB. It connects in the background, and keeps trying."""
    return MongoClient(
        settings.mongodb_uri,
        appname="assidu",
        tz_aware=True,
        uuidRepresentation="standard",
        retryReads=True,
        retryWrites=True,
        # An election takes a few seconds; a request rather waits for it than fails.
        serverSelectionTimeoutMS=10_000,
        connectTimeoutMS=5_000,
        # Longer than any command may run, so that a dead peer is noticed without cutting a slow answer.
        socketTimeoutMS=60_000,
        # Fewer than requests served at once: most of those wait for others, and the database is no faster with more.
        maxPoolSize=_CONNECTIONS_MOST,
        waitQueueTimeoutMS=10_000,
        event_listeners=list(listeners),
    )


def connect(settings: Settings, *listeners: ConnectionPoolListener) -> Services:
    """Return every part of the record store over the deployment's database, without waiting for it."""
    store = Store(build_client(settings, *listeners), settings.database)
    return build_services(
        store, SystemClock(), RandomIds(), settings.limits, secret_key(settings), turns=settings.data / "turns",
        network=settings.network,
    )  # fmt: skip


def prepare(settings: Settings, services: Services, *, make_password: bool = False) -> FirstStart:
    """Make sure of indexes, first organisation, seeded credential and administrator's account.

    Every process does this as it starts, several at once and again at each start: nothing is made twice.
    The account is made when the settings have a password for it, or `make_password` asks for a random one.
    """
    services.store.ensure_indexes()
    organisations = Organisations(services.store, services.clock)
    organisation = organisations.find_or_create(FIRST_ORGANISATION, settings.organisation)
    if settings.api_key and settings.api_secret:
        services.credentials.seed(organisation.number, settings.api_key, settings.api_secret)
    made = _make_admin(settings, services, organisation, make_password=make_password)
    return FirstStart(organisation, settings.admin_email, made)


def _make_admin(
    settings: Settings, services: Services, organisation: Organisation, *, make_password: bool
) -> str | None:
    """Create the administrator's account if there is none; return the password if this call drew one and used it."""
    given = settings.admin_password
    drawn = services.ids.new_secret()[:16] if make_password and not given else None
    password = given or drawn
    if password is None:
        return None
    made = Accounts(services.store, services.clock).ensure_administrator(
        organisation.number, settings.admin_email, password, name="Administration"
    )
    return drawn if made else None
