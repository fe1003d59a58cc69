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
from lrs.caller import OrganisationId
from lrs.clock import to_text
from lrs.ledger import InclusionProof
from lrs.ledger.proofs import Node, inclusion_spans, make_inclusion
from lrs.ledger.tiles import Tiles, tiles_of
from lrs.ledger_reading import Ledger, SealedHead
from lrs.store.database import Store
from lrs.store.ledger_tiles import LedgerTiles

# Hashes of full subtrees that are remembered for each organisation: some ten megabytes.
_NODES_KEPT: Final = 50_000
_NOT_YET = (
    "Une pièce vient d’être enregistrée et n’est pas encore scellée dans le journal\u00a0: réessayez dans un instant."
)


class Proving:
    """Proves that statements are in the ledger."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._ledger = ledger
        self._tiles = LedgerTiles(store)
        self._lock = threading.Lock()
        self._nodes: dict[OrganisationId, dict[Node, bytes]] = {}

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
        """Prove positions. Full subtrees never change: the documents of a batch share most of theirs."""
        with self._lock:
            known = self._nodes.setdefault(organisation, {})
            spans = {span for position in positions for span in inclusion_spans(position, size)}
            missing = {node for span in spans for node in span.nodes()} - known.keys()
            if len(known) + len(missing) > _NODES_KEPT:
                known.clear()
                missing = {node for span in spans for node in span.nodes()}
            try:
                tiles = Tiles(self._tiles.find(organisation, tiles_of(missing)))
                known.update((node, tiles(node)) for node in missing)
                return [make_inclusion(position, size, known.__getitem__) for position in positions]
            except KeyError:
                # The ledger says what is wrong with itself.
                return self._ledger.inclusions(organisation, positions, size)


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
