"""The one way to a document: ask, and get the document that says so, or everything that is missing."""

from __future__ import annotations

from evidence.content import DocumentType
from evidence.issuing.document import Issued, IssuedDocument, Subject
from evidence.issuing.refusals import Missing
from lrs.caller import OrganisationId
from lrs.clock import Micros


class Issuer:
    """Issues the documents of every organisation of one deployment."""

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
        raise NotImplementedError

    def missing(
        self, organisation: OrganisationId, document_type: DocumentType, subject: Subject, *,
        as_of: Micros | None = None,
    ) -> tuple[Missing, ...]:  # fmt: skip
        """Return everything that `issue` would refuse for; empty when the document is ready."""
        raise NotImplementedError

    def revoke(self, organisation: OrganisationId, code: str, reason: str, by: str) -> IssuedDocument:
        """Withdraw a document for good; the same again answers the same. Raises NotFound, Conflict when superseded."""
        raise NotImplementedError
