"""The one write path of statements: parse, check, prepare, append. All of a request, or none of it."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from lrs.caller import Caller, OrganisationId, Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.errors import Conflict, InvalidRequest, Problem, TooLarge
from lrs.lanes import HandOn, Lanes
from lrs.limits import Limits
from lrs.statements.candidate import Candidate, prepare
from lrs.statements.multipart import Part, check_parts
from lrs.statements.parse import Text, parse_statements
from lrs.statements.rules import statement_problems
from lrs.statements.signatures import signature_problems
from lrs.store.activities import Activities, ActivityNews
from lrs.store.agents import AgentNews, Agents
from lrs.store.append import Appended, IdTaken, Request, append, request_of
from lrs.store.attachments import Attachments
from lrs.store.database import Session, Store
from lrs.store.horizon import FRESH_SECONDS, Horizon, Horizons
from lrs.turns import Turns
from lrs.versions import Version

# A refusal that lists ten thousand problems helps nobody and costs a sender's memory.
PROBLEMS_MOST: Final = 1_000
# Statements in one shared transaction: enough to spread its cost, few enough that nobody waits long for others.
TOGETHER_MOST: Final = 1_000
# Senders that repeat themselves do it for a while: so many appends are then looked at before they are tried.
LOOK_FIRST_APPENDS: Final = 100
# From so many statements on, an append lets the next begin while its own commit waits for the disk.
LARGE_STATEMENTS: Final = 40
# MongoDB keeps 16 MiB in one record. One that cannot be written would take down all that share its transaction.
RECORD_MOST_BYTES: Final = 15 * 1024 * 1024


@dataclass(slots=True)
class IngestCounts:
    """What this process has taken in since it started; the front door shows them as metrics."""

    stored: int = 0
    replayed: int = 0
    duplicates: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one request stored: its statements' ids in the order sent, and the instant it is consistent through."""

    ids: list[uuid.UUID]
    consistent_through: Micros | None


