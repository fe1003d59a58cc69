"""A session of which everybody is owed a certificate: records, and the statements that prove it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from training.records import (
    Contract,
    Enrolment,
    HalfDay,
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
from training.records.ids import (
    ActivityId,
    EnrolmentId,
    ModuleId,
    PersonId,
    ProgrammeId,
    ProviderId,
    SessionId,
    SlotId,
)
from training.records.kinds import KINDS
from training.store import Change

SESSION: Final = SessionId("session")
HALF_DAYS: Final = 20
LESSONS: Final = 10
# What nobody needs for a certificate: clicks on each lesson.
_CLICKS: Final = 10
_HOURS: Final = 3
_FIRST: Final = date(2026, 1, 5)
_NAMESPACE: Final = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
_ADL: Final = "http://adlnet.gov/expapi/verbs/"
_EXT: Final = "https://assidu.example/xapi/ext/"


def changes(learners: int) -> list[Change]:
    """Return the writes that put the session and its learners on record."""
    return [Change(KINDS[type(record)], record.id, record) for record in _records(learners)]


def _records(learners: int) -> Iterator[Any]:
    signatory = Signatory("Hélène Aubry", "directrice", date(2020, 1, 1))
    yield Provider(ProviderId("of"), "Atelier des Savoirs", activity_number="11755012375", place="Paris",
                   signatories=(signatory,))  # fmt: skip
    lessons = tuple(
        TrainingActivity(ActivityId(f"a{at}"), _lesson(at), f"Leçon {at}", estimated_seconds=1800)
        for at in range(LESSONS)
    )
    modules = (
        Module(ModuleId("m"), "À distance", activities=lessons),
        Module(ModuleId("s"), "En salle", Modality.IN_PERSON),
    )
    yield Programme(ProgrammeId("programme"), "Droit du travail", modules=modules)
    yield TrainingSession(SESSION, ProgrammeId("programme"), _FIRST, _FIRST + timedelta(days=60), "Janvier",
                          Modality.BLENDED)  # fmt: skip
    for at in range(HALF_DAYS):
        day = _day(at)
        start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        yield Slot(SlotId(f"slot{at}"), SESSION, day, HalfDay.AM, start, start + timedelta(hours=_HOURS),
                   module_id=ModuleId("s"))  # fmt: skip
    hours = {Modality.IN_PERSON: HALF_DAYS * _HOURS * 3600, Modality.ASYNC: LESSONS * 1800}
    for number in range(learners):
        person = PersonId(f"p{number}")
        yield Person(person, f"Nom{number}", "Léa", identities=(Identity.mbox(_mail(number)),))
        yield Enrolment(EnrolmentId(f"e{number}"), SESSION, person, _registration(number), (Contract(_FIRST, hours),))


def statements(number: int) -> list[bytes]:
    """Return one learner's statements, as a sender writes them."""
    found = []
    for at in range(HALF_DAYS):
        named = {"attendance-status": "PRESENT", "recorded-by": "account a", "half-day": f"{_day(at)}/AM",
                 "evidence": [{"method": "displayed-code", "signed-at": f"{_day(at)}T08:05:00Z"}]}  # fmt: skip
        extensions = {_EXT + name: value for name, value in named.items()}
        found.append(_statement(number, f"mark{at}", _ADL + "attended", f"https://assidu.example/xapi/slots/slot{at}",
                                f"{_day(at)}T08:05:00Z", {"duration": f"PT{_HOURS}H"}, extensions))  # fmt: skip
    for at in range(LESSONS):
        found.extend(
            _statement(number, f"click{at}-{click}", _ADL + "experienced", _lesson(at), f"{_day(at)}T18:{click:02}:00Z")
            for click in range(_CLICKS)
        )
        found.append(_statement(number, f"done{at}", _ADL + "completed", _lesson(at), f"{_day(at)}T18:30:00Z"))
    return found


def _statement(
    number: int, name: str, verb: str, activity: str, timestamp: str, result: dict[str, Any] | None = None,
    extensions: dict[str, Any] | None = None,
) -> bytes:  # fmt: skip
    context: dict[str, Any] = {"registration": str(_registration(number)), "platform": "Moodle"}
    if extensions:
        context["extensions"] = extensions
    value = {
        "id": str(uuid5(_NAMESPACE, f"{number}/{name}")),
        "actor": {"mbox": f"mailto:{_mail(number)}"},
        "verb": {"id": verb},
        "object": {"id": activity},
        "context": context,
        "timestamp": timestamp,
    }
    return orjson.dumps(value if result is None else {**value, "result": result})


def _day(at: int) -> date:
    return _FIRST + timedelta(days=at + 2 * (at // 5))


def _lesson(at: int) -> str:
    return f"https://moodle.exemple.fr/mod/{at}"


def _mail(number: int) -> str:
    return f"lea{number}@exemple.fr"


def _registration(number: int) -> UUID:
    return uuid5(_NAMESPACE, f"enrolment/{number}")
