"""What content of a cmi5 session sends: held to the rules, stored, and what it completes said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from lrs.caller import Caller, Scope
from lrs.checks import Found
from lrs.clock import Clock, IdSource
from lrs.cmi5.course import Course
from lrs.cmi5.delays import delays_at
from lrs.cmi5.order import Judged, Sent, judge
from lrs.cmi5.registration import Registration, Session
from lrs.cmi5.rules import NEVER
from lrs.cmi5.terms import Terms
from lrs.courses.cmi5_courses import Courses
from lrs.courses.cmi5_keeping import Held, Keeper
from lrs.courses.cmi5_launching import Launcher
from lrs.draft import draft
from lrs.errors import Forbidden, NotFound, Problem
from lrs.ingest import Ingest, Receipt
from lrs.limits import Limits
from lrs.statements.multipart import Part
from lrs.store.append import Request
from lrs.store.database import Store
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId
from lrs.versions import Version

_MICROS = 1_000_000


class Sessions:
    """Takes what content sends, of every organisation."""

    def __init__(
        self, clock: Clock, ids: IdSource, limits: Limits, ingest: Ingest, statements: Statements, launcher: Launcher
    ) -> None:
        self.launcher = launcher
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._ingest = ingest
        self._statements = statements

    @property
    def keeper(self) -> Keeper:
        """Return who holds registrations."""
        return self.launcher.keeper

    @property
    def courses(self) -> Courses:
        """Return the courses."""
        return self.keeper.courses

    def take(
        self, caller: Caller, terms: Terms, version: Version, body: bytes, parts: Sequence[Part] = (), *,
        statement_id: uuid.UUID | None = None,
    ) -> Receipt:  # fmt: skip
        """Store the statements of one request of a session; see `lrs.ingest.Ingest.take`.

        1. Drafted as any sender's are. 2. The session is open. 3. Judged, but for what is stored already. 4. Refused,
        by a strict launch or for what none allows. 5. Stored; what breaks a rule all the same is voided (6.3). 6. What
        is met now is said. Raises Forbidden for a session that is over, and what `Ingest.take` raises.
        """
        caller.require(Scope.STATEMENTS_WRITE)
        # 1.
        request = draft(
            caller, version, body, parts, statement_id=statement_id, statement_bytes=self._limits.statement_bytes,
            ids=self._ids,
        )  # fmt: skip
        with self.keeper.hold(terms.organisation, terms.registration) as held:
            # 2.
            self._check_open(held, terms)
            # 3.
            judged = self._judged(held, terms, request)
            # 4.
            found = _found(request, judged)
            if judged.problems and (terms.is_strict or any(each.requirement in NEVER for each in judged.problems)):
                self._ingest.counts.refused += 1
                self._ingest.findings.refuse(caller, found)
            # 5.
            receipt = self._ingest.commit(request, parts)
            self.keeper.void(held.registration, judged.faults)
            held.registration = judged.after
            # 6.
            self.keeper.say_satisfied(held, terms.session)
            self._end(held, terms)
        self._ingest.findings.note(caller, found, receipt.stored)
        return receipt

    def standing(self, organisation: OrganisationId, registration: uuid.UUID) -> tuple[Registration, Course]:
        """Return how somebody stands in a course; raise NotFound."""
        found = self.keeper.rows.find(organisation, registration)
        if found is None:
            message = "There is no such registration in a cmi5 course."
            raise NotFound(message)
        return found[0], self.courses.course(self.courses.get(organisation, found[1]))

    def _check_open(self, held: Held, terms: Terms) -> None:
        session, now = held.registration.session(terms.session), self._clock.now_micros()
        if session is None or session.ended is None:
            return
        if session.is_abandoned:
            message = "The session was abandoned: nothing more of it is taken."
            raise Forbidden(message, [Problem("", message, "another launch", "cmi5 9.3.6")])
        if now > session.ended + delays_at(now).grace_seconds * _MICROS:
            message = "The session was terminated: nothing more of it is taken."
            raise Forbidden(message, [Problem("", message, "another launch", "cmi5 9.3.8")])

    def _judged(self, held: Held, terms: Terms, request: Request) -> Judged:
        """Judge what is new; a statement that is stored already is answered as before, or refused, by the log."""
        ids = [candidate.statement_id for candidate in request.candidates if candidate.has_sent_id]
        there = {entry.statement_id for entry in self._statements.entries(terms.organisation, ids)}
        new = [
            Sent(candidate.statement_id, candidate.text.value, candidate.text.base)
            for candidate in request.candidates
            if candidate.statement_id not in there
        ]
        return judge(held.registration, terms, new, self._clock.now_micros())

    def _end(self, held: Held, terms: Terms) -> None:
        session: Session | None = held.registration.session(terms.session)
        if session is not None and session.ended is not None:
            self.keeper.sessions.end(terms.organisation, [terms.key], session.ended)
            self.launcher.forget(terms.key)


def _found(request: Request, judged: Judged) -> Found:
    found = Found()
    for candidate in request.candidates:
        found.add(candidate.statement_id, judged.faults.get(candidate.statement_id, ()))
    return found


def build_sessions(
    store: Store, clock: Clock, ids: IdSource, limits: Limits, secret_key: bytes, ingest: Ingest, statements: Statements
) -> Sessions:
    """Wire the parts of cmi5 to one database."""
    keeper = Keeper(store, clock, ids, limits, ingest, statements, Courses(store, clock))
    return Sessions(clock, ids, limits, ingest, statements, Launcher(store, clock, ids, secret_key, keeper))
