"""One connection to MongoDB, and the transactions that go through it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from pymongo import MongoClient, timeout
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from lrs.errors import Conflict, Overloaded
from lrs.store.abandoned import end_abandoned
from lrs.store.indexes import COLLECTIONS, INDEXES

T = TypeVar("T")
Document = dict[str, Any]
# The driver's own names, for the rooms that may not import it.
Session = ClientSession
DriverError = PyMongoError

# An acknowledged statement survives the loss of any one node.
DURABLE: Final = WriteConcern(w="majority", j=True)
# What the first of two requests to commit waits for. The driver raises the second to a majority, and keeps the journal.
_APPLIED: Final = WriteConcern(w=1, j=True)
# What a reader has seen is never rolled back: a page, a seal or a fact may rest on it.
SETTLED: Final = ReadConcern("majority")

# Statements of one course repeat each other: zstd keeps them in a third less room than the default, and their indexes
# in a third of the room. It wants a cache that holds the pages in use (docs/design/0006-compression.md).
COMPRESSED: Final = {"wiredTiger": {"configString": "block_compressor=zstd"}}

# How long a write waits for its lane before it is refused with "nothing was written".
PATIENCE_SECONDS: Final = 20.0
# How long a lane may be busy before we look whether its holder died.
SUSPICIOUS_SECONDS: Final = 0.5
# The same of one write that waits by itself, within the server.
LONG_WRITE_SECONDS: Final = 2.0
# The first pause after losing a lane; later ones grow to thirty times that. A lane is held for
# one or two milliseconds, so the first retry usually finds it free.
FIRST_PAUSE_SECONDS: Final = 0.0008

# The server's code for "there is a collection of that name already".
_NAMESPACE_EXISTS: Final = 48
# Statements had an index for each field once, and no list of all they are found by (docs/design/0004).
_OLDER_INDEX: Final = "o_1_v_1_t_1"
_TRANSIENT: Final = "TransientTransactionError"
_UNKNOWN: Final = "UnknownTransactionCommitResult"


class Store:
    """The database of one deployment: collections that write durably and read what is settled."""

    def __init__(self, client: MongoClient[Document], name: str) -> None:
        self.client = client
        self.database = client.get_database(
            name, write_concern=DURABLE, read_concern=SETTLED, read_preference=ReadPreference.PRIMARY
        )
        self._collections: dict[str, Collection[Document]] = {}

    def collection(self, name: str) -> Collection[Document]:
        """Return a collection with the deployment's durability."""
        collection = self._collections.get(name)
        if collection is None:
            collection = self._collections[name] = self.database[name]
        return collection

    def ping(self) -> None:
        """Raise a PyMongoError unless a primary answers."""
        self.client.admin.command("ping", read_preference=ReadPreference.PRIMARY)

    def ensure_indexes(self) -> None:
        """Create what `lrs.store.indexes` lists and is not there yet; safe to call from many processes.

        Collections are created too: inside a transaction, the first two writers would race to do it.
        """
        self._refuse_older_form()
        wanted = {*COLLECTIONS, *(index.collection for index in INDEXES)}
        for name in sorted(wanted - set(self.database.list_collection_names())):
            self._create_collection(name)
        for index in INDEXES:
            self.collection(index.collection).create_index(list(index.keys), **index.options())

    def _refuse_older_form(self) -> None:
        """Raise Conflict for statements that searches would not find any more."""
        if any(index["name"] == _OLDER_INDEX for index in self.database["statements"].list_indexes()):
            message = (
                f"The database {self.database.name} was made by an earlier development version. Export its statements "
                "with that version and import them into a new database, or remove it; nothing was changed."
            )
            raise Conflict(message)

    def _create_collection(self, name: str) -> None:
        try:
            self.database.create_collection(
                name, check_exists=False, storageEngine=COMPRESSED, indexOptionDefaults={"storageEngine": COMPRESSED}
            )
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:  # else another process was faster
                raise

    def transaction(
        self,
        work: Callable[[ClientSession], T],
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        applied: Callable[[T], None] | None = None,
    ) -> T:
        """Run `work` in one transaction and return what it returned, once that is durable.

        `applied` is called with it as soon as the transaction is in the database, for whoever comes next to go on from
        there, and before it is durable: a failover that loses it loses what rests on it too. Then `work` runs again,
        and `applied` is called again.

        `work` runs again from its start whenever the transaction loses a race or its node; it must
        have no effect but through the session it is given. Raises Overloaded, with nothing written, when
        `patience_seconds` are over; when the outcome of a commit stays unknown, the driver's own
        exception comes through, for then nobody may claim either.
        """
        deadline = time.monotonic() + patience_seconds
        look_at = time.monotonic() + SUSPICIOUS_SECONDS
        pause = FIRST_PAUSE_SECONDS
        with self.client.start_session(causal_consistency=False) as session:
            while True:
                try:
                    session.start_transaction(
                        read_concern=ReadConcern("snapshot"),
                        write_concern=DURABLE if applied is None else _APPLIED,
                        max_commit_time_ms=10_000,
                    )
                    result = work(session)
                    _commit(session, deadline)
                    if applied is not None:
                        applied(result)
                        _commit(session, deadline)
                except BaseException as error:
                    if session.in_transaction:
                        session.abort_transaction()
                    if not (isinstance(error, PyMongoError) and error.has_error_label(_TRANSIENT)):
                        raise
                    if time.monotonic() >= deadline:
                        message = "The store is busy; nothing of this request was written. Send it again."
                        raise Overloaded(message) from error
                    if time.monotonic() >= look_at:
                        # No living writer holds a lane for so long.
                        end_abandoned(self.client)
                        look_at = time.monotonic() + SUSPICIOUS_SECONDS
                    # Full jitter: two writers that collided do not collide again in step.
                    time.sleep(random.uniform(0, pause))  # noqa: S311 - a pause, not a secret
                    pause = min(pause * 1.6, FIRST_PAUSE_SECONDS * 30)
                else:
                    return result

    def write_alone(self, write: Callable[[], T]) -> T:
        """Run one write that is in no transaction and may run again, and return what it returned.

        MongoDB lets such a write wait for a transaction that changes the same document; when that one's process has
        died, it is ended here, rather than waited for until the server gives it up. Raises the driver's own exception
        when there is no answer for as long as a transaction would wait.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with timeout(LONG_WRITE_SECONDS):
                    return write()
            except PyMongoError as error:
                if not error.timeout or time.monotonic() >= deadline:
                    raise
            end_abandoned(self.client)


def _commit(session: ClientSession, deadline: float) -> None:
    """Commit, asking again while the answer is unknown: a commit may be repeated safely."""
    while True:
        try:
            session.commit_transaction()
        except (ConnectionFailure, ExecutionTimeout, OperationFailure) as error:
            if error.has_error_label(_UNKNOWN) and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            raise
        else:
            return
