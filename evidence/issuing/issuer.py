"""The one way to a document: ask, and get the document that says so, or everything that is missing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from evidence.bundle.drafting import Draft
from evidence.content import DocumentType
from evidence.issuing.document import Issued, IssuedDocument, Status, Subject
from evidence.issuing.drafting import Drafting
from evidence.issuing.gathering import Gathering
from evidence.issuing.making import Making, Order
from evidence.issuing.proving import Proving
from evidence.issuing.readiness import missing_of
from evidence.issuing.refusals import IssuingDelayed, Missing, NotReady, Reason
from evidence.issuing.wording import seal_problem
from evidence.issuing.workshop import Workshop
from evidence.seals.seal import SealState
from evidence.store.issued import IssuedDocuments
from evidence.store.series import Series, series_name
from evidence.trail.entry import Act, Deed
from lrs.clock import Micros
from lrs.errors import Conflict, InvalidRequest, Problem
from lrs.store.database import Session
from lrs.tenancy import OrganisationId

# How long a request waits for another one that is making the same document.
_PATIENCE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.05
_RETRY_SECONDS: Final = 10
REASON_MOST: Final = 2000
_BEHIND: Final = "Les dernières traces ne sont pas encore prises en compte\u00a0: réessayez dans un instant."


class Issuer:
    """Issues the documents of every organisation of one deployment."""

    def __init__(self, workshop: Workshop) -> None:
        self._work = workshop
        self.documents = IssuedDocuments(workshop.store)
        self.gathering = Gathering(workshop.store, workshop.clock)
        self._drafting = Drafting(workshop.store, workshop.clock, workshop.ledger)
        self._proving = Proving(workshop.store, workshop.ledger)
        self._making = Making(workshop, self.gathering, self._drafting, self._proving)
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
            order = Order(series, holder, number, by, newest, state)
            return self._finish(organisation, order, found, self._making.make(organisation, order, found))
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

    def _finish(self, organisation: OrganisationId, order: Order, found: Draft, document: IssuedDocument) -> Issued:
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
