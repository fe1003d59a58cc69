"""Who is who in a report, what of it lies in which slot, and what a person has to decide. Nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from training.imports.report import LineProblem
from training.meetings.log import Log, Participant, Stretch
from training.meetings.matching import Match, MatchedBy, Matching
from training.meetings.report import Asked, ParticipantShown, Status, StayShown
from training.meetings.stays import Stay, stays_in
from training.records.ids import EnrolmentId, PersonId
from training.records.session import TrainingSession
from training.records.slot import Slot
from training.records.snapshot import Records

# How many slots a refusal names.
_NAMED_MOST = 10


@dataclass(slots=True)
class Entry:
    """One participant of a report with what became of them."""

    participant: Participant
    stretches: Sequence[Stretch]
    stays: Sequence[Stay]
    match: Match
    status: Status = Status.UNDECIDED
    enrolment_id: EnrolmentId | None = None
    # Of each stay, once they are written.
    statement_ids: list[tuple[UUID, ...]] = field(default_factory=list)

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of the file that name them, in order."""
        return tuple(sorted({line for stretch in self.stretches for line in stretch.lines}))

    def shown(self) -> ParticipantShown:
        """Return what the answer says of them."""
        lengths = (stretch.left_at - stretch.joined_at for stretch in self.stretches if stretch.left_at is not None)
        whole = sum(int(length.total_seconds()) for length in lengths)
        return ParticipantShown(
            self.lines,
            self.participant.name,
            self.participant.email,
            self.status,
            self.match.person_id,
            self.enrolment_id,
            self.match.by,
            self.match.candidates,
            tuple(
                StayShown(stay.slot_id, stay.joined_at, stay.left_at, stay.seconds, stay.is_shortened, names)
                for stay, names in zip(self.stays, self.statement_ids, strict=False)
            ),
            max(0, whole - sum(stay.seconds for stay in self.stays)),
        )


@dataclass(slots=True)
class Review:
    """A report beside the records; `entries` and `problems` are what it came to."""

    records: Records
    session: TrainingSession
    slots: Sequence[Slot]
    log: Log
    asked: Asked
    entries: list[Entry] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)

    def run(self, latest: datetime) -> None:
        """Look at each participant; `latest` is the last instant that a true clock can have shown by now."""
        matching = Matching(self.records, self.session.id)
        for participant, stretches in self.log.stretches:
            entry = Entry(participant, stretches, stays_in(stretches, self.slots), matching.match(participant))
            self.entries.append(entry)
            self._check_times(entry, latest)
            self._decide(entry, matching)
        self._check_decisions()
        if not any(entry.stays for entry in self.entries):
            message = "Nobody in this report was there while a slot of this session was held remotely."
            self.problems.append(LineProblem(1, "", "", message, self._slots_named()))

    def _decide(self, entry: Entry, matching: Matching) -> None:
        """Say whose an entry is: as a person decided, else as it was matched."""
        decided = [self.asked.decisions[line] for line in entry.lines if line in self.asked.decisions]
        if len(set(decided)) > 1:
            message = "Two decisions about one participant contradict each other."
            self._refuse(entry, message, "one decision")
            return
        if decided and decided[0] is None:
            entry.status = Status.SKIPPED
            return
        if decided:
            entry.match = Match(self.records.survivor(PersonId(decided[0] or "")), MatchedBy.DECISION)
        person = entry.match.person_id
        if person is not None and person in matching.trainees:
            entry.status, entry.enrolment_id = Status.TRAINEE, matching.trainees[person]
        elif person is not None and person in matching.trainers:
            entry.status = Status.TRAINER
        elif entry.stays or decided:
            self._ask(entry)

    def _ask(self, entry: Entry) -> None:
        """Note that a person has to decide whose presence this is."""
        match, line, reason = entry.match, entry.lines[0], entry.match.reason
        if match.person_id is not None:
            known = match.person_id in self.records.people
            reason = f"{match.person_id} is not enrolled in this session." if known else "There is no such person."
        choices = (*(match.candidates or ("a trainee's id",)), "skip")
        self._refuse(entry, reason, " or ".join(f"decisions={line}:{choice}" for choice in choices))

    def _refuse(self, entry: Entry, message: str, accepted: str) -> None:
        said = f"{entry.participant.name} {entry.participant.email}".strip()[:200]
        self.problems.append(LineProblem(entry.lines[0], "name", said, message, accepted))

    def _check_times(self, entry: Entry, latest: datetime) -> None:
        for stretch in entry.stretches:
            if max(stretch.joined_at, stretch.left_at or stretch.joined_at) > latest:
                message = "This has not happened yet: another order of dates, or another time zone?"
                accepted = f"up to {latest:%Y-%m-%d %H:%M} UTC"
                self.problems.append(
                    LineProblem(stretch.lines[0], "joined", " … ".join(stretch.said), message, accepted)
                )

    def _check_decisions(self) -> None:
        lines = {line for entry in self.entries for line in entry.lines}
        for line in sorted(set(self.asked.decisions) - lines):
            message = "A decision is about this line, and it names no participant."
            self.problems.append(LineProblem(line, "", "", message, "a line that names one"))

    def _slots_named(self) -> str:
        zone = ZoneInfo(self.session.time_zone)
        named = [
            f"{slot.starts_at.astimezone(zone):%Y-%m-%d %H:%M} to {slot.ends_at.astimezone(zone):%H:%M} ({slot.id})"
            for slot in self.slots[:_NAMED_MOST]
        ]
        return "; ".join(named) + (", …" if len(self.slots) > _NAMED_MOST else "")
