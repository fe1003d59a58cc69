"""The training action as documents name it: title, nature, dates, hours."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from evidence.content.value import Value
from training.records.modality import Modality


class ActionNature(StrEnum):
    """The four kinds of action that develop skills (Code du travail, L6313-1), in the order of the ministry's boxes."""

    TRAINING = "TRAINING"
    SKILLS_ASSESSMENT = "SKILLS_ASSESSMENT"
    PRIOR_LEARNING_VALIDATION = "PRIOR_LEARNING_VALIDATION"
    APPRENTICESHIP = "APPRENTICESHIP"


class Action(Value, frozen=True, kw_only=True):
    """One trainee's training action.

    `title` is the programme's, as agreement and invoice have it. `starts_on` and `ends_on` are the first and last days
    of this trainee in it (entry and exit where they differ from the session's). `reference` is the agreement's,
    `session` what the provider calls the group; both may be empty.
    """

    title: str
    starts_on: date
    ends_on: date
    nature: ActionNature = ActionNature.TRAINING
    modality: Modality = Modality.IN_PERSON
    place: str = ""
    reference: str = ""
    session: str = ""


class ModalityHours(Value, frozen=True, kw_only=True):
    """Whole seconds of one modality: planned by the contract, and credited."""

    modality: Modality
    planned_seconds: int
    credited_seconds: int


class Period(Value, frozen=True, kw_only=True):
    """A stretch of days, both included."""

    first: date
    last: date
