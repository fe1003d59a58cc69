"""What MongoDB itself does with the same documents, indexes and durability, driven by plain pymongo.

Writes go to a collection of their own, kept as full as Assidu's; reads ask Assidu's own collection, with the
filter, order and limit of Assidu's page and the statement's bytes alone.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection as Pipe
from typing import Any, Final

from bson.binary import Binary
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection

from benchmarks.figures import Round
from benchmarks.load import Helper
from benchmarks.meter import Meter
from lrs.store.database import DURABLE, SETTLED

DATABASE: Final = "ceiling"
PROCESSES: Final = 2
# Fresh positions and instants stand apart from those copied from Assidu, so that both stay unique.
_FIRST_POSITION: Final = 1 << 40
_FIRST_INSTANT: Final = 1 << 52
# How many of Assidu's documents the fresh ones are made of.
_MODELS_MOST: Final = 20_000

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Inserts:
    """Write `count` fresh documents, `batch` at a time (1: with insert_one), from `threads` threads."""

    uri: str
    source: str
    first: int
    count: int
    batch: int
    threads: int
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Finds:
    """Put each of these finds (filter, sort, hint) to `source` once, for at most `limit` bodies."""

    uri: str
    source: str
    finds: tuple[Document, ...]
    threads: int
    limit: int


@dataclass(slots=True)
class Done:
    """What one process did."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    operations: int = 0
    body_bytes: int = 0
    latency_ns: array[int] = field(default_factory=lambda: array("q"))


