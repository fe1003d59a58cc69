"""The current versions of one organisation, as rules look them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from lrs.store.database import Session, Store
from lrs.tenancy import OrganisationId
from training.records.kinds import Kind, Record
from training.rules.view import Name
from training.store.entry import Entry, entry_of
from training.store.version import OPEN, VERSIONS_COLLECTION

T = TypeVar("T")
# How many names go into one question: the server takes more, an explain stays readable.
_BATCH: Final = 1000


class StoreShelf:
    """Current records, read inside a transaction so that nobody changes them before it ends."""

    def __init__(self, store: Store, session: Session, organisation: OrganisationId) -> None:
        self._rows = store.collection(VERSIONS_COLLECTION)
        self._session = session
        self._organisation = organisation
        self._entries: dict[Name, Entry | None] = {}

    def entries(self, names: Iterable[Name]) -> Mapping[Name, Entry]:
        """Return the newest version of each of `names`, deleted ones included."""
        wanted = list(dict.fromkeys(names))
        missing = [name for name in wanted if name not in self._entries]
        self._entries.update(dict.fromkeys(missing))
        by_kind: defaultdict[Kind, list[str]] = defaultdict(list)
        for kind, record_id in missing:
            by_kind[kind].append(record_id)
        for kind, ids in by_kind.items():
            for batch in _batches(ids):
                for entry in self._find({"kind": kind.value, "record_id": {"$in": batch}}):
                    self._entries[kind, entry.record_id] = entry
        return {name: known for name in wanted if (known := self._entries[name]) is not None}

    def by_name(self, names: Iterable[Name]) -> Mapping[Name, Record]:
        """Return those of `names` that there are."""
        return {name: entry.record for name, entry in self.entries(names).items() if not entry.is_deleted}

    def by_key(self, keys: Iterable[str], kind: Kind | None = None) -> Mapping[str, Mapping[Name, Record]]:
        """Return, for each key, the records that carry it; of one kind alone where it is given."""
        found: defaultdict[str, dict[Name, Record]] = defaultdict(dict)
        of_kind = {} if kind is None else {"kind": kind.value}
        for batch in _batches(list(keys)):
            wanted = set(batch)
            query = {"organisation": self._organisation, "keys": {"$in": batch}, **of_kind, "until": OPEN}
            for row in self._rows.find(query, session=self._session):
                entry = entry_of(row)
                for key in wanted.intersection(row["keys"]):
                    found[key][entry.kind, entry.record_id] = entry.record
        return found

    def newest_version(self, name: Name) -> int:
        """Return the number of a record's newest version, 0 when there is none."""
        entry = self.entries([name]).get(name)
        return 0 if entry is None else entry.version

    def _find(self, where: dict[str, Any]) -> Iterator[Entry]:
        query = {"organisation": self._organisation, **where, "until": OPEN}
        return map(entry_of, self._rows.find(query, session=self._session))


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
