"""What a track has noted goes into the log, by the one write path, and among the states that a player finds again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import Clock, IdSource
from lrs.documents import resources
from lrs.documents.document import Document
from lrs.documents.selection import Address, Context
from lrs.draft import draft
from lrs.errors import Conflict
from lrs.ingest import Ingest
from lrs.limits import Limits
from lrs.scorm.launch import Launch
from lrs.scorm.pen import attempt_iri
from lrs.scorm.track import Track, attempt_id
from lrs.scorm.vocabulary import ACTIVITY_STATE, ATTEMPT_STATE, BASE
from lrs.store.append import Request
from lrs.store.database import Store
from lrs.store.scorm_states import StateStore
from lrs.store.scorm_tracks import Held
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from lrs.versions import Version

CREDENTIAL: Final = CredentialId("Passerelle SCORM")
AUTHORITY: Final = orjson.dumps(
    {
        "objectType": "Agent",
        "name": "Passerelle SCORM Assidu",
        "account": {"homePage": BASE, "name": "scorm"},
    }
)
_JSON: Final = "application/json"


class Delivery:
    """Delivers statements and states of one organisation at a time; the same twice is there once."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, limits: Limits, ingest: Ingest, statements: Statements
    ) -> None:
        self._ids = ids
        self._limits = limits
        self._ingest = ingest
        self._statements = statements
        self._states = StateStore(store, clock)

    def draft(self, organisation: OrganisationId, statements: bytes) -> Request:
        """Return statements drafted and checked as any sender's are; raise InvalidRequest for what is refused."""
        return draft(
            gateway_caller(organisation), Version.V2_0_0, statements, statement_bytes=self._limits.statement_bytes,
            ids=self._ids,
        )  # fmt: skip

    def append(self, organisation: OrganisationId, drafts: Sequence[Request]) -> None:
        """Store the statements of all, together where none of them is there yet."""
        caller = gateway_caller(organisation)
        try:
            self._ingest.commit(Request(
                caller, [each for drafted in drafts for each in drafted.candidates],
                [each for drafted in drafts for each in drafted.drafts],
            ))  # fmt: skip
        except Conflict:
            # An answer that is there already, as of another instant: a commit that others overtook says it again.
            for drafted in drafts:
                self._append_new(organisation, drafted)

    def _append_new(self, organisation: OrganisationId, drafted: Request) -> None:
        """Append those of these statements whose ids the log does not have."""
        ids = [candidate.statement_id for candidate in drafted.candidates]
        there: set[UUID] = {entry.statement_id for entry in self._statements.entries(organisation, ids)}
        fresh = [at for at, name in enumerate(ids) if name not in there]
        if fresh:
            self._ingest.commit(Request(
                drafted.caller, [drafted.candidates[at] for at in fresh], [drafted.drafts[at] for at in fresh]
            ))  # fmt: skip

    def finish(self, launch: Launch, held: Held) -> None:
        """Deliver what a track has noted and may have delivered already."""
        pending = held.pending
        if pending.statements:
            self._append_new(launch.organisation, self.draft(launch.organisation, pending.statements))
        self.put_states(launch.organisation, states(launch, held.track, pending.state, began=pending.began))

    def put_states(self, organisation: OrganisationId, found: Iterable[tuple[Address, Document]]) -> None:
        """Write documents that players find again."""
        self._states.put_all(organisation, list(found))


def gateway_caller(organisation: OrganisationId) -> Caller:
    """Return the gateway as a caller of one organisation: its authority says who vouches for the statements."""
    return Caller(organisation, CREDENTIAL, frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE}), AUTHORITY)


def states(launch: Launch, track: Track, state: bytes, *, began: bool) -> Iterator[tuple[Address, Document]]:
    """Yield the documents that a player finds again: the attempt's state, and the list of attempts if one began."""
    iris = [attempt_iri(launch, attempt_id(launch.track, number + 1)) for number in range(track.attempt)]
    where = (launch.learner, launch.registration)
    if state:
        yield Address(Context(resources.STATE, iris[-1], *where), ATTEMPT_STATE), Document(_JSON, state)
    if began:
        # Every attempt's id follows from its number: nobody needs to look which are listed already.
        listed = Document(_JSON, orjson.dumps({"attempts": iris}))
        yield Address(Context(resources.STATE, launch.activity["id"], *where), ACTIVITY_STATE), listed
