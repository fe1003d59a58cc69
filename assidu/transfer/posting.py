"""Posts the requests of an import: the next one is drafted while one is stored, and they are stored in their order."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, NamedTuple, Protocol, Self, TypeAlias

from assidu import interpreter
from assidu.mongod import die_with_parent
from assidu.settings import Settings
from assidu.wiring import STORE_FAILURES, connect
from lrs.caller import Caller
from lrs.draft import draft
from lrs.errors import AssiduError, InvalidRequest, TooLarge
from lrs.services import Services
from lrs.statements.multipart import Part
from lrs.store.append import Request
from lrs.store.database import DriverError
from lrs.versions import Version

# While one stores, the other drafts.
PROCESSES: Final = 2
_END_SECONDS: Final = 10


class Sent(NamedTuple):
    """One request: the body of a POST of statements, and its attachments."""

    version: Version
    body: bytes
    parts: tuple[Part, ...] = ()


class Posted(NamedTuple):
    """How many statements of a request are new, and how many were stored before."""

    stored: int
    already: int


Applied: TypeAlias = Callable[[], None]


def unheard() -> None:
    """Make nothing of it that a request is in the log."""


class Ticket(Protocol):
    """A request that is being drafted."""

    def commit(self, applied: Applied = unheard) -> Posted:
        """Store it, after all that were begun before it; raises what `Ingest.take` does, and then nothing is stored.

        `applied` is called, if at all, when it is in the log and only has to become durable: the next may be committed.
        """
        ...


class Poster(Protocol):
    """Takes requests in the order in which they are to be stored."""

    def begin(self, sent: Sent) -> Ticket:
        """Begin to draft a request. Its ticket is to be committed before any that is begun later."""
        ...


class HerePoster(AbstractContextManager["HerePoster"]):
    """Posts from this process."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self._services = services
        self._caller = caller
        self._drafting = ThreadPoolExecutor(1, "draft")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._drafting.shutdown(cancel_futures=True)

    def begin(self, sent: Sent) -> _HereTicket:
        """Begin to draft a request in another thread."""
        return _HereTicket(self._services, sent, self._drafting.submit(_draft, self._services, self._caller, sent))

    def post(self, sent: Sent) -> Posted:
        """Draft and store a request, whatever has been begun."""
        return _commit(self._services, _draft(self._services, self._caller, sent), sent.parts)


class _HereTicket(NamedTuple):
    services: Services
    sent: Sent
    drafted: Future[_Drafted]

    def commit(self, applied: Applied = unheard) -> Posted:
        return _commit(self.services, self.drafted.result(), self.sent.parts, applied)


class BesidePoster(AbstractContextManager["BesidePoster"]):
    """Posts from processes of its own, each request from the next of them: for what takes long enough to start them."""

    def __init__(self, settings: Settings, caller: Caller, processes: int = PROCESSES) -> None:
        """`settings` name the database."""
        self._clerks = [_Clerk(settings, caller) for _ in range(processes)]
        self._turn = cycle(self._clerks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for clerk in self._clerks:
            clerk.end()

    def begin(self, sent: Sent) -> _Clerk:
        """Hand a request to the process whose turn it is."""
        clerk = next(self._turn)
        clerk.send(sent)
        return clerk


class _Clerk:
    """The parent's side of one process, which answers one commit for each request, in their order."""

    def __init__(self, settings: Settings, caller: Caller) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        # One thread hands requests out while another commits.
        self._sending = threading.Lock()
        # Two may want to commit, where one is in the log and not durable yet: each waits for its own answer.
        self._committing = threading.Lock()
        self._process = context.Process(
            target=serve, args=(theirs, settings, caller), name="assidu import", daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def send(self, message: Sent | None) -> None:
        try:
            with self._sending:
                self._pipe.send(message)
        except OSError as error:
            raise _ended() from error

    def commit(self, applied: Applied = unheard) -> Posted:
        with self._committing:
            self.send(None)
            while (outcome := self._receive()) is None:
                applied()
        if isinstance(outcome, AssiduError):
            raise outcome
        if isinstance(outcome, _Lost):
            raise DriverError(outcome.error)
        return outcome

    def _receive(self) -> Posted | AssiduError | _Lost | None:
        """Return what became of the request that is committed; None says that it is in the log."""
        try:
            outcome: Posted | AssiduError | _Lost | None = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise _ended() from error
        return outcome

    def end(self) -> None:
        self._pipe.close()
        self._process.join(_END_SECONDS)
        if self._process.is_alive():
            self._process.kill()


class _Lost(NamedTuple):
    """The store failed; the driver's exceptions do not all survive the way between processes."""

    error: str


_Drafted: TypeAlias = Request | AssiduError


def serve(pipe: Connection[Any, Any], settings: Settings, caller: Caller) -> None:
    """Draft each request that comes, and store the oldest of them whenever told to."""
    die_with_parent()
    # Ctrl-C goes to every process of the terminal: the one that reads the file decides how this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    services = connect(settings)
    interpreter.settle()
    waiting: deque[tuple[_Drafted, Sequence[Part]]] = deque()
    while True:
        try:
            message: Sent | None = pipe.recv()
        except (EOFError, OSError):
            return
        if message is not None:
            waiting.append((_draft(services, caller, message), message.parts))
            continue
        try:
            pipe.send(_commit(services, *waiting.popleft(), lambda: pipe.send(None)))
        except AssiduError as refusal:
            pipe.send(refusal)
        except STORE_FAILURES as error:
            pipe.send(_Lost(f"{type(error).__name__}: {error}"))


def _draft(services: Services, caller: Caller, sent: Sent) -> _Drafted:
    """Draft a request; a refusal waits for its turn."""
    limit = services.limits.statement_bytes
    try:
        return draft(caller, sent.version, sent.body, sent.parts, statement_bytes=limit, ids=services.ids)
    except (InvalidRequest, TooLarge) as refusal:
        return refusal


def _commit(services: Services, drafted: _Drafted, parts: Sequence[Part], applied: Applied = unheard) -> Posted:
    if isinstance(drafted, AssiduError):
        raise drafted
    receipt = services.ingest.commit(drafted, parts, applied=applied)
    return Posted(len(receipt.stored), len(receipt.ids) - len(receipt.stored))


def _ended() -> DriverError:
    return DriverError("a process of the import has ended")
