"""The one write path of statements: draft, then append. All of a request, or none of it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from lrs.caller import Caller, Scope
from lrs.checks import Findings
from lrs.clock import Clock, IdSource, Micros
from lrs.draft import draft
from lrs.errors import Conflict, InvalidRequest
from lrs.lanes import HandOn, Lanes
from lrs.limits import Limits
from lrs.statements.multipart import Part
from lrs.store.activities import Activities, ActivityNews
from lrs.store.agents import AgentNews, Agents
from lrs.store.append import Appended, IdTaken, Request, append
from lrs.store.attachments import Attachments
from lrs.store.database import Session, Store
from lrs.store.horizon import FRESH_SECONDS, Horizon, Horizons
from lrs.tenancy import OrganisationId
from lrs.turns import Turns
from lrs.versions import Version

# Statements in one shared transaction: enough to spread its cost, few enough that nobody waits long for others.
TOGETHER_MOST: Final = 1_000
# Senders that repeat themselves do it for a while: so many appends are then looked at before they are tried.
LOOK_FIRST_APPENDS: Final = 100
# From so many statements on, an append lets the next begin while its own commit waits for the disk.
LARGE_STATEMENTS: Final = 40


@dataclass(slots=True)
class IngestCounts:
    """What this process has taken in since it started; the front door shows them as metrics."""

    stored: int = 0
    replayed: int = 0
    duplicates: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one request stored: its statements' ids in the order sent, and the instant it is consistent through.

    `stored` are those that were not there already.
    """

    ids: list[uuid.UUID]
    consistent_through: Micros | None
    stored: Sequence[uuid.UUID] = ()


