"""The attendance desk: what trainers, managers and the API do with a slot's sheet.

Every act becomes a statement through the one write path; the organisation always comes from the account or the
credential that acts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lrs.clock import Micros, to_datetime
from lrs.errors import InvalidRequest
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance import vocabulary
from training.attendance.conduct import Circumstances, broken_rules, refusal, refused_rules, state_refusal
from training.attendance.countersigning import Countersigning
from training.attendance.decisions import (
    Act,
    check_reason,
    check_remark,
    decide_correction,
    decide_remark,
    decide_voiding,
)
from training.attendance.display import Display, PersonalLink
from training.attendance.mark import Author, Mark, Remark, Rule
from training.attendance.openings import Opening
from training.attendance.presence import Presences
from training.attendance.recorder import Recorder
from training.attendance.roll import Roll
from training.attendance.sheet import Sheet
from training.attendance.sheets import Desktop, Sheets
from training.attendance.statement_ids import opening_id
from training.attendance.tokens import Kind, Token, Tokens
from training.attendance.vocabulary import ext
from training.attendance.window import Moment, window_of
from training.attendance.writing import Json, author_agent, write_event
from training.law import Law, load_law
from training.records.ids import PersonId

_SECOND: Final = 1_000_000


class Desk:
    """The desk of every organisation of one deployment.

    Refusals: NotFound for a slot or an enrolment that the organisation does not have, Conflict for what the state or a
    rule does not allow (each problem's `requirement` names the rule), InvalidRequest for what cannot be read,
    PreconditionFailed for a sheet or a mark that has changed.
    """

    def __init__(self, services: Services, law: Law | None = None) -> None:
        self._law = law or load_law()
        self._clock = services.clock
        self._sheets = Sheets(services, self._law)
        self._recorder = Recorder(self._sheets.marks)
        self._presences = Presences(self._sheets)
        self._countersigning = Countersigning(self._sheets, self._recorder)
        self._tokens = Tokens(services)

    def sheet(self, organisation: OrganisationId, slot_id: str) -> Sheet:
        """Return a slot's sheet as it stands."""
        return self._sheets.get(organisation, slot_id).sheet

    def open(self, organisation: OrganisationId, slot_id: str, by: Author) -> Display:
        """Open a slot for signing; opening what is open changes nothing. A cancelled slot is refused."""
        roll = self._sheets.rolls.get(organisation, slot_id)
        _refuse_cancelled(roll)
        roll = self._sheets.rolls.name(roll, roll.enrolments)
        lasts = roll.number("attendance.class_link_seconds") * _SECOND
        opening = self._sheets.openings.open(organisation, slot_id, by, Micros(self._clock.now_micros() + lasts))
        self._keep_class_token(roll, opening)
        self._note(roll, opening, "opened", opening.opened_by, opening.opened)
        return self._display(roll, opening)

    def close(self, organisation: OrganisationId, slot_id: str, by: Author) -> Sheet:
        """End a slot's signing: its link and codes open nothing any more. Closing what is closed changes nothing."""
        desktop = self._sheets.get(organisation, slot_id)
        if desktop.opening is None:
            message = "This slot was never opened."
            raise state_refusal("not_open", message, "an open slot")
        _refuse_unsigned(desktop)
        opening = self._sheets.openings.close(organisation, slot_id, by)
        self._tokens.drop(organisation, slot_id, "")
        if opening is not None and opening.closed is not None and opening.closed_by is not None:
            self._note(desktop.roll, opening, "closed", opening.closed_by, opening.closed)
        return self._sheets.of(desktop.roll).sheet

    def display(self, organisation: OrganisationId, slot_id: str) -> Display:
        """Return what to show of an open slot now; Conflict when it is not open."""
        roll = self._sheets.rolls.get(organisation, slot_id)
        opening = self._sheets.openings.find(organisation, slot_id)
        if opening is None or not opening.is_open(self._clock.now_micros()):
            message = "This slot is not open."
            raise state_refusal("not_open", message, "an open slot")
        return self._display(roll, opening)

    def personal_link(self, organisation: OrganisationId, slot_id: str, enrolment_id: str, by: Author) -> PersonalLink:  # noqa: ARG002 - the access log says who
        """Make a link with which one trainee signs one slot, open or not: in time, or late with a reason."""
        roll = self._sheets.rolls.get(organisation, slot_id)
        enrolment = roll.enrolment(enrolment_id)
        _refuse_cancelled(roll)
        _refuse_unexpected(roll, enrolment_id)
        lasts = roll.number("attendance.personal_link_seconds") * _SECOND
        expires = Micros(self._clock.now_micros() + lasts)
        token = self._tokens.new_token()
        self._tokens.keep(token, Token(b"", organisation, slot_id, Kind.PERSONAL, enrolment_id, expires))
        person = roll.person(enrolment)
        return PersonalLink(token, roll.address(enrolment), person.name, to_datetime(expires))

    def mark(self, organisation: OrganisationId, slot_id: str, enrolment_id: str, remark: Remark, by: Author) -> Mark:
        """Record what the trainer says of a trainee of whom nothing is known; the same again answers the same mark.

        On a trainee who is present, LATE and LEFT_EARLY shorten what counts and keep the signature. Any other
        difference is a correction: Conflict.
        """
        act = self._act(organisation, slot_id, enrolment_id, remark, by)
        mark, _ = self._recorder.record(act, decide_remark(act, remark))
        assert mark is not None  # noqa: S101 - a remark always leaves a mark
        return mark

    def correct(
        self, organisation: OrganisationId, slot_id: str, enrolment_id: str, replaced: UUID, remark: Remark,
        reason: str, by: Author,
    ) -> Mark:  # fmt: skip
        """Void the mark in effect, `replaced`, and put another in its place, in one step."""
        act = self._act(organisation, slot_id, enrolment_id, remark, by, reason)
        mark, _ = self._recorder.record(act, decide_correction(act, replaced, remark, reason))
        assert mark is not None  # noqa: S101 - a correction always leaves a mark
        return mark

    def void(
        self, organisation: OrganisationId, slot_id: str, enrolment_id: str, voided: UUID, reason: str, by: Author
    ) -> Sheet:
        """Void the mark in effect and put none in its place: the trainee may sign again."""
        problems = check_reason("/reason", reason)
        if problems:
            message = "This cannot be recorded."
            raise InvalidRequest(message, problems)
        roll = self._sheets.rolls.get(organisation, slot_id)
        act = Act(roll, roll.enrolment(enrolment_id), by, self._now())
        self._recorder.record(act, decide_voiding(voided), reason=reason)
        # What was given out for the signature that is void now must not give another.
        self._tokens.drop(organisation, slot_id, enrolment_id)
        return self._sheets.of(roll).sheet

    def countersign_text(
        self, organisation: OrganisationId, slot_id: str, by: Author, trainer_id: PersonId | None = None
    ) -> str:
        """Return what the trainer is about to sign, in French."""
        return self._countersigning.text(self._sheets.get(organisation, slot_id), by, trainer_id)

    def countersign(
        self, organisation: OrganisationId, slot_id: str, sheet_sha256: str, by: Author, *,
        trainer_id: PersonId | None = None, drawing: bytes | None = None,
    ) -> Sheet:  # fmt: skip
        """Sign the sheet as it was shown, which `sheet_sha256` names; PreconditionFailed when it has changed since.

        `trainer_id` is needed where the slot names no trainer and its session several. `drawing` is a PNG.
        """
        desktop = self._sheets.get(organisation, slot_id)
        self._countersigning.sign(desktop, sheet_sha256, by, self._now(), trainer_id, drawing)
        return self._sheets.of(desktop.roll).sheet

    def _act(
        self, organisation: OrganisationId, slot_id: str, enrolment_id: str, remark: Remark, by: Author,
        reason: str | None = None,
    ) -> Act:  # fmt: skip
        """Return a remark's act, once what it says, the state and the rules allow it."""
        roll = self._sheets.rolls.get(organisation, slot_id)
        enrolment = roll.enrolment(enrolment_id)
        check_remark(remark, roll.slot.planned_seconds, reason)
        _refuse_cancelled(roll)
        _refuse_unexpected(roll, enrolment_id)
        flags: tuple[Rule, ...] = ()
        if remark.status.is_present:
            is_early = window_of(roll).moment(self._now()) is Moment.EARLY
            is_elsewhere = self._presences.is_elsewhere(roll, enrolment)
            flags = broken_rules(roll, Circumstances(is_outside_window=is_early, is_elsewhere=is_elsewhere))
            refused = refused_rules(roll, flags)
            if refused:
                raise refusal(refused)
        roll = self._sheets.rolls.name(roll, [enrolment])
        return Act(roll, roll.enrolment(enrolment_id), by, self._now(), flags)

    def _keep_class_token(self, roll: Roll, opening: Opening) -> None:
        organisation, slot_id = roll.organisation.number, roll.slot.id
        token = self._tokens.class_token(organisation, slot_id, opening.number)
        self._tokens.keep(
            token,
            Token(b"", organisation, slot_id, Kind.CLASS, "", opening.expires, opening=opening.number),
        )

    def _display(self, roll: Roll, opening: Opening) -> Display:
        organisation, slot_id = roll.organisation.number, roll.slot.id
        seconds = roll.number("attendance.displayed_code_seconds")
        period = self._clock.now_micros() // (seconds * _SECOND)
        return Display(
            self._tokens.class_token(organisation, slot_id, opening.number),
            self._tokens.displayed_code(organisation, slot_id, opening.number, period),
            to_datetime(Micros(0)) + timedelta(seconds=(period + 1) * seconds),
        )

    def _note(self, roll: Roll, opening: Opening, act: str, by: Author, at: Micros) -> None:
        """Leave the statement that a slot was opened or closed, unless it is there: a start that died is made good."""
        statement_id = opening_id(roll, opening.number, act)
        if self._sheets.marks.entry(roll.organisation.number, statement_id) is not None:
            return
        verb = vocabulary.OPENED if act == "opened" else vocabulary.CLOSED
        extensions: Json = {ext("recorded-by"): by.text}
        statement = write_event(roll, statement_id, author_agent(by), verb, to_datetime(at), extensions)
        self._recorder.note(roll, statement)

    def _now(self) -> datetime:
        return to_datetime(self._clock.now_micros())


def _refuse_cancelled(roll: Roll) -> None:
    if roll.slot.cancelled is not None:
        message = "This slot was cancelled."
        raise state_refusal("cancelled", message, "a slot that is held")


def _refuse_unexpected(roll: Roll, enrolment_id: str) -> None:
    if not roll.is_expected(roll.enrolment(enrolment_id)):
        message = "This trainee need not come: waived, not entered yet, or gone."
        raise state_refusal("not_expected", message, "a trainee who is expected")


def _refuse_unsigned(desktop: Desktop) -> None:
    under = desktop.sheet.countersignature
    is_missing = under is None or not under.is_current
    has_marks = any(line.mark is not None for line in desktop.sheet.lines)
    refused = refused_rules(desktop.roll, [Rule.TRAINER_MISSING] if is_missing and has_marks else [])
    if refused:
        raise refusal(refused)
