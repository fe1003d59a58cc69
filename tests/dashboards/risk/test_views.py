"""What each role sees of estimates and follow-ups: within the scope, not while off, not of who objects."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboards.views.decisions import decisions_of
from dashboards.views.decisions_item import Kind
from dashboards.views.learner_requests import ask
from dashboards.views.risk import Trend, band_of, score_of, trend_of, watched
from dashboards.views.risk_contacts import people_to_contact, person_to_contact
from dashboards.views.risk_followup import (
    assign,
    close,
    followup_file,
    log_contact,
    open_by_hand,
    override,
    strike_contact,
)
from dashboards.views.risk_mine import is_to_be_told, my_estimate, note_told, object_to_estimate, withdraw_objection
from dashboards.views.risk_model import model_view
from dashboards.views.risk_overview import followups_overview
from dashboards.views.risk_sessions import sessions_overview
from dashboards.views.risk_switch import read_switch, turn
from dashboards.views.trainer_exchanges import exchange_file
from dashboards.views.trainer_writing import helper_of, note, withdraw
from lrs.clock import Micros
from lrs.errors import Conflict, Forbidden, InvalidRequest, NotFound
from tests.dashboards.estimates import REMEDY, WHY, estimate, turn_on
from tests.dashboards.school import ENDED, RUNNING
from tests.dashboards.trainer.conftest import LensOf, settle
from training.access import Role
from training.assistance import Channel, Entry
from training.assistance import Kind as Said
from training.followups import Noted
from training.records.ids import EnrolmentId, SessionId
from training.rights import Asked, Purpose, Right

NOUR, LEA = EnrolmentId(f"{RUNNING}-nour"), EnrolmentId(f"{RUNNING}-lea")
DAY = 86_400_000_000
STAFFED = SessionId(RUNNING)


def helper(lens):
    return helper_of(lens, "65f0", "Y. Le Gall")


def noted(lens, key: str = "k1", **changes) -> Noted:
    return Noted(**{"key": key, "at": lens.now, "channel": Channel.TELEPHONE, "note": "A rappelé.", **changes})


def manager(lens_of: LensOf):
    return lens_of(Role.MANAGER, None)


def learner(lens_of: LensOf, name: str = "nour"):
    return lens_of(Role.LEARNER, name)


def later(clock, **span):
    clock.micros = Micros(clock.micros + round(timedelta(**span).total_seconds() * 1_000_000))


# --- whom to turn to


def test_whoever_is_flagged_stands_first_by_rank_with_what_it_rests_on(lens_of: LensOf, flagged):
    found = people_to_contact(lens_of())

    assert [item.contact.enrolment.id for item in found.due[:2]] == [f"{RUNNING}-nour", f"{RUNNING}-mehdi"]
    first = found.due[0]
    assert first.is_flagged
    assert first.score.reasons[0].sentence == WHY
    assert first.state.owner == "Yann Le Gall"
    assert first.state.due.is_first
    assert (found.flagged, found.estimated) == (2, 7)


def test_who_is_named_by_rules_alone_shows_no_estimate_in_the_list(lens_of: LensOf, flagged):
    found = people_to_contact(lens_of())

    assert all(item.score is None for item in found.due if not item.is_flagged and item.state is None)


def test_while_off_rules_alone_say_whom_to_turn_to(services, taught, lens_of: LensOf):
    estimate(services, taught)

    found = people_to_contact(lens_of())

    assert not found.is_on
    assert (found.flagged, found.estimated) == (0, 0)
    assert all(item.score is None and item.state is None for item in found.due)


def test_turning_it_off_hides_estimates_at_once_and_leaves_the_followups(lens_of: LensOf, flagged):
    turn(lens_of(Role.ADMINISTRATOR, None), "Anne", "Bilan", on=False)

    found = person_to_contact(lens_of(), NOUR)

    assert found.score is None
    assert not found.is_flagged
    assert found.state is not None
    assert followup_file(lens_of(), str(flagged[0].id)).score is None


def test_a_trainer_of_nothing_and_other_roles_are_shown_none_of_it(lens_of: LensOf, flagged):
    assert watched(lens_of(Role.TRAINER, "sara"), [STAFFED]) == {}
    with pytest.raises(NotFound):
        person_to_contact(lens_of(Role.TRAINER, "sara"), NOUR)
    for role, person in ((Role.FUNDER, None), (Role.AUDITOR, None), (Role.LEARNER, "lea")):
        with pytest.raises(Forbidden):
            watched(lens_of(role, person), [STAFFED])
    for role in (Role.FUNDER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            score_of(lens_of(role, None), NOUR)


def test_a_learner_sees_their_own_estimate_and_nobody_elses(lens_of: LensOf, flagged):
    assert score_of(learner(lens_of), NOUR).place == 1
    with pytest.raises(NotFound):
        score_of(learner(lens_of), LEA)


def test_another_organisation_sees_none_of_it(lens_of: LensOf, flagged, neighbour):
    theirs = lens_of(Role.MANAGER, None, neighbour)

    assert watched(theirs, [STAFFED]) == {}
    assert followups_overview(theirs).open == ()
    with pytest.raises(NotFound):
        followup_file(theirs, str(flagged[0].id))


def test_a_trend_is_said_from_two_weeks_and_a_band_never_of_few(services, taught, lens_of: LensOf):
    turn_on(services, taught)
    estimate(services, taught, days=5)
    found = followup_file(lens_of(), str(estimate(services, taught, days=5)[0].id))

    assert len(found.history) == 5
    assert found.trend is Trend.RISING
    assert trend_of(found.history[-1:], found.today) is Trend.UNKNOWN
    assert band_of(found.score) is None  # seven are too few for a share


# --- carrying on


def test_a_contact_is_noted_once_and_stands_in_the_log_if_it_is_to(lens_of: LensOf, flagged):
    lens, name = lens_of(), str(flagged[0].id)
    log_contact(lens, helper(lens), name, noted(lens), "Point sur la formation", in_log=True)
    log_contact(lens, helper(lens), name, noted(lens), "Point sur la formation", in_log=True)
    log_contact(lens, helper(lens), name, noted(lens, "k2", note="Sans réponse."))

    found = followup_file(lens_of(), name)

    assert [(item.note, item.is_logged) for item in found.reached] == [("A rappelé.", True), ("Sans réponse.", False)]
    assert [said.text for said in exchange_file(lens_of(), NOUR).said] == ["A rappelé."]
    assert not found.due.is_first


def test_a_letter_counts_as_a_contact_and_what_is_withdrawn_from_the_log_does_not(lens_of: LensOf, flagged):
    lens, name = lens_of(), str(flagged[0].id)
    note(lens, helper(lens), NOUR, Entry(Said.TALK, "appel", Channel.TELEPHONE, "La suite", "Va reprendre."))
    found = followup_file(lens_of(), name)
    assert [(item.number, item.note) for item in found.reached] == [(None, "La suite")]

    exchange = exchange_file(lens_of(), NOUR).said[0].exchange
    withdraw(lens, helper(lens), NOUR, exchange.statement_id, "Une erreur")
    assert followup_file(lens_of(), name).reached == ()
    assert followup_file(lens_of(), name).due.is_first


def test_a_struck_contact_no_longer_counts(lens_of: LensOf, flagged):
    lens, name = lens_of(), str(flagged[0].id)
    made = log_contact(lens, helper(lens), name, noted(lens))

    strike_contact(lens, helper(lens), name, made.contacts[0].number, "Pas elle")

    assert followup_file(lens_of(), name).reached == ()


def test_only_the_owner_and_staff_hand_a_followup_over_and_only_to_the_sessions_trainers(lens_of: LensOf, flagged):
    lens, name = lens_of(), str(flagged[0].id)
    made = assign(lens, helper(lens), name, "", flagged[0].version)
    with pytest.raises(Forbidden):
        assign(lens_of(), helper(lens), name, "yann", made.version)
    with pytest.raises(InvalidRequest):
        assign(manager(lens_of), helper(lens), name, "sara", made.version)

    assert assign(manager(lens_of), helper(lens), name, "yann", made.version).owner == "yann"


def test_who_knows_the_situation_sets_the_alert_aside(services, taught, clock, lens_of: LensOf, flagged):
    lens, name = lens_of(), str(flagged[0].id)
    until = followup_file(lens, name).today + timedelta(days=10)

    override(lens, helper(lens), name, "En congé jusque-là.", until, flagged[0].version)
    later(clock, days=1)
    estimate(services, taught)

    assert followup_file(lens_of(), name).followup.outcome == "known"
    assert NOUR not in {item.enrolment_id for item in followups_overview(manager(lens_of)).open}


def test_a_followup_is_opened_by_hand_though_nothing_is_estimated(lens_of: LensOf):
    lens = lens_of()

    made = open_by_hand(lens, helper(lens), LEA, "N’est plus la même depuis lundi.")

    assert followup_file(lens_of(), str(made.id)).owner == "Yann Le Gall"
    assert [item.contact.enrolment.id for item in people_to_contact(lens_of()).due][:1] != []
    assert LEA in {item.contact.enrolment.id for item in people_to_contact(lens_of()).due}


def test_nothing_is_done_outside_the_scope(lens_of: LensOf, flagged):
    other, name = lens_of(Role.TRAINER, "sara"), str(flagged[0].id)
    with pytest.raises(NotFound):
        log_contact(other, helper(other), name, noted(other))
    with pytest.raises(NotFound):
        close(other, helper(other), name, "resumed", "", flagged[0].version)
    with pytest.raises(NotFound):
        open_by_hand(other, helper(other), NOUR, "x")
    for lens in (learner(lens_of), lens_of(Role.FUNDER, None), lens_of(Role.AUDITOR, None)):
        with pytest.raises(Forbidden):
            close(lens, helper(lens), name, "resumed", "", flagged[0].version)
    with pytest.raises(NotFound):
        followup_file(lens_of(), "rien")

    assert followup_file(lens_of(), name).followup.is_open


# --- managers


def test_overdue_followups_are_decided_upon_and_counted_by_owner(clock, lens_of: LensOf, flagged):
    assert decisions_of(manager(lens_of), Kind.FOLLOWUP_OVERDUE.value) == ()
    later(clock, days=5)

    waiting = decisions_of(manager(lens_of), Kind.FOLLOWUP_OVERDUE.value)
    found = followups_overview(manager(lens_of))

    assert {item.enrolment_id for item in waiting} == {item.enrolment_id for item in flagged}
    assert [(item.owner, item.open, item.overdue, item.untouched) for item in found.owners] == [
        ("Yann Le Gall", 2, 2, 2)
    ]
    assert (found.in_time.part, found.in_time.whole) == (0, 2)


def test_outcomes_stand_with_counts_and_intervals(lens_of: LensOf, flagged):
    lens = lens_of()
    log_contact(lens, helper(lens), str(flagged[0].id), noted(lens))
    close(lens, helper(lens), str(flagged[0].id), "resumed", "", 2)
    close(lens, helper(lens), str(flagged[1].id), "false_alert", "", flagged[1].version)

    found = followups_overview(manager(lens_of))

    assert [(item.outcome, item.share.part, item.share.whole) for item in found.outcomes] == [
        ("resumed", 1, 2),
        ("false_alert", 1, 2),
    ]
    assert found.outcomes[0].share.interval is not None
    assert (found.helpful.part, found.helpful.whole) == (1, 2)
    assert (found.in_time.part, found.in_time.whole, found.days_to_contact) == (1, 1, 0)


def test_sessions_are_shown_in_counts(lens_of: LensOf, flagged):
    (line,) = [item for item in sessions_overview(manager(lens_of)).lines if item.session_id == RUNNING]

    assert (line.people, line.scored, line.calibrated, line.flagged, line.followed, line.untouched) == (
        7,
        7,
        0,
        2,
        2,
        2,
    )


def test_managers_pages_are_not_for_trainers_or_learners(lens_of: LensOf, flagged):
    for lens in (lens_of(), learner(lens_of)):
        for view in (followups_overview, sessions_overview, model_view):
            with pytest.raises(Forbidden):
                view(lens)
    for lens in (lens_of(), manager(lens_of)):
        with pytest.raises(Forbidden):
            read_switch(lens)
        with pytest.raises(Forbidden):
            turn(lens, "x", "x", on=False)


def test_without_a_model_the_monitor_says_so(lens_of: LensOf, flagged):
    found = model_view(manager(lens_of))

    assert found.is_on
    assert found.cards == ()
    assert found.lead.named.whole == 0


# --- learners


def test_learners_are_told_their_reasons_what_would_help_who_looked_and_who_helps(lens_of: LensOf, flagged):
    people_to_contact(lens_of())

    found = my_estimate(learner(lens_of))

    (course,) = [item for item in found.courses if item.enrolment_id == NOUR]
    assert [item.sentence for item in course.helps][:1] == [WHY]
    assert course.helps[0].remedy == REMEDY
    assert course.helped.owner == "Yann Le Gall"
    assert [(item.role, item.title) for item in found.looked] == [(Role.TRAINER, course.title)]


def test_who_was_not_shown_stands_with_nobody_having_looked(lens_of: LensOf, flagged):
    people_to_contact(lens_of())

    assert my_estimate(learner(lens_of, "ines")).looked == ()


def test_an_objection_counts_at_once_everywhere_and_is_taken_back(services, taught, clock, lens_of: LensOf, flagged):
    object_to_estimate(learner(lens_of))
    assert object_to_estimate(learner(lens_of)) is None

    mine = my_estimate(learner(lens_of))
    assert mine.objection is not None
    assert all(item.score is None and item.helped is None for item in mine.courses)
    assert NOUR not in watched(lens_of(), [STAFFED])
    assert score_of(lens_of(), NOUR) is None
    assert NOUR not in {item.enrolment_id for item in followups_overview(manager(lens_of)).open}
    with pytest.raises(NotFound):
        followup_file(lens_of(), str(flagged[0].id))
    estimate(services, taught)
    assert NOUR not in watched(lens_of(), [STAFFED])

    withdraw_objection(learner(lens_of))
    later(clock, days=1)
    estimate(services, taught)
    assert my_estimate(learner(lens_of)).objection is None
    assert watched(lens_of(), [STAFFED])[NOUR].is_flagged


def test_an_objection_made_as_a_request_ends_the_followup_too(lens_of: LensOf, flagged):
    ask(learner(lens_of), Asked(Right.OBJECTION, purposes=frozenset((Purpose.SCORING,))))

    assert NOUR not in {item.enrolment_id for item in followups_overview(manager(lens_of)).open}


def test_learners_are_told_once_on_the_first_page(services, taught, lens_of: LensOf):
    assert not is_to_be_told(learner(lens_of))
    turn_on(services, taught)
    assert is_to_be_told(learner(lens_of))

    note_told(learner(lens_of))

    assert not is_to_be_told(learner(lens_of))
    assert my_estimate(learner(lens_of)).told_at is not None


def test_an_account_that_is_nobody_is_shown_nothing(lens_of: LensOf, flagged):
    nobody = lens_of(Role.LEARNER, None)

    assert not my_estimate(nobody).is_known
    with pytest.raises(NotFound):
        object_to_estimate(nobody)


# --- the switch


def test_an_administrator_decides_and_every_decision_stands(services, taught, clock, lens_of: LensOf, flagged):
    lens = lens_of(Role.ADMINISTRATOR, None)
    with pytest.raises(InvalidRequest):
        turn(lens, "Anne", "", on=False)
    turn(lens, "Anne", "Bilan de six mois", on=False)
    with pytest.raises(InvalidRequest):
        turn(lens, "Anne", "On reprend", on=True)

    found = read_switch(lens_of(Role.ADMINISTRATOR, None))

    assert not found.is_on
    assert [item.reason for item in found.decisions] == ["Bilan de six mois", "Après AIPD"]
    assert found.active == 7
    assert found.open_followups == 2


def test_who_saw_an_older_version_is_told(lens_of: LensOf, flagged):
    lens, name = lens_of(), str(flagged[0].id)
    log_contact(lens, helper(lens), name, noted(lens))

    with pytest.raises(Conflict):
        close(lens, helper(lens), name, "resumed", "", flagged[0].version)


def test_an_ended_sessions_learners_are_not_estimated(lens_of: LensOf, flagged):
    assert watched(manager(lens_of), [SessionId(ENDED)]) == {}


def test_facts_that_move_leave_estimates_where_they_are(services, taught, lens_of: LensOf, flagged):
    settle(services, taught)

    assert watched(lens_of(), [STAFFED])[NOUR].score.place == 1
