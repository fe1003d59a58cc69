"""What happened, per person, enrolment, activity, slot and local day. Pure; nothing here performs I/O."""

from analytics.facts.fact import (
    Change,
    Confidence,
    DayFact,
    EnrolmentFacts,
    Event,
    Presence,
    SlotFact,
    Standing,
)
from analytics.facts.roster import Roster

__all__ = [
    "Change",
    "Confidence",
    "DayFact",
    "EnrolmentFacts",
    "Event",
    "Presence",
    "Roster",
    "SlotFact",
    "Standing",
]
