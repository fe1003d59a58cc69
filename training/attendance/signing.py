"""A trainee's signature, from what was sent to the one mark: evidence, rules, statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lrs.clock import Micros, to_datetime
from lrs.services import Services
from training.attendance import vocabulary
from training.attendance.claims import Claim, Claims
from training.attendance.conduct import Circumstances, broken_rules, refusal, refused_rules
from training.attendance.decisions import Act, decide_signature
from training.attendance.device import Device
from training.attendance.drawing import MEDIA_TYPE, Drawing
from training.attendance.mark import Author, Evidence, Mark, Method, Rule, Status
from training.attendance.presence import Presences
from training.attendance.recorder import Recorder
from training.attendance.roll import Roll
from training.attendance.sheets import Sheets
from training.attendance.statement_ids import refusal_id
from training.attendance.vocabulary import ext
from training.attendance.window import Moment, window_of
from training.attendance.writing import attachment, instant, part_of, trainee_agent, write_event
from training.records.enrolment import Enrolment

_SECOND: Final = 1_000_000
_HOUR: Final = 3600 * _SECOND
# Between a claim and its mark lies one request.
_UNDER_WAY_SECONDS: Final = 60
_TEXT_TYPE: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Signed:
    """What was sent, once it can be read. `device_digest` is what is kept of the device."""

    method: Method
    device: Device
    device_digest: str
    drawing: Drawing | None = field(repr=False)
    late_reason: str | None


class Signing:
    """Records signatures of trainees who have shown who they are."""

    def __init__(self, services: Services, sheets: Sheets) -> None:
        self._clock = services.clock
        self._sheets = sheets
        self._claims = Claims(services)
        self._presences = Presences(sheets)
        self._recorder = Recorder(sheets.marks)

    def current(self, roll: Roll, enrolment: Enrolment) -> Mark | None:
        """Return the mark in effect of one trainee."""
        name = (roll.slot.id, enrolment.id)
        return self._sheets.marks.find(roll.organisation.number, roll.organisation.slug, [name])[name].current

    def sign(
        self, roll: Roll, enrolment: Enrolment, signed: Signed, text_of: Callable[[Mark | None], str]
    ) -> tuple[Mark, bool]:
        """Record a signature and return its mark, and whether it is new; raises Conflict naming every rule broken.

        `text_of` gives the text signed, given what the trainer has noted, or refuses when it is not what was read.
        """
        now = self._clock.now_micros()
        roll = self._sheets.rolls.name(roll, [enrolment])
        enrolment = roll.enrolment(enrolment.id)
        text = part_of(_TEXT_TYPE, text_of(self.current(roll, enrolment)).encode())
        claim = _claim(roll, enrolment, signed, now)
        self._claims.put(claim, roll.number("attendance.claims_kept_seconds"))
        broken = self._broken(roll, enrolment, claim)
        refused = refused_rules(roll, broken)
        if refused:
            self._claims.drop(claim)
            self._note_refusal(roll, enrolment, refused, now)
            raise refusal(refused)
        at = to_datetime(now)
        author = Author("trainee", enrolment.id)
        act = Act(roll, enrolment, author, at, broken)
        evidence = Evidence(
            method=signed.method,
            signed_at=at,
            device_class=signed.device.kind,
            network=signed.device.network,
            device=signed.device_digest,
            text_sha256=text.sha2,
            drawing_sha256=None if signed.drawing is None else signed.drawing.sha256,
        )

        def mark_of(noted: Mark | None) -> Mark:
            text_of(noted)
            return _mark(act, noted, evidence, signed.late_reason)

        parts = [text]
        described = [attachment(vocabulary.SIGNED_TEXT, "Texte signé", text)]
        if signed.drawing is not None:
            parts.append(part_of(MEDIA_TYPE, signed.drawing.content))
            described.append(attachment(vocabulary.DRAWING, "Tracé de la signature", parts[-1]))
        mark, is_new = self._recorder.record(act, decide_signature(act, mark_of), described=described, parts=parts)
        assert mark is not None  # noqa: S101 - a signature always leaves a mark
        return mark, is_new

    def _broken(self, roll: Roll, enrolment: Enrolment, claim: Claim) -> tuple[Rule, ...]:
        moment = window_of(roll).moment(to_datetime(claim.at))
        seconds = int(roll.value("attendance.burst")["seconds"])
        circumstances = Circumstances(
            is_outside_window=moment in (Moment.EARLY, Moment.OVER),
            is_drawing_reused=self._claims.has_drawing(claim),
            device_count=self._claims.count_of_device(claim, seconds),
            is_elsewhere=self._claims.is_elsewhere(claim, _UNDER_WAY_SECONDS)
            or self._presences.is_elsewhere(roll, enrolment),
        )
        return broken_rules(roll, circumstances)

    def _note_refusal(self, roll: Roll, enrolment: Enrolment, rules: tuple[Rule, ...], now: Micros) -> None:
        """Leave a statement that a signature was refused, and why: at most one an hour for the same reasons."""
        names = [rule.value for rule in rules]
        statement = write_event(
            roll,
            refusal_id(roll, enrolment.id, names, now // _HOUR),
            trainee_agent(roll, enrolment),
            vocabulary.REFUSED,
            to_datetime(now),
            {ext("flags"): names, ext("signed-at"): instant(to_datetime(now))},
        )
        statement["context"]["registration"] = str(enrolment.registration)
        self._recorder.note(roll, statement)


def _claim(roll: Roll, enrolment: Enrolment, signed: Signed, now: Micros) -> Claim:
    return Claim(
        organisation=roll.organisation.number,
        slot_id=roll.slot.id,
        enrolment_id=enrolment.id,
        person_id=roll.person(enrolment).id,
        device=signed.device_digest,
        drawing_sha256=None if signed.drawing is None else signed.drawing.sha256,
        at=now,
        starts=Micros(int(roll.slot.starts_at.timestamp()) * _SECOND),
        ends=Micros(int(roll.slot.ends_at.timestamp()) * _SECOND),
    )


def _mark(act: Act, noted: Mark | None, evidence: Evidence, late_reason: str | None) -> Mark:
    """Return the content of a signed mark: the whole slot, or what the trainer has noted of it."""
    slot = act.roll.slot
    return Mark(
        # Its place among the marks is decided where it is recorded.
        statement_id=act.enrolment.registration,
        slot_id=slot.id,
        enrolment_id=act.enrolment.id,
        status=Status.PRESENT if noted is None else noted.status,
        credited_seconds=slot.planned_seconds if noted is None else noted.credited_seconds,
        recorded_at=act.at,
        recorded_by=act.by.text,
        late_seconds=0 if noted is None else noted.late_seconds,
        early_seconds=0 if noted is None else noted.early_seconds,
        is_justified=noted is not None and noted.is_justified,
        reason="" if noted is None else noted.reason,
        evidence=evidence,
        late_reason=late_reason,
    )
