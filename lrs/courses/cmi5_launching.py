"""Launching units of cmi5 courses: the address, the one token that content fetches, waivers, sessions gone silent."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import Clock, IdSource, Micros
from lrs.cmi5 import pen
from lrs.cmi5.address import launch_address
from lrs.cmi5.course import Course, Unit
from lrs.cmi5.delays import delays_at
from lrs.cmi5.registration import Registration, Session
from lrs.cmi5.terms import Terms
from lrs.cmi5.vocabulary import BASE, LAUNCH_DATA, LaunchMode, activity_iri
from lrs.courses.cmi5_hosting import Shelf, hosted_of
from lrs.courses.cmi5_keeping import Held, Keeper
from lrs.credential import ANY_ORIGIN, normal_origin
from lrs.documents import resources
from lrs.documents.document import Document
from lrs.documents.selection import Address, Context
from lrs.errors import Conflict, Forbidden, InvalidRequest, Problem, Unauthenticated
from lrs.keyring import Keyring
from lrs.packages.origin import ContentOrigin
from lrs.recent import Recent
from lrs.statements.rules import agent_problems
from lrs.store.cmi5_sessions import SessionRow
from lrs.store.database import Store
from lrs.store.scorm_states import StateStore
from lrs.tenancy import OrganisationId
from lrs.versions import Version

PREFIX: Final = "cs_"
# Of what content sends. The token is in a browser, so it says of no activity what that is called.
SCOPES: Final = frozenset({Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ, Scope.STATE, Scope.PROFILE})
CONTENT: Final = CredentialId("Contenus cmi5")
CONTENT_AUTHORITY: Final = orjson.dumps(
    {"objectType": "Agent", "name": "Contenus cmi5", "account": {"homePage": BASE, "name": "content"}}
)
REASON_MOST: Final = 500
_FETCH: Final = "cmi5-fetch"
_TOKEN: Final = "cmi5-token"  # noqa: S105 - what a hash is of
_MICROS: Final = 1_000_000
_NOBODY: Final = bytes(32)
_GIVEN: Final = "The authorization token has already been returned."
_REFUSED: Final = "The token is unknown, or its session has expired."


@dataclass(frozen=True, slots=True)
class NewLaunch:
    """What to launch for whom. `actor` is an Agent with an account; `unit` the publisher's id, the first if absent.

    Without a `registration` one is made. `address` is where this deployment is reached, `origin` its content host.
    """

    course: str
    actor: dict[str, Any]
    address: str
    unit: str | None = None
    registration: UUID | None = None
    mode: LaunchMode = LaunchMode.NORMAL
    is_strict: bool = True
    return_url: str | None = None
    origin: ContentOrigin | None = None


@dataclass(frozen=True, slots=True)
class Launched:
    """A session that was launched. Its address holds what opens it, this once."""

    terms: Terms
    unit: Unit
    address: str = field(repr=False)
    fetch_until: Micros


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch address answers: a token, or an error of 8.2.3 with its code; and pages of which origin read it."""

    token: str = field(default="", repr=False)
    code: str = ""
    text: str = ""
    reader: str = ANY_ORIGIN