class Ingest:
    """Takes statements in. Requests of one organisation that come together share a transaction."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, limits: Limits, activities: Activities, agents: Agents,
        attachments: Attachments, horizons: Horizons, turns: Turns,
    ) -> None:  # fmt: skip
        self.store = store
        self.clock = clock
        self.ids = ids
        self.limits = limits
        self.activities = activities
        self.agents = agents
        self.attachments = attachments
        self.horizons = horizons
        self.findings = Findings(store, clock)
        self.counts = IngestCounts()
        self._lanes: Lanes[_Arrival, Appended] = Lanes(self._append_together, TOGETHER_MOST, turns.turn)
        # Organisations whose senders have just repeated themselves, and for how many more appends to expect it.
        self._repeating: dict[OrganisationId, int] = {}

    def post(
        self,
        caller: Caller,
        version: Version,
        body: bytes,
        parts: Sequence[Part] = (),
        *,
        statement_id: uuid.UUID | None = None,
    ) -> list[uuid.UUID]:
        """Store the statements of one request and return their ids; see `take`."""
        return self.take(caller, version, body, parts, statement_id=statement_id).ids

    def take(
        self,
        caller: Caller,
        version: Version,
        body: bytes,
        parts: Sequence[Part] = (),
        *,
        statement_id: uuid.UUID | None = None,
    ) -> Receipt:
        """Store the statements of one request and say what was stored.

        `statement_id` is the one a PUT names: then the body is that one statement. A statement that is
        stored already, word for word, is answered as before. Raises InvalidRequest with every problem
        found, Conflict, TooLarge, Forbidden or Overloaded, and then nothing was stored.
        """
        caller.require(Scope.STATEMENTS_WRITE)
        try:
            request = draft(
                caller, version, body, parts, statement_id=statement_id,
                statement_bytes=self.limits.statement_bytes, ids=self.ids,
            )  # fmt: skip
            # Nothing more is done for a credential without checks: this is the path of every statement.
            found = None if caller.checks is None else self.findings.look(caller, request.candidates, caller.checks)
        except InvalidRequest:
            self.counts.refused += 1
            raise
        receipt = self.commit(request, parts)
        if found is not None:
            self.findings.note(caller, found, receipt.stored)
        return receipt

    def commit(
        self, request: Request, parts: Sequence[Part] = (), *, applied: Callable[[], None] = lambda: None
    ) -> Receipt:
        """Store a drafted request, together with whoever else waits for the lane; raises Conflict or Overloaded.

        `parts` are those that it was drafted with. `applied` is called, if at all, when it is in the log for whatever
        is appended after it, and before that is durable.
        """
        caller, candidates = request.caller, request.candidates
        if not candidates:
            return Receipt([], None)
        if parts:
            self.attachments.put(caller.organisation, parts)
        appended = self._lanes.submit(caller.organisation, self._arrival(request, applied), len(candidates))
        self.counts.stored += len(appended.stored)
        self.counts.replayed += len(appended.replayed)
        self.counts.duplicates += appended.duplicates
        return Receipt([candidate.statement_id for candidate in candidates], appended.through, appended.stored)

    def _arrival(self, request: Request, applied: Callable[[], None]) -> _Arrival:
        """Add to a request what this process has not heard before: whoever waits in the lane must not wait for that."""
        caller = request.caller
        # Who may not define leaves no trace in what is known of activities and agents (1.0.3 Part Three 4.2).
        told = request.candidates if caller.may(Scope.DEFINE) else ()
        # Statements share the parts that they have in common: each is looked at once.
        heard = dict.fromkeys(part.mentions for candidate in told for part in candidate.gist.mentioned)
        return _Arrival(
            request,
            self.activities.news(caller.organisation, (item for one in heard for item in one.all_activities())),
            self.agents.news(caller.organisation, (item for one in heard for item in one.all_agents())),
            applied,
        )

    def _append_together(self, arrivals: Sequence[_Arrival], hand_on: HandOn) -> Sequence[Appended | BaseException]:
        """Append requests of one organisation in one transaction, with what they say of activities and agents.

        The next append begins when this one is in, while its commit waits to be durable. One of another host may find
        the lane taken and try again: who comes first is the database's decision.
        """
        organisation = arrivals[0].request.caller.organisation
        activities = [item for arrival in arrivals for item in arrival.activities]
        agents = [item for arrival in arrivals for item in arrival.agents]
        repeating = self._repeating.get(organisation, 0)
        # A large append keeps the database busy: the next may come up to it. Small ones rather gather meanwhile.
        is_large = sum(len(arrival.request.candidates) for arrival in arrivals) >= LARGE_STATEMENTS

        def hand_on_and_tell(outcomes: Sequence[Appended | Conflict]) -> None:
            hand_on()
            for arrival, outcome in zip(arrivals, outcomes, strict=True):
                if isinstance(outcome, Appended):
                    arrival.applied()

        go_on = hand_on_and_tell if is_large else None

        def work(session: Session, *, look_first: bool) -> Sequence[Appended | Conflict]:
            requests = [arrival.request for arrival in arrivals]
            outcomes = append(self.store, session, self.clock, organisation, requests, look_first=look_first)
            self.activities.remember(session, organisation, (activity for _, activity in activities))
            self.agents.remember(session, organisation, (agent for _, agent in agents))
            return outcomes

        try:
            outcomes = self.store.transaction(partial(work, look_first=repeating > 0), applied=go_on)
            self._repeating[organisation] = max(0, repeating - 1)
        except IdTaken:
            outcomes = self.store.transaction(partial(work, look_first=True), applied=go_on)
            self._repeating[organisation] = LOOK_FIRST_APPENDS
        self.activities.mark(mark for mark, _ in activities)
        self.agents.mark(mark for mark, _ in agents)
        self._tell(organisation, outcomes)
        return outcomes

    def _tell(self, organisation: OrganisationId, outcomes: Sequence[Appended | Conflict]) -> None:
        """Let searches know how far the log is now, and, the first time, that statements target others."""
        appended = [outcome for outcome in outcomes if isinstance(outcome, Appended)]
        if not appended:
            return
        self.horizons.reached(organisation, Horizon(appended[-1].through, appended[-1].has_references))
        if any(outcome.began_references for outcome in appended):
            # Other processes may still give out a horizon from before; afterwards none does.
            time.sleep(FRESH_SECONDS)


class _Arrival(NamedTuple):
    """One request at the lane, and what it says of activities and agents that this process has not heard before."""

    request: Request
    activities: Sequence[ActivityNews]
    agents: Sequence[AgentNews]
    applied: Callable[[], None]
