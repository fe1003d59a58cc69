"""What an organisation asks of those who sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lrs.errors import InvalidRequest, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.access import Role

POLICIES: Final = "account_policies"
# Who sees everybody's data: told so on their own page, asked for it where the policy says so.
RECOMMENDED_FOR: Final = frozenset((Role.ADMINISTRATOR, Role.AUDITOR))
INVITATION_DAYS: Final = range(1, 61)
# Below five minutes one signs in more than one works; a session never lasts longer than twelve hours.
IDLE_MINUTES: Final = range(5, 721)


@dataclass(frozen=True, slots=True)
class Policy:
    """Roles that need a second factor; how long an invitation opens; after how long unused a session ends.

    Attributes:
        second_factor_for: Roles that see nothing before they have a second factor.
        invitation_days: 1 to 60.
        idle_minutes: 5 to 720; a session ends twelve hours after it began, used or not.
    """

    second_factor_for: frozenset[Role] = frozenset()
    invitation_days: int = 7
    # A half-day of teaching, during which nobody may touch the page.
    idle_minutes: int = 240

    def asks(self, role: Role) -> bool:
        """Say whether this role needs a second factor."""
        return role in self.second_factor_for

    def problems(self) -> Iterator[Problem]:
        """Yield what cannot be."""
        for name, value, accepted in (
            ("invitation_days", self.invitation_days, INVITATION_DAYS),
            ("idle_minutes", self.idle_minutes, IDLE_MINUTES),
        ):
            if value not in accepted:
                yield Problem(f"/{name}", "out of range", f"{accepted.start} to {accepted.stop - 1}")


class Policies:
    """Collection `account_policies`: `_id` is the organisation's number; without a row, the defaults hold."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(POLICIES)

    def get(self, organisation: OrganisationId) -> Policy:
        """Return what the organisation asks."""
        row = self._rows.find_one({"_id": organisation})
        if row is None:
            return Policy()
        roles = frozenset(Role(name) for name in row["factor"])
        return Policy(roles, row["invitation_days"], row["idle_minutes"])

    def put(self, organisation: OrganisationId, policy: Policy) -> None:
        """Ask this from now on; raises InvalidRequest with every problem."""
        problems = list(policy.problems())
        if problems:
            raise InvalidRequest("This cannot be asked of those who sign in.", problems)
        row = {
            "factor": sorted(role.value for role in policy.second_factor_for),
            "invitation_days": policy.invitation_days,
            "idle_minutes": policy.idle_minutes,
        }
        self._rows.replace_one({"_id": organisation}, row, upsert=True)
