"""Where frames get facts from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol

from analytics.anomalies import Anomaly
from analytics.facts import DayFact, EnrolmentFacts, SlotFact, Standing
from lrs.tenancy import OrganisationId
from training.records.ids import SessionId

Sessions = Collection[SessionId] | None


class Progress(Protocol):
    """How far facts have come."""

    @property
    def as_of(self) -> int:
        """The instant that facts as kept are true of, in microseconds since 1970."""
        ...


class FactsSource(Protocol):
    """The facts of any organisation, as kept or as of an instant; `analytics.store.facts.Facts` is one.

    Each call names the organisation.
    """

    def progress(self, organisation: OrganisationId) -> Progress:
        """Return how far the facts have come."""
        ...

    def days(
        self,
        organisation: OrganisationId,
        *,
        session_ids: Sessions = None,
        since: date | None = None,
        until: date | None = None,
        as_of: int | None = None,
    ) -> Iterable[DayFact]:
        """Yield the facts of days, both ends included."""
        ...

    def standings(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterable[Standing]:
        """Yield where everybody stands on each activity."""
        ...

    def slots(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterable[SlotFact]:
        """Yield one fact for each trainee and slot."""
        ...

    def enrolments(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterable[EnrolmentFacts]:
        """Return each enrolment's facts."""
        ...

    def anomalies(
        self, organisation: OrganisationId, *, session_ids: Sessions = None, as_of: int | None = None
    ) -> Iterable[Anomaly]:
        """Yield what a person should look at."""
        ...
