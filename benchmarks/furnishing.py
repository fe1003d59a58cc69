"""The academy on record, with its statements, its facts and an account of each role: what roles are measured on.

It takes minutes with a million statements. A run that keeps its folder (`--keep`) goes on where the last one was, and
finds a furnished organisation as it is; with the seed, the day that it was begun on decides what is in it.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from pymongo import MongoClient
from pymongo.collection import Collection

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from benchmarks.academy import ENROLMENTS, FUNDERS, TRAINERS, Academy
from benchmarks.rig import Profile
from lrs.caller import Caller
from lrs.clock import Micros, RandomIds, SystemClock
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.access import Role, Viewer
from training.accounts import Accounts
from training.accounts.administration import Administration
from training.accounts.invitations import Invitations
from training.accounts.member import Invitation, Standing
from training.records.ids import FunderId, PersonId
from training.store import Register

PASSWORD: Final = "une phrase pour mesurer"  # noqa: S105 - of a database that ends with the run, or is kept to measure
# The academy keeps some of what it is asked for to itself: who has left says nothing more.
_MORE: Final = 1.19
_BATCH: Final = 500
_SAY_SECONDS: Final = 20.0
# Beside the furnished ones: which there are, and how far each has come.
_NOTES: Final = "mesure"


class OutOfTime(Exception):
    """The seconds given for furnishing are over; the next run goes on from here."""


@dataclass(slots=True)
class School:
    """One organisation in a database of its own."""

    database: str
    services: Services
    organisation: OrganisationId
    caller: Caller
    academy: Academy
    statements: int = 0


@dataclass(slots=True)
class Furnisher:
    """Furnishes the organisations of one run; `ends_at`, on the monotonic clock, is when it must leave off."""

    profile: Profile
    client: MongoClient[Document]
    ends_at: float = float("inf")
    _notes: Collection[Document] = field(init=False)

    def __post_init__(self) -> None:
        self._notes = self.client[_NOTES]["furnished"]

    def furnish(self, size: int) -> School:
        """Return the academy with about `size` statements, whose facts have nothing to do. Raises OutOfTime."""
        database = f"roles_{size}"
        note = self._notes.find_one({"_id": database})
        school = self._school(database, note)
        register = Register(school.services.store, school.services.clock)
        if note is None:
            for changes in school.academy.changes():
                register.write(school.organisation, changes, "mesure")
            note = {"_id": database, "day": school.academy.today.isoformat(), "batches": 0, "statements": 0}
            self._notes.insert_one(dict(note))
        if not note.get("is_sent"):
            self._send(school, note, round(size * _MORE))
        school.statements = self._noted(database)["statements"]
        seconds = self.catch_up(school)
        self.profile.say(f"  {database}: {school.statements:,} statements, settled in {seconds:.0f} s")
        if not note.get("has_accounts"):
            open_accounts(school)
            self._note(database, has_accounts=True)
        self.client.admin.command("fsync")
        return school

    def catch_up(self, school: School) -> float:
        """Work until nothing is left to do; return for how many seconds that was. Raises OutOfTime."""
        keeper = Keeper(school.services.store, school.services.clock)
        progress = ProgressOf(school.services.store)
        began = said = time.monotonic()
        while True:
            progress.hold(school.organisation, "mesure", school.services.clock.now_micros())
            if not keeper.step(school.organisation).more:
                return time.monotonic() - began
            if time.monotonic() - said >= _SAY_SECONDS:
                said = time.monotonic()
                self.profile.say(f"  {progress.find(school.organisation).position:,} taken in")
            self._keep_time()

    def _school(self, database: str, note: Document | None) -> School:
        store = Store(self.client, database)
        store.ensure_indexes()
        services = build_services(store, SystemClock(), RandomIds(), Limits(), bytes(32))
        number = Organisations(store, services.clock).find_or_create("principal", "Académie de mesure").number
        services.credentials.seed(number, "mesure", "un-secret-pour-mesurer")
        caller = services.credentials.authenticate_basic("mesure", "un-secret-pour-mesurer")
        today = datetime.now(UTC).date() if note is None else date.fromisoformat(note["day"])
        return School(database, services, number, caller, Academy(today, self.profile.seed))

    def _send(self, school: School, note: Document, count: int) -> None:
        """Store what has not been stored yet, batch by batch."""
        bodies = school.academy.statements(count)
        done, sent, began = note["batches"], note["statements"], time.monotonic()
        next(itertools.islice(bodies, done * _BATCH, done * _BATCH), None)
        while batch := list(itertools.islice(bodies, _BATCH)):
            school.services.ingest.post(school.caller, Version.V1_0_3, b"[" + b",".join(batch) + b"]")
            done, sent = done + 1, sent + len(batch)
            # Sent again after being cut off here, the same statements are there already.
            self._note(school.database, batches=done, statements=sent)
            self._keep_time()
        self.profile.say(f"  {sent:,} statements sent, the last of them in {time.monotonic() - began:.0f} s")
        self._note(school.database, is_sent=True)

    def _noted(self, database: str) -> Document:
        return self._notes.find_one({"_id": database}) or {}

    def _note(self, database: str, **what: Any) -> None:  # noqa: ANN401 - numbers and truths
        self._notes.update_one({"_id": database}, {"$set": what})

    def _keep_time(self) -> None:
        if time.monotonic() >= self.ends_at:
            raise OutOfTime


def standings() -> dict[Role, Standing]:
    """Return what the account of each role is for."""
    year = Micros(SystemClock().now_micros() + 365 * 86_400_000_000)
    return {
        Role.LEARNER: Standing(Role.LEARNER, PersonId(f"a{ENROLMENTS // 2}")),
        Role.TRAINER: Standing(Role.TRAINER, PersonId(f"f{TRAINERS // 2}")),
        Role.MANAGER: Standing(Role.MANAGER),
        Role.FUNDER: Standing(Role.FUNDER, funder_id=FunderId(f"financeur{FUNDERS // 2}")),
        Role.AUDITOR: Standing(Role.AUDITOR, expires_at=year),
        Role.ADMINISTRATOR: Standing(Role.ADMINISTRATOR),
    }


def open_accounts(school: School) -> None:
    """Make an account of each role, by invitation as anybody's is made."""
    services, organisation = school.services, school.organisation
    store, clock, ids = services.store, services.clock, services.ids
    Accounts(store, clock).ensure_administrator(organisation, mail_of(Role.ADMINISTRATOR), PASSWORD, name="Anne Leroy")
    administration, invitations = Administration(store, clock, ids, bytes(32)), Invitations(store, clock, ids)
    viewer = Viewer(organisation, Role.ADMINISTRATOR, "account:mesure")
    for role, standing in standings().items():
        if role is not Role.ADMINISTRATOR:
            name = f"Compte {role.value}"
            invited = administration.invite(viewer, Invitation(mail_of(role), name, standing))
            invitations.accept(invited.token, name, PASSWORD, "fr")


def mail_of(role: Role) -> str:
    """Return the address that the account of a role signs in with."""
    return f"{role.value}@exemple.fr"
