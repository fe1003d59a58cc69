"""Until when a statement is kept: which clock it is on, and whom it concerns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from analytics.traces import Trace, extract_trace
from evidence.retention.classes import RetentionClass, Term, Terms
from evidence.retention.holds import Held, Hold
from lrs.erasure import CREDENTIAL as ERASURE_DESK
from lrs.store.statements import StoredStatement
from training.attendance.marks import CREDENTIAL as ATTENDANCE_DESK
from training.records.ids import SlotId


@dataclass(frozen=True, slots=True)
class Keeping:
    """How one statement is kept. `term` None is for ever. `about` is whom it concerns, as `kind:id`."""

    retention_class: RetentionClass
    about: tuple[str, ...]
    term: Term | None
    hold: Hold | None


class StatementTerms:
    """Says how statements are kept, by the records, the law and the holds of one moment."""

    def __init__(self, terms: Terms, held: Held) -> None:
        self._terms = terms
        self._records = terms.records
        self._held = held

    def of(self, entry: StoredStatement, targets: Mapping[UUID, StoredStatement]) -> Keeping:
        """Return how an entry is kept. One that voids another is kept as that is (in `targets`, if it is left)."""
        target = None if not entry.is_voiding or entry.reference is None else targets.get(entry.reference)
        subject = entry if target is None or target.is_erased else target
        trace = extract_trace(subject)
        about = self._about(trace)
        hold = self._held.find(about=about, identities=trace.agents, registration=trace.registration)
        if entry.credential == ERASURE_DESK:
            return Keeping(RetentionClass.DESTRUCTION_CERTIFICATES, (), None, hold)
        retention_class = RetentionClass.ATTENDANCE if is_evidence(subject, trace) else RetentionClass.TRACES
        return Keeping(retention_class, about, self._terms.of(retention_class, about, entry.stored), hold)

    def _about(self, trace: Trace) -> tuple[str, ...]:
        """Return the enrolment that a statement names, else the people who made it, else the session of a sheet."""
        enrolment = None if trace.registration is None else self._records.enrolment_of(trace.registration)
        if enrolment is not None:
            return (f"enrolment:{enrolment.id}",)
        owners = {owner for owner in map(self._records.person_of, trace.agents) if owner is not None}
        # A slot's activity ends in the slot's id, whoever speaks of it.
        slot = self._records.slots.get(SlotId(trace.activity.rpartition("/")[2]))
        sheets = () if slot is None else (f"training_session:{slot.session_id}",)
        return (*sheets, *(f"person:{owner}" for owner in sorted(owners)))


def is_evidence(entry: StoredStatement, trace: Trace) -> bool:
    """Say whether a statement is on the clock of attendance: a mark, a sheet's own, a class's join and leave log."""
    return entry.credential == ATTENDANCE_DESK or trace.mark is not None or trace.is_classroom
