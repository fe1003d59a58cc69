"""What a manager sees is what is known: every number again, by the plainest way there is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from analytics.facts import Presence
from dashboards.frame.gathering import gather_pages
from dashboards.frame.routes import Routes
from dashboards.views import decisions_attendance, decisions_people
from dashboards.views.decisions import decisions, decisions_of
from dashboards.views.decisions_item import Kind, Urgency
from dashboards.views.decisions_mapping import map_activities, targets
from dashboards.views.enrolment import enrolment_file
from dashboards.views.portfolio import Phase, find_learners, phase_of, portfolio
from dashboards.views.session import session_file
from dashboards.views.session_half_days import SlotState
from dashboards.views.statements import statements_of
from dashboards.views.statements_asked import Asked
from evidence.completeness import State
from evidence.completeness.enrolments import Completeness
from evidence.store.archive import Archive
from lrs.errors import InvalidRequest, NotFound
from tests.analytics.store.campus import enrolled
from tests.training.examples import session
from training.access import Role
from training.assistance import Channel, Entry, Logbook, Outcome
from training.assistance import Kind as Said
from training.assistance.writing import Helper
from training.attendance import Author
from training.attendance.openings import Openings
from training.records import MappingRule, Matcher
from training.records.ids import EnrolmentId

_RATES = ("attendance_rate_net", "realisation_rate", "completion_rate", "progression")
_ASKED = (State.OVERDUE, State.DUE, State.MISSING, State.EXPIRED, State.PRESENT)


@pytest.mark.parametrize("formula", _RATES)
def test_a_portfolio_adds_up_the_enrolments_of_which_anything_was_due(seen, formula):
    lens = seen()
    figures = [facts.figure(formula) for facts in lens.enrolment_facts()]
    figures = [figure for figure in figures if figure.denominator > 0]
    total = portfolio(lens).total.figure(formula)
    most = [figure.denominator if figure.cap else figure.numerator for figure in figures]
    assert total.denominator == sum(figure.denominator for figure in figures)
    assert total.numerator == sum(min(figure.numerator, cap) for figure, cap in zip(figures, most, strict=True))


def test_a_portfolio_counts_the_documents_that_each_enrolment_is_asked_for(seen, services):
    lens = seen()
    completeness = Completeness(services, Archive(services.store, services.clock, lens.sources.trail))
    counts = Counter(
        item.state
        for enrolment in lens.enrolments()
        for item in completeness.of(lens.viewer.organisation, lens.records, enrolment)
        if item.state in _ASKED
    )
    assert counts
    assert portfolio(lens).documents == counts


def test_sessions_are_running_to_come_or_ended_by_their_own_days():
    january = session()
    assert phase_of(january, date(2026, 1, 4)) is Phase.UPCOMING
    assert {phase_of(january, day) for day in (january.starts_on, january.ends_on)} == {Phase.RUNNING}
    assert phase_of(january, date(2026, 1, 31)) is Phase.ENDED


def test_running_sessions_come_first_and_those_that_ended_last(seen, small):
    small.write(
        session(id="passee", starts_on=date(2025, 12, 1), ends_on=date(2025, 12, 5)),
        session(id="future", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 5)),
    )
    phases = [line.phase for line in portfolio(seen()).sessions]
    assert phases == [Phase.RUNNING, Phase.RUNNING, Phase.UPCOMING, Phase.ENDED]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("léa", {"e1", "e3"}), ("LEA martin", {"e1", "e3"}), ("le gall", {"e2"}), ("e2", {"e2"}), ("x", set())],
)
def test_a_learner_is_found_by_name_or_id_whatever_the_accents(seen, wanted, found):
    assert {item.enrolment.id for item in find_learners(seen(), wanted)} == found


def test_a_session_asks_for_the_documents_that_each_of_its_enrolments_is_asked_for(seen, services):
    lens = seen()
    completeness = Completeness(services, Archive(services.store, services.clock, lens.sources.trail))
    for line in session_file(lens, "janvier").enrolments:
        expected = completeness.of(lens.viewer.organisation, lens.records, line.enrolment)
        assert line.documents == Counter(item.state for item in expected)


def test_what_is_too_much_to_list_is_counted_all_the_same(seen, monkeypatch):
    whole = {group.kind: (group.count, group.urgency) for group in decisions(seen()).groups}
    assert {Kind.ANOMALY, Kind.DOCUMENT_DUE} <= whole.keys()
    for module in (decisions_attendance, decisions_people):
        monkeypatch.setattr(module, "LISTED", 0)
    assert {group.kind: (group.count, group.urgency) for group in decisions(seen()).groups} == whole


def test_a_half_day_counts_who_is_present_absent_and_unknown(seen, small):
    facts = list(small.facts.slots(small.organisation, session_ids=("janvier",)))
    for line in session_file(seen(), "janvier").half_days:
        mine = [fact for fact in facts if fact.slot_id == line.slot.id]
        assert line.unknown == sum(fact.presence is Presence.UNKNOWN and fact.is_due for fact in mine)
        assert line.present + line.absent == 0


def test_a_half_day_that_is_over_waits_for_marks_and_one_to_come_does_not(seen):
    states = {line.slot.id: line.state for line in session_file(seen(), "janvier").half_days}
    assert states == {"matin": SlotState.TO_SIGN, "lendemain": SlotState.UPCOMING, "classe": SlotState.UPCOMING}


def test_a_half_day_that_is_open_says_so(seen, services, small):
    by = Author("account", "a")
    Openings(services).open(small.organisation, "matin", by, services.clock.now_micros() + 1_000_000_000)
    (line, *_) = session_file(seen(), "janvier").half_days
    assert line.state is SlotState.OPEN


def test_the_days_of_a_file_add_up_to_its_facts(seen):
    found = enrolment_file(seen(), "e1")
    assert found.facts is not None
    assert sum(line.statement_count for line in found.days) == found.facts.statement_count
    assert sum(line.credited_seconds for line in found.days) == sum(found.facts.credited_seconds.values())
    assert [line.activity_id for line in found.activities] == ["cours", "quiz"]
    assert all(line.standing is not None and line.standing.is_satisfied for line in found.activities)


def test_a_file_as_of_an_instant_is_what_was_known_then_whatever_came_since(seen, small, services):
    small.pass_time(10)
    then = services.clock.now_micros()
    before = enrolment_file(seen(), "e1", then)
    assert len(before.half_days) == 3
    assert before.facts is not None
    assert before.facts.statement_count == 5
    small.pass_time(3600)
    small.send(small.says("answered", "quiz", minute=200))
    small.write(session(title="Autre titre", trainer_ids=("yann",)))
    small.work()
    after = enrolment_file(seen(), "e1", then)
    assert after == before
    assert enrolment_file(seen(), "e1").session_title == "Autre titre"
    assert enrolment_file(seen(), "e1").facts != before.facts


def test_nobody_is_told_how_things_will_stand(seen, services):
    with pytest.raises(InvalidRequest):
        enrolment_file(seen(), "e1", services.clock.now_micros() + 1)


def test_a_file_of_before_an_enrolment_was_on_record_is_not_there(seen, services):
    with pytest.raises(NotFound):
        enrolment_file(seen(), "e1", services.clock.now_micros() - 40 * 86_400_000_000)


def test_what_waits_is_counted_by_kind_and_the_most_urgent_comes_first(seen):
    lens = seen()
    found = decisions(lens)
    kinds = {group.kind: group for group in found.groups}
    assert kinds[Kind.MARKS_MISSING].count == 1
    assert kinds[Kind.DOCUMENT_DUE].count == portfolio(lens).documents[State.MISSING]
    assert [group.urgency for group in found.groups] == sorted(group.urgency for group in found.groups)
    assert found.count == sum(len(decisions_of(lens, group.kind)) for group in found.groups)


def test_a_half_day_without_marks_is_urgent_after_two_days(seen, small):
    assert decisions_of(seen(), "marks_missing")[0].urgency is Urgency.SOON
    small.pass_time(3 * 86_400)
    small.work()
    assert decisions_of(seen(), "marks_missing")[0].urgency is Urgency.NOW


def test_an_activity_nobody_knows_waits_until_it_is_mapped(seen, small):
    small.send(small.says("experienced", "https://ailleurs.exemple.fr/page", platform="Autre"))
    small.work()
    assert [item.values["prefix"] for item in decisions_of(seen(), "unmapped")] == ["https://ailleurs.exemple.fr/"]
    small.write(MappingRule("ailleurs", Matcher.IRI_PREFIX, "https://ailleurs.exemple.fr/", "prog", module_id="m1"))
    assert decisions_of(seen(), "unmapped") == ()


def test_what_is_unknown_is_mapped_from_here_and_counts_from_then_on(seen, small):
    small.send(small.says("experienced", "https://ailleurs.exemple.fr/page", platform="Autre"))
    small.work()
    (place,) = [item for item in targets(seen()) if item.activity_id == "quiz"]
    for prefix, target in (("https://", place.key), ("https://ailleurs.exemple.fr/", "nulle part")):
        with pytest.raises(InvalidRequest):
            map_activities(seen(), prefix, target)
    rule = map_activities(seen(), "https://ailleurs.exemple.fr/", place.key)
    assert (rule.programme_id, rule.module_id, rule.activity_id) == ("prog", "m1", "quiz")
    small.work()
    assert decisions_of(seen(), "unmapped") == ()
    assert statements_of(seen(), Asked("e1", activity_id="quiz")).total == 3


def test_a_silent_feed_waits_for_somebody(seen, small, services):
    settings = services.credentials.get(small.organisation, "essai").settings
    services.credentials.change(small.organisation, "essai", {"quiet_after_seconds": 60})
    assert replace(settings, quiet_after_seconds=60) == services.credentials.get(small.organisation, "essai").settings
    small.pass_time(3600)
    assert [item.count for item in decisions_of(seen(), "silent_feed")] == [1]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_a_decision_leads_to_a_page_that_its_reader_may_open(seen, small, services, role):
    services.credentials.change(small.organisation, "essai", {"quiet_after_seconds": 60})
    small.pass_time(15 * 86_400)
    routes, found = Routes(gather_pages()), [item for group in decisions(seen(role)).groups for item in group.first]
    assert {item.kind for item in found} >= {Kind.SILENT_FEED, Kind.MARKS_MISSING}
    paths = [item.path.partition("?")[0] for item in found if item.path]
    assert [path for path in paths if not path.startswith("attendance/") and not routes.find(path, "", role)] == []
    # Who can do nothing about it is told so, and led nowhere.
    assert {item.path for item in found if item.kind is Kind.SILENT_FEED} == (
        {"settings/credentials"} if role is Role.ADMINISTRATOR else {""}
    )


def test_a_learner_who_has_stopped_is_to_be_contacted_until_somebody_does(seen, small, services):
    small.write(enrolled("e2", person_id="yann", entered_on=date(2026, 1, 5)))
    small.pass_time(15 * 86_400)
    small.work()
    # Léa has done what January asks; in February, which began on the same day, nothing.
    assert {item.enrolment_id for item in decisions_of(seen(), "contact")} == {"e2", "e3"}
    entry = Entry(Said.TALK, "appel", Channel.TELEPHONE, "Reprise", outcome=Outcome.RESUMES)
    records, helper = seen().records, Helper(Author("account", "a", "Sara"))
    Logbook(services).record(small.organisation, records, EnrolmentId("e2"), entry, helper)
    small.pass_time(600)
    assert {item.enrolment_id for item in decisions_of(seen(), "contact")} == {"e3"}


def test_there_is_no_decision_of_a_kind_that_there_is_not(seen):
    with pytest.raises(NotFound):
        decisions_of(seen(), "autre")
