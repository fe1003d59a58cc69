"""`assidu risk`, as a person calls it."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from lrs.organisations import Organisations
from tests.analytics.store.risk_ground import NOW, Centre, lived_through


@pytest.fixture
def slug(services, organisation) -> str:
    return Organisations(services.store, services.clock).get(organisation).slug


@pytest.fixture
def assidu(services, slug) -> Any:
    """Call the command over the test's services."""

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["risk", *words], obj=services)

    return call


@pytest.fixture
def centre(services, organisation, caller) -> Centre:
    """Two sessions that are over and one that runs."""
    return lived_through(services, caller)


def test_a_model_is_trained_and_evaluated_and_an_estimate_explained(assidu, slug, centre):
    dry = assidu("train", slug, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "Nothing was kept" in dry.output
    assert "no model scores yet" in assidu("status", slug).output
    trained = assidu("train", slug)
    assert trained.exit_code == 0, trained.output
    assert "at_risk: kept as version 1" in trained.output
    assert "AUC" in trained.output
    evaluated = assidu("evaluate", slug, "--target", "at_risk")
    assert evaluated.exit_code == 0, evaluated.output
    assert "deux" in evaluated.output
    assert " un " not in evaluated.output
    assert "learnt from" in assidu("evaluate", slug, "--every").output
    centre.estimate()
    score = next(item for item in centre.risks.scores_in(centre.organisation, ["trois"]) if item.reasons)
    explained = assidu("explain", score.enrolment_id, "--organisation", slug, "--features")
    assert explained.exit_code == 0, explained.output
    assert score.reasons[0].sentence in explained.output
    assert f"place {score.place} of {score.among}" in explained.output
    assert "idle_days" in explained.output
    same = assidu("explain", score.enrolment_id, "--organisation", slug, "--as-of", NOW.isoformat())
    assert score.reasons[0].sentence in same.output
    status = assidu("status", slug).output
    assert "estimates are on" in status
    assert "own/at_risk/1" in status
    assert "drift of" in status


def test_what_cannot_be_done_is_said_and_nothing_is_a_traceback(assidu, slug, services, organisation, caller):
    empty = Centre(services, caller)
    assert "There is no organisation called ailleurs" in assidu("status", "ailleurs").output
    assert "estimates are off" in assidu("status", slug).output
    explained = assidu("explain", "personne", "--organisation", slug)
    assert explained.exit_code == 1
    assert "Nothing was estimated" in explained.output
    evaluated = assidu("evaluate", slug)
    assert evaluated.exit_code == 1
    assert "assidu risk train" in evaluated.output
    trained = assidu("train", slug)
    assert trained.exit_code == 0
    assert "refused" in trained.output
    rolled = assidu("roll-back", slug, "--target", "at_risk", "--reason", "essai")
    assert rolled.exit_code == 1
    assert "nothing to go back to" in rolled.output
    assert empty.risks.model_card(organisation) == ()
