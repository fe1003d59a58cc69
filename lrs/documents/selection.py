"""Which documents a request is about, read from its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from lrs.clock import Micros
from lrs.documents.resources import Resource
from lrs.errors import InvalidRequest, Problem
from lrs.statements.keys import identifier_text
from lrs.statements.parse import parse_strictly
from lrs.statements.rules import agent_problems, value_problems
from lrs.statements.times import parse_timestamp
from lrs.versions import Version


@dataclass(frozen=True, slots=True)
class Context:
    """What documents belong to. `agent` is the text of the agent's identifier alone: a name changes nothing."""

    resource: Resource
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One document: its context and its id there."""

    context: Context
    id: str


@dataclass(frozen=True, slots=True)
class Selection:
    """One document when `address` is given; otherwise all of the context written after `since`."""

    context: Context
    address: Address | None
    since: Micros | None


def parse_selection(
    resource: Resource, parameters: Mapping[str, str], version: Version, *, may_list: bool, may_since: bool = False
) -> Selection:
    """Read the parameters of a document resource, or raise InvalidRequest with all that is wrong with them.

    `may_list` lets the id be left out. `may_since` lets `since` be given; beside an id it is checked and has
    no effect, as both versions leave it.
    """
    read = _Parameters(resource, parameters, version)
    read.check_names(may_list=may_list, may_since=may_since)
    context = Context(resource, read.activity(), read.agent(), read.registration())
    name = read.text(resource.id_name)
    since = read.since()
    if read.problems:
        message = "The parameters of the request are not right."
        raise InvalidRequest(message, read.problems)
    return Selection(context, None if name is None else Address(context, name), since)


class _Parameters:
    """Reads parameters one by one and gathers what is wrong with them."""

    def __init__(self, resource: Resource, values: Mapping[str, str], version: Version) -> None:
        self.resource = resource
        self.values = values
        self.version = version
        self.problems: list[Problem] = []

    def refuse(self, name: str, message: str, accepted: str) -> None:
        self.problems.append(Problem(f"query:{name}", message, accepted, self.resource.section))

    def check_names(self, *, may_list: bool, may_since: bool) -> None:
        resource = self.resource
        known = [*resource.required, *resource.optional, resource.id_name, *(("since",) if may_since else ())]
        for name in self.values:
            if name not in known:
                self.refuse(name, "This request has no such parameter.", f"one of {', '.join(known)}")
        for name in resource.required if may_list else (*resource.required, resource.id_name):
            if name not in self.values:
                self.refuse(name, f"{name} is missing.", "this parameter, once")

    def text(self, name: str) -> str | None:
        """Return a parameter, None when it was not sent or is none of the resource's."""
        if name not in (*self.resource.required, *self.resource.optional, self.resource.id_name):
            return None
        value = self.values.get(name)
        if value is not None and not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            self.refuse(name, f"{name} is not text in UTF-8.", "text in UTF-8")
            return None
        return value

    def activity(self) -> str | None:
        value = self.text("activityId")
        if value is not None:
            self.problems.extend(value_problems("iri", value, self.version, "query:activityId"))
        return value

    def agent(self) -> str | None:
        value = self.text("agent")
        if value is None:
            return None
        try:
            agent = parse_strictly(value.encode(), "query:agent")
        except InvalidRequest as refusal:
            self.problems.extend(refusal.problems)
            return None
        problems = agent_problems(agent, self.version, "query:agent")
        self.problems.extend(problems)
        # An anonymous Group, the one agent without identifier, is among what those rules refuse.
        return None if problems else identifier_text(agent)

    def registration(self) -> UUID | None:
        value = self.text("registration")
        if value is None:
            return None
        problems = value_problems("uuid", value, self.version, "query:registration")
        self.problems.extend(problems)
        return None if problems else UUID(value)

    def since(self) -> Micros | None:
        value = self.values.get("since")
        if value is None:
            return None
        try:
            # A plus sign that was not percent-encoded has become a space on the way.
            return parse_timestamp(value.replace(" ", "+"))
        except InvalidRequest:
            self.refuse("since", "since is not a timestamp.", "a timestamp such as 2026-01-31T09:00:00.000Z")
            return None
