"""A `find` whose documents come as many at a time as the database sends them.

The driver's cursor hands them out one by one, and its raw batches are taken apart twice: either costs a page of a
hundred statements more than all else that is done for it (docs/design/0007-what-a-process-takes-on.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from pymongo.errors import AutoReconnect

from lrs.store.database import SETTLED, Document, DriverError, Session, Store

Find = dict[str, Any]
# The most in one answer, beside what the server itself puts at 16 MiB.
_BLOCK_MOST: Final = 10_000


def find_blocks(store: Store, collection: str, find: Find) -> Iterator[list[Document]]:
    """Yield the documents of a `find`, settled ones only; `find` has its `filter`, and `projection`, `sort`, `limit`.

    Whoever stops before the end leaves nothing open. A read that loses its connection, or its primary, is made once
    more, as the driver does with its own.
    """
    # More than the limit, so that the server knows at once that nothing follows.
    limit = find.get("limit", 0)
    size = min(limit + 1, _BLOCK_MOST) if limit else _BLOCK_MOST
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
                cursor = _run(store, more, session)
                number, block = cursor["id"], cursor["nextBatch"]
        except GeneratorExit:
            # Of what cannot be told, the server forgets by itself after ten minutes.
            if number:
                with suppress(DriverError):
                    store.database.command({"killCursors": collection, "cursors": [number]}, session=session)
            raise


def find_first(store: Store, collection: str, find: Find) -> Document | None:
    """Return the first document of such a `find`, None when there is none; a lost connection is made up for alike."""
    command = {"find": collection, **find, "limit": 1, "singleBatch": True, "readConcern": SETTLED.document}
    found: list[Document] = _begun(store, command, None)["firstBatch"]
    return found[0] if found else None


def _begun(store: Store, command: Document, session: Session | None) -> Document:
    try:
        return _run(store, command, session)
    except AutoReconnect:
        return _run(store, command, session)


def _run(store: Store, command: Document, session: Session | None) -> Document:
    reply: Document = store.database.command(command, codec_options=store.database.codec_options, session=session)
    cursor: Document = reply["cursor"]
    return cursor
