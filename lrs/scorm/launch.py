"""What a token stands for: one learner in one SCO, and what their player may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Literal
from uuid import UUID

from lrs.clock import Micros
from lrs.credential import ANY_ORIGIN
from lrs.errors import Problem
from lrs.scorm.values import Edition
from lrs.statements.keys import identifier_text
from lrs.statements.rules import activity_problems, agent_problems
from lrs.tenancy import OrganisationId
from lrs.versions import Version

Json = dict[str, Any]
REQUESTS_PER_MINUTE: Final = 120
VALID_SECONDS: Final = 86_400
VALID_MOST_SECONDS: Final = 366 * 86_400
TRACK_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Launch:
    """One launch as it stands. `actor` is an Agent, `activity` and `course` are Activities, all of xAPI."""

    id: str
    organisation: OrganisationId
    label: str
    actor: Json = field(repr=False)
    activity: Json
    course: Json | None
    registration: UUID | None
    edition: Edition | None
    origins: tuple[str, ...]
    requests_per_minute: int | None
    silence_seconds: int | None
    created: Micros
    expires: Micros
    revoked: Micros | None = None

    def is_live(self, now: Micros) -> bool:
        """Say whether its player may still commit."""
        return self.revoked is None and now < self.expires

    def state(self, now: Micros) -> Literal["active", "expired", "revoked"]:
        """Say in a word what became of it."""
        if self.revoked is not None:
            return "revoked"
        return "active" if self.is_live(now) else "expired"

    @property
    def learner(self) -> str:
        """Return the text of the learner's identifier alone."""
        # An actor was held to the rules for Agents when the launch was made: it has one.
        return identifier_text(self.actor) or ""

    @property
    def track(self) -> bytes:
        """Return what the track of this learner in this SCO is kept under, whichever launch led there."""
        parts = (self.learner, self.activity["id"], str(self.registration or ""))
        texts = [part.encode("utf-8", "surrogatepass") for part in parts]
        whole = b"".join(len(text).to_bytes(4, "big") + text for text in texts)
        return self.organisation.to_bytes(4, "big") + blake2b(whole, digest_size=TRACK_BYTES).digest()


def launch_problems(
    actor: object, activity: object, course: object, valid_seconds: int, silence_seconds: int | None
) -> list[Problem]:
    """List all that is wrong with what a launch would be made of."""
    problems = [*agent_problems(actor, Version.V2_0_0, "/actor")]
    if isinstance(actor, dict) and actor.get("objectType", "Agent") != "Agent":
        problems.append(Problem("/actor", "A launch is one learner's.", "an Agent"))
    problems += activity_problems(activity, Version.V2_0_0, "/activity")
    if course is not None:
        problems += activity_problems(course, Version.V2_0_0, "/course")
    for name, value, most in (
        ("valid_seconds", valid_seconds, VALID_MOST_SECONDS),
        ("silence_seconds", silence_seconds, 86_400),
    ):
        if value is not None and not 60 <= value <= most:  # noqa: PLR2004 - a minute
            problems.append(Problem(f"/{name}", "The number is out of range.", f"60 to {most}"))
    return problems


__all__ = ["ANY_ORIGIN", "REQUESTS_PER_MINUTE", "VALID_SECONDS", "Launch", "launch_problems"]
