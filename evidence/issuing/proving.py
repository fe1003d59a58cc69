"""The proofs of a bundle: the ledger's head that covers its statements, and the way from each to it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from uuid import UUID

from evidence.bundle import LedgerPart, StampPart
from evidence.bundle.inclusion import IncludedStatement
from evidence.issuing.refusals import Missing, NotReady, Reason
from lrs.caller import OrganisationId
from lrs.clock import to_text
from lrs.ledger_reading import Ledger, SealedHead

_NOT_YET = (
    "Une pièce vient d’être enregistrée et n’est pas encore scellée dans le journal\u00a0: réessayez dans un instant."
)


class Proving:
    """Proves that statements are in the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

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
        proofs = self._ledger.inclusions(organisation, positions, head.size) if positions else []
        paths = {item.statement_id: tuple(proof.path) for item, proof in zip(statements, proofs, strict=True)}
        return paths, _part(head)


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
