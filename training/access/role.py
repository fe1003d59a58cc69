"""What an account or an access key is for; each page and each operation says which roles it serves."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The roles, and what each may see.

    Attributes:
        LEARNER: Themself.
        TRAINER: The sessions that they teach, and who is enrolled in them.
        MANAGER: Every session of the organisation (responsable pédagogique).
        FUNDER: The enrolments that it funds, and their documents.
        AUDITOR: The organisation, for a limited time, read only.
        ADMINISTRATOR: What a manager sees; and who may do what.
    """

    LEARNER = "learner"
    TRAINER = "trainer"
    MANAGER = "manager"
    FUNDER = "funder"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


# Who works for the organisation and answers for all of it.
STAFF: Final = frozenset((Role.MANAGER, Role.ADMINISTRATOR))
EVERYBODY: Final = frozenset(Role)
