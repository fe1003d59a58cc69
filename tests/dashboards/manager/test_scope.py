"""Nobody sees through a manager's views what is not theirs: not a trainer, not a funder, not a neighbour."""

from __future__ import annotations

import pytest

from dashboards.views.comparison import cohorts_of, content_of, modalities_of
from dashboards.views.decisions import decisions, decisions_of
from dashboards.views.decisions_mapping import map_activities
from dashboards.views.enrolment import enrolment_file
from dashboards.views.portfolio import find_learners, portfolio
from dashboards.views.session import session_file
from dashboards.views.session_issuing import issue, made_in
from dashboards.views.statements import statement_of, statements_of
from dashboards.views.statements_asked import Asked
from evidence.store.batches import Batches
from lrs.errors import Forbidden, InvalidRequest, NotFound
from lrs.organisations import Organisations
from training.access import Role


@pytest.fixture
def neighbour(services) -> int:
    return Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number


@pytest.fixture
def trainer(seen):
    """Yann, who teaches January and is enrolled in it; February is somebody else's."""
    return seen(Role.TRAINER, person="yann")


def test_a_trainer_sees_the_session_that_they_teach_and_no_other(trainer):
    assert [line.session.id for line in portfolio(trainer).sessions] == ["janvier"]
    assert {line.enrolment.id for line in session_file(trainer, "janvier").enrolments} == {"e1", "e2"}
    for look in (
        lambda: session_file(trainer, "fevrier"),
        lambda: enrolment_file(trainer, "e3"),
        lambda: statements_of(trainer, Asked("e3")),
    ):
        with pytest.raises(NotFound):
            look()


def test_a_trainer_finds_learners_of_their_sessions_alone(trainer):
    assert {item.enrolment.id for item in find_learners(trainer, "martin")} == {"e1"}


def test_a_trainer_is_not_shown_who_pays_nor_what_is_asked_about_data(trainer, seen):
    found = enrolment_file(trainer, "e1")
    assert (found.enrolment.funding, found.funder, found.requests) == (None, "", ())
    assert enrolment_file(seen(), "e1").enrolment.id == found.enrolment.id


def test_a_trainer_opens_a_statement_of_their_learners_only_through_them(trainer, seen):
    (line, *_) = statements_of(seen(), Asked("e1")).lines
    assert statement_of(trainer, "e1", str(line.statement_id)).text
    with pytest.raises(NotFound):
        statement_of(trainer, "e3", str(line.statement_id))


@pytest.mark.parametrize("role", [Role.TRAINER, Role.AUDITOR, Role.FUNDER, Role.LEARNER])
def test_decisions_are_for_who_answers_for_the_organisation(seen, role):
    lens = seen(role, person="lea", funder="opco")
    for look in (decisions, lambda other: decisions_of(other, "unmapped")):
        with pytest.raises(Forbidden):
            look(lens)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.TRAINER])
def test_a_neighbour_sees_nothing_of_ours(seen, neighbour, role):
    lens = seen(role, person="yann", of=neighbour)
    ours = statements_of(seen(), Asked("e1")).lines[0]
    assert portfolio(lens).sessions == ()
    assert find_learners(lens, "martin") == []
    for look in (
        lambda: session_file(lens, "janvier"),
        lambda: enrolment_file(lens, "e1"),
        lambda: statements_of(lens, Asked("e1")),
        lambda: statement_of(lens, "e1", str(ours.statement_id)),
        lambda: content_of(lens, "prog"),
        lambda: cohorts_of(lens, "prog"),
    ):
        with pytest.raises(NotFound):
            look()
    assert content_of(lens).lines == ()
    assert modalities_of(lens).hours == ()


def test_a_neighbour_has_nothing_of_ours_to_decide(seen, neighbour):
    seen_here = {item.key for group in decisions(seen()).groups for item in group.first}
    there = [item for group in decisions(seen(of=neighbour)).groups for item in group.first]
    assert seen_here
    assert all(item.session_id is None and item.enrolment_id is None for item in there)


def test_documents_are_issued_by_who_answers_for_the_organisation_and_for_no_neighbour(seen, trainer, neighbour):
    with pytest.raises(Forbidden):
        issue(trainer, "ATTASS", "janvier")
    with pytest.raises(NotFound):
        issue(seen(of=neighbour), "ATTASS", "janvier")
    with pytest.raises(InvalidRequest):
        issue(seen(), "AUTRE", "janvier")


@pytest.mark.parametrize("role", [Role.TRAINER, Role.AUDITOR, Role.FUNDER, Role.LEARNER])
def test_activities_are_mapped_by_who_answers_for_the_organisation(seen, role):
    with pytest.raises(Forbidden):
        map_activities(seen(role, person="yann", funder="opco"), "https://", "prog")


def test_a_batch_is_of_everybody_in_a_session_or_of_one(seen, small, services):
    lens = seen()
    assert issue(lens, "ATTASS", "janvier").total == 2
    batch = issue(lens, "CERTREAL", "janvier", "e2")
    assert [(made.name, made.item.enrolment_id) for made in made_in(lens, batch)] == [("Le Gall Yann", "e2")]
    kept = Batches(services.store).of_session(small.organisation, "janvier")
    assert {item.started_by for item in kept} == {"account:manager"}


def test_nothing_of_fewer_than_five_people_is_published(seen):
    lens = seen()
    assert all(line.known is None and line.finished.interval is None for line in content_of(lens).lines)
    assert all(line.figures == () for line in modalities_of(lens).hours)
    assert all(group.overview is None for group in cohorts_of(lens).groups)
