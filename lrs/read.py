"""The one read path of statements. `exact` never parses JSON: an answer is stored bytes, joined."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import orjson

from lrs.caller import Caller, Scope
from lrs.clock import Clock, Micros
from lrs.errors import NotFound
from lrs.limits import Limits
from lrs.statements.formats import canonical, ids_only
from lrs.statements.keys import activities_of
from lrs.statements.multipart import Part
from lrs.statements.parse import parse_verbatim
from lrs.statements.query import PageQuery, SingleQuery, more_token
from lrs.store.activities import Activities
from lrs.store.agents import Agents
from lrs.store.attachments import Attachments
from lrs.store.database import Store
from lrs.store.horizon import Horizon, Horizons
from lrs.store.statements import Rows, Statements, writer_key
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class Single:
    """One statement of an answer."""

    body: bytes
    stored: Micros
    attachments: Sequence[str]
    consistent_through: Micros


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an answer. `more` is the token that continues it, empty at its end."""

    bodies: Sequence[bytes]
    more: str
    last_stored: Micros | None
    attachments: Sequence[str]
    consistent_through: Micros


@dataclass(frozen=True, slots=True)
class Reader:
    """Gives statements back."""

    store: Store
    clock: Clock
    limits: Limits
    statements: Statements
    activities: Activities
    agents: Agents
    attachments: Attachments
    horizons: Horizons

    def consistent_through(self, organisation: OrganisationId) -> Micros:
        """Return the instant up to which everything stored is visible, and nothing will be added."""
        return self._horizon(organisation).stored

    def _horizon(self, organisation: OrganisationId) -> Horizon:
        return self.horizons.find(organisation, self.clock.now_micros())

    def single(self, caller: Caller, query: SingleQuery, languages: Sequence[str]) -> Single:
        """Return one statement; raises NotFound when it is unknown, or voided and asked for as if it weren't."""
        writer = self._writer(caller)
        horizon = self._horizon(caller.organisation)
        found = self.statements.find_one(caller.organisation, query.statement_id, voided=query.voided, writer=writer)
        if found is None:
            kind = "voided statement" if query.voided else "statement (that is not voided)"
            message = f"There is no {kind} with this id."
            raise NotFound(message)
        body = self._shaped(caller.organisation, [found.body], query.format, languages)[0]
        return Single(body, found.stored, found.attachments, horizon.stored)

    def page(self, caller: Caller, query: PageQuery, languages: Sequence[str]) -> Page:
        """Return the next page of a query.

        The horizon is read first: whatever it covers is visible to the page that follows.
        """
        writer = self._writer(caller)
        horizon = self._horizon(caller.organisation)
        limit = min(query.limit or self.limits.page_statements, self.limits.page_statements_most)
        # One more than the page shows whether there is another.
        blocks = self.statements.page(
            caller.organisation, query, limit + 1, follow=horizon.has_references, writer=writer
        )  # fmt: skip
        found, is_last = self._cut(blocks, limit)
        return Page(
            bodies=self._shaped(caller.organisation, found.bodies, query.format, languages),
            more="" if is_last else more_token(query, found.stored[-1]),
            last_stored=max(found.stored, default=None),
            attachments=tuple(chain.from_iterable(found.attachments)),
            consistent_through=horizon.stored,
        )

    def parts(self, organisation: OrganisationId, sha2s: Iterable[str]) -> Iterable[Part]:
        """Yield the attachments' bytes of an answer, each once."""
        return self.attachments.find(organisation, sha2s)

    def activity(self, caller: Caller, activity_id: str) -> dict[str, Any]:
        """Return what is known of an activity; of one never heard of, its id."""
        caller.require(Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE, Scope.PROFILE)
        definition = self.activities.definitions(caller.organisation, [activity_id]).get(activity_id)
        activity: dict[str, Any] = {"objectType": "Activity", "id": activity_id}
        return {**activity, "definition": definition} if definition else activity

    def person(self, caller: Caller, agent: Mapping[str, Any]) -> dict[str, Any]:
        """Return the Person object of an identified agent."""
        caller.require(Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE, Scope.PROFILE)
        return self.agents.person(caller.organisation, agent)

    def _writer(self, caller: Caller) -> int | None:
        caller.require(Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE)
        if caller.may(Scope.ALL_READ, Scope.STATEMENTS_READ):
            return None
        return writer_key(caller.organisation, orjson.loads(caller.authority))

    def _cut(self, blocks: Iterator[Rows], limit: int) -> tuple[Rows, bool]:
        """Return as many as a page takes, by number and by bytes, and whether that was all."""
        found = Rows([], [], [])
        for block in blocks:
            found = found.followed_by(block) if found.bodies else block
            if len(found.bodies) > 1 and sum(map(len, found.bodies)) > self.limits.page_bytes:
                # A page has one at least, however large it is.
                fitting = max(1, bisect_right(list(accumulate(map(len, found.bodies))), self.limits.page_bytes))
                return found.first(min(fitting, limit)), False
        return found.first(limit), len(found.bodies) <= limit

    def _shaped(
        self, organisation: OrganisationId, bodies: Sequence[bytes], format_: str, languages: Sequence[str]
    ) -> Sequence[bytes]:
        if format_ == "exact":
            return bodies
        values = [parse_verbatim(body) for body in bodies]
        if format_ == "ids":
            return [orjson.dumps(ids_only(value)) for value in values]
        mentioned = {activity["id"] for value in values for activity in activities_of(value)}
        definitions = self.activities.definitions(organisation, mentioned)
        return [orjson.dumps(canonical(value, definitions, languages)) for value in values]
