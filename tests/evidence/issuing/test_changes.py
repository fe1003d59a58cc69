"""A document whose inputs have changed is flagged, and no other is; what is undone makes it valid again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.content import DocumentType
from evidence.issuing.changes import Changes
from evidence.issuing.document import Status
from tests.evidence.issuing.conftest import LEA, Centre
from tests.training.examples import person, provider, slot
from training.records import Modality

BY = "credential:essai"


@pytest.fixture
def changes(centre: Centre) -> Changes:
    centre.is_taught()
    centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, BY)
    return Changes(centre.services.store, centre.services.clock, centre.issuer)


def look(centre: Centre, changes: Changes) -> Status:
    centre.work()
    while changes.step(centre.organisation).more:
        pass
    return centre.issuer.documents.page(centre.organisation)[0].status


def test_a_document_stays_valid_while_nothing_has_changed(centre, changes):
    assert look(centre, changes) is Status.VALID


def test_a_voided_mark_flags_it(centre, changes):
    document = centre.issuer.documents.page(centre.organisation)[0]
    cited = sorted(centre.issuer.documents.cited(centre.organisation, document.code))

    centre.voids(cited[0])

    assert look(centre, changes) is Status.TO_REPLACE


def test_a_corrected_name_flags_it_and_the_name_put_back_does_not_leave_it_flagged(centre, changes):
    centre.write(person("lea", last_name="Durand"))
    assert look(centre, changes) is Status.TO_REPLACE

    centre.write(person("lea"))

    assert look(centre, changes) is Status.VALID


def test_a_half_day_that_was_added_flags_it(centre, changes):
    records = centre.issuer.gathering.records(centre.organisation, centre.services.clock.now_micros())
    contract = records.enrolments["e1"].contracts[0]
    more = {**contract.planned_seconds, Modality.IN_PERSON: 40_000}
    centre.edit(records.enrolments["e1"], contracts=(replace(contract, planned_seconds=more),))
    centre.work()
    centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, BY)
    assert look(centre, changes) is Status.VALID

    centre.write(slot("soir", 9))

    assert look(centre, changes) is Status.TO_REPLACE


def test_statements_that_decide_nothing_leave_it_valid(centre, changes):
    centre.does("experienced", "cours", day=12)

    assert look(centre, changes) is Status.VALID


def test_a_telephone_number_and_a_new_letterhead_leave_it_valid(centre, changes):
    centre.write(person("lea", phone="0600000000"), provider(legal_name="Autre raison sociale"))

    assert look(centre, changes) is Status.VALID


def test_what_was_flagged_is_replaced_by_the_next_version(centre, changes):
    centre.write(person("lea", last_name="Durand"))
    look(centre, changes)

    second = centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, BY)

    versions = {item.version: item.status for item in centre.issuer.documents.of_enrolment(centre.organisation, "e1")}
    assert second.is_new
    assert versions == {1: Status.SUPERSEDED, 2: Status.VALID}


def test_asking_how_things_stood_does_not_make_a_flagged_document_valid(centre, changes):
    instant = centre.issuer.documents.page(centre.organisation)[0].as_of
    centre.write(person("lea", last_name="Durand"))
    assert look(centre, changes) is Status.TO_REPLACE

    found = centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, BY, as_of=instant)

    assert (found.is_new, found.document.status) == (False, Status.TO_REPLACE)
    assert look(centre, changes) is Status.TO_REPLACE
