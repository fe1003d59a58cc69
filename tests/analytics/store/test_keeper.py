"""Facts over a real database: kept step by step, they are what deriving everything again gives."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from analytics.store.aside import ASIDE_MICROS
from analytics.store.kept_keys import DAYS
from tests.analytics.store.campus import Campus, enrolled, same, statement_id, with_identity
from tests.training.examples import person, programme, session
from training.records import MappingRule, Matcher
from training.records.kinds import Kind
from training.records.law_override import LawOverride
from training.store import Change


def test_statements_and_records_are_in_the_facts(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("initialized"), campus.says("answered", minute=5), campus.says("completed", minute=9))
    campus.pass_time(3 * 86_400)
    campus.work()
    campus.check()
    (done,) = [fact for fact in campus.facts.enrolments(campus.organisation) if fact.enrolment_id == "e1"]
    assert done.connected_seconds == 540
    assert done.satisfied_count == 1
    assert campus.facts.progress(campus.organisation).position == 3
    assert campus.facts.waiting(campus.organisation) == 0


def test_a_voided_statement_is_gone_whichever_came_first(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("completed"))
    campus.work()
    campus.send(campus.voids(statement_id(1)), campus.voids(statement_id(1)))
    # Voided before it comes.
    campus.send(campus.voids(statement_id(campus.sent + 2)))
    campus.send(campus.says("passed", minute=3))
    campus.work()
    campus.check()
    (standing,) = [item for item in campus.facts.standings(campus.organisation) if item.history] or [None]
    assert standing is None


def test_nobodys_statements_become_somebodys_with_the_record(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("completed", who="zoe", enrolment_=None), campus.says("viewed", who="zoe", minute=2))
    campus.work()
    assert not any(fact.statement_count for fact in campus.facts.days(campus.organisation))
    campus.write(with_identity("zoe", "zoe"))
    campus.work()
    campus.check()
    assert {fact.person_id for fact in campus.facts.days(campus.organisation) if fact.statement_count} == {"zoe"}
    # The registration was Léa's: when her enrolment changes, it may say something else of Zoé's statements.
    campus.write(enrolled("e4", person_id="zoe", session_id="fevrier", registration=statement_id(77)))
    campus.work()
    campus.check()
    campus.write(enrolled("e1", registration=statement_id(78)))
    campus.work()
    campus.check()


def test_merged_people_are_one_and_split_again_two(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.says("completed", "cours", who="yann", enrolment_="e2", minute=1))
    campus.work()
    campus.write(person("yann", last_name="Le Gall", first_name="Yann", merged_into="lea"))
    campus.work()
    campus.check()
    assert len(campus.facts.person(campus.organisation, "yann").enrolments) == 3
    campus.write(person("yann", last_name="Le Gall", first_name="Yann"))
    campus.send(campus.says("passed", who="yann", enrolment_="e2", minute=5))
    campus.work()
    campus.check()
    assert len(campus.facts.person(campus.organisation, "yann").enrolments) == 1


def test_what_was_unmapped_belongs_to_its_activity_once_it_is_mapped(campus: Campus) -> None:
    campus.furnish()
    campus.send(
        campus.says("completed", "https://moodle.exemple.fr/vieux"),
        campus.says("completed", "https://ailleurs.exemple.fr/1", minute=4),
    )
    campus.work()
    campus.check()
    rule = MappingRule("ailleurs", Matcher.IRI_PREFIX, "https://ailleurs.exemple.fr/", "prog", 1, "m1", "quiz")
    campus.write(rule)
    campus.work()
    campus.check()
    (facts,) = [item for item in campus.facts.enrolments(campus.organisation) if item.enrolment_id == "e1"]
    assert facts.satisfied_count == 1
    campus.delete(Change(Kind.MAPPING_RULE, "ailleurs", None))
    campus.work()
    campus.check()


def test_an_enrolment_goes_to_somebody_else_with_all_that_was_kept_of_it(campus: Campus) -> None:
    campus.furnish()
    campus.send(
        campus.says("completed", enrolment_="e3"), campus.says("completed", "cours", who="yann", enrolment_="e3")
    )
    campus.work()
    campus.write(enrolled("e3", person_id="yann", session_id="fevrier"))
    campus.work()
    campus.check()
    campus.delete(Change(Kind.ENROLMENT, "e3", None))
    campus.work()
    campus.check()


def test_rules_of_the_organisations_own_count_everybody_again(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("viewed"), campus.says("viewed", "cours", minute=20))
    campus.work()
    before = [fact.active_micros for fact in campus.facts.days(campus.organisation)]
    campus.write(LawOverride("inactif", "facts.idle_cap_seconds", 60, session().starts_on, reason="essai"))
    campus.work()
    campus.check()
    assert sum(fact.active_micros for fact in campus.facts.days(campus.organisation)) < sum(before)


def test_time_alone_makes_slots_due_and_the_calendar_ask_for_more(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("viewed"))
    for hours in (1, 5, 17, 7, 20, 31, 100, 24, 24 * 12, 24 * 20):
        campus.pass_time(hours * 3600)
        campus.work()
        campus.check()
    (facts,) = [item for item in campus.facts.enrolments(campus.organisation) if item.enrolment_id == "e1"]
    assert sum(facts.due_seconds.values()) == 3 * 12_600


def test_content_of_a_programme_changes_and_a_session_that_keeps_to_its_version_does_not(campus: Campus) -> None:
    campus.furnish()
    campus.write(session(trainer_ids=("yann",), programme_version=1))
    campus.send(campus.says("completed"), campus.says("completed", "cours", enrolment_="e3", minute=1))
    campus.work()
    less = programme(completion_rule_id="regle")
    campus.write(replace(less, modules=less.modules[1:]))
    campus.work()
    campus.check()


def test_facts_of_an_instant_that_is_over_are_derived_as_of_then(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("completed"))
    campus.pass_time(60)
    campus.work()
    then = campus.facts.progress(campus.organisation).as_of
    before = campus.facts.person(campus.organisation, "lea")
    campus.pass_time(60)
    campus.send(campus.voids(statement_id(1)))
    campus.write(person("yann", last_name="Le Gall", first_name="Yann", merged_into="lea"))
    campus.pass_time(60)
    campus.work()
    campus.check()
    assert campus.facts.person(campus.organisation, "lea", as_of=then) == before
    assert campus.facts.person(campus.organisation, "lea") != before
    for part in ("days", "standings", "slots", "enrolments", "anomalies"):
        found = list(getattr(campus.facts, part)(campus.organisation, as_of=then, session_ids=["janvier"]))
        assert all(item in getattr(before, part) for item in found if getattr(item, "enrolment_id", "") == "e1"), part


def test_facts_kept_in_an_older_form_are_made_again(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.voids(statement_id(9)))
    campus.work()
    campus.services.store.collection("fact_progress").update_one({"_id": campus.organisation}, {"$set": {"form": 0}})
    campus.services.store.collection("fact_days").update_many({}, {"$set": {"b": b"\x93"}})
    campus.work()
    campus.check()
    assert campus.facts.progress(campus.organisation).position == 2


def test_somebody_whose_facts_cannot_be_worked_out_holds_nobody_up(campus: Campus) -> None:
    campus.furnish()
    campus.send(campus.says("completed"), campus.says("completed", "cours", who="yann", enrolment_="e2", minute=1))
    campus.work()
    # What was kept of one of Léa's days cannot be read any more; both have something new.
    days = campus.services.store.collection(DAYS)
    (row,) = days.find({"o": campus.organisation, "p": "lea", "b": {"$exists": True}}).limit(1)
    key = {"_id": row["_id"], "o": campus.organisation}
    days.update_one(key, {"$set": {"b": b"\xc1"}})
    campus.send(campus.says("passed", minute=5), campus.says("passed", who="yann", enrolment_="e2", minute=6))
    failures: dict[str, Exception] = {}
    campus.work(failures=failures)
    assert list(failures) == ["lea"]
    assert isinstance(failures["lea"], msgspec.DecodeError)
    assert campus.facts.waiting(campus.organisation) == 1
    yann = campus.facts.person(campus.organisation, "yann")
    same(yann, campus.derived("yann", yann.as_of))
    # She is tried again after a while, and nothing is due before that.
    due_at = campus.keeper.rest(campus.organisation).due_at
    assert due_at == campus.services.clock.now_micros() + ASIDE_MICROS
    days.update_one(key, {"$set": {"b": row["b"]}})
    campus.work()
    assert campus.facts.waiting(campus.organisation) == 1
    campus.pass_time(60)
    campus.work()
    campus.check()
    assert campus.facts.waiting(campus.organisation) == 0
