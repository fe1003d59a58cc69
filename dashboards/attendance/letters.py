"""Letters that the pages send, and what becomes of one. What carries them is handed in (`assidu/mail.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain text to one address; `sender` is a name: the address that it comes from is the deployment's."""

    # Never in a log line: who is written to, and the code within, are nobody else's business.
    to: str = field(repr=False)
    sender: str
    subject: str
    text: str = field(repr=False)


class Delivery(StrEnum):
    """What is known of a letter when the page is answered."""

    SENT = "SENT"  # the mail server has taken it
    UNDER_WAY = "UNDER_WAY"  # it is being tried, or tried again
    REFUSED = "REFUSED"  # the mail server will not take it, or nothing can be sent to such an address
    UNAVAILABLE = "UNAVAILABLE"  # this deployment sends no mail, or has too much to send


class Mailer(Protocol):
    """Something that carries letters."""

    @property
    def is_available(self) -> bool:
        """Whether this deployment sends mail at all."""
        ...

    def send(self, letter: Letter, patience_seconds: float = 0.0) -> Delivery:
        """Begin to send, wait for the outcome at most that long, and say what is known."""
        ...


class NoMail:
    """What a deployment without a mail server has."""

    is_available = False

    def send(self, letter: Letter, patience_seconds: float = 0.0) -> Delivery:
        """Send nothing, and say so."""
        del letter, patience_seconds
        return Delivery.UNAVAILABLE