class Prepared(NamedTuple):
    """One request, checked and drafted, and what it says of activities and agents that this process had not heard."""

    request: Request
    parts: Sequence[Part]
    activities: Sequence[ActivityNews]
    agents: Sequence[AgentNews]


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
        self.turns = turns
        self.counts = IngestCounts()
        self._lanes: Lanes[Prepared, Appended] = Lanes(self._append_together, TOGETHER_MOST)
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
        return self.commit(self.prepare(caller, version, body, parts, statement_id=statement_id))

    def prepare(
        self,
        caller: Caller,
        version: Version,
        body: bytes,
        parts: Sequence[Part] = (),
        *,
        statement_id: uuid.UUID | None = None,
    ) -> Prepared:
        """Do the half of `take` that stores nothing: check the request and draft its records.

        Raises what `take` does of the request itself. Whoever has many requests prepares one while another is stored.
        """
        caller.require(Scope.STATEMENTS_WRITE)
        candidates = self._candidates(caller, version, body, parts, statement_id)
        # Who may not define leaves no trace in what is known of activities and agents (1.0.3 Part Three 4.2).
        heard = [candidate.mentions for candidate in candidates] if caller.may(Scope.DEFINE) else []
        return Prepared(
            request_of(caller, candidates),
            parts,
            self.activities.news(caller.organisation, (item for one in heard for item in one.all_activities())),
            self.agents.news(caller.organisation, (item for one in heard for item in one.all_agents())),
        )

    def commit(self, prepared: Prepared) -> Receipt:
        """Do the other half of `take`: store a prepared request, together with whoever else waits for the lane."""
        organisation, candidates = prepared.request.caller.organisation, prepared.request.candidates
        if not candidates:
            return Receipt([], None)
        if prepared.parts:
            self.attachments.put(organisation, prepared.parts)
        appended = self._lanes.submit(organisation, prepared, len(candidates))
        self.counts.stored += len(appended.stored)
        self.counts.replayed += len(appended.replayed)
        self.counts.duplicates += appended.duplicates
        return Receipt([candidate.statement_id for candidate in candidates], appended.through)

    def _candidates(
        self, caller: Caller, version: Version, body: bytes, parts: Sequence[Part], statement_id: uuid.UUID | None
    ) -> list[Candidate]:
        try:
            texts = parse_statements(body, statement_bytes=self.limits.statement_bytes)
            broken = (problem for text in texts for problem in statement_problems(text.value, version, text.base))
            # Explaining costs a thousand times what deciding does: it ends where nobody reads on.
            problems = list(islice(broken, PROBLEMS_MOST + 1))
            ids = [] if problems else [_sent_id(text) for text in texts]
            problems = problems or [
                *_id_problems(texts, ids, statement_id),
                *check_parts([(text.base, text.value) for text in texts], parts),
                *(found for text in texts for found in signature_problems(text.value, text.base, parts)),
            ]
            if problems:
                raise InvalidRequest(_summary(problems, len(texts)), problems[:PROBLEMS_MOST])
        except InvalidRequest:
            self.counts.refused += 1
            raise
        return [
            self._prepared(text, caller, version, sent or statement_id) for text, sent in zip(texts, ids, strict=True)
        ]

    def _prepared(self, text: Text, caller: Caller, version: Version, own: uuid.UUID | None) -> Candidate:
        candidate = prepare(text, caller, version, own or self.ids.new_uuid(), has_sent_id=own is not None)
        if candidate.record_bytes > RECORD_MOST_BYTES:
            message = "The statement names more agents and activities than can be kept with it."
            raise TooLarge(message, [Problem(text.base, message, "fewer members, or several statements")])
        return candidate

    def _append_together(self, arrivals: Sequence[Prepared], hand_on: HandOn) -> Sequence[Appended | BaseException]:
        """Append requests of one organisation in one transaction, with what they say of activities and agents.

        The next append begins while this one's commit waits to be durable. Should the commit not have been applied
        yet, the next one finds the lane taken and tries again: who comes first is the database's decision.
        """
        organisation = arrivals[0].request.caller.organisation
        activities = [item for arrival in arrivals for item in arrival.activities]
        agents = [item for arrival in arrivals for item in arrival.agents]
        repeating = self._repeating.get(organisation, 0)
        # A large append keeps the database busy: the next may come up to it. Small ones rather gather meanwhile.
        is_large = sum(len(arrival.request.candidates) for arrival in arrivals) >= LARGE_STATEMENTS
        go_on = hand_on if is_large else None

        def work(session: Session, *, look_first: bool) -> Sequence[Appended | Conflict]:
            requests = [arrival.request for arrival in arrivals]
            outcomes = append(self.store, session, self.clock, organisation, requests, look_first=look_first)
            self.activities.remember(session, organisation, (activity for _, activity in activities))
            self.agents.remember(session, organisation, (agent for _, agent in agents))
            return outcomes

        try:
            outcomes = self._in_turn(organisation, partial(work, look_first=repeating > 0), go_on)
            self._repeating[organisation] = max(0, repeating - 1)
        except IdTaken:
            outcomes = self._in_turn(organisation, partial(work, look_first=True), go_on)
            self._repeating[organisation] = LOOK_FIRST_APPENDS
        self.activities.mark(mark for mark, _ in activities)
        self.agents.mark(mark for mark, _ in agents)
        self._tell(organisation, outcomes)
        return outcomes

    def _in_turn(
        self,
        organisation: OrganisationId,
        work: Callable[[Session], Sequence[Appended | Conflict]],
        hand_on: HandOn | None,
    ) -> Sequence[Appended | Conflict]:
        """Run an append while no other process of this host runs one of the same organisation."""
        with self.turns.turn(organisation) as end:
            if hand_on is None:
                return self.store.transaction(work)

            def go_on() -> None:
                end()
                hand_on()

            return self.store.transaction(work, before_commit=go_on)

    def _tell(self, organisation: OrganisationId, outcomes: Sequence[Appended | Conflict]) -> None:
        """Let searches know how far the log is now, and, the first time, that statements target others."""
        appended = [outcome for outcome in outcomes if isinstance(outcome, Appended)]
        if not appended:
            return
        self.horizons.reached(organisation, Horizon(appended[-1].through, appended[-1].has_references))
        if any(outcome.began_references for outcome in appended):
            # Other processes may still give out a horizon from before; afterwards none does.
            time.sleep(FRESH_SECONDS)


def _sent_id(text: Text) -> uuid.UUID | None:
    sent: str | None = text.value.get("id")
    return uuid.UUID(sent) if sent else None


def _id_problems(texts: Sequence[Text], ids: Sequence[uuid.UUID | None], named: uuid.UUID | None) -> list[Problem]:
    """Check ids against each other, and against the one a PUT names."""
    if named is not None:
        if len(texts) != 1 or texts[0].base:
            return [Problem("", "PUT stores one statement.", "a single statement object", "1.0.3 Part Three 2.1.1")]
        if ids[0] not in (None, named):
            return [
                Problem(
                    "/id",
                    "The id differs from the statementId of the request.",
                    "the same id, or none",
                    "1.0.3 Part Three 2.1.1",
                )
            ]
        return []
    seen = Counter(sent for sent in ids if sent is not None)
    if len(seen) == seen.total():
        return []
    return [
        Problem(
            f"{text.base}/id",
            "Another statement of this batch has the same id.",
            "each id once in a batch",
            "9274.1.1 4.1.6.1",
        )
        for text, sent in zip(texts, ids, strict=True)
        if sent is not None and seen[sent] > 1
    ]


def _summary(problems: Sequence[Problem], statements: int) -> str:
    count, places = len(problems), f"{statements} statement{'s' if statements > 1 else ''}"
    if count > PROBLEMS_MOST:
        return f"Nothing was stored: more than {PROBLEMS_MOST:,} problems in {places}; the first are listed."
    return f"Nothing was stored: {count} problem{'s' if count > 1 else ''} in {places}."
