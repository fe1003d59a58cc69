"""The worker's processes make a batch's documents, and end when they are told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assidu.authority.client import authority_secret
from assidu.authority.service import Authority, AuthorityServer
from assidu.evidence_work import EvidenceWork
from assidu.settings import Settings
from evidence.content import DocumentType
from evidence.issuing.batch import ItemState
from evidence.issuing.document import Status
from lrs.clock import SystemClock
from tests.evidence.issuing.conftest import LEA, Centre, authority, centre, layout, workshop
from tests.training.examples import person

__all__ = ["authority", "centre", "layout", "workshop"]
BY = "credential:essai"


@pytest.fixture
def today(centre: Centre, tmp_path: Path) -> Iterator[AuthorityServer]:
    """An authority whose clock is the machine's, as that of processes of their own is."""
    secret = authority_secret(centre.services.secret_key)
    server = AuthorityServer(Authority(tmp_path / "authority", secret, SystemClock()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def work(centre: Centre, today: AuthorityServer, settings: Settings, recwarn: pytest.WarningsRecorder) -> EvidenceWork:
    """Its processes connect to the same database, with the same secret."""
    store, key = centre.services.store, centre.services.secret_key.decode()
    told = replace(settings, database=store.database.name, secret_key=key, authority_url=today.address)
    return EvidenceWork(told, centre.services)


@pytest.mark.full
def test_processes_of_their_own_make_the_documents_of_a_batch(centre, work):
    centre.is_taught()
    batch = centre.batches.start(centre.organisation, DocumentType.RELCOMP, "janvier", BY)
    work.start()
    try:
        deadline = time.monotonic() + 60
        while centre.batches.batches.get(centre.organisation, batch.id).finished_at is None:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        work.stop()
        work.join()

    assert centre.batches.batches.get(centre.organisation, batch.id).counts == {ItemState.ISSUED: 1}


def test_the_worker_flags_what_has_changed(centre, work):
    centre.is_taught()
    centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, BY)
    centre.write(person("lea", last_name="Durand"))
    centre.work()

    work.look()

    assert [item.status for item in centre.issuer.documents.page(centre.organisation)] == [Status.TO_REPLACE]
