"""The trainees' entrance: what a link or a QR code opens, without an account.

The organisation and the slot always come from the token. A token that is unknown, over, or another's is one and the
same NotFound.
"""

from __future__ import annotations

import hmac
from typing import Final

from lrs.clock import Micros, to_datetime
from lrs.errors import Forbidden, InvalidRequest, NotFound, PreconditionFailed, Problem, TooManyRequests
from lrs.services import Services
from training.accounts.guesses import Guesses
from training.attendance.conduct import state_refusal
from training.attendance.decisions import check_reason
from training.attendance.device import Device
from training.attendance.drawing import Drawing, parse_drawing
from training.attendance.mark import Mark, Method
from training.attendance.roll import Roll
from training.attendance.sheets import Sheets
from training.attendance.signing import Signed, Signing
from training.attendance.tokens import Kind, Token, Tokens
from training.attendance.visit import Choice, MailedCode, Reading, Receipt, Signature, Ticket, Visit
from training.attendance.window import Moment, window_of
from training.attendance.wording import trainee_text
from training.attendance.writing import part_of
from training.law import Law, load_law
from training.records.enrolment import Enrolment

_SECOND: Final = 1_000_000
# How long somebody waits who has had the codes of an hour.
_HOUR_SECONDS: Final = 3600
TEXT_TYPE: Final = "text/plain; charset=utf-8"


