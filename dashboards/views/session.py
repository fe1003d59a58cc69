"""One training session: its figures, its half-days, who is in it and how they stand, its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.anomalies import Anomaly
from analytics.facts import DayFact, EnrolmentFacts, SlotFact
from analytics.overview import SessionOverview
from dashboards.views.lens import Lens
from dashboards.views.session_documents import asked_in
from dashboards.views.session_half_days import SlotLine, half_days_of, kind_of
from evidence.completeness import Item, State
from evidence.issuing.batch import Batch
from evidence.issuing.document import IssuedDocument
from evidence.store.batches import Batches
from training.records import Records
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, SessionId
from training.records.modality import Modality
from training.records.programme import Programme
from training.records.session import TrainingSession

_SECOND: Final = 1_000_000
_BATCHES_MOST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentLine:
    """One enrolment of a session. `documents` counts those asked for by where they stand.

    `unknown_half_days` are those that are due and of which nothing says whether the trainee was there. `facts` is None
    before anything is known.
    """

    enrolment: Enrolment
    name: str
    facts: EnrolmentFacts | None
    documents: Mapping[State, int]
    unknown_half_days: int
    anomalies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleLine:
    """One module of a session, everybody together, in seconds; None is what lies beside every module.

    `announced_seconds` is what its activities are announced to take one trainee.
    """

    module_id: str | None
    title: str
    modality: Modality | None
    announced_seconds: int
    planned_seconds: int
    connected_seconds: int
    active_seconds: int
    credited_seconds: int
    people: int
    statement_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile:
    """One training session, as kept. `batches` are the last of its batches of documents, newest first."""

    session: TrainingSession
    title: str
    programme: Programme | None
    trainers: tuple[str, ...]
    overview: SessionOverview
    half_days: tuple[SlotLine, ...]
    enrolments: tuple[EnrolmentLine, ...]
    modules: tuple[ModuleLine, ...]
    documents: tuple[IssuedDocument, ...]
    anomalies: tuple[Anomaly, ...]
    batches: tuple[Batch, ...]


def session_title(records: Records, session: TrainingSession) -> str:
    """Return what a session is called: its own title, else its programme's, else its id."""
    programme = records.programme_of(session.id)
    return session.title or (programme.title if programme else "") or session.id


def session_file(lens: Lens, session_id: str) -> SessionFile:
    """Return one training session within the scope; raises NotFound."""
    session = lens.session(session_id)
    slots, documents = lens.slots_of([session.id]), lens.documents_in(session_id)
    anomalies = lens.anomalies_of([session.id])
    programme = lens.records.programme_of(session.id)
    people = lens.records.people
    trainers = [people[lens.records.survivor(name)] for name in session.trainer_ids if name in people]
    batches = Batches(lens.services.store).of_session(lens.viewer.organisation, session.id, _BATCHES_MOST)
    return SessionFile(
        session=session,
        title=session_title(lens.records, session),
        programme=programme,
        trainers=tuple(person.name or person.id for person in trainers),
        overview=lens.overview(session_id),
        half_days=half_days_of(lens, session_id, slots),
        enrolments=_enrolments(lens, session.id, slots, anomalies, asked_in(lens, session_id, slots, documents)),
        modules=_modules(programme, lens.days_of([session.id])),
        documents=tuple(document for document in documents if document.is_current),
        anomalies=tuple(anomalies),
        batches=tuple(batches) if lens.scope.is_whole else (),
    )


def _enrolments(
    lens: Lens,
    session_id: SessionId,
    slots: Iterable[SlotFact],
    anomalies: Iterable[Anomaly],
    asked: Mapping[EnrolmentId, Sequence[Item]],
) -> tuple[EnrolmentLine, ...]:
    """Return everybody in a session, by name."""
    facts = {fact.enrolment_id: fact for fact in lens.enrolment_facts([session_id])}
    unknown = Counter(fact.enrolment_id for fact in slots if kind_of(fact) == "unknown")
    odd = Counter(anomaly.enrolment_id for anomaly in anomalies)
    found = [
        EnrolmentLine(
            enrolment=enrolment,
            name=person_name(lens.records, enrolment),
            facts=facts.get(enrolment.id),
            documents=Counter(item.state for item in asked.get(enrolment.id, ())),
            unknown_half_days=unknown[enrolment.id],
            anomalies=odd[enrolment.id],
        )
        for enrolment in lens.enrolments(session_id)
    ]
    return tuple(sorted(found, key=lambda line: (line.name.casefold(), line.enrolment.id)))


def person_name(records: Records, enrolment: Enrolment) -> str:
    """Return the name of an enrolment's person as a list has it: last name, first name; their id without one."""
    person = records.people.get(records.survivor(enrolment.person_id))
    if person is None:
        return enrolment.person_id
    return f"{person.last_name} {person.first_name}".strip() or person.id


def _modules(programme: Programme | None, days: Iterable[DayFact]) -> tuple[ModuleLine, ...]:
    """Return the modules in the programme's order, and at the end what lies beside them, if anything does."""
    by_module: dict[str | None, list[DayFact]] = {}
    for fact in days:
        by_module.setdefault(fact.module_id, []).append(fact)
    modules = () if programme is None else programme.modules
    known = {module.id for module in modules}
    beside = [fact for name, facts in by_module.items() if name not in known for fact in facts]
    found = [
        _module(
            by_module.get(module.id, []), module.id, module.title or module.id, module.modality,
            sum(activity.estimated_seconds for activity in module.activities),
        )
        for module in modules
    ]  # fmt: skip
    return tuple(found) if not beside else (*found, _module(beside, None, "", None, 0))


def _module(
    facts: list[DayFact], module_id: str | None, title: str, modality: Modality | None, announced: int
) -> ModuleLine:
    return ModuleLine(
        module_id=module_id,
        title=title,
        modality=modality,
        announced_seconds=announced,
        planned_seconds=sum(fact.planned_seconds for fact in facts),
        connected_seconds=sum(fact.connected_micros for fact in facts) // _SECOND,
        active_seconds=sum(fact.active_micros for fact in facts) // _SECOND,
        credited_seconds=sum(fact.credited_micros for fact in facts) // _SECOND,
        people=len({fact.person_id for fact in facts if fact.statement_count}),
        statement_count=sum(fact.statement_count for fact in facts),
    )
