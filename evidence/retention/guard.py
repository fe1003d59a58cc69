"""What stands against erasing statements: a hold, a document that cites them, attendance that must be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from evidence.retention.classes import RetentionClass, Terms
from evidence.retention.holds import Held
from evidence.retention.statements import Keeping, StatementTerms
from evidence.store.archive import Archive
from evidence.store.holds import Holds
from evidence.store.issued import IssuedDocuments
from lrs.erasure import Obstacle
from lrs.services import Services
from lrs.store.statements import StoredStatement
from lrs.tenancy import OrganisationId
from training.law import load_law
from training.records import Records
from training.store import RecordReader

_AT_ONCE: Final = 1_000


class Guard:
    """What is known, at one moment, of how one organisation's evidence is to be kept."""

    def __init__(
        self, services: Services, archive: Archive, holds: Holds, organisation: OrganisationId, on: date
    ) -> None:
        self.organisation = organisation
        self.records: Records = RecordReader(services.store, services.clock).records(organisation)
        self.terms = Terms(self.records, load_law(), on)
        self.held = Held(holds.all(organisation, in_force=True), self.records)
        self.on = on
        self._statements = services.statements
        self._keeping = StatementTerms(self.terms, self.held)
        self._archive = archive
        self._documents = IssuedDocuments(services.store)
        self._kept_documents: dict[str, frozenset[UUID]] = {}
        self._destroyed: frozenset[str] = frozenset()

    def expect_destroyed(self, addresses: Iterable[str]) -> None:
        """Answer as it will be once these files of the archive are destroyed."""
        self._destroyed = frozenset(addresses)

    def keepings(self, entries: Sequence[StoredStatement]) -> list[Keeping]:
        """Return how each of these statements is kept, in their order."""
        wanted = [entry.reference for entry in entries if entry.is_voiding and entry.reference is not None]
        targets = {entry.statement_id: entry for entry in self._statements.entries(self.organisation, wanted)}
        return [self._keeping.of(entry, targets) for entry in entries]

    def citations(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Return which of these statements an issued document includes whose file is still kept: its code."""
        found: dict[UUID, str] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            for document in self._documents.citing(self.organisation, some):
                for statement_id in self._cited(document.code, document.digest).intersection(some):
                    found.setdefault(statement_id, document.code)
        return found

    def obstacles(self, entries: Sequence[StoredStatement]) -> list[Obstacle]:
        """Return everything that stands against erasing these statements today, of each the first that does."""
        found = []
        citations = self.citations([entry.statement_id for entry in entries])
        for entry, keeping in zip(entries, self.keepings(entries), strict=True):
            obstacle = self._obstacle(entry.statement_id, keeping, citations.get(entry.statement_id))
            if obstacle is not None:
                found.append(obstacle)
        return found

    def _obstacle(self, statement_id: UUID, keeping: Keeping, code: str | None) -> Obstacle | None:
        if keeping.hold is not None:
            hold = keeping.hold
            return Obstacle(statement_id, "hold", f"Gel juridique {hold.hold_id} ({hold.about})\u00a0: {hold.reason}")
        if code is not None:
            return Obstacle(statement_id, "cited", f"Elle est citée par le document {code}, qui est conservé.")
        if keeping.retention_class is RetentionClass.ATTENDANCE and keeping.term is not None:
            term = keeping.term
            if term.until >= self.on:
                until = f"{term.until:%d/%m/%Y}"
                message = f"Preuve d’assiduité à conserver jusqu’au {until} ({term.provision.name})."
                return Obstacle(statement_id, "retention", message)
        return None

    def _cited(self, code: str, digest: str) -> frozenset[UUID]:
        """Return the statements that a document includes, none once its file was destroyed."""
        if code not in self._kept_documents:
            file = self._archive.find(self.organisation, digest)
            is_kept = file is not None and file.destroyed_at is None and digest not in self._destroyed
            cited = self._documents.cited(self.organisation, code) if is_kept else frozenset()
            self._kept_documents[code] = cited
        return self._kept_documents[code]
