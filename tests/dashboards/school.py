"""A small training organisation in the middle of its year, as of now: people, sessions, half-days, statements.

`furnish` puts it on record in an organisation; the same in two of them, but for the names of people, so that whatever
is shown in one and belongs to the other is recognised. Times are relative to the clock of the services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from lrs.clock import to_datetime
from lrs.errors import AssiduError
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.examples import change
from training.accounts.account import Account, rows
from training.accounts.passwords import hash_password
from training.attendance import Author, Desk, Remark, Status
from training.records import (
    Contract,
    Enrolment,
    Funder,
    FunderFamily,
    FunderProfile,
    FundingFile,
    Identity,
    Modality,
    Module,
    Person,
    Programme,
    Provider,
    Signatory,
    Slot,
    TrainingActivity,
    TrainingSession,
)
from training.records.funder import Report, Trigger
from training.records.kinds import Record
from training.records.slot import HalfDay
from training.store import Register

PARIS: Final = ZoneInfo("Europe/Paris")
HOUR: Final = 3600
LMS: Final = "https://lms.exemple.fr"
PASSWORD: Final = "une phrase de passe"
ROLES: Final = ("learner", "trainer", "manager", "funder", "auditor", "administrator")
# Given name and family name of each trainee, by id; the first is the learner who has an account.
TRAINEES: Final = (
    ("lea", "Léa", "Martin"),
    ("ines", "Inès", "Garcia"),
    ("theo", "Théo", "Lefèvre"),
    ("mehdi", "Mehdi", "Benali"),
    ("zoe", "Zoé", "Durand"),
    ("noemie", "Noémie-Charlotte", "de la Rochefoucauld-Montbel"),
    ("nour", "Nour", "Haddad"),
)
# Session "automne" runs now and is taught by Yann; "ete" has ended and was taught by Sara, who has no account.
RUNNING, ENDED = "automne", "ete"
ACTIVITIES: Final = (
    ("cours", "Repérer les dangers : le cours", 5400),
    ("video", "Un atelier filmé", 1800),
    ("quiz", "Évaluation : les gestes qui protègent", 1800),
    ("devoir", "Étude de cas", 3600),
)


def furnish(services: Services, organisation: OrganisationId, mark: str = "") -> None:
    """Put the school on record and its attendance into the log; `mark` is put behind every family name."""
    today = to_datetime(services.clock.now_micros()).astimezone(PARIS).date()
    changes = [change(record) for record in _records(organisation, today, mark)]
    outcome = Register(services.store, services.clock).try_write(organisation, changes, "essai")
    assert not outcome.problems, outcome.problems
    _mark_attendance(services, organisation, today)


def accounts(services: Services, organisation: OrganisationId, slug: str) -> dict[str, str]:
    """Make an account of each role and return its address by role: `learner@<slug>.exemple.fr`."""
    found = {}
    for role in ROLES:
        found[role] = f"{role}@{slug}.exemple.fr"
        if rows(services.store).filter(login=found[role]).first() is None:
            rows(services.store).insert(
                Account(
                    organisation=organisation,
                    email=found[role],
                    login=found[role],
                    name=f"Camille {role.capitalize()}",
                    password_hash=_password_hash(),
                    role=role,
                    person_id={"learner": "lea", "trainer": "yann"}.get(role),
                    funder_id="opco" if role == "funder" else None,
                    expires_micros=services.clock.now_micros() + 90 * 86_400_000_000 if role == "auditor" else None,
                    created_micros=services.clock.now_micros(),
                )
            )
    return found


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def registration(organisation: OrganisationId, enrolment_id: str) -> UUID:
    """Return the registration of an enrolment; random ones of RFC 4122, for that is what senders have."""
    made = uuid5(NAMESPACE_URL, f"{organisation}/{enrolment_id}").int
    return UUID(int=made & ~(0xF << 76) | (4 << 76))


def statements(organisation: OrganisationId, now: datetime) -> list[dict[str, Any]]:
    """Return what learners did at a distance in the last three weeks: some much, some little, one nothing."""
    return [*_of_everybody(organisation, now)]


def says(organisation: OrganisationId, verb: str, what: str, who: str, at: datetime, **result: Any) -> dict[str, Any]:
    """Return one statement of a trainee of the running session about one of its activities."""
    title = next((title for name, title, _ in ACTIVITIES if name == what), what)
    found: dict[str, Any] = {
        "actor": {"mbox": f"mailto:{who}@exemple.fr", "name": who},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en-US": verb}},
        "object": {"id": f"{LMS}/{what}", "definition": {"name": {"fr-FR": title}}},
        "context": {"registration": str(registration(organisation, f"{RUNNING}-{who}")), "platform": "Moodle"},
        "timestamp": at.isoformat(),
    }
    return {**found, "result": result} if result else found


def _of_everybody(organisation: OrganisationId, now: datetime) -> Iterator[dict[str, Any]]:
    # How many of the four activities each has completed, in order; the last has not begun.
    done = {"lea": 3, "ines": 4, "theo": 2, "mehdi": 1, "zoe": 3, "noemie": 1, "nour": 0}
    for at, (who, count) in enumerate(done.items()):
        for step in range(count):
            what = ACTIVITIES[step][0]
            begun = now - timedelta(days=18 - 5 * step - at % 3, hours=2 + at)
            yield says(organisation, "launched", what, who, begun)
            for minute in range(10, 60, 10):
                yield says(organisation, "experienced", what, who, begun + timedelta(minutes=minute))
            if what == "quiz":
                score = (85, 45, 70, 55)[at % 4] / 100
                verb = "passed" if score >= 0.5 else "failed"
                yield says(
                    organisation, verb, what, who, begun + timedelta(minutes=62),
                    score={"scaled": score}, success=score >= 0.5, completion=True,
                )  # fmt: skip
            yield says(organisation, "completed", what, who, begun + timedelta(minutes=65), completion=True)


def _records(organisation: OrganisationId, today: date, mark: str) -> list[Record]:
    report = FunderProfile(
        "opco-courant", FunderFamily.OPCO, date(today.year - 1, 1, 1), reports=(Report("fin", Trigger.ON_EXIT),)
    )
    return [
        report,
        Funder("opco", f"OPCO des Métiers{mark}", FunderFamily.OPCO, "12345678901234", profile_id=report.id),
        Funder("caisse", f"Caisse des formations{mark}", FunderFamily.OPCO, "12345678901235", profile_id=report.id),
        _person("yann", "Yann", f"Le Gall{mark}"),
        _person("sara", "Sara", f"Cohen{mark}"),
        *(_person(name, first, last + mark) for name, first, last in TRAINEES),
        _programme(),
        TrainingSession(
            id=RUNNING, programme_id="prog", title="Automne", starts_on=today - timedelta(days=21),
            ends_on=today + timedelta(days=21), modality=Modality.BLENDED, trainer_ids=("yann",),
            place="Salle Ada-Lovelace", allows_sundays_and_holidays=True,
        ),
        TrainingSession(
            id=ENDED, programme_id="prog", title="Été", starts_on=today - timedelta(days=120),
            ends_on=today - timedelta(days=80), modality=Modality.BLENDED, trainer_ids=("sara",),
            place="Salle Curie", allows_sundays_and_holidays=True,
        ),
        *_slots(today),
        *_enrolments(organisation, today),
        Provider(
            id="of", legal_name="Atelier des Savoirs SAS", activity_number="11755012375", siret="73282932000074",
            place="Paris", signatories=(Signatory("Hélène Aubry", "directrice", date(2020, 1, 1)),),
        ),
    ]  # fmt: skip


def _person(name: str, first: str, last: str) -> Person:
    mail = f"{name}@exemple.fr"
    return Person(id=name, first_name=first, last_name=last, email=mail, identities=(Identity.mbox(mail),))


def _programme() -> Programme:
    activities = tuple(TrainingActivity(name, f"{LMS}/{name}", title, seconds) for name, title, seconds in ACTIVITIES)
    modules = (
        Module("m1", "Prévenir les risques", Modality.ASYNC, True, activities),
        Module("m2", "Ateliers pratiques", Modality.IN_PERSON),
        Module("m3", "Classes virtuelles", Modality.SYNC_REMOTE),
    )
    return Programme(id="prog", title="Prévention des risques professionnels", code="PRP1", modules=modules)


def _slots(today: date) -> Iterator[Slot]:
    """Yield half-days two weeks ago, a week ago, today and in a week; and one of the session that has ended."""
    for at, days in enumerate((-14, -7, 0, 7)):
        day = today + timedelta(days=days)
        yield _slot(f"matin-{at}", RUNNING, day, 9, HalfDay.AM)
        yield _slot(f"soir-{at}", RUNNING, day, 14, HalfDay.PM, mode=Modality.SYNC_REMOTE, module_id="m3")
    yield _slot("ete-0", ENDED, today - timedelta(days=100), 9, HalfDay.AM)


def _slot(name: str, session_id: str, day: date, hour: int, half_day: HalfDay, **given: Any) -> Slot:
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)
    given = {"module_id": "m2", **given}
    return Slot(
        id=name, session_id=session_id, held_on=day, half_day=half_day, starts_at=starts,
        ends_at=starts + timedelta(hours=3, minutes=30), **given,
    )  # fmt: skip


def _enrolments(organisation: OrganisationId, today: date) -> Iterator[Enrolment]:
    hours = {Modality.ASYNC: 4 * HOUR, Modality.IN_PERSON: 14 * HOUR, Modality.SYNC_REMOTE: 14 * HOUR}
    for at, (name, _, _) in enumerate(TRAINEES):
        for session_id, days in ((RUNNING, -30), *(((ENDED, -130),) if at < 3 else ())):
            key = f"{session_id}-{name}"
            funder = "opco" if at % 2 == 0 else "caisse"
            yield Enrolment(
                id=key, session_id=session_id, person_id=name, registration=registration(organisation, key),
                contracts=(Contract(today + timedelta(days=days), hours, f"CONV-{at + 1}"),),
                funding=FundingFile(funder, "plan", f"D-{at + 1:03}", agreed_seconds=32 * HOUR),
            )  # fmt: skip


def _mark_attendance(services: Services, organisation: OrganisationId, today: date) -> None:
    """Sign off the half-days of two weeks ago; of a week ago, some are noted and some not."""
    del today
    desk, author = Desk(services), Author("account", "essai", "Yann Le Gall")
    statuses = {"theo": Status.ABSENT_UNJUSTIFIED, "mehdi": Status.ABSENT_JUSTIFIED}
    acts: list[Callable[[], object]] = []
    for slot, people in (("matin-0", TRAINEES), ("soir-0", TRAINEES), ("matin-1", TRAINEES[:4])):
        for name, _, _ in people:
            remark = Remark(statuses.get(name, Status.PRESENT), reason="maladie" if name == "mehdi" else "")
            acts.append(
                lambda slot=slot, name=name, remark=remark: desk.mark(
                    organisation, slot, f"{RUNNING}-{name}", remark, author
                )
            )
    for act in acts:
        try:
            act()
        except AssiduError as refusal:
            raise AssertionError([problem.message for problem in refusal.problems] or refusal.message) from refusal
