"""Where registrations in courses are kept, each changed by one request at a time.

Whoever changes one takes it for a while. Had it not been given back when that ended, its holder died in between: the
next one derives from the log what the registration is (`Taken.is_doubtful`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bson import Binary
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from lrs.clock import Micros
from lrs.cmi5.memory import read_registration, write_registration
from lrs.cmi5.registration import Registration
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "cmi5_registrations"
# In place of an instant: nobody holds it.
_FREE: Final = 0
# An instant long past: it may be taken, and was not given back.
_DOUBTED: Final = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """A registration that one holder may change; `is_doubtful` when the holder before never gave it back."""

    registration: Registration
    holder: str
    is_doubtful: bool


class RegistrationStore:
    """Collection `cmi5_registrations`: `_id` organisation and registration, `g` learner, `s` state as JSON.

    `c` is the course's row, `met` whether that is satisfied, `lease` until when `holder` has the registration, `due`
    when an open session counts as silent.
    """

    def __init__(self, store: Store) -> None:
        self._registrations = store.collection(COLLECTION)

    def insert(self, registration: Registration, course: str) -> bool:
        """Add a registration; False when the organisation has it."""
        try:
            self._registrations.insert_one(
                {
                    "_id": _key(registration.organisation, registration.id),
                    "o": registration.organisation,
                    "g": registration.learner,
                    "c": course,
                    "met": False,
                    "s": write_registration(registration),
                    "lease": _FREE,
                    "holder": "",
                    "due": None,
                }
            )
        except DuplicateKeyError:
            return False
        return True

    def find(self, organisation: OrganisationId, name: UUID) -> tuple[Registration, str] | None:
        """Return a registration and its course's row, whoever has it just now."""
        row = self._registrations.find_one({"_id": _key(organisation, name), "o": organisation})
        return None if row is None else (_registration(row), row["c"])

    def take(self, organisation: OrganisationId, name: UUID, holder: str, now: Micros, until: Micros) -> Taken | None:
        """Take a registration; None while somebody else has it, or when there is none."""
        row = self._registrations.find_one_and_update(
            {"_id": _key(organisation, name), "o": organisation, "lease": {"$lte": now}},
            {"$set": {"lease": until, "holder": holder}},
        )
        return None if row is None else Taken(_registration(row), holder, row["lease"] != _FREE)

    def give_back(self, taken: Taken, after: Registration, due: Micros | None) -> None:
        """Keep a registration as it is now, for the next one; without effect when it has been taken meanwhile."""
        is_met = after.course in after.satisfied
        self._registrations.update_one(
            {"_id": _key(after.organisation, after.id), "o": after.organisation, "holder": taken.holder},
            {"$set": {"s": write_registration(after), "met": is_met, "lease": _FREE, "holder": "", "due": due}},
        )

    def doubt(self, taken: Taken, organisation: OrganisationId, name: UUID) -> None:
        """Let the next one take a registration at once, and derive it from the log."""
        which = {"_id": _key(organisation, name), "o": organisation, "holder": taken.holder}
        self._registrations.update_one(which, {"$set": {"lease": _DOUBTED}})

    def due(self, organisation: OrganisationId, now: Micros, most: int) -> list[UUID]:
        """Return registrations with a session that may have gone silent, the longest ago first."""
        query = {"o": organisation, "due": {"$lte": now}}
        rows = self._registrations.find(query, {"_id": 1}).sort("due", ASCENDING).limit(most)
        return [UUID(bytes=bytes(row["_id"])[4:]) for row in rows]

    def in_course(self, organisation: OrganisationId, course: str, most: int) -> list[Registration]:
        """Return registrations in a course, by its row; those of which it is not satisfied first."""
        rows = self._registrations.find({"o": organisation, "c": course})
        return [_registration(row) for row in rows.sort([("met", ASCENDING), ("_id", ASCENDING)]).limit(most)]

    def counts(self, organisation: OrganisationId, course: str) -> tuple[int, int]:
        """Return how many registrations a course has, and of how many it is satisfied."""
        every: Document = {"o": organisation, "c": course}
        count = self._registrations.count_documents
        return count(every), count({**every, "met": True})

    def forget(self, organisation: OrganisationId, learners: Collection[str]) -> None:
        """Delete the registrations of these learners, by their identifiers."""
        self._registrations.delete_many({"o": organisation, "g": {"$in": sorted(learners)}})


def _key(organisation: OrganisationId, name: UUID) -> Binary:
    return Binary(organisation.to_bytes(4, "big") + name.bytes)


def _registration(row: Document) -> Registration:
    return read_registration(OrganisationId(row["o"]), UUID(bytes=bytes(row["_id"])[4:]), bytes(row["s"]))
