"""What a statement can be found by: its search keys, each with the role it plays, as one list of numbers.

The list is the field `q` of a record, and one index serves every search. A key tells what it is (an agent, a verb)
by how it was hashed; the *role* it plays is a pattern of bits laid over it, so that the same agent as actor and as
instructor are two entries.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lrs.statements.keys import Keys, key
from lrs.statements.query import PageQuery
from lrs.store.database import Document
from lrs.tenancy import OrganisationId

FIELD: Final = "q"
# Laid over a key by XOR. Changing one makes every stored statement unfindable in that role.
_RELATED: Final = 0x2545F4914F6CDD1D
_INHERITED: Final = 0x1B8C5AC8E4E10F3B


def related(number: int) -> int:
    """Return the entry of an agent or activity in the role of the standard's `related_…` searches."""
    return number ^ _RELATED


def inherited(number: int) -> int:
    """Return the entry that a statement has for an entry of one that it targets by StatementRef."""
    return number ^ _INHERITED


def target_entry(organisation: OrganisationId, statement_id: uuid.UUID) -> int:
    """Return the entry of every statement that targets this one."""
    return key(organisation, "target", statement_id.hex)


def content_entry(organisation: OrganisationId, digest: bytes) -> int:
    """Return the entry of the first statement with this content that a sender sent without id."""
    return key(organisation, "content", digest.hex())


def duplicate_entry(organisation: OrganisationId) -> int:
    """Return the entry of every content duplicate."""
    return key(organisation, "mark", "duplicate")


def entries(organisation: OrganisationId, keys: Keys) -> list[int]:
    """Return what a statement's own keys let it be found by."""
    found = [keys.verb, *keys.agents, *keys.activities]
    found += [number ^ _RELATED for number in keys.related_agents]
    found += [number ^ _RELATED for number in keys.related_activities]
    if keys.registration is not None:
        found.append(_registration(organisation, keys.registration))
    if keys.reference is not None:
        found.append(target_entry(organisation, keys.reference))
    return found


def own_entries(document: Mapping[str, Any]) -> list[int]:
    """Return a record's entries without those it inherited."""
    if "via" not in document:
        return list(document[FIELD])
    through = inherited_entries(document["via"])
    return [number for number in document[FIELD] if number not in through]


def inherited_entries(via: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the entries for everything that was inherited; `via` is a record's list of inherited key sets."""
    return {inherited(number) for keys in via for number in keys[FIELD]}


def wanted_entries(organisation: OrganisationId, query: PageQuery) -> list[int]:
    """Return the entries that a statement must have to match, those that few statements have first."""
    wanted: list[int] = []
    if query.registration is not None:
        wanted.append(_registration(organisation, query.registration))
    if query.agent is not None:
        number = key(organisation, "agent", query.agent)
        wanted.append(related(number) if query.related_agents else number)
    if query.activity is not None:
        number = key(organisation, "activity", query.activity)
        wanted.append(related(number) if query.related_activities else number)
    if query.verb is not None:
        wanted.append(key(organisation, "verb", query.verb))
    return wanted


def having(wanted: Sequence[int]) -> Document:
    """Return the filter for statements that have every entry. The index is read by the first of them."""
    # MongoDB takes the bounds of a multikey index from the first element of `$all`: a test holds it to that.
    return {FIELD: wanted[0] if len(wanted) == 1 else {"$all": list(wanted)}}


def having_inherited(wanted: Sequence[int]) -> Document:
    """Return the filter for statements that target one, or a chain to one, that has every entry."""
    return {FIELD: inherited(wanted[0]), "via": {"$elemMatch": having(wanted)}}


def _registration(organisation: OrganisationId, registration: uuid.UUID) -> int:
    return key(organisation, "registration", registration.hex)
