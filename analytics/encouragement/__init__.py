"""What encourages a learner: badges, points, and what to do next, each with the facts that give it.

Pure functions of one enrolment's facts: nothing is kept, nothing compares people, and what somebody need not do, or
missed with a justification, never costs them anything (docs/learners.md).
"""

from analytics.encouragement.advice import Reason, Step, next_steps
from analytics.encouragement.award import Award
from analytics.encouragement.badges import awards_of
from analytics.encouragement.journey import Journey, journey_of
from analytics.encouragement.points import Credit, points_of
from analytics.encouragement.registry import Badge, PointRule, load_registry

__all__ = [
    "Award",
    "Badge",
    "Credit",
    "Journey",
    "PointRule",
    "Reason",
    "Step",
    "awards_of",
    "journey_of",
    "load_registry",
    "next_steps",
    "points_of",
]
