"""What an attendance mark says besides who was there: reasons, corrections, signatures, as its statement has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from evidence.bundle.case import Case
from evidence.content import SheetFlag, SheetStatus, Signature, TrainerSignature
from evidence.content.attendance_sheet import SigningMethod
from training.records.ids import PersonId

_EXTENSION: Final = "https://assidu.example/xapi/ext/"
COUNTERSIGNED: Final = "https://assidu.example/xapi/verbs/countersigned"


@dataclass(frozen=True, slots=True)
class MarkText:
    """The members of a mark's statement that a sheet prints; what another system did not write is absent."""

    status: SheetStatus | None = None
    late_seconds: int = 0
    early_seconds: int = 0
    is_justified: bool = False
    reason: str = ""
    correction: str = ""
    flags: tuple[SheetFlag, ...] = ()
    signature: Signature | None = None


def read_mark_text(case: Case, statement_id: UUID) -> MarkText:
    """Read a mark that is included; whatever is odd about it reads as absent."""
    found = case.included.get(statement_id)
    if found is None:
        return MarkText()
    extensions = _extensions(found.body)
    return MarkText(
        status=_member(SheetStatus, extensions.get("attendance-status")),
        late_seconds=_whole(extensions.get("late-seconds")),
        early_seconds=_whole(extensions.get("early-seconds")),
        is_justified=extensions.get("absence-justified") is True,
        reason=_text(extensions.get("absence-reason")),
        correction=_text(extensions.get("correction-reason")),
        flags=_flags(extensions.get("flags")),
        signature=_signature(extensions, statement_id),
    )


def read_countersignatures(case: Case) -> dict[str, list[tuple[int, TrainerSignature]]]:
    """Return the countersignatures among the included statements, with when each was stored, by the slot's id."""
    found: dict[str, list[tuple[int, TrainerSignature]]] = {}
    for statement in sorted(case.included.values(), key=lambda item: item.position):
        value = orjson.loads(statement.body)
        if value["verb"]["id"] != COUNTERSIGNED:
            continue
        extensions = _extensions(statement.body)
        evidence = _evidence(extensions)
        signed_at = _instant(evidence.get("signed-at"))
        if signed_at is None:
            continue
        person = case.records.people.get(PersonId(_text(extensions.get("trainer"))))
        signature = TrainerSignature(
            name="" if person is None else person.name,
            signed_at=signed_at,
            sheet_sha256=_text(evidence.get("sha256")),
            statement_id=str(statement.statement_id),
            drawing=evidence.get("drawing-sha256"),
        )
        slot_id = _text(value["object"].get("id")).rpartition("/")[2]
        found.setdefault(slot_id, []).append((statement.stored, signature))
    return found


def _signature(extensions: dict[str, Any], statement_id: UUID) -> Signature | None:
    evidence = _evidence(extensions)
    method, signed_at = _member(SigningMethod, evidence.get("method")), _instant(evidence.get("signed-at"))
    if method is None or signed_at is None:
        return None
    late_reason = extensions.get("late-signing-reason")
    return Signature(
        signed_at=signed_at,
        method=method,
        statement_id=str(statement_id),
        drawing=evidence.get("drawing-sha256"),
        late_reason=None if late_reason is None else str(late_reason),
    )


def _extensions(body: bytes) -> dict[str, Any]:
    """Return the profile's extensions of a statement by their short names."""
    context = orjson.loads(body).get("context")
    every = context.get("extensions") if isinstance(context, dict) else None
    if not isinstance(every, dict):
        return {}
    return {iri.removeprefix(_EXTENSION): value for iri, value in every.items() if iri.startswith(_EXTENSION)}


def _evidence(extensions: dict[str, Any]) -> dict[str, Any]:
    every = extensions.get("evidence")
    first = every[0] if isinstance(every, list) and every else None
    return first if isinstance(first, dict) else {}


def _flags(value: object) -> tuple[SheetFlag, ...]:
    names = value if isinstance(value, list) else ()
    return tuple(rule for rule in (_member(SheetFlag, name) for name in names) if rule is not None)


def _member(kind: Any, value: object) -> Any:  # noqa: ANN401 - a StrEnum and its member
    return kind(value) if isinstance(value, str) and value in list(kind) else None


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
