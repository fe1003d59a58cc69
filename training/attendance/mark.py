"""One mark of an attendance sheet: what is recorded of one trainee in one half-day slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from training.records.ids import EnrolmentId, SlotId


class Status(StrEnum):
    """What the sheet says of a trainee (compliance 1.4)."""

    PRESENT = "PRESENT"
    LATE = "LATE"
    LEFT_EARLY = "LEFT_EARLY"
    ABSENT_JUSTIFIED = "ABSENT_JUSTIFIED"
    ABSENT_UNJUSTIFIED = "ABSENT_UNJUSTIFIED"

    @property
    def is_present(self) -> bool:
        """Whether the trainee was there at all."""
        return self in (Status.PRESENT, Status.LATE, Status.LEFT_EARLY)


class Method(StrEnum):
    """How a trainee showed who they are before signing."""

    DISPLAYED_CODE = "displayed-code"
    MAILED_CODE = "mailed-code"
    PERSONAL_LINK = "personal-link"


class DeviceClass(StrEnum):
    """What kind of device signed."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    UNKNOWN = "unknown"


class Rule(StrEnum):
    """The product rules of attendance (compliance 1.1); the value is the provision that says `flag` or `refuse`."""

    OUTSIDE_WINDOW = "attendance.outside_window"
    REST_DAY = "attendance.rest_day"
    DRAWING_REUSED = "attendance.drawing_reused"
    DEVICE_BURST = "attendance.device_burst"
    TWO_PLACES = "attendance.two_places"
    TRAINER_MISSING = "attendance.trainer_missing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept of one signature. `signed_at` is this server's time; `network` is the address cut to /24 or /48.

    `text_sha256` is of the text that was shown, `drawing_sha256` of the drawing's PNG, None when a box was ticked.
    `device` is a keyed hash: it tells two signatures of one device apart from those of two, and nothing else.
    """

    method: Method
    signed_at: datetime
    device_class: DeviceClass
    network: str
    device: str
    text_sha256: str
    drawing_sha256: str | None = None


class ImportedFrom(StrEnum):
    """What a mark that nobody signed here was read from; the value is the evidence's type. Neither is a signature."""

    BADGE_READER = "badge-reader"
    PAPER_SHEET = "paper-sheet"


@dataclass(frozen=True, slots=True)
class Imported:
    """Where a mark that was imported comes from: the file's SHA-256 and lines, the source's id.

    `entered_at` and `left_at` are what a reader of badges noted; None where nothing was. `certified_by` is who
    certifies a paper sheet, as a person's id; `scan_sha256` what its scan hashes to, empty when there is none.
    """

    type: ImportedFrom
    sha256: str
    lines: tuple[int, ...]
    source: str
    entered_at: datetime | None = None
    left_at: datetime | None = None
    certified_by: str = ""
    scan_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One statement on the sheet. `credited_seconds` is what counts, never more than the slot lasts.

    `evidence` is None for what nobody signed here; `imported` says where such a mark comes from, if from elsewhere.
    `late_reason` is set when it was signed after the window. `replaces` names the mark that this one corrects, with
    `correction_reason`; `flags` are the product rules that it breaks.
    """

    statement_id: UUID
    slot_id: SlotId
    enrolment_id: EnrolmentId
    status: Status
    credited_seconds: int
    recorded_at: datetime
    recorded_by: str
    late_seconds: int = 0
    early_seconds: int = 0
    is_justified: bool = False
    reason: str = ""
    evidence: Evidence | None = None
    imported: Imported | None = None
    late_reason: str | None = None
    flags: tuple[Rule, ...] = ()
    replaces: UUID | None = None
    correction_reason: str = ""
    is_voided: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What a trainer or a manager says of a trainee in a slot, to be recorded as a mark.

    `late_seconds` and `early_seconds` are what was missed at the beginning and at the end; they go with LATE and
    LEFT_EARLY (both may be given with either). `reason` is the absence's or the lateness's; `is_justified` says that
    what was missed is justified, and ABSENT_JUSTIFIED implies it.
    """

    status: Status
    late_seconds: int = 0
    early_seconds: int = 0
    is_justified: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts at the desk: an account that is signed in, or a credential of the API. `name` is for people to read."""

    kind: str
    id: str
    name: str = ""

    @property
    def text(self) -> str:
        """How statements and records name the author: nobody's name in it.

        >>> Author("account", "65f0", "Yann Le Gall").text
        'account 65f0'
        """
        return f"{self.kind} {self.id}"
