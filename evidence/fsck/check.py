"""All of a deployment, one organisation after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from evidence.fsck.archive import check_archive
from evidence.fsck.attachment import check_attachments
from evidence.fsck.documents import check_documents
from evidence.fsck.finding import Findings, Kind
from evidence.fsck.ledger import LedgerCheck
from evidence.fsck.log import LogCheck
from evidence.fsck.trail import check_trail
from lrs.store.database import Store


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at, and what is told meanwhile.

    `organisation` is one of them, None for all. `trust` is whose timestamps are believed: without any they are passed
    over, and a remark says so. `looked` is called with a kind and how many more of it were looked at.
    """

    organisation: int | None = None
    trust: tuple[x509.Certificate, ...] = ()
    looked: Callable[[Kind, int], None] = lambda _kind, _count: None


def check_deployment(store: Store, check: Check) -> Findings:
    """Derive everything again from raw documents; return what does not hold. Changes nothing."""
    findings = Findings(looked=check.looked)
    numbers = _organisations(store) if check.organisation is None else [check.organisation]
    for number in numbers:
        _check_organisation(store, number, findings, check.trust)
    return findings


def count_statements(store: Store, organisation: int | None) -> int:
    """Return about how many statements there are to look at, for whoever shows progress."""
    statements = store.collection("statements")
    if organisation is None:
        return statements.estimated_document_count()
    return statements.count_documents({"o": organisation})


def _check_organisation(store: Store, organisation: int, findings: Findings, trust: Sequence[x509.Certificate]) -> None:
    ledger = LedgerCheck(store, organisation, findings, trust)
    LogCheck(store, organisation, findings, ledger.take).run()
    ledger.finish()
    check_attachments(store, organisation, findings)
    check_archive(store, organisation, findings)
    check_trail(store, organisation, findings)
    check_documents(store, organisation, findings)


def _organisations(store: Store) -> list[Any]:
    """Return the number of every organisation that anything is kept of, whether it is known or not."""
    found = {row["_id"] for row in store.collection("organisations").find({}, {"_id": 1})}
    for name in ("statements", "archive", "trail", "attachments", "issued_documents"):
        found |= set(store.collection(name).distinct("o"))
    return sorted(found, key=repr)
