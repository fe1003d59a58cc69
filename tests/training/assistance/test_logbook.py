"""The log of assistance: what is written stands in the organisation's log, once, and nowhere else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.traces import Role, extract_trace
from lrs.clock import FixedClock, Micros
from lrs.errors import InvalidRequest, NotFound
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.examples import change, enrolment, person
from training.assistance import Channel, Entry, Kind, Logbook, Outcome, delays_of, open_questions
from training.assistance.vocabulary import PROFILE, VERBS, ext
from training.assistance.writing import Helper
from training.attendance import Author
from training.records import Records
from training.records.ids import EnrolmentId, PersonId
from training.store import RecordReader, Register

E1 = EnrolmentId("e1")
TEXT = "Bonjour Léa, où en êtes-vous du quiz ?"


@pytest.fixture
def logbook(services: Services) -> Logbook:
    return Logbook(services)


@pytest.fixture
def records(reader: RecordReader, furnished: OrganisationId) -> Records:
    return reader.records(furnished)


@pytest.fixture
def yann(records: Records) -> Helper:
    return Helper(Author("account", "65f0", "Y. Le Gall"), records.people[PersonId("yann")])


def message(key: str = "1", **changes: object) -> Entry:
    return Entry(
        **{"kind": Kind.MESSAGE, "key": key, "channel": Channel.EMAIL, "subject": "Le quiz", "text": TEXT, **changes}
    )  # type: ignore[arg-type]  # a test's own


def stored(services: Services, organisation: OrganisationId) -> list[dict]:
    return [json.loads(entry.body) for entry in services.statements.since(organisation, 0)]


def test_a_message_is_one_statement_that_says_who_wrote_to_whom_when_how_and_about_what(
    logbook, services, furnished, records, yann
):
    exchange, is_new = logbook.record(furnished, records, E1, message(), yann)

    (statement,) = stored(services, furnished)
    context = statement["context"]
    assert is_new
    assert statement["id"] == str(exchange.statement_id)
    assert statement["actor"]["mbox"] == "mailto:lea@exemple.fr"
    assert statement["verb"]["id"] == VERBS[Kind.MESSAGE]["id"]
    assert context["instructor"]["name"] == "Yann Le Gall"
    assert context["registration"] == str(records.enrolments[E1].registration)
    assert context["contextActivities"]["category"][0]["id"] == PROFILE
    assert context["extensions"][ext("channel")] == "email"
    assert context["extensions"][ext("subject")] == "Le quiz"
    assert context["extensions"][ext("recorded-by")] == "account 65f0"
    assert statement["authority"]["account"]["name"] == "assistance-log"
    assert TEXT not in json.dumps(statement, ensure_ascii=False)
    assert logbook.text(furnished, exchange) == TEXT


def test_an_act_that_is_sent_again_is_logged_once(logbook, services, furnished, records, yann, clock: FixedClock):
    first, _ = logbook.record(furnished, records, E1, message(), yann)
    clock.micros = Micros(clock.micros + 60_000_000)

    again, is_new = logbook.record(furnished, records, E1, message(), yann)

    assert again == first
    assert not is_new
    assert len(stored(services, furnished)) == 1


def test_what_was_read_back_is_what_was_logged(logbook, furnished, records, yann):
    at = datetime(2026, 1, 4, 17, 30, tzinfo=UTC)
    entry = Entry(
        Kind.TALK, "2", Channel.TELEPHONE, "Absences", "Reprend lundi.", at, Outcome.RESUMES, ("missed_half_days",)
    )
    logbook.record(furnished, records, E1, entry, yann)

    (found,) = logbook.exchanges(furnished, [E1])[E1]

    assert (found.kind, found.key, found.channel, found.subject) == (Kind.TALK, "2", Channel.TELEPHONE, "Absences")
    assert (found.at, found.outcome, found.reasons) == (at, Outcome.RESUMES, ("missed_half_days",))
    assert found.author == "Yann Le Gall"
    assert found.recorded_at > found.at


def test_exchanges_of_many_numbers_are_all_found_in_order_of_time(logbook, furnished, records, yann):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(20):
        at = start + timedelta(hours=number)
        logbook.record(furnished, records, E1, message(str(number), at=at), yann)

    found = logbook.exchanges(furnished, [E1])[E1]

    assert [item.key for item in found] == [str(number) for number in range(20)]


def test_somebody_whom_no_lms_has_named_gets_an_identity_of_ours(
    logbook, register: Register, reader: RecordReader, services, furnished, yann
):
    nameless = [person("zoe", identities=()), enrolment("e2", person_id="zoe", registration=services.ids.new_uuid())]
    register.write(furnished, [change(record) for record in nameless], "essai")
    records = reader.records(furnished)

    logbook.record(furnished, records, EnrolmentId("e2"), message(), yann)

    (statement,) = stored(services, furnished)
    name = reader.records(furnished).person_of(
        f"account {statement['actor']['account']['homePage']} {statement['actor']['account']['name']}"
    )
    assert name == "zoe"


def test_a_statement_of_somebody_else_under_the_next_id_does_not_stop_the_log(
    logbook, services, caller, furnished, records, yann
):
    from lrs.versions import Version
    from training.assistance.writing import exchange_id

    slug = Organisations(services.store, services.clock).get(furnished).slug
    squatter = {
        "id": str(exchange_id(slug, "e1", 0)),
        "actor": {"mbox": "mailto:x@exemple.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://exemple.fr/"},
    }
    services.ingest.post(caller, Version.V1_0_3, json.dumps(squatter).encode())

    exchange, is_new = logbook.record(furnished, records, E1, message(), yann)

    assert is_new
    assert exchange.number == 1


def test_a_withdrawn_exchange_stays_in_the_log_as_void(logbook, furnished, records, yann):
    exchange, _ = logbook.record(furnished, records, E1, message(), yann)

    logbook.withdraw(furnished, E1, exchange.statement_id, "mauvaise personne", yann)
    logbook.withdraw(furnished, E1, exchange.statement_id, "encore", yann)

    (found,) = logbook.exchanges(furnished, [E1])[E1]
    assert found.is_voided


def test_no_exchange_is_withdrawn_without_a_reason_or_from_another_log(logbook, furnished, records, yann):
    exchange, _ = logbook.record(furnished, records, E1, message(), yann)

    with pytest.raises(InvalidRequest):
        logbook.withdraw(furnished, E1, exchange.statement_id, " ", yann)
    with pytest.raises(NotFound):
        logbook.withdraw(furnished, EnrolmentId("e9"), exchange.statement_id, "raison", yann)


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        (message(subject=" "), "/subject"),
        (message(text=""), "/text"),
        (message(text="x" * 10_001), "/text"),
        (message(text="\ud800"), "/text"),
        (message(key=""), "/key"),
        (message(at=datetime(2027, 1, 1, tzinfo=UTC)), "/at"),
        (message(until=date(2026, 2, 1)), "/until"),
        (Entry(Kind.POSTPONED, "1"), "/until"),
        (Entry(Kind.POSTPONED, "1", until=date(2026, 1, 5)), "/until"),
        (message(kind=Kind.REPLY), "/replies_to"),
    ],
)
def test_what_cannot_be_logged_is_refused_where_it_is_wrong(
    logbook, services, furnished, records, yann, entry: Entry, pointer: str
):
    with pytest.raises(InvalidRequest) as refused:
        logbook.record(furnished, records, E1, entry, yann)

    assert pointer in [problem.pointer for problem in refused.value.problems]
    assert stored(services, furnished) == []


def test_an_enrolment_of_nobody_is_not_found(logbook, furnished, records, yann):
    with pytest.raises(NotFound):
        logbook.record(furnished, records, EnrolmentId("rien"), message(), yann)


def test_a_reply_closes_the_question_that_it_names_and_no_other(logbook, furnished, records, yann, clock: FixedClock):
    first = datetime(2026, 1, 2, 8, tzinfo=UTC)
    asked = [
        logbook.record(
            furnished, records, E1,
            Entry(Kind.QUESTION, f"q{number}", Channel.EMAIL, "Le droit", "Pourquoi ?", first + timedelta(days=number)),
            yann,
        )[0]
        for number in range(2)
    ]  # fmt: skip
    reply = message("r", kind=Kind.REPLY, replies_to=asked[0].statement_id, at=first + timedelta(hours=5))
    logbook.record(furnished, records, E1, reply, yann)
    log = logbook.exchanges(furnished, [E1])[E1]

    delays = delays_of(log, 172_800, datetime(2026, 1, 5, 8, 1, tzinfo=UTC))

    assert [item.statement_id for item in open_questions(log)] == [asked[1].statement_id]
    assert (delays.question_count, delays.answered_count, delays.median_seconds) == (2, 1, 5 * 3600)
    assert delays.late_count == 1


def test_a_reply_to_a_question_of_nobody_is_refused(logbook, furnished, records, yann):
    exchange, _ = logbook.record(furnished, records, E1, message(), yann)

    with pytest.raises(InvalidRequest):
        logbook.record(furnished, records, E1, message("r", kind=Kind.REPLY, replies_to=exchange.statement_id), yann)


def test_what_is_put_off_names_the_day_and_is_no_exchange_with_the_trainee(logbook, services, furnished, records, yann):
    exchange, _ = logbook.record(furnished, records, E1, Entry(Kind.POSTPONED, "p", until=date(2026, 1, 12)), yann)

    (statement,) = stored(services, furnished)
    assert exchange.until == date(2026, 1, 12)
    assert statement["actor"]["name"] == "Yann Le Gall"


def test_every_statement_of_the_log_is_read_as_help_and_never_as_an_act(logbook, services, furnished, records, yann):
    question, _ = logbook.record(
        furnished, records, E1, Entry(Kind.QUESTION, "q", Channel.EMAIL, "Le droit", "Pourquoi ?"), yann
    )
    for entry in (
        message(),
        Entry(Kind.TALK, "t", Channel.MEETING, "Point"),
        message("r", kind=Kind.REPLY, replies_to=question.statement_id),
        Entry(Kind.POSTPONED, "p", until=date(2026, 1, 12)),
    ):
        logbook.record(furnished, records, E1, entry, yann)

    traces = [extract_trace(entry) for entry in services.statements.since(furnished, 0)]

    assert len(traces) == len(Kind)
    assert {(trace.role, trace.is_act) for trace in traces} == {(Role.ASSISTED, False)}


def test_the_log_of_one_organisation_holds_nothing_of_another(logbook, services, furnished, records, yann):
    other = Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number
    logbook.record(furnished, records, E1, message(), yann)

    assert logbook.exchanges(other, [E1]) == {E1: []}
