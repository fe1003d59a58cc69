"""Make a slot's sheet: from records and marks, purely; and read what that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from lrs.clock import to_datetime
from lrs.services import Services
from lrs.store.statements import StoredStatement
from lrs.tenancy import OrganisationId
from training.attendance.mark import Rule
from training.attendance.marks import Marks
from training.attendance.openings import Opening, Openings
from training.attendance.roll import Roll
from training.attendance.rolls import Rolls
from training.attendance.sheet import Countersignature, Line, Sheet, SheetState
from training.attendance.statement_ids import countersignature_id
from training.attendance.trail import Trail
from training.attendance.vocabulary import COUNTERSIGNED, ext
from training.attendance.wording import trainer_text
from training.attendance.writing import instant
from training.law import Law
from training.records.ids import EnrolmentId, PersonId


@dataclass(frozen=True, slots=True)
class Desktop:
    """Everything about one slot at one moment: the records, the marks by enrolment, the opening, the sheet.

    `countersignature_id` is the one that the next countersignature under this sheet takes.
    """

    roll: Roll
    trails: Mapping[EnrolmentId, Trail]
    opening: Opening | None
    sheet: Sheet
    countersignature_id: UUID


class Sheets:
    """Reads sheets."""

    def __init__(self, services: Services, law: Law) -> None:
        self.rolls = Rolls(services, law)
        self.marks = Marks(services)
        self.openings = Openings(services)
        self._clock = services.clock

    def get(self, organisation: OrganisationId, slot_id: str) -> Desktop:
        """Return a slot as it stands; raises NotFound."""
        return self.of(self.rolls.get(organisation, slot_id))

    def of(self, roll: Roll) -> Desktop:
        """Return a slot whose records are known."""
        organisation, slug, slot = roll.organisation.number, roll.organisation.slug, roll.slot
        found = self.marks.find(organisation, slug, [(slot.id, enrolment.id) for enrolment in roll.enrolments])
        trails = {enrolment_id: trail for (_, enrolment_id), trail in found.items()}
        opening = self.openings.find(organisation, slot.id)
        lines = lines_of(roll, trails)
        content = content_of(roll, lines)
        under, next_id = self._countersignature(roll, sha256(content).hexdigest())
        now = to_datetime(self._clock.now_micros())
        return Desktop(roll, trails, opening, build_sheet(roll, lines, content, opening, under, now), next_id)

    def _countersignature(self, roll: Roll, sheet_sha256: str) -> tuple[Countersignature | None, UUID]:
        """Return the signature under this very content, else the last one; and the id that the next one takes."""
        organisation = roll.organisation.number
        for number in count():
            next_id = countersignature_id(roll, sheet_sha256, number)
            entry = self.marks.entry(organisation, next_id)
            if entry is None:
                break
            found = None if entry.is_voided else read_countersignature(roll, entry, is_current=True)
            if found is not None:
                return found, next_id
        last = self.openings.countersignature_id(organisation, roll.slot.id)
        entry = None if last is None else self.marks.entry(organisation, last)
        if entry is None or entry.is_voided:
            return None, next_id
        return read_countersignature(roll, entry, is_current=False), next_id


def lines_of(roll: Roll, trails: Mapping[EnrolmentId, Trail]) -> tuple[Line, ...]:
    """Return a line for each trainee who is expected, or of whom something is recorded, by name."""
    labels = roll.labels()
    lines = []
    for enrolment in roll.enrolments:
        person, trail = roll.person(enrolment), trails.get(enrolment.id, Trail())
        is_expected = roll.is_expected(enrolment)
        lines.append(
            Line(
                enrolment_id=enrolment.id,
                person_id=person.id,
                registration=enrolment.registration,
                last_name=person.last_name,
                first_name=person.first_name,
                label=labels[enrolment.registration],
                is_expected=is_expected,
                mark=trail.current,
                history=trail.history,
            )
        )
    return tuple(sorted(lines, key=_by_name))


def _by_name(line: Line) -> tuple[str, str, str]:
    return (line.last_name.casefold(), line.first_name.casefold(), line.enrolment_id)


def content_of(roll: Roll, lines: Sequence[Line]) -> bytes:
    """Return the sheet as the JSON that a countersignature is given under: the same whenever nothing has changed."""
    slot = roll.slot
    written = {
        "organisation": roll.organisation.name,
        "title": roll.title,
        "module": roll.module_title,
        "session": roll.session.id,
        "slot": slot.id,
        "half_day": f"{slot.held_on.isoformat()}/{slot.half_day.value}",
        "starts_at": instant(slot.starts_at),
        "ends_at": instant(slot.ends_at),
        "place": roll.place,
        "trainers": [person.name for person in roll.trainers],
        "trainees": [
            {
                "enrolment": line.enrolment_id,
                "name": line.name,
                "mark": None if line.mark is None else str(line.mark.statement_id),
                "status": None if line.mark is None else line.mark.status.value,
                "credited_seconds": None if line.mark is None else line.mark.credited_seconds,
                "is_signed": line.is_signed,
            }
            for line in lines
            if line.is_expected or line.mark is not None
        ],
    }
    return orjson.dumps(written, option=orjson.OPT_SORT_KEYS)


def build_sheet(
    roll: Roll,
    lines: tuple[Line, ...],
    content: bytes,
    opening: Opening | None,
    countersignature: Countersignature | None,
    now: datetime,
) -> Sheet:
    """Return the sheet that all of this makes."""
    is_signed = countersignature is not None and countersignature.is_current
    is_missing = not is_signed and now > roll.slot.ends_at and any(line.mark is not None for line in lines)
    return Sheet(
        organisation_name=roll.organisation.name,
        slot=roll.slot,
        session=roll.session,
        title=roll.title,
        module_title=roll.module_title,
        trainers=tuple((person.id, person.name) for person in roll.trainers),
        state=_state(opening, now),
        opened_at=None if opening is None else to_datetime(opening.opened),
        closed_at=None if opening is None or opening.closed is None else to_datetime(opening.closed),
        lines=lines,
        countersignature=countersignature,
        flags=(Rule.TRAINER_MISSING,) if is_missing else (),
        content=content,
        sha256=sha256(content).hexdigest(),
    )


def countersign_text(roll: Roll, sheet: Sheet, name: str) -> str:
    """Return what a trainer signs under a sheet."""
    marks = [line.mark for line in sheet.lines if line.mark is not None]
    present = sum(mark.status.is_present for mark in marks)
    return trainer_text(roll, name, present, len(marks) - present, len(sheet.missing))


def _state(opening: Opening | None, now: datetime) -> SheetState:
    if opening is None:
        return SheetState.NOT_OPENED
    is_over = opening.closed is not None or to_datetime(opening.expires) <= now
    return SheetState.CLOSED if is_over else SheetState.OPEN


def read_countersignature(roll: Roll, entry: StoredStatement, *, is_current: bool) -> Countersignature | None:
    """Return the countersignature that an entry of the log is, None when it is none."""
    try:
        return _read_countersignature(orjson.loads(entry.body), roll, entry, is_current=is_current)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _read_countersignature(
    value: dict[str, Any], roll: Roll, entry: StoredStatement, *, is_current: bool
) -> Countersignature | None:
    if value["verb"]["id"] != COUNTERSIGNED["id"]:
        return None
    extensions = value["context"]["extensions"]
    evidence = extensions[ext("evidence")][0]
    trainer = extensions.get(ext("trainer"))
    person = None if trainer is None else roll.people.get(trainer)
    return Countersignature(
        statement_id=entry.statement_id,
        trainer_id=None if trainer is None else PersonId(trainer),
        trainer_name="" if person is None else person.name,
        signed_at=datetime.fromisoformat(evidence["signed-at"]),
        sheet_sha256=evidence["sha256"],
        drawing_sha256=evidence.get("drawing-sha256"),
        recorded_by=extensions[ext("recorded-by")],
        is_current=is_current,
    )
