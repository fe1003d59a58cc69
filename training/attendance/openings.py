"""Which slots are open for signing, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lrs.clock import Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance.mark import Author

OPENINGS: Final = "attendance_openings"


@dataclass(frozen=True, slots=True)
class Opening:
    """One slot's signing. `number` counts how often it was opened; `closed` is None while it is open."""

    number: int
    opened: Micros
    opened_by: Author
    expires: Micros
    closed: Micros | None
    closed_by: Author | None
    countersignature_id: UUID | None

    def is_open(self, now: Micros) -> bool:
        """Say whether trainees may sign."""
        return self.closed is None and now < self.expires


@dataclass(frozen=True, slots=True)
class Signing:
    """How far the signing of one slot is: its last opening, and the last countersignature, whatever changed since."""

    opening: Opening | None
    countersignature_id: UUID | None


# How many slots are asked about at a time.
_AT_ONCE: Final = 2_000


class Openings:
    """Collection `attendance_openings`: `_id` organisation and slot, `n` how often, `t` opened, `c` closed."""

    def __init__(self, services: Services) -> None:
        self._rows = services.store.collection(OPENINGS)
        self._clock = services.clock

    def find(self, organisation: OrganisationId, slot_id: str) -> Opening | None:
        """Return a slot's last opening."""
        row = self._rows.find_one(_place(organisation, slot_id))
        return None if row is None or "n" not in row else _opening(row)

    def signings(self, organisation: OrganisationId, slot_ids: Iterable[str]) -> dict[str, Signing]:
        """Return how far slots are; those that nobody opened or countersigned are left out."""
        keys, found = [_key(organisation, name) for name in slot_ids], {}
        for start in range(0, len(keys), _AT_ONCE):
            for row in self._rows.find({"_id": {"$in": keys[start : start + _AT_ONCE]}, "o": organisation}):
                found[row["s"]] = Signing(_opening(row) if "n" in row else None, row.get("signed"))
        return found

    def open(self, organisation: OrganisationId, slot_id: str, by: Author, expires: Micros) -> Opening:
        """Open a slot, again if it was closed; what is open stays as it is."""
        now = self._clock.now_micros()
        fresh = {
            "n": {"$add": [{"$ifNull": ["$n", 0]}, 1]},
            "t": now,
            # As it is: an id may begin with a dollar, which would make it an expression.
            "by": {"$literal": _author(by)},
            "expires": expires,
            "c": None,
        }
        is_open = {"$and": [{"$gt": ["$t", 0]}, {"$eq": ["$c", None]}, {"$gt": ["$expires", now]}]}
        kept = {name: {"$cond": ["$is_open", f"${name}", value]} for name, value in fresh.items()}
        row = self._rows.find_one_and_update(
            {"_id": _key(organisation, slot_id)},
            [
                {"$set": {"is_open": is_open}},
                {"$set": {**kept, "o": organisation, "s": {"$literal": slot_id}}},
                {"$unset": "is_open"},
            ],
            upsert=True,
            return_document=True,
        )
        return _opening(row)  # type: ignore[arg-type]  # an upsert always returns

    def close(self, organisation: OrganisationId, slot_id: str, by: Author) -> Opening | None:
        """Close a slot; what is closed, or was never open, stays as it is."""
        now = self._clock.now_micros()
        self._rows.update_one(
            {**_place(organisation, slot_id), "n": {"$exists": True}, "c": None},
            {"$set": {"c": now, "closed_by": _author(by)}},
        )
        return self.find(organisation, slot_id)

    def note_countersignature(self, organisation: OrganisationId, slot_id: str, statement_id: UUID) -> None:
        """Remember the last countersignature: the sheet may have changed since."""
        written = {"signed": statement_id, "o": organisation, "s": slot_id}
        self._rows.update_one({"_id": _key(organisation, slot_id)}, {"$set": written}, upsert=True)

    def countersignature_id(self, organisation: OrganisationId, slot_id: str) -> UUID | None:
        """Return the statement of the last countersignature."""
        row = self._rows.find_one(_place(organisation, slot_id)) or {}
        found: UUID | None = row.get("signed")
        return found


def _place(organisation: OrganisationId, slot_id: str) -> dict[str, Any]:
    return {"_id": _key(organisation, slot_id), "o": organisation}


def _key(organisation: OrganisationId, slot_id: str) -> str:
    # What creates is found by this alone: then the server itself settles who of two is first.
    return f"{organisation}/{slot_id}"


def _author(by: Author) -> dict[str, str]:
    # Accounts and credentials have their own lists: names are not copied.
    return {"kind": by.kind, "id": by.id}


def _opening(row: dict[str, Any]) -> Opening:
    closed_by = row.get("closed_by") if row["c"] is not None else None
    return Opening(
        number=row["n"],
        opened=Micros(row["t"]),
        opened_by=Author(**row["by"]),
        expires=Micros(row["expires"]),
        closed=None if row["c"] is None else Micros(row["c"]),
        closed_by=None if closed_by is None else Author(**closed_by),
        countersignature_id=row.get("signed"),
    )
