"""Statements of a dossier, each with its salt and the way to the head of the ledger."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from evidence.store.log import Log, Place, Sealed
from lrs.clock import to_text
from lrs.ledger_reading import Ledger, SealedHead
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

# Statements whose proofs are worked out together: the tiles are read once for all of them.
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Heads:
    """The head that proofs lead to, and a newer one where there is."""

    proved: SealedHead | None
    newest: SealedHead | None

    @property
    def size(self) -> int:
        """How many statements can be proved."""
        return 0 if self.proved is None else self.proved.size


class TraceLines:
    """Writes statements as lines of `traces.ndjson`."""

    def __init__(self, store: Store, organisation: OrganisationId) -> None:
        self._organisation = organisation
        self._log = Log(store)
        self._ledger = Ledger(store)

    def heads(self, registrations: Iterable[UUID], iris: Iterable[str]) -> Heads:
        """Return the heads to prove by: the stamped one when it covers all that these name, else the newest."""
        positions_end = self._log.end_of(self._organisation, registrations, iris)
        newest = self._ledger.head(self._organisation)
        stamped = self._ledger.stamped_head(self._organisation)
        if newest is None or (stamped is not None and min(positions_end, newest.size) <= stamped.size):
            return Heads(stamped, newest if stamped is not None and newest != stamped else None)
        return Heads(newest, None)

    def of_enrolment(self, registration: UUID, ids: Iterable[UUID]) -> list[Place]:
        """Return where the statements stand that carry a registration, and those that facts rest on."""
        found = set(self._log.of_registration(self._organisation, registration))
        known = {place.statement_id for place in found}
        found.update(self._log.places(self._organisation, [item for item in ids if item not in known]))
        found.update(self._log.voiding(self._organisation, [place.statement_id for place in found]))
        return sorted(found)

    def of_sheet(self, iri: str) -> Iterator[Sealed]:
        """Yield the statements about a half-day, marks included."""
        places = self._log.of_activity(self._organisation, iri)
        for some in self._log.read(self._organisation, places, _AT_ONCE):
            yield from some

    def lines(self, places: list[Place], heads: Heads) -> Iterator[bytes]:
        """Yield the lines of statements in order of position, with proofs up to a head, many at a time."""
        for statements in self._log.read(self._organisation, places, _AT_ONCE):
            positions = [item.position for item in statements if item.position < heads.size]
            proofs = self._ledger.inclusions(self._organisation, positions, heads.size) if positions else []
            paths = {proof.index: proof.path for proof in proofs}
            yield b"".join(_line(item, paths.get(item.position)) for item in statements)

    def consistency(self, heads: Heads) -> list[str]:
        """Return the proof that the newer head continues the other."""
        if heads.proved is None or heads.newest is None:
            return []
        proof = self._ledger.consistency(self._organisation, heads.proved.size, heads.newest.size)
        return [text64(item) for item in proof.path]


def _line(item: Sealed, path: tuple[bytes, ...] | None) -> bytes:
    said: dict[str, Any] = {"id": str(item.statement_id), "position": item.position, "stored": to_text(item.stored)}
    if item.body is None or item.salt is None:
        said |= {"erased": True, "erased_by": str(item.erased_by), "leaf": text64(item.leaf)}
    else:
        said |= {"salt": text64(item.salt), "text": item.body.decode(), "voided": item.is_voided}
    said["path"] = None if path is None else [text64(step) for step in path]
    return orjson.dumps(said) + b"\n"


def text64(data: bytes) -> str:
    """Write bytes in base64."""
    return b64encode(data).decode()


def head_json(head: SealedHead) -> dict[str, Any]:
    """Write a head as `registre.json` has it."""
    return {
        "note": head.note.decode(),
        "verifier_key": head.verifier_key,
        "size": head.size,
        "root": text64(head.root),
        "number": head.number,
        "signed_at": to_text(head.signed_at),
    }


def ledger_json(heads: Heads, consistency: list[str]) -> dict[str, Any] | None:
    """Write `registre.json`; None while nothing is sealed."""
    if heads.proved is None:
        return None
    stamp = heads.proved.stamp
    said: dict[str, Any] = head_json(heads.proved)
    said["stamp"] = None if stamp is None else {
        "token": text64(stamp.token),
        "at": to_text(stamp.at),
        "authority": stamp.authority,
        "is_qualified": stamp.is_qualified,
    }  # fmt: skip
    said["newest"] = None if heads.newest is None else {**head_json(heads.newest), "consistency": consistency}
    return said
