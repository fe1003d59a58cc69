"""What becomes of the content of programmes: who begins, finishes and stops where; how questions are answered. Pure.

Kept where facts are kept (`analytics.store.content`).
"""

from analytics.content.activity import ActivityContent, Content, ProgrammeContent, SessionContent, by_programme
from analytics.content.question import QuestionContent, ResponseCount
from analytics.content.spread import Spread
from analytics.content.whereabouts import Whereabouts

__all__ = [
    "ActivityContent", "Content", "ProgrammeContent", "QuestionContent", "ResponseCount", "SessionContent", "Spread",
    "Whereabouts", "by_programme",
]  # fmt: skip
