"""Where a person stands on an activity: its history of completions and verdicts, which can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from analytics.facts.fact import Change, Event, Standing
from analytics.time import union
from analytics.traces import Role, Trace
from training.records import MoveOn
from training.records.ids import ActivityId, EnrolmentId

# Whose score is one of the whole activity; that of `progressed` says how far, that of an answer how well it went.
_JUDGES: Final = frozenset((Role.COMPLETED, Role.PASSED, Role.FAILED, Role.SCORED, Role.CLOSED))


@dataclass(frozen=True, slots=True)
class Asked:
    """What an activity asks for: cmi5's moveOn, and the score that a pass needs if any."""

    move_on: MoveOn
    mastery_score: float | None = None


def standing_of(
    enrolment_id: EnrolmentId,
    activity_id: ActivityId,
    traces: Iterable[Trace],
    asked: Asked,
    *,
    is_waived: bool = False,
) -> Standing:
    """Return where a person stands, from every live trace whose verdict is on the activity itself.

    Traces go by instant, then by statement id, whatever the order in which they arrived. `completed` and `passed`
    stand until they are taken back: `uncompleted` takes back the completion and leaves the pass; a later failed
    attempt takes nothing back. A pass below the mastery score is none (cmi5 9.3.4). Nothing proves an activity
    whose moveOn is NotApplicable.
    """
    course = _Course(asked)
    for trace in sorted(traces, key=lambda trace: (trace.timestamp, trace.statement_id)):
        course.take(trace)
    return Standing(
        enrolment_id=enrolment_id,
        activity_id=activity_id,
        attempts=len(course.attempts) or len(course.verdicts),
        best_scaled=max(course.scores, default=None),
        last_scaled=course.scores[-1] if course.scores else None,
        progress=max(course.progress, default=None),
        is_completed=course.completed_by is not None,
        is_passed=course.passed_by is not None,
        is_waived=is_waived or course.waived_by is not None,
        satisfied_at=course.satisfied_at,
        proof_ids=course.proof,
        history=tuple(course.history),
        watched_seconds=float(sum(end - start for start, end in union(course.segments))),
    )


@dataclass(slots=True)
class _Course:
    asked: Asked
    completed_by: UUID | None = None
    passed_by: UUID | None = None
    waived_by: UUID | None = None
    satisfied_at: int | None = None
    proof: tuple[UUID, ...] = ()
    history: list[Change] = field(default_factory=list)
    attempts: set[str] = field(default_factory=set)
    verdicts: set[int] = field(default_factory=set)
    scores: list[float] = field(default_factory=list)
    progress: list[float] = field(default_factory=list)
    segments: list[tuple[float, float]] = field(default_factory=list)

    def take(self, trace: Trace) -> None:
        """Take one trace into account."""
        if trace.attempt:
            self.attempts.add(trace.attempt)
        if trace.progress is not None:
            self.progress.append(trace.progress)
        if trace.play is not None:
            self.segments.extend(trace.play.segments)
        if trace.role is Role.WAIVED:
            self.waived_by = trace.statement_id
            self._note(trace, Event.WAIVED)
        if trace.scaled is not None and trace.role in _JUDGES:
            self.scores.append(trace.scaled)
        if trace.success is None and trace.completion is None:
            return
        if trace.completion is not False:
            self.verdicts.add(trace.timestamp)
        self._complete(trace)
        self._pass(trace)
        self._weigh(trace)

    def _complete(self, trace: Trace) -> None:
        if trace.completion is True and self.completed_by is None:
            self.completed_by = trace.statement_id
            self._note(trace, Event.COMPLETED)
        elif trace.completion is False and self.completed_by is not None:
            self.completed_by = None
            self._note(trace, Event.UNCOMPLETED)

    def _pass(self, trace: Trace) -> None:
        mastery = self.asked.mastery_score
        is_enough = mastery is None or trace.scaled is None or trace.scaled >= mastery
        if trace.success is True and is_enough:
            if self.passed_by is None:
                self.passed_by = trace.statement_id
                self._note(trace, Event.PASSED)
        elif trace.success is not None:
            self._note(trace, Event.FAILED)

    def _weigh(self, trace: Trace) -> None:
        """Say whether what is asked is met now."""
        proof = _proof(self.asked.move_on, self.completed_by, self.passed_by)
        if proof and self.satisfied_at is None:
            self.satisfied_at = trace.timestamp
            self._note(trace, Event.SATISFIED)
        elif not proof and self.satisfied_at is not None:
            self.satisfied_at = None
            self._note(trace, Event.REVOKED)
        self.proof = proof

    def _note(self, trace: Trace, event: Event) -> None:
        self.history.append(Change(trace.timestamp, event, trace.statement_id))


def _proof(move_on: MoveOn, completed: UUID | None, passed: UUID | None) -> tuple[UUID, ...]:
    """Return the statements that meet a moveOn (cmi5 10.2.4), none when it is not met."""
    both = tuple(dict.fromkeys(proof for proof in (completed, passed) if proof is not None))
    match move_on:
        case MoveOn.COMPLETED:
            return () if completed is None else (completed,)
        case MoveOn.PASSED:
            return () if passed is None else (passed,)
        case MoveOn.COMPLETED_AND_PASSED:
            return both if completed is not None and passed is not None else ()
        case MoveOn.COMPLETED_OR_PASSED:
            return both
        case MoveOn.NOT_APPLICABLE:
            return ()
