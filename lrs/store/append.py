"""The one way into the log: all of a request's statements in one transaction, or none."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bson.binary import Binary
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from lrs.caller import Caller
from lrs.clock import Clock, Micros
from lrs.errors import Conflict, Problem
from lrs.statements.candidate import Candidate
from lrs.statements.equality import is_same_statement
from lrs.store import heads
from lrs.store.database import Document, Store
from lrs.store.statements import COLLECTION, key_set, leaf_hash, statement_key, writer_key

# A statement inherits the keys of what it targets, and of what that targets. The standard sets no end to
# such chains; a chain of thousands would make every link carry all before it, so inheritance stops here.
INHERITED_MOST: Final = 32


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: which statements are new, which were there already, word for word."""

    stored: tuple[uuid.UUID, ...]
    replayed: tuple[uuid.UUID, ...]
    duplicates: int
    # The `stored` that this append reached: by commit order, nothing will land at or before it.
    through: Micros


@dataclass(slots=True)
class _Batch:
    """What one append knows as it goes on."""

    caller: Caller
    lane: heads.Lane
    fresh: list[Candidate]
    documents: dict[uuid.UUID, Document] = field(default_factory=dict)


def append(  # noqa: PLR0913 - the store's own verb; every argument is a different thing
    store: Store, session: ClientSession, clock: Clock, caller: Caller, authority: Mapping[str, object],
    candidates: Sequence[Candidate],
) -> Appended:  # fmt: skip
    """Append what is new of `candidates` to the caller's log, inside the session's transaction.

    1. Take the lane. 2. Set aside what is stored already; raise Conflict when its content differs.
    3. Build the documents. 4. Mark content duplicates. 5. Resolve references and voiding, both ways.
    6. Insert. Nothing is visible to anyone before the transaction commits.
    """
    organisation = caller.organisation
    collection = store.collection(COLLECTION)
    # 1.
    lane = heads.take_lane(store, session, organisation, caller.credential, clock.now_micros(), len(candidates))
    # 2.
    known = _known(collection, session, caller, candidates)
    fresh = [candidate for candidate in candidates if candidate.statement_id not in known]
    if known:
        heads.return_unused(store, session, organisation, caller.credential, len(known))
    through = Micros(lane.stored + len(candidates) - 1)
    if not fresh:
        return Appended((), tuple(known), 0, through)
    # 3.
    batch = _Batch(caller, lane, fresh)
    writer = writer_key(organisation, authority)
    for at, candidate in enumerate(fresh):
        batch.documents[candidate.statement_id] = _document(batch, candidate, at, writer)
    # 4.
    duplicates = _mark_duplicates(collection, session, batch)
    # 5.
    _resolve_references(store, collection, session, batch)
    # 6.
    collection.insert_many(batch.documents.values(), ordered=True, session=session)
    return Appended(tuple(batch.documents), tuple(known), duplicates, through)


def _known(
    collection: Collection[Document], session: ClientSession, caller: Caller, candidates: Sequence[Candidate]
) -> dict[uuid.UUID, bytes]:
    """Return what is stored already under the candidates' ids; raise Conflict where it says something else."""
    ids = [statement_key(caller.organisation, item.statement_id) for item in candidates if item.has_sent_id]
    if not ids:
        return {}
    found = {
        uuid.UUID(bytes=bytes(document["_id"][4:])): bytes(document["b"])
        for document in collection.find({"_id": {"$in": ids}, "o": caller.organisation}, {"b": 1}, session=session)
    }
    problems = [
        Problem(
            f"{item.text.base}/id", f"A statement with the id {item.statement_id} is stored already and says something else.",
            "the same statement again (answered as before), or another id", "XAPI-00161",
        )
        for item in candidates
        if item.statement_id in found and not is_same_statement(found[item.statement_id], item.text.raw)
    ]  # fmt: skip
    if problems:
        message = "A statement never changes: nothing of this request was stored."
        raise Conflict(message, problems)
    return found


def _document(batch: _Batch, candidate: Candidate, at: int, writer: int) -> Document:
    """Build the stored form; the field names are listed in docs/architecture.md."""
    organisation, keys = batch.caller.organisation, candidate.keys
    stored = batch.lane.stored + at
    body = candidate.stamped(Micros(stored))
    salt = secrets.token_bytes(16)
    document: Document = {
        "_id": statement_key(organisation, candidate.statement_id),
        "o": organisation,
        "t": stored,
        "n": batch.lane.position + at,
        "ts": stored if candidate.timestamp is None else candidate.timestamp,
        **key_set(keys),
        "w": writer,
        "k": batch.caller.credential,
        **candidate.result_fields(),
        "s": Binary(salt),
        "l": Binary(leaf_hash(salt, body)),
        "b": Binary(body),
    }
    if keys.reference is not None:
        document["ref"] = Binary(keys.reference.bytes)
    if keys.is_voiding:
        document["vd"] = True
    if candidate.content_digest is not None:
        document["e"] = Binary(candidate.content_digest)
    if candidate.attachments:
        document["at"] = list(candidate.attachments)
    return document


