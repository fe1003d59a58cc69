"""The training provider that the organisation is, as it stands and as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.organisations import Organisations
from training.access import STAFF, Role
from training.records.kinds import Kind
from training.records.plain import write_plain
from training.store import Entry, RecordReader

ADMINISTRATORS: Final = frozenset((Role.ADMINISTRATOR,))
_VERSIONS_MOST: Final = 200
# Under this the provider is kept where there was none: a rule keeps it to one record.
PROVIDER_ID: Final = "organisme"


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a record: who wrote it when, what became of it, and which of its members it changed."""

    number: int
    recorded_at: Micros
    recorded_by: str
    note: str
    is_deleted: bool
    changed: tuple[str, ...]
    plain: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """The organisation and its provider's record as JSON; `version` 0 and empty `plain` while there is none."""

    name: str
    slug: str
    created: Micros
    record_id: str
    version: int
    plain: dict[str, Any]
    history: tuple[VersionView, ...]


def read_organisation(lens: Lens) -> OrganisationView:
    """Return the viewer's organisation."""
    lens.viewer.require(STAFF)
    number = lens.viewer.organisation
    found = Organisations(lens.services.store, lens.services.clock).get(number)
    provider = lens.records.provider
    if provider is None:
        return OrganisationView(found.name, found.slug, found.created, PROVIDER_ID, 0, {}, ())
    versions = history_of(lens, Kind.PROVIDER, provider.id)
    return OrganisationView(
        found.name, found.slug, found.created, provider.id, versions[0].number, write_plain(provider), versions
    )


def history_of(lens: Lens, kind: Kind, record_id: str) -> tuple[VersionView, ...]:
    """Return a record's versions, newest first; none when there never was such a record."""
    reader = RecordReader(lens.services.store, lens.services.clock)
    try:
        entries = reader.history(lens.viewer.organisation, kind, record_id, limit=_VERSIONS_MOST)
    except NotFound:
        return ()
    return tuple(reversed(list(_versions(entries))))


def _versions(entries: list[Entry]) -> list[VersionView]:
    found, before = [], dict[str, Any]()
    for entry in entries:
        plain = write_plain(entry.record)
        changed = tuple(name for name, value in plain.items() if before.get(name) != value and (before or value))
        found.append(
            VersionView(
                entry.version,
                entry.recorded_at,
                entry.recorded_by,
                entry.note,
                entry.is_deleted,
                changed,
                plain,
            )
        )
        before = plain
    return found
