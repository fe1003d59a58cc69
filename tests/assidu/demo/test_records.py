"""The demonstration's records are of the same people, sessions and activities as its statements."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from assidu.demo.people import HOME_PAGE
from assidu.demo.records import year_records
from assidu.demo.year import year
from lrs.statements.keys import identifier_text
from training.law import load_law
from training.records import ExitReason, Records
from training.records.enrolment import Enrolment
from training.records.kinds import KINDS, Kind
from training.rules.own import own_problems

UNTIL = date(2026, 1, 5)
CONTENTS = (f"{HOME_PAGE}/mod/", f"{HOME_PAGE}/videos/", f"{HOME_PAGE}/programmes/")
# Attempts and questions are parts of an activity; discussions, modules and whole programmes are none.
PARTS = ("/attempt.php", "/questions/", "?attempt=", "/forum/", "/modules/", "/blocs/")


@pytest.fixture(scope="module")
def records() -> Records:
    found: dict[Kind, dict[str, object]] = {kind: {} for kind in Kind}
    for record in year_records(2026, UNTIL, learners=30, months=6):
        found[KINDS[type(record)]][record.id] = record
    return Records(
        1,
        people=found[Kind.PERSON],  # type: ignore[arg-type]  # sorted by their kinds
        programmes=found[Kind.PROGRAMME],  # type: ignore[arg-type]
        sessions=found[Kind.TRAINING_SESSION],  # type: ignore[arg-type]
        slots=found[Kind.SLOT],  # type: ignore[arg-type]
        enrolments=found[Kind.ENROLMENT],  # type: ignore[arg-type]
        mapping_rules=found[Kind.MAPPING_RULE],  # type: ignore[arg-type]
        providers=found[Kind.PROVIDER],  # type: ignore[arg-type]
    )


def test_every_learner_and_every_content_of_the_year_is_on_record(records: Records) -> None:
    contents = set()
    for told in year(2026, UNTIL, learners=30, months=6):
        statement = told.statement
        registration = statement.get("context", {}).get("registration")
        text = identifier_text(statement["actor"])
        assert text is not None
        person = records.person_of(text)
        assert person is not None, text
        if registration is not None and statement["verb"]["id"] != "http://adlnet.gov/expapi/verbs/voided":
            enrolment = records.enrolment_of(UUID(registration))
            assert enrolment is not None
            assert enrolment.person_id == person
        iri = statement["object"]["id"]
        if iri.startswith(CONTENTS) and not any(part in iri for part in PARTS):
            contents.add(iri)
            places = records.places_of(iri)
            assert places, iri
            assert all(records.find_place(place)[1] is not None for place in places), iri
    assert len(contents) > 30


def test_contracts_hold_just_the_hours_that_are_planned(records: Records) -> None:
    for enrolment in records.enrolments.values():
        assert isinstance(enrolment, Enrolment)
        (contract,) = enrolment.contracts
        slots = records.slots_of(enrolment.session_id)
        programme = records.programme_of(enrolment.session_id)
        assert programme is not None
        alone = sum(activity.estimated_seconds for _, activity in programme.activities())
        assert contract.total_seconds == sum(slot.planned_seconds for slot in slots) + alone


def test_whoever_left_long_ago_is_written_off(records: Records) -> None:
    exits = [enrolment.exit for enrolment in records.enrolments.values() if enrolment.exit is not None]

    assert exits
    assert {exit_.reason for exit_ in exits} == {ExitReason.ABANDON}
    assert all(exit_.on < UNTIL for exit_ in exits)


def test_documents_of_the_demonstration_have_somebody_to_issue_and_to_sign_them(records: Records) -> None:
    provider = records.provider

    assert provider is not None
    assert not list(own_problems(provider, load_law()))
    assert provider.signatory_on(UNTIL) is not None
    assert provider.logo is not None
    assert all(programme.objectives for programme in records.programmes.values())
