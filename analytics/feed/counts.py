"""Counters of the live feed, and how one batch changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from lrs.clock import Micros


class Kind(StrEnum):
    """What is counted. The values are in the database: a new one is free, a change takes a rebuild."""

    ARRIVAL_HOUR = "hour"  # the UTC hour of `stored`, as 2026-01-05T08
    ACTIVITY_DAY = "day"  # the day of `timestamp` in Paris, as 2026-01-05
    VERB = "verb"  # the verb's IRI
    ACTIVITY = "activity"  # the object's IRI
    SENDER = "sender"  # the credential


class Counter(NamedTuple):
    """One counter of one organisation."""

    kind: Kind
    key: str


@dataclass(slots=True)
class Change:
    """What a batch does to one counter. Names replace those of their language; the rest of the map stays."""

    amount: int = 0
    names: dict[str, str] = field(default_factory=dict)
    activity_type: str | None = None
    last_stored: Micros | None = None

    def describe(self, names: Mapping[str, str], activity_type: str | None = None) -> None:
        """Take over what the latest statement calls it."""
        self.names.update(names)
        self.activity_type = activity_type or self.activity_type


@dataclass(slots=True)
class Delta:
    """What one batch of the log does to the facts of its organisation.

    Every statement is in exactly one of `counted`, `duplicates` and `voided`, so the three always add up to
    what was received.
    """

    received: int = 0
    counted: int = 0
    duplicates: int = 0
    voided: int = 0
    changes: dict[Counter, Change] = field(default_factory=dict)
    # Targets of voiding statements seen for the first time in this batch.
    voids: set[UUID] = field(default_factory=set)

    def change(self, kind: Kind, key: str) -> Change:
        """Return the change of a counter, to be added to."""
        return self.changes.setdefault(Counter(kind, key), Change())
