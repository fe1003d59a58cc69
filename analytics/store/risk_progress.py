"""How far estimates of each organisation have come, and who is at work on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from analytics.store.risk_keys import PROGRESS
from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

# A process that died holds its organisations up for this long; fitting models takes minutes between two renewals.
LEASE_MICROS: Final = 60_000_000
TRAINING_LEASE_MICROS: Final = 900_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskProgress:
    """How far one organisation's estimates have come.

    `at` is when everything was estimated last, `mark` what told that state of facts, records and objections from
    another, `next_at` when time alone asks for more; `train_on` the local day of the next training, `trained_at` the
    last one, `kept_on` the last day on which what had outlived its time was forgotten. `is_on` is what the switch said.
    """

    at: Micros | None = None
    mark: str = ""
    next_at: Micros | None = None
    train_on: date | None = None
    trained_at: Micros | None = None
    drifted_on: date | None = None
    kept_on: date | None = None
    is_on: bool = False
    trouble: str | None = None

    def is_due(self, mark: str, now: Micros, every_minutes: int) -> bool:
        """Say whether anything is to be estimated: `mark` is that of facts, records and objections as they are."""
        if self.at is None or self.next_at is None or now >= self.next_at:
            return True
        return mark != self.mark and now >= self.at + every_minutes * 60_000_000


class RiskProgresses:
    """Collection `risk_progress`: `_id` is the organisation."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.collection(PROGRESS)

    def find(self, organisation: OrganisationId) -> RiskProgress:
        """Return how far an organisation's estimates have come."""
        row = self._rows.find_one({"_id": organisation}, {"names": 0}) or {}
        return RiskProgress(
            at=_micros(row.get("at")),
            mark=row.get("mark", ""),
            next_at=_micros(row.get("next")),
            train_on=_day(row.get("train_on")),
            trained_at=_micros(row.get("trained")),
            drifted_on=_day(row.get("drifted_on")),
            kept_on=_day(row.get("kept_on")),
            is_on=row.get("on", False),
            trouble=row.get("trouble"),
        )

    def note(self, organisation: OrganisationId, changes: Mapping[str, Any]) -> None:
        """Write down some of it, under the names that the row has."""
        found = {name: item.toordinal() if isinstance(item, date) else item for name, item in changes.items()}
        self._rows.update_one({"_id": organisation}, {"$set": found}, upsert=True)

    def hold(self, organisation: OrganisationId, holder: str, now: Micros, lease_micros: int = LEASE_MICROS) -> bool:
        """Take or renew the lease of an organisation; False while another process holds it.

        It only keeps two from doing the same work: what is written twice is written over.
        """
        free = {"$or": [{"holder": holder}, {"until": {"$lte": now}}, {"until": None}]}
        change = {"$set": {"holder": holder, "until": now + lease_micros}}
        try:
            return self._store.write_alone(
                lambda: self._rows.update_one({"_id": organisation, **free}, change, upsert=True).acknowledged
            )
        except DuplicateKeyError:
            return False

    def release(self, holder: str) -> None:
        """Give back every lease of `holder`: another process need not wait."""
        self._rows.update_many({"holder": holder}, {"$set": {"holder": None, "until": None}})


def _micros(value: int | None) -> Micros | None:
    return None if value is None else Micros(int(value))


def _day(value: int | None) -> date | None:
    return None if value is None else date.fromordinal(value)
