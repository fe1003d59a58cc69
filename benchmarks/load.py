"""The parent's side of the load generator, and of every other process that measures beside the store."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection as Pipe
from types import TracebackType
from typing import Any, Self

from benchmarks.generator import serve
from benchmarks.jobs import Job, Outcome
from benchmarks.meter import Cpu, Meter


class Helper(AbstractContextManager["Helper"]):
    """A process that takes jobs through a pipe: prepares one, says "ready", and runs it when told."""

    def __init__(self, serve_: Callable[[Pipe], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve_, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pipe.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()

    @property
    def pid(self) -> int:
        """Return the process's number."""
        return self._process.pid or 0

    def prepare(self, job: object) -> None:
        """Have a job made ready, and return when it is."""
        self.send(job)
        self._pipe.recv()

    def send(self, job: object) -> None:
        """Have a job made ready, without waiting; `wait_ready` does."""
        self._pipe.send(job)

    def wait_ready(self) -> None:
        """Return once the job that was sent is ready."""
        self._pipe.recv()

    def go(self) -> None:
        """Start the job that is ready."""
        self._pipe.send("go")

    def result(self) -> Any:  # noqa: ANN401 - whatever this kind of helper answers
        """Return what came of it."""
        return self._pipe.recv()


class LoadGenerator(Helper):
    """The load generator, and the CPU that others used while it ran."""

    def __init__(self) -> None:
        super().__init__(serve)

    def measure(self, job: Job, meter: Meter) -> tuple[Outcome, Cpu]:
        """Carry out `job`; return what came of it and the CPU used meanwhile, ours as `client`."""
        self.prepare(job)
        before = meter.read()
        self.go()
        outcome: Outcome = self.result()
        return outcome, {**meter.since(before), "client": outcome.cpu_seconds}
