"""Attestation de fin de formation (ATTFIN): objectives, nature, duration, results (Code du travail, L6313-7).

Read by the trainee, and later by an employer or a school to whom they show it, who decide what the person has learnt:
so objectives and results come first, hours second. It is not the certificat de réalisation, and says so.
"""

from __future__ import annotations

from evidence.content.action import Action, ModalityHours
from evidence.content.evaluation import Evaluation
from evidence.content.frame import Signatory
from evidence.content.parties import Trainee
from evidence.content.value import Value


class EndOfTrainingAttestation(Value, frozen=True, kw_only=True, tag="ATTFIN", tag_field="type"):
    """What one trainee followed, and with which results. `is_completed`: the programme's completion rule is met."""

    signatory: Signatory
    trainee: Trainee
    action: Action
    objectives: tuple[str, ...]
    realised_seconds: int
    planned_seconds: int
    hours: tuple[ModalityHours, ...]
    is_completed: bool
    evaluations: tuple[Evaluation, ...]
    place: str
