"""The one way to a document: ask, and get the document that says so, or everything that is missing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Protocol

from evidence.archive import Kind
from evidence.bundle import DocumentPart, encode
from evidence.bundle.case import Case
from evidence.bundle.drafting import Draft
from evidence.content import Content, DocumentType, Frame, Replaced
from evidence.issuing.code import new_code
from evidence.issuing.document import Issued, IssuedDocument, Status, Subject
from evidence.issuing.drafting import Drafting
from evidence.issuing.gathering import Gathering
from evidence.issuing.proving import Proving
from evidence.issuing.readiness import missing_of
from evidence.issuing.refusals import IssuingDelayed, Missing, NotReady, Reason
from evidence.issuing.wording import holder_of, seal_problem
from evidence.retention.classes import RetentionClass
from evidence.seals.seal import SealedFile, SealState
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from evidence.store.series import Series, series_name
from evidence.store.trail import Trail
from evidence.trail.entry import Act, Deed
from lrs.caller import OrganisationId
from lrs.clock import Clock, IdSource, Micros, to_datetime, to_text
from lrs.errors import Conflict, InvalidRequest, Overloaded, Problem
from lrs.ledger_reading import Ledger, SealedHead
from lrs.statements.times import parse_timestamp
from lrs.store.database import Session, Store
from lrs.timestamps.stamp import STAMP_FAILURES
from training.records.ids import PersonId

# How long a request waits for another one that is making the same document.
_PATIENCE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.05
_RETRY_SECONDS: Final = 10
REASON_MOST: Final = 2000
_BEHIND: Final = "Les dernières traces ne sont pas encore prises en compte\u00a0: réessayez dans un instant."


class DocumentLayout(Protocol):
    """Who makes pages: `evidence.layout.Layout` is one."""

    def render(
        self, content: Content, frame: Frame, evidence: bytes, pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Return the PDF."""
        ...


class DocumentSeals(Protocol):
    """Who seals: `evidence.seals.Seals` is one."""

    def state(self, organisation: OrganisationId) -> SealState:
        """Say whether an organisation can seal now."""
        ...

    def seal(self, organisation: OrganisationId, pdf: bytes) -> SealedFile:
        """Return a PDF sealed and stamped."""
        ...


@dataclass(frozen=True)
class Workshop:
    """What documents are made with. `address` is where they are verified, without a slash at its end.

    `is_qualified` says that timestamps are of an authority that the operator says is qualified.
    """

    store: Store
    clock: Clock
    ids: IdSource
    ledger: Ledger
    layout: DocumentLayout
    seals: DocumentSeals
    archive: Archive
    trail: Trail
    address: str
    is_qualified: bool = False


@dataclass(frozen=True)
class _Order:
    """What is known of a version that is about to be made: its series, who makes it for whom, and what it replaces."""

    series: str
    holder: str
    number: str
    by: str
    before: IssuedDocument | None
    state: SealState


