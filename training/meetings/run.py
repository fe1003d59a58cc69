"""Import a report of a virtual class: read, match, cut at the slots, and record, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import orjson

from lrs.caller import Caller
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest, NotFound, Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.attendance.rolls import Rolls
from training.imports.report import LineProblem
from training.law import load_law
from training.meetings.log import Log
from training.meetings.parsing import parse_log
from training.meetings.report import Asked, MeetingReport, Status
from training.meetings.review import Entry, Review
from training.meetings.statements import Attendee, Class, Json, write_stay
from training.records.identity import Identity
from training.records.ids import SessionId
from training.records.modality import Modality
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.records.snapshot import Records
from training.store import RecordReader

_TOLERANCE: Final = "facts.clock_tolerance_seconds"


def import_report(services: Services, caller: Caller, session_id: str, data: bytes, asked: Asked) -> MeetingReport:
    """Record who was in the virtual class of a session's slots, by a meeting tool's report.

    With `dry_run` nothing is written and the answer lists every problem with its line. Without, any problem raises
    InvalidRequest with all of them. Sent again, a report stores nothing new. Raises NotFound for a session or a slot
    that this organisation does not have, InvalidRequest or TooLarge for a file that cannot be read.
    """
    records = _records(services, caller)
    session = records.sessions.get(SessionId(session_id))
    if session is None:
        message = "There is no such training session."
        raise NotFound(message)
    slots = _slots(records, session, asked.slot_id)
    zone = _zone(asked.time_zone or session.time_zone)
    days = {slot.held_on for slot in slots}
    log = parse_log(data, zone, asked.date_order, next(iter(days)) if len(days) == 1 else None)
    review = Review(records, session, slots, log, asked)
    review.run(_latest(services, records))
    problems = tuple(sorted((*log.problems, *review.problems), key=lambda item: item.line))
    if problems and not asked.dry_run:
        message = f"{len(problems)} things are wrong or undecided; nothing was recorded."
        raise InvalidRequest(message, [_refusal(problem) for problem in problems])
    digest = sha256(data).hexdigest()
    recording = _Recording(services, caller, records, session, log, digest)
    stored, already = recording.run(review.entries, dry_run=asked.dry_run)
    return MeetingReport(
        dry_run=asked.dry_run,
        tool=log.tool,
        format=log.format,
        encoding=log.encoding,
        time_zone=str(zone),
        date_order=log.date_order,
        sha256=digest,
        lines=log.lines,
        waiting=log.waiting,
        participants=tuple(entry.shown() for entry in review.entries),
        stored=stored,
        already_stored=already,
        problems=problems,
        notes=log.notes,
    )


@dataclass(slots=True)
class _Recording:
    """Writes the stays that a review settled, those that are not there yet."""

    services: Services
    caller: Caller
    records: Records
    session: TrainingSession
    log: Log
    sha256: str

    def run(self, entries: Sequence[Entry], *, dry_run: bool) -> tuple[int, int]:
        """Return how many statements were, or would be, stored, and how many were there before.

        1. Who has no identity gets one: facts find people by it alone. 2. What is stored already stays as it is, voided
        or not. 3. The rest goes in as one request.
        """
        trainees = [entry for entry in entries if entry.status is Status.TRAINEE and entry.stays]
        # 1.
        if not dry_run:
            self._name(trainees)
        statements = {UUID(item["id"]): item for item in self._statements(trainees)}
        # 2.
        known = {entry.statement_id for entry in self.services.statements.entries(self._organisation, statements)}
        fresh = [item for name, item in statements.items() if name not in known]
        # 3.
        if fresh and not dry_run:
            self.services.ingest.post(self.caller, Version.V1_0_3, orjson.dumps(fresh))
        return len(fresh), len(statements) - len(fresh)

    @property
    def _organisation(self) -> OrganisationId:
        return self.caller.organisation

    def _name(self, trainees: Sequence[Entry]) -> None:
        nameless = [
            self.records.enrolments[entry.enrolment_id]
            for entry in trainees
            if entry.enrolment_id is not None
            and entry.match.person_id is not None
            and not self.records.identities_of(entry.match.person_id)
        ]
        if nameless:
            rolls = Rolls(self.services, load_law())
            rolls.name(rolls.get(self._organisation, trainees[0].stays[0].slot_id), nameless)
            self.records = _records(self.services, self.caller)

    def _statements(self, trainees: Sequence[Entry]) -> Iterator[Json]:
        slug = Organisations(self.services.store, self.services.clock).get(self._organisation).slug
        for entry in trainees:
            person_id, enrolment_id, by = entry.match.person_id, entry.enrolment_id, entry.match.by
            if person_id is None or enrolment_id is None or by is None:
                continue
            names = tuple(map(Identity.of_text, self.records.identities_of(person_id)))
            person = replace(self.records.people[person_id], identities=names)
            attendee = Attendee(person, self.records.enrolments[enrolment_id], by)
            for stay in entry.stays:
                slot = self.records.slots[stay.slot_id]
                held = Class(slug, self.session, slot, self.log.tool, self.log.title, self.sha256)
                statements = list(write_stay(held, attendee, stay))
                entry.statement_ids.append(tuple(UUID(item["id"]) for item in statements))
                yield from statements


def _records(services: Services, caller: Caller) -> Records:
    return RecordReader(services.store, services.clock).records(caller.organisation)


def _slots(records: Records, session: TrainingSession, slot_id: str | None) -> list[Slot]:
    """Return the slots that a report may speak of; raises NotFound or InvalidRequest when it can speak of none."""
    slots = records.slots_of(session.id)
    if slot_id is not None:
        slots = tuple(slot for slot in slots if slot.id == slot_id)
        if not slots:
            message = "This session has no such slot."
            raise NotFound(message)
    held = [slot for slot in slots if slot.mode is Modality.SYNC_REMOTE and slot.cancelled is None]
    if not held:
        what = "This slot was not held remotely." if slot_id else "No slot of this session is held remotely."
        where = "query:slot_id" if slot_id else "path:record_id"
        raise InvalidRequest(what, [Problem(where, what, "a slot of mode SYNC_REMOTE that was not cancelled")])
    return held


def _zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        message = "There is no such time zone."
        accepted = "a name of the IANA database, as in Europe/Paris"
        raise InvalidRequest(message, [Problem("query:time_zone", message, accepted)])
    return ZoneInfo(name)


def _latest(services: Services, records: Records) -> datetime:
    """Return until when a statement may be dated and still show time."""
    now = to_datetime(services.clock.now_micros())
    return now + timedelta(seconds=load_law().value(_TOLERANCE, now.date(), records.law_overrides.values()))


def _refusal(problem: LineProblem) -> Problem:
    where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
    return Problem(
        where, f"{problem.message} ({problem.value})" if problem.value else problem.message, problem.accepted
    )
