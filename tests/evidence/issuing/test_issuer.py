"""A document is issued once, says what the evidence inside it says, and is refused with everything that is missing."""

from __future__ import annotations

import threading
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import msgspec
import pytest

from evidence.bundle import parse_bundle, recompute
from evidence.content import DocumentType, Period
from evidence.issuing.document import Status, Subject
from evidence.issuing.issuer import Issuer
from evidence.issuing.refusals import IssuingDelayed, NotReady, Reason
from evidence.trail.entry import Act
from evidence.verification.attachment import open_pdf, read_evidence
from lrs.clock import RandomIds
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.ledger import VerifierKey
from lrs.ledger.checkpoints import open_checkpoint
from tests.evidence.issuing.conftest import LEA, Centre
from tests.evidence.layout.pictures import JPEG
from tests.training.examples import person, provider
from training.records import Exit, ExitReason, Modality, Picture, PictureType

BY = "credential:essai"
CERTREAL = DocumentType.CERTREAL
JANVIER = Subject(session_id="janvier")


def issue(centre: Centre, kind: DocumentType = CERTREAL, subject: Subject = LEA, **more):
    return centre.issuer.issue(centre.organisation, kind, subject, BY, **more)


def bundle_of(centre: Centre, document):
    pdf = centre.workshop.archive.read(centre.organisation, document.digest, BY, "essai")
    return parse_bundle(read_evidence(open_pdf(pdf)))


def reasons(centre: Centre, kind: DocumentType = CERTREAL, subject: Subject = LEA) -> list[Reason]:
    return [item.reason for item in centre.issuer.missing(centre.organisation, kind, subject)]


def enrolled(centre: Centre):
    return centre.issuer.gathering.records(centre.organisation, centre.issuer.gathering.instant(
        centre.organisation, None)).enrolments["e1"]  # fmt: skip


def test_a_certificate_prints_the_hours_that_its_evidence_gives(centre):
    centre.is_taught()

    document = issue(centre).document

    bundle = bundle_of(centre, document)
    assert bundle.content.realised_seconds == 3 * 12_600 + 7200
    assert recompute(bundle).holds
    assert bundle.document.code == document.code
    assert (document.status, document.version, document.number) == (Status.VALID, 1, "CERTREAL-2026-000001")


def test_every_statement_inside_is_proved_by_the_head_inside(centre):
    centre.is_taught()
    bundle = bundle_of(centre, issue(centre).document)

    checkpoint = open_checkpoint(bundle.ledger.note.encode(), VerifierKey.parse(bundle.ledger.verifier_key))

    assert checkpoint.size == bundle.ledger.size
    assert len(bundle.statements) == 5
    assert all(part.path for part in bundle.statements)


def test_the_same_inputs_give_the_same_document_back(centre):
    centre.is_taught()
    first = issue(centre)
    centre.pass_time(days=30)

    again = issue(centre)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.document == first.document


def test_a_stamp_is_printed_named_by_its_digest_and_makes_another_version(centre):
    centre.is_taught()
    without = issue(centre).document
    stamp = Picture(PictureType.JPEG, b64encode(JPEG).decode())
    centre.edit(provider(), stamp=stamp)
    centre.pass_time(minutes=1)
    centre.work()
    stamped = issue(centre).document

    bundle = bundle_of(centre, stamped)
    assert (stamped.version, stamped.replaces) == (2, without.code)
    assert bundle.provider.stamp == stamp.sha256
    assert recompute(bundle).holds
    assert not bundle_of(centre, without).provider.stamp
    # Whoever verifies with an older edition knows no such member.
    assert "stamp" not in msgspec.to_builtins(bundle_of(centre, without).provider)
    assert stamped.substance == without.substance


def test_requests_at_the_same_time_issue_one_document(centre):
    centre.is_taught()
    found = []

    def ask() -> None:
        issuer = Issuer(replace(centre.workshop, ids=RandomIds()))
        found.append(issuer.issue(centre.organisation, CERTREAL, LEA, BY))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(item.is_new for item in found) == 1
    assert len({item.document.code for item in found}) == 1
    assert len(centre.issuer.documents.of_enrolment(centre.organisation, "e1")) == 1


