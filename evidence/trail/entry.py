"""One entry of the audit trail: who, what, when, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.tenancy import OrganisationId

# What the product does by itself: the worker, or a command that somebody on the machine gave.
PRODUCT: Final = "assidu"


class Act(StrEnum):
    """What was done to evidence. The value is what is stored and hashed: it never changes its meaning.

    CHANGED is of what evidence depends on: who may get at it, by which rules it is counted and how long it is kept.
    """

    READ = "read"
    EXPORTED = "exported"
    ARCHIVED = "archived"
    ISSUED = "issued"
    REVOKED = "revoked"
    HELD = "held"
    RELEASED = "released"
    ERASED = "erased"
    PRUNED = "pruned"
    REFUSED = "refused"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be recorded: all of an entry that its author knows.

    `who` is `who_credential(…)`, `who_account(…)` or `PRODUCT`, never a name or an address. `what` is `kind:id`
    (`archive:<sha256>`, `document:<code>`, `statement:<uuid>`, `enrolment:<id>`). `why` is the purpose given. Nothing
    in an entry names a person: it is kept as long as the evidence, and longer than what can be erased.
    """

    who: str
    act: Act
    what: str
    why: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One entry as it stands. `number` is dense from 1; `digest` is over everything and over `previous`."""

    organisation: OrganisationId
    number: int
    at: Micros
    deed: Deed
    previous: bytes
    digest: bytes


def who_credential(credential: CredentialId) -> str:
    """Return how an LRS credential stands in the trail."""
    return f"credential:{credential}"


def who_account(account_id: str) -> str:
    """Return how the account of a person who signs in stands in the trail; `account_id` is never an address."""
    return f"account:{account_id}"
