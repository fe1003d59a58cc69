"""One thing that a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from training.records.ids import ActivityId, EnrolmentId, SlotId


class AnomalyKind(StrEnum):
    """What is odd.

    Attributes:
        PARALLEL_PRESENCE: Two classes, signed half-days or contents at once, for longer than clocks differ.
        IMPOSSIBLE_SPEED: An activity proved done in less than the speed floor's share of its announced time.
        LOW_CONNECTION: An activity proved done, with connection far below its announced time; it may be offline work.
        OUTSIDE_CONTRACT: Statements outside the session's dates, or outside entry and exit.
        LONG_SITTING: Connection without a break for longer than a person works.
        SILENT_STRETCH: Something stayed open for hours in which nothing happened; classes are left out.
        WRONG_CLOCK: An act dated after it was stored; it shows no time.
        MARK_WITHOUT_SLOT: An attendance mark for a half-day that is not on record; it credits nothing.
        MARKS_SIDE_BY_SIDE: Two marks for one slot, neither voided; the later one stands.
        MARK_ON_CANCELLED_SLOT: A presence marked where the slot was not held; it credits nothing.
        MARK_BEYOND_LOG: A mark that credits far more than the class's own log shows.
        HOURS_OVER_CONTRACT: More hours credited than the contract that holds plans.
    """

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
    """One thing that a person should look at.

    Attributes:
        kind: What is odd.
        day: The local day on which it is.
        enrolment_id: In which enrolment, where it is in one.
        activity_id: On which activity, where it is on one.
        slot_id: In which slot, where it is in one.
        observed_seconds: What was observed.
        limit_seconds: The limit that it went over, or stayed under.
        statement_ids: The statements to look at first.
        rules_version: The version of the rules that the limit is from.
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
