"""Follow-ups: an alert opens one, a person owns it, everything that happens is kept, and objections count at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from lrs.clock import Micros
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.tenancy import OrganisationId
from tests.training.examples import enrolment, person, session
from training.assistance import Channel
from training.followups import AlertFacts, FollowUps, Limits, Noted, State, Switch, What, due_of, load_outcomes
from training.followups.rows import PARIS
from training.law import load_law
from training.records import Records
from training.records.enrolment import Exit, ExitReason
from training.records.ids import EnrolmentId, PersonId, SessionId
from training.rights import Asked, Purpose, Right, Rights

HERE, ELSEWHERE = OrganisationId(1), OrganisationId(2)
E1, E2 = EnrolmentId("e1"), EnrolmentId("e2")
LEA, YANN = PersonId("lea"), PersonId("yann")
OBJECTION = Asked(Right.OBJECTION, purposes=frozenset({Purpose.SCORING}))
LIMITS = Limits.on(date(2026, 1, 5), load_law(), ())
TRAINER = "account:yann"


def known(**changes) -> Records:
    made = {
        E1: enrolment("e1", **changes),
        E2: enrolment("e2", person_id="max", registration=UUID(int=7 << 80 | 4 << 76 | 8 << 60)),
    }
    people = {PersonId(name): person(name) for name in ("lea", "max", "yann")}
    return Records(HERE, people=people, sessions={SessionId("janvier"): session(trainer_ids=(YANN,))}, enrolments=made)


def alert(key: str = "a1", at: int = 1_767_600_000_000_000) -> AlertFacts:
    reasons = ("Aucune connexion depuis 16 jours.",)
    return AlertFacts(key=key, at=Micros(at), reasons=reasons, top_share=0.1, model="own/at_risk/3")


def later(clock, **span):
    clock.micros = Micros(clock.micros + round(timedelta(**span).total_seconds() * 1_000_000))


@pytest.fixture
def followups(store, clock, ids):
    Switch(store, clock).turn(HERE, on=True, reason="essai", by="account:anne", assessed_on=date(2026, 1, 2))
    return FollowUps(store, clock, ids)


@pytest.fixture
def opened(followups):
    return followups.open_from_alert(HERE, known(), E1, alert())


def noted(key: str = "n1", at: int = 1_767_600_000_000_000, **changes) -> Noted:
    return Noted(**{"key": key, "at": Micros(at), "channel": Channel.TELEPHONE, "note": "A appelé.", **changes})


def test_an_alert_opens_a_followup_of_the_sessions_trainer_with_what_it_said(opened):
    assert opened.is_open
    assert opened.is_by_alert
    assert opened.owner == YANN
    assert opened.alerts == (alert(),)
    assert opened.version == 1


def test_without_a_trainer_it_is_the_managers(followups):
    records = Records(HERE, sessions={SessionId("janvier"): session(trainer_ids=())}, enrolments={E1: enrolment("e1")})

    assert followups.open_from_alert(HERE, records, E1, alert()).owner is None


def test_the_same_alert_opens_nothing_twice_even_after_the_followup_has_ended(followups, opened):
    again = followups.open_from_alert(HERE, known(), E1, alert())
    followups.close(HERE, opened.id, "resumed", opened.version, TRAINER)
    after = followups.open_from_alert(HERE, known(), E1, alert())

    assert again.id == after.id == opened.id
    assert again.version == opened.version
    assert len(followups.of_enrolments(HERE, [E1])) == 1


def test_another_alert_is_added_to_the_followup_that_is_open_and_leaves_its_owner(followups, opened):
    followups.assign(HERE, opened.id, None, opened.version, "account:anne")

    found = followups.open_from_alert(HERE, known(), E1, alert("a2"))

    assert found.id == opened.id
    assert [item.key for item in found.alerts] == ["a1", "a2"]
    assert found.owner is None


def test_alerts_that_come_at_once_open_one_followup(followups):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: followups.open_from_alert(HERE, known(), E1, alert(f"a{at}")), range(8)))

    assert len({item.id for item in found}) == 1
    (only,) = followups.of_enrolments(HERE, [E1])
    assert {item.key for item in only.alerts} == {f"a{at}" for at in range(8)}


def test_nothing_is_opened_before_an_administrator_has_decided_so(store, clock, ids):
    followups = FollowUps(store, clock, ids)

    assert not followups.is_on(HERE)
    assert followups.open_from_alert(HERE, known(), E1, alert()) is None


def test_turning_it_off_stops_alerts_and_leaves_people_their_followups(store, clock, followups, opened):
    Switch(store, clock).turn(HERE, on=False, reason="bilan", by="account:anne")

    assert followups.open_from_alert(HERE, known(), E2, alert("a2")) is None
    assert followups.get(HERE, opened.id).is_open


def test_who_objects_is_alerted_about_no_more_and_what_an_alert_opened_ends(store, clock, ids, followups, opened):
    rights = Rights(store, clock, ids)
    request = rights.open(HERE, LEA, OBJECTION, "account:lea")

    assert followups.has_objected(HERE, [LEA])
    assert followups.objecting(HERE, known()) == {E1}
    assert followups.settle(HERE, known()) == 1
    assert followups.get(HERE, opened.id).outcome == "objected"
    assert followups.open_from_alert(HERE, known(), E1, alert("a2")) is None

    rights.withdraw(HERE, request.id, [LEA], "account:lea")
    assert followups.open_from_alert(HERE, known(), E1, alert("a3")).is_open


def test_an_objection_holds_for_the_record_that_one_was_merged_into(store, clock, ids, followups):
    Rights(store, clock, ids).open(HERE, LEA, OBJECTION, "account:lea")
    people = {LEA: person("lea", merged_into="max"), PersonId("max"): person("max")}
    records = Records(HERE, people=people, enrolments={E1: enrolment("e1"), E2: enrolment("e2", person_id="max")})

    assert followups.objecting(HERE, records) == {E1, E2}


def test_a_followup_opened_by_hand_stays_when_the_learner_objects_to_the_estimate(store, clock, ids, followups):
    made = followups.open_by_hand(HERE, known(), E1, "Elle a cessé de répondre.", TRAINER, "Yann")
    Rights(store, clock, ids).open(HERE, LEA, OBJECTION, "account:lea")

    assert followups.settle(HERE, known()) == 0
    assert followups.get(HERE, made.id).is_open


def test_opening_by_hand_what_is_open_gives_the_one_there_is(followups, opened):
    assert followups.open_by_hand(HERE, known(), E1, "Moi aussi.", TRAINER).id == opened.id


def test_the_followup_of_an_enrolment_that_has_ended_ends(followups, opened):
    gone = known(exit=Exit(date(2026, 1, 5), ExitReason.ABANDON))

    assert followups.settle(HERE, gone) == 1
    assert followups.get(HERE, opened.id).outcome == "over"
    assert followups.open_from_alert(HERE, gone, E1, alert("a2")) is None


def test_who_knows_the_situation_suspends_alerts_until_a_day(clock, followups, opened):
    found = followups.override(
        HERE, opened.id, "Congé annoncé.", date(2026, 1, 20), opened.version, TRAINER, limits=LIMITS, name="Yann"
    )

    assert (found.state, found.outcome, found.quiet_until) == (State.CLOSED, "known", date(2026, 1, 20))
    assert followups.silenced(HERE, date(2026, 1, 19)) == {E1}
    assert followups.open_from_alert(HERE, known(), E1, alert("a2")) is None
    later(clock, days=15)
    assert followups.silenced(HERE, date(2026, 1, 20)) == frozenset()
    assert followups.open_from_alert(HERE, known(), E1, alert("a3")).is_open


@pytest.mark.parametrize(
    ("reason", "until"),
    [("", date(2026, 1, 20)), ("Congé", date(2026, 1, 5)), ("Congé", date(2026, 3, 7)), ("x" * 501, date(2026, 1, 9))],
)
def test_alerts_are_not_suspended_without_a_reason_nor_for_ever(followups, opened, reason, until):
    with pytest.raises(InvalidRequest):
        followups.override(HERE, opened.id, reason, until, opened.version, TRAINER, limits=LIMITS)

    assert followups.get(HERE, opened.id).is_open


def test_a_suspension_is_ended_before_its_day_with_a_reason(followups, opened):
    closed = followups.override(HERE, opened.id, "Congé", date(2026, 2, 1), opened.version, TRAINER, limits=LIMITS)

    followups.resume(HERE, closed.id, "Retour anticipé.", closed.version, TRAINER)

    assert followups.open_from_alert(HERE, known(), E1, alert("a2")).is_open


@pytest.mark.parametrize("outcome", [item for item in load_outcomes().values() if item.is_chosen])
def test_how_it_ended_says_how_long_no_alert_comes(followups, opened, outcome):
    found = followups.close(HERE, opened.id, outcome.id, opened.version, TRAINER, note="Vu ensemble.")

    assert found.outcome == outcome.id
    if outcome.quiet_days is None:
        assert found.is_quiet(date(2099, 1, 1))
    else:
        assert found.is_quiet(date(2026, 1, 5) + timedelta(days=outcome.quiet_days - 1))
        assert not found.is_quiet(date(2026, 1, 5) + timedelta(days=outcome.quiet_days))


@pytest.mark.parametrize("outcome", ["known", "objected", "over", "motivated", ""])
def test_nobody_chooses_an_outcome_that_follows_from_something_else(followups, opened, outcome):
    with pytest.raises(InvalidRequest):
        followups.close(HERE, opened.id, outcome, opened.version, TRAINER)


def test_everything_that_happens_is_kept_in_order_and_a_struck_contact_stays_in_the_history(followups, opened):
    first = followups.log_contact(HERE, opened.id, noted(), TRAINER, "Yann")
    followups.log_contact(HERE, opened.id, noted("n2", note="Une erreur."), TRAINER, "Yann")
    struck = followups.strike(HERE, opened.id, 3, "Ce n’était pas elle.", TRAINER, "Yann")

    assert [item.note for item in struck.contacts] == ["A appelé."]
    assert [event.what for event in struck.events] == [What.ALERTED, What.CONTACTED, What.CONTACTED, What.STRUCK]
    assert struck.events[:2] == first.events
    assert struck.events[2].text == "Une erreur."


def test_the_same_act_notes_one_contact(followups, opened):
    followups.log_contact(HERE, opened.id, noted(), TRAINER)

    assert len(followups.log_contact(HERE, opened.id, noted(), TRAINER).contacts) == 1


def test_contacts_that_come_at_once_are_all_kept(followups, opened):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: followups.log_contact(HERE, opened.id, noted(f"n{at}"), TRAINER), range(4)))

    assert len(followups.get(HERE, opened.id).contacts) == 4


@pytest.mark.parametrize(
    "changes", [{"at": 1_767_700_000_000_000}, {"note": "x" * 501}, {"note": "\ud800"}, {"key": ""}]
)
def test_a_contact_that_cannot_be_is_refused_and_nothing_is_kept(followups, opened, changes):
    with pytest.raises(InvalidRequest):
        followups.log_contact(HERE, opened.id, noted(**changes), TRAINER)

    assert followups.get(HERE, opened.id).version == opened.version


def test_who_saw_an_older_version_changes_nothing(followups, opened):
    followups.log_contact(HERE, opened.id, noted(), TRAINER)

    with pytest.raises(Conflict):
        followups.close(HERE, opened.id, "resumed", opened.version, TRAINER)

    assert followups.get(HERE, opened.id).is_open


def test_nothing_is_noted_of_a_followup_that_has_ended(followups, opened):
    followups.close(HERE, opened.id, "resumed", opened.version, TRAINER)

    with pytest.raises(Conflict):
        followups.log_contact(HERE, opened.id, noted(), TRAINER)


def test_another_organisation_has_none_of_it(followups, opened):
    assert followups.of_enrolments(ELSEWHERE, [E1]) == []
    assert followups.open_ones(ELSEWHERE) == []
    assert followups.silenced(ELSEWHERE, date(2026, 1, 5)) == frozenset()
    with pytest.raises(NotFound):
        followups.get(ELSEWHERE, opened.id)
    with pytest.raises(NotFound):
        followups.close(ELSEWHERE, opened.id, "resumed", opened.version, TRAINER)


def test_what_is_not_there_is_said_so(followups):
    with pytest.raises(NotFound):
        followups.get(HERE, uuid4())
    with pytest.raises(NotFound):
        followups.open_by_hand(HERE, known(), EnrolmentId("nobody"), "x", TRAINER)
    assert followups.open_from_alert(HERE, known(), EnrolmentId("nobody"), alert()) is None


def test_what_is_due_runs_from_the_opening_then_from_the_last_contact_and_never_to_a_day_off(clock, followups, opened):
    first = due_of(opened, LIMITS, PARIS)
    later(clock, days=1)
    called = followups.log_contact(HERE, opened.id, noted(at=clock.micros), TRAINER)
    then = due_of(called, LIMITS, PARIS)

    # Opened on Monday 5 January; three days later is a Thursday. Called on Tuesday; a fortnight later is a Tuesday.
    assert (first.is_first, first.on) == (True, date(2026, 1, 8))
    assert (then.is_first, then.on) == (False, date(2026, 1, 20))
    assert not first.is_overdue(date(2026, 1, 8))
    assert first.is_overdue(date(2026, 1, 9))
    assert due_of(followups.close(HERE, called.id, "resumed", called.version, TRAINER), LIMITS, PARIS) is None


def test_an_exchange_of_the_log_counts_as_a_contact_if_it_came_after_the_opening(opened):
    before = due_of(opened, LIMITS, PARIS, Micros(opened.opened_at - 1))
    after = due_of(opened, LIMITS, PARIS, Micros(opened.opened_at + 1))

    assert before.is_first
    assert not after.is_first


def test_followups_are_forgotten_with_their_enrolment(followups, opened):
    assert followups.forget(HERE, [E1]) == 1
    assert followups.of_enrolments(HERE, [E1]) == []
