"""Where sources, the receipts of their runs, and how far a pull has come are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import orjson
from pymongo import ReturnDocument

from lrs.clock import Clock, IdSource, Micros
from lrs.errors import Conflict, NotFound
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.sources.definition import parse_source, write_source
from training.sources.pace import pace_at
from training.sources.source import Remote, Source

SOURCES: Final = "sources"
RUNS: Final = "source_runs"
PULLS: Final = "source_pulls"
# So long after its last sign of life somebody else may take a pull up again.
LEASE_SECONDS: Final = 120
_MICROS: Final = 1_000_000
_LAST: Final = "\uffff"


class RunState(StrEnum):
    """What became of a run: `running` with an old `updated` was cut off, and the same file again completes it."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Run:
    """The receipt of one run; instants in microseconds. It names nobody: counts, hashes and what was refused by id."""

    id: str
    source_id: str
    kind: str
    state: RunState
    started: Micros
    updated: Micros
    by: str
    sha256: str
    size_bytes: int
    lines: int
    total: int
    stored: int
    already_stored: int
    skipped: int
    problem_count: int
    details: Mapping[str, Any]


class Sources:
    """Collections `sources` and `source_runs`; in `_id` the organisation is first, then the source's id."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._sources = store.collection(SOURCES)
        self._runs = store.collection(RUNS)
        self._pulls = store.collection(PULLS)
        self._clock = clock
        self._ids = ids

    def all(self, organisation: OrganisationId) -> list[Source]:
        """Return the sources of an organisation, by id."""
        rows = self._sources.find(_span(organisation, "")).sort("_id")
        return [_source(row) for row in rows]

    def find(self, organisation: OrganisationId, source_id: str) -> Source | None:
        """Return a source."""
        row = self._sources.find_one({"_id": source_key(organisation, source_id), "o": organisation})
        return None if row is None else _source(row)

    def get(self, organisation: OrganisationId, source_id: str) -> Source:
        """Return a source; raises NotFound."""
        found = self.find(organisation, source_id)
        if found is None:
            message = "There is no such source."
            raise NotFound(message)
        return found

    def put(self, organisation: OrganisationId, source: Source, by: str, *, is_new: bool = False) -> Source:
        """Keep a source in the place of the one of its id, and return it as it is kept.

        Its kind stays: ids of statements are made from it. The secret is forgotten where another address would be told
        it. What stopped its pulls is taken to be mended. With `is_new`, raises Conflict when there is one.
        """
        before = self.find(organisation, source.id)
        if before is not None and is_new:
            message = "There is a source of this id."
            raise Conflict(message)
        if before is not None and before.kind is not source.kind:
            message = "A source keeps its kind: make another one."
            raise Conflict(message)
        source = self._paced(source)
        kept = {
            "o": organisation,
            "id": source.id,
            "b": orjson.dumps(write_source(source)).decode(),
            "every": None if source.remote is None else source.remote.every_minutes,
            "t": self._clock.now_micros(),
            "by": by,
        }
        change: dict[str, Any] = {"$set": kept}
        if before is not None and is_told_elsewhere(before, source):
            change["$unset"] = {"x": ""}
        self._sources.update_one({"_id": source_key(organisation, source.id)}, change, upsert=True)
        self._mended(organisation, source.id)
        return source

    def _paced(self, source: Source) -> Source:
        """Return a source with the usual interval where it names none."""
        if source.remote is None or source.remote.every_minutes is not None:
            return source
        usual = pace_at(self._clock.now_micros()).every_minutes
        return replace(source, remote=replace(source.remote, every_minutes=usual))

    def _mended(self, organisation: OrganisationId, source_id: str) -> None:
        where = {"_id": source_key(organisation, source_id), "o": organisation}
        self._pulls.update_one(where, {"$set": {"why": "", "fails": 0, "rest": None}})

    def drop(self, organisation: OrganisationId, source_id: str) -> None:
        """Forget a source, its secret and its position; what it recorded stays, and so do its receipts."""
        self.get(organisation, source_id)
        self._sources.delete_one({"_id": source_key(organisation, source_id), "o": organisation})
        self._pulls.delete_one({"_id": source_key(organisation, source_id), "o": organisation})

    def keep_secret(self, organisation: OrganisationId, source_id: str, sealed: bytes) -> None:
        """Keep the sealed secret of another LRS beside its source."""
        self._sources.update_one(
            {"_id": source_key(organisation, source_id), "o": organisation}, {"$set": {"x": sealed}}
        )
        self._mended(organisation, source_id)

    def secret(self, organisation: OrganisationId, source_id: str) -> bytes | None:
        """Return the sealed secret."""
        row = self._sources.find_one({"_id": source_key(organisation, source_id), "o": organisation}, {"x": 1}) or {}
        return bytes(row["x"]) if row.get("x") else None

    # --- runs

    def begin(self, organisation: OrganisationId, source: Source, by: str, fields: Mapping[str, Any]) -> str:
        """Note that a run begins; return what names it."""
        now, name = self._clock.now_micros(), str(self._ids.new_uuid())
        row = {
            "_id": _run_key(organisation, source.id, name),
            "o": organisation, "s": source.id, "id": name, "kind": source.kind.value, "state": RunState.RUNNING.value,
            "t": now, "u": now, "by": by, "sha256": "", "size": 0, "lines": 0, "total": 0, "stored": 0,
            "already": 0, "skipped": 0, "problems": 0, "details": "{}", **fields,
        }  # fmt: skip
        self._runs.insert_one(row)
        return name

    def note(self, organisation: OrganisationId, source_id: str, name: str, **fields: Any) -> None:  # noqa: ANN401 - counts
        """Note how far a run has come."""
        if "details" in fields:
            fields["details"] = orjson.dumps(fields["details"]).decode()
        if "state" in fields:
            fields["state"] = RunState(fields["state"]).value
        where = {"_id": _run_key(organisation, source_id, name), "o": organisation}
        self._runs.update_one(where, {"$set": {**fields, "u": self._clock.now_micros()}})

    def runs(self, organisation: OrganisationId, source_id: str, limit: int = 100) -> list[Run]:
        """Return the last runs of a source, the newest first."""
        rows = self._runs.find({"o": organisation, "s": source_id}).sort([("t", -1), ("_id", -1)]).limit(limit)
        return [_run(row) for row in rows]

    def run(self, organisation: OrganisationId, source_id: str, name: str) -> Run:
        """Return one run; raises NotFound."""
        row = self._runs.find_one({"_id": _run_key(organisation, source_id, name), "o": organisation})
        if row is None:
            message = "This source has no such run."
            raise NotFound(message)
        return _run(row)

    # --- pulls

    def take(self, organisation: OrganisationId, source_id: str, holder: str) -> dict[str, Any]:
        """Take the pull of a source, and return where it is; raises Conflict while somebody else is at it."""
        now = self._clock.now_micros()
        where = {"_id": source_key(organisation, source_id), "o": organisation}
        self._pulls.update_one(where, {"$setOnInsert": {"until": 0, "position": "{}"}}, upsert=True)
        row = self._pulls.find_one_and_update(
            {**where, "until": {"$lt": now}},
            {"$set": {"until": now + LEASE_SECONDS * _MICROS, "holder": holder}},
            return_document=ReturnDocument.AFTER,
        )
        if row is None:
            message = "Somebody is pulling from this source already."
            raise Conflict(message)
        position: dict[str, Any] = orjson.loads(row["position"])
        return position

    def advance(self, organisation: OrganisationId, source_id: str, holder: str, position: Mapping[str, Any]) -> None:
        """Keep where a pull is, once everything before it is durable; raises Conflict for whom the pull was taken."""
        now = self._clock.now_micros()
        done = self._pulls.update_one(
            {"_id": source_key(organisation, source_id), "o": organisation, "holder": holder},
            {"$set": {"position": orjson.dumps(position).decode(), "until": now + LEASE_SECONDS * _MICROS}},
        )
        if not done.matched_count:
            message = "Somebody else has taken this pull over."
            raise Conflict(message)

    def leave(self, organisation: OrganisationId, source_id: str, holder: str) -> None:
        """Let others pull again."""
        where = {"_id": source_key(organisation, source_id), "o": organisation, "holder": holder}
        self._pulls.update_one(where, {"$set": {"until": 0}})

    def position(self, organisation: OrganisationId, source_id: str) -> dict[str, Any]:
        """Return where a pull is; empty before the first."""
        row = self._pulls.find_one({"_id": source_key(organisation, source_id), "o": organisation}) or {}
        found: dict[str, Any] = orjson.loads(row.get("position", "{}"))
        return found


def is_told_elsewhere(before: Source, after: Source) -> bool:
    """Say whether a changed source would tell its secret to another address."""
    return _told(before.remote) != _told(after.remote)


def _told(remote: Remote | None) -> tuple[str, str] | None:
    return None if remote is None else (remote.endpoint, remote.token_endpoint)


def source_key(organisation: OrganisationId, source_id: str) -> str:
    """Return the `_id` of a source, and of its pull.

    >>> source_key(OrganisationId(7), "badgeuse")
    '0000000007/badgeuse'
    """
    return f"{organisation:010d}/{source_id}"


def _run_key(organisation: OrganisationId, source_id: str, name: str) -> str:
    return f"{source_key(organisation, source_id)}/{name}"


def _span(organisation: OrganisationId, start: str) -> dict[str, Any]:
    first = source_key(organisation, start)
    return {"_id": {"$gte": first, "$lt": first + _LAST}, "o": organisation}


def _source(row: Mapping[str, Any]) -> Source:
    source = parse_source(row["id"], orjson.loads(row["b"]))
    if source.remote is None or source.remote.every_minutes is not None:
        return source
    # Kept before there were intervals: nobody asked for any.
    return replace(source, remote=replace(source.remote, every_minutes=0))


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        id=row["id"], source_id=row["s"], kind=row["kind"], state=RunState(row["state"]), started=Micros(row["t"]),
        updated=Micros(row["u"]), by=row["by"], sha256=row["sha256"],
        size_bytes=row["size"], lines=row["lines"], total=row["total"], stored=row["stored"],
        already_stored=row["already"], skipped=row["skipped"], problem_count=row["problems"],
        details=orjson.loads(row["details"]),
    )  # fmt: skip
