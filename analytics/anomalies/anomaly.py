"""One thing that a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from training.records.ids import ActivityId, EnrolmentId, SlotId


class AnomalyKind(StrEnum):
    """What is odd."""

    PARALLEL_PRESENCE = "parallel_presence"
    IMPOSSIBLE_SPEED = "impossible_speed"
    LOW_CONNECTION = "low_connection"
    OUTSIDE_CONTRACT = "outside_contract"
    LONG_SITTING = "long_sitting"
    SILENT_STRETCH = "silent_stretch"
    WRONG_CLOCK = "wrong_clock"
    MARK_WITHOUT_SLOT = "mark_without_slot"
    MARKS_SIDE_BY_SIDE = "marks_side_by_side"
    MARK_ON_CANCELLED_SLOT = "mark_on_cancelled_slot"
    MARK_BEYOND_LOG = "mark_beyond_log"
    HOURS_OVER_CONTRACT = "hours_over_contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing that a person should look at, with what was observed and the limit it went over, in seconds.

    `statement_ids` are those to look at first, in order of time.
    """

    kind: AnomalyKind
    day: date
    enrolment_id: EnrolmentId | None = None
    activity_id: ActivityId | None = None
    slot_id: SlotId | None = None
    observed_seconds: float = 0.0
    limit_seconds: float = 0.0
    statement_ids: tuple[UUID, ...] = ()
    rules_version: str = ""


def order(anomaly: Anomaly) -> tuple[str, str, str, str, str, tuple[UUID, ...]]:
    """Return what anomalies are sorted by: day, kind, then where."""
    return (
        anomaly.day.isoformat(),
        anomaly.kind,
        anomaly.enrolment_id or "",
        anomaly.activity_id or "",
        anomaly.slot_id or "",
        anomaly.statement_ids,
    )
