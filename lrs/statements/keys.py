"""What a search may ask of a statement, extracted once, when it arrives."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from lrs.caller import OrganisationId

VOIDED_VERB: Final = "http://adlnet.gov/expapi/verbs/voided"
_CONTEXT_KINDS: Final = ("parent", "grouping", "category", "other")


def key(organisation: OrganisationId, kind: str, text: str) -> int:
    """Return the signed 64-bit number that stands for `text` in one organisation's indexes.

    Eight bytes instead of an IRI keep the multikey indexes small. Among a million different agents the
    chance that any two share a key is below one in thirty million, and a key says nothing of a person
    to whoever reads an index. Changing this function invalidates every index entry.
    """
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=b"%d:%b" % (organisation, kind.encode()))
    return int.from_bytes(digest.digest(), "big", signed=True)


def identifier_text(agent: Mapping[str, Any]) -> str | None:
    """Return an Agent's or Group's inverse functional identifier as one text, or None when it has none."""
    for name in ("mbox", "mbox_sha1sum", "openid"):
        if name in agent:
            return f"{name} {agent[name]}"
    account = agent.get("account")
    # A home page is an IRI and holds no space, so the two parts cannot be confused.
    return f"account {account['homePage']} {account['name']}" if account else None


def agent_key(organisation: OrganisationId, agent: Mapping[str, Any]) -> int | None:
    """Return the key of an identified Agent or Group, None for an anonymous Group."""
    text = identifier_text(agent)
    return None if text is None else key(organisation, "agent", text)


@dataclass(frozen=True, slots=True)
class Keys:
    """The index keys of one statement. The lists have no order and no repetition."""

    verb: int
    agents: list[int]
    related_agents: list[int]
    activities: list[int]
    related_activities: list[int]
    registration: uuid.UUID | None
    reference: uuid.UUID | None
    is_voiding: bool


@dataclass(slots=True)
class _Found:
    agents: list[Mapping[str, Any]] = field(default_factory=list)
    activities: list[Mapping[str, Any]] = field(default_factory=list)


def extract_keys(organisation: OrganisationId, statement: Mapping[str, Any], authority: Mapping[str, Any]) -> Keys:
    """Extract the keys of a valid statement that will carry `authority`.

    `agent` matches the actor or the object, and the members of either when it is a Group;
    `related_agents` adds authority, instructor, team, contextAgents, contextGroups, and all of a
    SubStatement; `related_activities` the context activities (xAPI 1.0.3 Part Three 2.1.3).
    """
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    own, related = _Found(), _Found()
    own.agents.append(statement["actor"])
    _place(target, kind, own)
    _place_context(statement.get("context"), related)
    related.agents.append(authority)
    if kind == "SubStatement":
        related.agents.append(target["actor"])
        _place(target["object"], target["object"].get("objectType", "Activity"), related)
        _place_context(target.get("context"), related)
    agents = set(_agent_keys(organisation, own.agents))
    activities = {key(organisation, "activity", item["id"]) for item in own.activities}
    registration = statement.get("context", {}).get("registration")
    return Keys(
        verb=key(organisation, "verb", statement["verb"]["id"]),
        agents=sorted(agents),
        related_agents=sorted(agents.union(_agent_keys(organisation, related.agents))),
        activities=sorted(activities),
        related_activities=sorted(
            activities.union(key(organisation, "activity", item["id"]) for item in related.activities)
        ),
        registration=uuid.UUID(registration) if registration else None,
        reference=uuid.UUID(target["id"]) if kind == "StatementRef" else None,
        is_voiding=statement["verb"]["id"] == VOIDED_VERB,
    )


def activities_of(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every Activity that a valid statement mentions, wherever it stands."""
    found = _Found()
    for part in _parts(statement):
        _place(part["object"], part["object"].get("objectType", "Activity"), found)
        _place_context(part.get("context"), found)
    yield from found.activities


def agents_of(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every Agent or Group that a valid statement mentions, members included."""
    found = _Found()
    for part in _parts(statement):
        found.agents.append(part["actor"])
        _place(part["object"], part["object"].get("objectType", "Activity"), found)
        _place_context(part.get("context"), found)
    for agent in found.agents:
        yield agent
        yield from agent.get("member", ())


def _parts(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield statement
    if statement["object"].get("objectType") == "SubStatement":
        yield statement["object"]


def _place(target: Mapping[str, Any], kind: str, found: _Found) -> None:
    if kind == "Activity":
        found.activities.append(target)
    elif kind in ("Agent", "Group"):
        found.agents.append(target)


def _place_context(context: Mapping[str, Any] | None, found: _Found) -> None:
    if not context:
        return
    found.agents.extend(context[name] for name in ("instructor", "team") if name in context)
    found.agents.extend(item["agent"] for item in context.get("contextAgents", ()))
    found.agents.extend(item["group"] for item in context.get("contextGroups", ()))
    groups = context.get("contextActivities")
    if groups:
        for name in _CONTEXT_KINDS:
            value = groups.get(name, ())
            found.activities.extend([value] if isinstance(value, dict) else value)


def _agent_keys(organisation: OrganisationId, agents: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    for agent in agents:
        own = agent_key(organisation, agent)
        if own is not None:
            yield own
        for member in agent.get("member", ()):
            its = agent_key(organisation, member)
            if its is not None:
                yield its
