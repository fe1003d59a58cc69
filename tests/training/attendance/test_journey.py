"""A half-day from opening to countersigning, down to the credited hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from analytics.derivation import derive
from analytics.facts import Confidence, Presence, SlotFact
from analytics.rules import default_rules
from analytics.traces import extract_trace
from lrs.clock import FixedClock
from lrs.errors import Conflict, InvalidRequest, PreconditionFailed
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.training.attendance.conftest import PHONE, TRAINER, Sign, at, micros, png
from tests.training.examples import change, enrolment, person, programme, session, slot
from training.attendance import Desk, Entrance, Remark, Rule, SheetState, Signature, Status
from training.records import Modality
from training.records.ids import PersonId
from training.store import RecordReader, Register


@pytest.fixture
def facts_of(services: Services, school: OrganisationId, reader: RecordReader) -> Callable[..., SlotFact]:
    """What facts make of a slot for a person, from the log alone, as of a time."""

    def find(person_id: str, slot_id: str, time: str = "12:00", day: int = 6) -> SlotFact:
        traces = [extract_trace(entry) for entry in services.statements.since(school, 0)]
        as_of = micros(f"2026-01-{day:02}T{time}:00+00:00")
        facts = derive(PersonId(person_id), traces, reader.records(school), default_rules(), as_of)
        return next(fact for fact in facts.slots if fact.slot_id == slot_id)

    return find


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


NOTED = (
    (Remark(Status.LATE, late_seconds=1500), Presence.LATE, 11_100, 0),
    (Remark(Status.LATE, late_seconds=1500, is_justified=True), Presence.LATE, 11_100, 1500),
    (Remark(Status.LEFT_EARLY, early_seconds=3600, is_justified=True), Presence.LEFT_EARLY, 9000, 3600),
    (Remark(Status.LATE, late_seconds=600, early_seconds=600), Presence.LATE, 11_400, 0),
    (Remark(Status.PRESENT), Presence.PRESENT, 12_600, 0),
    (Remark(Status.ABSENT_JUSTIFIED), Presence.ABSENT_JUSTIFIED, 0, 12_600),
    (Remark(Status.ABSENT_UNJUSTIFIED), Presence.ABSENT_UNJUSTIFIED, 0, 0),
)


def test_what_the_trainer_notes_is_what_is_credited(desk: Desk, school, facts_of, clock: FixedClock):
    for remark, presence, credited, justified in NOTED:
        clock.micros += 1_000_000
        mark = desk.mark(school, "matin", "e1", remark, TRAINER)

        fact = facts_of("lea", "matin")

        micros_ = (fact.credited_micros, fact.justified_micros)
        assert (fact.presence, micros_) == (presence, (credited * 1_000_000, justified * 1_000_000))
        # Nobody signed: the trainer says so.
        assert fact.confidence is (Confidence.DECLARED if credited else None)
        desk.void(school, "matin", "e1", mark.statement_id, "essai suivant", TRAINER)


def test_a_correction_counts_from_when_it_was_made_and_what_was_said_before_can_still_be_asked(
    desk: Desk, sign: Sign, school, facts_of, clock: FixedClock
):
    desk.open(school, "matin", TRAINER)
    signed = sign("Léa").mark
    at(clock, "14:00")
    desk.correct(school, "matin", "e1", signed.statement_id, Remark(Status.ABSENT_UNJUSTIFIED), "erreur", TRAINER)

    before, after = facts_of("lea", "matin", "13:00"), facts_of("lea", "matin", "15:00")

    assert (before.presence, before.credited_micros) == (Presence.PRESENT, 12_600_000_000)
    assert (after.presence, after.credited_micros) == (Presence.ABSENT_UNJUSTIFIED, 0)


def test_a_remote_half_day_signed_is_credited_and_its_day_is_the_slot_s_however_late_it_was_signed(
    desk: Desk, entrance: Entrance, school, register: Register, facts_of, clock: FixedClock
):
    remote = slot(mode=Modality.SYNC_REMOTE, place="classe virtuelle")
    register.write(school, [change(enrolment(contracts=())), change(remote)], "essai")
    at(clock, "09:00", day=12)
    ticket = entrance.prove_by_link(desk.personal_link(school, "matin", "e2", TRAINER).token, PHONE).token
    reading = entrance.read(ticket)
    entrance.sign(ticket, Signature(reading.text_sha256, None, "connexion coupée"), PHONE)

    fact = facts_of("zoe", "matin", "10:00", day=12)

    assert "en classe virtuelle" in reading.text
    assert "Lieu\u00a0: classe virtuelle." in reading.text
    assert (fact.presence, fact.credited_micros, fact.confidence) == (
        Presence.PRESENT,
        12_600_000_000,
        Confidence.SIGNED,
    )
    assert fact.day.isoformat() == "2026-01-06"


def test_somebody_without_an_identity_gets_one_and_the_mark_is_found_by_it(
    desk: Desk, school, reader: RecordReader, facts_of
):
    desk.mark(school, "matin", "e3", Remark(Status.PRESENT), TRAINER)

    assert [identity.text for identity in reader.records(school).people[PersonId("sam")].identities] == [
        "account https://assidu.example/xapi/people sam"
    ]
    assert facts_of("sam", "matin").credited_micros == 12_600_000_000
    desk.open(school, "matin", TRAINER)
    # Zoé's comes from the opening: she has an address, and no identity.
    assert reader.records(school).identities_of(PersonId("zoe")) == ("account https://assidu.example/xapi/people zoe",)


def test_the_marks_of_somebody_merged_count_for_who_they_are(
    desk: Desk, school, register: Register, reader: RecordReader, facts_of
):
    desk.mark(school, "matin", "e2", Remark(Status.PRESENT), TRAINER)
    zoe = reader.records(school).people[PersonId("zoe")]
    double = person("zoe-bis", last_name="Martin-Petit", first_name="Zoé", identities=())
    register.write(school, [change(double)], "essai")

    register.write(school, [change(replace(zoe, merged_into=PersonId("zoe-bis")))], "essai")

    assert facts_of("zoe-bis", "matin").credited_micros == 12_600_000_000
    line = desk.sheet(school, "matin").line("e2")
    assert line is not None
    assert (line.name, line.person_id) == ("Zoé Martin-Petit", "zoe-bis")
    assert desk.mark(school, "matin", "e2", Remark(Status.PRESENT), TRAINER) == line.mark


def test_a_session_keeps_the_title_of_the_programme_it_was_agreed_with(desk: Desk, school, register: Register):
    register.write(school, [change(programme(title="Nouveau titre", completion_rule_id="regle"))], "essai")
    assert desk.sheet(school, "matin").title == "Nouveau titre"
    register.write(school, [change(session(trainer_ids=("yann",), programme_version=1))], "essai")
    assert desk.sheet(school, "matin").title == "Droit du travail"


def test_a_countersignature_is_under_the_sheet_that_was_shown(
    desk: Desk, sign: Sign, school, services: Services, clock: FixedClock
):
    desk.open(school, "matin", TRAINER)
    sign("Léa")
    shown = desk.sheet(school, "matin")
    assert desk.countersign_text(school, "matin", TRAINER).startswith("Je soussigné(e) Yann Le Gall certifie l’exact")
    sign("Zoé")
    with pytest.raises(PreconditionFailed):
        desk.countersign(school, "matin", shown.sha256, TRAINER)
    at(clock, "11:31")
    sheet = desk.sheet(school, "matin")
    first = desk.countersign(school, "matin", sheet.sha256, TRAINER, drawing=png(4)).countersignature
    clock.micros += 1_000_000
    again = desk.countersign(school, "matin", sheet.sha256, TRAINER).countersignature

    assert first is not None
    assert again == first
    (entry,) = services.statements.entries(school, [first.statement_id])
    parts = {part.sha2: part.content for part in services.read.parts(school, entry.attachments)}
    assert parts[sheet.sha256] == sheet.content
    assert parts[first.drawing_sha256 or ""] == png(4)
    sam = next(line for line in desk.sheet(school, "matin").lines if line.first_name == "Sam")
    desk.mark(school, "matin", sam.enrolment_id, Remark(Status.ABSENT_UNJUSTIFIED), TRAINER)
    changed = desk.sheet(school, "matin")
    assert changed.countersignature is not None
    assert not changed.countersignature.is_current
    assert changed.flags == (Rule.TRAINER_MISSING,)
    assert desk.countersign(school, "matin", changed.sha256, TRAINER).flags == ()


def test_a_countersignature_that_was_voided_can_be_given_again(desk: Desk, school, services: Services, caller):
    desk.mark(school, "matin", "e1", Remark(Status.PRESENT), TRAINER)
    sha256 = desk.sheet(school, "matin").sha256
    first = desk.countersign(school, "matin", sha256, TRAINER).countersignature
    assert first is not None
    voiding = {
        "actor": {"mbox": "mailto:x@exemple.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(first.statement_id)},
    }
    services.ingest.post(caller, Version.V2_0_0, orjson.dumps(voiding))
    assert desk.sheet(school, "matin").countersignature is None

    second = desk.countersign(school, "matin", sha256, TRAINER).countersignature

    assert second is not None
    assert second.is_current
    assert second.statement_id != first.statement_id


def test_which_trainer_signs_is_clear_or_asked_for(desk: Desk, school, register: Register):
    desk.mark(school, "matin", "e1", Remark(Status.PRESENT), TRAINER)
    sha256 = desk.sheet(school, "matin").sha256
    two = person("ana", first_name="Ana", last_name="Costa")
    register.write(school, [change(two), change(session(trainer_ids=("yann", "ana")))], "essai")
    sha256 = desk.sheet(school, "matin").sha256
    with pytest.raises(InvalidRequest) as refused:
        desk.countersign(school, "matin", sha256, TRAINER)
    assert (refused.value.problems[0].pointer, refused.value.problems[0].accepted) == ("/trainer_id", "yann or ana")

    under = desk.countersign(school, "matin", sha256, TRAINER, trainer_id=PersonId("ana")).countersignature

    assert under is not None
    assert (under.trainer_name, under.recorded_by) == ("Ana Costa", "account 65f0")


def test_nothing_is_countersigned_where_nothing_is_recorded(desk: Desk, school):
    with pytest.raises(Conflict) as refused:
        desk.countersign(school, "matin", desk.sheet(school, "matin").sha256, TRAINER)
    assert refused.value.problems[0].requirement == "attendance.nothing_marked"


def test_opening_and_closing_leave_a_statement_each_and_are_the_same_when_done_again(
    desk: Desk, school, services: Services, clock: FixedClock
):
    shown = desk.open(school, "matin", TRAINER)
    clock.micros += 1_000_000
    assert desk.open(school, "matin", TRAINER) == shown
    closed = desk.close(school, "matin", TRAINER)
    clock.micros += 1_000_000
    assert desk.close(school, "matin", TRAINER) == closed
    desk.open(school, "matin", TRAINER)

    verbs = [
        orjson.loads(entry.body)["verb"]["id"].rpartition("/")[2] for entry in services.statements.since(school, 0)
    ]
    assert verbs == ["opened-sheet", "closed-sheet", "opened-sheet"]


def test_an_opening_that_died_before_its_statement_is_made_good(desk: Desk, school, services: Services, clock):
    from training.attendance.openings import Openings

    Openings(services).open(school, "matin", TRAINER, micros("2026-01-06T20:00:00+00:00"))
    assert list(services.statements.since(school, 0)) == []
    clock.micros += 1_000_000

    desk.open(school, "matin", TRAINER)

    (entry,) = services.statements.since(school, 0)
    assert orjson.loads(entry.body)["timestamp"] == "2026-01-06T08:10:00.000000Z"
