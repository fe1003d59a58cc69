"""The one way into the log: all of a request's statements in one transaction, or none."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import orjson
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from lrs.caller import Caller, CredentialId
from lrs.clock import Clock, Micros, to_text
from lrs.errors import Conflict, Problem
from lrs.statements.candidate import Candidate
from lrs.statements.equality import is_same_statement
from lrs.store import heads
from lrs.store.database import Document, Store
from lrs.store.finding import FIELD, content_entry, duplicate_entry, entries
from lrs.store.references import resolve
from lrs.store.statements import COLLECTION, leaf_hash, statement_id_of, statement_key, writer_key
from lrs.tenancy import OrganisationId

_SALT_BYTES: Final = 16
# The server's code for "that unique key is there already".
_DUPLICATE_KEY: Final = 11000


class IdTaken(Exception):
    """A statement's id is in the log already, and nobody looked: the append is to be done again, looking first."""


@dataclass(frozen=True, slots=True)
class Request:
    """The statements of one request, ready to be stored together.

    `drafts` are their records without what only the log can say: when, and at which position.
    """

    caller: Caller
    candidates: Sequence[Candidate]
    drafts: Sequence[Document]


def request_of(caller: Caller, candidates: Sequence[Candidate]) -> Request:
    """Draft the records of one request. It needs no database: requests do this side by side, outside the lane."""
    writer = writer_key(caller.organisation, orjson.loads(caller.authority))
    return Request(caller, candidates, [_draft(caller, writer, candidate) for candidate in candidates])


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: which statements are new, which were there already, word for word."""

    stored: tuple[uuid.UUID, ...]
    replayed: tuple[uuid.UUID, ...]
    duplicates: int
    # The `stored` that this append reached: by commit order, nothing will land at or before it.
    through: Micros
    # Whether the organisation has statements that target others, and whether it has them since this append.
    has_references: bool = False
    began_references: bool = False


class _Fresh(NamedTuple):
    """One statement that is new, and whose it is."""

    candidate: Candidate
    draft: Document
    credential: CredentialId


@dataclass(slots=True)
class _Group:
    """What one append knows as it goes on."""

    organisation: OrganisationId
    lane: heads.Lane
    fresh: list[_Fresh] = field(default_factory=list)
    # By `_id`, which is found quicker than a UUID.
    documents: dict[bytes, Document] = field(default_factory=dict)


def append(
    store: Store,
    session: ClientSession,
    clock: Clock,
    organisation: OrganisationId,
    requests: Sequence[Request],
    *,
    look_first: bool = True,
) -> list[Appended | Conflict]:
    """Append what is new in `requests`, all of one organisation, inside the session's transaction.

    A request is stored whole, or, when one of its ids is taken by another content, not at all and its outcome is the
    Conflict; the other requests are not touched by that. Ids are nearly always new: without `look_first` that is
    taken for granted, and when it is not so the append raises IdTaken and has no effect.

    1. Take the lane. 2. Set aside what is stored already. 3. Finish the records. 4. Mark content duplicates.
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
    known = _known(collection, session, organisation, requests) if look_first else {}
    outcomes = _sort_out(group, requests, known, counts.total())
    for fresh in group.fresh:
        counts[fresh.credential] -= 1
    if counts.total():
        heads.return_unused(store, session, organisation, counts)
    has_references, duplicates = False, set[bytes]()
    if group.fresh:
        # 3.
        _finish(group)
        # 4.
        duplicates = _mark_duplicates(collection, session, group)
        # 5.
        has_references = resolve(collection, session, organisation, group.documents, waited_for=_waited_for(group))
        if has_references and not lane.has_references:
            heads.mark_references(store, session, organisation)
        # 6.
        _insert(collection, session, group, look_first=look_first)
    began = has_references and not lane.has_references
    return [_completed(outcome, group, duplicates, began_references=began) for outcome in outcomes]


def _insert(collection: Collection[Document], session: ClientSession, group: _Group, *, look_first: bool) -> None:
    try:
        collection.insert_many(group.documents.values(), ordered=True, session=session)
    except BulkWriteError as error:
        # The only unique keys are the ids, and the instants that the lane alone gives out.
        if look_first or any(item["code"] != _DUPLICATE_KEY for item in error.details["writeErrors"]):
            raise
        raise IdTaken from error


def _known(
    collection: Collection[Document], session: ClientSession, organisation: OrganisationId, requests: Sequence[Request]
) -> dict[bytes, bytes | None]:
    """Return the texts that are stored already under the requests' ids; None for one that was erased since."""
    keys = [
        draft["_id"]
        for request in requests
        for item, draft in zip(request.candidates, request.drafts, strict=True)
        if item.has_sent_id
    ]
    if not keys:
        return {}
    found = collection.find({"_id": {"$in": keys}, "o": organisation}, {"b": 1}, session=session)
    texts = ((bytes(document["_id"]), document.get("b")) for document in found)
    return {key: None if text is None else bytes(text) for key, text in texts}


