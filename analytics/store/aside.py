"""Who is left aside for a while, for working out their facts failed: everybody else goes on meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId

# What failed once is tried again after this: a statement, a record or a new version of ours may have put it right.
ASIDE_MICROS: Final = 60_000_000


@dataclass
class _Entry:
    until: int
    keys: set[bytes] = field(default_factory=set)


class Aside:
    """The people left aside by this process, with the marks that wait for them. Another process tries for itself."""

    def __init__(self) -> None:
        self._entries: dict[OrganisationId, dict[PersonId, _Entry]] = {}

    def put(self, organisation: OrganisationId, person: PersonId, keys: Iterable[bytes], now: Micros) -> None:
        """Leave somebody aside from now on, and with them these marks."""
        entry = self._entries.setdefault(organisation, {}).setdefault(person, _Entry(0))
        entry.until = now + ASIDE_MICROS
        entry.keys |= set(keys)

    def add(self, organisation: OrganisationId, person: PersonId, keys: Iterable[bytes]) -> None:
        """Leave more marks of somebody aside who is left aside already."""
        self._entries[organisation][person].keys |= set(keys)

    def people(self, organisation: OrganisationId, now: Micros | None = None) -> frozenset[PersonId]:
        """Return who is left aside; given the time, whoever's is over is so no more."""
        entries = self._entries.get(organisation, {})
        for person in [person for person, entry in entries.items() if now is not None and entry.until <= now]:
            del entries[person]
        return frozenset(entries)

    def keys(self, organisation: OrganisationId) -> set[bytes]:
        """Return the marks that wait."""
        return {key for entry in self._entries.get(organisation, {}).values() for key in entry.keys}

    def next_due(self, organisation: OrganisationId) -> int | None:
        """Return when the first of them is tried again."""
        return min((entry.until for entry in self._entries.get(organisation, {}).values()), default=None)
