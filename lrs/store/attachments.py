"""Attachments' bytes, once per organisation and SHA-2."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from bson.binary import Binary
from gridfs import GridFSBucket, NoFile

from lrs.statements.multipart import Part
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "attachments"
# A MongoDB document holds 16 MiB; larger ones go to GridFS.
INLINE_MOST_BYTES: Final = 8 * 1024 * 1024


class Attachments:
    """Stores and finds attachments. What it keeps is addressed by content: storing twice changes nothing."""

    def __init__(self, store: Store) -> None:
        self.collection = store.collection(COLLECTION)
        self.files = GridFSBucket(store.database, bucket_name=COLLECTION)

    def put(self, organisation: OrganisationId, parts: Iterable[Part]) -> None:
        """Make each part's bytes durable.

        Done before the statements' transaction: a part whose statements are then refused is reachable by
        nobody, while a statement whose part is missing would be half stored.
        """
        for part in parts:
            place = _key(organisation, part.sha2)
            if self.collection.find_one({"_id": place}, {"_id": 1}):
                continue
            large = len(part.content) > INLINE_MOST_BYTES
            document = {"o": organisation, "type": part.content_type, "size": len(part.content)}
            if large:
                document["file"] = self.files.upload_from_stream(part.sha2, part.content)
            else:
                document["content"] = Binary(part.content)
            self.collection.update_one({"_id": place}, {"$setOnInsert": document}, upsert=True)

    def find(self, organisation: OrganisationId, sha2s: Iterable[str]) -> Iterable[Part]:
        """Yield those of `sha2s` whose bytes this organisation sent, one at a time."""
        for sha2 in dict.fromkeys(sha2s):
            document = self.collection.find_one({"_id": _key(organisation, sha2), "o": organisation})
            if document is None:
                continue
            if "content" in document:
                content = bytes(document["content"])
            else:
                try:
                    content = self.files.open_download_stream(document["file"]).read()
                except NoFile:
                    continue
            yield Part(sha2, document["type"], content)

    def drop(self, organisation: OrganisationId, sha2s: Iterable[str]) -> None:
        """Delete the bytes of attachments; whoever calls knows that no statement has them."""
        for sha2 in sha2s:
            document = self.collection.find_one_and_delete({"_id": _key(organisation, sha2), "o": organisation})
            if document is not None and "file" in document:
                with suppress(NoFile):
                    self.files.delete(document["file"])


def _key(organisation: OrganisationId, sha2: str) -> Binary:
    return Binary(organisation.to_bytes(4, "big") + bytes.fromhex(sha2))
