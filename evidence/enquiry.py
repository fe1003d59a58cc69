"""What anybody may ask of a document that was issued: whether it is valid, and whether a file is that document.

Nobody signs in for this. A code is unguessable, what it answers is little (compliance 6: « validité, données
minimales »), and each address may ask only so often, so that neither codes nor checks can be had by the thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Final

from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.issued import IssuedDocuments
from evidence.verification.bounded import check_bytes_bounded
from evidence.verification.report import Report
from evidence.verification.trust import Trust
from lrs.caller import CredentialId
from lrs.clock import Clock, Micros
from lrs.errors import NotFound, TooManyRequests
from lrs.store.database import Store
from lrs.store.rates import RateStore

# A school shares one address, and looks through its certificates one after the other.
QUESTIONS_PER_MINUTE: Final = 60
# A check takes a process of its own for a second.
CHECKS_PER_MINUTE: Final = 12
# The whole digest would let somebody who has only it pass for having the file.
DIGEST_SHOWN: Final = 16
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What anybody is told of a document. Nobody is named in it but the provider.

    `digest` is the beginning of the PDF's SHA-256; `replaced_by` the code of the next version.
    """

    code: str
    status: Status
    provider: str
    type: DocumentType
    number: str
    version: int
    issued_at: Micros
    digest: str
    is_development: bool
    replaced_by: str | None
    revoked_at: Micros | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked against a document: whether it is that one, byte for byte, and what holds about it."""

    is_this_document: bool
    report: Report


class Enquiry:
    """Answers anybody about documents of every organisation, a limited number of times a minute."""

    def __init__(self, store: Store, clock: Clock, documents: IssuedDocuments, trust: Callable[[], Trust]) -> None:
        """`trust` is asked at each check, and reads files: what is trusted may be put there while this runs."""
        self._rates = RateStore(store)
        self._clock = clock
        self._documents = documents
        self._trust = trust

    def find(self, code: str, remote: str) -> Standing:
        """Return how a document stands. Raises NotFound for a code that there is not, and TooManyRequests.

        An unknown code costs its asker as much as a known one, and is answered alike whatever is wrong with it.
        """
        self._take("question", remote, QUESTIONS_PER_MINUTE)
        return _standing(self._get(code))

    def check(self, code: str, pdf: bytes, remote: str) -> Checked:
        """Return what holds about a file, of which nothing is kept. Raises NotFound and TooManyRequests."""
        self._take("check", remote, CHECKS_PER_MINUTE)
        document = self._get(code)
        report = check_bytes_bounded(pdf, self._trust())
        return Checked(sha256(pdf).hexdigest() == document.digest, report)

    def _get(self, code: str) -> IssuedDocument:
        found = self._documents.find(code)
        if found is None:
            message = "There is no document of this code."
            raise NotFound(message)
        return found

    def _take(self, what: str, remote: str, per_minute: int) -> None:
        # Hashed: a list of who looked at which document, from where, is personal data that nobody needs.
        name = blake2b(f"{what}\0{remote}".encode(), digest_size=16).hexdigest()
        wait = self._rates.take(CredentialId(f"verify {name}"), per_minute, self._clock.now_micros())
        if wait:
            seconds = -(-wait // _SECOND)
            raise TooManyRequests(f"Too many questions from this address; ask again in {seconds} s.", seconds)


def _standing(document: IssuedDocument) -> Standing:
    return Standing(
        code=document.code,
        status=document.status,
        provider=document.provider,
        type=document.type,
        number=document.number,
        version=document.version,
        issued_at=document.issued_at,
        digest=document.digest[:DIGEST_SHOWN],
        is_development=document.is_development,
        replaced_by=document.replaced_by,
        revoked_at=document.revoked_at,
    )
