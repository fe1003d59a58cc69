"""One learner in one course: what is met of it, and every session that was launched (cmi5 9.3, 13.1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from lrs.clock import Micros
from lrs.cmi5.course import Block, Course, Unit, units_of
from lrs.cmi5.vocabulary import LaunchMode, MoveOn, Verb
from lrs.statements.keys import identifier_text
from lrs.tenancy import OrganisationId


@dataclass(frozen=True, slots=True)
class Session:
    """One launch of a unit. Instants of statements are their timestamps; `ended` is when we learnt that it is over.

    `verbs` are those of cmi5 that the content has used, `last` the timestamp of its last statement of any kind, at
    first that of the launch.
    """

    id: UUID
    unit: str
    mode: LaunchMode
    launched: Micros
    last: Micros
    verbs: frozenset[Verb] = frozenset()
    initialized: Micros | None = None
    terminated: Micros | None = None
    ended: Micros | None = None
    is_abandoned: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether content may still send anything."""
        return self.ended is None


@dataclass(frozen=True, slots=True)
class Registration:
    """One learner's registration in a course. Units, blocks and the course are named by their publisher's ids.

    `satisfied` are the blocks, and the course, of which that has been said.
    """

    id: UUID
    organisation: OrganisationId
    course: str
    actor: dict[str, Any] = field(repr=False)
    completed: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()
    satisfied: frozenset[str] = frozenset()
    sessions: tuple[Session, ...] = ()

    @property
    def learner(self) -> str:
        """Return the text of the learner's identifier alone."""
        return identifier_text(self.actor) or ""

    @property
    def open_sessions(self) -> tuple[Session, ...]:
        """Return the sessions that nobody has ended."""
        return tuple(session for session in self.sessions if session.is_open)

    def session(self, name: UUID) -> Session | None:
        """Return one session."""
        return next((session for session in self.sessions if session.id == name), None)

    def has_met(self, unit: Unit) -> bool:
        """Say whether a unit's moveOn criterion is met, or was waived (9.3.9)."""
        has_completed, has_passed = unit.id in self.completed, unit.id in self.passed
        met = {
            MoveOn.PASSED: has_passed,
            MoveOn.COMPLETED: has_completed,
            MoveOn.COMPLETED_AND_PASSED: has_completed and has_passed,
            MoveOn.COMPLETED_OR_PASSED: has_completed or has_passed,
            MoveOn.NOT_APPLICABLE: True,
        }
        return unit.id in self.waived or met[unit.move_on]

    def newly_satisfied(self, course: Course) -> Iterator[Block | Course]:
        """Yield the blocks, inner ones first, then the course, that are met and of which it was not said yet."""
        for block in course.blocks():
            if block.id not in self.satisfied and all(map(self.has_met, units_of(block))):
                yield block
        if course.id not in self.satisfied and all(map(self.has_met, course.units())):
            yield course

    def with_session(self, session: Session) -> Registration:
        """Return this with a session as it stands now, at the end if it is new."""
        if self.session(session.id) is None:
            return replace(self, sessions=(*self.sessions, session))
        return replace(self, sessions=tuple(session if each.id == session.id else each for each in self.sessions))


def advanced(registration: Registration, session: Session, verb: Verb | None, at: Micros, now: Micros) -> Registration:
    """Return a registration after a statement of a session that keeps the rules.

    `verb` is None for one that cmi5 allows without defining it; `at` is its timestamp, `now` when it came.
    """
    after = replace(session, last=max(session.last, at))
    if verb is not None:
        after = replace(after, verbs=after.verbs | {verb})
    if verb is Verb.INITIALIZED:
        after = replace(after, initialized=at)
    if verb is Verb.TERMINATED:
        after = replace(after, terminated=at, ended=now)
    registration = registration.with_session(after)
    if verb is Verb.COMPLETED:
        return replace(registration, completed=registration.completed | {session.unit})
    if verb is Verb.PASSED:
        return replace(registration, passed=registration.passed | {session.unit})
    return registration
