"""What a search may ask of a statement, extracted once, when it arrives."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from lrs.tenancy import OrganisationId

VOIDED_VERB: Final = "http://adlnet.gov/expapi/verbs/voided"
# A course's learners, activities and verbs return in every statement: what was hashed is looked up. Longer texts
# are not kept, so that nobody fills this memory with a few thousand megabyte-long IRIs.
_CACHED_KEYS: Final = 32_768
_CACHED_MOST_CHARACTERS: Final = 256


def key(organisation: OrganisationId, kind: str, text: str) -> int:
    """Return the signed 64-bit number that stands for `text` in one organisation's indexes.

    Eight bytes instead of an IRI keep the multikey indexes small. Among a million different agents the
    chance that any two share a key is below one in thirty million, and a key says nothing of a person
    to whoever reads an index. Changing this function invalidates every index entry.
    """
    if len(text) <= _CACHED_MOST_CHARACTERS:
        return _cached_key(organisation, kind, text)
    return _key(organisation, kind, text)


def _key(organisation: OrganisationId, kind: str, text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=b"%d:%b" % (organisation, kind.encode()))
    return int.from_bytes(digest.digest(), "big", signed=True)


# One registration has many statements; a UUID takes longer to make than to look up.
parse_registration = lru_cache(maxsize=4_096)(uuid.UUID)
_cached_key = lru_cache(maxsize=_CACHED_KEYS)(_key)


def identifier_text(agent: Mapping[str, Any]) -> str | None:
    """Return an Agent's or Group's inverse functional identifier as one text, or None when it has none."""
    if "account" in agent:
        account = agent["account"]
        # A home page is an IRI and holds no space, so the two parts cannot be confused.
        return f"account {account['homePage']} {account['name']}"
    for name in ("mbox", "mbox_sha1sum", "openid"):
        if name in agent:
            return f"{name} {agent[name]}"
    return None


def agent_keys(organisation: OrganisationId, agent: Mapping[str, Any]) -> frozenset[int]:
    """Return the keys of an Agent, or of a Group and its members."""
    return frozenset(_agent_keys(organisation, (agent,)))


def agent_key(organisation: OrganisationId, agent: Mapping[str, Any]) -> int | None:
    """Return the key of an identified Agent or Group, None for an anonymous Group."""
    text = identifier_text(agent)
    return None if text is None else key(organisation, "agent", text)


class Keys(NamedTuple):
    """The search keys of one statement. The lists have no order and no repetition."""

    verb: int
    agents: list[int]
    related_agents: list[int]
    activities: list[int]
    related_activities: list[int]
    registration: uuid.UUID | None
    reference: uuid.UUID | None
    is_voiding: bool


@dataclass(slots=True, eq=False)
class Mentions:
    """Every Agent, Group and Activity that a statement, or a part of it, mentions: its own, and those only related.

    Groups stand for themselves here; whoever walks them looks at their members too.
    """

    agents: list[Mapping[str, Any]] = field(default_factory=list)
    related_agents: list[Mapping[str, Any]] = field(default_factory=list)
    activities: list[Mapping[str, Any]] = field(default_factory=list)
    related_activities: list[Mapping[str, Any]] = field(default_factory=list)

    def all_agents(self) -> Iterator[Mapping[str, Any]]:
        """Yield every Agent and Group, members included."""
        for agents in (self.agents, self.related_agents):
            for agent in agents:
                yield agent
                if "member" in agent:
                    yield from agent["member"]

    def all_activities(self) -> Iterator[Mapping[str, Any]]:
        """Yield every Activity, wherever it stands."""
        yield from self.activities
        yield from self.related_activities


def mentions_of(statement: Mapping[str, Any]) -> Mentions:
    """Walk a valid statement once and return whom and what it mentions.

    The object is the statement's own; contexts and all of a SubStatement are related.
    """
    found = Mentions()
    found.agents.append(statement["actor"])
    _place_object(statement["object"], found)
    _place_context(statement.get("context"), found)
    return found


def part_mentions(name: str, part: Any) -> Mentions:  # noqa: ANN401 - JSON is any value
    """Return what one property of a valid statement, or of its context (`context/team`), mentions."""
    found = Mentions()
    if name == "actor":
        found.agents.append(part)
    elif name == "object":
        _place_object(part, found)
    elif name.startswith("context/"):
        _place_context({name.removeprefix("context/"): part}, found)
    return found


class Mentioned(NamedTuple):
    """What a statement, or a part of it, mentions, and the keys that one organisation finds that by."""

    mentions: Mentions
    agents: frozenset[int]
    related_agents: frozenset[int]
    activities: frozenset[int]
    related_activities: frozenset[int]


def mentioned(organisation: OrganisationId, mentions: Mentions) -> Mentioned:
    """Return mentions with their keys, those of the members of Groups included."""
    return Mentioned(
        mentions,
        agents=frozenset(_agent_keys(organisation, mentions.agents)),
        related_agents=frozenset(_agent_keys(organisation, mentions.related_agents)),
        activities=frozenset(key(organisation, "activity", item["id"]) for item in mentions.activities),
        related_activities=frozenset(key(organisation, "activity", item["id"]) for item in mentions.related_activities),
    )


def extract_keys(organisation: OrganisationId, statement: Mapping[str, Any], authority: Mapping[str, Any]) -> Keys:
    """Extract the keys of a valid statement that will carry `authority`; see `joined_keys`."""
    target, verb = statement["object"], statement["verb"]["id"]
    registration = statement["context"].get("registration") if "context" in statement else None
    return joined_keys(
        [mentioned(organisation, mentions_of(statement))],
        agent_keys(organisation, authority),
        verb=key(organisation, "verb", verb),
        registration=parse_registration(registration) if registration else None,
        reference=uuid.UUID(target["id"]) if target.get("objectType") == "StatementRef" else None,
        is_voiding=verb == VOIDED_VERB,
    )


def joined_keys(
    parts: Iterable[Mentioned],
    authority: Iterable[int],
    *,
    verb: int,
    registration: uuid.UUID | None,
    reference: uuid.UUID | None,
    is_voiding: bool,
) -> Keys:
    """Return the keys of a statement whose parts mention what is given, and whose authority has the keys given.

    `agent` matches the actor or the object, and the members of either when it is a Group;
    `related_agents` adds authority, instructor, team, contextAgents, contextGroups, and all of a
    SubStatement; `related_activities` the context activities (xAPI 1.0.3 Part Three 2.1.3).
    """
    agents: set[int] = set()
    related_agents = set(authority)
    activities: set[int] = set()
    related_activities: set[int] = set()
    for part in parts:
        agents |= part.agents
        related_agents |= part.related_agents
        activities |= part.activities
        related_activities |= part.related_activities
    return Keys(
        verb=verb,
        agents=sorted(agents),
        related_agents=sorted(related_agents | agents),
        activities=sorted(activities),
        related_activities=sorted(related_activities | activities),
        registration=registration,
        reference=reference,
        is_voiding=is_voiding,
    )


def activities_of(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every Activity that a valid statement mentions, wherever it stands."""
    return mentions_of(statement).all_activities()


