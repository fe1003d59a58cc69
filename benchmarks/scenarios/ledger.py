"""What sealing costs ingest, how soon a statement is provable, how fast a log is caught up, how long a proof takes."""

from __future__ import annotations

import secrets
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from benchmarks.deployment import DATABASE, ROOT
from benchmarks.figures import Side, comparison, of_outcome, percentile, spread
from benchmarks.meter import Meter
from benchmarks.rig import Rig
from benchmarks.scenarios.ingest import MIXES, calibrated
from lrs.clock import SystemClock
from lrs.ledger_keys import LedgerKeys
from lrs.ledger_reading import Ledger
from lrs.sealing import Sealer
from lrs.store.database import Store
from lrs.store.heads import counts
from lrs.store.ledgers import Ledgers
from lrs.store.statements import leaf_hash
from lrs.tenancy import OrganisationId

MILLION: Final = 1_000_000
# Sealing is weighed against noise of several percent: it takes more rounds than the others.
_ROUNDS_LEAST: Final = 6
# Looking is work for the database too.
_LOOK_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 120.0
_ALONE: Final = 15
_PROOFS: Final = 500
_TEMPLATES: Final = 1_000
_CHUNK: Final = 5_000
_OURS: Final = OrganisationId(1)


def run(rig: Rig) -> dict[str, Any]:
    """Measure on the deployment as it stands, then on logs of two sizes in databases of their own."""
    profile = rig.profile
    if rig.store.sent < profile.size:
        rig.fill(rig.store, profile.size)
    found: dict[str, Any] = {"size": rig.store.sent}
    found["ingest"], lags = ingest(rig)
    profile.say(
        f"  ingest while sealing: {found['ingest']['ratio']['median']:.1%} of without "
        f"({found['ingest']['ratio']['least']:.1%} to {found['ingest']['ratio']['most']:.1%}); CPU of a statement "
        f"{found['ingest']['more_cpu']['median']:+.1%}"
    )
    found["provable_s"] = {"while_others_come": shown(lags), "alone": shown(alone(rig))}
    found["http_proof_ms"] = proofs_over_http(rig)
    sizes = (100_000, profile.large) if profile.full else (profile.size, profile.size * 2)
    found["caught_up"] = [catch_up(rig, size) for size in sizes]
    found["cost"] = cost(found)
    rate = min(item["rate"] for item in found["caught_up"])
    found["million_s"] = round(MILLION / rate, 1)
    for item in found["caught_up"]:
        profile.say(
            f"  {item['size']:,} sealed in {item['seconds']:.1f} s, {item['rate']:,.0f} a second; a proof "
            f"{item['proof_ms']['p50']:.2f} ms, p99 {item['proof_ms']['p99']:.2f} ms"
        )
    profile.say(f"  1,000,000 at the slower rate: {found['million_s']:.0f} s; provable {found['provable_s']}")
    rig.verify(rig.store)
    return found


def ingest(rig: Rig) -> tuple[dict[str, Any], list[float]]:
    """Send batches of 50 with and without the worker's sealing beside, in turns; also how late heads were."""
    mix = next(mix for mix in MIXES if mix.name == "batch_50")
    count = calibrated(rig, mix, rig.store)
    sealing, without, lags = Side(), Side(), []
    cpu: dict[bool, list[float]] = {True: [], False: []}
    own = []
    with sealer(rig) as process:
        parts = {"web": rig.deployment.web_pids, "mongod": rig.deployment.mongod_pids, "sealing": lambda: [process.pid]}
        meter = Meter(parts)
        for at in range(max(_ROUNDS_LEAST, rig.profile.rounds)):
            for is_sealing in (True, False) if at % 2 else (False, True):
                wait_covered(rig)
                process.send_signal(signal.SIGCONT if is_sealing else signal.SIGSTOP)
                rig.settle()
                before = meter.read()
                with watching(rig) as seen:
                    done = of_outcome(*rig.post(rig.store, count, mix.batch, mix.connections))
                    if is_sealing:
                        wait_covered(rig)
                used = meter.since(before)
                process.send_signal(signal.SIGCONT)
                cpu[is_sealing].append(sum(used.values()) * 1000 / count)
                own += [used["sealing"] * 1000 / count] if is_sealing else []
                (sealing if is_sealing else without).rounds.append(done)
                lags += delays(seen) if is_sealing else []
    more = spread(mine / other - 1 for mine, other in zip(cpu[True], cpu[False], strict=True))
    shown = {
        "sealing": sealing.summary(), "without": without.summary(), "ratio": comparison(sealing, without),
        "cpu_ms": {"sealing": spread(cpu[True]), "without": spread(cpu[False])}, "more_cpu": more,
        "sealer_ms": spread(own),
    }  # fmt: skip
    return shown, lags


def cost(found: dict[str, Any]) -> dict[str, float]:
    """Return what sealing a statement costs, in CPU milliseconds, and as a share of what taking it in costs.

    The two sides of `ingest` differ by more from round to round than sealing costs. What its process uses while
    statements come is known exactly; what `mongod` uses for it is taken from catching up, when nothing else is asked.
    """
    sealer_ms = found["ingest"]["sealer_ms"]["median"]
    mongod_ms = max(item["mongod_ms"] for item in found["caught_up"])
    taking_in = found["ingest"]["cpu_ms"]["without"]["median"]
    return {"sealer_ms": sealer_ms, "mongod_ms": mongod_ms, "share": round((sealer_ms + mongod_ms) / taking_in, 4)}


