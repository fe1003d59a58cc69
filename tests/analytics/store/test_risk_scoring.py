"""Estimates through the real store: each day once, whoever is cut off; none where there may be none; never a crash."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analytics.store.risk_keeper import RiskKeeper
from evidence.retention.erasing import Erasing
from lrs.clock import Micros
from lrs.erasure import Order
from lrs.store.erasure import Ground
from tests.analytics.store.risk_ground import Centre
from training.followups import Readings, Told
from training.records import Records
from training.rights import Asked, Purpose, Right, Rights
from training.store import RecordReader

MONDAY = date(2026, 3, 2)


@pytest.fixture
def centre(services, organisation, caller) -> Centre:
    """A session of twelve that has run for ten days, with estimates switched on; no model yet."""
    made = Centre(services, caller)
    made.stand_at(MONDAY - timedelta(days=3))
    made.furnish()
    made.begin("mars", MONDAY, 12, fading=0)
    made.switch_on()
    made.live(MONDAY, MONDAY + timedelta(days=9))
    return made


def all_rows(centre: Centre) -> dict[str, list[dict]]:
    names = ("risk_scores", "risk_days", "risk_alerts", "risk_sessions")
    return {name: list(centre.services.store.collection(name).find().sort("_id", 1)) for name in names}


def test_without_a_model_what_was_known_is_kept_and_the_reason_is_said(centre):
    centre.estimate()

    scores = centre.risks.scores_of(centre.organisation, centre.names("mars"))
    assert sorted(scores) == sorted(centre.names("mars"))
    for score in scores.values():
        assert (score.rank, score.probability, score.model) == (None, None, None)
        assert score.unshown == "no_model"
        assert "modèle" in score.unshown_sentence
    known = centre.risks.features_of(centre.organisation, centre.names("mars")[0])
    assert known["idle_days"] is not None
    status = centre.risks.status(centre.organisation)
    assert (status.active, status.scored, dict(status.without)) == (12, 0, {"no_model": 12})
    assert centre.risks.alerts(centre.organisation) == []


def test_each_day_is_estimated_once_and_kept_and_nothing_is_done_in_between(centre):
    centre.estimate()
    before = all_rows(centre)
    assert centre.estimate().enrolments == 0
    assert all_rows(centre) == before
    centre.stand_at(MONDAY + timedelta(days=10))
    centre.estimate()

    history = centre.risks.history_of(centre.organisation, centre.names("mars")[0])
    assert [score.on for score in history] == [MONDAY + timedelta(days=9), MONDAY + timedelta(days=10)]


def test_within_a_day_only_sessions_of_which_something_changed_are_estimated_again(centre):
    centre.begin("avril", MONDAY, 6, fading=0)
    centre.settle()
    centre.estimate()
    before = centre.risks.scores_in(centre.organisation, ["mars", "avril"])
    clock = centre.services.clock
    clock.micros = Micros(clock.micros + 3_600_000_000)
    centre.send(centre.says("experienced", "avril-1", MONDAY + timedelta(days=9), 0, 21))
    centre.settle()
    centre.estimate()

    after = {score.enrolment_id: score for score in centre.risks.scores_in(centre.organisation, ["mars", "avril"])}
    again = {score.session_id for score in before if after[score.enrolment_id].as_of > score.as_of}
    assert again == {"avril"}


def test_while_estimates_are_off_there_are_none_and_what_was_shown_goes(centre):
    centre.estimate()
    centre.switch.turn(centre.organisation, on=False, reason="essai", by="essai")
    centre.estimate()

    assert centre.risks.scores_in(centre.organisation, ["mars"]) == []
    assert centre.risks.status(centre.organisation).active == 0
    centre.stand_at(MONDAY + timedelta(days=12))
    assert centre.estimate().enrolments == 0
    assert centre.risks.scores_in(centre.organisation, ["mars"]) == []


def test_whoever_objects_is_not_estimated_and_what_was_kept_of_them_goes(centre):
    centre.estimate()
    name = centre.names("mars")[0]
    rights = Rights(centre.services.store, centre.services.clock, centre.services.ids)
    asked = Asked(Right.OBJECTION, purposes=frozenset({Purpose.SCORING}))
    rights.open(centre.organisation, f"p-{name}", asked, "essai")
    centre.stand_at(MONDAY + timedelta(days=10))
    centre.estimate()

    assert name not in centre.risks.scores_of(centre.organisation, centre.names("mars"))
    assert centre.risks.history_of(centre.organisation, name) == []
    assert len(centre.risks.scores_in(centre.organisation, ["mars"])) == 11


def test_whoever_has_left_has_no_newest_estimate_and_their_history_stays(centre):
    centre.estimate()
    name = centre.names("mars")[5]
    centre.fades[name] = 5
    centre.leave("mars", 10, MONDAY + timedelta(days=9))
    centre.stand_at(MONDAY + timedelta(days=10))
    centre.settle()
    centre.estimate()

    assert name not in centre.risks.scores_of(centre.organisation, [name])
    assert len(centre.risks.history_of(centre.organisation, name)) == 1


def test_a_session_that_is_over_is_estimated_no_more_and_forgotten_when_its_time_is_over(centre):
    centre.estimate()
    centre.stand_at(MONDAY + timedelta(days=60))
    centre.settle()
    assert centre.estimate().enrolments == 0
    assert centre.risks.scores_in(centre.organisation, ["mars"]) == []
    assert len(centre.risks.history_of(centre.organisation, centre.names("mars")[0])) == 1
    centre.stand_at(date(2027, 4, 30))
    centre.settle()
    centre.estimate()

    assert centre.risks.history_of(centre.organisation, centre.names("mars")[0]) == []


def opened_and_read(centre: Centre, name: str) -> None:
    """Open a follow-up of somebody, and have a trainer look at their estimate."""
    records = RecordReader(centre.services.store, centre.services.clock).records(centre.organisation)
    centre.followups.open_by_hand(centre.organisation, records, name, "Trois absences.", "account:yann")
    readings = Readings(centre.services.store, centre.services.clock)
    readings.note(centre.organisation, [name], "account:yann", "trainer")


def left_of(centre: Centre, name: str) -> tuple[int, int]:
    readings = Readings(centre.services.store, centre.services.clock)
    found = centre.followups.of_enrolments(centre.organisation, [name])
    return len(found), len(readings.of(centre.organisation, [name]))


@pytest.mark.parametrize("is_on", [True, False])
def test_what_was_done_about_it_is_forgotten_with_the_estimates_while_they_are_made_and_after(centre, is_on):
    centre.begin("avril", MONDAY + timedelta(days=400), 6, fading=0)
    centre.estimate()
    opened_and_read(centre, "mars-0")
    opened_and_read(centre, "avril-0")
    if not is_on:
        centre.switch.turn(centre.organisation, on=False, reason="essai", by="essai")
        centre.estimate()
    centre.stand_at(MONDAY + timedelta(days=60))
    centre.settle()
    centre.estimate()
    assert left_of(centre, "mars-0") == (1, 1)
    centre.stand_at(MONDAY + timedelta(days=24 + 366))
    centre.settle()
    centre.estimate()

    assert left_of(centre, "mars-0") == (0, 0)
    assert left_of(centre, "avril-0") == (1, 1)
    assert centre.services.store.collection("risk_readings").count_documents({}) == 1


def test_a_followup_of_a_session_that_is_on_record_no_more_goes_when_it_is_old(centre):
    records = Records(centre.organisation, enrolments={"perdu-0": centre.enrolled("perdu", "perdu-0")})
    centre.followups.open_by_hand(centre.organisation, records, "perdu-0", "Trois absences.", "account:yann")
    centre.estimate()
    assert left_of(centre, "perdu-0") == (1, 0)
    centre.stand_at(MONDAY + timedelta(days=12 + 366))
    centre.settle()
    centre.estimate()

    assert left_of(centre, "perdu-0") == (0, 0)


def test_a_course_of_three_learners_has_no_score_and_says_why(centre):
    centre.begin("trio", MONDAY + timedelta(days=2), 3, fading=0)
    centre.live(MONDAY + timedelta(days=10), MONDAY + timedelta(days=12))
    centre.estimate()

    scores = centre.risks.scores_in(centre.organisation, ["trio"])
    assert [score.unshown for score in scores] == ["small_cohort"] * 3
    assert all(score.rank is None and score.unshown_sentence for score in scores)


def test_a_session_of_which_nothing_is_known_has_no_score_and_says_why(centre):
    centre.begin("vide", MONDAY, 12, fading=0)
    centre.settle()
    centre.estimate()

    assert {score.unshown for score in centre.risks.scores_in(centre.organisation, ["vide"])} == {"no_history"}


def test_an_organisation_without_any_record_is_no_trouble(services, organisation, caller):
    empty = Centre(services, caller)
    empty.switch_on()

    assert empty.estimate().enrolments == 0
    assert empty.risks.status(empty.organisation).active == 0


def test_a_clock_that_is_put_back_makes_no_estimates_and_destroys_none(centre):
    centre.estimate()
    before = all_rows(centre)
    centre.stand_at(MONDAY + timedelta(days=4))

    assert centre.estimate().trouble == "clock_behind"
    assert all_rows(centre) == before
    assert "horloge" in (centre.risks.status(centre.organisation).trouble or "")
    centre.stand_at(MONDAY + timedelta(days=10))
    centre.settle()
    assert centre.estimate().trouble is None
    assert centre.risks.status(centre.organisation).trouble is None


def test_facts_that_are_behind_make_no_estimates(centre):
    centre.estimate()
    centre.stand_at(MONDAY + timedelta(days=11))
    centre.send(centre.says("experienced", "mars-1", MONDAY + timedelta(days=11), 1, 7))

    assert centre.estimate().trouble == "facts_behind"
    assert len(centre.risks.history_of(centre.organisation, centre.names("mars")[0])) == 1
    centre.settle()
    assert centre.estimate().trouble is None


def test_cut_off_before_a_session_is_noted_it_is_estimated_again_and_nothing_is_there_twice(centre, monkeypatch):
    keeper = RiskKeeper(centre.services.store, centre.services.clock, centre.services.ids, centre.services.secret_key)

    def cut_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(keeper._scoring._running, "done", cut_off)
    with pytest.raises(KeyboardInterrupt):
        keeper.step(centre.organisation)
    centre.estimate()

    assert len(centre.risks.scores_in(centre.organisation, ["mars"])) == 12
    assert len(centre.risks.history_of(centre.organisation, centre.names("mars")[0])) == 1
    before = all_rows(centre)
    centre.estimate()
    assert all_rows(centre) == before


def test_nothing_of_one_organisation_is_read_by_another(centre):
    centre.estimate()
    other = type(centre.organisation)(centre.organisation + 1)

    assert centre.risks.scores_of(other, centre.names("mars")) == {}
    assert centre.risks.scores_in(other, ["mars"]) == []
    assert centre.risks.history_of(other, centre.names("mars")[0]) == []
    assert centre.risks.alerts(other) == []


def test_when_somebody_is_erased_what_was_estimated_of_them_goes(centre):
    centre.estimate()
    name = centre.names("mars")[4]
    erasing = Erasing(centre.services)
    told = Told(centre.services.store, centre.services.clock)
    told.note(centre.organisation, f"p-{name}")
    told.note(centre.organisation, "p-mars-5")
    preview = erasing.of_person(centre.organisation, f"p-{name}")
    erasing.erase(centre.organisation, Order(Ground.REQUEST, "essai", "essai"), preview, f"person:p-{name}")

    assert told.since(centre.organisation, [f"p-{name}"]) is None
    assert told.since(centre.organisation, ["p-mars-5"]) is not None
    assert centre.risks.history_of(centre.organisation, name) == []
    assert len(centre.risks.scores_in(centre.organisation, ["mars"])) == 11
