"""What people do about somebody who may be about to give up: whose it is, whom they reached, how it ended.

An alert opens a follow-up and decides nothing. `FollowUps(store, clock, ids)` keeps them, and says whom no alert may
be about; `Switch` says whether an organisation has chances estimated at all; `Readings` who looked at an estimate.
Nothing connects at import.
"""

from training.followups.checks import Noted
from training.followups.followup import (
    AlertFacts,
    Contact,
    Event,
    FollowUp,
    Limits,
    State,
    What,
)
from training.followups.forgetting import forget_ended
from training.followups.history import Due, due_of
from training.followups.outcomes import Outcome, load_outcomes
from training.followups.readings import Reading, Readings
from training.followups.store import PRODUCT, FollowUps
from training.followups.switch import Decision, Switch
from training.followups.told import Told

__all__ = [
    "PRODUCT",
    "AlertFacts",
    "Contact",
    "Decision",
    "Due",
    "Event",
    "FollowUp",
    "FollowUps",
    "Limits",
    "Noted",
    "Outcome",
    "Reading",
    "Readings",
    "State",
    "Switch",
    "Told",
    "What",
    "due_of",
    "forget_ended",
    "load_outcomes",
]
