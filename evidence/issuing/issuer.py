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


class Issuer:
    """Issues the documents of every organisation of one deployment."""

    def __init__(self, workshop: Workshop) -> None:
        self._work = workshop
        self.documents = IssuedDocuments(workshop.store)
        self.gathering = Gathering(workshop.store, workshop.clock)
        self._drafting = Drafting(workshop.store, workshop.clock, workshop.ledger)
        self._proving = Proving(workshop.ledger)
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
        found = self._draft(organisation, document_type, subject, as_of)
        series = series_name(document_type, subject)
        holder = str(self._work.ids.new_uuid())
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            known = self._known(organisation, series, found)
            if known is not None:
                return Issued(known, is_new=False)
            if self._series.take(organisation, series, holder, self._work.clock.now_micros()):
                break
            if time.monotonic() >= deadline:
                message = "Somebody else is issuing this document; nothing was issued here. Ask again."
                raise IssuingDelayed(message, _RETRY_SECONDS)
            time.sleep(_LOOK_SECONDS)
        try:
            # Whoever had the right before may have made it.
            known = self._known(organisation, series, found)
            return Issued(known, is_new=False) if known else self._make(organisation, series, found, by, holder)
        finally:
            self._series.give_back(organisation, series, holder)

    def missing(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, *,
        as_of: Micros | None = None,
    ) -> tuple[Missing, ...]:  # fmt: skip
        """Return everything that `issue` would refuse for; empty when the document is ready."""
        try:
            found = self._draft(organisation, document_type, subject, as_of)
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
    ) -> Draft:
        """Draft, or refuse with everything that is missing: of the records, of the facts, of the seal."""
        instant = self.gathering.instant(organisation, as_of)
        problem = seal_problem(self._work.seals.state(organisation))
        found = [] if problem is None else [Missing(Reason.SEAL, problem, "seal")]
        if self.gathering.waiting(organisation, instant):
            found.append(Missing(Reason.FACTS_BEHIND, _BEHIND, passes=True))
        try:
            draft = self.draft(organisation, document_type, subject, instant)
        except NotReady as refusal:
            raise NotReady([*refusal.missing, *found]) from refusal
        if found:
            raise NotReady(found)
        return draft

    def _known(self, organisation: OrganisationId, series: str, found: Draft) -> IssuedDocument | None:
        """Return the document that says the same already. Raises Conflict for one that would replace a later one."""
        known = self.documents.find_inputs(organisation, series, found.inputs)
        newest = self.documents.newest(organisation, series)
        as_of = found.case.as_of
        if known is not None and known.status is Status.TO_REPLACE and as_of >= (known.changed_at or as_of):
            # It was different for a while, and is so no more.
            self.documents.flag(organisation, known.code, None)
            return replace(known, status=Status.VALID, changed_at=None)
        is_past = newest is not None and newest.as_of > as_of
        if known is not None and (known.is_current or known.as_of >= as_of or is_past):
            return known
        if newest is not None and is_past:
            message = (
                f"Le document {newest.number}, version {newest.version}, est d’une date plus récente\u00a0: "
                "une situation antérieure ne le remplace pas."
            )
            raise Conflict(message)
        return None

    def _make(self, organisation: OrganisationId, series: str, found: Draft, by: str, holder: str) -> Issued:
        """Make the next version. 1. Number it. 2. Prove. 3. Lay out. 4. Seal. 5. Archive. 6. Have it take effect."""
        # 1.
        now = self._work.clock.now_micros()
        before = self.documents.newest(organisation, series)
        number = self._series.number(organisation, series, found.case.type, found.case.today.year)
        part = self._part(found, number, before, now)
        # 2.
        head = self._proving.head(organisation, found.statements)
        evidence = self._evidence(organisation, found, part, head)
        # 3.
        pictures = self._drafting.pictures(organisation, found, self._logo(organisation, found))
        state = self._work.seals.state(organisation)
        pdf = self._work.layout.render(found.content, self._frame(found, part, before, state), evidence, pictures)
        # 4.
        sealed = self._seal(organisation, pdf)
        # 5.
        document = self._document(organisation, found, part, sealed, evidence, by, now, before)
        about = (f"document:{part.code}", f"training_session:{found.case.session_id}",
                 *(f"enrolment:{item}" for item in document.enrolments),
                 *(f"person:{item}" for item in document.people))  # fmt: skip
        self._work.archive.put(
            organisation, Kind.DOCUMENT, "application/pdf", sealed.pdf, RetentionClass.DOCUMENTS, about
        )
        # 6.
        return self._finish(organisation, series, found, document, before, holder)

    def _finish(
        self, organisation: OrganisationId, series: str, found: Draft, document: IssuedDocument,
        before: IssuedDocument | None, holder: str,
    ) -> Issued:  # fmt: skip
        cited = [item.statement_id for item in found.statements]
        details = {"type": document.type.value, "number": document.number, "version": str(document.version)}
        deed = Deed(document.issued_by, Act.ISSUED, f"document:{document.code}", details=details)

        def work(session: Session) -> bool:
            if not self._series.finish(organisation, series, holder, session):
                return False
            self.documents.insert(document, series, cited, found.record_names, session)
            if before is not None:
                self.documents.replace(organisation, before.code, document.code, session)
            self._work.trail.record_within(session, organisation, deed)
            return True

        if self._work.store.transaction(work):
            return Issued(document, is_new=True)
        # This took so long that somebody else went on; what they made is the document.
        known = self._known(organisation, series, found)
        if known is None:
            message = "The document took too long to make; nothing was issued. Ask again."
            raise IssuingDelayed(message, _RETRY_SECONDS)
        return Issued(known, is_new=False)

    def _part(self, found: Draft, number: str, before: IssuedDocument | None, now: Micros) -> DocumentPart:
        # Only now: it loads all that pages are made with, and most processes never make one.
        from evidence.layout import LAYOUT_VERSION  # noqa: PLC0415 - see above

        code = new_code(self._work.ids)
        return DocumentPart(
            type=found.case.type,
            code=code,
            number=number,
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

    def _frame(self, found: Draft, part: DocumentPart, before: IssuedDocument | None, state: SealState) -> Frame:
        replaced = None
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
        self, organisation: OrganisationId, found: Draft, part: DocumentPart, sealed: SealedFile, evidence: bytes,
        by: str, now: Micros, before: IssuedDocument | None,
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
            issued_at=now,
            issued_by=by,
            digest=sha256(sealed.pdf).hexdigest(),
            size_bytes=len(sealed.pdf),
            evidence_digest=sha256(evidence).hexdigest(),
            inputs=found.inputs,
            substance=found.substance,
            seal_level=sealed.level,
            is_development=sealed.is_development,
            replaces=None if before is None else before.code,
        )


def _people(case: Case) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(case.person_of(enrolment) for enrolment in case.enrolments))
