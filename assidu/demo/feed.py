"""Posts the year through HTTP, as LMSs would: in batches, over kept connections, resumable."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Final, NoReturn

import orjson
from tqdm import tqdm

from assidu.demo.lrs_client import Batch, LrsClient
from assidu.demo.statements import SENDERS, DemoStatement
from assidu.demo.year import DEFAULT_LEARNERS, DEFAULT_MONTHS, DEFAULT_SEED, year, year_days

BATCH_STATEMENTS: Final = 200
CONNECTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What a feed did: `statements` acknowledged now, `skipped` acknowledged by an earlier run."""

    statements: int
    skipped: int
    retries: int
    seconds: float
    seed: int
    until: date


@dataclass(frozen=True, slots=True)
class _Progress:
    """What the record file holds, so that another run goes on where this one stopped, in the same year."""

    seed: int
    until: date
    learners: int
    months: int
    batches: int = 0
    statements: int = 0
    complete: bool = False


def feed(
    base_url: str,
    credentials: Sequence[tuple[str, str]],
    *,
    seed: int = DEFAULT_SEED,
    until: date,
    learners: int = DEFAULT_LEARNERS,
    months: int = DEFAULT_MONTHS,
    record: Path | None = None,
    progress: bool = True,
    connections: int = CONNECTIONS,
) -> FeedReport:
    """Post the year to the record store at `base_url`, which ends in `/xapi`, and say what was done.

    Each platform takes its own of the `credentials` (key, secret), in the order of SENDERS, in turn when
    there are fewer. With a `record` file an interrupted feed goes on after its last acknowledged batch,
    with the seed and the date that it began with, and a complete one is not repeated. Without one
    everything is sent again: what carries an id is then only acknowledged.
    Raises FeedRefused when the store refuses a batch for good or stays away.
    """
    began = monotonic()
    client = LrsClient(base_url)
    state = _read(record) or _Progress(seed, until, learners, months)
    skipped = state.statements
    shown: tqdm[NoReturn] = tqdm(desc="Training year", unit="d", total=year_days(state.months), disable=not progress)
    feeder = _Feeder(client, credentials, record, shown, state)
    with shown:
        if not state.complete:
            feeder.run(connections)
    done = feeder.state
    return FeedReport(
        done.statements - skipped, skipped, client.retries, monotonic() - began, done.seed, done.until
    )  # fmt: skip


def begun(record: Path | None) -> tuple[int, date] | None:
    """Return the seed and the last day of the year that an earlier run began to feed; None when there was none."""
    state = _read(record)
    return None if state is None else (state.seed, state.until)


@dataclass
class _Feeder:
    client: LrsClient
    credentials: Sequence[tuple[str, str]]
    record: Path | None
    shown: tqdm[NoReturn]
    state: _Progress

    def run(self, connections: int) -> None:
        """Keep two batches for each connection under way, acknowledged in the order of the stream."""
        under_way: deque[tuple[Batch, Future[None]]] = deque()
        told = year(self.state.seed, self.state.until, learners=self.state.learners, months=self.state.months)
        already = self.state.batches
        with ThreadPoolExecutor(connections) as pool:
            try:
                for number, batch in enumerate(_batches(told)):
                    if number < already:
                        continue
                    under_way.append((batch, pool.submit(self.client.post, batch, self._credential(batch))))
                    if len(under_way) > 2 * connections:
                        self._acknowledge(*under_way.popleft())
                while under_way:
                    self._acknowledge(*under_way.popleft())
            finally:
                self.client.stop()
                pool.shutdown(cancel_futures=True)
                # Only now: a connection closed under a request in flight would open itself again in mid-body.
                self.client.close()
        self._advance(replace(self.state, complete=True))
        self.shown.update(year_days(self.state.months) - self.shown.n)

    def _credential(self, batch: Batch) -> tuple[str, str]:
        return self.credentials[SENDERS.index(batch.sender) % len(self.credentials)]

    def _acknowledge(self, batch: Batch, posted: Future[None]) -> None:
        posted.result()
        count = self.state.statements + batch.count
        self._advance(replace(self.state, batches=self.state.batches + 1, statements=count))
        self.shown.set_postfix_str(f"{count:,} statements", refresh=False)
        # The bar runs through the year's days; senders fill their batches at different speeds.
        days = year_days(self.state.months) - (self.state.until - batch.sent_on).days
        self.shown.update(max(0, days - self.shown.n))

    def _advance(self, state: _Progress) -> None:
        """Write down how far every batch is acknowledged; a crash leaves the old record or the new."""
        self.state = state
        if self.record is not None:
            partial = self.record.with_name(self.record.name + ".partial")
            partial.write_bytes(orjson.dumps(asdict(state)))
            partial.replace(self.record)


def _batches(statements: Iterator[DemoStatement]) -> Iterator[Batch]:
    """Cut the stream into batches of one sender, in the order in which they fill."""
    filling: dict[str, list[DemoStatement]] = {}
    for statement in statements:
        mine = filling.setdefault(statement.sender, [])
        mine.append(statement)
        if len(mine) == BATCH_STATEMENTS:
            yield _batch(filling.pop(statement.sender))
    for mine in filling.values():
        yield _batch(mine)


def _batch(statements: list[DemoStatement]) -> Batch:
    first = statements[0]
    body = orjson.dumps([statement.statement for statement in statements])
    return Batch(first.sender, first.version, body, len(statements), statements[-1].sent_at.date())


def _read(record: Path | None) -> _Progress | None:
    """Return what an earlier run wrote down."""
    if record is None or not record.exists():
        return None
    kept = orjson.loads(record.read_bytes())
    return _Progress(**{**kept, "until": date.fromisoformat(kept["until"])})
