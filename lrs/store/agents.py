"""The names that each identified agent has gone by, for the Person object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from lrs.seen import Seen
from lrs.statements.keys import agent_key, identifier_text
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "agents"
# What marks a name as remembered, and the Agent that has it.
AgentNews: TypeAlias = tuple[tuple[int, str, str], Mapping[str, Any]]
# A shared account can collect names without end; the newest of a hundred are more than a person has.
NAMES_MOST: Final = 100
# A name longer than this is none, and a hundred of them would not fit one record.
NAME_MOST_CHARACTERS: Final = 1_000
_IDENTIFIERS: Final = ("mbox", "mbox_sha1sum", "openid", "account")


class Agents:
    """Remembers agents, and tells their names."""

    def __init__(self, store: Store) -> None:
        self.collection = store.collection(COLLECTION)
        self._known = Seen(50_000)

    def news(self, organisation: OrganisationId, agents: Iterable[Mapping[str, Any]]) -> list[AgentNews]:
        """Return the named agents that this process has not remembered yet, each with its mark."""
        fresh = {}
        for agent in agents:
            if "name" not in agent or agent.get("objectType") == "Group":
                continue
            text = identifier_text(agent)
            if text is not None and 0 < len(agent["name"]) <= NAME_MOST_CHARACTERS:
                mark = (organisation, text, agent["name"])
                if mark not in self._known:
                    fresh[mark] = agent
        return list(fresh.items())

    def remember(
        self, session: ClientSession, organisation: OrganisationId, agents: Iterable[Mapping[str, Any]]
    ) -> None:
        """Add each agent's name to those it is known by."""
        writes = [
            UpdateOne(
                {"_id": _key(organisation, agent)},
                [{"$set": {
                    "o": organisation,
                    "names": {"$slice": [
                        {"$setUnion": [{"$ifNull": ["$names", []]}, [{"$literal": agent["name"]}]]}, NAMES_MOST
                    ]},
                }}],
                upsert=True,
            )
            for agent in agents
        ]  # fmt: skip
        if writes:
            self.collection.bulk_write(writes, ordered=True, session=session)

    def mark(self, marks: Iterable[tuple[int, str, str]]) -> None:
        """Note, once the transaction is durable, that these are remembered."""
        self._known.add(marks)

    def person(self, organisation: OrganisationId, agent: Mapping[str, Any]) -> dict[str, Any]:
        """Return the Person object of an identified agent: arrays of all that is known of it."""
        known = self.collection.find_one({"_id": _key(organisation, agent), "o": organisation})
        names = list(known["names"]) if known else []
        if "name" in agent and agent["name"] not in names:
            names.append(agent["name"])
        person: dict[str, Any] = {"objectType": "Person"}
        if names:
            person["name"] = names
        person.update({name: [agent[name]] for name in _IDENTIFIERS if name in agent})
        return person


def _key(organisation: OrganisationId, agent: Mapping[str, Any]) -> Binary:
    number = agent_key(organisation, agent)
    if number is None:
        message = "an identified agent has an inverse functional identifier"
        raise ValueError(message)
    return Binary(organisation.to_bytes(4, "big") + number.to_bytes(8, "big", signed=True))
