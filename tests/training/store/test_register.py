"""Writing records: whole or not at all, each version kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent, CommandSucceededEvent

from lrs.clock import FixedClock
from lrs.errors import Conflict, InvalidRequest, NotFound, PreconditionFailed
from lrs.organisations import Organisations
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from tests.training.examples import HOUR, change, enrolment, organisation_records, person, programme, session, slot
from training.records import Cancellation, CancelledBy, Contract, Exit, ExitReason, Identity, Modality, Waiver
from training.records.kinds import Kind
from training.store import Change, RecordReader, Register


def messages(error: pytest.ExceptionInfo[InvalidRequest]) -> list[str]:
    return [f"{problem.pointer} {problem.message}" for problem in error.value.problems]


def test_what_is_written_is_read_back(furnished: OrganisationId, reader: RecordReader) -> None:
    records = reader.records(furnished)

    found = {
        item
        for part in (records.people, records.programmes, records.sessions, records.slots, records.enrolments)
        for item in part
    }
    assert found == {"lea", "yann", "prog", "janvier", "matin", "lendemain", "e1"}
    assert records.sessions["janvier"] == session(trainer_ids=("yann",))
    assert records.completion_rules["regle"].title == "Tout"
    assert records.change == len(organisation_records())


def test_each_change_makes_a_version_with_the_next_number(
    furnished: OrganisationId, register: Register, reader: RecordReader
) -> None:
    before = reader.head(furnished).change

    (second,) = register.write(furnished, [change(person(phone="01"))], "essai")
    (third,) = register.write(furnished, [change(person(phone="02"))], "autre")

    assert (second.version, third.version) == (2, 3)
    assert (second.change, third.change) == (before + 1, before + 2)
    history = reader.history(furnished, Kind.PERSON, "lea")
    assert [entry.record.phone for entry in history] == ["", "01", "02"]
    assert [entry.recorded_by for entry in history] == ["essai", "essai", "autre"]
    assert history[0].until == second.recorded_at


def test_what_says_the_same_makes_no_version(
    furnished: OrganisationId, register: Register, reader: RecordReader
) -> None:
    before = reader.head(furnished)

    (same,) = register.write(furnished, [change(person())], "essai")

    assert same.version == 1
    assert reader.head(furnished).change == before.change


def test_an_answer_for_an_instant_stays_the_same_whatever_is_written_later(
    furnished: OrganisationId, register: Register, reader: RecordReader, clock: FixedClock
) -> None:
    clock.micros += 1_000_000
    instant = clock.now_micros()
    first = reader.records(furnished, instant)

    register.write(furnished, [change(person(phone="01"))], "essai")
    register.write(furnished, [Change(Kind.SLOT, "lendemain", None)], "essai")

    assert reader.records(furnished, instant).people == first.people
    assert reader.records(furnished, instant).slots == first.slots
    assert reader.get(furnished, Kind.PERSON, "lea", instant).record.phone == ""
    assert "lendemain" not in reader.records(furnished).slots


def test_whatever_was_written_each_instant_keeps_its_answer(
    furnished: OrganisationId, register: Register, reader: RecordReader, clock: FixedClock
) -> None:
    chance = Random(2026)
    answers = []
    for at in range(60):
        name = f"p{chance.randrange(6)}"
        there = name in reader.records(furnished).people
        wanted = None if there and chance.random() < 0.3 else person(name, phone=str(at))
        register.write(furnished, [Change(Kind.PERSON, name, wanted)], "essai")
        # The clock stands still, goes on, or goes back.
        clock.micros += chance.choice((0, 0, 1, 5_000_000, -2_000_000))
        instant = chance.choice((clock.now_micros(), reader.head(furnished).recorded_at))
        answers.append((instant, reader.records(furnished, instant).people))

    for instant, people in answers:
        assert reader.records(furnished, instant).people == people
    changes = reader.changes_since(furnished, 0, 1000)
    assert [entry.change for entry in changes] == list(range(1, len(changes) + 1))


def test_a_clock_that_goes_back_does_not_put_a_change_behind_another(
    furnished: OrganisationId, register: Register, reader: RecordReader, clock: FixedClock
) -> None:
    clock.micros -= 3_600_000_000

    (entry,) = register.write(furnished, [change(person(phone="01"))], "essai")

    assert entry.recorded_at > reader.history(furnished, Kind.PERSON, "lea")[0].recorded_at


def test_before_an_organisation_had_records_it_had_none(furnished: OrganisationId, reader: RecordReader) -> None:
    records = reader.records(furnished, reader.head(furnished).recorded_at - 1)

    assert not records.people
    assert not records.sessions


def test_one_wrong_record_keeps_all_of_the_request_out(
    organisation: OrganisationId, register: Register, reader: RecordReader
) -> None:
    with pytest.raises(InvalidRequest):
        register.write(organisation, [change(person()), change(session(programme_id="inconnu"))], "essai")

    assert reader.head(organisation).change == 0
    assert not reader.records(organisation).people


def test_a_stale_version_is_refused(furnished: OrganisationId, register: Register) -> None:
    register.write(furnished, [change(person(phone="01"), expected=1)], "essai")

    with pytest.raises(PreconditionFailed, match="replaces version 1; the newest is 2"):
        register.write(furnished, [change(person(phone="02"), expected=1)], "essai")
    with pytest.raises(Conflict, match="say which version"):
        register.write(furnished, [change(person(phone="02"), expected=0)], "essai")


def test_of_writers_at_once_each_version_is_written_once(
    furnished: OrganisationId, register: Register, reader: RecordReader
) -> None:
    def write(at: int) -> bool:
        try:
            register.write(furnished, [change(person(phone=str(at)), expected=1)], "essai")
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(write, range(8)))

    assert won.count(True) == 1
    assert len(reader.history(furnished, Kind.PERSON, "lea")) == 2


def test_changes_of_many_writers_are_numbered_without_gaps(
    organisation: OrganisationId, register: Register, reader: RecordReader
) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: register.write(organisation, [change(person(f"p{at}"))], "essai"), range(20)))

    changes = reader.changes_since(organisation, 0, 100)
    assert [entry.change for entry in changes] == list(range(1, 21))
    instants = [entry.recorded_at for entry in changes]
    assert instants == sorted(set(instants))


def test_what_is_deleted_is_gone_and_its_history_stays(
    furnished: OrganisationId, register: Register, reader: RecordReader
) -> None:
    register.write(furnished, [Change(Kind.SLOT, "lendemain", None, note="annulé")], "essai")

    with pytest.raises(NotFound):
        reader.get(furnished, Kind.SLOT, "lendemain")
    assert [entry.is_deleted for entry in reader.history(furnished, Kind.SLOT, "lendemain")] == [False, True]
    (again,) = register.write(furnished, [change(slot("lendemain", 7), expected=0)], "essai")
    assert again.version == 3


def test_what_others_name_cannot_be_deleted(furnished: OrganisationId, register: Register) -> None:
    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [Change(Kind.TRAINING_SESSION, "janvier", None)], "essai")

    assert messages(error) == [
        " The enrolment e1 names it.",
        " The slot lendemain names it.",
        " The slot matin names it.",
    ]


def test_what_others_name_can_be_deleted_with_them(furnished: OrganisationId, register: Register) -> None:
    names = [(Kind.ENROLMENT, "e1"), (Kind.SLOT, "lendemain"), (Kind.SLOT, "matin"), (Kind.TRAINING_SESSION, "janvier")]

    entries = register.write(furnished, [Change(kind, name, None) for kind, name in names], "essai")

    assert all(entry.is_deleted for entry in entries)


def test_an_identity_belongs_to_one_person(furnished: OrganisationId, register: Register) -> None:
    other = person("autre", identities=(Identity.mbox("lea@exemple.fr"),))

    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(other)], "essai")

    assert messages(error) == ["/identities/0 This identity belongs to the person lea."]


def test_two_accounts_on_one_system_contradict_each_other(organisation: OrganisationId, register: Register) -> None:
    accounts = tuple(Identity.account("https://moodle.exemple.fr", name) for name in ("41", "42"))

    with pytest.raises(InvalidRequest) as error:
        register.write(organisation, [change(person(identities=accounts))], "essai")

    assert messages(error) == ["/identities/1 Two accounts on https://moodle.exemple.fr contradict each other."]


def test_an_identity_can_move_from_one_person_to_another_in_one_request(
    furnished: OrganisationId, register: Register, reader: RecordReader
) -> None:
    mine = person().identities

    register.write(furnished, [change(person(identities=())), change(person("autre", identities=mine))], "essai")

    assert reader.records(furnished).person_of("mbox mailto:lea@exemple.fr") == "autre"


def test_people_are_not_merged_in_a_circle(furnished: OrganisationId, register: Register) -> None:
    register.write(furnished, [change(person(merged_into="yann"))], "essai")

    with pytest.raises(InvalidRequest, match="contradict") as error:
        register.write(furnished, [change(person("yann", merged_into="lea"))], "essai")

    assert any("circle" in message for message in messages(error))


def test_a_slot_before_its_session_is_refused(furnished: OrganisationId, register: Register) -> None:
    early = slot("tot", held_on=date(2025, 12, 5))
    early = replace(early, starts_at=early.starts_at.replace(year=2025, month=12, day=5))
    early = replace(early, ends_at=early.ends_at.replace(year=2025, month=12, day=5))

    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(early)], "essai")

    assert "/held_on The slot comes before its session, which starts on 2026-01-05." in messages(error)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ends_at": datetime(2026, 1, 6, 7, tzinfo=UTC)}, "/ends_at The slot ends before it starts."),
        ({"mode": Modality.ASYNC}, "/mode Nobody is present in this mode."),
        ({"held_on": date(2026, 1, 7)}, "/starts_at In Europe/Paris this is on 2026-01-06."),
        ({"module_id": "m9"}, "/module_id The programme prog has no such module."),
        ({"trainer_id": "personne"}, "/trainer_id There is no person personne."),
        ({"session_id": "mars"}, "/session_id There is no training session mars."),
    ],
)
def test_a_slot_that_contradicts_itself_or_its_session_is_refused(
    furnished: OrganisationId, register: Register, changes: dict[str, object], problem: str
) -> None:
    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(slot(**changes))], "essai")

    assert problem in messages(error)


def test_a_slot_on_a_sunday_or_a_holiday_takes_a_session_that_allows_it(
    organisation: OrganisationId, register: Register
) -> None:
    may = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31)}
    feast = datetime(2026, 5, 14, 8, tzinfo=UTC)
    ascension = slot(held_on=feast.date(), starts_at=feast, ends_at=feast.replace(hour=10))
    known = [change(programme()), change(session(**may))]

    with pytest.raises(InvalidRequest) as error:
        register.write(organisation, [*known, change(ascension)], "essai")
    allowed = change(session(**may, allows_sundays_and_holidays=True))
    register.write(organisation, [known[0], allowed, change(ascension)], "essai")

    assert messages(error) == ["/2/held_on 2026-05-14 is a public holiday (Ascension)."]


def test_slots_over_the_contract_are_refused_until_it_is_amended_or_they_are_waived(
    furnished: OrganisationId, register: Register
) -> None:
    third = change(slot("encore", 8))
    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [third], "essai")

    waiver = Waiver(int(3.5 * HOUR), "déjà acquis", slot_id="encore")
    amended = Contract(date(2026, 1, 8), {Modality.IN_PERSON: 11 * HOUR, Modality.ASYNC: 2 * HOUR}, "AVT-1")
    register.write(furnished, [third, change(enrolment(waived=(waiver,)))], "essai")
    register.write(furnished, [change(enrolment(contracts=(*enrolment().contracts, amended)))], "essai")

    assert messages(error) == [
        "/ends_at Enrolment e1: The session's slots last 10 h 30 min in IN_PERSON, over the contract's 7 h."
    ]


def test_a_slot_that_the_provider_cancelled_counts_for_no_contract(
    furnished: OrganisationId, register: Register
) -> None:
    cancelled = slot("encore", 8, cancelled=Cancellation(CancelledBy.PROVIDER, "formateur malade"))

    assert register.write(furnished, [change(cancelled)], "essai")


def test_a_person_is_once_in_a_session_and_a_registration_once_anywhere(
    furnished: OrganisationId, register: Register
) -> None:
    register.write(furnished, [change(person("double", merged_into="lea", identities=()))], "essai")

    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(enrolment("e2", person_id="double"))], "essai")

    assert messages(error) == [
        "/registration The enrolment e1 has this registration.",
        "/person_id This person is in this session by the enrolment e1.",
    ]


def test_whoever_was_merged_either_way_is_once_in_a_session(furnished: OrganisationId, register: Register) -> None:
    two = [
        person("seul", identities=()), person("premier", merged_into="seul", identities=()),
        person("second", merged_into="seul", identities=()),
    ]  # fmt: skip
    register.write(furnished, [change(item) for item in two], "essai")
    others = [
        enrolment("ea", person_id="premier", registration=UUID(int=1)),
        enrolment("eb", person_id="second", registration=UUID(int=2)),
    ]

    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(item) for item in others], "essai")

    assert messages(error) == [
        "/0/person_id This person is in this session by the enrolment eb.",
        "/1/person_id This person is in this session by the enrolment ea.",
    ]


def test_who_leaves_a_large_session_is_looked_at_without_reading_all_of_it(
    furnished: OrganisationId, store: Store, clock: FixedClock, mongod_uri: str, register: Register
) -> None:
    many = [person(f"p{at}", identities=()) for at in range(40)]
    enrolments = [enrolment(f"x{at}", person_id=f"p{at}", registration=UUID(int=at + 1)) for at in range(40)]
    register.write(furnished, [change(record) for record in (*many, *enrolments)], "essai")
    read: list[str] = []

    class Reads(CommandListener):
        def started(self, event: CommandStartedEvent) -> None: ...

        def succeeded(self, event: CommandSucceededEvent) -> None:
            if event.command_name in ("find", "getMore"):
                batch = event.reply["cursor"].get("firstBatch", event.reply["cursor"].get("nextBatch", []))
                read.extend(row["record_id"] for row in batch if "record_id" in row)

        def failed(self, event: Any) -> None: ...

    client: MongoClient[dict[str, Any]] = MongoClient(
        mongod_uri, tz_aware=True, uuidRepresentation="standard", event_listeners=[Reads()]
    )
    with client:
        left = replace(enrolments[7], exit=Exit(date(2026, 1, 20), ExitReason.ABANDON))
        Register(Store(client, store.database.name), clock).write(furnished, [change(left)], "essai")

    assert "x7" in read
    assert {name for name in read if name.startswith(("x", "p"))} <= {"x7", "p7", "prog"}


def test_a_session_does_not_move_away_from_its_slots(furnished: OrganisationId, register: Register) -> None:
    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(session(starts_on=date(2026, 1, 7)))], "essai")

    assert messages(error) == ["/starts_on The slots matin would be outside the session."]


def test_a_session_keeps_to_the_version_of_the_programme_that_was_agreed(
    furnished: OrganisationId, register: Register, reader: RecordReader
) -> None:
    register.write(furnished, [change(session(programme_version=1))], "essai")
    register.write(furnished, [change(programme(title="Nouveau"))], "essai")
    with pytest.raises(InvalidRequest) as error:
        register.write(furnished, [change(session(programme_version=9))], "essai")

    records = reader.records(furnished)
    assert records.programme_of("janvier").title == "Droit du travail"
    assert records.programmes["prog"].title == "Nouveau"
    assert messages(error) == ["/programme_version The programme has no such version."]


def test_one_record_twice_in_a_request_is_refused(organisation: OrganisationId, register: Register) -> None:
    with pytest.raises(InvalidRequest) as error:
        register.write(organisation, [change(person()), change(person(phone="01"))], "essai")

    assert messages(error) == ["/1/id lea is written twice in one request."]


def test_records_of_another_organisation_are_neither_seen_nor_named(
    furnished: OrganisationId, register: Register, reader: RecordReader, store: Store, clock: FixedClock
) -> None:
    other = Organisations(store, clock).create("autre", "Autre").number

    register.write(other, [change(person())], "essai")
    with pytest.raises(InvalidRequest) as error:
        register.write(other, [change(session())], "essai")

    assert messages(error) == ["/programme_id There is no programme prog."]
    assert set(reader.records(other).people) == {"lea"}
    assert [entry.change for entry in reader.changes_since(other, 0, 10)] == [1]
    with pytest.raises(NotFound):
        reader.get(other, Kind.PROGRAMME, "prog")
    assert reader.records(other).enrolment_of(UUID(int=0)) is None


def test_a_dry_run_says_what_would_be_and_leaves_nothing(
    organisation: OrganisationId, register: Register, reader: RecordReader
) -> None:
    outcome = register.try_write(organisation, [change(person())], "essai", dry_run=True)

    assert (outcome.written, outcome.created, outcome.problems) == (1, 1, ())
    assert not reader.records(organisation).people
    assert reader.head(organisation).change == 0
