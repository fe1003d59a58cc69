"""What a trainer reads and does, through a lens: their half-days, their learners, the log; and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboards.attendance.letters import Delivery
from dashboards.views.session_half_days import SlotState
from dashboards.views.trainer_contacts import contact, contacts
from dashboards.views.trainer_day import teaching_day
from dashboards.views.trainer_exchanges import exchange_file
from dashboards.views.trainer_reasons import Why
from dashboards.views.trainer_results import session_results
from dashboards.views.trainer_sessions import session_delays, taught_file, taught_sessions
from dashboards.views.trainer_writing import Written, helper_of, note, open_slot, withdraw, write_to
from lrs.clock import FixedClock, Micros, to_datetime
from lrs.errors import InvalidRequest, NotFound
from tests.dashboards.school import RUNNING
from tests.dashboards.trainer.conftest import LensOf, PostBox, settle
from training.access import Role
from training.assistance import Channel, Entry, Kind, Logbook
from training.records.ids import EnrolmentId

LEA, NOUR = f"{RUNNING}-lea", f"{RUNNING}-nour"


def helper(lens):
    return helper_of(lens, "65f0", "Y. Le Gall")


def letter(key: str = "1", **changes) -> Written:
    return Written(**{"key": key, "subject": "La suite", "text": "Bonjour, où en êtes-vous ?", **changes})


def test_what_is_over_and_lacks_something_stands_apart_from_today(lens_of: LensOf):
    day = teaching_day(lens_of())

    assert [item.slot.id for item in day.slots] == ["matin-2", "soir-2"]
    assert [(item.slot.id, item.state) for item in day.unfinished] == [
        ("matin-0", SlotState.TO_COUNTERSIGN),
        ("matin-1", SlotState.TO_SIGN),
        ("soir-1", SlotState.TO_SIGN),
    ]
    assert [item.slot.id for item in day.coming] == ["matin-3", "soir-3"]


def test_an_open_half_day_shows_who_is_waited_for(lens_of: LensOf):
    lens = lens_of()
    open_slot(lens, helper(lens), "matin-2")

    slot = teaching_day(lens_of()).slots[0]

    assert slot.state is SlotState.OPEN
    assert slot.names is not None
    assert slot.names.expected == 7
    assert "Léa Martin" in slot.names.missing


def test_a_trainer_without_sessions_sees_no_half_day_and_nobody(lens_of: LensOf):
    lens = lens_of(person="theo")

    day, found = teaching_day(lens), contacts(lens)

    assert (day.slots, day.coming, day.unfinished) == ((), (), ())
    assert (found.due, found.sessions) == ((), ())
    assert taught_sessions(lens) == []


def test_the_reasons_of_the_school_are_those_that_its_statements_and_sheets_give(lens_of: LensOf):
    found = contacts(lens_of())

    why = {item.enrolment.id.removeprefix(f"{RUNNING}-"): [reason.why for reason in item.reasons] for item in found.due}
    assert Why.MISSED in why["theo"]
    assert Why.MISSED in why["mehdi"]
    assert "ines" not in why or Why.BEHIND not in why["ines"]
    assert [item.reasons[0].why for item in found.due] == sorted(
        (item.reasons[0].why for item in found.due), key=list(Why).index
    )


def test_a_session_of_nobody_mine_is_not_found(lens_of: LensOf):
    lens = lens_of()

    for read in (
        lambda: contacts(lens, "ete"),
        lambda: taught_file(lens, "ete"),
        lambda: session_results(lens, "ete"),
        lambda: session_delays(lens, "ete"),
        lambda: exchange_file(lens, "ete-lea"),
        lambda: contact(lens, "ete-lea"),
        lambda: open_slot(lens, helper(lens), "ete-0"),
        lambda: note(lens, helper(lens), "ete-lea", Entry(Kind.TALK, "1", Channel.MEETING, "Point")),
        lambda: write_to(lens, helper(lens), "Centre", [LEA, "ete-lea"], letter()),
    ):
        with pytest.raises(NotFound):
            read()


def test_another_organisation_s_trainer_reaches_nothing_of_ours(lens_of: LensOf, neighbour, post_box: PostBox):
    mine, theirs = lens_of(), lens_of(of=neighbour)
    write_to(mine, helper(mine), "Centre", [LEA], letter())

    assert exchange_file(theirs, LEA).said == ()
    assert exchange_file(theirs, LEA).name == "Léa Martin Voisin"
    assert len(post_box.letters) == 1


def test_whoever_answers_for_the_organisation_chooses_a_session(lens_of: LensOf):
    lens = lens_of(Role.MANAGER, None)

    assert contacts(lens).chosen == ()
    assert {name for name, _ in contacts(lens).sessions} == {RUNNING}
    assert contacts(lens, RUNNING).due
    assert exchange_file(lens, "ete-lea").name == "Léa Martin"


def test_a_letter_is_handed_in_logged_once_and_seen_as_the_last_contact(lens_of: LensOf, post_box: PostBox):
    lens = lens_of()

    first = write_to(lens, helper(lens), "Centre", [LEA, NOUR], letter())
    again = write_to(lens, helper(lens), "Centre", [LEA, NOUR], letter())

    assert first.sent == again.sent == ["Léa Martin", "Nour Haddad"]
    assert [item.to for item in post_box.letters] == ["lea@exemple.fr", "nour@exemple.fr"]
    assert "Yann Le Gall" in post_box.letters[0].text
    (said,) = exchange_file(lens_of(), NOUR).said
    assert (said.text, said.exchange.delivery) == ("Bonjour, où en êtes-vous ?", "SENT")
    last = contact(lens_of(), NOUR).last
    assert last is not None
    assert last.statement_id == said.exchange.statement_id


def test_a_letter_that_is_not_taken_is_not_in_the_log(lens_of: LensOf, post_box: PostBox):
    lens = lens_of()
    post_box.becomes = Delivery.REFUSED

    refused = write_to(lens, helper(lens), "Centre", [LEA], letter())
    post_box.becomes = Delivery.UNAVAILABLE
    unavailable = write_to(lens, helper(lens), "Centre", [LEA], letter())

    assert (refused.refused, refused.sent) == (["Léa Martin"], [])
    assert unavailable.is_unavailable
    assert exchange_file(lens_of(), LEA).said == ()


def test_nothing_is_sent_when_the_text_cannot_be_logged(lens_of: LensOf, post_box: PostBox):
    lens = lens_of()

    for written, to in ((letter(text=" "), [LEA]), (letter(subject="x" * 300), [LEA]), (letter(), [])):
        with pytest.raises(InvalidRequest):
            write_to(lens, helper(lens), "Centre", to, written)

    assert post_box.letters == []


def test_a_question_is_the_first_reason_until_it_is_answered(lens_of: LensOf, clock: FixedClock, post_box: PostBox):
    lens = lens_of()
    asked = to_datetime(lens.now) - timedelta(days=3)
    question = note(lens, helper(lens), LEA, Entry(Kind.QUESTION, "q", Channel.EMAIL, "Le quiz", "Comment ?", asked))

    before = contacts(lens_of()).due[0]
    reply = letter("r", replies_to=question.statement_id)
    write_to(lens, helper(lens), "Centre", [LEA], reply)
    after = contact(lens_of(), LEA)

    assert (before.enrolment.id, before.reasons[0].why, before.reasons[0].count) == (LEA, Why.UNANSWERED, 72)
    assert Why.UNANSWERED not in [reason.why for reason in after.reasons]
    delays = session_delays(lens_of(), RUNNING)
    assert (delays.question_count, delays.answered_count, delays.late_count) == (1, 1, 1)
    assert delays.median_seconds == 3 * 86_400
    assert len(post_box.letters) == 1


def test_whoever_is_set_aside_comes_back_on_the_day_or_with_a_question(lens_of: LensOf, clock: FixedClock):
    lens = lens_of()
    who = contacts(lens).due[0].enrolment.id
    day = to_datetime(lens.now).date() + timedelta(days=3)
    note(lens, helper(lens), who, Entry(Kind.POSTPONED, "p", until=day))

    assert who in [item.enrolment.id for item in contacts(lens_of()).postponed]
    assert who not in [item.enrolment.id for item in contacts(lens_of()).due]
    clock.micros = Micros(clock.micros + 60_000_000)
    lens = lens_of()
    note(lens, helper(lens), who, Entry(Kind.QUESTION, "q", Channel.EMAIL, "Le quiz", "Comment ?"))
    assert who in [item.enrolment.id for item in contacts(lens_of()).due]


def test_what_is_withdrawn_counts_no_more(lens_of: LensOf):
    lens = lens_of()
    question = note(lens, helper(lens), LEA, Entry(Kind.QUESTION, "q", Channel.EMAIL, "Le quiz", "Comment ?"))

    withdraw(lens, helper(lens), LEA, question.statement_id, "mauvaise personne")

    found = exchange_file(lens_of(), LEA)
    assert found.open_questions == ()
    assert found.said[0].exchange.is_voided
    assert contact(lens_of(), LEA).exchange_count == 0


def test_a_message_changes_no_learner_s_time_and_no_last_trace(lens_of: LensOf, services, taught):
    before, seen = lens_of().person_facts("lea"), lens_of().whereabouts([RUNNING])
    lens = lens_of()
    write_to(lens, helper(lens), "Centre", [LEA], letter())
    note(lens, helper(lens), LEA, Entry(Kind.QUESTION, "q", Channel.EMAIL, "Le quiz", "Comment ?"))
    settle(services, taught)

    after = lens_of().person_facts("lea")

    assert after.days == before.days
    assert [item.active_seconds for item in after.enrolments] == [item.active_seconds for item in before.enrolments]
    assert [item.statement_count for item in after.enrolments] == [item.statement_count for item in before.enrolments]
    assert lens_of().whereabouts([RUNNING]) == seen


def test_a_session_shows_everybody_with_their_rates_and_last_trace(lens_of: LensOf):
    found = taught_file(lens_of(), RUNNING)

    assert [item.name for item in found.trainees][:2] == ["Inès Garcia", "Léa Martin"]
    lea = next(item for item in found.trainees if item.enrolment.id == LEA)
    nour = next(item for item in found.trainees if item.enrolment.id == NOUR)
    assert lea.facts is not None
    assert lea.facts.figure("completion_rate").numerator == 3
    assert lea.last_at is not None
    assert nour.last_at is None


def test_where_learners_stall_is_counted(lens_of: LensOf):
    found = session_results(lens_of(), RUNNING)

    quiz = next(item for item in found.stalls if item.activity_id == "quiz")
    assert quiz.began == 3
    assert quiz.estimated_minutes == 30
    assert found.enrolment_count == 7


def test_the_log_of_everybody_is_read_whoever_has_one(lens_of: LensOf, services, taught):
    lens = lens_of()
    names = [EnrolmentId(item.id) for item in lens.enrolments()]

    assert set(Logbook(services).exchanges(taught, names)) == set(names)
