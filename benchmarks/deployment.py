"""A real deployment for one run: an embedded `mongod` and `assidu web`, as a user would have them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pymongo import MongoClient
from pymongo.collection import Collection

from assidu.memory import memory_bytes
from assidu.mongod import Mongod, usual_cache_mib
from assidu.supervisor import FRUGAL
from benchmarks.jobs import Target
from benchmarks.meter import Meter, descendants, peak_mb, resident_mb

ROOT: Final = Path(__file__).resolve().parent.parent
LOGIN: Final = ("mesure", "un-secret-pour-mesurer-seulement")
DATABASE: Final = "assidu"
_START_SECONDS: Final = 180


@dataclass(frozen=True, slots=True)
class Shape:
    """How the deployment is made; the defaults are Assidu's own."""

    workers: int = 2
    threads: int = 64
    cache_mib: int = usual_cache_mib(memory_bytes())


@dataclass(frozen=True, slots=True)
class Weight:
    """Memory of the web worker that has most, in MB: now, and at its height."""

    now: float
    peak: float


class Deployment(AbstractContextManager["Deployment"]):
    """Database and web over a temporary folder, which ends with them, or one that is kept. No worker runs beside."""

    def __init__(self, shape: Shape, folder: Path | None = None, kept: Path | None = None) -> None:
        self.shape = shape
        self._temporary = tempfile.TemporaryDirectory(prefix="assidu-bench-", dir=folder)
        self.folder = kept or Path(self._temporary.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mongod = Mongod(self.folder / "mongo", cache_mib=shape.cache_mib)
        self._web: subprocess.Popen[bytes] | None = None
        self._port = 0

    def __enter__(self) -> Self:
        try:
            self.start_database()
            self.start_web()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def uri(self) -> str:
        """Return the database's address."""
        return self._mongod.uri

    @property
    def target(self) -> Target:
        """Return the store as any client sees it."""
        return Target.from_url("assidu", f"http://127.0.0.1:{self._port}/xapi", ":".join(LOGIN))

    @property
    def statements(self) -> Collection[dict[str, Any]]:
        """Return the collection that Assidu keeps statements in."""
        return self.client[DATABASE]["statements"]

    def environment(self, database: str = DATABASE) -> dict[str, str]:
        """Return the environment of a process of this deployment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSIDU_")}
        return {
            **kept,
            **FRUGAL,
            "ASSIDU_MONGODB_URI": self._mongod.uri,
            "ASSIDU_DATABASE": database,
            "ASSIDU_DATA": str(self.folder / "data"),
            "ASSIDU_PORT": str(self._port),
            "ASSIDU_WEB_WORKERS": str(self.shape.workers),
            "ASSIDU_WEB_THREADS": str(self.shape.threads),
            "ASSIDU_API_KEY": LOGIN[0],
            "ASSIDU_API_SECRET": LOGIN[1],
        }

    def start_database(self) -> MongoClient[dict[str, Any]]:
        """Start the database alone and return a client of it."""
        self._mongod.start()
        self.client: MongoClient[dict[str, Any]] = MongoClient(self._mongod.uri)
        return self.client

    def start_web(self) -> None:
        """Start the web server and return when it answers."""
        self._port = free_port()
        with (self.folder / "web.log").open("ab") as log:
            self._web = subprocess.Popen(
                [sys.executable, "-m", "assidu", "web"], cwd=ROOT, env=self.environment(), stdout=log, stderr=log
            )
        wait_ready(self._port, self._web, self.folder / "web.log")

    def stop_web(self) -> None:
        """End the web server."""
        if self._web is not None:
            self._web.send_signal(signal.SIGINT)
            try:
                self._web.wait(40)
            except subprocess.TimeoutExpired:
                self._web.kill()
                self._web.wait()
            self._web = None

    def stop(self) -> None:
        """End everything and remove the folder."""
        self.stop_web()
        if hasattr(self, "client"):
            self.client.close()
        self._mongod.stop()
        self._temporary.cleanup()

    def web_pids(self) -> list[int]:
        """Return the processes of the web server, its parent among them."""
        return descendants(self._web.pid) if self._web else []

    def mongod_pids(self) -> list[int]:
        """Return the database's process."""
        return [self._mongod.process.pid] if self._mongod.process else []

    def meter(self) -> Meter:
        """Return a meter of web and mongod."""
        return Meter({"web": self.web_pids, "mongod": self.mongod_pids})

    def weight(self) -> Weight:
        """Return the memory of the heaviest web worker."""
        pids = self.web_pids()[1:]
        return Weight(max(map(resident_mb, pids), default=0.0), max(map(peak_mb, pids), default=0.0))

    def mongod_version(self) -> str:
        """Return the database's version."""
        return str(self.client.server_info()["version"])


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_ready(port: int, server: subprocess.Popen[bytes], log: Path | None = None) -> None:
    """Return when a server answers on `/readyz`; end the run with its last words if it does not."""
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(port):
        if server.poll() is not None or time.monotonic() > deadline:
            words = log.read_text("utf-8", "replace")[-2000:] if log else ""
            sys.exit(f"{' '.join(map(str, server.args))} did not come up:\n{words}")  # type: ignore[arg-type]
        time.sleep(0.05)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
