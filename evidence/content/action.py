"""The training action as documents name it: title, nature, dates, hours."""

from __future__ import annotations

from datetime import date

from evidence.content.value import Value
from training.records.modality import Modality
from training.records.programme import ActionNature

__all__ = ["Action", "ActionNature", "ModalityHours", "Period"]


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
