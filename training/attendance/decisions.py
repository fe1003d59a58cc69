"""What an act makes of the marks there are. Nothing here performs I/O: `Recorder` runs it again when it lost a race."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from lrs.errors import InvalidRequest, PreconditionFailed, Problem
from training.attendance.conduct import state_refusal
from training.attendance.mark import Author, Mark, Remark, Rule, Status
from training.attendance.roll import Roll
from training.attendance.statement_ids import mark_id
from training.attendance.trail import Trail
from training.records.enrolment import Enrolment

# Given the trail as it stands: the mark that is to stand, new or one that is there, or None for none at all.
Decide = Callable[[Trail], Mark | None]
REASON_MOST: Final = 2000
SIGNED: Final = "Signature du stagiaire"
HOURS_NOTED: Final = "Heures notées par le formateur"


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something about whom, and when."""

    roll: Roll
    enrolment: Enrolment
    by: Author
    at: datetime
    flags: tuple[Rule, ...] = ()

    def mark_of(self, remark: Remark, trail: Trail, replaced: Mark | None = None, reason: str = "") -> Mark:
        """Return the mark that a remark makes; who stays present keeps the signature they gave."""
        planned, slot = self.roll.slot.planned_seconds, self.roll.slot
        keeps = replaced is not None and replaced.status.is_present and remark.status.is_present
        present = planned - remark.late_seconds - remark.early_seconds if remark.status.is_present else 0
        return Mark(
            statement_id=mark_id(self.roll.organisation.slug, slot.id, self.enrolment.id, trail.number),
            slot_id=slot.id,
            enrolment_id=self.enrolment.id,
            status=remark.status,
            credited_seconds=present,
            recorded_at=self.at,
            recorded_by=self.by.text,
            late_seconds=remark.late_seconds,
            early_seconds=remark.early_seconds,
            is_justified=remark.is_justified or remark.status is Status.ABSENT_JUSTIFIED,
            reason=remark.reason,
            evidence=replaced.evidence if replaced is not None and keeps else None,
            late_reason=replaced.late_reason if replaced is not None and keeps else None,
            flags=_union(replaced.flags if replaced is not None and keeps else (), self.flags),
            replaces=None if replaced is None else replaced.statement_id,
            correction_reason=reason if replaced is not None else "",
        )


def decide_remark(act: Act, remark: Remark) -> Decide:
    """Record a remark on whom nothing is known of, or the hours of who is present; anything else is a correction."""

    def decide(trail: Trail) -> Mark:
        current = trail.current
        if current is None:
            return act.mark_of(remark, trail)
        if _says(current, remark):
            return current
        is_shortened = remark.status in (Status.LATE, Status.LEFT_EARLY)
        if current.status.is_present and is_shortened:
            return act.mark_of(remark, trail, current, HOURS_NOTED)
        message = "Something else is recorded of this trainee."
        raise state_refusal("marked", message, "a correction of the mark there is, with its reason")

    return decide


def decide_correction(act: Act, replaced: UUID, remark: Remark, reason: str) -> Decide:
    """Put a mark in the place of `replaced`, which must be the one in effect; the same again changes nothing."""

    def decide(trail: Trail) -> Mark:
        current = trail.current
        if current is not None and current.statement_id == replaced:
            return act.mark_of(remark, trail, current, reason)
        if current is not None and current.replaces == replaced and _says(current, remark):
            return current
        raise _stale()

    return decide


def decide_voiding(voided: UUID) -> Decide:
    """Let nothing stand in the place of `voided`, which must be the mark in effect, or be voided already."""

    def decide(trail: Trail) -> None:
        current = trail.current
        if current is not None and current.statement_id == voided:
            return
        if current is None and any(mark.statement_id == voided for mark in trail.history):
            return
        raise _stale()

    return decide


