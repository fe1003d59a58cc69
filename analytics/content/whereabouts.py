"""Where one trainee has come to in the content of a programme."""

from __future__ import annotations

from dataclasses import dataclass

from training.records.ids import ActivityId, EnrolmentId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where one trainee was last seen, as far as statements tell.

    Attributes:
        enrolment_id: Whose enrolment.
        session_id: In which training session.
        last_at: The last statement, in microseconds since 1970, attendance marks aside; None when there is none.
        active_day_count: On how many local days there is any.
        activity_id: The activity touched last; None when none was.
        is_completed: Whether the programme's completion rule is met.
    """

    enrolment_id: EnrolmentId
    session_id: SessionId
    last_at: int | None
    active_day_count: int
    activity_id: ActivityId | None
    is_completed: bool
