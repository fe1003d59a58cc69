"""Read a mark back from its statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from lrs.errors import InvalidRequest
from lrs.statements.times import parse_duration_seconds
from lrs.store.statements import StoredStatement
from training.attendance import vocabulary
from training.attendance.mark import DeviceClass, Evidence, Imported, ImportedFrom, Mark, Method, Rule, Status
from training.attendance.vocabulary import ext
from training.records.ids import EnrolmentId, SlotId

_VERBS = (vocabulary.ATTENDED["id"], vocabulary.WAS_ABSENT["id"])


def read_mark(entry: StoredStatement, slot_id: SlotId, enrolment_id: EnrolmentId) -> Mark | None:
    """Return the mark that an entry of the log is, None when it is none.

    Ids of marks can be worked out by anybody: a statement that somebody else put under one and that is no mark must
    not stop a trainee from signing.
    """
    try:
        return _mark(orjson.loads(entry.body), entry, slot_id, enrolment_id)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidRequest):
        return None


def _mark(value: dict[str, Any], entry: StoredStatement, slot_id: SlotId, enrolment_id: EnrolmentId) -> Mark | None:
    if value["verb"]["id"] not in _VERBS or value["object"]["id"].rpartition("/")[2] != slot_id:
        return None
    extensions = value["context"]["extensions"]
    every = extensions.get(ext("evidence"))
    evidence = every[0] if every else None
    is_imported = evidence is not None and evidence.get("type") in list(ImportedFrom)
    replaces = extensions.get(ext("correction-of"))
    late_reason = extensions.get(ext("late-signing-reason"))
    return Mark(
        statement_id=entry.statement_id,
        slot_id=slot_id,
        enrolment_id=enrolment_id,
        status=Status(extensions[ext("attendance-status")]),
        credited_seconds=int(parse_duration_seconds(value["result"]["duration"])),
        recorded_at=_instant(value["timestamp"]),
        recorded_by=str(extensions[ext("recorded-by")]),
        late_seconds=int(extensions.get(ext("late-seconds"), 0)),
        early_seconds=int(extensions.get(ext("early-seconds"), 0)),
        is_justified=extensions.get(ext("absence-justified")) is True,
        reason=str(extensions.get(ext("absence-reason"), "")),
        evidence=None if evidence is None or is_imported else _evidence(evidence),
        imported=_imported(evidence) if evidence is not None and is_imported else None,
        late_reason=None if late_reason is None else str(late_reason),
        flags=tuple(Rule(name) for name in extensions.get(ext("flags"), ())),
        replaces=None if replaces is None else UUID(replaces),
        correction_reason=str(extensions.get(ext("correction-reason"), "")),
        is_voided=entry.is_voided,
    )


def _evidence(value: dict[str, Any]) -> Evidence:
    return Evidence(
        method=Method(value["method"]),
        signed_at=_instant(value["signed-at"]),
        device_class=DeviceClass(value["device-class"]),
        network=str(value["network"]),
        device=str(value["device"]),
        text_sha256=str(value["sha256"]),
        drawing_sha256=value.get("drawing-sha256"),
    )


def _imported(value: dict[str, Any]) -> Imported:
    entered, left = value.get("entered-at"), value.get("left-at")
    return Imported(
        type=ImportedFrom(value["type"]),
        sha256=str(value["sha256"]),
        lines=tuple(int(line) for line in value["lines"]),
        source=str(value["source"]),
        entered_at=None if entered is None else _instant(entered),
        left_at=None if left is None else _instant(left),
        certified_by=str(value.get("certified-by", "")),
        scan_sha256=str(value.get("scan-sha256", "")),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
