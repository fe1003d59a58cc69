"""What a launch binds content to: whom its statements are of, and what each must carry (cmi5 8.1, 10.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from lrs.caller import OrganisationId
from lrs.clock import Micros
from lrs.cmi5.vocabulary import LaunchMode
from lrs.statements.keys import identifier_text


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one session. `key` names it where it asks for anything; `unit` is the publisher's id.

    `is_strict` refuses statements that break a rule; otherwise they are stored, counted, and move nothing on.
    """

    key: str
    organisation: OrganisationId
    registration: UUID
    session: UUID
    course: str
    unit: str
    activity: str
    actor: dict[str, Any] = field(repr=False)
    mode: LaunchMode
    mastery_score: float | None
    template: dict[str, Any]
    is_strict: bool
    expires: Micros

    @property
    def learner(self) -> str:
        """Return the text of the learner's identifier alone."""
        return identifier_text(self.actor) or ""
