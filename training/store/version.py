"""One version of one record, as it is kept."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from mongoengine import BooleanField, Document, IntField, ListField, LongField, StringField

from training.records.kinds import Kind

VERSIONS_COLLECTION: Final = "record_versions"
HEADS_COLLECTION: Final = "record_heads"
# The `until` of a version that nothing has replaced: later than any clock.
OPEN: Final = 2**63 - 1


class RecordVersion(Document):  # type: ignore[misc]  # mongoengine ships no types
    """A version holds from `recorded_at` to just before `until`. Only `until` ever changes, once.

    The body is JSON text and not a sub-document: what an organisation calls things may hold dots and dollars, and
    a body is read whole or not at all.
    """

    # Never bound to a connection: `Register` hands it the collection of the store it was given.
    meta: ClassVar[dict[str, Any]] = {
        "collection": VERSIONS_COLLECTION,
        "auto_create_index": False,
        "strict": True,
    }

    organisation = IntField(required=True)
    kind = StringField(required=True, choices=[kind.value for kind in Kind])
    record_id = StringField(required=True, max_length=64)
    version = IntField(required=True, min_value=1)
    change = LongField(required=True, min_value=1)
    recorded_at = LongField(required=True)
    until = LongField(required=True, default=OPEN)
    recorded_by = StringField(required=True, max_length=200)
    note = StringField(max_length=2000)
    is_deleted = BooleanField(required=True, default=False)
    keys = ListField(StringField())
    body = StringField(required=True)
