"""The proofs of a bundle: the ledger's head that covers its statements, and the way from each to it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from evidence.bundle import LedgerPart, StampPart
from evidence.bundle.inclusion import IncludedStatement
from evidence.issuing.refusals import Missing, NotReady, Reason
from lrs.clock import to_text
from lrs.ledger import InclusionProof
from lrs.ledger.hashing import fold
from lrs.ledger.proofs import Span, inclusion_spans
from lrs.ledger.tiles import Tiles, tiles_of
from lrs.ledger_reading import Ledger, SealedHead
from lrs.store.database import Store
from lrs.store.ledger_tiles import LedgerTiles
from lrs.tenancy import OrganisationId

# Hashes of stretches that are remembered for each organisation: some ten megabytes.
_SPANS_KEPT: Final = 50_000
_NOT_YET = (
    "Une pièce vient d’être enregistrée et n’est pas encore scellée dans le journal\u00a0: réessayez dans un instant."
)


class Proving:
    """Proves that statements are in the ledger."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._ledger = ledger
        self._tiles = LedgerTiles(store)
        self._lock = threading.Lock()
        self._spans: dict[OrganisationId, dict[Span, bytes]] = {}

    def head(self, organisation: OrganisationId, statements: Sequence[IncludedStatement]) -> SealedHead | None:
        """Return the head to prove statements against: the newest with a timestamp if it covers them, else the newest.

        None when nothing is to be proved and there is no head yet. Raises NotReady while a statement is not covered.
        """
        wanted = max((item.position for item in statements), default=-1) + 1
        stamped = self._ledger.stamped_head(organisation)
        if stamped is not None and stamped.size >= wanted:
            return stamped
        newest = self._ledger.head(organisation)
        if newest is not None and newest.size >= wanted:
            return newest
        if not wanted:
            return None
        raise NotReady([Missing(Reason.NOT_IN_LEDGER, _NOT_YET, passes=True)])

    def prove(
        self, organisation: OrganisationId, head: SealedHead | None, statements: Sequence[IncludedStatement]
    ) -> tuple[dict[UUID, tuple[bytes, ...]], LedgerPart | None]:
        """Return each statement's inclusion path, and the head that all of them lead to."""
        if head is None:
            return {}, None
        positions = [item.position for item in statements]
        proofs = self._proofs(organisation, positions, head.size) if positions else []
        paths = {item.statement_id: tuple(proof.path) for item, proof in zip(statements, proofs, strict=True)}
        return paths, _part(head)

    def _proofs(self, organisation: OrganisationId, positions: Sequence[int], size: int) -> list[InclusionProof]:
        """Prove positions. A stretch of leaves never changes: the documents of a batch share most of theirs."""
        spans = {position: inclusion_spans(position, size) for position in positions}
        with self._lock:
            known = self._spans.setdefault(organisation, {})
            missing = {span for found in spans.values() for span in found} - known.keys()
            if len(known) + len(missing) > _SPANS_KEPT:
                known.clear()
                missing = {span for found in spans.values() for span in found}
            try:
                self._work_out(organisation, missing, known)
            except KeyError:
                # The ledger says what is wrong with itself.
                return self._ledger.inclusions(organisation, positions, size)
            return [
                InclusionProof(position, size, tuple(known[span] for span in spans[position])) for position in positions
            ]

    def _work_out(self, organisation: OrganisationId, missing: set[Span], known: dict[Span, bytes]) -> None:
        nodes = {span: list(span.nodes()) for span in missing}
        every = {node for found in nodes.values() for node in found}
        tiles = Tiles(self._tiles.find(organisation, tiles_of(every)) if every else {})
        hashes = {node: tiles(node) for node in every}
        known.update((span, fold(hashes[node] for node in found)) for span, found in nodes.items())


def _part(head: SealedHead) -> LedgerPart:
    stamp = head.stamp
    return LedgerPart(
        note=head.note.decode(),
        verifier_key=head.verifier_key,
        size=head.size,
        stamp=None
        if stamp is None
        else StampPart(
            token=base64.b64encode(stamp.token).decode(),
            at=to_text(stamp.at),
            authority=stamp.authority,
            is_qualified=stamp.is_qualified,
        ),
    )