@contextmanager
def sealer(rig: Rig) -> Iterator[subprocess.Popen[bytes]]:
    """The worker's sealing in a process of its own, once it has caught up with what came before."""
    command = [sys.executable, "-m", "benchmarks.sealer", rig.deployment.uri, DATABASE]
    with subprocess.Popen(command, cwd=ROOT, env=rig.deployment.environment()) as process:
        try:
            wait_covered(rig)
            rig.settle()
            yield process
        finally:
            process.terminate()


def stored_and_covered(rig: Rig) -> tuple[int, int]:
    """Return how many statements there are, and how many the newest head covers."""
    store = Store(rig.deployment.client, DATABASE)
    # One organisation has any; which number it has depends on how its processes started together.
    ((organisation, stored),) = counts(store).items()
    row = Ledgers(store).find(organisation)
    return stored, 0 if row is None else row.head_size


def wait_covered(rig: Rig) -> float:
    """Wait until a head covers everything that is there; return how long that took."""
    began = time.monotonic()
    while True:
        stored, covered = stored_and_covered(rig)
        if covered >= stored:
            return time.monotonic() - began
        if time.monotonic() - began > _PATIENCE_SECONDS:
            message = f"sealing does not follow: {covered} of {stored}"
            raise TimeoutError(message)
        time.sleep(_LOOK_SECONDS)


@contextmanager
def watching(rig: Rig) -> Iterator[list[tuple[float, int, int]]]:
    """Note five times a second how much is stored, and how much is covered; what was noted is whole at the end."""
    seen: list[tuple[float, int, int]] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.2):
            seen.append((time.monotonic(), *stored_and_covered(rig)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
        seen.append((time.monotonic(), *stored_and_covered(rig)))


def delays(seen: list[tuple[float, int, int]]) -> list[float]:
    """Return for each moment in how many seconds what was stored by then was covered."""
    late, at = [], 0
    for moment, stored, _ in seen:
        while at < len(seen) and seen[at][2] < stored:
            at += 1
        if at == len(seen):
            break
        late.append(max(0.0, seen[at][0] - moment))
    return late


def alone(rig: Rig) -> list[float]:
    """Return how long single statements take from being answered to being covered, with nothing else going on."""
    times = []
    with sealer(rig):
        for _ in range(_ALONE):
            time.sleep(0.3)
            rig.post(rig.store, 1, 1, 1)
            times.append(wait_covered(rig))
    return times


def shown(times: list[float]) -> dict[str, float]:
    """Return the median and the worst, in seconds."""
    return {"median": round(statistics.median(times), 3), "worst": round(max(times), 3)}


def proofs_over_http(rig: Rig) -> dict[str, float]:
    """Ask for proofs of random statements, one after the other."""
    _, covered = stored_and_covered(rig)
    positions = [rig.chance.randrange(covered) for _ in range(_PROOFS)]
    paths = tuple(f"/api/v1/ledger/inclusion?position={position}" for position in positions)
    outcome, _ = rig.get(rig.store, paths, 1)
    return {f"p{share}": round(percentile(outcome.latency_ns, share / 100) / 1e6, 2) for share in (50, 95, 99)}


def catch_up(rig: Rig, size: int) -> dict[str, Any]:
    """Seal a log that was never sealed, in one go, and prove statements of it."""
    store = Store(rig.deployment.client, f"ledger_{size}")
    store.ensure_indexes()
    load(rig, store, size)
    rig.settle()
    clock = SystemClock()
    sealing = Sealer(store, clock, LedgerKeys(store, clock, bytes(32)), "mesure.invalid")
    meter = Meter({"mongod": rig.deployment.mongod_pids})
    before, began = meter.read(), time.monotonic()
    ledgers = Ledgers(store)
    while (row := ledgers.find(_OURS)) is None or row.head_size < size:
        turn = sealing.step(_OURS)
        if turn.waits and not turn.more:
            time.sleep(_LOOK_SECONDS)  # as the worker does: a head is signed once a second at most
    seconds, used = time.monotonic() - began, meter.since(before)
    rig.settle()
    ledger, times = Ledger(store), []
    for _ in range(_PROOFS):
        position = rig.chance.randrange(size)
        started = time.perf_counter()
        ledger.inclusions(_OURS, [position], size)
        times.append((time.perf_counter() - started) * 1000)
    found = {
        "size": size,
        "seconds": round(seconds, 2),
        "rate": round(size / seconds, 1),
        "mongod_ms": round(used["mongod"] * 1000 / size, 5),
        "heads": len(ledger.heads_after(_OURS, 0)),
        "proof_ms": {f"p{share}": round(percentile(times, share / 100), 3) for share in (50, 95, 99)},
    }
    rig.deployment.client.drop_database(store.database.name)
    return found


def load(rig: Rig, store: Store, size: int) -> None:
    """Put records into an empty database, as large as real ones and without going through ingest.

    They are copies of records that the deployment stored, each under an id, at a position, with a salt and a leaf of
    its own; without what they are found by, whose index the sealer does not read and which takes longest to fill.
    """
    templates = list(rig.deployment.statements.find({}, {"q": 0}).limit(_TEMPLATES))
    quick = store.database.client.get_database(store.database.name)["statements"]
    first = 1_700_000_000_000_000
    for start in range(0, size, _CHUNK):
        rows = []
        for position in range(start, min(start + _CHUNK, size)):
            template, salt = templates[position % len(templates)], secrets.token_bytes(16)
            rows.append({
                **template, "_id": _OURS.to_bytes(4, "big") + secrets.token_bytes(16), "o": _OURS, "n": position,
                "t": first + position, "s": salt, "l": leaf_hash(salt, template["b"]),
            })  # fmt: skip
        quick.insert_many(rows, ordered=False)
    store.collection("heads").insert_one({"_id": _OURS, "t": first + size, "n": size})