class Launcher:
    """Launches units, gives out tokens and says whose they are."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes, keeper: Keeper) -> None:
        self.keeper = keeper
        self._clock = clock
        self._ids = ids
        self._keyring = Keyring(secret_key)
        self._shelf = Shelf(self._keyring)
        self._states = StateStore(store, clock)
        self._recent: Recent[str, SessionRow | None] = Recent()

    def launch(self, organisation: OrganisationId, wanted: NewLaunch) -> Launched:
        """Launch a unit: 1. check, 2. end what is open, 3. launch data, 4. launched, 5. what is met from the start.

        Raises InvalidRequest with every problem, NotFound, Conflict for a registration of somebody else.
        """
        # 1.
        row = self.keeper.courses.get(organisation, wanted.course)
        course = self.keeper.courses.course(row)
        unit = next(course.units()) if wanted.unit is None else course.unit(wanted.unit)
        _check(wanted)
        hosted = hosted_of(organisation, row, unit, wanted.origin)
        name = self._registered(organisation, wanted, course, row.id)
        with self.keeper.hold(organisation, name) as held:
            # 2.
            self.keeper.abandon(held, held.registration.open_sessions)
            # 3.
            now = self._clock.now_micros()
            terms = replace(self._terms(held, unit, wanted, now), hosted=hosted)
            if hosted is not None:
                unit = replace(unit, url=self._shelf.address(hosted, terms.key, unit))
            self._put_launch_data(terms, unit, wanted.return_url)
            fetch = self._ids.new_secret()
            fetch_until = Micros(now + delays_at(now).fetch_seconds * _MICROS)
            self.keeper.sessions.insert(terms, self._keyring.digest(_FETCH, fetch), fetch_until)
            # 4.
            self.keeper.say(organisation, [pen.launched(held.registration, course, unit, terms, now)])
            held.registration = held.registration.with_session(
                Session(terms.session, unit.id, terms.mode, launched=now, last=now)
            )
            # 5. What needs nothing is met at the time of registration (9.6.1).
            self.keeper.say_satisfied(held, pen.outside_session(held.registration, "registered"))
        base = wanted.address.rstrip("/")
        address = launch_address(unit.url, terms, endpoint=f"{base}/xapi/", fetch=f"{base}/cmi5/{fetch}/fetch")
        return Launched(terms, unit, address, fetch_until)

    def fetch(self, token: str, origin: str | None = None) -> Fetched:
        """Give out the token of a session, once (8.2); `origin` is that of the page that asks, None for no page.

        Raises Forbidden for another page than the content's own, where we know which that is.
        """
        digest, now = self._keyring.digest(_FETCH, token), self._clock.now_micros()
        found = self.keeper.sessions.find_by_fetch(digest)
        if found is None:
            return Fetched(code="2", text="There is no such launch.")
        hosted = found.terms.hosted
        if hosted is not None and origin is not None and normal_origin(origin) != hosted.origin:
            message = "This launch is not for pages of this origin."
            raise Forbidden(message)
        reader = ANY_ORIGIN if hosted is None else hosted.origin
        if found.digest is not None:
            return Fetched(code="1", text=_GIVEN, reader=reader)
        if now >= found.fetch_until or found.ended is not None:
            return Fetched(code="1", text="The session has expired; launch the content again.", reader=reader)
        secret = self._ids.new_secret()
        if not self.keeper.sessions.give_token(digest, self._keyring.digest(_TOKEN, found.terms.key, secret)):
            return Fetched(code="1", text=_GIVEN, reader=reader)
        self._recent.forget(found.terms.key)
        return Fetched(base64.b64encode(f"{found.terms.key}:{secret}".encode()).decode(), reader=reader)

    def authenticate(self, key: str, secret: str) -> Caller:
        """Return the session that a token is of, as a caller; raise Unauthenticated, Forbidden when it is over."""
        row, now = self._find(key), self._clock.now_micros()
        opens = hmac.compare_digest((row.digest if row else None) or _NOBODY, self._keyring.digest(_TOKEN, key, secret))
        if row is None or not opens or now >= row.terms.expires:
            raise Unauthenticated(_REFUSED)
        if row.ended is not None and now > row.ended + delays_at(now).grace_seconds * _MICROS:
            message = "The session is over: its content was terminated, or launched again."
            raise Forbidden(message, [Problem("", message, "another launch", "cmi5 9.3.8")])
        origins = (ANY_ORIGIN,) if row.terms.hosted is None else (row.terms.hosted.origin,)
        return Caller(row.terms.organisation, CONTENT, SCOPES, CONTENT_AUTHORITY, origins=origins, terms=row.terms)

    def files_of(self, token: str) -> Terms:
        """Return the terms of the session that an address of files is of; raise Unauthenticated once it has expired.

        A session that has ended goes on showing its files: its last page is read after *terminated*.
        """
        row = self._find(self._shelf.key_of(token))
        if row is None or row.terms.hosted is None or self._clock.now_micros() >= row.terms.expires:
            raise Unauthenticated(_REFUSED)
        return row.terms

    def waive(self, organisation: OrganisationId, registration: UUID, unit: str, reason: str) -> Registration:
        """Count a unit as met by other means (9.3.7), once; raise NotFound, InvalidRequest without a reason."""
        said = reason.strip()
        if not 1 <= len(said) <= REASON_MOST:
            message = "A waiver says why."
            accepted = f"1 to {REASON_MOST} characters, such as Tested Out, Equivalent AU, Administrative"
            raise InvalidRequest(message, [Problem("/reason", message, accepted, "cmi5 9.5.5.2")])
        with self.keeper.hold(organisation, registration) as held:
            waived = held.course.unit(unit)
            now = self._clock.now_micros()
            session, statement = pen.waived(held.registration, held.course, waived, said, now)
            self.keeper.say(organisation, [statement])
            held.registration = pen.with_waived(held.registration, waived)
            self.keeper.say_satisfied(held, session)
            return held.registration

    def tend(self, organisation: OrganisationId, most: int = 50) -> int:
        """End sessions that have gone silent; return how many registrations were looked at."""
        found = self.keeper.rows.due(organisation, self._clock.now_micros(), most)
        for name in found:
            with self.keeper.hold(organisation, name) as held:
                self.keeper.abandon(held, held.registration.open_sessions)
        return len(found)

    def _find(self, key: str) -> SessionRow | None:
        recent = self._recent.find(key)
        if recent is not None:
            return recent[0]
        epoch = self._recent.epoch
        found = self.keeper.sessions.find_anywhere(key)
        self._recent.put(key, found, epoch)
        return found

    def forget(self, key: str) -> None:
        """Look a session up again next time."""
        self._recent.forget(key)

    def _registered(self, organisation: OrganisationId, wanted: NewLaunch, course: Course, row: str) -> UUID:
        """Return the registration to launch in, made if there is none; raise Conflict for one of somebody else."""
        name = wanted.registration or self._ids.new_uuid()
        new = Registration(name, organisation, course.id, {"objectType": "Agent", **wanted.actor})
        if self.keeper.rows.insert(new, row):
            return name
        found = self.keeper.rows.find(organisation, name)
        if found is None or found[0].learner != new.learner or found[0].course != course.id:
            message = "This registration is another learner's, or in another course."
            raise Conflict(
                message, [Problem("/registration", message, "a registration of this learner in this course")]
            )
        return name

    def _terms(self, held: Held, unit: Unit, wanted: NewLaunch, now: Micros) -> Terms:
        registration, course = held.registration, held.course
        session = self._ids.new_uuid()
        return Terms(
            f"{PREFIX}{session.hex}", registration.organisation, registration.id, session, course.id, unit.id,
            activity_iri(registration.organisation, course.id, unit.id), registration.actor, wanted.mode,
            unit.mastery_score, pen.context_template(registration, course, unit, session), wanted.is_strict,
            Micros(now + delays_at(now).session_seconds * _MICROS),
        )  # fmt: skip

    def _put_launch_data(self, terms: Terms, unit: Unit, return_url: str | None) -> None:
        context = Context(resources.STATE, terms.activity, terms.learner, terms.registration)
        document = Document("application/json", orjson.dumps(pen.launch_data(terms, unit, return_url)))
        self._states.put_all(terms.organisation, [(Address(context, LAUNCH_DATA), document)])


def _check(wanted: NewLaunch) -> None:
    """Refuse what no launch can be made of (9.2)."""
    problems = list(agent_problems(wanted.actor, Version.V2_0_0, "/actor"))
    if wanted.actor.get("objectType", "Agent") != "Agent" or "account" not in wanted.actor:
        message = "The learner of a launch is an Agent with an account."
        problems.append(Problem("/actor", message, "account with homePage and name", "cmi5 9.2"))
    if wanted.return_url is not None and not wanted.return_url.startswith(("https://", "http://")):
        problems.append(Problem("/return_url", "A browser does not go there.", "an https address", "cmi5 10.2.6"))
    if problems:
        message = "The launch cannot be like that."
        raise InvalidRequest(message, problems)
