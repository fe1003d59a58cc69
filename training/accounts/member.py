"""An account as an administrator sees it, and what they can ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.access import Role
from training.accounts.factors import FactorKind
from training.records.ids import FunderId, PersonId


class State(StrEnum):
    """Whether somebody can sign in.

    Attributes:
        INVITED: Not yet: they have been written to, and have not chosen how they sign in.
        ACTIVE: They can, until the account expires, if it does.
        CLOSED: Not any more; what they did stays on record under the account's id.
    """

    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is for.

    A learner and a trainer need `person_id`, a funder `funder_id`, an auditor `expires_at` (when it ends by itself);
    no other role has the first two.
    """

    role: Role
    person_id: PersonId | None = None
    funder_id: FunderId | None = None
    expires_at: Micros | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite, as what, and in which language ("fr" or "en") they are written to."""

    email: str
    name: str
    standing: Standing
    locale: str = "fr"


@dataclass(frozen=True, slots=True)
class Member:
    """One account. `factors` are the second factors that it has; `is_linked` says that a provider has signed it in."""

    account_id: str
    organisation: OrganisationId
    email: str
    name: str
    standing: Standing
    state: State
    locale: str
    created_at: Micros
    # When the last invitation was sent and until when it opens; None once it has been taken up, or withdrawn.
    invited_at: Micros | None = None
    invitation_expires_at: Micros | None = None
    signed_in_at: Micros | None = None
    is_linked: bool = False
    factors: tuple[FactorKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Invited:
    """An account that waits for its owner, and the token of the letter: it is stored nowhere but hashed."""

    member: Member
    token: str = field(repr=False)
