"""Statements that a sender without ids sent twice."""

from __future__ import annotations

from typing import Any, Final

from lrs.clock import Micros
from lrs.http.api import schemas
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.shapes import duplicate_shape, split_page


def list_duplicates(request: ApiRequest) -> dict[str, Any]:
    """List content duplicates.

    In order of `stored`. Both statements are kept and returned by xAPI; whatever counts, counts the first.
    """
    limit = request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    instant = Micros(0 if after is None else after[0])
    rows = request.services.statements.duplicates(request.caller.organisation, instant, limit + 1)
    shown, last = split_page(rows, limit)
    return {
        "items": [duplicate_shape(duplicate) for duplicate in shown],
        # `stored` is unique in an organisation, so it alone says where a page ended.
        "next": None if last is None else write_cursor(last.stored),
    }


OPERATIONS: Final = (
    Operation(
        "GET", "/statements/duplicates", list_duplicates, schemas.DuplicatePageSchema, takes=schemas.PageQuerySchema
    ),
)
