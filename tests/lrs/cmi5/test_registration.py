"""When units, blocks and courses are met, and what the platform writes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.cmi5 import pen
from lrs.cmi5.address import launch_address, with_parameters
from lrs.cmi5.memory import read_registration, read_terms, write_registration, write_terms
from lrs.cmi5.registration import advanced
from lrs.cmi5.vocabulary import LaunchMode, MoveOn, Verb
from lrs.profiles.library import known_profile
from lrs.statements.rules import statement_problems
from lrs.versions import Version
from tests.lrs.cmi5.ground import ALERT, COURSE, COURSE_IRI, NOW, PROTECT, READ, SESSION, registration, terms, unit

NAMES = [PROTECT.id, ALERT.id, READ.id]
SOME = st.frozensets(st.sampled_from(NAMES))


@pytest.mark.parametrize(
    ("move_on", "needed"),
    [
        (MoveOn.PASSED, [{"passed"}, {"passed", "completed"}]),
        (MoveOn.COMPLETED, [{"completed"}, {"passed", "completed"}]),
        (MoveOn.COMPLETED_AND_PASSED, [{"passed", "completed"}]),
        (MoveOn.COMPLETED_OR_PASSED, [{"passed"}, {"completed"}, {"passed", "completed"}]),
        (MoveOn.NOT_APPLICABLE, [set(), {"passed"}, {"completed"}, {"passed", "completed"}]),
    ],
)
def test_section_13_1_4_a_unit_is_met_by_its_move_on(move_on, needed):
    one = unit(move_on=move_on)
    every = [set(), {"passed"}, {"completed"}, {"passed", "completed"}]

    met = [had for had in every if registration(**{name: frozenset((one.id,)) for name in had}).has_met(one)]

    assert met == [had for had in every if had in needed]
    assert registration(waived=frozenset((one.id,))).has_met(one)


def test_section_9_3_9_blocks_are_satisfied_from_the_inside_and_the_course_last():
    whole = registration(completed=frozenset(NAMES), passed=frozenset(NAMES))

    assert [what.id.rpartition("/")[2] for what in whole.newly_satisfied(COURSE)] == ["appels", "gestes", "secourisme"]


@given(SOME, SOME, SOME)
def test_nothing_is_satisfied_twice_and_more_never_satisfies_less(completed, passed, waived):
    one = registration(completed=completed, passed=passed, waived=waived)
    said = list(one.newly_satisfied(COURSE))
    for what in said:
        one = pen.with_satisfied(one, what)

    assert list(one.newly_satisfied(COURSE)) == []
    more = replace(registration(completed=frozenset(NAMES), passed=passed, waived=waived))
    assert {what.id for what in said} <= {what.id for what in more.newly_satisfied(COURSE)}


@given(SOME, SOME, st.sampled_from([None, *Verb]), st.integers(0, 10**9))
def test_what_is_kept_of_a_registration_is_read_back(completed, satisfied, verb, at):
    one = registration(completed=completed, satisfied=satisfied)
    one = advanced(one, one.sessions[0], verb, NOW + at, NOW + 2 * at)

    assert read_registration(one.organisation, one.id, write_registration(one)) == one


def test_what_is_kept_of_terms_is_read_back():
    assert read_terms(terms().organisation, terms().key, write_terms(terms())) == terms()


def written():
    one, session = registration(), registration().sessions[0]
    return {
        "launched": pen.launched(one, COURSE, PROTECT, terms(), NOW),
        "abandoned": pen.abandoned(one, COURSE, PROTECT, replace(session, last=NOW + 61_500_000), NOW),
        "waived": pen.waived(one, COURSE, PROTECT, "Tested Out", NOW)[1],
        "satisfied block": pen.satisfied(one, COURSE, COURSE.children[0], SESSION, NOW),
        "satisfied course": pen.satisfied(one, COURSE, COURSE, SESSION, NOW),
    }


@pytest.mark.parametrize("name", written())
def test_what_the_platform_writes_is_xapi_and_keeps_the_published_profile(name):
    statement = written()[name]

    assert statement_problems(statement, Version.V1_0_3) == []
    assert len(known_profile("cmi5").matching(statement)) == 3
    assert [found.problem for found in known_profile("cmi5").findings(statement)] == []


def test_section_9_5_4_2_abandoned_lasts_from_the_launch_to_the_last_statement():
    assert written()["abandoned"]["result"] == {"duration": "PT61.50S"}


def test_what_is_said_twice_has_one_id_and_what_differs_another():
    ids = [statement["id"] for statement in written().values()]

    assert ids == [statement["id"] for statement in written().values()]
    assert len(set(ids)) == len(ids)


def test_sections_8_1_5_and_9_4_no_activity_is_its_publishers_id():
    for statement in written().values():
        assert not statement["object"]["id"].startswith(COURSE_IRI)


def test_section_10_2_launch_data_has_what_the_structure_says():
    keyed = replace(PROTECT, entitlement_key="clef")

    document = pen.launch_data(terms(), keyed, "https://lms.example/retour")

    assert json.loads(json.dumps(document)) == {
        "contextTemplate": terms().template,
        "launchMode": "Normal",
        "launchMethod": "AnyWindow",
        "moveOn": "CompletedAndPassed",
        "launchParameters": "niveau=1",
        "masteryScore": 0.8,
        "returnURL": "https://lms.example/retour",
        "entitlementKey": {"courseStructure": "clef"},
    }
    assert pen.launch_data(terms(LaunchMode.BROWSE, mastery=None), READ, None).keys() == {
        "contextTemplate", "launchMode", "launchMethod", "moveOn",
    }  # fmt: skip


def test_section_8_1_an_address_keeps_what_it_had():
    address = launch_address("https://c.example/x?a=%20b#fin", terms(), endpoint="https://l.example/xapi/", fetch="f")

    assert address.startswith("https://c.example/x?a=%20b&endpoint=https%3A%2F%2Fl.example%2Fxapi%2F&fetch=f&actor=%7B")
    assert address.endswith("#fin")
    assert with_parameters("https://c.example/", {"a": "é&="}) == "https://c.example/?a=%C3%A9%26%3D"