def test_what_has_changed_becomes_a_version_that_cites_the_old(centre):
    centre.is_taught()
    first = issue(centre).document
    centre.write(person("lea", last_name="Durand"))
    centre.work()

    second = issue(centre).document

    old = centre.issuer.documents.get(centre.organisation, first.code)
    assert (second.version, second.replaces, second.number) == (2, first.code, first.number)
    assert (old.status, old.replaced_by) == (Status.SUPERSEDED, second.code)
    assert bundle_of(centre, second).document.replaces == first.code


def test_a_document_as_of_an_instant_reads_the_same_later(centre):
    centre.is_taught()
    instant = centre.services.clock.now_micros()
    first = issue(centre, as_of=instant).document
    centre.pass_time(days=1)
    centre.voids(centre.does("completed", "cours", day=10))
    centre.write(person("lea", last_name="Durand"))
    centre.work()
    second = issue(centre).document

    again = issue(centre, as_of=instant)

    assert (again.document.code, again.is_new) == (first.code, False)
    assert second.code != first.code


def test_an_earlier_situation_does_not_replace_a_later_document(centre):
    centre.is_taught()
    instant = centre.services.clock.now_micros()
    centre.pass_time(days=1)
    centre.write(person("lea", last_name="Durand"))
    centre.work()
    issue(centre)

    with pytest.raises(Conflict):
        issue(centre, as_of=instant)


def test_everything_that_is_missing_is_listed_and_nothing_is_issued(centre):
    centre.until(datetime(2026, 1, 7, 7, tzinfo=UTC))
    centre.edit(provider(), signatories=())
    centre.work()

    with pytest.raises(NotReady) as refusal:
        issue(centre)

    found = [item.reason for item in refusal.value.missing]
    assert {Reason.PROVIDER_INCOMPLETE, Reason.SESSION_NOT_OVER, Reason.HALF_DAY_UNRESOLVED, Reason.HALF_DAY_UPCOMING,
            Reason.EXIT_REASON_MISSING, Reason.NOTHING_CREDITED} <= set(found)  # fmt: skip
    assert found.count(Reason.HALF_DAY_UPCOMING) == 2
    assert not centre.issuer.documents.page(centre.organisation)


def test_a_half_day_of_which_nothing_is_known_refuses_the_certificate(centre):
    centre.is_taught()
    inside = bundle_of(centre, issue(centre).document).statements
    centre.voids(next(UUID(item.id) for item in inside if "slots/matin" in item.text))
    centre.work()

    assert reasons(centre) == [Reason.HALF_DAY_UNRESOLVED]


def test_facts_behind_the_log_are_waited_for(centre):
    centre.is_taught()
    centre.does("experienced", "cours")

    found = centre.issuer.missing(centre.organisation, CERTREAL, LEA)

    assert [(item.reason, item.passes) for item in found] == [(Reason.FACTS_BEHIND, True)]


def test_hours_over_the_contract_ask_for_an_amendment(centre):
    centre.is_taught()
    contract = enrolled(centre).contracts[0]
    less = {**contract.planned_seconds, Modality.ASYNC: 3600}
    centre.edit(enrolled(centre), contracts=(replace(contract, planned_seconds=less),))
    centre.work()

    assert Reason.HOURS_OVER_CONTRACT in reasons(centre)


def test_a_trainee_who_left_is_certified_for_the_hours_done(centre):
    centre.until(datetime(2026, 1, 7, 9, tzinfo=UTC))
    centre.marks("matin")
    centre.edit(enrolled(centre), exit=Exit(date(2026, 1, 6), ExitReason.ABANDON))
    centre.work()

    assert bundle_of(centre, issue(centre).document).content.realised_seconds == 12_600
    exit_ = bundle_of(centre, issue(centre, DocumentType.ATTSORT).document).content
    assert (exit_.reason, exit_.realised_seconds) == (ExitReason.ABANDON, 12_600)


