"""The rows of every table of one organisation, read piece by piece: nobody need hold them all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import Final, TypedDict

from analytics.anomalies import Anomaly
from analytics.facts import DayFact
from analytics.frames.rows import (
    ActivityRow,
    Attended,
    Changed,
    Enrolled,
    PersonRow,
    Rated,
    SessionRow,
    Stood,
    activity_rows,
    attended,
    enrolled,
    person_rows,
    session_rows,
    stood,
)
from analytics.frames.source import FactsSource
from analytics.frames.statements import StatementRow, statement_rows
from lrs.clock import Clock, Micros
from lrs.errors import InvalidRequest, NotFound, Problem
from lrs.store.database import Store
from lrs.store.heads import find_head
from lrs.store.statements import Statements, StoredStatement
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.ids import SessionId
from training.store import RecordReader

# Statements read at once: no cursor is kept open while somebody thinks about what they got.
PAGE: Final = 5_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class _Asked(TypedDict):
    """What every table of facts is asked with."""

    session_ids: tuple[SessionId, ...] | None
    as_of: int | None


@dataclass(slots=True)
class RowReader:
    """Reads one organisation's tables; the organisation is fixed, so that no argument can reach another's.

    `sessions` narrows to those training sessions; raises `NotFound` for one that is not on record. Without `as_of`
    facts are as kept, and records as they are.
    """

    organisation: OrganisationId
    store: Store
    facts: FactsSource
    clock: Clock
    _records: Records | None = field(default=None, init=False, repr=False)

    def records(self, as_of: int | None = None) -> Records:
        """Return what is on record now, read again only when something has changed, or was at an instant."""
        reader = RecordReader(self.store, self.clock)
        if as_of is not None:
            return reader.records(self.organisation, Micros(as_of))
        if self._records is None or self._records.change != reader.head(self.organisation).change:
            self._records = reader.records(self.organisation)
        return self._records

    def statements(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[StatementRow]:
        """Yield what was stored after `since` and at or before `until`, in the order of the log."""
        start, end = _micros(since, "since"), _micros(until, "until")
        return self.statements_between(Micros(start or 0), None if end is None else Micros(end))

    def statements_between(self, start: Micros, end: Micros | None) -> Iterator[StatementRow]:
        """Yield what was stored after `start` and at or before `end`, else what is there now."""
        return statement_rows(self._entries(start, end), self.records())

    def days(
        self,
        *,
        sessions: Collection[str] | None = None,
        since: date | None = None,
        until: date | None = None,
        as_of: datetime | None = None,
    ) -> Iterable[DayFact]:
        """Yield the facts of days, both ends included."""
        asked = self._asked(sessions, as_of)
        return self.facts.days(self.organisation, since=since, until=until, **asked)

    def attendance(
        self, *, sessions: Collection[str] | None = None, as_of: datetime | None = None
    ) -> Iterator[Attended]:
        """Yield one row for each trainee and half-day slot."""
        asked = self._asked(sessions, as_of)
        return attended(self.facts.slots(self.organisation, **asked), self.records(asked["as_of"]))

    def standings(self, *, sessions: Collection[str] | None = None, as_of: datetime | None = None) -> Iterator[Stood]:
        """Yield where everybody stands on each activity."""
        asked = self._asked(sessions, as_of)
        return stood(self.facts.standings(self.organisation, **asked), self.records(asked["as_of"]))

    def changes(self, *, sessions: Collection[str] | None = None, as_of: datetime | None = None) -> Iterator[Changed]:
        """Yield the history of every standing."""
        for standing in self.facts.standings(self.organisation, **self._asked(sessions, as_of)):
            for change in standing.history:
                yield Changed(standing, change)

    def enrolments(
        self, *, sessions: Collection[str] | None = None, as_of: datetime | None = None
    ) -> Iterator[Enrolled]:
        """Yield each enrolment."""
        asked = self._asked(sessions, as_of)
        return enrolled(self.facts.enrolments(self.organisation, **asked), self.records(asked["as_of"]))

    def figures(self, *, sessions: Collection[str] | None = None, as_of: datetime | None = None) -> Iterator[Rated]:
        """Yield each rate of each enrolment."""
        for fact in self.facts.enrolments(self.organisation, **self._asked(sessions, as_of)):
            for figure in fact.figures:
                yield Rated(fact, figure)

    def anomalies(self, *, sessions: Collection[str] | None = None, as_of: datetime | None = None) -> Iterable[Anomaly]:
        """Yield what a person should look at."""
        return self.facts.anomalies(self.organisation, **self._asked(sessions, as_of))

    def sessions(self) -> Iterator[SessionRow]:
        """Yield the training sessions on record."""
        return session_rows(self.records())

    def activities(self) -> Iterator[ActivityRow]:
        """Yield the activities of every programme."""
        return activity_rows(self.records())

    def people(self) -> Iterator[PersonRow]:
        """Yield who is on record, by name."""
        return person_rows(self.records())

    def rows_of(self, table: str) -> Callable[..., Iterable[object]]:
        """Return the method that reads a table; raises `NotFound`, saying which tables there are."""
        found: dict[str, Callable[..., Iterable[object]]] = {
            "statements": self.statements,
            "days": self.days,
            "attendance": self.attendance,
            "standings": self.standings,
            "changes": self.changes,
            "enrolments": self.enrolments,
            "figures": self.figures,
            "anomalies": self.anomalies,
            "sessions": self.sessions,
            "activities": self.activities,
            "people": self.people,
        }
        if table not in found:
            raise NotFound(f"There is no table {table}; there are {', '.join(found)}.")
        return found[table]

    def _entries(self, start: Micros, end: Micros | None) -> Iterator[StoredStatement]:
        """Yield the log page by page, up to where it ended when this began: it may grow faster than it is read."""
        last = find_head(self.store, self.organisation).stored if end is None else end
        log = Statements(self.store)
        while True:
            page = list(log.after(self.organisation, start, PAGE))
            for entry in page:
                if entry.stored > last:
                    return
                if not entry.is_erased:
                    yield entry
            if len(page) < PAGE:
                return
            start = page[-1].stored

    def _asked(self, sessions: Collection[str] | None, as_of: datetime | None) -> _Asked:
        return {"session_ids": self._known(sessions), "as_of": _micros(as_of, "as_of")}

    def _known(self, sessions: Collection[str] | None) -> tuple[SessionId, ...] | None:
        """Return the sessions asked for, every one of which is on record."""
        if sessions is None:
            return None
        wanted = (sessions,) if isinstance(sessions, str) else tuple(sessions)
        known = self.records().sessions
        unknown = [name for name in wanted if name not in known]
        if unknown:
            near = [match for name in unknown for match in get_close_matches(name, known, 3, 0.5)]
            hint = f" Near: {', '.join(near)}." if near else ""
            raise NotFound(f"Not a training session on record: {', '.join(unknown)}.{hint}")
        return tuple(SessionId(name) for name in wanted)


def _micros(instant: datetime | None, name: str) -> int | None:
    """Return an instant in microseconds; raises `InvalidRequest` for one without a time zone."""
    if instant is None:
        return None
    if instant.tzinfo is None:
        problem = Problem(f"/{name}", f"{instant} has no time zone.", "an aware datetime, such as with ZoneInfo")
        raise InvalidRequest("It is not clear which instant is meant.", [problem])
    return (instant - _EPOCH) // _MICROSECOND