def _sort_out(
    group: _Group, requests: Sequence[Request], known: dict[bytes, bytes | None], total: int
) -> list[Appended | Conflict]:
    """Decide for each request what is new, what is a replay, and whether it conflicts with what came before it."""
    through = Micros(group.lane.stored + total - 1)
    outcomes: list[Appended | Conflict] = []
    for request in requests:
        drafted = list(zip(request.candidates, request.drafts, strict=True))
        taken = [(item, draft) for item, draft in drafted if draft["_id"] in known]
        differing = [item for item, draft in taken if not _says_the_same(known[draft["_id"]], item)]
        if differing:
            outcomes.append(_conflict(differing))
            continue
        credential = request.caller.credential
        new = [_Fresh(item, draft, credential) for item, draft in drafted if draft["_id"] not in known]
        group.fresh.extend(new)
        # A later request of the same group may repeat these.
        known.update((fresh.draft["_id"], fresh.candidate.text.raw) for fresh in new)
        outcomes.append(
            Appended(
                tuple(fresh.candidate.statement_id for fresh in new),
                tuple(item.statement_id for item, _ in taken), 0, through,
            )
        )  # fmt: skip
    return outcomes


def _says_the_same(text: bytes | None, candidate: Candidate) -> bool:
    """Say whether a candidate repeats what is stored. What was erased is answered as before, and stays erased."""
    return text is None or is_same_statement(text, candidate.text.raw)


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


def _completed(
    outcome: Appended | Conflict, group: _Group, duplicates: AbstractSet[bytes], *, began_references: bool
) -> Appended | Conflict:
    """Add to an outcome what is known at the end."""
    if isinstance(outcome, Conflict):
        return outcome
    stored = outcome.stored if duplicates else ()
    return replace(
        outcome,
        duplicates=sum(statement_key(group.organisation, each) in duplicates for each in stored),
        has_references=group.lane.has_references or began_references,
        began_references=began_references,
    )


def _draft(caller: Caller, writer: int, candidate: Candidate) -> Document:
    """Build what is known of the record beforehand; the field names are listed in docs/architecture.md."""
    organisation, keys, gist = caller.organisation, candidate.keys, candidate.gist
    draft: Document = {
        "_id": statement_key(organisation, candidate.statement_id),
        "o": organisation,
        FIELD: entries(organisation, keys),
        "w": writer,
        "k": caller.credential,
        **gist.result,
    }
    if gist.timestamp is not None:
        draft["ts"] = gist.timestamp
    if keys.reference is not None:
        draft["ref"] = keys.reference.bytes
    if keys.is_voiding:
        draft["vd"] = True
    if candidate.content_digest is not None:
        draft["e"] = candidate.content_digest
    if gist.attachments:
        draft["at"] = list(gist.attachments)
    return draft


def _finish(group: _Group) -> None:
    """Say of each new record when and at which position it is stored, and seal its bytes.

    The lane is held meanwhile: nothing is done here that could have been done before.
    """
    salts = secrets.token_bytes(_SALT_BYTES * len(group.fresh))
    for at, (candidate, draft, _) in enumerate(group.fresh):
        stored = Micros(group.lane.stored + at)
        body = candidate.stamped(to_text(stored).encode())
        salt = salts[at * _SALT_BYTES : (at + 1) * _SALT_BYTES]
        # A copy: a transaction that loses its race begins again with the draft.
        group.documents[draft["_id"]] = {
            **draft,
            "t": stored,
            "n": group.lane.position + at,
            "ts": draft.get("ts", stored),
            "s": salt,
            "l": leaf_hash(salt, body),
            "b": body,
        }


def _mark_duplicates(collection: Collection[Document], session: ClientSession, group: _Group) -> set[bytes]:
    """Mark statements without id whose content this sender has sent before: both are kept, the first is counted.

    The digest stays with the first alone: a sender stuck in a loop costs one look-up each time, not a growing list.
    Returns the `_id` of each that was marked.
    """
    organisation = group.organisation
    digested = [document for document in group.documents.values() if "e" in document]
    if not digested:
        return set()
    wanted = {content_entry(organisation, document["e"]) for document in digested}
    earlier = collection.find({"o": organisation, FIELD: {"$in": list(wanted)}}, {"e": 1}, session=session)
    first = {document["e"]: bytes(document["_id"]) for document in earlier}
    marked = set()
    for document in digested:
        original = first.setdefault(document["e"], document["_id"])
        if original == document["_id"]:
            mark = content_entry(organisation, document["e"])
        else:
            mark = duplicate_entry(organisation)
            document["dup"] = statement_id_of(original).bytes
            del document["e"]
            marked.add(document["_id"])
        document[FIELD] = [*document[FIELD], mark]
    return marked


def _waited_for(group: _Group) -> list[uuid.UUID]:
    """Return the new ids that statements stored earlier may target: none where nothing targets anything yet."""
    if not group.lane.has_references:
        return []
    return [fresh.candidate.statement_id for fresh in group.fresh if fresh.candidate.has_sent_id]
