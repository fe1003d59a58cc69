"""A version of a record as callers see it, and what it takes to write one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from lrs.clock import Micros
from lrs.errors import Problem
from lrs.tenancy import OrganisationId
from training.records.kinds import CLASSES, Kind, Record
from training.records.plain import write_plain
from training.records.reading import read_plain
from training.rules.references import keys_of
from training.store.version import OPEN, RecordVersion


@dataclass(frozen=True, slots=True)
class Entry:
    """One version. `change` numbers every version of the organisation, densely, in the order of their commits.

    A deleted record keeps its last content: `record` is what was deleted. `until` is when a newer version took over,
    None while none has.
    """

    kind: Kind
    record_id: str
    version: int
    change: int
    recorded_at: Micros
    until: Micros | None
    recorded_by: str
    note: str
    is_deleted: bool
    record: Record


@dataclass(frozen=True, slots=True)
class Change:
    """One record to write, or with `record` None to delete.

    `expected` is the version that it replaces: None whatever there is, 0 when there must be none.
    """

    kind: Kind
    record_id: str
    record: Record | None
    expected: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did, or why it did nothing: `problems` says which change each is about.

    `entries` has one entry for each change: the version just written, or the one there was when it says the same.
    `written` counts new versions, `created` those of them that are first ones.
    """

    entries: tuple[Entry, ...]
    written: int
    created: int
    problems: tuple[tuple[int, Problem], ...]


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Read a stored version. Members that no longer exist are passed over."""
    kind = Kind(row["kind"])
    return Entry(
        kind,
        row["record_id"],
        row["version"],
        row["change"],
        Micros(row["recorded_at"]),
        None if row["until"] == OPEN else Micros(row["until"]),
        row["recorded_by"],
        row.get("note") or "",
        row["is_deleted"],
        read_plain(CLASSES[kind], orjson.loads(row["body"]), lenient=True),
    )


def row_of(organisation: OrganisationId, entry: Entry) -> dict[str, Any]:
    """Write a version as it is stored; mongoengine checks its shape."""
    document = RecordVersion(
        organisation=organisation,
        kind=entry.kind.value,
        record_id=entry.record_id,
        version=entry.version,
        change=entry.change,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        note=entry.note or None,
        is_deleted=entry.is_deleted,
        # What is deleted is found by its name alone.
        keys=[] if entry.is_deleted else list(keys_of(entry.record)),
        body=orjson.dumps(write_plain(entry.record), option=orjson.OPT_SORT_KEYS).decode(),
    )
    document.validate()
    return dict(document.to_mongo())
