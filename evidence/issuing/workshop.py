"""What documents are made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from evidence.content import Content, Frame
from evidence.seals.seal import SealedFile, SealState
from evidence.store.archive import Archive
from evidence.store.trail import Trail
from lrs.clock import Clock, IdSource
from lrs.ledger_reading import Ledger
from lrs.store.database import Store
from lrs.tenancy import OrganisationId


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
