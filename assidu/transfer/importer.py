"""Takes a file of statements in, batch by batch through the one write path; a second run goes on or changes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from assidu.transfer.entries import Entry, read_entry
from assidu.transfer.lines import Line, Source
from assidu.transfer.position import Position, Positions
from assidu.transfer.posting import HerePoster, Poster, Sent, Ticket
from lrs.caller import Caller
from lrs.errors import AssiduError, Conflict, InvalidRequest, Problem, TooLarge
from lrs.services import Services
from lrs.versions import Version

DEFAULT_BATCH: Final = 1_000
# A batch is posted early rather than hold more than this.
_BATCH_BYTES: Final = 16 * 1024 * 1024
# How much of a file a killed run may read again: what it stored is found to be there. Keeping the position takes a
# write as durable as a batch's own, during which nothing is stored.
_KEEP_SECONDS: Final = 1.0
_OF_LINE: Final = re.compile(r"/(\d+)(/.*|)\Z", re.DOTALL)


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
        with closing(self), HerePoster(self.services, self.caller) as here, ThreadPoolExecutor(1, "store") as storing:
            poster = self.poster or here
            stored = storing.submit(lambda: None)
            for batch in self._batches(source):
                # It is drafted while the one before it is stored.
                begun = {good[0].line.number: poster.begin(_sent(good)) for good in self._requests(batch)}
                stored.result()
                if self.report.stopped_at is not None:
                    return self.report
                stored = storing.submit(self._flush, batch, begun, here)
            stored.result()
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

    def _requests(self, batch: list[Entry]) -> Iterator[list[Entry]]:
        """Yield what is tried first: a batch's requests without what is refused already."""
        for run in _runs(batch, strict=self.options.strict):
            good = _good(run, strict=self.options.strict)
            if good:
                yield good

    def _flush(self, batch: list[Entry], begun: dict[int, Ticket], here: HerePoster) -> None:
        """Store a batch without its refused lines, write those down, then note the position."""
        for run in _runs(batch, strict=self.options.strict):
            while good := _good(run, strict=self.options.strict):
                # What was begun is the run as it was read: when it is refused, less of it is posted again.
                first = begun.pop(good[0].line.number, None)
                if self._post(good, here, first):
                    break
            if self.options.strict and any(entry.problems for entry in run):
                break
        refused = [entry for entry in batch if entry.problems]
        done = batch
        if self.options.strict and refused:
            self.report.stopped_at = refused[0].line.number
            refused, done = refused[:1], batch[: batch.index(refused[0])]
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

    def _post(self, good: Sequence[Entry], here: HerePoster, begun: Ticket | None = None) -> bool:
        """Post entries as one request; return False when some were refused, and are marked, and none was stored."""
        try:
            posted = begun.commit() if begun is not None else here.post(_sent(good))
        except (InvalidRequest, Conflict, TooLarge) as refusal:
            if _blame(refusal, good):
                return False
            self._post_singly(good, here, refusal)
            return True
        self.report.stored += posted.stored
        self.report.already += posted.already
        return True

    def _post_singly(self, good: Sequence[Entry], here: HerePoster, refusal: AssiduError) -> None:
        """Find out which entries are to blame for a refusal that names none, and store the others."""
        if len(good) == 1:
            good[0].problems = refusal.problems or (Problem("", refusal.message),)
            return
        for entry in good:
            self._post([entry], here)
            if entry.problems and self.options.strict:
                return

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


def _sent(good: Sequence[Entry]) -> Sent:
    body = b"[" + b",".join(entry.raw for entry in good) + b"]"
    return Sent(good[0].version, body, tuple({part.sha2: part for entry in good for part in entry.parts}.values()))


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


def _runs(batch: Sequence[Entry], *, strict: bool) -> list[list[Entry]]:
    """Cut a batch into requests of one version each.

    When strict, in the order of the lines, for nothing after a refused one may be stored. Otherwise at most one
    for each version: senders of both take turns in a log, and a request for each turn would take hours.
    """
    in_order = batch if strict else sorted(batch, key=attrgetter("version"))
    return [list(run) for _, run in groupby(in_order, attrgetter("version"))]


def _good(batch: Sequence[Entry], *, strict: bool) -> list[Entry]:
    """Return what can be stored: what is not refused, or when strict what stands before the first refusal."""
    if strict:
        return list(takewhile(lambda entry: not entry.problems, batch))
    return [entry for entry in batch if not entry.problems]


def _blame(refusal: AssiduError, good: Sequence[Entry]) -> bool:
    """Give each problem to the entry that its pointer names; say whether any was named."""
    named = False
    for problem in refusal.problems:
        match = _OF_LINE.match(problem.pointer)
        if match is None or int(match[1]) >= len(good):
            continue
        entry = good[int(match[1])]
        entry.problems = (*entry.problems, replace(problem, pointer=match[2]))
        named = True
    return named


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
