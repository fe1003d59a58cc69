"""Models through the real store: fitted on what is finished, held against what is later, kept only when no worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.store.books import Books
from analytics.store.risk import POOLED, ModelName
from analytics.store.risk_keys import model_key
from analytics.store.risk_learning import Learning
from analytics.store.risk_models import RiskModels
from analytics.store.risk_scoring import terms_of
from lrs.errors import KeyUnreadable, NotFound, ProofFailure
from tests.analytics.store.risk_ground import DAYS, MONDAY, NOW, Centre, lived_through


@pytest.fixture
def centre(services, organisation, caller) -> Centre:
    """Two sessions that are over, twelve days apart, and one that has run for two weeks; estimates are on."""
    return lived_through(services, caller)


def learning_of(centre: Centre) -> Learning:
    services = centre.services
    return Learning(services.store, services.clock, services.ids, services.secret_key)


def models_of(centre: Centre) -> RiskModels:
    return RiskModels(centre.services.store, centre.services.clock, centre.services.secret_key)


def test_the_earlier_session_is_learnt_from_and_the_later_one_judges(centre):
    fitted = learning_of(centre).own(centre.organisation, "essai")

    at_risk = next(item for item in fitted.trainings if item.target == "at_risk")
    assert at_risk.sessions == ("un",)
    assert at_risk.judged_on == ("deux",)
    assert (at_risk.first_on, at_risk.last_on) == (MONDAY, MONDAY + timedelta(days=DAYS - 1))
    assert at_risk.counts["enrolments"] <= 30
    assert at_risk.is_kept, at_risk.why
    assert at_risk.figures[0].auc is not None
    assert at_risk.figures[0].auc > 0.6
    assert {item.session_id for item in at_risk.figures[1:]} == {"deux"}
    assert at_risk.before is not None
    card = centre.risks.model_card(centre.organisation)[0]
    assert card.model == ModelName(centre.organisation, "at_risk", 1)
    assert card.digest == models_of(centre).load(card.model).digest
    assert card.training.why == at_risk.why
    assert centre.risks.trainings(centre.organisation)


def test_a_dry_run_keeps_nothing(centre):
    fitted = learning_of(centre).own(centre.organisation, "essai", is_dry=True)

    assert fitted.kept
    assert centre.risks.trainings(centre.organisation) == []
    assert centre.risks.model_card(centre.organisation) == ()
    assert centre.services.store.collection("risk_models").count_documents({}) == 0


def test_everybody_who_runs_gets_a_place_and_reasons_the_same_every_time(centre):
    learning_of(centre).own(centre.organisation, "essai")
    centre.estimate()

    scores = centre.risks.scores_in(centre.organisation, ["trois"])
    scored = [score for score in scores if score.is_scored]
    assert sorted(score.place for score in scored) == list(range(1, len(scored) + 1))
    assert len(scored) >= 8
    assert all(score.model == ModelName(centre.organisation, "at_risk", 1) for score in scored)
    assert any(score.reasons and score.reasons[0].sentence for score in scored)
    ranks = [score.rank for score in scored]
    assert ranks == sorted(ranks, reverse=True)
    kept = list(centre.services.store.collection("risk_days").find().sort("_id", 1))
    centre.services.store.collection("risk_sessions").delete_many({})
    centre.estimate()
    again = list(centre.services.store.collection("risk_days").find().sort("_id", 1))
    assert [row["b"] for row in kept] == [row["b"] for row in again]
    soon = centre.risks.scores_in(centre.organisation, ["trois"], target="leaves_soon", horizon=14)
    assert {score.horizon for score in soon} <= {14}


def test_whoever_is_most_at_risk_gets_one_follow_up_and_keeps_it_from_day_to_day(centre):
    learning_of(centre).own(centre.organisation, "essai")
    centre.estimate()
    alerts = centre.risks.alerts(centre.organisation, is_open=True)
    assert [alert.opened_place for alert in alerts] == [1]
    followups = centre.followups.open_ones(centre.organisation)
    assert [item.enrolment_id for item in followups] == [alerts[0].enrolment_id]
    assert followups[0].alerts[0].key == alerts[0].id
    for day in range(1, 4):
        centre.stand_at(NOW + timedelta(days=day))
        centre.settle()
        centre.estimate()

    assert alerts[0].id in {alert.id for alert in centre.risks.alerts(centre.organisation)}
    assert len({alert.enrolment_id for alert in centre.risks.alerts(centre.organisation)}) <= 2
    assert len(centre.followups.open_ones(centre.organisation)) <= 2
    assert centre.services.store.collection("mails").count_documents({}) == 0


def test_trained_again_without_anything_new_the_model_stays(centre):
    learning_of(centre).own(centre.organisation, "essai")
    again = learning_of(centre).own(centre.organisation, "essai")

    first = next(item for item in again.trainings if item.target == "at_risk")
    assert not first.is_kept
    assert "no session has ended since" in first.why
    assert centre.risks.model_card(centre.organisation)[0].model.version == 1


def test_a_model_that_is_worse_on_later_data_is_refused_with_its_figures(centre):
    learning_of(centre).own(centre.organisation, "essai")
    # Another session judges the next model; those before it become nonsense to learn from.
    centre.stand_at(NOW + timedelta(days=1))
    centre.begin("quatre", NOW + timedelta(days=1), 30, fading=10)
    centre.live(NOW + timedelta(days=1), NOW + timedelta(days=DAYS + 1))
    learning = learning_of(centre)
    finished = learning.finished(centre.organisation, terms(centre), centre.now)
    spoilt = [spoil(item) if item.session_id in {"un", "deux"} else item for item in finished]
    learning.finished = lambda *_, **__: spoilt
    fitted = learning.own(centre.organisation, "essai")

    at_risk = next(item for item in fitted.trainings if item.target == "at_risk")
    assert not at_risk.is_kept
    assert at_risk.figures
    assert "later data" in at_risk.why
    assert centre.risks.model_card(centre.organisation)[0].model.version == 1
    assert centre.risks.trainings(centre.organisation)[0].verdict == "refused"


def terms(centre: Centre):
    records = Books(centre.services.store, centre.services.clock).newest(centre.organisation).records
    return terms_of(records, centre.now)


def spoil(finished):
    """Turn every outcome around: whoever learns from it learns the opposite."""
    snapshots = {
        day: replace(item, outcome={target: 1.0 - found for target, found in item.outcome.items()})
        for day, item in finished.snapshots.items()
    }
    return replace(finished, snapshots=snapshots)


def test_a_model_whose_bytes_or_signature_do_not_hold_scores_nobody_and_says_why(centre):
    learning_of(centre).own(centre.organisation, "essai")
    name = ModelName(centre.organisation, "at_risk", 1)
    rows = centre.services.store.collection("risk_models")
    key = model_key(name.owner, name.target, name.version)
    row = rows.find_one({"_id": key})
    other = rows.find_one({"k": "leaves"}) or {**row, "b": row["b"][:-9]}
    for change in ({"b": other["b"]}, {"r": row["r"].replace(b"un", b"xx")}, {"note": row["note"][:-4] + b"AA=\n"}):
        rows.update_one({"_id": key}, {"$set": change})
        with pytest.raises(ProofFailure):
            models_of(centre).load(name)
        rows.replace_one({"_id": key}, row)
    models_of(centre).load(name)
    rows.update_one({"_id": key}, {"$set": {"b": other["b"]}})
    turn = centre.estimate()

    scores = centre.risks.scores_in(centre.organisation, ["trois"])
    assert "at_risk" in centre.risk.step(centre.organisation).refused or "at_risk" in turn.refused
    assert {score.unshown for score in scores} == {"model_refused"}
    assert all("vérifié" in score.unshown_sentence for score in scores)


def test_a_model_signed_under_another_secret_is_not_believed(centre):
    learning_of(centre).own(centre.organisation, "essai")
    stranger = RiskModels(centre.services.store, centre.services.clock, b"x" * 32)

    with pytest.raises(KeyUnreadable):
        stranger.load(ModelName(centre.organisation, "at_risk", 1))


def test_versions_follow_each_other_and_one_scores_and_rolling_back_takes_the_one_before(centre):
    learning_of(centre).own(centre.organisation, "essai")
    models, name = models_of(centre), ModelName(centre.organisation, "at_risk", 1)
    second = models.keep(models.load(name), models.record(name))[1]
    assert second.version == 2
    assert models.active(centre.organisation, "at_risk").model == name
    models.activate(second, "essai", "meilleur")
    models.activate(second, "essai", "encore")

    assert models.active(centre.organisation, "at_risk").model == second
    assert models.roll_back(centre.organisation, "at_risk", "essai", "retour").model == name
    assert centre.services.store.collection("risk_active").count_documents({"k": "at_risk"}) == 1
    with pytest.raises(NotFound):
        models.roll_back(centre.organisation, "at_risk", "essai", "retour")
    assert [item.model for item in models.history(centre.organisation, "at_risk")] == [second, name]


def test_only_those_who_decided_so_are_in_the_pooled_models_and_whose_sessions_is_told_to_nobody(centre):
    learning = learning_of(centre)
    alone = learning.pooled([centre.organisation], "essai", is_dry=True)
    assert all(not item.is_kept for item in alone.trainings)
    assert all(item.counts["enrolments"] == 0 for item in alone.trainings)
    centre.rule("risk.pooling", contributes=True)
    fitted = learning_of(centre).pooled([centre.organisation], "essai", asked=terms(centre).training)

    at_risk = next(item for item in fitted.kept if item.target == "at_risk")
    assert at_risk.owner == POOLED
    assert (at_risk.sessions, at_risk.judged_on) == ((), ())
    assert all(item.session_id is None for item in at_risk.figures)
    assert at_risk.counts["enrolments"] > 0


def test_pooled_models_score_whoever_has_none_of_their_own_unless_they_do_not_want_that(centre):
    centre.rule("risk.pooling", contributes=True)
    learning_of(centre).pooled([centre.organisation], "essai", asked=terms(centre).training)
    centre.estimate()
    scores = centre.risks.scores_in(centre.organisation, ["trois"])
    assert any(score.is_scored and score.model.is_pooled for score in scores)
    assert centre.risks.model_card(centre.organisation)[0].model.is_pooled
    centre.rule("risk.pooling", uses=False)
    centre.stand_at(NOW + timedelta(days=1))
    centre.settle()
    centre.estimate()

    assert not any(score.is_scored for score in centre.risks.scores_in(centre.organisation, ["trois"]))


def test_drift_is_kept_day_by_day_and_calibration_of_sessions_that_end_later(centre):
    learning_of(centre).own(centre.organisation, "essai")
    centre.estimate()
    drift = centre.risks.drift(centre.organisation)[0]
    assert drift.model.version == 1
    assert drift.count == 12 - sum(1 for item in centre.names("trois") if (centre.fades[item] or 99) <= 4)
    assert drift.features
    assert (drift.finished, drift.error) == (0, None)
    centre.live(NOW + timedelta(days=1), NOW + timedelta(days=DAYS - 9))
    centre.begin("cinq", NOW + timedelta(days=10), 10, fading=0)
    centre.live(NOW + timedelta(days=DAYS - 8), NOW + timedelta(days=DAYS - 7))
    centre.estimate()

    history = centre.risks.drift_history(centre.organisation)
    assert len(history) == 2
    assert "trois" in history[-1].sessions


def test_with_one_finished_session_nothing_is_fitted_and_the_reason_is_said(services, organisation, caller):
    young = Centre(services, caller)
    young.stand_at(MONDAY - timedelta(days=3))
    young.furnish()
    young.begin("un", MONDAY, 12, fading=4)
    young.live(MONDAY, MONDAY + timedelta(days=DAYS))
    fitted = learning_of(young).own(young.organisation, "essai")

    assert fitted.kept == []
    assert all("two that ended on different days are needed" in item.why for item in fitted.trainings)


def test_an_organisation_that_has_nothing_is_no_trouble(services, organisation, caller):
    empty = Centre(services, caller)

    fitted = learning_of(empty).own(empty.organisation, "essai")
    assert fitted.kept == []
    assert len(empty.risks.trainings(empty.organisation)) == 3


def test_statements_that_come_three_days_late_break_nothing_and_no_probability_is_sure_of_itself(centre):
    learning_of(centre).own(centre.organisation, "essai")
    first = NOW + timedelta(days=1)
    centre.stand_at(first, 6)
    centre.begin("tard", first, 12, fading=4)
    for number in range(12):
        centre.stand_at(first + timedelta(days=number), 20)
        if number >= 3:
            told = first + timedelta(days=number - 3)
            names = centre.sessions["tard"]
            centre.send(*(item for learner in names for item in centre.does(learner, number - 3, told)))
    centre.settle()
    centre.estimate()

    scores = centre.risks.scores_in(centre.organisation, ["tard"])
    assert len(scores) == 12
    for score in scores:
        assert score.is_scored or score.unshown_sentence
        assert score.probability is None or score.high - score.low > 0.05
