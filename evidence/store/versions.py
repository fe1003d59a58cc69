"""Versions of records as documents include them: which version of each held at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import ProgrammeId
from training.records.kinds import Kind
from training.store.entry import Entry, entry_of
from training.store.version import VERSIONS_COLLECTION

Name = tuple[Kind, str]


class RecordVersions:
    """Reads versions of records of one organisation at a time."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(VERSIONS_COLLECTION)

    def at(
        self,
        organisation: OrganisationId,
        names: Iterable[Name],
        as_of: Micros,
        kept: Mapping[ProgrammeId, int],
    ) -> dict[Name, Entry]:
        """Return the version of each that held at an instant; of programmes in `kept` the version named there.

        Whoever asks has read the records as of that instant before, so that none will be recorded behind it.
        """
        by_kind: defaultdict[Kind, list[str]] = defaultdict(list)
        for kind, record_id in names:
            if kind is not Kind.PROGRAMME or record_id not in kept:
                by_kind[kind].append(record_id)
        held = {"recorded_at": {"$lte": as_of}, "until": {"$gt": as_of}, "is_deleted": False}
        # The organisation stands in each branch, so that each is answered by the index.
        wanted: list[dict[str, Any]] = [
            {"organisation": organisation, "kind": kind.value, "record_id": {"$in": sorted(ids)}, **held}
            for kind, ids in by_kind.items()
        ]
        wanted += [
            {"organisation": organisation, "kind": Kind.PROGRAMME.value, "record_id": record_id, "version": version}
            for record_id, version in kept.items()
        ]
        if not wanted:
            return {}
        found = map(entry_of, self._rows.find({"organisation": organisation, "$or": wanted}))
        return {(entry.kind, entry.record_id): entry for entry in found}
