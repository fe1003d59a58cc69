"""What PUT, POST and DELETE do to a document: from what is there and what was sent to what is there next.

A change is a function from the stored document (None: none) to the next one (None: none). It has no effect of its
own, so that the store can ask it again after losing a race; a refusal comes out of it as an exception.
"""

from __future__ import annotations

from collections.abc import Callable

from lrs.documents.document import Document, StoredDocument
from lrs.documents.merge import check_json, merged, parse_members
from lrs.documents.preconditions import Preconditions
from lrs.documents.resources import Resource
from lrs.versions import Version

Change = Callable[[StoredDocument | None], Document | None]


def replacement(sent: Document, resource: Resource, version: Version, preconditions: Preconditions) -> Change:
    """Return what PUT does; refuse at once a document that says it is JSON and is not."""
    check_json(sent)

    def change(stored: StoredDocument | None) -> Document:
        preconditions.check_put(resource, version, _tag(stored))
        return sent

    return change


def merger(sent: Document, preconditions: Preconditions) -> Change:
    """Return what POST does: create, or merge a JSON object into a JSON object.

    What is posted as JSON must be an object even where nothing is stored yet (Part Three 2.2); a document of another
    type can be created by POST, and never be merged.
    """
    members = parse_members(sent) if sent.is_json else None

    def change(stored: StoredDocument | None) -> Document:
        preconditions.check(_tag(stored))
        if stored is None:
            return sent
        return merged(stored.document, parse_members(sent) if members is None else members)

    return change


def removal(preconditions: Preconditions) -> Change:
    """Return what DELETE does; a document that is not there is already deleted."""

    def change(stored: StoredDocument | None) -> None:
        preconditions.check(_tag(stored))

    return change


def _tag(stored: StoredDocument | None) -> str | None:
    return None if stored is None else stored.tag
