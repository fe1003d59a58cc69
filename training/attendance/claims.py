"""Who is signing with what, written before rules are looked at: of two who sign at once, one sees the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lrs.clock import Micros, to_datetime
from lrs.services import Services
from lrs.tenancy import OrganisationId

CLAIMS: Final = "attendance_claims"
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt to sign. `person_id` is who signs, merges followed; `starts` and `ends` are the slot's."""

    organisation: OrganisationId
    slot_id: str
    enrolment_id: str
    person_id: str
    device: str
    drawing_sha256: str | None
    at: Micros
    starts: Micros
    ends: Micros


class Claims:
    """Collection `attendance_claims`: `o`, `s` slot, `e` enrolment, `p` person, `v` device, `d` drawing, `t` when."""

    def __init__(self, services: Services) -> None:
        self._rows = services.store.collection(CLAIMS)

    def put(self, claim: Claim, keep_seconds: int) -> None:
        """Write a claim in the place of the one before: a trainee signs a slot once."""
        self._rows.update_one(
            {"_id": _key(claim)},
            {
                "$set": {
                    "o": claim.organisation,
                    "s": claim.slot_id,
                    "e": claim.enrolment_id,
                    "p": claim.person_id,
                    "v": claim.device,
                    "d": claim.drawing_sha256,
                    "t": claim.at,
                    "a": claim.starts,
                    "b": claim.ends,
                    "expires_at": to_datetime(Micros(claim.at + keep_seconds * _SECOND)),
                }
            },
            upsert=True,
        )

    def drop(self, claim: Claim) -> None:
        """Take a claim back: the signature was refused."""
        self._rows.delete_one({"_id": _key(claim), "o": claim.organisation, "t": claim.at})

    def has_drawing(self, claim: Claim) -> bool:
        """Say whether the same drawing stands under another signature of the organisation."""
        if claim.drawing_sha256 is None:
            return False
        return self._other(claim, {"d": claim.drawing_sha256}) is not None

    def count_of_device(self, claim: Claim, seconds: int) -> int:
        """Return how many signatures this device has given within so many seconds, this one included."""
        query = {"o": claim.organisation, "v": claim.device, "t": {"$gt": claim.at - seconds * _SECOND}}
        return sum(1 for _ in self._rows.find(query, {"_id": 1}))

    def is_elsewhere(self, claim: Claim, seconds: int) -> bool:
        """Say whether the same person has just begun to sign another slot that overlaps this one."""
        fresh = {"$gt": claim.at - seconds * _SECOND}
        query = {"p": claim.person_id, "t": fresh, "a": {"$lt": claim.ends}, "b": {"$gt": claim.starts}}
        return self._other(claim, {**query, "s": {"$ne": claim.slot_id}}) is not None

    def _other(self, claim: Claim, query: dict[str, Any]) -> dict[str, Any] | None:
        return self._rows.find_one({"o": claim.organisation, **query, "_id": {"$ne": _key(claim)}}, {"_id": 1})


def _key(claim: Claim) -> str:
    return f"{claim.organisation}/{claim.slot_id}/{claim.enrolment_id}"
