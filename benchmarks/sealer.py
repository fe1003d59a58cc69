"""`python -m benchmarks.sealer URI DATABASE`: the worker's sealing and nothing else of it, until it is told to end."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from pymongo import MongoClient

from assidu.sealing_work import SealingWork
from lrs.clock import RandomIds, SystemClock
from lrs.limits import Limits
from lrs.services import build_services
from lrs.store.database import Store
from lrs.timestamps import NoAuthority


def main(uri: str, database: str) -> None:
    """Seal until SIGTERM."""
    client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True, uuidRepresentation="standard")
    services = build_services(Store(client, database), SystemClock(), RandomIds(), Limits(), bytes(32))
    work, stopping = SealingWork(services, "mesure", "mesure.invalid", NoAuthority(), 600), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    work.start()
    # A signal may be given to another thread: only a wait that ends now and then lets this one see it.
    while not stopping.wait(1):
        pass
    work.stop()
    work.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
