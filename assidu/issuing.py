"""What documents are made with, put together from the settings; and the process that makes those of batches."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from types import FrameType
from typing import Final, Protocol

import structlog

from assidu.logs import configure_logging
from assidu.settings import Settings
from assidu.trust import build_seals
from assidu.wiring import STORE_FAILURES, connect
from evidence.content import Content, Frame
from evidence.issuing.batches import BatchIssuing
from evidence.issuing.issuer import Issuer
from evidence.issuing.workshop import DocumentLayout, Workshop
from evidence.seals.sealing import Seals
from evidence.store.archive import Archive
from evidence.store.trail import Trail
from lrs.errors import Overloaded
from lrs.ledger_reading import Ledger
from lrs.services import Services

# After this long without anything to make, the process ends and gives its memory back; the worker starts another.
IDLE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.5
# Laying out and sealing are work for a core each; one process more works while others wait for disk and authority.
_PROCESSES_MOST: Final = 5

_log = structlog.get_logger("assidu.issuing")


class _LayoutWhenNeeded:
    """Lays documents out, and loads all that this takes (20 MB) with the first one: most web processes never do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._layout: DocumentLayout | None = None

    def render(
        self, content: Content, frame: Frame, evidence: bytes, pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Return the PDF."""
        with self._lock:
            if self._layout is None:
                from evidence.layout import Layout  # noqa: PLC0415 - see above

                self._layout = Layout()
        return self._layout.render(content, frame, evidence, pictures)


class _Event(Protocol):
    def is_set(self) -> bool: ...


def build_workshop(settings: Settings, services: Services, seals: Seals | None = None) -> Workshop:
    """Return what documents are made with. Raises BadTrust."""
    trail = Trail(services.store, services.clock)
    return Workshop(
        store=services.store,
        clock=services.clock,
        ids=services.ids,
        ledger=Ledger(services.store),
        layout=_LayoutWhenNeeded(),
        seals=seals or build_seals(settings, services),
        archive=Archive(services.store, services.clock, trail),
        trail=trail,
        address=(settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/"),
        is_qualified=settings.timestamp_qualified,
    )


def process_count() -> int:
    """Return how many processes make the documents of batches on this machine."""
    return min((os.cpu_count() or 1) + 1, _PROCESSES_MOST)


def make_batches(settings: Settings, stopping: _Event) -> None:
    """Make the documents of batches until there are none, or `stopping` is set: what a process of its own runs.

    Ctrl-C in the terminal is for the worker, which sets `stopping`; the document in hand is finished first.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    configure_logging(settings.log_level, settings.log_format)
    services = connect(settings)
    try:
        issuer = Issuer(build_workshop(settings, services))
        issuing = BatchIssuing(services.store, services.clock, services.ids, issuer)
        _work(issuing, stopping, ended)
    finally:
        services.store.client.close()


def _work(issuing: BatchIssuing, stopping: _Event, ended: threading.Event) -> None:
    idle = 0.0
    while not (stopping.is_set() or ended.is_set()) and idle < IDLE_SECONDS:
        try:
            found = issuing.step()
        except (*STORE_FAILURES, Overloaded) as error:
            _log.warning("the store does not answer", error=type(error).__name__)
            found = False
        if found:
            idle = 0.0
            continue
        ended.wait(_LOOK_SECONDS)
        idle += _LOOK_SECONDS
