"""Relevé de compétences / de notes (RELCOMP): each evaluated part, its result and its date.

Read by the trainee, and by an employer or a certifier who decides whether a skill need be evaluated again: so each line
says what was evaluated, against which threshold, when, and with which result.
"""

from __future__ import annotations

from datetime import datetime

from evidence.content.action import Action
from evidence.content.evaluation import Outcome
from evidence.content.frame import Signatory
from evidence.content.parties import Trainee
from evidence.content.value import Value


class TranscriptLine(Value, frozen=True, kw_only=True):
    """One skill or activity that was evaluated. `score` and `mastery` are scaled, -1 to 1; None where there is none."""

    module: str
    title: str
    outcome: Outcome
    at: datetime | None = None
    score: float | None = None
    mastery: float | None = None
    attempts: int = 0
    statement_ids: tuple[str, ...] = ()


class SkillsTranscript(Value, frozen=True, kw_only=True, tag="RELCOMP", tag_field="type"):
    """One trainee's results, in the programme's order. `acquired` and `evaluated` count the lines."""

    signatory: Signatory
    trainee: Trainee
    action: Action
    lines: tuple[TranscriptLine, ...]
    acquired: int
    evaluated: int
    place: str
