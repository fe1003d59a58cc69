"""What the indexes of issued documents, of batches, of holds and of retention runs are there for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import UUID

from evidence.content import DocumentType
from evidence.issuing.batch import Batch, ItemState
from evidence.issuing.document import IssuedDocument, Status
from evidence.retention.holds import HoldScope
from evidence.store.batches import Batches
from evidence.store.holds import Holds
from evidence.store.issued import IssuedDocuments
from evidence.store.retention_runs import RetentionRuns, Run
from evidence.store.trail import Trail
from lrs.caller import Caller
from lrs.clock import Micros
from lrs.services import Services
from lrs.store.database import Session
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, PersonId, SessionId

Work = Callable[[Services, Caller], object]

BATCH, RUN = UUID(int=7), UUID(int=8)
_DOCUMENTS, _BATCHES, _ITEMS = 120, 40, 20
# Rows that one organisation has of what has no index of its own; another has as many.
OF_ONE: Final = 10
_OTHER: Final = OrganisationId(99)
_SESSION, _ENROLMENT = SessionId("s7"), EnrolmentId("e7")
_NOW: Final = Micros(10**15)


def many_documents(services: Services, organisation: OrganisationId) -> None:
    """Issue documents in three versions each, a few of which are to be looked at; batches, of which a few run."""
    documents, batches = IssuedDocuments(services.store), Batches(services.store)

    def issue(session: Session) -> None:
        for at in range(_DOCUMENTS):
            document = _document(organisation, at)
            cited, records = [UUID(int=at % 30)], [f"session:{document.session_id}"]
            documents.insert(document, _series(at // 3), cited, records, session)

    services.store.transaction(issue)
    documents.mark_stale(organisation, {"version": 3, "enrolments": _ENROLMENT})
    for at in range(_BATCHES):
        enrolments = [EnrolmentId(f"e{number}") for number in range(_ITEMS)] if at % 20 == BATCH.int else []
        batches.start(_batch(organisation, at), enrolments)


def _series(at: int) -> str:
    return f"CERTREAL/enrolment:e{at}"


def _document(organisation: OrganisationId, at: int) -> IssuedDocument:
    enrolment = EnrolmentId(f"e{at % 20}")
    return IssuedDocument(
        organisation=organisation, code=f"D{at:04}", number=f"CERTREAL-2026-{at:06}", version=at % 3 + 1,
        type=DocumentType.CERTREAL, status=Status.VALID, session_id=SessionId(f"s{at % 10}"), enrolment_id=enrolment,
        enrolments=(enrolment,), people=(PersonId(f"p{at}"),), first_on=None, last_on=None, title="t", holder="h",
        provider="p", as_of=_NOW, issued_at=Micros(_NOW + at // 2), issued_by="essai", digest=f"{at:064x}",
        size_bytes=1, evidence_digest="", inputs="", substance="",
    )  # fmt: skip


def _batch(organisation: OrganisationId, at: int) -> Batch:
    return Batch(
        organisation=organisation, id=UUID(int=at), type=DocumentType.CERTREAL, session_id=SessionId(f"s{at % 10}"),
        period=None, as_of=_NOW, started_at=Micros(_NOW + at), started_by="essai", counts={},
    )  # fmt: skip


def _issued(services: Services) -> IssuedDocuments:
    return IssuedDocuments(services.store)


def _see_newest(services: Services, caller: Caller) -> None:
    first = _issued(services).page(caller.organisation, limit=5)
    assert [item.code for item in first] == ["D0119", "D0118", "D0117", "D0116", "D0115"]
    then = _issued(services).page(caller.organisation, before=(first[-1].issued_at, first[-1].code), limit=2)
    assert [item.code for item in then] == ["D0114", "D0113"]
    some = _issued(services).page(caller.organisation, types=(DocumentType.CERTREAL,), statuses=(Status.VALID,))
    assert len(some) == 50


def _see_enrolment(services: Services, caller: Caller) -> None:
    assert len(_issued(services).of_enrolment(caller.organisation, _ENROLMENT)) == 6
    assert len(_issued(services).page(caller.organisation, enrolment_id=_ENROLMENT)) == 6
    assert _issued(services).mark_stale(caller.organisation, {"enrolments": {"$in": ["e8"]}}) == 6


def _see_session(services: Services, caller: Caller) -> None:
    assert len(_issued(services).of_session(caller.organisation, _SESSION)) == 12
    assert len(_issued(services).page(caller.organisation, session_id=_SESSION)) == 12


def _see_citing(services: Services, caller: Caller) -> None:
    found = _issued(services).citing(caller.organisation, [UUID(int=8), UUID(int=7)])
    assert [item.code for item in found] == ["D0007", "D0008", "D0037", "D0038", "D0067", "D0068", "D0097", "D0098"]


def _make_batch(services: Services, caller: Caller) -> None:
    batches = Batches(services.store)
    assert batches.get(caller.organisation, BATCH).total == _ITEMS
    assert [item.number for item in batches.items(caller.organisation, BATCH, after=4, limit=2)] == [5, 6]
    taken = batches.take(caller.organisation, BATCH, "me", _NOW)
    assert taken is not None
    batches.settle(caller.organisation, BATCH, taken.number, ItemState.ISSUED, _NOW, code="D0001")


def _see_running(services: Services, caller: Caller) -> None:
    assert Batches(services.store).running() == [(caller.organisation, UUID(int=at)) for at in (7, 27)]


def _see_holds(services: Services, caller: Caller) -> None:
    holds = Holds(services.store, services.clock, services.ids, Trail(services.store, services.clock))
    for organisation in (caller.organisation, _OTHER):
        for at in range(OF_ONE):
            holds.place(organisation, HoldScope.LEARNER, f"p{at}", "litige", "essai")
    holds.release(caller.organisation, holds.all(caller.organisation)[0].hold_id, "fini", "essai")
    assert len(holds.all(caller.organisation)) == OF_ONE
    assert len(holds.all(caller.organisation, in_force=True)) == OF_ONE - 1


def _see_runs(services: Services, caller: Caller) -> None:
    runs = RetentionRuns(services.store)
    for organisation in (caller.organisation, _OTHER):
        runs.begin(Run(RUN, organisation, "essai", "échéance", _NOW, date(2026, 1, 5)))
    assert [run.organisation for run in runs.all(caller.organisation)] == [caller.organisation]


def _see_files(services: Services, caller: Caller) -> None:
    runs = RetentionRuns(services.store)
    run = runs.begin(Run(RUN, caller.organisation, "essai", "échéance", _NOW, date(2026, 1, 5)))
    services.store.transaction(lambda session: runs.note_file(run, "ab" * 32, {"n": 1}, session))
    assert runs.files(run) == [{"n": 1}]


USES: Final[dict[tuple[str, ...], Work]] = {
    ("issued_documents", "o", "series", "version"): lambda services, caller: _issued(services).versions(
        caller.organisation, _series(7)
    ),
    ("issued_documents", "o", "enrolments", "issued_at", "_id"): _see_enrolment,
    ("issued_documents", "o", "session_id", "issued_at", "_id"): _see_session,
    ("issued_documents", "o", "issued_at", "_id"): _see_newest,
    ("issued_documents", "o", "cited"): _see_citing,
    ("issued_documents", "o", "records"): lambda services, caller: _issued(services).mark_stale(
        caller.organisation, {"records": {"$in": ["session:s3"]}}
    ),
    ("issued_documents", "o", "stale"): lambda services, caller: _issued(services).stale(caller.organisation, 5),
    ("issued_batches", "finished", "at"): _see_running,
    ("issued_batches", "o", "session_id", "at"): lambda services, caller: Batches(services.store).of_session(
        caller.organisation, _SESSION
    ),
    ("issued_batch_items", "o", "batch", "n"): _make_batch,
}
# Collections without an index of their own: a tenant's part of `_id` is read, and nobody else's.
BY_ID: Final[dict[str, Work]] = {
    "legal_holds": _see_holds,
    "retention_runs": _see_runs,
    "retention_items": _see_files,
}
