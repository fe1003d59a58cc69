"""The trainer's signature under a sheet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lrs.errors import InvalidRequest, PreconditionFailed, Problem
from training.attendance import vocabulary
from training.attendance.conduct import refusal, refused_rules, state_refusal
from training.attendance.drawing import MEDIA_TYPE, parse_drawing
from training.attendance.mark import Author, Rule
from training.attendance.recorder import Recorder
from training.attendance.roll import Roll
from training.attendance.sheets import Desktop, Sheets, countersign_text
from training.attendance.vocabulary import ext
from training.attendance.window import Moment, window_of
from training.attendance.writing import Json, attachment, author_agent, instant, part_of, person_agent, write_event
from training.records.ids import PersonId
from training.records.person import Person


class Countersigning:
    """Countersigns sheets, each content of a sheet once."""

    def __init__(self, sheets: Sheets, recorder: Recorder) -> None:
        self._sheets = sheets
        self._recorder = recorder

    def text(self, desktop: Desktop, by: Author, trainer_id: PersonId | None) -> str:
        """Return what is to be signed; raises InvalidRequest when it is not clear by whom."""
        trainer = _trainer(desktop.roll, trainer_id)
        return countersign_text(desktop.roll, desktop.sheet, _name(trainer, by))

    def sign(
        self,
        desktop: Desktop,
        sheet_sha256: str,
        by: Author,
        at: datetime,
        trainer_id: PersonId | None,
        drawing: bytes | None,
    ) -> None:
        """Sign the sheet as it stands.

        1. What was sent can be read. 2. It is the sheet that was shown. 3. There is something on it, and the slot has
        begun. 4. One statement, with the sheet itself beside it.
        """
        roll, sheet = desktop.roll, desktop.sheet
        # 1.
        trainer = _trainer(roll, trainer_id)
        drawn = None if drawing is None else parse_drawing(drawing)
        # 2.
        if sheet_sha256 != sheet.sha256:
            message = "The sheet has changed since it was shown; nothing was signed."
            raise PreconditionFailed(message, [Problem("/sheet_sha256", message, "the sheet as it stands now")])
        under = sheet.countersignature
        if under is not None and under.is_current:
            return
        # 3.
        if all(line.mark is None for line in sheet.lines):
            message = "Nothing is recorded on this sheet yet."
            raise state_refusal("nothing_marked", message, "a sheet with marks")
        broken = (Rule.OUTSIDE_WINDOW,) if window_of(roll).moment(at) is Moment.EARLY else ()
        refused = refused_rules(roll, broken)
        if refused:
            raise refusal(refused)
        # 4.
        text = part_of("text/plain; charset=utf-8", countersign_text(roll, sheet, _name(trainer, by)).encode())
        parts = [part_of("application/json", sheet.content), text]
        described = [
            attachment(vocabulary.SIGNED_SHEET, "Feuille signée", parts[0]),
            attachment(vocabulary.SIGNED_TEXT, "Texte signé", text),
        ]
        if drawn is not None:
            parts.append(part_of(MEDIA_TYPE, drawn.content))
            described.append(attachment(vocabulary.DRAWING, "Tracé de la signature", parts[-1]))
        evidence: Json = {
            "type": "e-signature",
            "sha256": sheet.sha256,
            "method": by.kind,
            "signed-at": instant(at),
            "text-sha256": text.sha2,
            **({} if drawn is None else {"drawing-sha256": drawn.sha256}),
        }
        extensions: dict[str, Any] = {
            ext("evidence"): [evidence],
            ext("recorded-by"): by.text,
            ext("marks"): [str(line.mark.statement_id) for line in sheet.lines if line.mark is not None],
            **({ext("flags"): [rule.value for rule in broken]} if broken else {}),
            **({} if trainer is None else {ext("trainer"): trainer.id}),
        }
        actor = author_agent(by) if trainer is None else person_agent(trainer)
        statement_id = desktop.countersignature_id
        statement = write_event(roll, statement_id, actor, vocabulary.COUNTERSIGNED, at, extensions, described)
        self._recorder.note(roll, statement, parts)
        self._sheets.openings.note_countersignature(roll.organisation.number, roll.slot.id, statement_id)


def _trainer(roll: Roll, trainer_id: PersonId | None) -> Person | None:
    """Return the trainer who signs: the one named, or the only one there is; None where records name none."""
    trainers = roll.trainers
    named = [person for person in trainers if person.id == trainer_id]
    if named:
        return named[0]
    if trainer_id is None and len(trainers) <= 1:
        return trainers[0] if trainers else None
    message = "It is not clear which trainer signs." if trainer_id is None else "This is no trainer of this slot."
    accepted = " or ".join(person.id for person in trainers) or "none: the slot has no trainer on record"
    raise InvalidRequest(message, [Problem("/trainer_id", message, accepted)])


def _name(trainer: Person | None, by: Author) -> str:
    return by.name or by.text if trainer is None else trainer.name
