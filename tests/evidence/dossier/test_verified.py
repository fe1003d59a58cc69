"""A dossier with a real sealed document: with whom its reader trusts, everything about it holds."""

from __future__ import annotations

import io

import pytest

from assidu.authority.client import DevelopmentAuthority
from evidence.content import DocumentType
from evidence.dossier import Asked, Dossiers, Scope
from evidence.retention.erasing import Erasing
from evidence.store.trail import Trail
from evidence.verification.dossier import check_dossier
from evidence.verification.report import Verdict
from evidence.verification.trust import Trust
from lrs.erasure import Order
from lrs.errors import Conflict
from lrs.ledger_reading import Ledger
from lrs.stamping import HeadStamping
from lrs.store.erasure import Ground
from tests.evidence.issuing.conftest import LEA, Centre

BY = "account:7"


@pytest.fixture
def issued(centre: Centre) -> Centre:
    centre.is_taught()
    centre.issuer.issue(centre.organisation, DocumentType.CERTREAL, LEA, BY)
    return centre


def trust(centre: Centre) -> Trust:
    issuer = centre.workshop.seals._issuer
    assert issuer is not None
    key = Ledger(centre.services.store).verifier_key(centre.organisation)
    assert key is not None
    return Trust((issuer.root(),), (issuer.root(),), (key,))


def test_everything_about_a_dossier_holds(issued: Centre) -> None:
    _stamp(issued)
    dossier = Dossiers(issued.services).open(issued.organisation, Asked(Scope.ENROLMENT, "e1", "audit"), BY)
    data = b"".join(dossier.parts)

    report = check_dossier(io.BytesIO(data), trust(issued))

    assert [(step.name, step.why) for step in report.steps if step.verdict is not Verdict.HOLDS] == []
    trail = Trail(issued.services.store, issued.services.clock)
    assert trail.check(issued.organisation) is None


def test_what_a_real_document_includes_is_not_erased(issued: Centre) -> None:
    erasing = Erasing(issued.services)
    preview = erasing.of_person(issued.organisation, "lea")

    assert {item.kind for item in preview.plan.obstacles} == {"cited"}
    with pytest.raises(Conflict):
        erasing.erase(issued.organisation, Order(Ground.REQUEST, "demande", BY), preview, "person:lea")


def _stamp(centre: Centre) -> None:
    """Have the newest head stamped, as the worker does."""
    issuer = centre.workshop.seals._issuer
    assert isinstance(issuer, DevelopmentAuthority)
    stamping = HeadStamping(centre.services.store, centre.services.clock, issuer, 600)
    for ledger in stamping.due():
        stamping.stamp(ledger)
