"""Learns what Assidu asks MongoDB, by having its own store ask and listening in."""

from __future__ import annotations

from typing import Any, Self

from pymongo import MongoClient, monitoring

from lrs.statements.query import PageQuery, SingleQuery, parse_query
from lrs.store.database import Store
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from lrs.versions import Version

Find = dict[str, Any]


class _Listener(monitoring.CommandListener):
    """Keeps the last `find` on statements."""

    def __init__(self) -> None:
        self.last: Find = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == "statements":
            self.last = {name: event.command[name] for name in ("filter", "sort", "hint") if name in event.command}

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to note: the caller sees the error."""


class Questions:
    """Turns parameters of GET /statements into the `find` that Assidu makes of them: filter, sort, hint."""

    def __init__(self, uri: str, database: str) -> None:
        self._heard = _Listener()
        self._client: MongoClient[Any] = MongoClient(uri, event_listeners=[self._heard])
        self._statements = Statements(Store(self._client, database))
        row = self._statements.collection.find_one({}, {"o": 1})
        self._organisation = OrganisationId(row["o"] if row else 0)
        self._known: dict[frozenset[tuple[str, str]], Find] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def find_of(self, parameters: dict[str, str], limit: int) -> Find:
        """Return the `find` that a page or a single statement is read with."""
        key = frozenset(parameters.items())
        if key not in self._known:
            self._ask(parse_query(parameters, Version.V1_0_3), limit)
            self._known[key] = self._heard.last
        return self._known[key]

    def _ask(self, query: SingleQuery | PageQuery, limit: int) -> None:
        if isinstance(query, SingleQuery):
            self._statements.find_one(self._organisation, query.statement_id, voided=False)
        else:
            list(self._statements.page(self._organisation, query, limit, follow=False, writer=None))
