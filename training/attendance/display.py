"""What the desk shows of a slot: what to put on the wall, whom to send a link, how far signing is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Display:
    """What the trainer's page shows while a slot is open.

    `token` goes into the QR code and the link (one for the whole class, until the slot closes); `code` is six digits
    that change at `code_changes_at`, the one before being taken for as long again.
    """

    token: str = field(repr=False)
    code: str = field(repr=False)
    code_changes_at: datetime


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """A link for one trainee and one slot, good for one signature, shown this once. `address` is where to send it."""

    token: str = field(repr=False)
    address: str = field(repr=False)
    name: str = field(repr=False)
    expires_at: datetime
