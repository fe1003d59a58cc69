"""What an organisation has decided otherwise than the defaults of `training/law`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from training.records.ids import LawOverrideId


@dataclass(frozen=True, slots=True)
class LawOverride:
    """An organisation's own value of one provision, while it is in effect. `effective_to` is the last day."""

    id: LawOverrideId
    provision: str
    value: object
    effective_from: date
    effective_to: date | None = None
    reason: str = ""

    def is_effective(self, day: date) -> bool:
        """Say whether it holds on `day`."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
