"""A half-day from opening to countersigning, down to the credited hours."""

from __future__ import annotations

from analytics.derivation import derive
from analytics.facts import Confidence, Presence
from analytics.rules import default_rules
from analytics.traces import extract_trace
from lrs.caller import OrganisationId
from lrs.clock import FixedClock
from lrs.services import Services
from tests.training.attendance.conftest import TRAINER, Sign, at, micros, png
from training.attendance import Desk, Remark, SheetState, Status
from training.store import RecordReader


def test_a_half_day_is_signed_countersigned_and_credited(
    desk: Desk, sign: Sign, school: OrganisationId, services: Services, reader: RecordReader, clock: FixedClock
):
    desk.open(school, "matin", TRAINER)
    receipts = [sign(name, drawing=png(at)) for at, name in enumerate(("Léa", "Zoé"))]
    desk.mark(school, "matin", "e3", Remark(Status.ABSENT_JUSTIFIED, reason="arrêt de travail"), TRAINER)
    at(clock, "11:31")
    sheet = desk.countersign(school, "matin", desk.sheet(school, "matin").sha256, TRAINER, drawing=png(9))
    sheet = desk.close(school, "matin", TRAINER)

    assert sheet.state is SheetState.CLOSED
    assert sheet.countersignature is not None
    assert sheet.countersignature.is_current
    assert sheet.countersignature.trainer_name == "Yann Le Gall"
    assert (sheet.flags, sheet.missing) == ((), ())
    assert [(line.name, line.mark and line.mark.status.value, line.is_signed) for line in sheet.lines] == [
        ("Sam Diallo", "ABSENT_JUSTIFIED", False),
        ("Léa Martin", "PRESENT", True),
        ("Zoé Martin", "PRESENT", True),
    ]
    assert [receipt.is_new for receipt in receipts] == [True, True]

    traces = [extract_trace(entry) for entry in services.statements.since(school, 0)]
    records = reader.records(school)
    for person_id, credited, presence in (
        ("lea", 12_600, Presence.PRESENT),
        ("zoe", 12_600, Presence.PRESENT),
        ("sam", 0, Presence.ABSENT_JUSTIFIED),
    ):
        facts = derive(person_id, traces, records, default_rules(), micros("2026-01-06T12:00:00+00:00"))
        slot = next(item for item in facts.slots if item.slot_id == "matin")
        assert (slot.credited_micros, slot.presence) == (credited * 1_000_000, presence)
        assert slot.confidence is (Confidence.SIGNED if credited else None)
        assert facts.anomalies == ()
        # Nothing on the sheet is an act: nobody was at work on a platform.
        assert all(day.connected_micros == 0 for day in facts.days)
