"""Facts of enrolments in the form in which a page of a thousand is read at once.

The instant they are of is not kept with them: they hold until time, a statement or a record changes them.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from analytics.facts.fact import EnrolmentFacts
from analytics.rates.figure import Figure
from training.records import Modality
from training.records.ids import EnrolmentId, PersonId, SessionId

_Hours = dict[Modality, int]


class _Rate(msgspec.Struct, array_like=True, gc=False):
    formula: str
    version: str
    numerator: int
    denominator: int
    unit: str
    cap: float | None


class _Row(msgspec.Struct, array_like=True):
    enrolment_id: EnrolmentId
    person_id: PersonId
    session_id: SessionId
    planned: _Hours
    waived: _Hours
    due: _Hours
    credited: _Hours
    justified: int
    estimated: int
    connected: int
    active: int
    declared: int
    mandatory: int
    satisfied: int
    is_completed: bool
    entered_at: date | None
    rates: list[_Rate]
    statement_count: int
    rules_version: str


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_Row)


def write_enrolment(facts: EnrolmentFacts) -> bytes:
    """Write the facts of one enrolment, but for the instant they are of."""
    rates = [_Rate(it.formula, it.version, it.numerator, it.denominator, it.unit, it.cap) for it in facts.figures]
    return _ENCODER.encode(
        _Row(
            facts.enrolment_id, facts.person_id, facts.session_id, facts.planned_seconds, facts.waived_seconds,
            facts.due_seconds, facts.credited_seconds, facts.justified_seconds, facts.estimated_seconds,
            facts.connected_seconds, facts.active_seconds, facts.declared_seconds, facts.mandatory_count,
            facts.satisfied_count, facts.is_completed, facts.entered_at, rates, facts.statement_count,
            facts.rules_version,
        )
    )  # fmt: skip


def read_enrolment(pack: bytes, as_of: int) -> EnrolmentFacts:
    """Read the facts of one enrolment, at an instant at which they hold."""
    row = _DECODER.decode(pack)
    version = row.rules_version
    return EnrolmentFacts(
        enrolment_id=row.enrolment_id,
        person_id=row.person_id,
        session_id=row.session_id,
        as_of=as_of,
        planned_seconds=row.planned,
        waived_seconds=row.waived,
        due_seconds=row.due,
        credited_seconds=row.credited,
        justified_seconds=row.justified,
        estimated_seconds=row.estimated,
        connected_seconds=row.connected,
        active_seconds=row.active,
        declared_seconds=row.declared,
        mandatory_count=row.mandatory,
        satisfied_count=row.satisfied,
        is_completed=row.is_completed,
        entered_at=row.entered_at,
        figures=tuple(
            Figure(it.formula, it.version, it.numerator, it.denominator, it.unit, as_of, version, it.cap)
            for it in row.rates
        ),
        statement_count=row.statement_count,
        rules_version=version,
    )
