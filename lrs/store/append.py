"""The one way into the log: all of a request's statements in one transaction, or none."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bson.binary import Binary
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from lrs.caller import Caller, CredentialId, OrganisationId
from lrs.clock import Clock, Micros
from lrs.errors import Conflict, Problem
from lrs.statements.candidate import Candidate
from lrs.statements.equality import is_same_statement
from lrs.store import heads
from lrs.store.database import Document, Store
from lrs.store.references import resolve
from lrs.store.statements import COLLECTION, key_set, leaf_hash, statement_id_of, statement_key, writer_key


@dataclass(frozen=True, slots=True)
class Request:
    """The statements of one request, ready to be stored together."""

    caller: Caller
    authority: Mapping[str, object]
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: which statements are new, which were there already, word for word."""

    stored: tuple[uuid.UUID, ...]
    replayed: tuple[uuid.UUID, ...]
    duplicates: int
    # The `stored` that this append reached: by commit order, nothing will land at or before it.
    through: Micros


@dataclass(frozen=True, slots=True)
class _Fresh:
    """One statement that is new, and whose it is."""

    candidate: Candidate
    caller: Caller
    writer: int


@dataclass(slots=True)
class _Group:
    """What one append knows as it goes on."""

    organisation: OrganisationId
    lane: heads.Lane
    fresh: list[_Fresh] = field(default_factory=list)
    documents: dict[uuid.UUID, Document] = field(default_factory=dict)


def append(
    store: Store, session: ClientSession, clock: Clock, organisation: OrganisationId, requests: Sequence[Request]
) -> list[Appended | Conflict]:
    """Append what is new in `requests`, all of one organisation, inside the session's transaction.

    A request is stored whole, or, when one of its ids is taken by another content, not at all and its outcome is the
    Conflict; the other requests are not touched by that.

    1. Take the lane. 2. Set aside what is stored already. 3. Build the documents. 4. Mark content duplicates.
    5. Resolve references and voiding, both ways. 6. Insert. Nothing is visible before the transaction commits.
    """
    collection = store.collection(COLLECTION)
    # 1.
    counts: Counter[CredentialId] = Counter()
    for request in requests:
        counts[request.caller.credential] += len(request.candidates)
    lane = heads.take_lane(store, session, organisation, clock.now_micros(), counts)
    group = _Group(organisation, lane)
    # 2.
    outcomes = _sort_out(group, requests, _known(collection, session, organisation, requests), counts.total())
    for fresh in group.fresh:
        counts[fresh.caller.credential] -= 1
    if counts.total():
        heads.return_unused(store, session, organisation, counts)
    if group.fresh:
        # 3.
        for at, fresh in enumerate(group.fresh):
            group.documents[fresh.candidate.statement_id] = _document(group, fresh, at)
        # 4.
        _mark_duplicates(collection, session, group)
        # 5.
        if resolve(collection, session, organisation, group.documents, waited_for=_waited_for(group)):
            heads.mark_references(store, session, organisation)
        # 6.
        collection.insert_many(group.documents.values(), ordered=True, session=session)
    return [_with_duplicates(outcome, group) for outcome in outcomes]


def _known(
    collection: Collection[Document], session: ClientSession, organisation: OrganisationId, requests: Sequence[Request]
) -> dict[uuid.UUID, bytes]:
    """Return the texts that are stored already under the requests' ids."""
    ids = [
        statement_key(organisation, item.statement_id)
        for request in requests for item in request.candidates if item.has_sent_id
    ]  # fmt: skip
    if not ids:
        return {}
    found = collection.find({"_id": {"$in": ids}, "o": organisation}, {"b": 1}, session=session)
    return {statement_id_of(document["_id"]): bytes(document["b"]) for document in found}


def _sort_out(
    group: _Group, requests: Sequence[Request], known: dict[uuid.UUID, bytes], total: int
) -> list[Appended | Conflict]:
    """Decide for each request what is new, what is a replay, and whether it conflicts with what came before it."""
    through = Micros(group.lane.stored + total - 1)
    outcomes: list[Appended | Conflict] = []
    for request in requests:
        taken = [item for item in request.candidates if item.statement_id in known]
        differing = [item for item in taken if not is_same_statement(known[item.statement_id], item.text.raw)]
        if differing:
            outcomes.append(_conflict(differing))
            continue
        new = [item for item in request.candidates if item.statement_id not in known]
        writer = writer_key(group.organisation, request.authority)
        group.fresh.extend(_Fresh(item, request.caller, writer) for item in new)
        # A later request of the same group may repeat these.
        known.update((item.statement_id, item.text.raw) for item in new if item.has_sent_id)
        outcomes.append(
            Appended(tuple(item.statement_id for item in new), tuple(item.statement_id for item in taken), 0, through)
        )
    return outcomes


def _conflict(differing: Sequence[Candidate]) -> Conflict:
    problems = [
        Problem(
            f"{item.text.base}/id",
            f"A statement with the id {item.statement_id} is stored already and says something else.",
            "the same statement again (answered as before), or another id", "XAPI-00142",
        )
        for item in differing
    ]  # fmt: skip
    return Conflict("A statement never changes: nothing of this request was stored.", problems)


def _with_duplicates(outcome: Appended | Conflict, group: _Group) -> Appended | Conflict:
    if isinstance(outcome, Conflict):
        return outcome
    return replace(outcome, duplicates=sum("dup" in group.documents[statement_id] for statement_id in outcome.stored))


def _document(group: _Group, fresh: _Fresh, at: int) -> Document:
    """Build the stored form; the field names are listed in docs/architecture.md."""
    organisation, candidate, keys = group.organisation, fresh.candidate, fresh.candidate.keys
    stored = group.lane.stored + at
    body = candidate.stamped(Micros(stored))
    salt = secrets.token_bytes(16)
    document: Document = {
        "_id": statement_key(organisation, candidate.statement_id),
        "o": organisation,
        "t": stored,
        "n": group.lane.position + at,
        "ts": stored if candidate.timestamp is None else candidate.timestamp,
        **key_set(keys),
        "w": fresh.writer,
        "k": fresh.caller.credential,
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


def _mark_duplicates(collection: Collection[Document], session: ClientSession, group: _Group) -> None:
    """Mark id-less statements whose content this sender has sent before: both are kept, the first is counted.

    The digest stays with the first alone: a sender stuck in a loop costs one look-up each time, not a growing list.
    """
    digests = [document["e"] for document in group.documents.values() if "e" in document]
    if not digests:
        return
    earlier = collection.find({"o": group.organisation, "e": {"$in": digests}}, {"e": 1}, session=session)
    first = {bytes(document["e"]): bytes(document["_id"][4:]) for document in earlier}
    for statement_id, document in group.documents.items():
        if "e" in document:
            original = first.setdefault(bytes(document["e"]), statement_id.bytes)
            if original != statement_id.bytes:
                document["dup"] = Binary(original)
                del document["e"]


def _waited_for(group: _Group) -> list[uuid.UUID]:
    """Return the new ids that statements stored earlier may target: none where nothing targets anything yet."""
    if not group.lane.has_references:
        return []
    return [fresh.candidate.statement_id for fresh in group.fresh if fresh.candidate.has_sent_id]
