"""Who is asking: the organisation, the credential, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from lrs.cmi5.terms import Terms
from lrs.errors import Forbidden
from lrs.profiles.checks import Checks
from lrs.tenancy import OrganisationId

CredentialId = NewType("CredentialId", str)


class Scope(StrEnum):
    """What a credential may do (xAPI 1.0.3 Part Three 4.2, the OAuth scopes)."""

    STATEMENTS_WRITE = "statements/write"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATEMENTS_READ = "statements/read"
    STATE = "state"
    PROFILE = "profile"
    DEFINE = "define"
    ALL_READ = "all/read"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated LRS credential, as it stood when the request arrived.

    `terms` are those of the one cmi5 session that this is; None for every credential of an organisation.
    """

    organisation: OrganisationId
    credential: CredentialId
    scopes: frozenset[Scope]
    authority: bytes  # the Agent or Group, as JSON, that this credential's statements carry
    quarantine: bool = False
    origins: tuple[str, ...] = ("*",)
    requests_per_minute: int | None = None
    checks: Checks | None = None
    terms: Terms | None = None

    def may(self, *scopes: Scope) -> bool:
        """Say whether any of `scopes` is granted; `all` grants everything."""
        return Scope.ALL in self.scopes or any(scope in self.scopes for scope in scopes)

    def require(self, *scopes: Scope) -> None:
        """Refuse unless any of `scopes` is granted."""
        if not self.may(*scopes):
            wanted = " or ".join((*scopes, Scope.ALL))
            held = ", ".join(sorted(self.scopes)) or "none"
            raise Forbidden(f"This credential's scopes ({held}) do not allow this; it takes {wanted}.")
