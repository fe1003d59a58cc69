"""Facts of one enrolment, with the few numbers that a test is about."""

from __future__ import annotations

from analytics.facts import EnrolmentFacts
from analytics.rates import Figure
from training.records.ids import EnrolmentId, PersonId, SessionId


def facts(*, done: int, expected: int, satisfied: int = 1) -> EnrolmentFacts:
    """Somebody who has done `done` seconds of announced time, of `expected` by now; two activities are asked for."""
    progression = Figure("progression", "1", done, expected, "second", 0, "2026.1")
    return EnrolmentFacts(
        enrolment_id=EnrolmentId("e1"), person_id=PersonId("lea"), session_id=SessionId("janvier"), as_of=0,
        planned_seconds={}, waived_seconds={}, due_seconds={}, credited_seconds={}, justified_seconds=0,
        estimated_seconds=7200, connected_seconds=0, active_seconds=0, declared_seconds=0, mandatory_count=2,
        satisfied_count=satisfied, is_completed=False, entered_at=None, figures=(progression,), statement_count=0,
        rules_version="2026.1",
    )  # fmt: skip
