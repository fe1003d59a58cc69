"""What every test may ask for: a real database, a clock that stands still, counted ids, the whole application."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pymongo import MongoClient, WriteConcern
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from assidu import interpreter
from assidu.mongod import Mongod
from assidu.settings import Settings
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from tests.browser import browser, lend, profiles, want_pictures

if TYPE_CHECKING:
    from lrs.services import Services

# On a fresh checkout the first text of a run waits seconds for tables of Unicode: that is no finding.
hypothesis_settings.register_profile("assidu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("assidu")

# 2026-01-05T08:00:00Z, a Monday.
MONDAY = Micros(1_767_600_000_000_000)
# The databases of a run were seen to take half a gigabyte.
_ROOM_BYTES = 8_000_000_000
KEY, SECRET = "essai", "un-secret-seulement-pour-les-essais"


# Fixtures of every test that asks for them.
__all__ = ["browser", "lend", "profiles"]


class CountedIds:
    """Identifiers and secrets that are the same at each run."""

    def __init__(self) -> None:
        self.count = 0

    def new_uuid(self) -> UUID:
        self.count += 1
        return UUID(int=(self.count << 80) | (4 << 76) | (8 << 60))

    def new_secret(self) -> str:
        self.count += 1
        return f"secret-{self.count:036}"


class _OneMongod:
    """The run's one database: started by the process that starts the test workers, or at first use without any."""

    def __init__(self) -> None:
        self._mongod: Mongod | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def uri(self) -> str:
        if self._mongod is None:
            self._folder = tempfile.TemporaryDirectory(prefix="assidu-tests-", dir=_in_memory())
            self._mongod = Mongod(Path(self._folder.name, "mongo"))
            self._mongod.start()
        return self._mongod.uri

    def stop(self) -> None:
        if self._mongod is not None and self._folder is not None:
            self._mongod.stop()
            self._folder.cleanup()
            self._mongod = None


def _in_memory() -> Path | None:
    """A folder that is memory, where there is one with plenty of room: each durable write of a test waits for it."""
    folder = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    is_fit = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM_BYTES
    return folder if is_fit else None


_ONE = _OneMongod()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the tests that take minutes")
    parser.addoption("--pictures", action="store_true", help="keep what pages looked like, in artefacts/")


def pytest_configure(config: pytest.Config) -> None:
    want_pictures(wanted=config.getoption("--pictures") or config.getoption("--full"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full"):
        later = pytest.mark.skip(reason="takes minutes: scripts/test --full")
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(later)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["mongod_uri"] = _ONE.uri()


def pytest_unconfigure() -> None:
    _ONE.stop()


def pytest_collection_finish() -> None:
    # As in a web process: all that was imported is not looked through for cycles again and again.
    interpreter.settle()


def pytest_sessionstart() -> None:
    # A run that is told to stop still ends its database.
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))


@pytest.fixture(scope="session")
def mongod_uri(request: pytest.FixtureRequest) -> str:
    """The address of the run's MongoDB, a replica set of one node. Use another database than `store` does."""
    given = getattr(request.config, "workerinput", {}).get("mongod_uri")
    return given or _ONE.uri()


@pytest.fixture(scope="session")
def _worker_store(mongod_uri: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    client: MongoClient[dict[str, Any]] = MongoClient(mongod_uri, tz_aware=True, uuidRepresentation="standard")
    # The tests' clock stands in January 2026: for the server's, what expires by it has been over for long.
    client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
    client.drop_database(f"test_{worker}")
    store = Store(client, f"test_{worker}")
    store.ensure_indexes()
    yield store
    client.close()


@pytest.fixture
def store(_worker_store: Store) -> Store:
    """An empty database with its indexes. Emptied before each test: a failed one leaves its data."""
    # What was written a moment ago is seen, though no majority has it yet.
    at_once = {"write_concern": WriteConcern(w=1, j=False), "read_concern": ReadConcern("local")}
    quick = _worker_store.database.with_options(**at_once)
    for name in _filled(quick):
        quick[name].delete_many({})
    # One durable write that changes nothing: it waits for those before it, which are then seen by majority reads.
    _worker_store.collection("organisations").delete_many({})
    return _worker_store


def _filled(database: Database[dict[str, Any]]) -> list[str]:
    """The collections that hold anything, told by one command: asking each of ninety takes longer than most tests."""
    first, *rest = (name for name in database.list_collection_names() if not name.startswith("system."))
    beside = [{"$unionWith": {"coll": name, "pipeline": _named_if_filled(name)}} for name in rest]
    return [found["name"] for found in database[first].aggregate([*_named_if_filled(first), *beside])]


def _named_if_filled(name: str) -> list[dict[str, Any]]:
    return [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}]


@pytest.fixture(scope="session")
def _worker_services(_worker_store: Store) -> Services:
    """One set of services a worker: building them, and an application over them, takes longer than most tests."""
    from lrs.services import build_services

    key = b"a key for tests alone, 32 bytes."
    return build_services(_worker_store, FixedClock(MONDAY), CountedIds(), Limits(), key)


@pytest.fixture(scope="session")
def _worker_app(_worker_services: Services, mongod_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    from assidu.app import create_app

    folder = tmp_path_factory.mktemp("var")
    settings = Settings.from_environment({"ASSIDU_DATA": str(folder), "ASSIDU_MONGODB_URI": mongod_uri})
    return create_app(settings, _worker_services)


@pytest.fixture
def clock(_worker_services: Services) -> FixedClock:
    clock = _worker_services.clock
    assert isinstance(clock, FixedClock)
    clock.micros = MONDAY
    return clock


@pytest.fixture
def ids(_worker_services: Services) -> CountedIds:
    ids = _worker_services.ids
    assert isinstance(ids, CountedIds)
    ids.count = 0
    return ids


@pytest.fixture
def services(store: Store, clock: FixedClock, ids: CountedIds, _worker_services: Services) -> Services:
    """The record store over `store`, remembering nothing of the tests before."""
    from lrs.services import build_services

    fresh = build_services(store, clock, ids, Limits(), _worker_services.secret_key)
    # What has been counted goes on: the metrics of the one application follow it.
    fresh.ingest.counts = _worker_services.ingest.counts
    for part in fields(fresh):
        object.__setattr__(_worker_services, part.name, getattr(fresh, part.name))
    return _worker_services


@pytest.fixture
def settings(tmp_path: Path, mongod_uri: str) -> Settings:
    return Settings.from_environment({"ASSIDU_DATA": str(tmp_path / "var"), "ASSIDU_MONGODB_URI": mongod_uri})


@pytest.fixture
def app(services: Services, _worker_app: Flask) -> Flask:
    """The application over `services`, remembering no record of the tests before."""
    from dashboards.views.lens import build_sources

    sources = _worker_app.extensions["assidu.sources"]
    fresh = build_sources(services)
    for part in fields(fresh):
        if part.name not in ("services", "deployment", "mailer"):
            object.__setattr__(sources, part.name, getattr(fresh, part.name))
    return _worker_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def organisation(services: Services) -> OrganisationId:
    """The number of an organisation."""
    return Organisations(services.store, services.clock).find_or_create("essai", "Organisme d’essai").number


@pytest.fixture
def caller(services: Services, organisation: OrganisationId) -> Caller:
    """A credential of `organisation` with scope `all`; `auth` sends it."""
    services.credentials.seed(organisation, KEY, SECRET)
    return services.credentials.authenticate_basic(KEY, SECRET)


@pytest.fixture
def auth(caller: Caller) -> dict[str, str]:
    """The headers that send `caller`'s credential."""
    return {"Authorization": "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()}
