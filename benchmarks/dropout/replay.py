"""Sends the past through the product: a clock walks through the days, and everything comes on the day it came.

What is used is what a deployment uses: an embedded `mongod`, the one write path of records, ingest for statements, and
the steps by which the worker keeps facts. Nothing is written behind their backs, and nobody looks ahead: whoever stops
at a day finds what was there that day.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from pymongo import MongoClient

from analytics.risk.history import History
from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from analytics.store.risk_histories import Histories
from assidu.mongod import Mongod
from benchmarks.dropout.records import Administration, session_id
from benchmarks.dropout.statements import Sent, Source, evening_after
from benchmarks.dropout.tables import Tables, on
from lrs.clock import FixedClock, Micros, RandomIds, to_micros
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.versions import Version
from training.store import Change, Register

_API: Final = ("mesure", "un-secret-pour-mesurer")
_BATCH: Final = 500
# Writes of one transaction: few enough that it ends well before the database would end it.
_CHANGES: Final = 2_000
_MORNING: Final = clock_time(6, tzinfo=UTC)


class Stop(NamedTuple):
    """A day of a presentation at whose end somebody looks."""

    presentation: str
    day: int

    @property
    def at(self) -> datetime:
        """The instant of it."""
        return evening_after(self.presentation, self.day)


@dataclass(slots=True)
class Counts:
    """What went in, and how long its parts took, in seconds."""

    statements: int = 0
    changes: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Ground(AbstractContextManager["Ground"]):
    """An empty database of its own for one replay, in a folder that ends with it; or one in a server that runs."""

    def __init__(self, uri: str | None = None, name: str = "dropout", folder: Path | None = None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="assidu-dropout-", dir=folder)
        self._mongod = None if uri else Mongod(Path(self._temporary.name, "mongo"))
        self._uri = uri
        self._name = name

    def __enter__(self) -> Self:
        if self._mongod is not None:
            self._mongod.start()
        self.client: MongoClient[dict[str, Any]] = MongoClient(
            self._uri or (self._mongod.uri if self._mongod else ""), tz_aware=True, uuidRepresentation="standard"
        )
        # The clock stands years ago: for the server's, whatever expires has been over for long.
        self.client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
        self.client.drop_database(self._name)
        self.store = Store(self.client, self._name)
        self.store.ensure_indexes()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()
        if self._mongod is not None:
            self._mongod.stop()
        self._temporary.cleanup()


class Replay:
    """One organisation whose past is sent again; `spoil` stands between the statements and whoever sends them."""

    def __init__(
        self, ground: Ground, tables: Tables, *, with_clicks: bool = True,
        spoil: Callable[[Iterator[Sent]], Iterable[Sent]] | None = None, say: Callable[[str], None] = print,
    ) -> None:  # fmt: skip
        self.tables = tables
        self.counts = Counts()
        self._source = Source(tables, with_clicks)
        self._administration = Administration(tables)
        self._spoil = spoil
        self._say = say
        self.clock = FixedClock(Micros(0))
        self._days = self._source.days()
        self._set(datetime.combine(self._days[0], clock_time(0), UTC))
        self.services: Services = build_services(ground.store, self.clock, RandomIds(), Limits(), bytes(32))
        self.organisation = Organisations(ground.store, self.clock).find_or_create("mesure", "Mesure").number
        self.services.credentials.seed(self.organisation, *_API)
        self._caller = self.services.credentials.authenticate_basic(*_API)
        self._register = Register(ground.store, self.clock)
        self._keeper = Keeper(ground.store, self.clock)
        self._progress = ProgressOf(ground.store)
        self.histories = Histories(ground.store, self.clock)
        for changes in self._administration.beforehand():
            self._write(changes)

    def run(self, stops: Sequence[Stop], looks: Collection[Stop] | None = None) -> Iterator[tuple[Stop, list[History]]]:
        """Walk through the days up to the last stop, at whose instants the administration brings records up to date.

        Yields, at each stop that is in `looks` (None is all), the histories of its presentation's sessions, those who
        have left among them: that is for whoever reads them to see.
        """
        waiting: dict[date, list[Stop]] = {}
        for stop in stops:
            waiting.setdefault(on(*stop), []).append(stop)
        last = max(waiting)
        for day in sorted({*(day for day in self._days if day <= last), *waiting}):
            self._set(datetime.combine(day, _MORNING))
            if day in waiting:
                self._write(self._administration.until(day))
            told: Iterable[Sent] = self._source.told_on(day)
            self._send(told if self._spoil is None else self._spoil(iter(told)))
            for stop in waiting.get(day, ()):
                if looks is None or stop in looks:
                    yield stop, self.look(stop)

    def look(self, stop: Stop) -> list[History]:
        """Have the facts kept up to a stop's instant, and return the histories of its presentation."""
        self._set(stop.at)
        self.keep_facts()
        began = time.monotonic()
        wanted = [session_id(*course) for course in self.tables.lengths if course[1] == stop.presentation]
        found = self.histories.as_kept(self.organisation, wanted)
        self.counts.seconds["histories"] += time.monotonic() - began
        self._say(f"  {stop.presentation} day {stop.day}: {self.counts.statements:,} statements, "
                  f"{self.counts.changes:,} records, {len(found):,} enrolments; {self.timing()}")  # fmt: skip
        return found

    def timing(self) -> str:
        """Say how long the parts took so far."""
        return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in sorted(self.counts.seconds.items()))

    def keep_facts(self) -> None:
        """Take the worker's steps until there is nothing left to do."""
        began = time.monotonic()
        more = True
        while more:
            self._progress.hold(self.organisation, "mesure", self.clock.now_micros())
            turn = self._keeper.step(self.organisation)
            for failure in turn.failures.values():
                raise failure
            more = turn.more
        self.counts.seconds["facts"] += time.monotonic() - began

    def _send(self, told: Iterable[Sent]) -> None:
        began = time.monotonic()
        batch: list[bytes] = []
        bodies: set[bytes] = set()
        for sent in told:
            at = to_micros(sent.at)
            # The same statement twice in one batch would be refused; in the next it changes nothing.
            if batch and (len(batch) == _BATCH or at > self.clock.micros or sent.body in bodies):
                self._post(batch)
                batch, bodies = [], set()
            self._set(sent.at)
            batch.append(sent.body)
            bodies.add(sent.body)
        self._post(batch)
        self.counts.seconds["ingest"] += time.monotonic() - began

    def _post(self, bodies: list[bytes]) -> None:
        if bodies:
            self.services.ingest.post(self._caller, Version.V1_0_3, b"[" + b",".join(bodies) + b"]")
            self.counts.statements += len(bodies)

    def _write(self, changes: Sequence[Change]) -> None:
        began = time.monotonic()
        for at in range(0, len(changes), _CHANGES):
            self._register.write(self.organisation, changes[at : at + _CHANGES], "mesure")
        self.counts.changes += len(changes)
        self.counts.seconds["records"] += time.monotonic() - began

    def _set(self, moment: datetime) -> None:
        """Move the clock on; it never goes back."""
        self.clock.micros = Micros(max(self.clock.micros, to_micros(moment)))


def enrolled(histories: Sequence[History], stop: Stop) -> list[History]:
    """Return the histories of those who were still enrolled at a stop."""
    at = to_micros(stop.at)
    return [history for history in histories if history.is_enrolled_at(at)]


def days_of(presentations: Iterable[str], days: Iterable[int]) -> list[Stop]:
    """Return the stops of some presentations at some days, in order of time."""
    wanted = list(days)
    found = [Stop(presentation, day) for presentation in presentations for day in wanted]
    return sorted(found, key=lambda stop: stop.at)
