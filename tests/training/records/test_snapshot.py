"""Look-ups over records: who, where, which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lrs.tenancy import OrganisationId
from tests.training.examples import HOUR, REGISTRATION, enrolment, person, programme, session, slot
from training.records import Contract, Identity, MappingRule, Matcher, Modality, Place, Records, TrainingActivity
from training.records.person import merged, unmerged

QUIZ = "https://lms.exemple.fr/quiz"


def records(*items: object, **more: object) -> Records:
    parts: dict[str, dict[str, object]] = {}
    names = {
        "Person": "people",
        "Programme": "programmes",
        "TrainingSession": "sessions",
        "Slot": "slots",
        "Enrolment": "enrolments",
        "MappingRule": "mapping_rules",
    }
    for item in items:
        parts.setdefault(names[type(item).__name__], {})[item.id] = item
    return Records(OrganisationId(1), **parts, **more)


def test_an_identity_leads_to_who_somebody_was_merged_into_in_the_end():
    known = records(person("a", merged_into="b"), person("b", merged_into="c"), person("c"))

    assert known.person_of("mbox mailto:a@exemple.fr") == "c"
    assert known.person_of("mbox mailto:personne@exemple.fr") is None
    assert known.identities_of("a") == tuple(f"mbox mailto:{name}@exemple.fr" for name in "abc")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8), st.integers(0, 5))
def test_merging_and_splitting_again_is_as_if_nothing_had_been(pairs: list[tuple[int, int]], who: int):
    people = {str(at): person(str(at)) for at in range(6)}
    for one, other in pairs:
        known = records(*people.values())
        if known.survivor(str(other)) != str(one) and people[str(one)].merged_into is None:
            people[str(one)] = merged(people[str(one)], str(other))
    free = [name for name, item in people.items() if item.merged_into is None and name != str(who)]
    before = records(*people.values())
    if people[str(who)].merged_into is not None or not free or before.survivor(free[0]) == str(who):
        return

    together = records(*{**people, str(who): merged(people[str(who)], free[0])}.values())
    apart = records(*{**people, str(who): unmerged(together.people[str(who)])}.values())

    assert together.survivor(str(who)) == free[0]
    assert [apart.survivor(name) for name in people] == [before.survivor(name) for name in people]
    assert apart.people == before.people


def test_enrolments_of_somebody_merged_count_for_who_they_are():
    known = records(session(), person("lea"), person("double", merged_into="lea"), enrolment(person_id="double"))

    assert [item.id for item in known.enrolments_of("lea")] == ["e1"]
    assert known.enrolment_of(REGISTRATION).id == "e1"


def test_slots_stand_in_order_of_time():
    known = records(session(), slot("b", 9), slot("a", 12), slot("c", 7))

    assert [item.id for item in known.slots_of("janvier")] == ["c", "b", "a"]
    assert known.slots_of("mars") == ()


def test_an_iri_of_a_programme_wins_over_every_rule():
    rule = MappingRule("r", Matcher.IRI_PREFIX, "https://lms.exemple.fr/", "autre", priority=0)
    known = records(programme(), programme(id="autre", modules=()), rule)

    assert known.places_of(QUIZ) == (Place("prog", "m1", "quiz"),)
    assert known.places_of("https://lms.exemple.fr/inconnu") == (Place("autre"),)
    assert known.places_of("https://ailleurs.exemple.fr/") == ()


def test_the_rule_with_the_lowest_priority_wins():
    rules = [
        MappingRule("c", Matcher.PLATFORM, "Moodle", "prog", priority=5, module_id="m2"),
        MappingRule("b", Matcher.GROUPING, "https://cours.exemple.fr/1", "prog", priority=5, module_id="m1"),
        MappingRule("a", Matcher.REGISTRATION, str(REGISTRATION).upper(), "prog", priority=9),
    ]
    known = records(programme(), *rules)
    asked = {"platform": "Moodle", "groupings": ("https://cours.exemple.fr/1",)}

    assert known.places_of("urn:x", **asked) == (Place("prog", "m1"),)
    assert known.places_of("urn:x", platform="Moodle") == (Place("prog", "m2"),)
    assert known.places_of("urn:x", registration=REGISTRATION) == (Place("prog"),)


def test_a_registration_narrows_an_iri_that_programmes_share():
    shared = replace(programme().modules[0], activities=(TrainingActivity("le-meme", QUIZ),))
    other = programme(id="autre", modules=(shared,))
    known = records(programme(), other, session(programme_id="autre"), enrolment())

    assert known.places_of(QUIZ) == (Place("autre", "m1", "le-meme"), Place("prog", "m1", "quiz"))
    assert known.places_of(QUIZ, registration=REGISTRATION) == (Place("autre", "m1", "le-meme"),)
    assert len(known.places_of(QUIZ, registration=UUID(int=1))) == 2


def test_a_session_follows_the_version_it_keeps_to():
    old = programme(title="Ancien")
    known = records(programme(), session(programme_version=1), programme_versions={("prog", 1): old})

    assert known.programme_of("janvier") == old
    assert records(programme(), session()).programme_of("janvier") == programme()
    assert known.programme_of("mars") is None


def test_an_amendment_holds_from_its_day():
    first = Contract(date(2026, 1, 1), {Modality.ASYNC: HOUR})
    second = Contract(date(2026, 2, 1), {Modality.ASYNC: 2 * HOUR})
    known = enrolment(contracts=(second, first))

    assert known.contract_on(date(2025, 12, 31)) is None
    assert known.contract_on(date(2026, 1, 31)) == first
    assert known.planned_on(date(2026, 2, 1)) == {Modality.ASYNC: 2 * HOUR}


def test_an_identity_says_the_same_as_the_agent_it_came_from():
    account = {"account": {"homePage": "https://moodle.exemple.fr", "name": "4 2"}}

    assert Identity.parse_plain(account, "").to_plain() == account
