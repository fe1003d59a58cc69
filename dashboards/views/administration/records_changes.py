"""Writing records as the next version of the one that was read: what others changed meanwhile is not overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.lens import Lens
from training.records.kinds import CLASSES, Kind, Record
from training.records.reading import read_plain
from training.store import Change, Entry, Register


def write_record(
    lens: Lens, kind: Kind, record_id: str, plain: Mapping[str, Any], *, expected: int | None, note: str = ""
) -> Entry:
    """Write a record whole, as version after `expected` (0: there must be none).

    Raises Forbidden, InvalidRequest with every problem, Conflict or PreconditionFailed when another version is there.
    """
    record: Record = read_plain(CLASSES[kind], {**plain, "id": record_id})
    (entry,) = change_records(lens, [Change(kind, record_id, record, expected, note)])
    return entry


def delete_record(lens: Lens, kind: Kind, record_id: str, *, expected: int | None, note: str = "") -> Entry:
    """Delete a record; its history stays. Raises as `write_record`, and NotFound."""
    (entry,) = change_records(lens, [Change(kind, record_id, None, expected, note)])
    return entry


def change_records(lens: Lens, changes: Sequence[Change]) -> tuple[Entry, ...]:
    """Write and delete records, all of them or none. Raises as `Register.write`, and Forbidden."""
    lens.viewer.require(ADMINISTRATORS)
    register = Register(lens.services.store, lens.services.clock)
    return register.write(lens.viewer.organisation, changes, lens.viewer.trail_name)