def decide_signature(act: Act, sign: Callable[[Mark | None], Mark]) -> Decide:
    """Record a signature: the first, or over what the trainer has noted. Who has signed has signed.

    `sign` is given what the trainer has noted, checks that this is what was read, and returns the mark's content.
    """

    def decide(trail: Trail) -> Mark:
        current = trail.current
        if current is not None and current.evidence is not None:
            return current
        if current is not None and not current.status.is_present:
            raise state_refusal("marked_absent", "The trainer has marked this trainee absent.", "a corrected mark")
        name = mark_id(act.roll.organisation.slug, act.roll.slot.id, act.enrolment.id, trail.number)
        signed = replace(sign(current), statement_id=name, flags=act.flags)
        if current is None:
            return signed
        flags = _union(current.flags, act.flags)
        return replace(signed, flags=flags, replaces=current.statement_id, correction_reason=SIGNED)

    return decide


def check_remark(remark: Remark, planned_seconds: int, reason: str | None = None) -> None:
    """Refuse what contradicts itself, with every problem; `reason` is a correction's, None where none is asked."""
    problems = [*_remark_problems(remark, planned_seconds), *_text_problems("/remark/reason", remark.reason)]
    if reason is not None:
        problems.extend(_text_problems("/reason", reason))
        if not reason.strip():
            problems.append(Problem("/reason", "A correction has a reason.", f"up to {REASON_MOST} characters"))
    if problems:
        message = "This cannot be recorded."
        raise InvalidRequest(message, problems)


def check_reason(pointer: str, reason: str) -> Sequence[Problem]:
    """Return what is wrong with a reason that must be given."""
    problems = list(_text_problems(pointer, reason))
    if not reason.strip():
        problems.append(Problem(pointer, "A reason is needed.", f"up to {REASON_MOST} characters"))
    return problems


def _remark_problems(remark: Remark, planned: int) -> Iterator[Problem]:
    late, early, status = remark.late_seconds, remark.early_seconds, remark.status
    for name, seconds in (("late_seconds", late), ("early_seconds", early)):
        if not 0 <= seconds < planned:
            yield Problem(f"/remark/{name}", "The slot does not last so long.", f"0 to {planned - 1}")
    if 0 <= late < planned and 0 <= early < planned and late + early >= planned:
        yield Problem("/remark", "Nothing would be left of the slot.", f"less than {planned} seconds missed in all")
    if status is Status.LATE and not late:
        yield Problem("/remark/late_seconds", "Who is late came after the beginning.", "more than 0")
    if status is Status.LEFT_EARLY and not early:
        yield Problem("/remark/early_seconds", "Who left early left before the end.", "more than 0")
    if (late or early) and status not in (Status.LATE, Status.LEFT_EARLY):
        yield Problem("/remark/status", "Hours were missed.", "LATE or LEFT_EARLY")
    if remark.is_justified and status in (Status.PRESENT, Status.ABSENT_UNJUSTIFIED):
        yield Problem("/remark/is_justified", f"{status.value} leaves nothing to justify.", "false, or another status")


def _text_problems(pointer: str, text: str) -> Iterator[Problem]:
    # A lone half of a surrogate pair is no text either: nothing could be written with it.
    if len(text) > REASON_MOST or "\0" in text or text != text.encode(errors="ignore").decode():
        yield Problem(pointer, "This is no text that can be kept.", f"up to {REASON_MOST} characters, without NUL")


def _says(mark: Mark, remark: Remark) -> bool:
    said = (mark.status, mark.late_seconds, mark.early_seconds, mark.is_justified, mark.reason)
    justified = remark.is_justified or remark.status is Status.ABSENT_JUSTIFIED
    return said == (remark.status, remark.late_seconds, remark.early_seconds, justified, remark.reason)


def _stale() -> PreconditionFailed:
    message = "Another mark is in effect now; nothing was changed."
    return PreconditionFailed(message, [Problem("/mark", message, "the id of the mark in effect")])


def _union(first: Sequence[Rule], second: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys((*first, *second)))
