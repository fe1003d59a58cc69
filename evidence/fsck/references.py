"""What one statement's record says of others: voiding, what is inherited, duplicates. A batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from evidence.fsck.statement import is_erased, own_entries
from lrs.statements.keys import key
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

# A chain of references is followed this far, and a record holds this many inherited keys (docs/design/0004).
_INHERITED_MOST: Final = 32
_INHERITED_KEYS_MOST: Final = 20_000
_CONTENT: Final = ("actor", "verb", "object", "timestamp", "context", "result")


class References:
    """Looks up what the statements of a batch refer to."""

    def __init__(self, store: Store, organisation: int) -> None:
        self._statements = store.collection("statements")
        self._organisation = organisation

    def problems(self, batch: Sequence[Document]) -> Iterator[tuple[Document, str]]:
        """Yield each document of the batch that says something of others that is not so, with what."""
        whole = [item for item in batch if not is_erased(item) and isinstance(item.get("q"), list)]
        targets = self._by_id([item[name] for item in whole for name in ("ref", "dup") if name in item])
        for item in whole:
            if "ref" in item:
                yield from ((item, what) for what in _reference_problems(item, targets.get(self._key(item["ref"]))))
            if "dup" in item:
                yield from ((item, what) for what in _duplicate_problems(item, targets.get(self._key(item["dup"]))))
            if "ref" not in item and "via" in item:
                yield item, "via is there, and it targets no statement"
        yield from ((item, "x says it is voided, and nothing voids it") for item in self._unvoided(whole))

    def _unvoided(self, whole: Sequence[Document]) -> list[Document]:
        marked = [item for item in whole if item.get("x")]
        if not marked:
            return []
        wanted = [key(OrganisationId(self._organisation), "target", bytes(item["_id"][4:]).hex()) for item in marked]
        found = self._statements.find({"o": self._organisation, "q": {"$in": wanted}, "vd": True}, {"ref": 1})
        voided = {bytes(item["ref"]) for item in found}
        return [item for item in marked if bytes(item["_id"][4:]) not in voided or item.get("vd")]

    def _by_id(self, ids: Iterable[bytes]) -> Mapping[bytes, Document]:
        keys = [self._key(item) for item in dict.fromkeys(ids)]
        if not keys:
            return {}
        found = self._statements.find({"_id": {"$in": keys}, "o": self._organisation})
        return {bytes(item["_id"]): item for item in found}

    def _key(self, statement_id: bytes) -> bytes:
        return self._organisation.to_bytes(4, "big") + bytes(statement_id)


def _reference_problems(item: Document, target: Document | None) -> Iterator[str]:
    if target is None:
        if "via" in item:
            yield "via is there, and what it targets is not"
        return
    if is_erased(target):
        return
    if item.get("vd") and not target.get("vd") and not target.get("x"):
        yield f"it voids {bytes(target['_id'])[4:].hex()}, which does not say so (x)"
    wanted = _bounded([{"q": own_entries(target)}, *target.get("via", ())])
    found = item.get("via", [])
    # A chain as long as chains are followed may end a link earlier on one side.
    shared = min(len(wanted), len(found))
    is_long = shared >= _INHERITED_MOST - 2
    if _sorted(found[:shared]) != _sorted(wanted[:shared]) or (len(found) != len(wanted) and not is_long):
        yield "via is not what the statement that it targets is found by"


def _duplicate_problems(item: Document, first: Document | None) -> Iterator[str]:
    if first is not None and is_erased(first):
        return
    if first is None or not first["t"] < item["t"]:
        yield "dup names no earlier statement"
    elif _content(first["b"]) != _content(item["b"]):
        yield "dup names a statement that says something else"


def _content(body: bytes) -> bytes:
    try:
        value = orjson.loads(body)
        return orjson.dumps({name: value[name] for name in _CONTENT if name in value}, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError):
        return b""


def _bounded(sets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    kept: list[Mapping[str, Any]] = []
    room = _INHERITED_KEYS_MOST
    for keys in sets[:_INHERITED_MOST]:
        room -= len(keys["q"])
        if room < 0:
            break
        kept.append(keys)
    return kept


def _sorted(sets: Iterable[Mapping[str, Any]]) -> list[tuple[list[str], list[int]]]:
    return [(sorted(keys), sorted(keys["q"])) for keys in sets]
