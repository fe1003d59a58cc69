"""Make one version of a document: named, proved, laid out, sealed, archived. That it takes effect is another step."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from evidence.archive import Kind
from evidence.bundle import DocumentPart, encode
from evidence.bundle.case import Case
from evidence.bundle.drafting import Draft
from evidence.content import Frame, Replaced
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.issuing.drafting import Drafting
from evidence.issuing.gathering import Gathering
from evidence.issuing.proving import Proving
from evidence.issuing.refusals import IssuingDelayed
from evidence.issuing.wording import holder_of
from evidence.issuing.workshop import Workshop
from evidence.retention.classes import RetentionClass
from evidence.seals.seal import SealedFile, SealState
from lrs.clock import Micros, to_datetime, to_text
from lrs.errors import Overloaded
from lrs.ledger_reading import SealedHead
from lrs.statements.times import parse_timestamp
from lrs.tenancy import OrganisationId
from lrs.timestamps.stamp import STAMP_FAILURES
from training.records.ids import PersonId

_RETRY_SECONDS: Final = 10


@dataclass(frozen=True)
class Order:
    """What is known of a version that is about to be made: its series, who makes it for whom, and what it replaces."""

    series: str
    holder: str
    number: str
    by: str
    before: IssuedDocument | None
    state: SealState


class Making:
    """Makes versions. What it made and nobody had take effect stays in the archive, named by nobody."""

    def __init__(self, workshop: Workshop, gathering: Gathering, drafting: Drafting, proving: Proving) -> None:
        self._work = workshop
        self._gathering = gathering
        self._drafting = drafting
        self._proving = proving

    def make(self, organisation: OrganisationId, order: Order, found: Draft) -> IssuedDocument:
        """Make the next version. 1. Name it. 2. Prove. 3. Lay out. 4. Seal. 5. Archive.

        Raises NotReady while a statement is not in the ledger, IssuingDelayed while nobody stamps, and what is wrong
        with the seal if anything is: then nothing was made.
        """
        # 1.
        now = self._work.clock.now_micros()
        part = self._part(found, order, now)
        # 2.
        head = self._proving.head(organisation, found.statements)
        evidence = self._evidence(organisation, found, part, head)
        # 3.
        pictures = self._pictures(organisation, found) | self._drafting.signatures(organisation, found)
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
        return document

    def _part(self, found: Draft, order: Order, now: Micros) -> DocumentPart:
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

    def _frame(self, found: Draft, part: DocumentPart, order: Order) -> Frame:
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

    def _pictures(self, organisation: OrganisationId, found: Draft) -> dict[str, bytes]:
        """Return logo and stamp by their SHA-256: their bytes are on the page, not in the evidence."""
        if found.provider.logo is None and not found.provider.stamp:
            return {}
        provider = self._gathering.records(organisation, found.case.as_of).provider
        known = () if provider is None else (provider.logo, provider.stamp)
        return {picture.sha256: picture.data for picture in known if picture is not None}

    def _document(
        self, organisation: OrganisationId, found: Draft, part: DocumentPart, order: Order, sealed: SealedFile,
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
