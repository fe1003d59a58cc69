"""The ways to ask for an organisation's records, as they are or as they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lrs.clock import Clock, Micros
from lrs.errors import NotFound
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import ProgrammeId
from training.records.kinds import CLASSES, Kind
from training.records.session import TrainingSession
from training.records.snapshot import Records
from training.records.succession import Successor, following
from training.store.entry import Entry, entry_of
from training.store.version import HEADS_COLLECTION, OPEN, VERSIONS_COLLECTION


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """The end of one organisation's records: the last change's number, and an instant that none will land behind."""

    change: int
    recorded_at: Micros


class RecordReader:
    """The records of every organisation of one deployment. Answers for an instant that is over never change."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._rows = store.collection(VERSIONS_COLLECTION)
        self._heads = store.collection(HEADS_COLLECTION)

    def head(self, organisation: OrganisationId) -> RegisterHead:
        """Return where an organisation's records end."""
        row = self._heads.find_one({"_id": organisation}) or {}
        return RegisterHead(row.get("change", 0), Micros(row.get("recorded_at", 0)))

    def settle(self, organisation: OrganisationId, instant: Micros) -> RegisterHead:
        """Return where records end, once nothing will be recorded at an instant any more, or before it."""
        head = self.head(organisation)
        if instant <= head.recorded_at:
            return head
        # Waits for a write that is under way, and makes the next one land later.
        settled = min(instant, self._clock.now_micros())
        change = {"$max": {"recorded_at": settled}}
        row = self._heads.find_one_and_update({"_id": organisation}, change, upsert=True, return_document=True) or {}
        return RegisterHead(row.get("change", 0), Micros(row.get("recorded_at", 0)))

    def changes_since(self, organisation: OrganisationId, change: int, limit: int) -> list[Entry]:
        """Return versions after a change number, in order and without gaps: none will ever land before them."""
        query = {"organisation": organisation, "change": {"$gt": change}}
        return [entry_of(row) for row in self._rows.find(query).sort("change", 1).limit(limit)]

    def get(self, organisation: OrganisationId, kind: Kind, record_id: str, as_of: Micros | None = None) -> Entry:
        """Return a record's version that held at `as_of`, else the newest; raises NotFound when it was not there."""
        query = {"organisation": organisation, "kind": kind.value, "record_id": record_id}
        row = self._rows.find_one({**query, **self._at(organisation, as_of), "is_deleted": False})
        if row is None:
            message = f"There is no {kind.value.replace('_', ' ')} of this id."
            raise NotFound(message)
        return entry_of(row)

    def page(
        self,
        organisation: OrganisationId,
        kind: Kind,
        *,
        after: str = "",
        limit: int = 50,
        as_of: Micros | None = None,
        key: str | None = None,
    ) -> list[Entry]:
        """Return the records of a kind in order of their ids; `key` narrows them to those with a look-up key."""
        query = {
            "organisation": organisation,
            "kind": kind.value,
            "record_id": {"$gt": after},
            **self._at(organisation, as_of),
            "is_deleted": False,
            **({} if key is None else {"keys": key}),
        }
        return [entry_of(row) for row in self._rows.find(query).sort("record_id", 1).limit(limit)]

    def history(
        self, organisation: OrganisationId, kind: Kind, record_id: str, *, after: int = 0, limit: int = 50
    ) -> list[Entry]:
        """Return a record's versions, oldest first, deletions included; raises NotFound when there was never one."""
        query = {"organisation": organisation, "kind": kind.value, "record_id": record_id, "version": {"$gt": after}}
        found = [entry_of(row) for row in self._rows.find(query).sort("version", 1).limit(limit)]
        if not found and not after:
            message = f"There never was a {kind.value.replace('_', ' ')} of this id."
            raise NotFound(message)
        return found

    def records(self, organisation: OrganisationId, as_of: Micros | None = None) -> Records:
        """Return everything an organisation has on record, or had at an instant: always one consistent state."""
        head = self.head(organisation)
        instant = head.recorded_at if as_of is None else as_of
        query = {
            "organisation": organisation,
            "kind": {"$in": [kind.value for kind in Kind]},
            **self._at(organisation, instant),
            "is_deleted": False,
        }
        entries = [entry_of(row) for row in self._rows.find(query)]
        return self._snapshot(organisation, entries, as_of, head.change)

    def following(self, before: Records, limit: int = 1_000) -> Records | None:
        """Return the newest records out of those that were the newest at `before.change`: only changes are read.

        They are what `records` would have returned. None when there are more changes than `limit`, and reading
        everything again costs no more.
        """
        organisation = before.organisation
        entries = self.changes_since(organisation, before.change, limit + 1)
        if len(entries) > limit:
            return None
        if not entries:
            return before
        changed = [
            Successor(entry.kind, entry.record_id, None if entry.is_deleted else entry.record) for entry in entries
        ]
        after = following(before, changed, entries[-1].change)
        kept = _kept_versions(after.sessions.values())
        known = before.programme_versions
        if kept == known.keys():
            return after
        versions = {key: known[key] for key in kept & known.keys()}
        versions |= self._versions(organisation, kept - known.keys())
        return following(before, changed, entries[-1].change, versions)

    def _snapshot(
        self, organisation: OrganisationId, entries: Sequence[Entry], as_of: Micros | None, change: int
    ) -> Records:
        found: dict[Kind, dict[Any, Any]] = {kind: {} for kind in CLASSES}
        for entry in entries:
            found[entry.kind][entry.record_id] = entry.record
        kept = _kept_versions(found[Kind.TRAINING_SESSION].values())
        return Records(
            organisation=organisation,
            as_of=as_of,
            change=change,
            people=found[Kind.PERSON],
            programmes=found[Kind.PROGRAMME],
            programme_versions=self._versions(organisation, kept),
            sessions=found[Kind.TRAINING_SESSION],
            slots=found[Kind.SLOT],
            enrolments=found[Kind.ENROLMENT],
            funders=found[Kind.FUNDER],
            funder_profiles=found[Kind.FUNDER_PROFILE],
            completion_rules=found[Kind.COMPLETION_RULE],
            mapping_rules=found[Kind.MAPPING_RULE],
            law_overrides=found[Kind.LAW_OVERRIDE],
            providers=found[Kind.PROVIDER],
        )

    def _versions(self, organisation: OrganisationId, kept: Collection[tuple[ProgrammeId, int]]) -> dict[Any, Any]:
        if not kept:
            return {}
        wanted = [{"record_id": record_id, "version": version} for record_id, version in sorted(kept)]
        query = {"organisation": organisation, "kind": Kind.PROGRAMME.value, "$or": wanted}
        entries = [entry_of(row) for row in self._rows.find(query)]
        return {(entry.record_id, entry.version): entry.record for entry in entries}

    def _at(self, organisation: OrganisationId, as_of: Micros | None) -> dict[str, Any]:
        """Return the part of a query that says when; for an instant, nothing will be recorded behind it any more."""
        if as_of is None:
            return {"until": OPEN}
        self.settle(organisation, as_of)
        return {"recorded_at": {"$lte": as_of}, "until": {"$gt": as_of}}


def _kept_versions(sessions: Iterable[TrainingSession]) -> set[tuple[ProgrammeId, int]]:
    """Return the versions of programmes that sessions keep to."""
    return {
        (session.programme_id, session.programme_version)
        for session in sessions
        if session.programme_version is not None
    }
