"""Retention runs in MongoDB: how far each has come, so that one that was stopped goes on; and the files it destroyed.

`retention_runs`: `_id` organisation (4 bytes) ‖ id (16), `o`, and the members of `Run` by name.
`retention_items`: `_id` … ‖ SHA-256 (32), `o`, `row`: one file that a run has destroyed.
`erasure_lanes` has the run under way as `run`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from bson.binary import Binary

from lrs.clock import Micros
from lrs.errors import Conflict, NotFound
from lrs.store.database import Document, Session, Store
from lrs.store.erasure import LANES
from lrs.tenancy import OrganisationId

RUNS: Final = "retention_runs"
ITEMS: Final = "retention_items"
LOG_START: Final = Micros(0)


class Stage(StrEnum):
    """What a run is at."""

    FILES = "files"
    STATEMENTS = "statements"
    CERTIFICATE = "certificate"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Run:
    """One retention run. `on` is the day whose law decides.

    `stored_cursor` is the `stored` of the last statement that was looked at and dealt with, `next_cursor` where it goes
    when the slice at hand is erased.
    """

    run_id: UUID
    organisation: OrganisationId
    by: str
    reason: str
    at: Micros
    on: date
    stage: Stage = Stage.FILES
    stored_cursor: Micros = LOG_START
    slice: int = 0
    next_cursor: Micros | None = None
    erasures: tuple[UUID, ...] = ()
    statements: int = 0
    certificate: str | None = None
    finished_at: Micros | None = None

    @property
    def erasure_id(self) -> UUID:
        """The id of the erasure of the slice at hand: known before it begins, so that nobody loses sight of it."""
        return uuid5(self.run_id, str(self.slice))


class RetentionRuns:
    """The journal of runs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.collection(RUNS)
        self._items = store.collection(ITEMS)
        self._lanes = store.collection(LANES)

    def begin(self, run: Run) -> Run:
        """Write a run down; raises Conflict while another of the organisation is under way."""
        self._lanes.update_one({"_id": run.organisation}, {"$setOnInsert": {"job": None, "changes": 0}}, upsert=True)

        def work(session: Session) -> None:
            free = {"_id": run.organisation, "run": None}
            mine = {"$set": {"run": Binary(run.run_id.bytes)}}
            if self._lanes.update_one(free, mine, session=session).matched_count == 0:
                message = "A retention run is under way; nothing was begun."
                raise Conflict(message)
            self._rows.insert_one({"_id": _key(run), "o": run.organisation, **_row(run)}, session=session)

        self._store.transaction(work)
        return run

    def under_way(self) -> Iterator[Run]:
        """Yield the runs that are under way, of every organisation."""
        for lane in list(self._lanes.find({"run": {"$ne": None}})):
            yield self.get(OrganisationId(lane["_id"]), UUID(bytes=bytes(lane["run"])))

    def get(self, organisation: OrganisationId, run_id: UUID) -> Run:
        """Return a run; raises NotFound."""
        key = Binary(organisation.to_bytes(4, "big") + run_id.bytes)
        row = self._rows.find_one({"_id": key, "o": organisation})
        if row is None:
            message = "There was no retention run of this id."
            raise NotFound(message)
        return _run(row)

    def all(self, organisation: OrganisationId) -> list[Run]:
        """Return every run of an organisation, newest first."""
        start = organisation.to_bytes(4, "big")
        span = {"$gte": Binary(start + bytes(16)), "$lte": Binary(start + b"\xff" * 16)}
        rows = self._rows.find({"_id": span, "o": organisation})
        return sorted(map(_run, rows), key=lambda run: run.at, reverse=True)

    def move(self, run: Run, session: Session | None = None, **changes: object) -> None:
        """Note how far a run has come."""
        self._rows.update_one({"_id": _key(run), "o": run.organisation}, {"$set": _plain(changes)}, session=session)

    def finish(self, run: Run, session: Session, certificate: str, at: Micros) -> bool:
        """Note, inside a transaction, that a run is over; False when somebody else has."""
        going = {"_id": _key(run), "o": run.organisation, "stage": {"$ne": Stage.DONE.value}}
        done = {"$set": {"stage": Stage.DONE.value, "certificate": certificate, "finished_at": at}}
        if self._rows.update_one(going, done, session=session).matched_count == 0:
            return False
        self._lanes.update_one({"_id": run.organisation}, {"$set": {"run": None}}, session=session)
        return True

    def note_file(self, run: Run, address: str, row: Mapping[str, Any], session: Session) -> None:
        """Note a file that is destroyed in this transaction."""
        key = Binary(bytes(_key(run)) + bytes.fromhex(address))
        self._items.replace_one(
            {"_id": key, "o": run.organisation}, {"_id": key, "o": run.organisation, "row": dict(row)},
            upsert=True, session=session,
        )  # fmt: skip

    def files(self, run: Run) -> list[dict[str, Any]]:
        """Return the files that a run destroyed, by address."""
        start = bytes(_key(run))
        span = {"$gte": Binary(start + bytes(32)), "$lte": Binary(start + b"\xff" * 32)}
        return [dict(row["row"]) for row in self._items.find({"_id": span, "o": run.organisation}).sort("_id", 1)]


def _key(run: Run) -> Binary:
    return Binary(run.organisation.to_bytes(4, "big") + run.run_id.bytes)


def _row(run: Run) -> Document:
    names = ("by", "reason", "at", "on", "stage", "stored_cursor", "slice", "next_cursor", "erasures",
             "statements", "certificate", "finished_at")  # fmt: skip
    return _plain({name: getattr(run, name) for name in names})


def _plain(values: Mapping[str, object]) -> Document:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Stage):
        return value.value
    if isinstance(value, tuple):
        return [Binary(item.bytes) if isinstance(item, UUID) else item for item in value]
    return value


def _run(row: Mapping[str, Any]) -> Run:
    key = bytes(row["_id"])
    next_cursor = row["next_cursor"]
    return Run(
        run_id=UUID(bytes=key[4:]),
        organisation=OrganisationId(row["o"]),
        by=row["by"],
        reason=row["reason"],
        at=Micros(row["at"]),
        on=date.fromisoformat(row["on"]),
        stage=Stage(row["stage"]),
        stored_cursor=Micros(row["stored_cursor"]),
        slice=row["slice"],
        next_cursor=None if next_cursor is None else Micros(next_cursor),
        erasures=tuple(UUID(bytes=bytes(item)) for item in row["erasures"]),
        statements=row["statements"],
        certificate=row["certificate"],
        finished_at=row["finished_at"],
    )
