"""What an organisation asks of those who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from training.access import Role

# Who sees everybody's data: told so on their own page, asked for it where the policy says so.
RECOMMENDED_FOR: Final = frozenset((Role.ADMINISTRATOR, Role.AUDITOR))


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
