"""Statements as a dossier takes them: by enrolment, by what facts rest on, with salts; read in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from bson.binary import Binary

from lrs.clock import Micros
from lrs.statements.keys import key
from lrs.statements.query import PageQuery
from lrs.store.database import Store
from lrs.store.finding import FIELD, target_entry, wanted_entries
from lrs.store.statements import COLLECTION, ERASED, statement_id_of, statement_key
from lrs.tenancy import OrganisationId

_AT_ONCE: Final = 1_000
# Entries whose statements are merged in order by the index.
_ENTRIES_AT_ONCE: Final = 50


class Place(NamedTuple):
    """Where one statement stands in the log."""

    position: int
    statement_id: UUID


class Sealed(NamedTuple):
    """One statement with all that its proof needs; of an erased one the leaf and who erased it are left."""

    statement_id: UUID
    position: int
    stored: Micros
    leaf: bytes
    salt: bytes | None
    body: bytes | None
    is_voided: bool
    erased_by: UUID | None


class Log:
    """Reads statements of one organisation."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def of_registration(self, organisation: OrganisationId, registration: UUID) -> list[Place]:
        """Return where the statements stand that carry a registration themselves."""
        (wanted,) = wanted_entries(organisation, PageQuery(registration=registration))
        return self._places(organisation, [wanted])

    def of_activity(self, organisation: OrganisationId, iri: str) -> list[Place]:
        """Return where the statements stand whose object is an activity."""
        return self._places(organisation, [key(organisation, "activity", iri)])

    def end_of(self, organisation: OrganisationId, registrations: Iterable[UUID], iris: Iterable[str]) -> int:
        """Return the position behind the last statement with any of these registrations or objects, 0 for none."""
        entries = [wanted_entries(organisation, PageQuery(registration=item))[0] for item in registrations]
        entries += [key(organisation, "activity", iri) for iri in iris]
        last = 0
        for start in range(0, len(entries), _ENTRIES_AT_ONCE):
            wanted = {"o": organisation, FIELD: {"$in": entries[start : start + _ENTRIES_AT_ONCE]}}
            row = self._rows.find_one(wanted, {"n": 1}, sort=[("t", -1)])
            last = last if row is None else max(last, row["n"] + 1)
        return last

    def voiding(self, organisation: OrganisationId, ids: Sequence[UUID]) -> list[Place]:
        """Return where the statements stand that void any of these."""
        found: list[Place] = []
        for start in range(0, len(ids), _AT_ONCE):
            entries = [target_entry(organisation, item) for item in ids[start : start + _AT_ONCE]]
            wanted = {"o": organisation, FIELD: {"$in": entries}, "vd": True}
            found += [Place(row["n"], statement_id_of(row["_id"])) for row in self._rows.find(wanted, {"n": 1})]
        return found

    def places(self, organisation: OrganisationId, ids: Iterable[UUID]) -> list[Place]:
        """Return where statements stand; unknown ones are left out."""
        keys = [Binary(statement_key(organisation, item)) for item in ids]
        found = []
        for start in range(0, len(keys), _AT_ONCE):
            wanted = {"_id": {"$in": keys[start : start + _AT_ONCE]}, "o": organisation}
            found += [Place(row["n"], statement_id_of(row["_id"])) for row in self._rows.find(wanted, {"n": 1})]
        return found

    def read(self, organisation: OrganisationId, places: Sequence[Place], at_once: int) -> Iterator[list[Sealed]]:
        """Yield statements in order of position, so many at a time."""
        ordered = sorted(set(places))
        for start in range(0, len(ordered), at_once):
            keys = [Binary(statement_key(organisation, item.statement_id)) for item in ordered[start : start + at_once]]
            rows = self._rows.find(
                {"_id": {"$in": keys}, "o": organisation}, {"n": 1, "t": 1, "l": 1, "s": 1, "b": 1, "x": 1, ERASED: 1}
            )
            yield sorted((_sealed(row) for row in rows), key=lambda item: item.position)

    def _places(self, organisation: OrganisationId, entries: Sequence[int]) -> list[Place]:
        rows = self._rows.find({"o": organisation, FIELD: {"$in": list(entries)}}, {"n": 1})
        return [Place(row["n"], statement_id_of(row["_id"])) for row in rows]


def _sealed(row: Mapping[str, Any]) -> Sealed:
    salt, body, erased_by = row.get("s"), row.get("b"), row.get(ERASED)
    return Sealed(
        statement_id=statement_id_of(row["_id"]),
        position=int(row["n"]),
        stored=Micros(int(row["t"])),
        leaf=bytes(row["l"]),
        salt=None if salt is None else bytes(salt),
        body=None if body is None else bytes(body),
        is_voided=bool(row.get("x")),
        erased_by=None if erased_by is None else UUID(bytes=bytes(erased_by)),
    )
