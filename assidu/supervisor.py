"""`assidu run`: the embedded database, web, worker, development authority and the demonstration, kept running."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from assidu.children import Child
from assidu.mongod import Mongod
from assidu.secret import BadDataFolder, secret_key
from assidu.settings import Settings, process_environment
from lrs.errors import AssiduError, InsecureDevelopmentWarning

# How often the children are looked at: also the longest that a dead one stays unnoticed.
_LOOK_SECONDS: Final = 0.1
_READY_SECONDS: Final = 60.0
# glibc keeps what each thread once used; these make it give large pieces back: a web process that has shown pages
# weighs a sixth less. Not of less than a megabyte: a page of statements was mapped and unmapped three times each.
FRUGAL: Final = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}


class CannotStart(AssiduError):
    """Something on this machine is in the way; the message is one line that says what to do."""


class _Stop(Exception):
    """Somebody asked us to end."""


def run(settings: Settings, *, demo: bool) -> None:
    """Run everything until Ctrl-C or SIGTERM. Raises AssiduError when it cannot start."""
    settings = replace(settings, data=settings.data.absolute())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    warnings.formatwarning = _as_line
    started = time.monotonic()
    with ExitStack() as stack:
        try:
            stack.enter_context(_only_one(settings.data))
            _check_port(settings.host, settings.port)
            secret_key(settings)
            _run(settings, stack, started, demo=demo)
        except _Stop:
            # What follows must not be cut short by an impatient second Ctrl-C: that is what loses things.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            click.echo("\nStopping: web finishes what is in flight, then worker, then the database…", err=True)


def _run(settings: Settings, stack: ExitStack, started: float, *, demo: bool) -> None:
    # What is entered first is stopped last: the database, then worker, then web.
    mongod = _start_database(settings, stack)
    if mongod is not None:
        settings = replace(settings, mongodb_uri=mongod.uri)
    settings, has_authority = _with_authority(settings)
    environment = {**process_environment(), **settings.to_environment(), **FRUGAL}
    worker, web, authority = (_child(settings, name, environment) for name in ("worker", "web", "authority"))
    if has_authority:
        stack.callback(authority.stop, 5)
        authority.start()
    stack.callback(worker.stop, 10)
    stack.callback(web.stop, settings.drain_seconds + 5)
    # Web loads while the database starts, and answers 503 until both are there.
    web.start()
    # Loaded now and not before: these take seconds, in which the others start.
    from assidu import welcome  # noqa: PLC0415
    from assidu.wiring import connect, prepare  # noqa: PLC0415

    if mongod is not None:
        mongod.wait_until_primary()
    keep = _Keeper(mongod, [web, authority] if has_authority else [web])
    services = connect(settings)
    try:
        first = prepare(settings, services, make_password=True)
        _wait_until_ready(settings, web, keep)
        click.echo(f"Ready after {time.monotonic() - started:.1f} s.")
        worker.start()
        keep.children.append(worker)
        guests = welcome.invite(settings, services, demo=demo)
    finally:
        # The client's own threads end here: from now on this process only watches, and may fork safely.
        services.store.client.close()
    if guests.is_hungry:
        welcome.introduce(settings)
        _feed(environment, stack, keep)
    welcome.greet(settings, first, guests)
    while True:
        keep()
        time.sleep(_LOOK_SECONDS)


class _Keeper:
    """Looks after the processes: each that ends is started again, and said so."""

    def __init__(self, mongod: Mongod | None, children: list[Child]) -> None:
        self.mongod = mongod
        self.children = children

    def __call__(self) -> None:
        """Look once."""
        if self.mongod is not None:
            code = self.mongod.tend()
            if code is not None:
                click.echo(f"The database ended ({code}); starting it again.", err=True)
        for child in self.children:
            code = child.tend()
            if code is not None:
                click.echo(f"{child.name} ended ({code}); starting it again. Its log: {child.log}", err=True)


def _child(settings: Settings, name: str, environment: dict[str, str]) -> Child:
    log = settings.data / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    return Child(name, [sys.executable, "-m", "assidu", name], environment, log)


def _start_database(settings: Settings, stack: ExitStack) -> Mongod | None:
    if settings.mongodb_uri is not None:
        return None
    mongod = Mongod(settings.data / "mongo", cache_mib=settings.embedded_cache_mib)
    message = "The embedded MongoDB asks for no password: whoever can log in to this machine can read it."
    warnings.warn(message, InsecureDevelopmentWarning, stacklevel=2)
    stack.callback(mongod.stop)
    mongod.launch()
    return mongod


def _with_authority(settings: Settings) -> tuple[Settings, bool]:
    """Return settings that name a development authority where one is needed, and whether it is for us to run it."""
    if settings.timestamp_url is not None or settings.authority_url is not None:
        return settings, False
    message = (
        "Timestamps and seals are of a development authority: documents say “non qualifié”, and prove nothing to "
        "anybody else (docs/seals.md)."
    )
    warnings.warn(message, InsecureDevelopmentWarning, stacklevel=2)
    return replace(settings, authority_url=f"http://127.0.0.1:{_kept_port(settings.data / 'authority' / 'port')}"), True


def _kept_port(kept: Path) -> int:
    """Return the port of the last start if it is free, else another, which is written down for the next."""
    with suppress(OSError, ValueError):
        port = int(kept.read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept.write_text(str(port))
    return port


def _wait_until_ready(settings: Settings, web: Child, keep: _Keeper) -> None:
    address = f"http://{_local(settings.host)}:{settings.port}/readyz"
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        keep()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise CannotStart(f"Web did not become ready within {_READY_SECONDS:.0f} s; its log is {web.log}.")


def _feed(environment: dict[str, str], stack: ExitStack, keep: _Keeper) -> None:
    """Feed the demonstration while looking after the others; what is left undone is done at the next start."""
    # Its progress bar belongs on this terminal, which Ctrl-C reaches too.
    feeder = subprocess.Popen([sys.executable, "-m", "assidu", "feed-demo"], env=environment, stdin=subprocess.DEVNULL)
    stack.callback(_end, feeder)
    while feeder.poll() is None:
        keep()
        time.sleep(_LOOK_SECONDS)
    if feeder.returncode:
        click.echo("The demonstration is not complete; the next start goes on with it.", err=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the data folder: two supervisors over one would start two databases over one."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "run.lock").open("a+")
    except OSError as error:
        message = f"The folder {data} cannot be written ({error.strerror}): choose another with --data."
        raise BadDataFolder(message) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            message = f"Assidu already runs over {data} (process {owner}): stop it first, or choose another folder."
            raise CannotStart(message) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _check_port(host: str, port: int) -> None:
    """Refuse a host or port that cannot be listened on, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror as error:
        raise CannotStart(f"There is no address {host} to listen on: choose another with --host.") from error
    except PermissionError as error:
        raise CannotStart(f"Port {port} is kept for the administrator: choose one above 1023 with --port.") from error
    except OSError as error:
        advice = "stop what uses it, or choose another with --port."
        message = f"Port {port} of {host} cannot be used ({error.strerror}): {advice}"
        raise CannotStart(message) from error


def _local(host: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"[{shown}]" if ":" in shown else shown


def _as_line(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Write a warning as one line for a person."""
    del filename, lineno, line  # of no use to one
    return f"{category.__name__}: {message}\n"


def _stop(*_: object) -> None:
    raise _Stop
