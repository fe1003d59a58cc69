"""Training sessions: a programme held for a group, between two dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from training.records.ids import PersonId, ProgrammeId, SessionId
from training.records.modality import Modality
from training.records.values import VersionNumber

__all__ = ["Modality", "TrainingSession"]


@dataclass(frozen=True, slots=True)
class TrainingSession:
    """One training session. Local days and half-days are those of `time_zone`.

    `programme_version` None follows the programme's newest version; a number keeps the content that was agreed.
    `territory` says which public holidays hold there (`training/law`). Both dates belong to the session.
    """

    id: SessionId
    programme_id: ProgrammeId
    starts_on: date
    ends_on: date
    title: str = ""
    modality: Modality = Modality.IN_PERSON
    programme_version: VersionNumber | None = None
    time_zone: str = "Europe/Paris"
    territory: str = "FR"
    place: str = ""
    trainer_ids: tuple[PersonId, ...] = ()
    allows_sundays_and_holidays: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its days are counted."""
        return ZoneInfo(self.time_zone)
