"""Whose traces count: whoever is enrolled in the session that a file is of, else in any."""

from __future__ import annotations

from training.records.ids import PersonId
from training.sources.plan import Context


def takes_part(person: PersonId, context: Context) -> bool:
    """Say whether somebody is a trainee there; trainers and administrators are recognised, and not recorded."""
    wanted = context.session_id
    return any(wanted is None or item.session_id == wanted for item in context.records.enrolments_of(person))