def _place_object(target: Mapping[str, Any], found: Mentions) -> None:
    kind = target.get("objectType", "Activity")
    _place(target, kind, found.agents, found.activities)
    if kind == "SubStatement":
        found.related_agents.append(target["actor"])
        inner = target["object"]
        _place(inner, inner.get("objectType", "Activity"), found.related_agents, found.related_activities)
        _place_context(target.get("context"), found)


def _place(
    target: Mapping[str, Any], kind: str, agents: list[Mapping[str, Any]], activities: list[Mapping[str, Any]]
) -> None:
    if kind == "Activity":
        activities.append(target)
    elif kind in ("Agent", "Group"):
        agents.append(target)


def _place_context(context: Mapping[str, Any] | None, found: Mentions) -> None:
    if not context:
        return
    found.related_agents.extend(context[name] for name in ("instructor", "team") if name in context)
    found.related_agents.extend(item["agent"] for item in context.get("contextAgents", ()))
    found.related_agents.extend(item["group"] for item in context.get("contextGroups", ()))
    groups = context.get("contextActivities")
    if groups:
        for value in groups.values():
            found.related_activities.extend([value] if isinstance(value, dict) else value)


def _agent_keys(organisation: OrganisationId, agents: Iterable[Mapping[str, Any]]) -> set[int]:
    found = set()
    for agent in agents:
        own = agent_key(organisation, agent)
        if own is not None:
            found.add(own)
        if "member" in agent:
            found.update(_agent_keys(organisation, agent["member"]))
    return found
