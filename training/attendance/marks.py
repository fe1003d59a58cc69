"""Marks in the log: found by the ids that follow from slot and trainee, written through the one write path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.errors import Conflict
from lrs.services import Services
from lrs.statements.multipart import Part
from lrs.store.statements import StoredStatement
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.attendance.reading import read_mark
from training.attendance.statement_ids import mark_id
from training.attendance.trail import Trail
from training.attendance.vocabulary import BASE
from training.records.ids import EnrolmentId, SlotId

# No API key may hold an É: nobody but us writes under this name, which pages show where a credential has no label.
CREDENTIAL: Final = CredentialId("Émargement")
AUTHORITY: Final = orjson.dumps(
    {
        "objectType": "Agent",
        "name": "Émargement Assidu",
        "account": {"homePage": BASE + "services", "name": "attendance-desk"},
    }
)
# How many numbers of each trainee are asked for at once; nearly nobody is ever corrected twice.
_AT_ONCE: Final = 3
# Each correction is a person's deliberate act.
_MOST: Final = 1000


class Raced(Exception):
    """Somebody else recorded something under the same ids first: look again, and decide again."""


class Marks:
    """Finds and writes attendance statements."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def find(
        self, organisation: OrganisationId, slug: str, wanted: Iterable[tuple[SlotId, EnrolmentId]]
    ) -> dict[tuple[SlotId, EnrolmentId], Trail]:
        """Return the trail of each trainee and slot; most take one question to the log for all of them."""
        trails: dict[tuple[SlotId, EnrolmentId], Trail] = dict.fromkeys(wanted, Trail())
        missing, first, count = list(trails), 0, _AT_ONCE
        while missing and first < _MOST:
            ids = {
                mark_id(slug, *name, number): (name, number)
                for name in missing
                for number in range(first, first + count)
            }
            entries = {entry.statement_id: entry for entry in self._services.statements.entries(organisation, ids)}
            for name in missing:
                trails[name] = _extended(trails[name], slug, name, range(first, first + count), entries)
            # Where every number is taken there may be more.
            missing = [name for name in missing if trails[name].number == first + count]
            first, count = first + count, count * 4
        return trails

    def entry(self, organisation: OrganisationId, statement_id: UUID) -> StoredStatement | None:
        """Return one entry of the log."""
        return next(iter(self._services.statements.entries(organisation, [statement_id])), None)

    def append(
        self, organisation: OrganisationId, statements: Sequence[Mapping[str, Any]], parts: Sequence[Part] = ()
    ) -> None:
        """Store statements, all or none; raises Raced when one of their ids says something else already."""
        try:
            self._services.ingest.post(
                desk_caller(organisation), Version.V2_0_0, orjson.dumps(list(statements)), tuple(parts)
            )
        except Conflict as error:
            raise Raced from error


def desk_caller(organisation: OrganisationId) -> Caller:
    """Return the desk as a caller of one organisation: its authority says who vouches for the statements."""
    return Caller(organisation, CREDENTIAL, frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE}), AUTHORITY)


def _extended(
    trail: Trail,
    slug: str,
    name: tuple[SlotId, EnrolmentId],
    numbers: Iterable[int],
    entries: Mapping[UUID, StoredStatement],
) -> Trail:
    history = list(trail.history)
    for number in numbers:
        entry = entries.get(mark_id(slug, *name, number))
        if entry is None:
            return Trail(tuple(history), number)
        mark = read_mark(entry, *name)
        if mark is not None:
            history.append(mark)
        trail = Trail(tuple(history), number + 1)
    return trail
