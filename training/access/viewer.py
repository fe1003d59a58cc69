"""Whoever reads: a person who has signed in, or another system with an access key."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from lrs.errors import Forbidden
from lrs.tenancy import OrganisationId
from training.access.role import Role
from training.records.ids import FunderId, PersonId


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads, as the account or the key stands now.

    `person_id` is the person on record that a learner or a trainer is, `funder_id` the funder that is reading; a
    learner or trainer without the first, and a funder without the second, sees nothing. `trail_name` is how the viewer
    stands in the audit trail: never a name or an address.
    """

    organisation: OrganisationId
    role: Role
    trail_name: str
    person_id: PersonId | None = None
    funder_id: FunderId | None = None

    @property
    def leaves_trail(self) -> bool:
        """Whether the people concerned are shown what this viewer has read of them: funders and auditors."""
        return self.role in (Role.FUNDER, Role.AUDITOR)

    def require(self, roles: Container[Role]) -> None:
        """Refuse, by raising Forbidden, unless the viewer's role is one of these."""
        if self.role not in roles:
            message = "This is not for the role that you have here."
            raise Forbidden(message)
