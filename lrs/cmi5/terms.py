"""What a launch binds content to: whom its statements are of, and what each must carry (cmi5 8.1, 10.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from lrs.clock import Micros
from lrs.cmi5.vocabulary import LaunchMode
from lrs.statements.keys import identifier_text
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class Hosted:
    """The version of a package whose files a session opens, and the one origin that its pages are of."""

    package: str
    version: int
    origin: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one session. `key` names it where it asks for anything; `unit` is the publisher's id.

    `is_strict` refuses statements that break a rule; otherwise they are stored, voided, counted, and move nothing on.
    `hosted` is None for content on somebody else's server.
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
    hosted: Hosted | None = None

    @property
    def learner(self) -> str:
        """Return the text of the learner's identifier alone."""
        return identifier_text(self.actor) or ""
