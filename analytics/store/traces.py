"""Traces as they are kept: packed by identity and day, so that a day of a person is a handful of documents.

A document holds the traces that one batch of the log had for one identity and one bucket (`analytics.kept.span`). They
are only ever added, and deleted when their statement is erased. A voiding statement stands in the bucket of what it
voids, beside it, with its own `stored`: whoever reads a day as of an instant has all that decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from bson.binary import Binary
from pymongo.client_session import ClientSession

from analytics.traces import Trace
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "fact_traces"
# A document is at most this long, give or take one trace; MongoDB takes sixteen times as much.
_PACK_BYTES: Final = 1_000_000
# Organisation and identity, bucket, position.
KEY_BYTES: Final = 20 + 4 + 8
_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")
_DECODER: Final = msgspec.msgpack.Decoder(list[Trace])

Bucket = tuple[str, int]


@lru_cache(maxsize=32_768)
def name_key(organisation: OrganisationId, kind: str, name: str) -> bytes:
    """Return the 20 bytes that stand for a name in this organisation's keys: short, and in no order of names."""
    digest = blake2b(f"{kind}\0{name}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return organisation.to_bytes(4, "big") + digest


def identity_key(organisation: OrganisationId, identity: str) -> bytes:
    """Return what the keys of an identity's traces begin with."""
    return name_key(organisation, "identity", identity)


def keys_of(organisation: OrganisationId, length: int = 20) -> Document:
    """Return between which keys everything of an organisation is; `length` is that of the collection's keys.

    MongoDB orders binary keys by length first: bounds of another length would take in everything, or nothing.
    """
    return keys_under(organisation.to_bytes(4, "big"), length)


def keys_under(start: bytes, length: int) -> Document:
    """Return between which keys of a length all those are that begin so."""
    rest = length - len(start)
    return {"$gte": Binary(start + bytes(rest)), "$lte": Binary(start + b"\xff" * rest)}


class Pack(NamedTuple):
    """Some traces of one identity (its `identity_key`) and bucket, packed."""

    identity: bytes
    bucket: int
    data: bytes


class Traces:
    """The traces of every organisation of one deployment."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def add(
        self,
        organisation: OrganisationId,
        position: int,
        found: Mapping[Bucket, Sequence[Trace]],
        session: ClientSession,
    ) -> None:
        """Keep the traces of one batch of the log, which begins at `position`, by identity and bucket."""
        rows = [
            {"_id": _key(organisation, identity, bucket, position + number), "o": organisation, "b": pack}
            for (identity, bucket), traces in found.items()
            for number, pack in enumerate(_packs(traces))
        ]
        if rows:
            self._rows.insert_many(rows, ordered=False, session=session)

    def drop(
        self, organisation: OrganisationId, buckets: Iterable[Bucket], gone: Collection[UUID], session: ClientSession
    ) -> None:
        """Delete the traces of statements, and those of what voids them, from the documents of these buckets."""
        for identity, bucket in buckets:
            span = {"$gte": _key(organisation, identity, bucket, 0), "$lt": _key(organisation, identity, bucket + 1, 0)}
            for row in list(self._rows.find({"_id": span, "o": organisation}, session=session)):
                traces = _DECODER.decode(row["b"])
                kept = [trace for trace in traces if trace.statement_id not in gone and trace.voids not in gone]
                one = {"_id": row["_id"], "o": organisation}
                if not kept:
                    self._rows.delete_one(one, session=session)
                elif len(kept) < len(traces):
                    self._rows.update_one(one, {"$set": {"b": _ENCODER.encode(kept)}}, session=session)

    def find(
        self, organisation: OrganisationId, identities: Iterable[str], first: int, last: int, until: int | None = None
    ) -> list[Trace]:
        """Return the traces of these identities in buckets `first` to `last`, each once, in no order.

        `until` leaves out what was stored later.
        """
        packs = self.find_packs(organisation, [(name, first, last) for name in identities])
        found = unpacked([pack.data for pack in packs])
        return found if until is None else [trace for trace in found if trace.stored <= until]

    def find_packs(self, organisation: OrganisationId, wanted: Iterable[tuple[str, int, int]]) -> list[Pack]:
        """Return the packs of each of these identities, from one bucket to another, both included, in no order."""
        spans = [
            {"_id": {"$gte": _key(organisation, name, first, 0), "$lt": _key(organisation, name, last + 1, 0)}}
            for name, first, last in wanted
        ]
        if not spans:
            return []
        query: Document = {"o": organisation, **(spans[0] if len(spans) == 1 else {"$or": spans})}
        return [
            Pack(row["_id"][:20], int.from_bytes(row["_id"][20:24], "big"), row["b"])
            for row in self._rows.find(query, {"b": 1})
        ]


def unpacked(packs: Iterable[bytes]) -> list[Trace]:
    """Return the traces of some packs, each once: a group's statement stands under each of its members."""
    found = [trace for pack in packs for trace in _DECODER.decode(pack)]
    return list({trace.statement_id: trace for trace in found}.values())


def _key(organisation: OrganisationId, identity: str, bucket: int, position: int) -> Binary:
    tail = bucket.to_bytes(4, "big") + position.to_bytes(8, "big")
    return Binary(identity_key(organisation, identity) + tail)


def _packs(traces: Sequence[Trace]) -> Iterator[bytes]:
    """Yield the traces packed, in as many parts as their length needs."""
    pack = _ENCODER.encode(traces)
    if len(pack) <= _PACK_BYTES or len(traces) == 1:
        yield pack
        return
    middle = len(traces) // 2
    yield from _packs(traces[:middle])
    yield from _packs(traces[middle:])
