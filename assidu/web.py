"""The web server: processes that each serve the application of `assidu.wsgi`."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
from typing import Final

from granian.constants import Interfaces
from granian.server import Server

from assidu.admission import PEOPLE, WAITING
from assidu.logs import configure_logging
from assidu.settings import Settings, set_metrics_folder, set_variables

# Loaded once here and shared by the processes forked from here: nothing connects or starts at import.
_SHARED: Final = ("assidu.wsgi",)
# Threads beyond those that serve and that wait: they answer what is too much (`assidu.admission`).
_REFUSING_THREADS: Final = 4
_BACKLOG: Final = 4_096
_CONNECTIONS_MOST: Final = 16_384


def serve(settings: Settings) -> None:
    """Serve until told to stop; requests in flight are finished first."""
    configure_logging(settings.log_level, settings.log_format)
    metrics = settings.data.absolute() / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True, exist_ok=True)
    set_metrics_folder(metrics)
    set_variables(settings)
    for module in _SHARED:
        importlib.import_module(module)
    if hasattr(os, "register_at_fork"):  # Windows has no forks, and nothing of ours is handed on there
        os.register_at_fork(after_in_child=_end_when_told)
    Server(
        "assidu.wsgi:create",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads + WAITING + PEOPLE + _REFUSING_THREADS,
        # Every connection is taken: one that is not even accepted would wait, unanswered, for others to close.
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS_MOST,
        respawn_failed_workers=True,
        workers_kill_timeout=settings.drain_seconds,
        websockets=False,
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}},
    ).serve()


def _end_when_told() -> None:
    """Let a process that still loads be ended by the signal that says so: it has no request to finish.

    It would go by the server's handler, which notes the signal where only the server looks, then serve as if nothing
    had been said, and be killed in the end. Once it serves, it has a handler of its own.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
