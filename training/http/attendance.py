"""The attendance of half-day slots: open and close, the sheet, marks, corrections, the trainer's signature."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from lrs.http.api.operations import ApiRequest, Operation
from training.attendance import Author, Desk, Line, Mark, Remark, Sheet, Status
from training.attendance.conduct import state_refusal
from training.attendance.mark import Rule
from training.attendance.openings import Openings
from training.attendance.table import sheet_table
from training.attendance.writing import instant
from training.http import attendance_schemas as schemas
from training.records.ids import EnrolmentId, PersonId
from training.records.plain import write_plain
from training.records.reading import read_plain
from training.records.values import Seconds

_SLOT: Final = "/slots/<string:record_id>/attendance"


@dataclass(frozen=True, slots=True)
class NewMark:
    """What is to be recorded of one trainee."""

    enrolment_id: EnrolmentId
    status: Status
    late_seconds: Seconds = 0
    early_seconds: Seconds = 0
    is_justified: bool = False
    reason: str = ""

    @property
    def remark(self) -> Remark:
        """The same without whom it is about."""
        return Remark(self.status, self.late_seconds, self.early_seconds, self.is_justified, self.reason)


@dataclass(frozen=True, slots=True)
class NewRemark:
    """What stands in the place of a mark."""

    status: Status
    late_seconds: Seconds = 0
    early_seconds: Seconds = 0
    is_justified: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """That one mark is void, and what stands in its place: nothing when `remark` is absent."""

    enrolment_id: EnrolmentId
    replaces: UUID
    reason: str
    remark: NewRemark | None = None


@dataclass(frozen=True, slots=True)
class NewCountersignature:
    """That the trainer signs the sheet that `sheet_sha256` names."""

    sheet_sha256: str
    trainer_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class NewLink:
    """Whom a link is for."""

    enrolment_id: EnrolmentId


def refuse_opened(request: ApiRequest) -> None:
    """Refuse to delete a slot that was opened for signing: its sheet is evidence, and a slot may be cancelled."""
    if Openings(request.services).find(request.caller.organisation, request.path["record_id"]) is not None:
        message = "This slot was opened for signing: its sheet is kept, and so is the slot."
        raise state_refusal("opened", message, "the slot with `cancelled`, which says by whom and why")


def show_sheet(request: ApiRequest) -> dict[str, Any]:
    """Show the attendance sheet of a slot.

    Who is expected, the mark in effect of each, every mark there was, and the trainer's signature.
    """
    return sheet_shape(_desk(request).sheet(request.caller.organisation, request.path["record_id"]))


def download_sheet(request: ApiRequest) -> bytes:
    """Download the attendance sheet of a slot as CSV.

    One line a trainee, `;` between cells, UTF-8 with a byte order mark: spreadsheets open it as it is.
    """
    return sheet_table(_desk(request).sheet(request.caller.organisation, request.path["record_id"]))


def open_slot(request: ApiRequest) -> dict[str, Any]:
    """Open a slot for signing.

    Gives the token of the class's link and the code to show beside it; opening what is open gives them again.
    """
    shown = _desk(request).open(request.caller.organisation, request.path["record_id"], _author(request))
    return {"token": shown.token, "code": shown.code, "code_changes_at": instant(shown.code_changes_at)}


def close_slot(request: ApiRequest) -> dict[str, Any]:
    """Close a slot: its link and its codes open nothing any more."""
    return sheet_shape(_desk(request).close(request.caller.organisation, request.path["record_id"], _author(request)))


def record_mark(request: ApiRequest) -> dict[str, Any]:
    """Record an absence, a lateness, an early leaving or a presence that the trainer vouches for.

    The same again answers the same mark. What contradicts the mark there is takes a correction.
    """
    wanted = read_plain(NewMark, request.arguments["plain"])
    organisation, slot_id = request.caller.organisation, request.path["record_id"]
    mark = _desk(request).mark(organisation, slot_id, wanted.enrolment_id, wanted.remark, _author(request))
    return mark_shape(mark)


def correct_mark(request: ApiRequest) -> dict[str, Any]:
    """Correct a mark: void it and, with a `remark`, put another in its place, in one step.

    Without one the trainee may sign again. What was recorded stays readable, with the reason.
    """
    wanted = read_plain(Correction, request.arguments["plain"])
    desk, organisation, slot_id = _desk(request), request.caller.organisation, request.path["record_id"]
    if wanted.remark is None:
        return sheet_shape(
            desk.void(organisation, slot_id, wanted.enrolment_id, wanted.replaces, wanted.reason, _author(request))
        )
    remark = Remark(**asdict(wanted.remark))
    desk.correct(
        organisation, slot_id, wanted.enrolment_id, wanted.replaces, remark, wanted.reason, _author(request)
    )  # fmt: skip
    return sheet_shape(desk.sheet(organisation, slot_id))


def make_link(request: ApiRequest) -> dict[str, Any]:
    """Make a personal link for one trainee, to be sent by whatever way you send mail.

    Good for one signature, and shown this once. After the slot it takes a reason, and the signature is marked late.
    """
    wanted = read_plain(NewLink, request.arguments["plain"])
    link = _desk(request).personal_link(
        request.caller.organisation, request.path["record_id"], wanted.enrolment_id, _author(request)
    )
    return {"token": link.token, "address": link.address or None, "expires_at": instant(link.expires_at)}


def countersign_sheet(request: ApiRequest) -> dict[str, Any]:
    """Sign a sheet as its trainer.

    `sheet_sha256` is the `sha256` of the sheet that was looked at; when it has changed since, nothing is signed.
    """
    wanted = read_plain(NewCountersignature, request.arguments["plain"])
    sheet = _desk(request).countersign(
        request.caller.organisation,
        request.path["record_id"],
        wanted.sheet_sha256,
        _author(request),
        trainer_id=wanted.trainer_id,
    )
    return sheet_shape(sheet)


def sheet_shape(sheet: Sheet) -> dict[str, Any]:
    """Write a sheet."""
    under = sheet.countersignature
    return {
        "organisation": sheet.organisation_name,
        "title": sheet.title,
        "module": sheet.module_title,
        "slot": write_plain(sheet.slot),
        "trainers": [{"id": person_id, "name": name} for person_id, name in sheet.trainers],
        "state": sheet.state.value,
        "opened_at": _maybe(sheet.opened_at),
        "closed_at": _maybe(sheet.closed_at),
        "lines": [_line_shape(line) for line in sheet.lines],
        "countersignature": None if under is None else write_plain(under),
        "flags": _flags(sheet.flags),
        "sha256": sheet.sha256,
    }


def mark_shape(mark: Mark) -> dict[str, Any]:
    """Write a mark, with its evidence."""
    return {**write_plain(mark), "flags": _flags(mark.flags)}


def _line_shape(line: Line) -> dict[str, Any]:
    return {
        "enrolment_id": line.enrolment_id,
        "person_id": line.person_id,
        "registration": str(line.registration),
        "last_name": line.last_name,
        "first_name": line.first_name,
        "is_expected": line.is_expected,
        "is_signed": line.is_signed,
        "mark": None if line.mark is None else mark_shape(line.mark),
        "history": [mark_shape(mark) for mark in line.history],
    }


def _flags(rules: tuple[Rule, ...]) -> list[str]:
    return [rule.value for rule in rules]


def _maybe(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _desk(request: ApiRequest) -> Desk:
    return Desk(request.services)


def _author(request: ApiRequest) -> Author:
    return Author("credential", request.caller.credential)


_REFUSES: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
_CHANGED: Final = (*_REFUSES, HTTPStatus.PRECONDITION_FAILED)
OPERATIONS: Final = (
    Operation("GET", _SLOT, show_sheet, schemas.SheetSchema, refuses=(HTTPStatus.NOT_FOUND,)),
    Operation(
        "GET",
        f"{_SLOT}.csv",
        download_sheet,
        {"type": "string"},
        refuses=(HTTPStatus.NOT_FOUND,),
        media_type="text/csv; charset=utf-8",
    ),
    Operation("POST", f"{_SLOT}/open", open_slot, schemas.DisplaySchema, refuses=_REFUSES),
    Operation("POST", f"{_SLOT}/close", close_slot, schemas.SheetSchema, refuses=_REFUSES),
    Operation(
        "POST", f"{_SLOT}/marks", record_mark, schemas.MarkSchema, takes=schemas.body_of(NewMark), refuses=_REFUSES
    ),
    Operation(
        "POST",
        f"{_SLOT}/corrections",
        correct_mark,
        schemas.SheetSchema,
        takes=schemas.body_of(Correction),
        refuses=_CHANGED,
    ),
    Operation(
        "POST", f"{_SLOT}/links", make_link, schemas.LinkSchema, takes=schemas.body_of(NewLink), refuses=_REFUSES
    ),
    Operation(
        "POST",
        f"{_SLOT}/countersignature",
        countersign_sheet,
        schemas.SheetSchema,
        takes=schemas.body_of(NewCountersignature),
        refuses=_CHANGED,
    ),
)
