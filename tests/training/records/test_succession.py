"""Records that follow others: what they look up is what was indexed afresh."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property

from tests.training.examples import enrolment, person, programme, session, slot
from training.records import Records
from training.records.kinds import Kind
from training.records.succession import LOOK_UPS, MEMBERS, Successor, following


def test_every_look_up_says_what_it_is_made_of() -> None:
    assert {name for name, item in vars(Records).items() if isinstance(item, cached_property)} == set(LOOK_UPS)


def test_every_kind_has_its_place() -> None:
    beside = {"organisation", "as_of", "change", "programme_versions"}
    assert set(MEMBERS) == set(Kind)
    assert {field.name for field in fields(Records)} - beside == set(MEMBERS.values())


def test_the_records_before_stay_as_they_were() -> None:
    before = Records(1, change=3, people={"lea": person("lea")}, enrolments={"e1": enrolment("e1")})
    assert before.enrolments_of("lea") == (enrolment("e1"),)
    after = following(before, [Successor(Kind.ENROLMENT, "e1", None), Successor(Kind.PERSON, "zoe", person("zoe"))], 5)
    assert (after.change, after.enrolments, set(after.people)) == (5, {}, {"lea", "zoe"})
    assert after.enrolments_of("lea") == ()
    assert (before.change, set(before.people), before.enrolments_of("lea")) == (3, {"lea"}, (enrolment("e1"),))


def test_the_last_of_several_changes_of_one_record_stands() -> None:
    changes = [Successor(Kind.SLOT, "matin", slot("matin")), Successor(Kind.SLOT, "matin", slot("matin", 9))]
    after = following(Records(1, sessions={"janvier": session()}), changes, 2)
    assert after.slots_of("janvier") == (slot("matin", 9),)


def test_what_no_change_is_about_is_not_indexed_again() -> None:
    before = Records(1, people={"lea": person("lea")}, programmes={"prog": programme()})
    assert before.person_of("mbox mailto:lea@exemple.fr") == "lea"
    after = following(before, [Successor(Kind.SLOT, "matin", slot("matin"))], 2)
    assert vars(after)["_owners"] is vars(before)["_owners"]
