"""Takes a file of statements in, batch by batch through the one write path; a second run goes on or changes nothing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from assidu.transfer.entries import Entry, read_entry
from assidu.transfer.lines import Line, Source
from assidu.transfer.position import Position, Positions
from assidu.transfer.posting import HerePoster, Poster
from assidu.transfer.storing import Storing
from lrs.caller import Caller
from lrs.services import Services
from lrs.versions import Version

DEFAULT_BATCH: Final = 1_000
# A batch is posted early rather than hold more than this.
_BATCH_BYTES: Final = 16 * 1024 * 1024
# How much of a file a killed run may read again: what it stored is found to be there. Keeping the position takes a
# write as durable as a batch's own, during which nothing is stored.
_KEEP_SECONDS: Final = 1.0
# Batches that are being stored: one may be in the log, and not durable yet, while the next follows it there.
_AT_ONCE: Final = 2


@dataclass(slots=True)
class ImportReport:
    """What an import did, in lines. `skipped` were dealt with by an earlier run, `already` were stored before."""

    skipped: int = 0
    stored: int = 0
    already: int = 0
    refused: int = 0
    began_again: bool = False
    stopped_at: int | None = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import."""

    batch: int = DEFAULT_BATCH
    strict: bool = False
    version: Version = Version.V1_0_3
    attachments: Path | None = None


@dataclass
class Importer:
    """One import of one source under one credential."""

    services: Services
    caller: Caller
    options: ImportOptions
    positions: Positions
    refusals: Path
    shown: Callable[[ImportReport], None] = lambda _: None
    # Where requests are posted from; this process unless another is given.
    poster: Poster | None = None
    report: ImportReport = field(default_factory=ImportReport)
    _position: Position = field(default_factory=Position)
    _kept: Position = field(default_factory=Position)
    _kept_at: float = field(default_factory=time.monotonic)
    _refusals: BinaryIO | None = None

    def run(self, source: Source) -> ImportReport:
        """Import what is left of `source`; raise what stops the store, with everything acknowledged kept.

        Each batch is stored whole. A refused line goes to the file of refusals with its number and problems,
        and the rest of its batch is stored without it; when strict, nothing after it is.
        """
        self._position = self._kept = self.positions.find()
        with (
            closing(self),
            HerePoster(self.services, self.caller) as here,
            ThreadPoolExecutor(_AT_ONCE, "store") as pool,
        ):
            poster = self.poster or here
            before: Storing | None = None
            ends: deque[Future[None]] = deque()
            for entries in self._batches(source):
                batch = Storing(entries, self.options.strict)
                # It is drafted while those before it are stored.
                batch.begin(poster)
                if len(ends) == _AT_ONCE:
                    ends.popleft().result()
                if self.report.stopped_at is not None:
                    break
                ends.append(pool.submit(self._store, batch, here, before))
                before = batch
            for end in ends:
                end.result()
        return self.report

    def close(self) -> None:
        """Keep the position and close the file of refusals, however the import ended."""
        try:
            self._keep_position()
        finally:
            if self._refusals is not None:
                self._refusals.close()

    def _batches(self, source: Source) -> Iterator[list[Entry]]:
        batch = _Batch()
        for line in self._lines_left(source):
            entry = read_entry(line, self._limit, self.options.version, self.options.attachments)
            if len(batch.entries) >= self.options.batch or not batch.takes(entry):
                yield batch.entries
                batch = _Batch()
            batch.add(entry)
        if batch.entries:
            yield batch.entries

    @property
    def _limit(self) -> int:
        return self.services.limits.statement_bytes

    def _lines_left(self, source: Source) -> Iterator[Line]:
        """Skip what an earlier run dealt with, if the source still begins with it; else begin again."""
        lines = source.lines(self._limit)
        last = self._position
        if last.line:
            for line in lines:
                self.report.skipped += 1
                if (line.number, line.digest) == (last.line, last.digest):
                    yield from lines
                    return
                if line.number >= last.line:
                    break
            self._position = Position()
            self.report.began_again, self.report.skipped = True, 0
            lines = source.lines(self._limit)
        yield from lines

    def _store(self, batch: Storing, here: HerePoster, before: Storing | None) -> None:
        """Store a batch once the one before it is in the log, and note it once that one is noted."""
        try:
            if before is not None:
                before.applied.result()
            if self.report.stopped_at is None:
                batch.run(here)
                if before is not None:
                    before.noted.result()
                self._note(batch)
        except BaseException as error:
            batch.fail(error)
            raise
        batch.end()

    def _note(self, batch: Storing) -> None:
        """Write down a batch's refused lines, then the position."""
        self.report.stored += batch.stored
        self.report.already += batch.already
        refused = [entry for entry in batch.entries if entry.problems]
        done = batch.entries
        if self.options.strict and refused:
            self.report.stopped_at = refused[0].line.number
            refused, done = refused[:1], done[: done.index(refused[0])]
        self._write_refusals(refused)
        if done:
            # A strict stop leaves the position before the refused line: corrected in place, it is read again.
            self._position = replace(self._position, line=done[-1].line.number, digest=done[-1].line.digest)
            if time.monotonic() - self._kept_at >= _KEEP_SECONDS:
                self._keep_position()
        self.shown(self.report)

    def _keep_position(self) -> None:
        if self._position != self._kept:
            self.positions.save(self._position)
            self._kept, self._kept_at = self._position, time.monotonic()

    def _write_refusals(self, refused: Sequence[Entry]) -> None:
        """Append refused lines to their file; what a crashed run wrote beyond its position is written over."""
        if not refused:
            return
        if self._refusals is None:
            self._refusals = self.refusals.open("r+b" if self._position.refused and self.refusals.exists() else "w+b")
            self._refusals.truncate(self._position.refused_bytes)
            self._refusals.seek(0, 2)
        for entry in refused:
            self._refusals.write(_refusal_line(entry))
        self._refusals.flush()
        self.report.refused += len(refused)
        if self.report.stopped_at is None:
            self._position = replace(
                self._position, refused=self._position.refused + len(refused), refused_bytes=self._refusals.tell()
            )


@dataclass(slots=True)
class _Batch:
    """Entries that are stored together: each id once, not too heavy."""

    entries: list[Entry] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    weight: int = 0

    def takes(self, entry: Entry) -> bool:
        if self.weight + entry.weight > _BATCH_BYTES and self.entries:
            return False
        return bool(entry.problems) or entry.statement_id not in self.ids

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.weight += entry.weight
        if not entry.problems:
            self.ids.add(entry.statement_id)


def _refusal_line(entry: Entry) -> bytes:
    shape = {
        "line": entry.line.number,
        "problems": [
            {"pointer": p.pointer, "message": p.message, "accepted": p.accepted, "requirement": p.requirement}
            for p in entry.problems
        ],
        "text": entry.line.raw.decode("utf-8", "backslashreplace"),
    }
    return orjson.dumps(shape) + b"\n"
