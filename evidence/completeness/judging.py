"""Hold what is asked for against what was issued. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from evidence.completeness.expected import Expected
from evidence.completeness.item import Item, State
from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument, Status
from lrs.clock import to_datetime

_ISSUED = frozenset(item.value for item in DocumentType)


def completeness_of(
    expected: Iterable[Expected], documents: Sequence[IssuedDocument], destroyed: frozenset[str], today: date
) -> list[Item]:
    """Return where each document stands that is asked for; `destroyed` are digests of files that are gone."""
    return [_item(item, documents, destroyed, today) for item in expected]


def _item(expected: Expected, documents: Sequence[IssuedDocument], destroyed: frozenset[str], today: date) -> Item:
    if expected.document not in _ISSUED:
        return Item(expected, State.ELSEWHERE)
    fitting = [
        document
        for document in documents
        if document.type.value == expected.document and document.is_current and _covers(document, expected)
    ]
    newest = max(fitting, key=lambda document: (document.issued_at, document.version), default=None)
    if newest is not None:
        is_worn = newest.status is Status.TO_REPLACE or newest.digest in destroyed
        issued_on = to_datetime(newest.issued_at).date()
        return Item(expected, State.EXPIRED if is_worn else State.PRESENT, newest.code, issued_on)
    return Item(expected, _absent(expected, today))


def _covers(document: IssuedDocument, expected: Expected) -> bool:
    """Say whether a document is about the period that is asked for; one without a period is about all of it."""
    if expected.first_on is None or expected.last_on is None:
        return True
    if document.first_on is None or document.last_on is None:
        return to_datetime(document.as_of).date() >= expected.last_on
    return document.first_on <= expected.first_on and expected.last_on <= document.last_on


def _absent(expected: Expected, today: date) -> State:
    if expected.event_on is None:
        return State.ON_REQUEST
    if expected.due_on is not None and expected.due_on < today:
        return State.OVERDUE
    if expected.event_on > today:
        return State.UPCOMING
    return State.MISSING if expected.due_on is None else State.DUE
