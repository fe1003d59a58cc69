"""The last-statement clock of each credential."""

from __future__ import annotations

from typing import Any, Final

from lrs.http.api import schemas
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.shapes import sender_shape, split_page
from lrs.senders import sender_clock
from lrs.store.heads import find_head


def list_senders(request: ApiRequest) -> dict[str, Any]:
    """List senders.

    One for each credential, oldest credential first, with when its last statement was stored. `quiet` says that
    the silence has outlasted the credential's `quiet_after_seconds`.
    """
    services, organisation = request.services, request.caller.organisation
    limit = request.arguments["limit"]
    rows = services.credentials.page(organisation, parse_cursor(request.arguments.get("after")), limit + 1)
    shown, last = split_page(rows, limit)
    head, now = find_head(services.store, organisation), services.clock.now_micros()
    return {
        "items": [sender_shape(sender_clock(credential, head, now)) for credential in shown],
        "next": None if last is None else write_cursor(last.created, last.key),
    }


OPERATIONS: Final = (
    Operation("GET", "/senders", list_senders, schemas.SenderPageSchema, takes=schemas.PageQuerySchema),
)
