"""A whole session's documents: each made once, whatever dies when; what cannot be made says why."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from evidence.content import DocumentType
from evidence.issuing.batch import ItemState
from evidence.issuing.batches import BatchIssuing
from evidence.issuing.issuer import Issuer
from evidence.store.batches import LEASE_MICROS
from lrs.clock import RandomIds
from lrs.errors import NotFound
from tests.evidence.bundle.school import HOURS
from tests.evidence.issuing.conftest import Centre
from tests.training.examples import enrolment, person
from training.records import Contract

BY = "credential:essai"
CERTREAL = DocumentType.CERTREAL


@pytest.fixture
def full(centre: Centre) -> Centre:
    """Three trainees: one has done everything, of the others nothing is known."""
    for number in (2, 3):
        centre.write(person(f"p{number}", last_name=f"Nom{number}"),
                     enrolment(f"e{number}", person_id=f"p{number}", registration=UUID(int=number),
                               contracts=(Contract(date(2026, 1, 1), HOURS),)))  # fmt: skip
    centre.is_taught()
    return centre


def finish(issuing: BatchIssuing) -> None:
    while issuing.step():
        pass


def test_everybody_in_a_session_gets_a_document_or_what_is_missing(full):
    batch = full.batches.start(full.organisation, CERTREAL, "janvier", BY)
    assert (batch.total, batch.counts) == (3, {ItemState.WAITING: 3})

    finish(full.batches)

    found = full.batches.batches.get(full.organisation, batch.id)
    items = full.batches.batches.items(full.organisation, batch.id)
    assert found.counts == {ItemState.ISSUED: 1, ItemState.REFUSED: 2}
    assert found.finished_at is not None
    assert [item.state for item in items] == [ItemState.ISSUED, ItemState.REFUSED, ItemState.REFUSED]
    assert full.issuer.documents.find(items[0].code).enrolment_id == "e1"
    assert {reason for reason, _ in items[1].missing} >= {"half_day_unresolved", "exit_reason_missing"}


def test_the_same_batch_again_makes_nothing(full):
    full.batches.start(full.organisation, CERTREAL, "janvier", BY)
    finish(full.batches)
    again = full.batches.start(full.organisation, CERTREAL, "janvier", BY)

    finish(full.batches)

    assert full.batches.batches.get(full.organisation, again.id).counts[ItemState.UNCHANGED] == 1
    assert len(full.issuer.documents.page(full.organisation)) == 1


def test_a_document_made_by_somebody_who_died_before_saying_so_is_not_made_again(full):
    batch = full.batches.start(full.organisation, CERTREAL, "janvier", BY)
    item = full.batches.batches.take(full.organisation, batch.id, "celui qui meurt", full.services.clock.now_micros())
    made = full.issuer.issue(full.organisation, CERTREAL, item.subject(batch), BY, as_of=batch.as_of)
    finish(full.batches)
    assert full.batches.batches.get(full.organisation, batch.id).counts[ItemState.WAITING] == 1

    full.pass_time(microseconds=LEASE_MICROS)
    finish(full.batches)

    items = full.batches.batches.items(full.organisation, batch.id)
    assert (items[0].state, items[0].code) == (ItemState.UNCHANGED, made.document.code)
    assert len(full.issuer.documents.page(full.organisation)) == 1


def test_several_at_work_make_each_document_once(full):
    batch = full.batches.start(full.organisation, DocumentType.RELCOMP, "janvier", BY)
    workshop = replace(full.workshop, ids=RandomIds())
    store, clock = full.services.store, full.services.clock

    def work() -> None:
        finish(BatchIssuing(store, clock, RandomIds(), Issuer(workshop)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert full.batches.batches.get(full.organisation, batch.id).counts == {ItemState.ISSUED: 3}
    assert len(full.issuer.documents.page(full.organisation)) == 3


def test_a_batch_waits_for_an_authority_that_is_down_and_says_so(full, authority):
    batch = full.batches.start(full.organisation, CERTREAL, "janvier", BY)
    authority.shutdown()
    authority.server_close()

    finish(full.batches)

    found = full.batches.batches.get(full.organisation, batch.id)
    assert found.counts == {ItemState.WAITING: 1, ItemState.REFUSED: 2}
    assert found.finished_at is None
    assert not full.issuer.documents.page(full.organisation)


def test_what_facts_do_not_have_yet_is_waited_for_and_goes_on(full):
    full.does("experienced", "cours")
    batch = full.batches.start(full.organisation, CERTREAL, "janvier", BY)
    finish(full.batches)
    waiting = full.batches.batches.get(full.organisation, batch.id)
    assert (waiting.counts, waiting.trouble is None) == ({ItemState.WAITING: 3}, False)

    full.work()
    full.pass_time(seconds=5)
    finish(full.batches)

    found = full.batches.batches.get(full.organisation, batch.id)
    assert (found.counts[ItemState.ISSUED], found.trouble) == (1, None)


def test_sheets_of_a_session_are_one_document(centre):
    centre.is_taught()
    batch = centre.batches.start(centre.organisation, DocumentType.EMARG, "janvier", BY)

    finish(centre.batches)

    assert centre.batches.batches.get(centre.organisation, batch.id).counts == {ItemState.ISSUED: 1}


def test_a_batch_is_of_one_organisation_and_of_a_session_there_is(centre):
    batch = centre.batches.start(centre.organisation, CERTREAL, "janvier", BY)

    with pytest.raises(NotFound):
        centre.batches.batches.get(centre.organisation + 1, batch.id)
    with pytest.raises(NotFound):
        centre.batches.start(centre.organisation, CERTREAL, "aucune", BY)
