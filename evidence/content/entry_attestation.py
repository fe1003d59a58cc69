"""Attestation d'entrée en formation (ATTENT, AES): that the trainee has begun, and on which day.

Read by France Travail or a Région within days, who decide to open the trainee's pay or rights: they need the effective
date beside the planned one, the hours by modality, the place.
"""

from __future__ import annotations

from datetime import date

from evidence.content.action import Action, ModalityHours
from evidence.content.frame import Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.value import Value


class EntryAttestation(Value, frozen=True, kw_only=True, tag="ATTENT", tag_field="type"):
    """One trainee's entry. `action` has the planned dates; `planned_seconds` is the sum over `hours`."""

    signatory: Signatory
    trainee: Trainee
    action: Action
    entered_on: date
    planned_seconds: int
    hours: tuple[ModalityHours, ...]
    place: str
    funding: Funding | None = None
