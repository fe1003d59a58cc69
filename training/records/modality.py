"""How training takes place, and how it is proved in each case (compliance: L6313-2, D6313-3-1, D6313-3-2)."""

from __future__ import annotations

from enum import StrEnum


class Modality(StrEnum):
    """The way in which one session, module or slot is held. BLENDED says only that several are used."""

    IN_PERSON = "IN_PERSON"
    SYNC_REMOTE = "SYNC_REMOTE"
    ASYNC = "ASYNC"
    BLENDED = "BLENDED"
    WORKPLACE = "WORKPLACE"

    @property
    def is_synchronous(self) -> bool:
        """Whether presence at a time is what counts."""
        return self in (Modality.IN_PERSON, Modality.SYNC_REMOTE)