class Ceiling:
    """The processes that drive MongoDB directly, and the collection that they write."""

    def __init__(self, uri: str, source: str, meter: Meter) -> None:
        self._uri, self._source, self.meter = uri, source, meter
        self._helpers = [Helper(serve) for _ in range(PROCESSES)]
        self._client: MongoClient[Document] = MongoClient(uri)
        self._next = 0
        self._copied = 0
        create(self._client, source)

    def close(self) -> None:
        """End the processes."""
        for helper in self._helpers:
            helper.__exit__(None, None, None)
        self._client.close()

    @property
    def statements(self) -> Collection[Document]:
        """Return the collection that is written."""
        return self._client[DATABASE]["statements"]

    def level(self) -> None:
        """Fill the collection until it holds as many documents as Assidu's: then their indexes are equally deep."""
        source = self._client[self._source]["statements"]
        missing = source.estimated_document_count() - self.statements.estimated_document_count()
        if missing > 0:
            self._copied = fill(self._client, self._source, self._copied, missing)

    def insert(self, job: Inserts, processes: int) -> Round:
        """Write; the documents and threads are shared out among `processes`."""
        jobs = []
        for at in range(processes):
            count = job.count // processes + (at < job.count % processes)
            jobs.append(replace(job, first=self._next, count=count, threads=max(1, job.threads // processes)))
            self._next += count
        return self._run(jobs)

    def find(self, job: Finds, processes: int) -> Round:
        """Read; the questions and threads are shared out among `processes`."""
        return self._run([
            replace(job, finds=job.finds[at::processes], threads=max(1, job.threads // processes))
            for at in range(processes)
        ])  # fmt: skip

    def inserts(self, batch: int, threads: int, count: int, *, ordered: bool = True) -> Inserts:
        """Return a job that writes `count` documents."""
        return Inserts(self._uri, self._source, 0, count, batch, threads, ordered)

    def finds(self, finds: Sequence[Document], threads: int, limit: int) -> Finds:
        """Return a job that puts each of `finds` once."""
        return Finds(self._uri, self._source, tuple(finds), threads, limit)

    def _run(self, jobs: Sequence[Inserts | Finds]) -> Round:
        helpers = self._helpers[: len(jobs)]
        for helper, job in zip(helpers, jobs, strict=True):
            helper.send(job)
        for helper in helpers:
            helper.wait_ready()
        before = self.meter.read()
        for helper in helpers:
            helper.go()
        done: list[Done] = [helper.result() for helper in helpers]
        cpu = {**self.meter.since(before), "client": sum(item.cpu_seconds for item in done)}
        operations, seconds = sum(item.operations for item in done), max(item.seconds for item in done)
        latency = array("q", [value for item in done for value in item.latency_ns])
        return Round(operations / seconds, operations, latency, cpu, (), sum(item.body_bytes for item in done))


def create(client: MongoClient[Document], source: str) -> None:
    """Create the collection with the options and indexes that Assidu's has, whatever they are."""
    client[DATABASE].drop_collection("statements")  # of an earlier run, where the folder is kept
    options = next(client[source].list_collections(filter={"name": "statements"}))["options"]
    client[DATABASE].create_collection("statements", **options)
    for index in client[source]["statements"].list_indexes():
        kept = {name: value for name, value in index.items() if name not in ("v", "key", "ns")}
        if index["name"] != "_id_":
            client[DATABASE]["statements"].create_index(list(index["key"].items()), **kept)


def fill(client: MongoClient[Document], source: str, after: int, count: int) -> int:
    """Copy the next `count` documents stored after an instant, undecoded; return the instant of the last."""
    raw: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
    origin = client[source].get_collection("statements", codec_options=raw)
    copy = client[DATABASE].get_collection("statements", codec_options=raw)
    one = client[source]["statements"].find_one({}, {"o": 1}) or {"o": 0}
    batch: list[Any] = []
    rows = origin.find({"o": one["o"], "t": {"$gt": after}}).sort("t", 1).limit(count).batch_size(2_000)
    for document in rows:
        batch.append(document)
        if len(batch) == 2_000:
            after = batch[-1]["t"]
            copy.insert_many(batch, ordered=False)
            batch = []
    if batch:
        after = batch[-1]["t"]
        copy.insert_many(batch, ordered=False)
    return after


def serve(pipe: Pipe) -> None:
    """Take jobs from `pipe` until it closes: a job, "ready" back, "go", a Done back."""
    client: MongoClient[Document] | None = None
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        client = client or MongoClient(job.uri, maxPoolSize=200)
        work = _inserting(client, job) if isinstance(job, Inserts) else _finding(client, job)
        pipe.send("ready")
        pipe.recv()
        pipe.send(_in_threads(work, job.threads))


def _inserting(client: MongoClient[Document], job: Inserts) -> Callable[[Done], bool]:
    """Build the documents; return what writes the next of them and says whether there was one."""
    target = client[DATABASE].get_collection("statements", write_concern=DURABLE)
    models = list(client[job.source]["statements"].find().limit(min(job.count, _MODELS_MOST)))
    fresh = []
    for at in range(job.count):
        model, number = models[at % len(models)], job.first + at
        key = Binary(bytes(model["_id"][:4]) + os.urandom(16))
        fresh.append({**model, "_id": key, "t": _FIRST_INSTANT + number, "n": _FIRST_POSITION + number})
    batches = deque(fresh[at : at + job.batch] for at in range(0, len(fresh), job.batch))

    def write(done: Done) -> bool:
        try:
            batch = batches.popleft()
        except IndexError:
            return False
        began = time.perf_counter_ns()
        if job.batch == 1:
            target.insert_one(batch[0])
        else:
            target.insert_many(batch, ordered=job.ordered)
        done.latency_ns.append(time.perf_counter_ns() - began)
        done.operations += len(batch)
        return True

    return write


def _finding(client: MongoClient[Document], job: Finds) -> Callable[[Done], bool]:
    source = client[job.source].get_collection("statements", read_concern=SETTLED)
    finds = deque(job.finds)
    fields = {"_id": 0, "b": 1}

    def read(done: Done) -> bool:
        try:
            wanted = finds.popleft()
        except IndexError:
            return False
        began = time.perf_counter_ns()
        found = list(
            source.find(wanted["filter"], fields, sort=wanted.get("sort"), hint=wanted.get("hint"), limit=-job.limit)
        )
        done.latency_ns.append(time.perf_counter_ns() - began)
        done.operations += 1
        done.body_bytes += sum(len(item["b"]) for item in found)
        return True

    return read


def _in_threads(work: Callable[[Done], bool], threads: int) -> Done:
    """Have `threads` threads work until nothing is left, and add up what they did."""
    done = [Done() for _ in range(threads)]

    def run(mine: Done) -> None:
        start.wait()
        while work(mine):
            pass

    start = threading.Barrier(threads + 1)
    running = [threading.Thread(target=run, args=(mine,)) for mine in done]
    for thread in running:
        thread.start()
    gc.collect()
    gc.disable()
    cpu, began = time.process_time(), time.perf_counter()
    start.wait()
    for thread in running:
        thread.join()
    total = Done(seconds=time.perf_counter() - began, cpu_seconds=time.process_time() - cpu)
    gc.enable()
    for mine in done:
        total.operations += mine.operations
        total.body_bytes += mine.body_bytes
        total.latency_ns.extend(mine.latency_ns)
    return total
