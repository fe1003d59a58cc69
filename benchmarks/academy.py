"""A training organisation of 250 sessions and 5,000 enrolments, and what platforms tell of it: for pages of roles.

The same people, sessions and days whatever the number of statements: a platform that tells ten times as much fills the
same sittings with ten times as many statements.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from training.records import (
    Contract,
    Enrolment,
    Exit,
    ExitReason,
    Funder,
    FundingFile,
    HalfDay,
    Identity,
    Modality,
    Module,
    Person,
    Programme,
    Slot,
    TrainingActivity,
    TrainingSession,
)
from training.records.ids import (
    ActivityId,
    EnrolmentId,
    FunderId,
    ModuleId,
    PersonId,
    ProgrammeId,
    SessionId,
    SlotId,
)
from training.records.kinds import KINDS, Record
from training.store import Change

SESSIONS: Final = 250
TRAINEES: Final = 20
ENROLMENTS: Final = SESSIONS * TRAINEES
PROGRAMMES: Final = 10
LESSONS: Final = 12
QUESTIONS: Final = 5
TRAINERS: Final = 25
FUNDERS: Final = 5
HALF_DAYS: Final = 4
SITTINGS: Final = 10
_LENGTH: Final = 90
# How many sessions of four have not ended yet begin within this many days before the day of the run.
_SPREAD: Final = 300
_NAMESPACE: Final = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
_SITE: Final = "https://campus.example"
_ADL: Final = "http://adlnet.gov/expapi/verbs/"
_EXT: Final = "https://assidu.example/xapi/ext/"
_TITLES: Final = (
    "Sécurité incendie", "Gestes et postures", "Habilitation électrique", "Tableur, niveau 2", "Relation client",
    "Risques chimiques", "Secourisme du travail", "Management d’équipe", "Anglais professionnel", "Droit du travail",
)  # fmt: skip
_FIRST: Final = ("Amélie", "Bakary", "Chloé", "Driss", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Jérôme")
_LAST: Final = ("Bernard", "Diallo", "Faure", "Garnier", "Haddad", "Lefèvre", "Marchand", "N’Guyen", "Petit", "Roux")


@dataclass(frozen=True, slots=True)
class Academy:
    """Everything of it, as of a day; the same for the same day and seed."""

    today: date
    seed: int = 1

    def changes(self) -> Iterator[list[Change]]:
        """Yield the writes that put it on record, some hundreds at a time, in an order that can be written."""
        some: list[Change] = []
        for record in self._records():
            some.append(Change(KINDS[type(record)], record.id, record))
            if len(some) == 500:
                yield some
                some = []
        yield some

    def starts_on(self, session: int) -> date:
        """Return the first day of a session."""
        return self.today - timedelta(days=_SPREAD - session * _SPREAD // SESSIONS)

    def statements(self, count: int) -> Iterator[bytes]:
        """Yield about `count` statements, sitting by sitting of each session, none of them of days to come."""
        each = count // ENROLMENTS
        marks = min(HALF_DAYS, each // 4)
        for sitting in range(SITTINGS):
            telling = _part(each - marks, sitting, SITTINGS)
            for session in range(SESSIONS):
                for trainee in range(TRAINEES):
                    yield from self._sitting(session, session * TRAINEES + trainee, sitting, telling)
        for slot in range(marks):
            for number in range(ENROLMENTS):
                yield from self._mark(number, slot)

    def _records(self) -> Iterator[Record]:
        for number in range(FUNDERS):
            yield Funder(FunderId(f"financeur{number}"), f"OPCO {number + 1}")
        for number in range(TRAINERS):
            yield Person(PersonId(f"f{number}"), _LAST[number % 10], _FIRST[number // 10],
                         identities=(Identity.mbox(f"f{number}@exemple.fr"),))  # fmt: skip
        for number, title in enumerate(_TITLES):
            yield _programme(number, title)
        for number in range(SESSIONS):
            yield from self._session(number)
        for number in range(ENROLMENTS):
            yield from self._enrolment(number)

    def _session(self, number: int) -> Iterator[Record]:
        name, starts_on = SessionId(f"s{number}"), self.starts_on(number)
        trainer = PersonId(f"f{number % TRAINERS}")
        yield TrainingSession(
            name, ProgrammeId(f"p{number % PROGRAMMES}"), starts_on, starts_on + timedelta(days=_LENGTH),
            f"{_TITLES[number % PROGRAMMES]}, groupe {number // PROGRAMMES + 1}",
            (Modality.BLENDED, Modality.ASYNC, Modality.IN_PERSON)[number % 3], trainer_ids=(trainer,),
            allows_sundays_and_holidays=True,
        )  # fmt: skip
        for at in range(HALF_DAYS):
            day = starts_on + timedelta(days=3 + 20 * at)
            begins = datetime.combine(day, time(8), UTC)
            mode = Modality.SYNC_REMOTE if at % 2 else Modality.IN_PERSON
            yield Slot(SlotId(f"{name}-{at}"), name, day, HalfDay.AM, begins, begins + timedelta(hours=3), mode,
                       module_id=ModuleId("m2"), trainer_id=trainer)  # fmt: skip

    def _enrolment(self, number: int) -> Iterator[Record]:
        person, session = PersonId(f"a{number}"), number // TRAINEES
        starts_on = self.starts_on(session)
        yield Person(person, _LAST[number % 10], _FIRST[number // 10 % 10], identities=(Identity.mbox(_mail(number)),))
        hours = {Modality.ASYNC: LESSONS * 1800, Modality.IN_PERSON: 21_600, Modality.SYNC_REMOTE: 21_600}
        left = starts_on + timedelta(days=30)
        yield Enrolment(
            EnrolmentId(f"e{number}"), SessionId(f"s{session}"), person, _registration(number),
            (Contract(starts_on, hours),),
            funding=FundingFile(FunderId(f"financeur{number % FUNDERS}"), "plan", f"D-{number}"),
            exit=Exit(left, ExitReason.ABANDON) if number % 20 == 7 and left < self.today else None,
        )  # fmt: skip

    def _sitting(self, session: int, number: int, sitting: int, telling: int) -> Iterator[bytes]:
        """Yield what one trainee does in one sitting: most begin a lesson, answer its quiz, and finish it."""
        chance = random.Random(f"{self.seed}:{number}:{sitting}")  # noqa: S311 - protects nothing
        starts_on = self.starts_on(session)
        days = min((self.today - starts_on).days, _LENGTH)
        begins = datetime.combine(starts_on + timedelta(days=days * sitting // SITTINGS), time(17), UTC)
        # Who leaves early does less and less.
        if chance.random() < sitting * (number % 10) / 150:
            return
        lesson = sitting
        for at in range(telling):
            moment = begins + timedelta(minutes=2 * at + number % 30)
            yield self._act(number, lesson, at, telling, moment, chance)

    def _act(self, number: int, lesson: int, at: int, telling: int, moment: datetime, chance: random.Random) -> bytes:
        iri = _lesson(number // TRAINEES % PROGRAMMES, lesson)
        name = f"{number}/{lesson}/{at}"
        if at == telling - 1:
            verb = chance.choice(("completed", "completed", "completed", "failed"))
            return _statement(number, name, verb, iri, moment, {"score": {"scaled": chance.randint(20, 100) / 100}})
        if at % 4 == 1:
            question = f"{iri}/q{chance.randrange(QUESTIONS)}"
            said = chance.choice("aabc")
            result = {"response": said, "success": said == "a"}
            return _statement(number, name, "answered", question, moment, result, parent=iri)
        return _statement(number, name, "initialized" if at == 0 else "experienced", iri, moment)

    def _mark(self, number: int, at: int) -> Iterator[bytes]:
        session = number // TRAINEES
        day = self.starts_on(session) + timedelta(days=3 + 20 * at)
        # One session of ten forgets to sign.
        if day >= self.today or session % 10 == at:
            return
        named = {"attendance-status": "PRESENT", "recorded-by": "account a", "half-day": f"{day}/AM",
                 "evidence": [{"method": "displayed-code", "signed-at": f"{day}T08:05:00Z"}]}  # fmt: skip
        slot = f"https://assidu.example/xapi/slots/s{session}-{at}"
        moment = datetime.combine(day, time(8, 5), UTC)
        yield _statement(number, f"{number}/mark/{at}", "attended", slot, moment, {"duration": "PT3H"},
                         {_EXT + name: value for name, value in named.items()})  # fmt: skip


def _programme(number: int, title: str) -> Programme:
    lessons = [
        TrainingActivity(ActivityId(f"l{at}"), _lesson(number, at), f"Leçon {at + 1}", estimated_seconds=1800)
        for at in range(LESSONS)
    ]
    modules = (
        Module(ModuleId("m0"), "Découvrir", activities=tuple(lessons[: LESSONS // 2])),
        Module(ModuleId("m1"), "Approfondir", activities=tuple(lessons[LESSONS // 2 :])),
        Module(ModuleId("m2"), "Ateliers", Modality.IN_PERSON),
    )
    return Programme(ProgrammeId(f"p{number}"), title, f"C{number}", modules)


def _statement(
    number: int, name: str, verb: str, activity: str, moment: datetime, result: dict[str, Any] | None = None,
    extensions: dict[str, Any] | None = None, parent: str = "",
) -> bytes:  # fmt: skip
    context: dict[str, Any] = {"registration": str(_registration(number)), "platform": "Moodle 4.5"}
    target: dict[str, Any] = {"id": activity}
    if extensions:
        context["extensions"] = extensions
    if parent:
        context["contextActivities"] = {"parent": [{"id": parent}]}
        target["definition"] = {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "description": {"fr-FR": f"Question {activity[-1]} : que faut-il faire en premier ?"},
            "interactionType": "choice",
            "correctResponsesPattern": ["a"],
        }
    value = {
        "id": str(UUID(bytes=uuid5(_NAMESPACE, name).bytes, version=4)),
        "actor": {"mbox": f"mailto:{_mail(number)}"},
        "verb": {"id": _ADL + verb},
        "object": target,
        "context": context,
        "timestamp": moment.isoformat(),
    }
    return orjson.dumps(value if result is None else {**value, "result": result})


def _part(total: int, at: int, parts: int) -> int:
    """Return the share of one of several parts that are as equal as can be."""
    return total * (at + 1) // parts - total * at // parts


def _lesson(programme: int, at: int) -> str:
    return f"{_SITE}/p{programme}/l{at}"


def _mail(number: int) -> str:
    return f"a{number}@exemple.fr"


def _registration(number: int) -> UUID:
    return UUID(bytes=uuid5(_NAMESPACE, f"enrolment/{number}").bytes, version=4)
