"""What the entrance shows to a trainee, and what a trainee sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from training.attendance.mark import Mark
from training.records.slot import HalfDay


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
