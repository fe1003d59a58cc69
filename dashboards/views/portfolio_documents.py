"""Where the documents stand that funders ask for of every enrolment: worked out once, until something changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from analytics.facts.roster import HOME_ZONE
from evidence.completeness import Expected, Item, State, completeness_of, expected_of
from evidence.completeness.expected import Course, profile_of
from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail
from lrs.clock import Micros, to_datetime
from lrs.tenancy import OrganisationId
from training.law import load_law
from training.records import Records
from training.records.ids import EnrolmentId, SessionId
from training.records.modality import Modality

_ISSUED: Final = frozenset(item.value for item in DocumentType)
# Where somebody has something to do, the most urgent first.
WANTED: Final = (State.OVERDUE, State.DUE, State.MISSING, State.EXPIRED)
# That a document is to be replaced is noted beside it by the worker: it is looked at again after this long.
_KEPT_MICROS: Final = 60_000_000

# Whose day it is: a register is of every session, wherever it is held.
_HOME: Final = ZoneInfo(HOME_ZONE)

Register = Mapping[EnrolmentId, tuple[Item, ...]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for by a day, under the records of one change."""

    change: int
    today: date
    expected: Mapping[EnrolmentId, list[Expected]]
    sessions: Mapping[EnrolmentId, SessionId]


@dataclass(frozen=True)
class Judged:
    """What there was of it when the trail was so long; of the whole organisation, unscoped."""

    asked: _Asked
    trail: int
    at: Micros
    register: Register

    @cached_property
    def by_session(self) -> Mapping[SessionId, Mapping[State, int]]:
        """How many documents stand where, by session."""
        return count_states(self.register, self.asked.sessions)

    @cached_property
    def wanted(self) -> Sequence[tuple[EnrolmentId, Item]]:
        """What is to be done: `wanted_of` everybody."""
        return wanted_of(self.register, self.register.keys())


@dataclass
class DocumentRegisters:
    """The registers of every organisation, in one process.

    What a funder asks for at an absence is not among them: that is read with the session (`session_documents`).
    """

    _asked: dict[OrganisationId, _Asked] = field(default_factory=dict)
    _judged: dict[OrganisationId, Judged] = field(default_factory=dict)

    def judged(self, records: Records, documents: IssuedDocuments, trail: Trail, now: Micros) -> Judged:
        """Return, by enrolment, each document that is asked for by now; of the whole organisation, unscoped."""
        organisation = records.organisation
        asked = self._asked_by(records, to_datetime(now).astimezone(_HOME).date())
        count = trail.head(organisation).count
        known = self._judged.get(organisation)
        if known is None or known.asked is not asked or known.trail != count or now - known.at > _KEPT_MICROS:
            found = _judge(asked, documents.current(organisation))
            known = self._judged[organisation] = Judged(asked, count, now, found)
        return known

    def _asked_by(self, records: Records, today: date) -> _Asked:
        known = self._asked.get(records.organisation)
        if known is None or (known.change, known.today) != (records.change, today):
            sessions = {item.id: item.session_id for item in records.enrolments.values()}
            expected = _expected(records, today)
            known = self._asked[records.organisation] = _Asked(records.change, today, expected, sessions)
        return known


def _expected(records: Records, today: date) -> dict[EnrolmentId, list[Expected]]:
    """Return what is asked for by a day, and can be issued; what has not happened by then is not asked for yet."""
    holidays = load_law().holidays
    modalities = {name: _modalities(records, name) for name in records.sessions}
    # Of everybody in a session who came and left on the same days, under the same profile, the same is asked for.
    known: dict[tuple[SessionId, date, date, str], list[Expected]] = {}
    found = {}
    for enrolment in records.enrolments.values():
        session = records.sessions.get(enrolment.session_id)
        if session is None:
            continue
        course = Course(enrolment, session, modalities[session.id])
        profile = profile_of(enrolment, records, course.ended_on)
        alike = (session.id, course.entered_on, course.ended_on, profile.id)
        if alike not in known:
            asked = expected_of(course, profile, holidays, today)
            known[alike] = [item for item in asked if _is_asked(item, today)]
        found[enrolment.id] = known[alike]
    return found


def _is_asked(item: Expected, today: date) -> bool:
    if item.document not in _ISSUED or item.event_on is None:
        return False
    return item.event_on <= today or (item.due_on is not None and item.due_on < today)


def _modalities(records: Records, session_id: SessionId) -> frozenset[Modality]:
    """Return how a session is held, as `evidence.completeness.expected.course_of` has it."""
    session, programme = records.sessions[session_id], records.programme_of(session_id)
    found = {slot.mode for slot in records.slots_of(session_id)}
    found.update(module.modality for module in (programme.modules if programme else ()))
    found.update((session.modality,) if session.modality is not Modality.BLENDED else ())
    return frozenset(found)


def _judge(asked: _Asked, documents: Iterable[IssuedDocument]) -> Register:
    issued: dict[EnrolmentId, list[IssuedDocument]] = {}
    for document in documents:
        for name in document.enrolments:
            issued.setdefault(name, []).append(document)
    nothing: dict[int, tuple[Item, ...]] = {}
    found: dict[EnrolmentId, tuple[Item, ...]] = {}
    for name, items in asked.expected.items():
        if name in issued:
            found[name] = tuple(completeness_of(items, issued[name], frozenset(), asked.today))
        elif items:
            # Whoever shares what is asked for, and has none of it, shares where it stands.
            if id(items) not in nothing:
                nothing[id(items)] = tuple(completeness_of(items, (), frozenset(), asked.today))
            found[name] = nothing[id(items)]
    return {name: items for name, items in found.items() if items}


def wanted_of(register: Register, names: Collection[EnrolmentId]) -> list[tuple[EnrolmentId, Item]]:
    """Return what is to be done for some enrolments: overdue first, by deadline; then due, and so on."""
    found = [(name, item) for name in names for item in register.get(name, ()) if item.state in WANTED]
    return sorted(found, key=lambda pair: (*_urgency(pair[1]), pair[0]))


def count_states(register: Register, sessions: Mapping[EnrolmentId, SessionId]) -> dict[SessionId, Counter[State]]:
    """Return how many documents stand where, by the session that each enrolment is in."""
    found: dict[SessionId, Counter[State]] = {}
    for name, items in register.items():
        counts = found.setdefault(sessions[name], Counter())
        for item in items:
            counts[item.state] += 1
    return found


def _urgency(item: Item) -> tuple[int, date]:
    return WANTED.index(item.state), item.expected.due_on or item.expected.event_on or date.max
