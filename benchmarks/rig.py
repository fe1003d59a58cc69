"""What every scenario measures with: the deployment, the load generator, the ceiling, and how many were sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.ceiling import Ceiling
from benchmarks.deployment import DATABASE, Deployment, Shape
from benchmarks.jobs import Gets, Job, Outcome, Posts, Target
from benchmarks.load import LoadGenerator
from benchmarks.meter import Cpu, Meter, listening
from benchmarks.statements import Campus


class LostStatements(Exception):
    """What was acknowledged is not there: no figure of this run means anything."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How long and how much. The defaults are the quick profile."""

    size: int = 60_000
    rounds: int = 3
    seconds: float = 3.0
    full: bool = False
    # How many a full run grows the store to, and imports.
    large: int = 1_000_000
    shape: Shape = field(default_factory=Shape)
    folder: Path | None = None
    # Where the database is, and stays for the next run; without it, a folder that ends with the run.
    keep: Path | None = None
    seed: int = 1
    say: Callable[[str], None] = print


@dataclass(slots=True)
class Store:
    """A record store under measurement: where it is, what it was sent, what reads its CPU."""

    target: Target
    meter: Meter
    # Numbers of statements from 0 on were sent; each store gets all of them itself.
    sent: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    sample: list[str] = field(default_factory=list)
    # How many were sent by when.
    marks: list[tuple[int, datetime]] = field(default_factory=list)

    @property
    def halfway(self) -> datetime:
        """Return an instant by which about half of what is there was stored."""
        return next(at for sent, at in self.marks if sent * 2 >= self.sent)


class Rig(AbstractContextManager["Rig"]):
    """One run's own deployment with its ceiling, and any other stores that are measured beside it."""

    def __init__(self, profile: Profile, others: tuple[Target, ...] = ()) -> None:
        self.profile = profile
        self.campus = Campus(profile.seed)
        self.chance = random.Random(f"{profile.seed}:rig")  # noqa: S311 - protects nothing
        self.others = [Store(target, Meter({"server": partial(listening, target.port)})) for target in others]
        # What the scenarios of this run have found so far.
        self.results: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.deployment = Deployment(self.profile.shape, self.profile.folder, self.profile.keep).__enter__()
        self.generator = LoadGenerator()
        self.ceiling = Ceiling(self.deployment.uri, DATABASE, Meter({"mongod": self.deployment.mongod_pids}))
        self.store = Store(self.deployment.target, self.deployment.meter())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.generator.__exit__(kind, error, at)
        self.ceiling.close()
        self.deployment.stop()

    def stores(self) -> list[Store]:
        """Return Assidu, then the others."""
        return [self.store, *self.others]

    def post(self, store: Store, count: int, batch: int, connections: int) -> tuple[Outcome, Cpu]:
        """Send the next `count` statements of the seed, and remember what must be there from now on."""
        work = Posts(self.profile.seed, store.sent, count, batch)
        store.sent += count
        outcome, cpu = self.generator.measure(Job(store.target, connections, work), store.meter)
        if outcome.first_refusal:
            message = f"{store.target.name} refused what it should take: {outcome.first_refusal}"
            raise LostStatements(message)
        store.acknowledged += outcome.acknowledged
        store.unanswered += outcome.unanswered * batch
        store.marks.append((store.sent, datetime.now(UTC)))
        store.sample = (store.sample + outcome.sample)[-2_000:]
        return outcome, cpu

    def get(self, store: Store, paths: tuple[str, ...], connections: int) -> tuple[Outcome, Cpu]:
        """Ask for each path once; every answer must be a 2xx."""
        outcome, cpu = self.generator.measure(Job(store.target, connections, Gets(paths)), store.meter)
        if outcome.acknowledged != len(paths):
            message = f"{store.target.name} answered {dict(outcome.statuses)} to {len(paths)} reads"
            raise LostStatements(message)
        return outcome, cpu

    def fill(self, store: Store, size: int) -> tuple[int, float]:
        """Send batches until `size` statements are there; return how many that were, and in how many seconds."""
        before, seconds = store.sent, 0.0
        chunk = max(500, min(50_000, (size - before) // 8))
        while store.sent < size:
            outcome, _ = self.post(store, min(chunk, size - store.sent), 500, 4)
            seconds += outcome.seconds
        return store.sent - before, seconds

    def settle(self) -> None:
        """Have the database write down what it still holds back, so that no round pays for what came before it."""
        self.deployment.client.admin.command("fsync")

    def verify(self, store: Store) -> dict[str, int]:
        """Hold what was acknowledged against what is there. Raises LostStatements.

        Of Assidu all are counted; of every store a random sample is read back by id.
        """
        sample = self.chance.sample(store.sample, min(100, len(store.sample)))
        self.get(store, tuple(f"{store.target.path}/statements?statementId={item}" for item in sample), 4)
        shown = {"acknowledged": store.acknowledged, "unanswered": store.unanswered, "read_back": len(sample)}
        if store is self.store:
            there = self.deployment.statements.count_documents({})
            if not store.acknowledged <= there <= store.acknowledged + store.unanswered:
                message = f"{store.acknowledged} statements were acknowledged and {there} are there"
                raise LostStatements(message)
            shown["there"] = there
        return shown
