"""What has been kept of one person so far, as settling asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from analytics.kept.form import KeptActivity, KeptDay, KeptEnrolment
from analytics.traces import Trace
from training.records.ids import ActivityId, EnrolmentId

ActivityPlace = tuple[EnrolmentId, ActivityId]


class Shelf(Protocol):
    """What is kept of one person. Nothing of it is changed in place."""

    def traces_only(self) -> Shelf:
        """Return a shelf with the same traces, on which nothing else stands: to begin again."""

    def traces(self, first: int, last: int) -> list[Trace]:
        """Return the traces of every identity of theirs in buckets `first` to `last`, voiding ones included."""

    def days_between(self, first: date, last: date) -> Mapping[date, KeptDay]:
        """Return the days from `first` to `last`."""

    def days_on(self, days: Iterable[date]) -> Mapping[date, KeptDay]:
        """Return these days."""

    def enrolments(self, ids: Iterable[EnrolmentId]) -> Mapping[EnrolmentId, KeptEnrolment]:
        """Return these enrolments."""

    def activities(self, places: Iterable[ActivityPlace]) -> Mapping[ActivityPlace, KeptActivity]:
        """Return these activities."""