class Issuer:
    """Issues the documents of every organisation of one deployment."""

    def __init__(self, workshop: Workshop) -> None:
        self._work = workshop
        self.documents = IssuedDocuments(workshop.store)
        self.gathering = Gathering(workshop.store, workshop.clock)
        self._drafting = Drafting(workshop.store, workshop.clock, workshop.ledger)
        self._proving = Proving(workshop.store, workshop.ledger)
        self._series = Series(workshop.store)

    def issue(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, by: str, *,
        as_of: Micros | None = None,
    ) -> Issued:  # fmt: skip
        """Return the document that says how things stand at `as_of`, now by default.

        The document that says the same already is returned as it is; one that says otherwise is replaced by a new
        version that cites it. `by` is who asks, as `evidence.trail.Deed.who` has it. Raises NotReady with everything
        that is missing, NotFound for a subject that is not on record, IssuingDelayed when the seal cannot be
        timestamped now: then nothing was issued.
        """
        found, state = self._draft(organisation, document_type, subject, as_of)
        series = series_name(document_type, subject)
        holder = str(self._work.ids.new_uuid())
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            known, _ = self._known(organisation, series, found)
            if known is not None:
                return Issued(known, is_new=False)
            taken = self._series.take(organisation, series, holder, self._work.clock.now_micros())
            if taken is not None:
                break
            if time.monotonic() >= deadline:
                message = "Somebody else is issuing this document; nothing was issued here. Ask again."
                raise IssuingDelayed(message, _RETRY_SECONDS)
            time.sleep(_LOOK_SECONDS)
        try:
            # Whoever had the right before may have made it.
            known, newest = self._known(organisation, series, found)
            if known is not None:
                self._series.give_back(organisation, series, holder)
                return Issued(known, is_new=False)
            number = self._series.number(organisation, series, taken, document_type, found.case.today.year)
            return self._make(organisation, _Order(series, holder, number, by, newest, state), found)
        except BaseException:
            self._series.give_back(organisation, series, holder)
            raise

    def missing(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, *,
        as_of: Micros | None = None,
    ) -> tuple[Missing, ...]:  # fmt: skip
        """Return everything that `issue` would refuse for; empty when the document is ready."""
        try:
            found, _ = self._draft(organisation, document_type, subject, as_of)
            self._proving.head(organisation, found.statements)
        except NotReady as refusal:
            return refusal.missing
        return ()

    def draft(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, instant: Micros
    ) -> Draft:
        """Return what a document would say at an instant, whoever seals it; raises NotReady and NotFound."""
        case = self.gathering.case(organisation, document_type, subject, instant)
        missing = missing_of(case)
        if missing:
            raise NotReady(missing)
        return self._drafting.draft(organisation, case)

    def revoke(self, organisation: OrganisationId, code: str, reason: str, by: str) -> IssuedDocument:
        """Withdraw a document for good; the same again answers the same.

        Raises NotFound, InvalidRequest for no reason, Conflict for one that a newer version has replaced already.
        """
        text = reason.strip()
        if not 1 <= len(text) <= REASON_MOST:
            message = "A document is not withdrawn without a reason."
            raise InvalidRequest(message, [Problem("/reason", message, f"1 to {REASON_MOST} characters")])
        document = self.documents.get(organisation, code)
        if document.status is Status.SUPERSEDED:
            message = "A newer version has replaced this document; withdraw that one."
            raise Conflict(message)
        now = self._work.clock.now_micros()

        def work(session: Session) -> None:
            if self.documents.revoke(organisation, document.code, text, by, now, session):
                deed = Deed(by, Act.REVOKED, f"document:{document.code}", text)
                self._work.trail.record_within(session, organisation, deed)

        self._work.store.transaction(work)
        return self.documents.get(organisation, document.code)

    def _draft(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, as_of: Micros | None
    ) -> tuple[Draft, SealState]:
        """Draft, or refuse with everything that is missing: of the records, of the facts, of the seal."""
        instant = self.gathering.instant(organisation, as_of)
        state = self._work.seals.state(organisation)
        problem = seal_problem(state)
        found = [] if problem is None else [Missing(Reason.SEAL, problem, "seal")]
        if self.gathering.is_waiting(organisation, instant):
            found.append(Missing(Reason.FACTS_BEHIND, _BEHIND, passes=True))
        try:
            draft = self.draft(organisation, document_type, subject, instant)
        except NotReady as refusal:
            raise NotReady([*refusal.missing, *found]) from refusal
        if found:
            raise NotReady(found)
        return draft, state

    def _known(
        self, organisation: OrganisationId, series: str, found: Draft
    ) -> tuple[IssuedDocument | None, IssuedDocument | None]:
        """Return the document that says the same, and the newest one; Conflict for what would replace a later one."""
        versions = self.documents.versions(organisation, series)
        newest, as_of = versions[0] if versions else None, found.case.as_of
        same = (item for item in versions if item.inputs == found.inputs and item.status is not Status.REVOKED)
        known = next(same, None)
        if known is not None and known.status is Status.TO_REPLACE and as_of >= (known.changed_at or as_of):
            # It was different for a while, and is so no more.
            self.documents.flag(organisation, known.code, None)
            return replace(known, status=Status.VALID, changed_at=None), newest
        is_past = newest is not None and newest.as_of > as_of
        if known is not None and (known.is_current or known.as_of >= as_of or is_past):
            return known, newest
        if newest is not None and is_past:
            message = (
                f"Le document {newest.number}, version {newest.version}, est d’une date plus récente\u00a0: "
                "une situation antérieure ne le remplace pas."
            )
            raise Conflict(message)
        return None, newest

    def _make(self, organisation: OrganisationId, order: _Order, found: Draft) -> Issued:
        """Make the next version. 1. Name it. 2. Prove. 3. Lay out. 4. Seal. 5. Archive. 6. Have it take effect."""
        # 1.
        now = self._work.clock.now_micros()
        part = self._part(found, order, now)
        # 2.
        head = self._proving.head(organisation, found.statements)
        evidence = self._evidence(organisation, found, part, head)
        # 3.
        pictures = self._drafting.pictures(organisation, found, self._logo(organisation, found))
        pdf = self._work.layout.render(found.content, self._frame(found, part, order), evidence, pictures)
        # 4.
        sealed = self._seal(organisation, pdf)
        # 5.
        document = self._document(organisation, found, part, order, sealed, evidence)
        about = (f"document:{part.code}", f"training_session:{found.case.session_id}",
                 *(f"enrolment:{item}" for item in document.enrolments),
                 *(f"person:{item}" for item in document.people))  # fmt: skip
        self._work.archive.put(
            organisation, Kind.DOCUMENT, "application/pdf", sealed.pdf, RetentionClass.DOCUMENTS, about
        )
        # 6.
        return self._finish(organisation, order, found, document)

    def _finish(self, organisation: OrganisationId, order: _Order, found: Draft, document: IssuedDocument) -> Issued:
        cited = [item.statement_id for item in found.statements]
        details = {"type": document.type.value, "number": document.number, "version": str(document.version)}
        deed = Deed(document.issued_by, Act.ISSUED, f"document:{document.code}", details=details)

        def work(session: Session) -> bool:
            if not self._series.finish(organisation, order.series, order.holder, session):
                return False
            self.documents.insert(document, order.series, cited, found.record_names, session)
            if order.before is not None:
                self.documents.replace(organisation, order.before.code, document.code, session)
            self._work.trail.record_within(session, organisation, deed)
            return True

        if self._work.store.transaction(work):
            return Issued(document, is_new=True)
        # This took so long that somebody else went on; what they made is the document.
        known, _ = self._known(organisation, order.series, found)
        if known is None:
            message = "The document took too long to make; nothing was issued. Ask again."
            raise IssuingDelayed(message, _RETRY_SECONDS)
        return Issued(known, is_new=False)

    def _part(self, found: Draft, order: _Order, now: Micros) -> DocumentPart:
        # Only now: it loads all that pages are made with, and most processes never make one.
        from evidence.layout import LAYOUT_VERSION  # noqa: PLC0415 - see above

        code, before = new_code(self._work.ids), order.before
        return DocumentPart(
            type=found.case.type,
            code=code,
            number=order.number,
            version=1 if before is None else before.version + 1,
            issued_at=to_text(now),
            replaces=None if before is None else before.code,
            replaces_issued_at=None if before is None else to_text(before.issued_at),
            verification_url=f"{self._work.address}/verify/{code}",
            time_zone=found.case.session.time_zone,
            layout=LAYOUT_VERSION,
        )

    def _evidence(
        self, organisation: OrganisationId, found: Draft, part: DocumentPart, head: SealedHead | None
    ) -> bytes:
        paths, ledger = self._proving.prove(organisation, head, found.statements)
        return encode(found.bundle(part, paths, ledger))

    def _frame(self, found: Draft, part: DocumentPart, order: _Order) -> Frame:
        before, state, replaced = order.before, order.state, None
        if before is not None:
            replaced = Replaced(number=before.number, version=before.version, issued_at=to_datetime(before.issued_at))
        return Frame(
            provider=found.provider,
            number=part.number,
            version=part.version,
            issued_at=to_datetime(parse_timestamp(part.issued_at)),
            as_of=to_datetime(found.case.as_of),
            code=part.code,
            verification_url=part.verification_url,
            is_development=state.is_development,
            is_timestamp_qualified=self._work.is_qualified and not state.is_development,
            replaces=replaced,
            time_zone=part.time_zone,
        )

    def _seal(self, organisation: OrganisationId, pdf: bytes) -> SealedFile:
        try:
            return self._work.seals.seal(organisation, pdf)
        except STAMP_FAILURES as failure:
            wait = failure.retry_after if isinstance(failure, Overloaded) else _RETRY_SECONDS
            message = (
                "L’autorité d’horodatage ne donne pas d’horodatage en ce moment\u00a0: rien n’est émis. "
                f"Redemandez dans un instant. ({failure.message})"
            )
            raise IssuingDelayed(message, max(wait, 1)) from failure

    def _logo(self, organisation: OrganisationId, found: Draft) -> bytes | None:
        """Return the logo's bytes: they are on the page, not in the evidence."""
        if found.provider.logo is None:
            return None
        provider = self.gathering.records(organisation, found.case.as_of).provider
        return None if provider is None or provider.logo is None else provider.logo.data

    def _document(
        self, organisation: OrganisationId, found: Draft, part: DocumentPart, order: _Order, sealed: SealedFile,
        evidence: bytes,
    ) -> IssuedDocument:  # fmt: skip
        case = found.case
        return IssuedDocument(
            organisation=organisation,
            code=part.code,
            number=part.number,
            version=part.version,
            type=case.type,
            status=Status.VALID,
            session_id=case.session_id,
            enrolment_id=case.enrolment_id,
            enrolments=tuple(enrolment.id for enrolment in case.enrolments),
            people=_people(case),
            first_on=None if case.period is None else case.period.first,
            last_on=None if case.period is None else case.period.last,
            title=case.programme.title,
            holder=holder_of(found.content),
            provider=found.provider.legal_name,
            as_of=case.as_of,
            issued_at=parse_timestamp(part.issued_at),
            issued_by=order.by,
            digest=sha256(sealed.pdf).hexdigest(),
            size_bytes=len(sealed.pdf),
            evidence_digest=sha256(evidence).hexdigest(),
            inputs=found.inputs,
            substance=found.substance,
            seal_level=sealed.level,
            is_development=sealed.is_development,
            replaces=part.replaces,
        )


def _people(case: Case) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(case.person_of(enrolment) for enrolment in case.enrolments))
