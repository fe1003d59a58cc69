"""A report becomes statements, and those become credited time; all of it or nothing, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from analytics.derivation import PersonFacts, derive
from analytics.facts import Confidence, Presence
from analytics.rules import rule_book
from analytics.traces import extract_trace
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros
from lrs.errors import InvalidRequest, NotFound
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from schemas.loader import compiled
from tests.training.examples import change
from tests.training.meetings.reports import AFTERWARDS, ENCODINGS, FOLDER, enrolment, person, records, report, slot
from training.meetings import Asked, MeetingReport, import_report
from training.meetings.stamps import DateOrder
from training.records.person import merged
from training.records.slot import Cancellation, CancelledBy, HalfDay
from training.store import RecordReader, Register

HOUR = 3600


@pytest.fixture
def send(services: Services, caller: Caller, school: OrganisationId):
    def send(data: bytes, session: str = "mars", **asked: Any) -> MeetingReport:
        return import_report(services, caller, session, data, Asked(**asked))

    return send


@pytest.fixture
def write(services: Services, school: OrganisationId):
    def write(*records: Any) -> None:
        Register(services.store, services.clock).write(school, [change(record) for record in records], "essai")

    return write


def entries(services: Services, organisation: OrganisationId) -> list[Any]:
    return list(services.statements.since(organisation, 0))


def facts(services: Services, organisation: OrganisationId, who: str) -> PersonFacts:
    records = RecordReader(services.store, services.clock).records(organisation)
    traces = [extract_trace(entry) for entry in entries(services, organisation)]
    return derive(who, traces, records, rule_book(records.law_overrides.values()), AFTERWARDS + 3_600_000_000)


def credit(services: Services, organisation: OrganisationId, who: str) -> dict[str, float]:
    return {fact.slot_id: fact.credited_micros / 1e6 for fact in facts(services, organisation, who).slots}


def zoom(*lines: str) -> bytes:
    head = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    return (head + "\n".join(lines)).encode()


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_a_slot_held_remotely_is_credited_from_the_report(name: str, send, services: Services, school: OrganisationId):
    done = send(report(name))

    assert [(who.status, who.person_id) for who in done.participants if who.stays] == [
        ("trainee", "lea"),
        ("trainee", "yann"),
    ]
    assert [who.status for who in done.participants if who.person_id == "anne"] == ["trainer"]
    lea = facts(services, school, "lea")
    (morning, afternoon) = lea.slots
    # 08:55 to 12:35, cut at 09:00 and 12:30.
    assert (morning.credited_micros, morning.logged_micros) == (12_600_000_000, 12_600_000_000)
    assert (morning.presence, morning.confidence) == (Presence.PRESENT, Confidence.MEASURED)
    assert (afternoon.credited_micros, afternoon.presence) == (0, Presence.UNKNOWN)
    assert lea.enrolment("e-lea").credited_seconds["SYNC_REMOTE"] == 12_600
    assert not lea.anomalies
    # An hour and two hours eighteen; BigBlueButton only says that it was three hours eighteen in all.
    assert credit(services, school, "yann") == {"matin": 11_880, "midi": 0}


def test_statements_are_of_the_profile_and_carry_where_they_come_from(send, services: Services, school: OrganisationId):
    done = send(report("teams-2022-en.csv"))

    bodies = [orjson.loads(entry.body) for entry in entries(services, school)]
    assert len(bodies) == done.stored == 6
    assert all(compiled("virtual_classroom/stay.json").is_valid(body) for body in bodies)
    first = bodies[0]
    assert first["timestamp"] == "2026-03-03T09:00:00.000+01:00"
    assert first["context"]["platform"] == "Microsoft Teams"
    said = {iri.rpartition("/")[2]: value for iri, value in first["context"]["extensions"].items()}
    assert said["evidence"] == [{"type": "meeting-report", "sha256": done.sha256, "lines": [18]}]
    assert (said["reported-joining"], said["reported-leaving"]) == ("3/3/26, 8:55:00 AM", "3/3/26, 12:35:00 PM")
    assert said["matched-by"] == "email"
    assert b"Martin" not in b"".join(entry.body for entry in entries(services, school))


def test_a_report_sent_again_stores_nothing_new(send, services: Services, school: OrganisationId):
    first, second = send(report("zoom-en.csv")), send(report("zoom-en.csv"))

    assert (first.stored, first.already_stored) == (6, 0)
    named = [name for who in second.participants for stay in who.stays for name in stay.statement_ids]
    assert sorted(named) == sorted(entry.statement_id for entry in entries(services, school))
    assert (second.stored, second.already_stored) == (0, 6)
    assert len(entries(services, school)) == 6


def test_a_fuller_report_of_the_same_meeting_counts_once(send, services: Services, school: OrganisationId):
    send(zoom("Léa Martin,lea@exemple.fr,2026-03-03 09:00:00,2026-03-03 10:00:00,60"))
    send(zoom("Léa Martin,lea@exemple.fr,2026-03-03 09:00:00,2026-03-03 12:30:00,210"))

    lea = facts(services, school, "lea")
    assert [fact.credited_micros / 1e6 for fact in lea.slots] == [12_600, 0]
    assert [day.connected_micros for day in lea.days if day.slot_id == "matin"] == [12_600_000_000]
    assert not lea.anomalies


def test_one_meeting_may_cover_several_slots_and_lunch_is_nobody_s(send, services: Services, school: OrganisationId):
    done = send(
        zoom(
            "Léa Martin,,2026-03-03 08:30:00,2026-03-03 18:00:00,570",
            "Léa Martin,,2026-03-03 09:30:00,2026-03-03 10:00:00,30",
        )
    )

    (lea,) = done.participants
    assert [(stay.slot_id, stay.seconds) for stay in lea.stays] == [("matin", 12_600), ("midi", 12_600)]
    assert credit(services, school, "lea") == {"matin": 12_600, "midi": 12_600}


def test_a_summary_credits_only_what_must_have_been_in_the_slot(send, services: Services, school: OrganisationId):
    head = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\n"
    # Nine hours, of which two were somewhere else: in the morning's three and a half at least one and a half.
    done = send((head + "Léa Martin\t2026-03-03 08:30:00\t2026-03-03 17:30:00\t7h\n").encode("utf-16"))

    (lea,) = done.participants
    assert [(stay.slot_id, stay.seconds, stay.is_shortened) for stay in lea.stays] == [
        ("matin", 5400, True),
        ("midi", 5400, True),
    ]


def test_a_joining_without_leaving_shows_no_time(send, services: Services, school: OrganisationId):
    done = send(zoom("Léa Martin,,2026-03-03 09:30:00,,"))

    assert (done.stored, [note.line for note in done.notes]) == (1, [2])
    assert credit(services, school, "lea")["matin"] == 0


def test_a_dry_run_says_what_would_be_recorded_and_records_nothing(send, services: Services, school: OrganisationId):
    told = send(report("zoom-en.csv"), dry_run=True)

    assert told == replace(send(report("zoom-en.csv")), dry_run=True)
    assert (told.stored, told.problems) == (6, ())


def test_who_is_not_known_keeps_all_out_until_a_person_decides(send, services: Services, school: OrganisationId):
    data = zoom("Léa Martin,,2026-03-03 09:00,2026-03-03 12:30,210", "iPad,,2026-03-03 09:00,2026-03-03 12:30,210",
                "Salle 2,salle2@exemple.fr,2026-03-03 09:00,2026-03-03 12:30,210",
                "Paul Durand,ailleurs@exemple.fr,2026-03-03 09:00,2026-03-03 12:30,210")  # fmt: skip
    with pytest.raises(InvalidRequest) as refusal:
        send(data)
    assert [(problem.pointer, problem.accepted) for problem in refusal.value.problems] == [
        ("line 3, name", "decisions=3:a trainee's id or decisions=3:skip"),
        ("line 4, name", "decisions=4:a trainee's id or decisions=4:skip"),
        ("line 5, name", "decisions=5:a trainee's id or decisions=5:skip"),
    ]
    assert "ailleurs is not enrolled" in refusal.value.problems[2].message
    assert entries(services, school) == []
    assert [problem.line for problem in send(data, dry_run=True).problems] == [3, 4, 5]

    done = send(data, decisions={3: "yann", 4: None, 5: None})

    assert [(who.status, who.matched_by) for who in done.participants] == [
        ("trainee", "name"), ("trainee", "decision"), ("skipped", None), ("skipped", "email"),
    ]  # fmt: skip
    assert credit(services, school, "yann")["matin"] == 12_600


def test_who_is_not_known_and_was_not_in_a_slot_needs_no_decision(send):
    done = send(zoom("Léa Martin,,2026-03-03 09:00,2026-03-03 12:30,210", "iPad,,2026-03-02 18:00,2026-03-02 18:05,5"))
    assert [(who.status, who.outside_seconds) for who in done.participants] == [("trainee", 0), ("undecided", 300)]


@pytest.mark.parametrize(
    ("decisions", "line", "message"),
    [
        ({9: "lea"}, 9, "names no participant"),
        ({2: "personne"}, 2, "no such person"),
        ({2: "ailleurs"}, 2, "not enrolled"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(send, decisions, line, message):
    told = send(zoom("iPad,,2026-03-03 09:00,2026-03-03 12:30,210"), decisions=decisions, dry_run=True)
    assert any(problem.line == line and message in problem.message for problem in told.problems)


def test_decisions_about_one_participant_agree(send):
    data = zoom("iPad,,2026-03-03 09:00,2026-03-03 10:00,60", "iPad,,2026-03-03 10:10,2026-03-03 12:30,140")
    assert send(data, decisions={2: "lea"}).stored == 4
    assert "contradict" in send(data, decisions={2: "lea", 3: "yann"}, dry_run=True).problems[0].message


def test_whoever_has_no_identity_gets_one_that_facts_find(send, services: Services, school: OrganisationId):
    assert send(zoom("Zoé Diaz,,2026-03-03 09:00,2026-03-03 12:30,210"), dry_run=True).stored == 2
    assert RecordReader(services.store, services.clock).records(school).identities_of("zoe") == ()

    send(zoom("Zoé Diaz,,2026-03-03 09:00,2026-03-03 12:30,210"))

    assert credit(services, school, "zoe")["matin"] == 12_600
    assert send(zoom("Zoé Diaz,,2026-03-03 09:00,2026-03-03 12:30,210")).stored == 0


def test_somebody_enrolled_under_a_record_that_was_merged_is_credited(send, write, services: Services, school):
    write(merged(person("zoe", "Zoé", "Diaz", email="", identities=()), "ailleurs"))

    done = send(zoom("Paul Durand,,2026-03-03 09:00,2026-03-03 12:30,210"))

    assert [(who.person_id, who.enrolment_id) for who in done.participants] == [("ailleurs", "e-zoe")]
    assert credit(services, school, "ailleurs")["matin"] == 12_600


def test_what_was_voided_is_not_recorded_again(send, services: Services, caller: Caller, school: OrganisationId):
    data = zoom("Léa Martin,,2026-03-03 09:00,2026-03-03 12:30,210")
    send(data)
    joining = entries(services, school)[0].statement_id
    voiding = {
        "actor": {"mbox": "mailto:anne@exemple.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(joining)},
    }
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps(voiding))

    assert send(data).already_stored == 2
    assert credit(services, school, "lea")["matin"] == 0


def test_times_of_another_zone_are_read_in_it(send):
    done = send(zoom("Léa Martin,,2026-03-03 08:00,2026-03-03 11:30,210"), time_zone="UTC")
    assert done.participants[0].stays[0].joined_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
    with pytest.raises(InvalidRequest, match="no such time zone"):
        send(zoom("Léa Martin,,2026-03-03 08:00,2026-03-03 11:30,210"), time_zone="Paris")


def test_what_has_not_happened_yet_is_refused(send, clock: FixedClock):
    clock.micros = Micros(1_772_524_800_000_000)  # 09:00 in Paris
    text = zoom("Léa Martin,,03/04/2026 09:00,03/04/2026 12:30,210")
    (told,) = [item for item in send(text, dry_run=True, date_order=DateOrder.DMY).problems if item.column == "joined"]
    assert "not happened yet" in told.message


def test_a_report_of_another_day_names_the_slots_there_are(send):
    with pytest.raises(InvalidRequest) as refusal:
        send(zoom("Léa Martin,,2026-03-02 09:00,2026-03-02 12:30,210"))
    (problem,) = refusal.value.problems
    assert problem.accepted == "2026-03-03 09:00 to 12:30 (matin); 2026-03-03 13:30 to 17:00 (midi)"


def test_only_slots_that_were_held_remotely_take_a_report(send, write):
    data = zoom("Léa Martin,,2026-03-03 09:00,2026-03-03 17:00,480")
    assert [stay.slot_id for stay in send(data, slot_id="midi", dry_run=True).participants[0].stays] == ["midi"]
    write(slot("matin", 8, HalfDay.AM, cancelled=Cancellation(CancelledBy.PROVIDER)))
    assert [stay.slot_id for stay in send(data, dry_run=True).participants[0].stays] == ["midi"]
    with pytest.raises(InvalidRequest, match="not held remotely"):
        send(data, slot_id="matin")
    with pytest.raises(NotFound):
        send(data, slot_id="soir")
    with pytest.raises(NotFound):
        send(data, session="avril")


def test_two_people_of_one_name_are_told_apart_by_a_person(send, write):
    write(person("lea2", "Léa", "Martin"), enrolment("lea2", "3f2504e0-4f89-41d3-9a0c-0305e82c3309"))
    told = send(zoom("Léa Martin,,2026-03-03 09:00,2026-03-03 12:30,210"), dry_run=True)
    assert told.problems[0].accepted == "decisions=2:lea or decisions=2:lea2 or decisions=2:skip"
    assert told.participants[0].candidates == ("lea", "lea2")


def test_an_organisation_s_report_finds_nobody_of_another(send, services: Services, school: OrganisationId):
    other = Organisations(services.store, services.clock).create("voisins", "Voisins").number
    theirs = [replace(item, email="z@exemple.fr") if item.id == "zoe" else item for item in records()]
    Register(services.store, services.clock).write(other, [change(record) for record in theirs], "essai")

    assert send(zoom("Z,z@exemple.fr,2026-03-03 09:00,2026-03-03 12:30,210"), dry_run=True).problems
    send(report("zoom-en.csv"))

    assert entries(services, other) == []


def test_a_report_over_http(client, auth, school: OrganisationId):
    def post(name: str, query: str = "", status: int = 200) -> Any:
        path = f"/api/v1/training-sessions/mars/meeting-reports{query}"
        data = report(name) if name in ENCODINGS else name.encode()
        answer = client.post(path, data=data, headers={**auth, "Content-Type": "text/csv"})
        assert answer.status_code == status, answer.text
        return answer.json

    told = post("teams-2022-fr.csv", "?dry_run=true")
    assert (told["dry_run"], told["stored"], told["date_order"], told["encoding"]) == (True, 6, "dmy", "UTF-16")
    (stay,) = told["participants"][1]["stays"]
    assert len(stay.pop("statement_ids")) == 2
    assert stay == (
        {"slot_id": "matin", "joined_at": "2026-03-03T08:00:00+00:00", "left_at": "2026-03-03T11:30:00+00:00",
         "seconds": 12_600, "is_shortened": False}
    )  # fmt: skip
    assert post("teams-2022-fr.csv")["stored"] == 6
    assert post("teams-2022-fr.csv")["already_stored"] == 6
    ambiguous = (FOLDER / "zoom-fr.csv").read_text("utf-8").replace("03/03/2026", "03/02/2026")
    assert post(ambiguous, "", 400)["errors"][0]["pointer"] == "query:date_order"
    for decisions in ("x", "2:lea,2:yann", "0:lea", "2:"):
        assert post("zoom-fr.csv", f"?decisions={decisions}", 400)["errors"][0]["pointer"] == "query:decisions"
    assert post("zoom-fr.csv", "?dry_run=true&decisions=2:lea,%203:skip")["participants"][1]["status"] == "skipped"


def test_google_meet_writes_times_of_a_day_that_the_slot_says(send, services: Services, school: OrganisationId):
    data = (FOLDER / "google-meet-en.csv").read_bytes()

    done = send(data)

    assert (done.tool, done.problems) == ("google-meet", ())
    assert credit(services, school, "lea") == {"matin": 12_600, "midi": 0}
    # Two hours somewhere in three and a half.
    assert credit(services, school, "yann") == {"matin": 7_200, "midi": 0}


def test_google_meet_without_a_day_is_refused_where_the_class_has_several(send, write):
    others = {"held_on": date(2026, 3, 4), "starts_at": datetime(2026, 3, 4, 8, tzinfo=UTC)}
    write(slot("midi", 8, HalfDay.AM, **others, ends_at=datetime(2026, 3, 4, 11, 30, tzinfo=UTC)))
    data = (FOLDER / "google-meet-en.csv").read_bytes()

    with pytest.raises(InvalidRequest) as refusal:
        send(data)

    wrong = {problem.accepted for problem in refusal.value.problems if problem.pointer.endswith((", joined", ", left"))}
    assert wrong == {"slot_id, the half-day that the report is of"}
    assert send(data, slot_id="matin").problems == ()