class Entrance:
    """The way in for trainees.

    Refusals: NotFound for tokens, Forbidden for a wrong code, TooManyRequests while wrong codes are slowed, Conflict
    for what a rule or the sheet does not allow (each problem's `requirement` names the rule), PreconditionFailed when
    the text has changed since it was shown, InvalidRequest for what cannot be read.
    """

    def __init__(self, services: Services, law: Law | None = None) -> None:
        self._clock = services.clock
        self._sheets = Sheets(services, law or load_law())
        self._tokens = Tokens(services)
        self._guesses = Guesses(services.store)
        self._signing = Signing(services, self._sheets)

    def visit(self, token: str) -> Visit:
        """Return what a link's or a QR code's token opens."""
        found = self._find(token, Kind.CLASS, Kind.PERSONAL)
        roll = self._roll(found)
        if found.kind is Kind.PERSONAL:
            return self._visit(roll, found)
        self._check_open(found)
        lines = self._sheets.of(roll).sheet.lines
        choices = (
            Choice(
                self._tokens.choice(found.organisation, found.slot_id, line.enrolment_id),
                line.label,
                line.mark is not None,
                bool(roll.address(roll.enrolment(line.enrolment_id))),
            )
            for line in lines
            if line.is_expected
        )
        return self._visit(roll, found, tuple(choices))

    def prove_by_code(self, token: str, choice: str, code: str, device: Device) -> Ticket:
        """Take the code that the trainer's page shows, and who the trainee says to be."""
        found, roll, enrolment = self._chosen(token, choice)
        seconds = roll.number("attendance.displayed_code_seconds")
        period = self._clock.now_micros() // (seconds * _SECOND)
        # The one shown now, and the one before: it takes a moment to read and to type.
        known = [
            self._tokens.displayed_code(found.organisation, found.slot_id, found.opening, one)
            for one in (period, period - 1)
        ]
        with_guess = self._guess(found, enrolment, device)
        given = _digits(code)
        if not any(hmac.compare_digest(one, given) for one in known):
            raise _wrong_code()
        self._guesses.forget(*with_guess)
        return self._ticket(found, roll, enrolment, Method.DISPLAYED_CODE)

    def mail_code(self, token: str, choice: str, device: Device) -> MailedCode:  # noqa: ARG002 - for those to come
        """Make a code for a trainee, to be sent to the address on record; Conflict when there is none."""
        found, roll, enrolment = self._chosen(token, choice)
        address = roll.address(enrolment)
        if not address:
            message = "No e-mail address is on record for this trainee."
            raise state_refusal("no_address", message, "the displayed code, or an address on record")
        seconds = roll.number("attendance.mailed_code_seconds")
        code = self._tokens.new_mailed_code(found.organisation, found.slot_id, enrolment.id, seconds)
        if code is None:
            message = "Too many codes were sent to this trainee; try later, or use the displayed code."
            raise TooManyRequests(message, retry_after=_HOUR_SECONDS)
        expires = Micros(self._clock.now_micros() + seconds * _SECOND)
        return MailedCode(address, roll.person(enrolment).name, code, _hint(address), to_datetime(expires))

    def prove_by_mail(self, token: str, choice: str, code: str, device: Device) -> Ticket:
        """Take the code that was sent by e-mail."""
        found, roll, enrolment = self._chosen(token, choice)
        with_guess = self._guess(found, enrolment, device)
        if not self._tokens.take_mailed_code(found.organisation, found.slot_id, enrolment.id, _digits(code)):
            raise _wrong_code()
        self._guesses.forget(*with_guess)
        return self._ticket(found, roll, enrolment, Method.MAILED_CODE)

    def prove_by_link(self, token: str, device: Device) -> Ticket:  # noqa: ARG002 - for those to come
        """Take a personal link: holding it is the proof. Looking at it does not use it up; signing does."""
        found = self._find(token, Kind.PERSONAL)
        roll = self._roll(found)
        enrolment = self._enrolment(roll, found.enrolment_id)
        return self._ticket(found, roll, enrolment, Method.PERSONAL_LINK, via=found.digest)

    def read(self, ticket: str) -> Reading:
        """Return what a ticket's holder is about to sign, or has signed."""
        found = self._find(ticket, Kind.TICKET)
        roll = self._roll(found)
        enrolment = self._enrolment(roll, found.enrolment_id)
        current = self._signing.current(roll, enrolment)
        needs_reason = self._needs_reason(roll)
        text = self._text(roll, enrolment, current, is_late=needs_reason)
        is_signed = current is not None and current.evidence is not None
        return Reading(
            visit=self._visit(roll, found),
            name=roll.person(enrolment).name,
            text=text,
            text_sha256=part_of(TEXT_TYPE, text.encode()).sha2,
            needs_reason=needs_reason,
            mark=current if is_signed else None,
        )

    def sign(self, ticket: str, signature: Signature, device: Device) -> Receipt:
        """Record the signature: one mark, however often and by whatever way it is sent.

        1. Who has signed gets what was recorded. 2. The state allows it. 3. What was sent can be read, and is about the
        text that stands. 4. The rules allow it. 5. One mark.
        """
        found = self._find(ticket, Kind.TICKET)
        roll = self._roll(found)
        enrolment = self._enrolment(roll, found.enrolment_id)
        # 1.
        current = self._signing.current(roll, enrolment)
        if current is not None and current.evidence is not None:
            self._tokens.use(found.organisation, found.digest, found.via)
            return self._receipt(roll, enrolment, current, is_new=False)
        # 2.
        self._check_state(found, roll, enrolment, current)
        # 3.
        is_late = self._needs_reason(roll)
        drawing = _read_signature(signature, is_late=is_late)

        def text_of(noted: Mark | None) -> str:
            text = self._text(roll, enrolment, noted, is_late=is_late)
            if part_of(TEXT_TYPE, text.encode()).sha2 != signature.text_sha256:
                message = "What is to be signed has changed since it was shown; nothing was signed."
                raise PreconditionFailed(message, [Problem("/text_sha256", message, "the text as it stands now")])
            return text

        text_of(current)
        # 4. and 5.
        reason = signature.late_reason.strip() if is_late else None
        method = found.method or Method.DISPLAYED_CODE
        signed = Signed(method, device, self._device(found, device), drawing, reason)
        mark, is_new = self._signing.sign(roll, enrolment, signed, text_of)
        self._tokens.use(found.organisation, found.digest, found.via)
        return self._receipt(roll, enrolment, mark, is_new=is_new)

    def _find(self, token: str, *kinds: Kind) -> Token:
        found = self._tokens.find(token, *kinds)
        if found is None:
            raise _unknown()
        return found

    def _roll(self, token: Token) -> Roll:
        """Return the roll a token is for. A slot that was deleted since is as unknown as any other."""
        try:
            return self._sheets.rolls.get(token.organisation, token.slot_id)
        except NotFound:
            raise _unknown() from None

    def _enrolment(self, roll: Roll, enrolment_id: str) -> Enrolment:
        try:
            return roll.enrolment(enrolment_id)
        except NotFound:
            raise _unknown() from None

    def _chosen(self, token: str, choice: str) -> tuple[Token, Roll, Enrolment]:
        """Return who is meant on the page that a class token opens."""
        found = self._find(token, Kind.CLASS)
        self._check_open(found)
        roll = self._roll(found)
        for enrolment in roll.enrolments:
            key = self._tokens.choice(found.organisation, found.slot_id, enrolment.id)
            if roll.is_expected(enrolment) and key == choice:
                return found, roll, enrolment
        raise _unknown()

    def _check_open(self, token: Token) -> None:
        opening = self._sheets.openings.find(token.organisation, token.slot_id)
        if opening is None or opening.number != token.opening or not opening.is_open(self._clock.now_micros()):
            raise _unknown()

    def _guess(self, token: Token, enrolment: Enrolment, device: Device) -> tuple[str, str]:
        """Count a try before it is looked at; raises TooManyRequests while wrong ones are slowed."""
        names = f"attendance {token.organisation}/{token.slot_id}/{enrolment.id}", f"attendance {device.address}"
        try:
            self._guesses.claim(*names, self._clock.now_micros())
        except TooManyRequests as error:
            message = f"Too many wrong codes; try again in {error.retry_after} s."
            raise TooManyRequests(message, error.retry_after) from error
        return names

    def _ticket(self, token: Token, roll: Roll, enrolment: Enrolment, method: Method, via: bytes = b"") -> Ticket:
        seconds = roll.number("attendance.ticket_seconds")
        expires = Micros(self._clock.now_micros() + seconds * _SECOND)
        ticket = self._tokens.new_token()
        content = Token(
            b"", token.organisation, token.slot_id, Kind.TICKET, enrolment.id, expires, method, token.opening, via
        )
        self._tokens.keep(ticket, content)
        return Ticket(ticket, to_datetime(expires))

    def _visit(self, roll: Roll, token: Token, choices: tuple[Choice, ...] = ()) -> Visit:
        window = window_of(roll)
        now = to_datetime(self._clock.now_micros())
        return Visit(
            organisation_name=roll.organisation.name,
            title=roll.title,
            module_title=roll.module_title,
            trainers=tuple(person.name for person in roll.trainers if person.name),
            place=roll.place,
            half_day=roll.slot.half_day,
            starts_at=roll.slot.starts_at,
            ends_at=roll.slot.ends_at,
            time_zone=roll.session.time_zone,
            is_personal=token.kind is not Kind.CLASS,
            opens_at=window.opens_at,
            is_early=window.moment(now) is Moment.EARLY,
            needs_reason=self._needs_reason(roll),
            choices=choices,
        )

    def _needs_reason(self, roll: Roll) -> bool:
        moment = window_of(roll).moment(to_datetime(self._clock.now_micros()))
        return moment in (Moment.LATE, Moment.OVER)

    def _text(self, roll: Roll, enrolment: Enrolment, noted: Mark | None, *, is_late: bool) -> str:
        return trainee_text(roll, roll.person(enrolment).name, noted, is_late=is_late)

    def _check_state(self, token: Token, roll: Roll, enrolment: Enrolment, current: Mark | None) -> None:
        if token.is_used or (token.via and self._tokens.is_used(token.organisation, token.via)):
            raise _unknown()
        if roll.slot.cancelled is not None:
            raise state_refusal("cancelled", "This slot was cancelled.", "a slot that is held")
        if not roll.is_expected(enrolment):
            message = "This trainee need not come: waived, not entered yet, or gone."
            raise state_refusal("not_expected", message, "a trainee who is expected")
        if token.method is not Method.PERSONAL_LINK:
            opening = self._sheets.openings.find(token.organisation, token.slot_id)
            if opening is None or opening.number != token.opening or not opening.is_open(self._clock.now_micros()):
                raise state_refusal("closed", "The trainer has closed this slot.", "an open slot, or a personal link")
        if current is not None and not current.status.is_present:
            raise state_refusal("marked_absent", "The trainer has marked this trainee absent.", "a corrected mark")

    def _device(self, token: Token, device: Device) -> str:
        return self._tokens.device(token.organisation, device.fingerprint)

    def _receipt(self, roll: Roll, enrolment: Enrolment, mark: Mark, *, is_new: bool) -> Receipt:
        text = self._text(roll, enrolment, mark, is_late=mark.late_reason is not None)
        return Receipt(mark, mark.statement_id, is_new, roll.person(enrolment).name, text)


def _read_signature(signature: Signature, *, is_late: bool) -> Drawing | None:
    """Return the drawing, once all that was sent can be read; raises InvalidRequest with every problem."""
    problems: list[Problem] = []
    drawing: Drawing | None = None
    if signature.drawing is not None:
        try:
            drawing = parse_drawing(signature.drawing)
        except InvalidRequest as error:
            problems.extend(error.problems)
    if is_late:
        problems.extend(check_reason("/late_reason", signature.late_reason))
    if problems:
        message = "The signature cannot be recorded."
        raise InvalidRequest(message, problems)
    return drawing


def _unknown() -> NotFound:
    # The same words whether it never was, is over or is another's: nothing is to be learnt here.
    message = "This link opens nothing: it is over, or was never given out."
    return NotFound(message)


def _wrong_code() -> Forbidden:
    message = "This code is not the one shown or sent."
    return Forbidden(message)


def _digits(code: str) -> str:
    """Return a code without what people type between digits."""
    return "".join(one for one in code[:32] if one in "0123456789")


def _hint(address: str) -> str:
    """Return what shows somebody that it is their own address, and nobody else whose it is.

    >>> _hint("lea.martin@exemple.fr")
    'l…@exemple.fr'
    """
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
