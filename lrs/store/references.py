"""What flows between a statement and those that target it by StatementRef: keys, and voiding."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from lrs.store.database import Document
from lrs.store.finding import FIELD, inherited_entries, own_entries, target_entry
from lrs.tenancy import OrganisationId

# A statement inherits the keys of what it targets, and of what that targets. The standard sets no end to
# such chains; a chain of thousands would make every link carry all before it, so inheritance stops here.
INHERITED_MOST: Final = 32
# A record holds 16 MiB. Groups of thousands stand in few statements, and in fewer that others target.
INHERITED_KEYS_MOST: Final = 20_000
# What references change of a record.
_WRITTEN: Final = ("x", "via", FIELD)


def resolve(
    collection: Collection[Document],
    session: ClientSession,
    organisation: OrganisationId,
    documents: Mapping[bytes, Document],
    *,
    waited_for: Sequence[uuid.UUID],
) -> bool:
    """Let keys and voiding flow between `documents`, about to be inserted, and the log, whichever came first.

    Changes `documents` (by `_id`) in place and the log through `session`. `waited_for` are the ids among them that
    something stored earlier may target. Returns whether any of `documents` targets a statement.
    """
    referring = [document for document in documents.values() if "ref" in document]
    if not referring and not waited_for:
        return False
    # Statements stored earlier that target one of these: they were waiting for it.
    waiting = _find_referring(collection, session, organisation, waited_for)
    targeted = [_key_of_target(organisation, document) for document in referring]
    wanted = [key for key in targeted if key not in documents]
    targets = {bytes(item["_id"]): item for item in _find_targets(collection, session, organisation, wanted)}
    # One that was waiting may be targeted, too: what is changed is the one in `waiting`, so it comes last.
    everyone = {**documents, **targets, **{bytes(item["_id"]): item for item in waiting}}
    changed = _void(organisation, (*referring, *waiting), everyone)
    changed |= _inherit(collection, session, organisation, (*referring, *waiting), everyone)
    for key in changed - documents.keys():
        item = everyone[key]
        collection.update_one(
            {"_id": item["_id"], "o": organisation},
            {"$set": {name: item[name] for name in _WRITTEN if name in item}},
            session=session,
        )
    return bool(referring)


def forget(
    collection: Collection[Document], session: ClientSession, organisation: OrganisationId, gone: Sequence[Document]
) -> None:
    """Take from the statements that target `gone`, directly or by a chain, what they inherited from them."""
    ids = [uuid.UUID(bytes=bytes(item["_id"])[4:]) for item in gone]
    names = {bytes(item["_id"]) for item in gone}
    referring = [item for item in _find_referring(collection, session, organisation, ids) if item["_id"] not in names]
    everyone = {bytes(item["_id"]): item for item in referring}
    for item in referring:
        item[FIELD] = own_entries(item)
        item.pop("via", None)
    queue = _referrers(collection, session, organisation, referring, everyone) if referring else []
    changed = _inherit(
        collection, session, organisation, [item for item in queue if item["_id"] not in names], everyone
    )
    for key in sorted({*(bytes(item["_id"]) for item in referring), *changed} - names):
        item = everyone[key]
        update: Document = {"$set": {FIELD: item[FIELD]}}
        if "via" in item:
            update["$set"]["via"] = item["via"]
        else:
            update["$unset"] = {"via": True}
        collection.update_one({"_id": item["_id"], "o": organisation}, update, session=session)


def _find_targets(
    collection: Collection[Document], session: ClientSession, organisation: OrganisationId, wanted: Sequence[bytes]
) -> Iterable[Document]:
    if not wanted:
        return ()
    return collection.find({"_id": {"$in": wanted}, "o": organisation, "b": {"$exists": True}}, session=session)


def _find_referring(
    collection: Collection[Document],
    session: ClientSession,
    organisation: OrganisationId,
    targets: Sequence[uuid.UUID],
) -> list[Document]:
    """Return the stored statements that target any of these."""
    if not targets:
        return []
    wanted = [target_entry(organisation, statement_id) for statement_id in targets]
    return list(collection.find({"o": organisation, FIELD: {"$in": wanted}}, session=session))


def _target_of(organisation: int, item: Document, everyone: Mapping[bytes, Document]) -> Document | None:
    return everyone.get(_key_of_target(organisation, item))


def _key_of_target(organisation: int, item: Document) -> bytes:
    return organisation.to_bytes(4, "big") + bytes(item["ref"])


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
    organisation: OrganisationId,
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
            sets = _bounded([{FIELD: own_entries(target)}, *target.get("via", ())])
            if item.get("via") != sets:
                # The own entries first: without `via` they could no longer be told from the inherited ones.
                own = own_entries(item)
                item["via"] = sets
                item[FIELD] = [*own, *sorted(inherited_entries(sets))]
                changed.add(bytes(item["_id"]))
                moved.append(item)
        if not moved:
            break
        queue = _referrers(collection, session, organisation, moved, everyone)
    return changed


def _referrers(
    collection: Collection[Document],
    session: ClientSession,
    organisation: OrganisationId,
    moved: Sequence[Document],
    everyone: dict[bytes, Document],
) -> list[Document]:
    """Return the statements that target those in `moved`: of the batch as they are, the others from the log."""
    wanted = {bytes(item["_id"][4:]) for item in moved}
    ids = [uuid.UUID(bytes=statement_id) for statement_id in wanted]
    for document in _find_referring(collection, session, organisation, ids):
        everyone.setdefault(bytes(document["_id"]), document)
    return [item for item in everyone.values() if "ref" in item and bytes(item["ref"]) in wanted]


def _bounded(sets: Sequence[Document]) -> list[Document]:
    """Keep the nearest key sets, as many as a record can hold."""
    kept: list[Document] = []
    room = INHERITED_KEYS_MOST
    for keys in sets[:INHERITED_MOST]:
        room -= len(keys[FIELD])
        if room < 0:
            break
        kept.append(keys)
    return kept
