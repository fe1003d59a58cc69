"""A `find` whose documents come as many at a time as the database sends them.

The driver's cursor hands them out one by one, and its raw batches are taken apart twice: either costs a page of a
hundred statements more than all else that is done for it (docs/design/0007-what-a-process-takes-on.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pymongo.client_session import ClientSession
from pymongo.errors import AutoReconnect

from lrs.store.database import SETTLED, Document, Store

Find = dict[str, Any]
# The most in one answer, beside what the server itself puts at 16 MiB.
_BLOCK_MOST: Final = 10_000


def find_blocks(store: Store, collection: str, find: Find) -> Iterator[list[Document]]:
    """Yield the documents of a `find`, settled ones only; `find` has its `filter`, and `projection`, `sort`, `limit`.

    Whoever stops before the end leaves nothing open. A read that loses its connection, or its primary, is made once
    more, as the driver does with its own.
    """
    # More than the limit, so that the server knows at once that nothing follows.
    size = min(find.get("limit", 0) + 1, _BLOCK_MOST) if find.get("limit") else _BLOCK_MOST
    command = {"find": collection, **find, "batchSize": size, "readConcern": SETTLED.document}
    with store.client.start_session(causal_consistency=False) as session:
        cursor = _begun(store, command, session)
        number, block = cursor["id"], cursor["firstBatch"]
        try:
            while block:
                yield block
                if not number:
                    return
                more = {"getMore": number, "collection": collection, "batchSize": size}
                cursor = store.database.command(more, session=session)["cursor"]
                number, block = cursor["id"], cursor["nextBatch"]
        finally:
            if number:
                store.database.command({"killCursors": collection, "cursors": [number]}, session=session)


def _begun(store: Store, command: Document, session: ClientSession) -> Document:
    try:
        reply: Document = store.database.command(command, session=session)
    except AutoReconnect:
        reply = store.database.command(command, session=session)
    cursor: Document = reply["cursor"]
    return cursor
