"""Presences beside the marks there are: one of a trainee and a half-day is in effect, and a signature stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance.conduct import Circumstances, broken_rules, refused_rules
from training.attendance.mark import Author, Mark, Rule
from training.attendance.presence import Presences
from training.attendance.roll import Roll
from training.attendance.sheets import Sheets
from training.attendance.statement_ids import mark_id
from training.attendance.trail import Trail
from training.attendance.writing import Json, write_mark, write_voiding
from training.law import Law
from training.sources.plan import Plan, Presence

FULLER = "Relevé plus complet du même lecteur de badges"


@dataclass(frozen=True, slots=True)
class Marked:
    """One presence with the mark that says it; `statements` are those to store, none when it is there already."""

    presence: Presence
    statement_id: UUID
    statements: tuple[Json, ...]


class Resolving:
    """Reads the marks of an organisation's half-days, and says what a plan's presences come to."""

    def __init__(self, services: Services, law: Law) -> None:
        self._sheets = Sheets(services, law)
        self._presences = Presences(self._sheets)

    def marks(self, organisation: OrganisationId, plan: Plan, by: Author, at: datetime) -> list[Marked]:
        """Return the marks that presences make; what stands otherwise is noted, what a rule refuses a problem."""
        rolls = {slot_id: self._sheets.rolls.get(organisation, slot_id) for slot_id in _slots(plan.presences)}
        wanted = [(item.slot.id, item.enrolment.id) for item in plan.presences]
        slug = next(iter(rolls.values())).organisation.slug if rolls else ""
        trails = self._sheets.marks.find(organisation, slug, wanted)
        found = []
        for item in plan.presences:
            roll, trail = rolls[item.slot.id], trails[(item.slot.id, item.enrolment.id)]
            marked = self._mark(roll, trail, item, plan, by, at)
            if marked is not None:
                found.append(marked)
        return found

    def _mark(self, roll: Roll, trail: Trail, item: Presence, plan: Plan, by: Author, at: datetime) -> Marked | None:
        enrolment = roll.enrolment(item.enrolment.id)
        known = next((mark for mark in trail.history if _says(mark, item)), None)
        if known is not None:
            if known.is_voided and trail.current is None:
                plan.note(item.lines[0], "", item.slot.id, "Somebody took this presence back; it stays so.")
            return Marked(item, known.statement_id, ())
        if not roll.is_expected(enrolment):
            plan.note(item.lines[0], "", item.slot.id, "They need not come: waived, not entered yet, or gone.")
            return None
        current = trail.current
        if current is not None and not _is_fuller(current, item):
            said = "present" if current.status.is_present else "absent"
            plan.note(item.lines[0], "", item.slot.id, f"Something else is recorded here ({said}), and stays.")
            return None
        flags = self._flags(roll, item, plan)
        mark = _new(roll, trail, item, flags, by, at)
        statements = [write_mark(roll, enrolment, mark)]
        if current is not None:
            statements.insert(0, write_voiding(current.statement_id, by, FULLER, at))
        return Marked(item, mark.statement_id, tuple(statements))

    def _flags(self, roll: Roll, item: Presence, plan: Plan) -> tuple[Rule, ...]:
        if not item.remark.status.is_present:
            return ()
        is_elsewhere = self._presences.is_elsewhere(roll, item.enrolment)
        flags = broken_rules(roll, Circumstances(is_elsewhere=is_elsewhere))
        for rule in refused_rules(roll, flags):
            message = f"The organisation's rule {rule.value} refuses this presence."
            plan.refuse(item.lines[0], "", item.slot.id, message, "another half-day, or the rule as a flag")
        return flags


def _slots(presences: Sequence[Presence]) -> list[str]:
    return list(dict.fromkeys(item.slot.id for item in presences))


def _says(mark: Mark, item: Presence) -> bool:
    """Say whether a mark is of the same kind of evidence and says the same, whichever file it came from."""
    if mark.imported is None or mark.imported.type is not item.imported.type:
        return False
    remark, imported = item.remark, item.imported
    said = (mark.status, mark.late_seconds, mark.early_seconds, mark.imported.entered_at, mark.imported.left_at)
    return said == (remark.status, remark.late_seconds, remark.early_seconds, imported.entered_at, imported.left_at)


def _is_fuller(current: Mark, item: Presence) -> bool:
    """Say whether a later export of the same readers knows of more presence than the mark that it made before."""
    if current.imported is None or current.imported.type is not item.imported.type or item.imported.certified_by:
        return False
    return _credited(item) > current.credited_seconds


def _credited(item: Presence) -> int:
    if not item.remark.status.is_present:
        return 0
    return item.slot.planned_seconds - item.remark.late_seconds - item.remark.early_seconds


def _new(roll: Roll, trail: Trail, item: Presence, flags: tuple[Rule, ...], by: Author, at: datetime) -> Mark:
    current, remark = trail.current, item.remark
    return Mark(
        statement_id=mark_id(roll.organisation.slug, item.slot.id, item.enrolment.id, trail.number),
        slot_id=item.slot.id,
        enrolment_id=item.enrolment.id,
        status=remark.status,
        credited_seconds=_credited(item),
        recorded_at=at,
        recorded_by=by.text,
        late_seconds=remark.late_seconds,
        early_seconds=remark.early_seconds,
        is_justified=remark.status.value == "ABSENT_JUSTIFIED",
        reason=remark.reason,
        imported=item.imported if remark.status.is_present or item.imported.certified_by else None,
        flags=flags,
        replaces=None if current is None else current.statement_id,
        correction_reason="" if current is None else FULLER,
    )
