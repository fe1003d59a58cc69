"""Registrations in cmi5 courses, changed by one holder at a time; what the platform says of them, said once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.cmi5 import pen
from lrs.cmi5.course import Course
from lrs.cmi5.delays import delays_at
from lrs.cmi5.order import Sent, judge
from lrs.cmi5.registration import Registration, Session
from lrs.cmi5.rules import is_of_content
from lrs.cmi5.vocabulary import BASE, SESSION_ID
from lrs.courses.cmi5_courses import Courses
from lrs.draft import draft
from lrs.errors import Conflict, Forbidden, InvalidRequest, NotFound, Overloaded, Problem, TooLarge
from lrs.ingest import Ingest
from lrs.limits import Limits
from lrs.statements.query import PageQuery
from lrs.store.append import Request
from lrs.store.cmi5_registrations import RegistrationStore, Taken
from lrs.store.cmi5_sessions import SessionStore
from lrs.store.database import DriverError, Store
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from lrs.versions import Version

CREDENTIAL: Final = CredentialId("Lancements cmi5")
AUTHORITY: Final = orjson.dumps(
    {
        "objectType": "Agent",
        "name": "Lancements cmi5 Assidu",
        "account": {"homePage": BASE, "name": "launcher"},
    }
)
# One learner's content sends one request after another: whoever waits longer waits for somebody who has died.
_PATIENCE_SECONDS: Final = 3.0
_PAUSE_SECONDS: Final = 0.02
_MICROS: Final = 1_000_000
_LOG_MOST: Final = 100_000


@dataclass(slots=True)
class Held:
    """A registration in hand: changed here, and kept when the hand opens."""

    registration: Registration
    course: Course


class Keeper:
    """Holds registrations while they change."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdSource, limits: Limits, ingest: Ingest, statements: Statements,
        courses: Courses,
    ) -> None:  # fmt: skip
        self.courses = courses
        self.rows = RegistrationStore(store)
        self.sessions = SessionStore(store)
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._ingest = ingest
        self._statements = statements

    @contextmanager
    def hold(self, organisation: OrganisationId, name: UUID) -> Iterator[Held]:
        """Hold one registration; raise NotFound, Overloaded when somebody else has it for too long.

        What is left in the hand is kept when the block ends. When it fails by anything but a refusal, what it wrote
        into the log may or may not be there: whoever comes next derives the registration from the log.
        """
        course = self._course(organisation, name)
        taken = self._take(organisation, name)
        held = Held(taken.registration, course)
        if taken.is_doubtful:
            held.registration = self._derived(taken.registration)
        before = held.registration
        try:
            yield held
        except (InvalidRequest, Forbidden, Conflict, NotFound, TooLarge):
            # Nothing was stored: it is as it was.
            self.rows.give_back(taken, before, self._due(before))
            raise
        except BaseException:
            with suppress(DriverError):
                self.rows.doubt(taken, organisation, name)
            raise
        self.rows.give_back(taken, held.registration, self._due(held.registration))

    def say(self, organisation: OrganisationId, statements: Sequence[dict[str, Any]]) -> None:
        """Store statements of the platform's own; one that is there already stays as it was said first."""
        ids = [UUID(statement["id"]) for statement in statements]
        there = {entry.statement_id for entry in self._statements.entries(organisation, ids)}
        new = [statement for name, statement in zip(ids, statements, strict=True) if name not in there]
        if not new:
            return
        caller = launcher(organisation)
        request: Request = draft(
            caller, Version.V1_0_3, orjson.dumps(new), statement_bytes=self._limits.statement_bytes, ids=self._ids
        )
        self._ingest.commit(request)

    def say_satisfied(self, held: Held, session: UUID) -> None:
        """Say of every block that is met now, and of the course, that it is (9.3.9)."""
        registration, now = held.registration, self._clock.now_micros()
        found = list(registration.newly_satisfied(held.course))
        self.say(
            registration.organisation,
            [pen.satisfied(registration, held.course, what, session, now) for what in found],
        )
        for what in found:
            registration = pen.with_satisfied(registration, what)
        held.registration = registration

    def void(self, registration: Registration, faults: Mapping[UUID, Sequence[Problem]]) -> None:
        """Void what was stored of a launch that is not strict though it breaks rules (6.3), each statement once."""
        now, platform = self._clock.now_micros(), orjson.loads(AUTHORITY)
        self.say(
            registration.organisation,
            [
                pen.voiding(registration, platform, name, [problem.requirement for problem in problems], now)
                for name, problems in faults.items()
                if problems
            ],
        )

    def abandon(self, held: Held, sessions: Sequence[Session]) -> None:
        """End sessions that content did not end (9.3.6)."""
        registration, now = held.registration, self._clock.now_micros()
        self.say(
            registration.organisation,
            [
                pen.abandoned(registration, held.course, held.course.unit(session.unit), session, now)
                for session in sessions
                if any(unit.id == session.unit for unit in held.course.units())
            ],
        )
        for session in sessions:
            registration = registration.with_session(replace(session, ended=now, is_abandoned=True))
        held.registration = registration
        keys = [terms.key for terms in self.sessions.of(registration.organisation, registration.id)
                if any(terms.session == session.id for session in sessions)]  # fmt: skip
        self.sessions.end(registration.organisation, keys, now)

    def _course(self, organisation: OrganisationId, name: UUID) -> Course:
        found = self.rows.find(organisation, name)
        if found is None:
            message = "There is no such registration in a cmi5 course."
            raise NotFound(message)
        return self.courses.course(self.courses.get(organisation, found[1]))

    def _take(self, organisation: OrganisationId, name: UUID) -> Taken:
        holder, ends = self._ids.new_uuid().hex, time.monotonic() + _PATIENCE_SECONDS
        while True:
            now = self._clock.now_micros()
            until = Micros(now + delays_at(now).lease_seconds * _MICROS)
            taken = self.rows.take(organisation, name, holder, now, until)
            if taken is not None:
                return taken
            if time.monotonic() > ends:
                message = "This registration is being changed by somebody else; nothing was written."
                raise Overloaded(message)
            time.sleep(_PAUSE_SECONDS)

    def _due(self, registration: Registration) -> Micros | None:
        """Return when to look whether an open session has gone silent."""
        if not registration.open_sessions:
            return None
        now = self._clock.now_micros()
        return Micros(now + delays_at(now).silence_seconds * _MICROS)

    def _derived(self, before: Registration) -> Registration:
        """Return a registration as the log has it: what content sent, judged again in the order of the log."""
        terms = {str(each.session): each for each in self.sessions.of(before.organisation, before.id)}
        clean = tuple(
            replace(each, verbs=frozenset(), initialized=None, terminated=None, last=each.launched,
                    ended=each.ended if each.is_abandoned else None)
            for each in before.sessions
        )  # fmt: skip
        after = replace(before, completed=frozenset(), passed=frozenset(), sessions=clean)
        faults: dict[UUID, Sequence[Problem]] = {}
        query = PageQuery(registration=before.id, ascending=True)
        for block in self._statements.page(before.organisation, query, _LOG_MOST, follow=False, writer=None):
            for body, stored in zip(block.bodies, block.stored, strict=True):
                value = orjson.loads(body)
                of = terms.get(_session_of(value))
                # What the platform said itself breaks the rules for content, and moves nothing on.
                if of is not None:
                    judged = judge(after, of, [Sent(UUID(value["id"]), value, "")], stored)
                    after = judged.after
                    if not of.is_strict and is_of_content(value):
                        faults |= judged.faults
        # Whoever died may have done so before voiding what they stored.
        self.void(before, faults)
        return after


def launcher(organisation: OrganisationId) -> Caller:
    """Return the platform as a caller of one organisation: its authority says who vouches for the statements."""
    return Caller(organisation, CREDENTIAL, frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE}), AUTHORITY)


def _session_of(statement: dict[str, Any]) -> str:
    found = statement.get("context", {}).get("extensions", {}).get(SESSION_ID)
    return found if isinstance(found, str) else ""
