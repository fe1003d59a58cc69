"""Refused statements: see them, replay them, drop them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from lrs.http.api import schemas
from lrs.http.api.cursors import parse_uuid_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.shapes import held_shape, held_with_body_shape, split_page
from lrs.quarantine import replay

_PATH: Final = "/quarantine/<uuid:held_id>"


def list_quarantine(request: ApiRequest) -> dict[str, Any]:
    """List refused requests.

    Newest first, without their bodies. Only credentials with `quarantine` on have any.
    """
    limit = request.arguments["limit"]
    before = parse_uuid_cursor(request.arguments.get("after"))
    rows = request.services.quarantine.page(
        request.caller.organisation, request.arguments.get("state"), before, limit + 1
    )
    shown, last = split_page(rows, limit)
    return {
        "items": [held_shape(held) for held in shown],
        "next": None if last is None else write_cursor(last.received, str(last.held_id)),
    }


def get_quarantine(request: ApiRequest) -> dict[str, Any]:
    """Show a refused request with its body."""
    return held_with_body_shape(request.services.quarantine.get(request.caller.organisation, request.path["held_id"]))


def replay_quarantine(request: ApiRequest) -> dict[str, Any]:
    """Replay a refused request.

    It is stored as if its sender sent it now, with the credential as it stands now: as it was kept, or with the
    `body` given here. When it is refused again, the answer lists the problems and it stays held.
    """
    body = request.arguments.get("body")
    held = replay(
        request.services,
        request.caller.organisation,
        request.path["held_id"],
        None if body is None else body.encode(),
    )
    return held_shape(held)


def drop_quarantine(request: ApiRequest) -> dict[str, Any]:
    """Drop a refused request.

    Its body is forgotten; that it was refused, and why, stays until its time is over.
    """
    return held_shape(request.services.quarantine.drop(request.caller.organisation, request.path["held_id"]))


_MISSING: Final = (HTTPStatus.NOT_FOUND,)
_MISSING_OR_ENDED: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
OPERATIONS: Final = (
    Operation("GET", "/quarantine", list_quarantine, schemas.HeldPageSchema, takes=schemas.HeldQuerySchema),
    Operation("GET", _PATH, get_quarantine, schemas.HeldWithBodySchema, refuses=_MISSING),
    Operation(
        "POST",
        f"{_PATH}/replay",
        replay_quarantine,
        schemas.HeldSchema,
        takes=schemas.ReplaySchema,
        body_required=False,
        refuses=_MISSING_OR_ENDED,
    ),
    Operation("POST", f"{_PATH}/drop", drop_quarantine, schemas.HeldSchema, refuses=_MISSING_OR_ENDED),
)
