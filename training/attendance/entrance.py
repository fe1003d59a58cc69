"""The trainees' entrance: what a link or a QR code opens, without an account.

The organisation and the slot always come from the token. A token that is unknown, over, or another's is one and the
same NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lrs.services import Services
from training.attendance.mark import DeviceClass, Mark
from training.law import Law
from training.records.slot import HalfDay


@dataclass(frozen=True, slots=True)
class Device:
    """What a request tells of the device. `key` is a random value that the page keeps in a cookie; may be empty."""

    address: str
    user_agent: str = ""
    key: str = field(default="", repr=False)

    @property
    def kind(self) -> DeviceClass:
        """Which kind of device it says it is."""
        raise NotImplementedError

    @property
    def network(self) -> str:
        """The address cut to its /24 or /48."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Choice:
    """One trainee to choose from: `key` means nothing outside this slot. `has_mail`: a code can be sent."""

    key: str
    label: str
    is_marked: bool
    has_mail: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """What a token opens: one slot. `choices` is empty for a personal link, which is one trainee's own.

    `needs_reason`: the window is over, and a late signature takes a reason. `opens_at` is when signing begins;
    before it `is_early` is True.
    """

    organisation_name: str
    title: str
    module_title: str
    trainers: tuple[str, ...]
    place: str
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_personal: bool
    opens_at: datetime
    is_early: bool
    needs_reason: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MailedCode:
    """A code to be sent to a trainee by e-mail. `hint` is what the page may show of the address: « l…@exemple.fr »."""

    address: str = field(repr=False)
    name: str = field(repr=False)
    code: str = field(repr=False)
    hint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """Proof that somebody showed who they are: lets them read and sign, once, for some minutes."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What is about to be signed, in French. `mark` is set when it is signed already: then there is nothing to sign.

    `text_sha256` goes back with the signature, so that what is signed is what was shown.
    """

    visit: Visit
    name: str
    text: str
    text_sha256: str
    needs_reason: bool
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Signature:
    """What a trainee sends. `drawing` is a PNG, None when a box was ticked instead."""

    text_sha256: str
    drawing: bytes | None = field(default=None, repr=False)
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded. `is_new` is False when it was recorded before: a retry answers the same mark."""

    mark: Mark
    statement_id: UUID
    is_new: bool
    name: str
    text: str


class Entrance:
    """The way in for trainees.

    Refusals: NotFound for tokens, Forbidden for a wrong code, TooManyRequests while wrong codes are slowed, Conflict for
    what a rule or the sheet does not allow (each problem's `requirement` names the rule), PreconditionFailed when the
    text has changed since it was shown, InvalidRequest for what cannot be read.
    """

    def __init__(self, services: Services, law: Law | None = None) -> None:
        raise NotImplementedError

    def visit(self, token: str) -> Visit:
        """Return what a link's or a QR code's token opens."""
        raise NotImplementedError

    def prove_by_code(self, token: str, choice: str, code: str, device: Device) -> Ticket:
        """Take the code that the trainer's page shows, and who the trainee says to be."""
        raise NotImplementedError

    def mail_code(self, token: str, choice: str, device: Device) -> MailedCode:
        """Make a code for a trainee, to be sent to the address on record; Conflict when there is none."""
        raise NotImplementedError

    def prove_by_mail(self, token: str, choice: str, code: str, device: Device) -> Ticket:
        """Take the code that was sent by e-mail."""
        raise NotImplementedError

    def prove_by_link(self, token: str, device: Device) -> Ticket:
        """Take a personal link: holding it is the proof. Looking at it does not use it up; signing does."""
        raise NotImplementedError

    def read(self, ticket: str) -> Reading:
        """Return what a ticket's holder is about to sign, or has signed."""
        raise NotImplementedError

    def sign(self, ticket: str, signature: Signature, device: Device) -> Receipt:
        """Record the signature: one mark, however often and by whatever way it is sent."""
        raise NotImplementedError