def test_a_withdrawn_document_stays_withdrawn_and_can_be_issued_anew(centre):
    centre.is_taught()
    first = issue(centre).document

    revoked = centre.issuer.revoke(centre.organisation, first.code, "Erreur de dossier", BY)
    again = centre.issuer.revoke(centre.organisation, first.code, "Autre raison", BY)
    second = issue(centre).document

    assert (revoked.status, revoked.revocation_reason) == (Status.REVOKED, "Erreur de dossier")
    assert again == revoked
    assert (second.version, second.replaces) == (2, first.code)
    assert centre.issuer.documents.get(centre.organisation, first.code).status is Status.REVOKED
    with pytest.raises(InvalidRequest):
        centre.issuer.revoke(centre.organisation, second.code, "  ", BY)


def test_an_authority_that_is_down_leaves_nothing_issued(centre, authority):
    centre.is_taught()
    issue(centre, DocumentType.ATTASS)
    authority.shutdown()
    authority.server_close()

    with pytest.raises(IssuingDelayed) as delay:
        issue(centre)

    assert delay.value.retry_after >= 1
    assert [item.type for item in centre.issuer.documents.page(centre.organisation)] == [DocumentType.ATTASS]


def test_issuing_and_reading_stand_in_the_trail(centre):
    centre.is_taught()
    document = issue(centre).document
    bundle_of(centre, document)

    found = [(entry.deed.act, entry.deed.what) for entry in centre.workshop.trail.entries(centre.organisation)]

    assert (Act.ISSUED, f"document:{document.code}") in found
    assert (Act.READ, f"archive:{document.digest}") in found


def test_the_archive_keeps_exactly_the_file(centre):
    centre.is_taught()
    document = issue(centre).document

    pdf = centre.workshop.archive.read(centre.organisation, document.digest, BY, "essai")

    assert sha256(pdf).hexdigest() == document.digest
    assert sha256(read_evidence(open_pdf(pdf))).hexdigest() == document.evidence_digest


def test_nobody_of_another_organisation_finds_a_document(centre):
    centre.is_taught()
    document = issue(centre).document

    with pytest.raises(NotFound):
        centre.issuer.documents.get(centre.organisation + 1, document.code)
    assert centre.issuer.documents.find(document.code.lower().replace("-", " ")) == document


def test_a_period_is_asked_for_where_one_is_needed(centre):
    centre.is_taught()
    month = replace(LEA, period=Period(first=date(2026, 1, 1), last=date(2026, 1, 31)))
    centre.pass_time(days=3)

    assert reasons(centre, DocumentType.CERTINT) == [Reason.PERIOD_NEEDED]
    assert reasons(centre, DocumentType.CERTREAL, month) == [Reason.PERIOD_OUTSIDE]
    content = bundle_of(centre, issue(centre, DocumentType.CERTINT, month).document).content
    assert content.realised_seconds == content.cumulated_seconds == 45_000


def test_sheets_are_asked_for_a_session(centre):
    centre.is_taught()

    content = bundle_of(centre, issue(centre, DocumentType.EMARG, JANVIER).document).content

    assert [len(half_day.lines) for half_day in content.half_days] == [1, 1, 1]
    assert all(line.signature for half_day in content.half_days for line in half_day.lines)
    assert reasons(centre, DocumentType.EMARG) == [Reason.WRONG_SUBJECT]


@pytest.mark.parametrize("kind", [DocumentType.ATTASS, DocumentType.ATTFIN, DocumentType.RELCO, DocumentType.RELCOMP,
                                  DocumentType.ATTENT])  # fmt: skip
def test_every_kind_is_issued_with_evidence_that_holds(centre, kind):
    centre.is_taught()

    assert recompute(bundle_of(centre, issue(centre, kind).document)).holds


def test_who_is_not_on_record_is_not_found(centre):
    with pytest.raises(NotFound):
        issue(centre, CERTREAL, Subject(enrolment_id="personne"))


def test_no_document_is_of_the_future(centre):
    with pytest.raises(InvalidRequest):
        issue(centre, as_of=centre.services.clock.now_micros() + 10**12)
