"""Records read by following their changes are those read afresh."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from lrs.errors import InvalidRequest, NotFound
from tests.training.examples import change, enrolment, organisation_records, person, programme, session, slot
from training.records import MappingRule, Matcher, Records
from training.records.kinds import Kind, Record
from training.records.succession import LOOK_UPS
from training.store import Change, RecordReader, Register

LOOKED_UP = "https://lms.exemple.fr/quiz"


def look_around(records: Records) -> dict[str, object]:
    """Have every look-up made, and return what they answer."""
    records.places_of(LOOKED_UP, platform="Moodle")
    names = (*records.people, "personne")
    answers: dict[str, object] = {name: getattr(records, name) for name in LOOK_UPS if name != "_places"}
    answers["places"] = [records.places_of(iri, platform="Moodle") for iri in (LOOKED_UP, "https://x.fr/1")]
    answers["people"] = [(records.survivor(name), records.enrolments_of(name)) for name in sorted(names)]
    answers["programmes"] = [records.programme_of(name) for name in sorted(records.sessions)]
    return answers


def steps(chance: Random) -> list[Callable[[], list[Record | Change]]]:
    quizless = replace(programme(), modules=programme().modules[1:], completion_rule_id="regle")
    yann = person("yann", last_name="Le Gall", first_name="Yann")
    return [
        lambda: [person(f"p{chance.randint(1, 4)}", phone=str(chance.random()))],
        lambda: [replace(yann, merged_into=chance.choice(["lea", None]))],
        lambda: [chance.choice([quizless, programme(completion_rule_id="regle")])],
        lambda: [session(trainer_ids=("yann",), programme_version=chance.choice([None, 1, 2]))],
        lambda: [session(id=f"s{chance.randint(1, 3)}"), slot("autre", chance.randint(6, 20))],
        lambda: [Change(Kind.SLOT, "autre", None)],
        lambda: [enrolment("e1", person_id=chance.choice(["lea", "yann"]))],
        lambda: [Change(Kind.ENROLMENT, "e1", None)],
        lambda: [MappingRule("regle-x", Matcher.IRI_PREFIX, chance.choice(["https://x.fr/", "https://y.fr/"]), "prog")],
        lambda: [Change(Kind.MAPPING_RULE, "regle-x", None)],
    ]


@pytest.mark.parametrize("seed", range(6))
def test_following_changes_gives_what_a_fresh_read_gives(services, organisation, seed: int) -> None:
    register, reader = Register(services.store, services.clock), RecordReader(services.store, services.clock)
    register.write(organisation, [change(record) for record in organisation_records()], "essai")
    records = reader.records(organisation)
    chance = Random(seed)
    for _ in range(25):
        if chance.random() < 0.7:
            look_around(records)
        given = chance.choice(steps(chance))()
        with suppress(InvalidRequest, NotFound):
            changes = [item if isinstance(item, Change) else change(item) for item in given]
            register.write(organisation, changes, "essai")
        if chance.random() < 0.5:
            continue
        followed = reader.following(records)
        assert followed is not None
        fresh = reader.records(organisation)
        assert followed == fresh
        assert look_around(followed) == look_around(fresh)
        records = followed


def test_nothing_new_is_the_same_records(services, organisation) -> None:
    register, reader = Register(services.store, services.clock), RecordReader(services.store, services.clock)
    register.write(organisation, [change(record) for record in organisation_records()], "essai")
    records = reader.records(organisation)
    assert reader.following(records) is records


def test_too_many_changes_are_left_to_a_fresh_read(services, organisation) -> None:
    register, reader = Register(services.store, services.clock), RecordReader(services.store, services.clock)
    records = reader.records(organisation)
    register.write(organisation, [change(record) for record in organisation_records()], "essai")
    assert reader.following(records, limit=3) is None
    assert reader.following(records) == reader.records(organisation)
