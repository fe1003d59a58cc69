"""Issued documents in MongoDB: every version, found by code, enrolment, session, type and status.

`issued_documents`: `_id` the code, `o`, `series`, the members of `evidence.issuing.document.IssuedDocument`; and
`current` (no newer version, not revoked), `cited` (statements inside, 16 bytes each), `records` (`kind:id` of those it
follows from), `stale` (something of that has changed, and nobody has looked yet).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from bson.binary import Binary

from evidence.content import DocumentType
from evidence.issuing.code import parse_code
from evidence.issuing.document import IssuedDocument, Status
from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.store.database import Document, Session, Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId

COLLECTION: Final = "issued_documents"
_NAMES: Final = tuple(field.name for field in fields(IssuedDocument) if field.name not in ("organisation", "code"))
_FIELDS: Final = dict.fromkeys((*_NAMES, "o"), 1)


class IssuedDocuments:
    """Reads issued documents; what changes them is `evidence.issuing`."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def find(self, code: str) -> IssuedDocument | None:
        """Return a document by its code, as somebody typed it, of whatever organisation.

        The one question that names no organisation: a verifier has only the code, and nobody guesses one.
        """
        known = parse_code(code)
        row = None if known is None else self._rows.find_one({"_id": known}, _FIELDS)
        return None if row is None else read_row(row)

    def get(self, organisation: OrganisationId, code: str) -> IssuedDocument:
        """Return a document of an organisation; raises NotFound."""
        found = self.find(code)
        if found is None or found.organisation != organisation:
            message = "There is no document of this code."
            raise NotFound(message)
        return found

    def of_enrolment(self, organisation: OrganisationId, enrolment_id: EnrolmentId) -> list[IssuedDocument]:
        """Return every version of every document that an enrolment is in, sheets of its session included."""
        query = {"o": organisation, "enrolments": enrolment_id}
        return [read_row(row) for row in self._rows.find(query, _FIELDS).sort([("issued_at", 1), ("_id", 1)])]

    def of_enrolments(self, organisation: OrganisationId, enrolment_ids: Iterable[EnrolmentId]) -> list[IssuedDocument]:
        """Return every version of every document that any of these enrolments is in, newest first."""
        query = {"o": organisation, "enrolments": {"$in": sorted(enrolment_ids)}}
        found = [read_row(row) for row in self._rows.find(query, _FIELDS)]
        return sorted(found, key=lambda document: (document.issued_at, document.code), reverse=True)

    def of_session(self, organisation: OrganisationId, session_id: SessionId) -> list[IssuedDocument]:
        """Return every version of every document of a session, those of its enrolments included, oldest first."""
        query = {"o": organisation, "session_id": session_id}
        return [read_row(row) for row in self._rows.find(query, _FIELDS).sort([("issued_at", 1), ("_id", 1)])]

    def citing(self, organisation: OrganisationId, statement_ids: Iterable[UUID]) -> list[IssuedDocument]:
        """Return the documents, whatever became of them, that include any of these statements, oldest first."""
        wanted = [Binary(statement_id.bytes) for statement_id in statement_ids]
        rows = self._rows.find({"o": organisation, "cited": {"$in": wanted}}, _FIELDS)
        return sorted(map(read_row, rows), key=lambda document: (document.issued_at, document.code))

    def cited(self, organisation: OrganisationId, code: str) -> frozenset[UUID]:
        """Return the statements that a document includes; raises NotFound."""
        row = self._rows.find_one({"_id": parse_code(code) or "", "o": organisation}, {"cited": 1})
        if row is None:
            message = "There is no document of this code."
            raise NotFound(message)
        return frozenset(UUID(bytes=bytes(item)) for item in row["cited"])

    def page(
        self,
        organisation: OrganisationId,
        *,
        enrolment_id: EnrolmentId | None = None,
        session_id: SessionId | None = None,
        types: Sequence[DocumentType] = (),
        statuses: Sequence[Status] = (),
        before: tuple[int, str] | None = None,
        limit: int = 50,
    ) -> list[IssuedDocument]:
        """Return documents, newest first; `before` is the `issued_at` and the code of the last one shown."""
        query: Document = {"o": organisation}
        if enrolment_id is not None:
            query["enrolments"] = enrolment_id
        if session_id is not None:
            query["session_id"] = session_id
        if types:
            query["type"] = {"$in": [kind.value for kind in types]}
        if statuses:
            query["status"] = {"$in": [status.value for status in statuses]}
        if before is not None:
            at, code = before
            query["$or"] = [{"issued_at": {"$lt": at}}, {"issued_at": at, "_id": {"$lt": code}}]
        rows = self._rows.find(query, _FIELDS).sort([("issued_at", -1), ("_id", -1)]).limit(limit)
        return [read_row(row) for row in rows]

    def current(self, organisation: OrganisationId) -> list[IssuedDocument]:
        """Return every document that has no newer version and was not withdrawn, newest first."""
        query = {"o": organisation, "current": True}
        return [read_row(row) for row in self._rows.find(query, _FIELDS).sort([("issued_at", -1), ("_id", -1)])]

    def versions(self, organisation: OrganisationId, series: str) -> list[IssuedDocument]:
        """Return every version of a series, newest first."""
        rows = self._rows.find({"o": organisation, "series": series}, _FIELDS).sort("version", -1)
        return [read_row(row) for row in rows]

    def insert(
        self, document: IssuedDocument, series: str, cited: Iterable[UUID], records: Iterable[str], session: Session
    ) -> None:
        """Add a version."""
        row = {
            "_id": document.code,
            "o": document.organisation,
            "series": series,
            **{name: _plain(getattr(document, name)) for name in _NAMES},
            "current": True,
            "cited": [Binary(item.bytes) for item in sorted(cited)],
            "records": sorted(set(records)),
            "stale": False,
        }
        self._rows.insert_one(row, session=session)

    def replace(self, organisation: OrganisationId, code: str, by: str, session: Session) -> None:
        """Note that a newer version took over; a revoked document stays revoked."""
        place = {"_id": code, "o": organisation}
        self._rows.update_one(place, {"$set": {"replaced_by": by, "current": False, "stale": False}}, session=session)
        alive = {**place, "status": {"$ne": Status.REVOKED.value}}
        self._rows.update_one(alive, {"$set": {"status": Status.SUPERSEDED.value}}, session=session)

    def revoke(
        self, organisation: OrganisationId, code: str, reason: str, by: str, at: Micros, session: Session
    ) -> bool:
        """Withdraw a document; False when it was withdrawn already."""
        place = {"_id": code, "o": organisation, "status": {"$ne": Status.REVOKED.value}}
        change = {"status": Status.REVOKED.value, "current": False, "stale": False, "revoked_at": at,
                  "revoked_by": by, "revocation_reason": reason}  # fmt: skip
        return self._rows.update_one(place, {"$set": change}, session=session).modified_count == 1

    def flag(self, organisation: OrganisationId, code: str, at: Micros | None) -> None:
        """Note of a current document that its inputs have changed since `at`, or with None that they have not."""
        status = Status.VALID if at is None else Status.TO_REPLACE
        place = {"_id": code, "o": organisation, "current": True}
        self._rows.update_one(place, {"$set": {"status": status.value, "changed_at": at, "stale": False}})

    def mark_stale(self, organisation: OrganisationId, query: Mapping[str, Any]) -> int:
        """Have current documents looked at again; return how many."""
        wanted = {"o": organisation, "current": True, "stale": False, **query}
        return self._rows.update_many(wanted, {"$set": {"stale": True}}).modified_count

    def stale(self, organisation: OrganisationId, limit: int) -> list[IssuedDocument]:
        """Return some of the documents to be looked at."""
        query = {"o": organisation, "current": True, "stale": True}
        return [read_row(row) for row in self._rows.find(query, _FIELDS).limit(limit)]

    def settle(self, organisation: OrganisationId, code: str) -> None:
        """Note that a document was looked at, and is what it was."""
        self._rows.update_one({"_id": code, "o": organisation}, {"$set": {"stale": False}})


def read_row(row: Mapping[str, Any]) -> IssuedDocument:
    """Read a document as it is kept."""
    found: dict[str, Any] = {name: row[name] for name in _NAMES if name in row}
    for name in ("first_on", "last_on"):
        found[name] = None if found[name] is None else date.fromisoformat(found[name])
    for name in ("enrolments", "people"):
        found[name] = tuple(found[name])
    for name in ("as_of", "issued_at", "changed_at", "revoked_at"):
        found[name] = None if found[name] is None else Micros(int(found[name]))
    found["type"], found["status"] = DocumentType(found["type"]), Status(found["status"])
    return IssuedDocument(organisation=OrganisationId(row["o"]), code=row["_id"], **found)


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
