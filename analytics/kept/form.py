"""The forms in which facts are kept: parts of a person that can be replaced one by one.

Members are kept by their place: add at the end only, and raise `FORM` with any other change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from analytics.anomalies.anomaly import Anomaly
from analytics.content.question import Answered
from analytics.content.share import Share, Spent
from analytics.facts.fact import Confidence, DayFact, SlotFact, Standing
from analytics.facts.reading import Stay
from analytics.overview.totals import Totals
from analytics.traces import Period, Role, Trace
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, SessionId, SlotId

# What facts are made of, and how. Facts kept under another number are made again from the start of the log.
FORM: Final = 3


class Place(NamedTuple):
    """Which row of a day: the enrolment, and the activity or the slot."""

    enrolment_id: EnrolmentId | None = None
    module_id: ModuleId | None = None
    activity_id: ActivityId | None = None
    slot_id: SlotId | None = None


class Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What slots and proofs add to a row that statements alone do not say."""

    planned_seconds: int = 0
    credited_micros: int = 0
    confidence: Confidence | None = None
    marks: tuple[UUID, ...] = ()


_NO_PART: Final = Part()


class KeptRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row of one day. `seen` are the statements of its times; `part` is kept apart, for it changes apart.

    `acts` and `interactions` are of the statements that show somebody at work, `known` when the last was stored.

    A slot that adds nothing has a part all the same: that it was held is a fact.
    """

    place: Place
    session_id: SessionId | None
    estimated_seconds: int
    rules_version: str
    connected: int = 0
    active: int = 0
    declared: int = 0
    watched: float = 0.0
    seen: tuple[UUID, ...] = ()
    first_at: int | None = None
    last_at: int | None = None
    part: Part | None = None
    known: int = 0
    acts: int = 0
    interactions: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether nothing makes this a row any more."""
        return not self.seen and not self.connected and self.part is None

    @property
    def statement_ids(self) -> tuple[UUID, ...]:
        """Its statements in order of time, then the marks that are not among them."""
        if self.part is None or not self.part.marks:
            return self.seen
        return self.seen + tuple(mark for mark in self.part.marks if mark not in self.seen)

    @property
    def statement_count(self) -> int:
        """How many those are."""
        return len(self.statement_ids)

    def to_fact(self, person_id: PersonId, day: date) -> DayFact:
        """Return the row as everybody else reads it."""
        ids, part = self.statement_ids, self.part or _NO_PART
        confidence = None
        if self.connected:
            confidence = Confidence.DECLARED if self.declared else Confidence.MEASURED
        return DayFact(
            person_id=person_id,
            enrolment_id=self.place.enrolment_id,
            session_id=self.session_id,
            module_id=self.place.module_id,
            activity_id=self.place.activity_id,
            slot_id=self.place.slot_id,
            day=day,
            planned_seconds=part.planned_seconds,
            estimated_seconds=self.estimated_seconds,
            connected_micros=self.connected,
            active_micros=self.active,
            credited_micros=part.credited_micros,
            declared_micros=self.declared,
            watched_seconds=self.watched,
            connected_confidence=confidence,
            credited_confidence=part.confidence,
            statement_count=len(ids),
            first_at=self.first_at,
            last_at=self.last_at,
            statement_ids=ids,
            rules_version=self.rules_version,
        )


class KeptDay(msgspec.Struct, array_like=True):
    """One local day of one person. `clocks` are by the day that a statement claims, which is not the day they are on.

    `outside` are the anomalies of rows outside their contract, `anomalies` all others of the person's time.
    """

    day: date
    rows: list[KeptRow] = []
    anomalies: list[Anomaly] = []
    clocks: list[Anomaly] = []
    outside: list[Anomaly] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.rows or self.anomalies or self.clocks or self.outside)


class KeptActivity(msgspec.Struct, array_like=True):
    """One activity of one enrolment: what judges it, on which days there was anything, and what follows.

    `judged` holds no more of a trace than `standing_of` reads, and only traces that it can make something of;
    `direct` are the buckets (days in UTC) with any trace of the activity itself. `spent` is by local day. `answers` are
    those to the questions in it, each once.
    """

    enrolment_id: EnrolmentId
    activity_id: ActivityId
    session_id: SessionId
    judged: list[Trace] = []
    direct: list[int] = []
    spent: dict[int, Spent] = {}
    standing: Standing | None = None
    anomalies: list[Anomaly] = []
    answers: list[Answered] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.judged or self.direct or self.spent or self.standing or self.answers)


class Brief(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """As much of a standing as the whole enrolment is added up from."""

    satisfied_at: int | None
    is_waived: bool
    best_scaled: float | None


class Sums(NamedTuple):
    """What the days of one enrolment add up to, in microseconds and statements."""

    connected: int = 0
    active: int = 0
    declared: int = 0
    statements: int = 0

    def with_rows(self, rows: Iterable[KeptRow], sign: int = 1) -> Sums:
        """Return the sums with rows added, or taken off with `sign` -1."""
        connected, active, declared, statements = self
        for row in rows:
            connected += sign * row.connected
            active += sign * row.active
            declared += sign * row.declared
            statements += sign * row.statement_count
        return Sums(connected, active, declared, statements)


class Beside(NamedTuple):
    """What one local day shows beside all activities: acts, what these tell of, active microseconds, since when."""

    known: int
    acts: int
    interactions: float
    active: int


class Note(NamedTuple):
    """Something about an enrolment that makes no row of a day: registration, help, a summary of activity.

    `activity_id` and what follows are of summaries; `is_asking` says that the trainee turned to somebody.
    """

    at: int
    known: int
    role: Role
    activity_id: ActivityId | None = None
    period: Period | None = None
    interactions: float | None = None
    is_asking: bool = False


class KeptEnrolment(msgspec.Struct, array_like=True):
    """One enrolment at `as_of`: its marks and classes, its slots, the standings in brief, the sums of its days.

    `seen` has the instant of the last statement of each local day with any, `shares` what was made of each activity.
    Time alone changes nothing of it before `until`, and never when that is None. `beside` is by local day, `notes` in
    order of time.
    """

    enrolment_id: EnrolmentId
    session_id: SessionId
    as_of: int = 0
    marks: list[Trace] = []
    stays: list[Stay] = []
    slots: list[SlotFact] = []
    standings: dict[ActivityId, Brief] = {}
    sums: Sums = Sums()
    anomalies: list[Anomaly] = []
    until: int | None = 0
    seen: dict[int, int] = {}
    shares: dict[ActivityId, Share] = {}
    beside: dict[int, Beside] = {}
    notes: list[Note] = []


class Portion(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an enrolment adds to its session, kept beside it: the session's sums are made of nothing else."""

    totals: Totals
    shares: dict[ActivityId, Share]
