"""How many sealed and timestamped documents a second a batch makes on this machine, and where the time goes."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from assidu.issuing import build_workshop, make_batches, process_count
from assidu.settings import Settings
from assidu.wiring import connect
from benchmarks import lessons
from benchmarks.deployment import ROOT, free_port
from benchmarks.rig import Rig
from benchmarks.worked_off import work_off
from evidence.content import DocumentType
from evidence.issuing.batch import Batch, ItemState
from evidence.issuing.batches import BatchIssuing
from evidence.issuing.document import Subject
from evidence.issuing.issuer import Issuer
from evidence.issuing.workshop import Workshop
from lrs.errors import InsecureDevelopmentWarning
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.records.ids import EnrolmentId
from training.store import Register

_ALONE: Final = 20
_DATABASE: Final = "documents"
_BY: Final = "assidu"
_LOOK_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 300.0
_API: Final = ("mesure", "un-secret-pour-mesurer")


def run(rig: Rig) -> dict[str, Any]:
    """Issue a session's certificates, first one after the other in this process, then as the worker has it done."""
    learners = 300 if rig.profile.full else 100
    folder = rig.deployment.folder / "documents"
    folder.mkdir(exist_ok=True)
    settings = _settings(rig, folder)
    warnings.simplefilter("ignore", InsecureDevelopmentWarning)
    with _authority(settings, folder):
        services = connect(settings)
        try:
            organisation, statements = _furnish(services, learners)
            rig.settle()
            workshop = build_workshop(settings, services)
            found: dict[str, Any] = {"learners": learners, "statements": statements}
            found["steps_ms"] = _steps(workshop, organisation)
            found["processes"] = process_count()
            rounds = [_batch(settings, workshop, organisation, kind)
                      for kind in (DocumentType.CERTREAL, DocumentType.ATTASS, DocumentType.ATTFIN)]  # fmt: skip
        finally:
            services.store.client.close()
    found["batches"] = rounds
    found["rate"] = round(statistics.median(item["rate"] for item in rounds), 2)
    rig.profile.say(f"  {found['rate']:.1f} documents a second in {found['processes']} processes; one alone "
                    f"{found['steps_ms']['issue']:.0f} ms, of which layout {found['steps_ms']['layout']:.0f} ms, seal "
                    f"{found['steps_ms']['seal']:.0f} ms")  # fmt: skip
    return found


def _settings(rig: Rig, folder: Path) -> Settings:
    environment = {
        "ASSIDU_MONGODB_URI": rig.deployment.uri,
        "ASSIDU_DATABASE": _DATABASE,
        "ASSIDU_DATA": str(folder),
        "ASSIDU_AUTHORITY_URL": f"http://127.0.0.1:{free_port()}",
        "ASSIDU_LOG_LEVEL": "warning",
    }
    return Settings.from_environment(environment)


@contextmanager
def _authority(settings: Settings, folder: Path) -> Iterator[None]:
    """The development authority, as a process of its own that answers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSIDU_")}
    environment = {**kept, "ASSIDU_DATA": str(folder), "ASSIDU_AUTHORITY_URL": settings.authority_url or ""}
    command = [sys.executable, "-m", "assidu", "authority"]
    with (folder / "authority.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        time.sleep(2.0)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _furnish(services: Services, learners: int) -> tuple[OrganisationId, int]:
    """Put everybody and everything they did on record, keep the facts and seal the log."""
    services.store.ensure_indexes()
    number = Organisations(services.store, services.clock).find_or_create("mesure", "Mesure").number
    services.credentials.seed(number, *_API)
    caller = services.credentials.authenticate_basic(*_API)
    Register(services.store, services.clock).write(number, lessons.changes(learners), "mesure")
    count = 0
    for learner in range(learners):
        bodies = lessons.statements(learner)
        services.ingest.post(caller, Version.V1_0_3, b"[" + b",".join(bodies) + b"]")
        count += len(bodies)
    work_off(services, number)
    return number, count


class _Timed:
    """Stands before a part of the workshop, and notes how long each call takes."""

    def __init__(self, part: object, times: dict[str, list[float]], names: dict[str, str]) -> None:
        self._part = part
        self._times = times
        self._names = names

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the part has
        found = getattr(self._part, name)
        if name not in self._names:
            return found

        def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
            began = time.perf_counter()
            try:
                return found(*arguments, **named)
            finally:
                self._times[self._names[name]].append((time.perf_counter() - began) * 1000)

        return timed


def _steps(workshop: Workshop, organisation: OrganisationId) -> dict[str, float]:
    """Issue some documents one after the other; return the median of each step, in milliseconds."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    parts: dict[str, Any] = {
        "layout": _Timed(workshop.layout, times, {"render": "layout"}),
        "seals": _Timed(workshop.seals, times, {"seal": "seal"}),
        "archive": _Timed(workshop.archive, times, {"put": "archive"}),
        "ledger": _Timed(workshop.ledger, times, {"inclusions": "proofs", "entries": "statements"}),
    }
    issuer = Issuer(replace(workshop, **parts))
    instant = issuer.gathering.instant(organisation, None)
    for number in range(_ALONE):
        subject = Subject(enrolment_id=EnrolmentId(f"e{number}"))
        began = time.perf_counter()
        issuer.issue(organisation, DocumentType.RELCOMP, subject, _BY, as_of=instant)
        times["issue"].append((time.perf_counter() - began) * 1000)
    return {name: round(statistics.median(values[1:]), 1) for name, values in times.items()}


def _batch(settings: Settings, workshop: Workshop, organisation: OrganisationId, kind: DocumentType) -> dict[str, Any]:
    """Start a batch and the processes that the worker starts; return how fast documents came once they did."""
    issuing = BatchIssuing(workshop.store, workshop.clock, workshop.ids, Issuer(workshop))
    batch = issuing.start(organisation, kind, lessons.SESSION, _BY)
    context = multiprocessing.get_context("spawn")
    stopping = context.Event()
    children = [context.Process(target=make_batches, args=(settings, stopping), daemon=True)
                for _ in range(process_count())]  # fmt: skip
    began = time.monotonic()
    for child in children:
        child.start()
    try:
        seen = _follow(issuing, batch, began)
    finally:
        stopping.set()
        for child in children:
            child.join(30)
    counts = issuing.batches.get(organisation, batch.id).counts
    if counts.get(ItemState.ISSUED) != batch.total:
        message = f"of {batch.total} documents became {counts}"
        raise RuntimeError(message)
    # From the first tenth on: until then, processes were starting.
    first = next(item for item in seen if item[1] >= batch.total // 10)
    last = seen[-1]
    rate = (last[1] - first[1]) / (last[0] - first[0])
    return {"type": kind.value, "documents": batch.total, "seconds": round(last[0], 2),
            "first_s": round(first[0], 2), "rate": round(rate, 2)}  # fmt: skip


def _follow(issuing: BatchIssuing, batch: Batch, began: float) -> list[tuple[float, int]]:
    """Return how many documents there were, when, until all are there."""
    seen: list[tuple[float, int]] = []
    while time.monotonic() - began < _PATIENCE_SECONDS:
        now = issuing.batches.get(batch.organisation, batch.id)
        waiting = now.counts.get(ItemState.WAITING, 0)
        seen.append((time.monotonic() - began, batch.total - waiting))
        if not waiting:
            return seen
        time.sleep(_LOOK_SECONDS)
    message = f"the batch does not come to an end: {now.counts}, {now.trouble}"
    raise TimeoutError(message)
