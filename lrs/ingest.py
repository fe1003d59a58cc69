"""The one write path of statements: parse, check, prepare, append. All of a request, or none of it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson

from lrs.caller import Caller, Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.errors import Conflict, InvalidRequest, Problem, TooLarge
from lrs.lanes import Lanes
from lrs.limits import Limits
from lrs.statements.candidate import Candidate, prepare
from lrs.statements.keys import activities_of, agents_of
from lrs.statements.multipart import Part, check_parts
from lrs.statements.parse import Text, parse_statements
from lrs.statements.rules import statement_problems
from lrs.statements.signatures import signature_problems
from lrs.store.activities import Activities
from lrs.store.agents import Agents
from lrs.store.append import Appended, Request, append
from lrs.store.attachments import Attachments
from lrs.store.database import Session, Store
from lrs.versions import Version

# A refusal that lists ten thousand problems helps nobody and costs a sender's memory.
PROBLEMS_MOST: Final = 1_000
# Statements in one shared transaction: enough to spread its cost, few enough that nobody waits long for others.
TOGETHER_MOST: Final = 1_000
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


class Ingest:
    """Takes statements in. Requests of one organisation that come together share a transaction."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, limits: Limits, activities: Activities, agents: Agents,
        attachments: Attachments,
    ) -> None:  # fmt: skip
        self.store = store
        self.clock = clock
        self.ids = ids
        self.limits = limits
        self.activities = activities
        self.agents = agents
        self.attachments = attachments
        self.counts = IngestCounts()
        self._lanes: Lanes[Request, Appended] = Lanes(self._append_together, TOGETHER_MOST)

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
        candidates = self._candidates(caller, version, body, parts, statement_id)
        if not candidates:
            return Receipt([], None)
        if parts:
            self.attachments.put(caller.organisation, parts)
        appended = self._append(caller, candidates)
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
            problems = problems or [
                *_id_problems(texts, statement_id),
                *check_parts([(text.base, text.value) for text in texts], parts),
                *(found for text in texts for found in signature_problems(text.value, text.base, parts)),
            ]
            if problems:
                raise InvalidRequest(_summary(problems, len(texts)), problems[:PROBLEMS_MOST])
        except InvalidRequest:
            self.counts.refused += 1
            raise
        return [self._prepared(text, caller, version, statement_id) for text in texts]

    def _prepared(self, text: Text, caller: Caller, version: Version, named: uuid.UUID | None) -> Candidate:
        sent: str | None = text.value.get("id")
        own = uuid.UUID(sent) if sent else named
        candidate = prepare(text, caller, version, own or self.ids.new_uuid(), has_sent_id=own is not None)
        if candidate.record_bytes > RECORD_MOST_BYTES:
            message = "The statement names more agents and activities than can be kept with it."
            raise TooLarge(message, [Problem(text.base, message, "fewer members, or several statements")])
        return candidate

    def _append(self, caller: Caller, candidates: Sequence[Candidate]) -> Appended:
        request = Request(caller, orjson.loads(caller.authority), candidates)
        return self._lanes.submit(caller.organisation, request, len(candidates))

    def _append_together(self, requests: Sequence[Request]) -> Sequence[Appended | BaseException]:
        """Append requests of one organisation in one transaction, with what they say of activities and agents."""
        organisation = requests[0].caller.organisation
        # Who may not define leaves no trace in what is known of activities and agents (1.0.3 Part Three 4.2).
        values: list[dict[str, Any]] = [
            candidate.text.value
            for request in requests if request.caller.may(Scope.DEFINE) for candidate in request.candidates
        ]  # fmt: skip
        activities = self.activities.news(organisation, (item for value in values for item in activities_of(value)))
        agents = self.agents.news(organisation, (item for value in values for item in agents_of(value)))

        def work(session: Session) -> Sequence[Appended | Conflict]:
            outcomes = append(self.store, session, self.clock, organisation, requests)
            self.activities.remember(session, organisation, (activity for _, activity in activities))
            self.agents.remember(session, organisation, (agent for _, agent in agents))
            return outcomes

        outcomes = self.store.transaction(work)
        self.activities.mark(mark for mark, _ in activities)
        self.agents.mark(mark for mark, _ in agents)
        return outcomes


def _id_problems(texts: Sequence[Text], named: uuid.UUID | None) -> list[Problem]:
    """Check ids against each other, and against the one a PUT names."""
    if named is not None:
        if len(texts) != 1 or texts[0].base:
            return [Problem("", "PUT stores one statement.", "a single statement object", "1.0.3 Part Three 2.1.1")]
        sent = texts[0].value.get("id")
        if sent is not None and uuid.UUID(sent) != named:
            return [
                Problem(
                    "/id",
                    "The id differs from the statementId of the request.",
                    "the same id, or none",
                    "1.0.3 Part Three 2.1.1",
                )
            ]
        return []
    seen = Counter(uuid.UUID(text.value["id"]) for text in texts if "id" in text.value)
    return [
        Problem(
            f"{text.base}/id",
            "Another statement of this batch has the same id.",
            "each id once in a batch",
            "9274.1.1 4.1.6.1",
        )
        for text in texts
        if "id" in text.value and seen[uuid.UUID(text.value["id"])] > 1
    ]


def _summary(problems: Sequence[Problem], statements: int) -> str:
    count, places = len(problems), f"{statements} statement{'s' if statements > 1 else ''}"
    if count > PROBLEMS_MOST:
        return f"Nothing was stored: more than {PROBLEMS_MOST:,} problems in {places}; the first are listed."
    return f"Nothing was stored: {count} problem{'s' if count > 1 else ''} in {places}."
