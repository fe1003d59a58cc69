"""The sealed log: heads, proofs and tiles, so that anybody can check what was stored without believing us."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Any, Final

from lrs.clock import Micros, to_text
from lrs.errors import LedgerBroken, NotFound
from lrs.http.api import ledger_schemas as schemas
from lrs.http.api.operations import ApiRequest, Operation
from lrs.ledger.tiles import parse_tile_path
from lrs.ledger_keys import LedgerKeys
from lrs.ledger_reading import KeyInUse, Ledger, SealedHead, no_head
from lrs.store.heads import find_head
from lrs.store.leaves import Entry
from lrs.store.ledgers import Trouble
from lrs.timestamps import Stamp


def show_ledger(request: ApiRequest) -> dict[str, Any]:
    """Show how the ledger stands.

    A statement is covered by a head within seconds of being stored. Timestamps come less often: each covers every
    head before it too.
    """
    organisation = request.caller.organisation
    # Read first: what is stored meanwhile does not make `waiting` negative.
    state = Ledger(request.services.store).state(organisation)
    count = find_head(request.services.store, organisation).count
    head = state and state.head
    stamped = state and state.stamped
    failing = state and state.stamp_trouble
    return {
        "origin": state.origin if state else None,
        "statements": count,
        "sealed": state.sealed if state else 0,
        "waiting": count - (head.size if head else 0),
        "head": _head(head) if head else None,
        "timestamps": {
            "head": stamped.number if stamped else None,
            "at": to_text(stamped.stamp.at) if stamped and stamped.stamp else None,
            "waiting_since": _instant(state.unstamped_since) if state else None,
            "trouble": _trouble(failing) if failing else None,
            "next_try": to_text(state.stamp_after) if state and failing else None,
        },
        "keys": [_key(key) for key in state.keys] if state else [],
        "trouble": _trouble(state.trouble) if state and state.trouble else None,
    }


def show_checkpoint(request: ApiRequest) -> bytes:
    """Return the newest head.

    As its signed note, byte for byte (C2SP tlog-checkpoint). Keep one: it cannot be taken back.
    """
    return _newest(request).note


def list_heads(request: ApiRequest) -> dict[str, Any]:
    """List heads.

    Every head that was ever published, in order.
    """
    after, limit = request.arguments["after"], request.arguments["limit"]
    found = Ledger(request.services.store).heads_after(request.caller.organisation, after, limit + 1)
    shown = found[:limit]
    return {"items": [_head(head) for head in shown], "next": shown[-1].number if len(found) > limit else None}


def get_head(request: ApiRequest) -> dict[str, Any]:
    """Show a head."""
    return _head(Ledger(request.services.store).get_head(request.caller.organisation, request.path["number"]))


def prove_inclusion(request: ApiRequest) -> dict[str, Any]:
    """Prove that a statement was sealed.

    By the statement's id, or by its position in the log. A statement that was just stored is refused with 409 until
    a head covers it, seconds later.
    """
    ledger, organisation = Ledger(request.services.store), request.caller.organisation
    entry = _wanted(request, ledger)
    found = ledger.sealed(organisation, entry.position, request.arguments.get("size"))
    if found.leaf != entry.leaf:
        raise LedgerBroken(f"The statement at position {entry.position} is not what was sealed there.")
    size, newest = found.proof.size, found.newest
    return {
        "statement": None if entry.body is None else entry.statement_id,
        "position": entry.position,
        "salt": None if entry.salt is None else _base64(entry.salt),
        "leaf": _base64(entry.leaf),
        "size": size,
        "path": [_base64(value) for value in found.proof.path],
        "checkpoint": newest.note.decode() if size == newest.size else None,
    }


def prove_consistency(request: ApiRequest) -> dict[str, Any]:
    """Prove that a head contradicts no earlier one.

    That the tree of `old_size` statements is the beginning of the tree of `size`.
    """
    newest = _newest(request)
    old_size, size = request.arguments["old_size"], request.arguments.get("size", newest.size)
    proof = Ledger(request.services.store).consistency(request.caller.organisation, old_size, size)
    path = [_base64(value) for value in proof.path]
    checkpoint = newest.note.decode() if size == newest.size else None
    return {"old_size": old_size, "size": size, "path": path, "checkpoint": checkpoint}


def get_tile(request: ApiRequest) -> bytes:
    """Return a tile of the tree.

    Addressed as in C2SP tlog-tiles: `0/000`, `0/x001/067`, `1/000.p/5`. Tools for such logs take the address of the
    ledger, `/api/v1/ledger`, with a credential. There are no tiles of entries: those are statements.
    """
    return Ledger(request.services.store).tile(request.caller.organisation, parse_tile_path(request.path["tile"]))


def make_key(request: ApiRequest) -> dict[str, Any]:
    """Make a new key.

    It signs from the next head on. Earlier heads keep their key, which stays published; tell whoever keeps the key
    of this ledger. This is also the way on when the key is lost.
    """
    services = request.services
    LedgerKeys(services.store, services.clock, services.secret_key).rotate(request.caller.organisation)
    return _key(Ledger(services.store).verifier_keys(request.caller.organisation)[-1])


def _newest(request: ApiRequest) -> SealedHead:
    found = Ledger(request.services.store).head(request.caller.organisation)
    if found is None:
        raise no_head()
    return found


def _wanted(request: ApiRequest, ledger: Ledger) -> Entry:
    organisation = request.caller.organisation
    if "statement" in request.arguments:
        found = next(iter(ledger.entries(organisation, [request.arguments["statement"]])), None)
        # One that was erased is not found by its id any more.
        if found is None or found.body is None:
            raise NotFound("There is no such statement.")
        return found
    position = request.arguments["position"]
    found = ledger.entry_at(organisation, position)
    if found is None:
        raise NotFound(f"Nothing is sealed at position {position}.")
    return found


def _head(head: SealedHead) -> dict[str, Any]:
    return {
        "number": head.number,
        "size": head.size,
        "root": _base64(head.root),
        "signed_at": to_text(head.signed_at),
        "checkpoint": head.note.decode(),
        "verifier_key": head.verifier_key,
        "timestamp": _stamp(head.stamp) if head.stamp else None,
    }


def _stamp(stamp: Stamp) -> dict[str, Any]:
    return {
        "at": to_text(stamp.at),
        "authority": stamp.authority,
        "qualified": stamp.is_qualified,
        "token": _base64(stamp.token),
    }


def _key(key: KeyInUse) -> dict[str, Any]:
    return {"verifier_key": key.verifier_key, "since": key.since, "made_at": to_text(key.made_at)}


def _trouble(trouble: Trouble) -> dict[str, str]:
    return {"message": trouble.message, "since": to_text(trouble.since)}


def _instant(micros: Micros | None) -> str | None:
    return None if micros is None else to_text(micros)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_TEXT: Final = {"type": "string"}
_BINARY: Final = {"type": "string", "format": "binary"}
_MISSING: Final = (HTTPStatus.NOT_FOUND,)
_MISSING_OR_EARLY: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
OPERATIONS: Final = (
    Operation("GET", "/ledger", show_ledger, schemas.LedgerSchema),
    Operation(
        "GET", "/ledger/checkpoint", show_checkpoint, _TEXT, refuses=_MISSING, media_type="text/plain; charset=utf-8"
    ),
    Operation("GET", "/ledger/heads", list_heads, schemas.HeadPageSchema, takes=schemas.HeadQuerySchema),
    Operation("GET", "/ledger/heads/<int:number>", get_head, schemas.HeadSchema, refuses=_MISSING),
    Operation(
        "GET",
        "/ledger/inclusion",
        prove_inclusion,
        schemas.InclusionSchema,
        takes=schemas.InclusionQuerySchema,
        refuses=_MISSING_OR_EARLY,
    ),
    Operation(
        "GET",
        "/ledger/consistency",
        prove_consistency,
        schemas.ConsistencySchema,
        takes=schemas.ConsistencyQuerySchema,
        refuses=_MISSING,
    ),
    Operation(
        "GET",
        "/ledger/tile/<path:tile>",
        get_tile,
        _BINARY,
        refuses=_MISSING,
        media_type="application/octet-stream",
    ),
    Operation(
        "POST", "/ledger/keys", make_key, schemas.KeySchema, status=HTTPStatus.CREATED, refuses=_MISSING_OR_EARLY
    ),
)