def _mark_duplicates(collection: Collection[Document], session: ClientSession, batch: _Batch) -> int:
    """Mark id-less statements whose content this sender has sent before: both are kept, the later is counted once."""
    digests = [document["e"] for document in batch.documents.values() if "e" in document]
    if not digests:
        return 0
    first: dict[bytes, bytes] = {}
    earlier = collection.find(
        {"o": batch.caller.organisation, "e": {"$in": digests}}, {"e": 1}, session=session
    ).sort("t", 1)  # fmt: skip
    for document in earlier:
        first.setdefault(bytes(document["e"]), bytes(document["_id"][4:]))
    marked = 0
    for statement_id, document in batch.documents.items():
        if "e" not in document:
            continue
        original = first.setdefault(bytes(document["e"]), statement_id.bytes)
        if original != statement_id.bytes:
            document["dup"] = Binary(original)
            marked += 1
    return marked


def _resolve_references(
    store: Store, collection: Collection[Document], session: ClientSession, batch: _Batch
) -> None:
    """Let keys and voiding flow between statements and those that target them, whichever came first."""
    referring = [document for document in batch.documents.values() if "ref" in document]
    if referring:
        heads.mark_references(store, session, batch.caller.organisation)
    elif not batch.lane.has_references:
        return
    organisation = batch.caller.organisation
    # Statements stored earlier that target one of these: they were waiting for it.
    new_ids = [Binary(candidate.statement_id.bytes) for candidate in batch.fresh if candidate.has_sent_id]
    waiting = (
        list(collection.find({"o": organisation, "ref": {"$in": new_ids}}, session=session)) if new_ids else []
    )
    wanted = [
        statement_key(organisation, uuid.UUID(bytes=bytes(document["ref"])))
        for document in referring
        if uuid.UUID(bytes=bytes(document["ref"])) not in batch.documents
    ]
    targets = {bytes(item["_id"]): item for item in _find_targets(collection, session, organisation, wanted)}
    everyone = {bytes(item["_id"]): item for item in (*batch.documents.values(), *waiting, *targets.values())}
    changed = _void(organisation, (*referring, *waiting), everyone)
    changed |= _inherit(collection, session, organisation, (*referring, *waiting), everyone)
    inside = {bytes(item["_id"]) for item in batch.documents.values()}
    for key in changed - inside:
        item = everyone[key]
        collection.update_one(
            {"_id": item["_id"], "o": organisation},
            {"$set": {name: item[name] for name in ("x", "via") if name in item}},
            session=session,
        )


def _find_targets(
    collection: Collection[Document], session: ClientSession, organisation: int, wanted: Sequence[Binary]
) -> Iterable[Document]:
    return collection.find({"_id": {"$in": wanted}, "o": organisation}, session=session) if wanted else ()


def _target_of(organisation: int, item: Document, everyone: Mapping[bytes, Document]) -> Document | None:
    return everyone.get(organisation.to_bytes(4, "big") + bytes(item["ref"]))


def _void(organisation: int, referring: Iterable[Document], everyone: Mapping[bytes, Document]) -> set[bytes]:
    """Mark what a voiding statement targets; a voiding statement itself cannot be voided (1.0.3 Part Two 2.3.2)."""
    changed = set()
    for item in referring:
        target = _target_of(organisation, item, everyone)
        if item.get("vd") and target is not None and not target.get("vd") and not target.get("x"):
            target["x"] = True
            changed.add(bytes(target["_id"]))
    return changed


def _inherit(
    collection: Collection[Document],
    session: ClientSession,
    organisation: int,
    referring: Iterable[Document],
    everyone: dict[bytes, Document],
) -> set[bytes]:
    """Give each referring statement its target's key sets, and pass them on to whoever targets it in turn."""
    changed: set[bytes] = set()
    queue = list(referring)
    for _ in range(INHERITED_MOST):
        moved = []
        for item in queue:
            target = _target_of(organisation, item, everyone)
            if target is None:
                continue
            sets = [_own_keys(target), *target.get("via", ())][:INHERITED_MOST]
            if item.get("via") != sets:
                item["via"] = sets
                changed.add(bytes(item["_id"]))
                moved.append(item)
        if not moved:
            break
        queue = _referrers(collection, session, organisation, moved, everyone)
    return changed


def _referrers(
    collection: Collection[Document],
    session: ClientSession,
    organisation: int,
    moved: Sequence[Document],
    everyone: dict[bytes, Document],
) -> list[Document]:
    """Return the statements that target those in `moved`: of the batch as they are, the others from the log."""
    ids = [Binary(bytes(item["_id"][4:])) for item in moved]
    for document in collection.find({"o": organisation, "ref": {"$in": ids}}, session=session):
        everyone.setdefault(bytes(document["_id"]), document)
    wanted = {bytes(item) for item in ids}
    return [item for item in everyone.values() if "ref" in item and bytes(item["ref"]) in wanted]


def _own_keys(document: Document) -> Document:
    return {name: document[name] for name in ("v", "a", "ra", "c", "rc", "r") if name in document}
