"""One organisation's statements, facts and records, as frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from analytics.frames.kinds import ZONE
from analytics.frames.reader import RowReader
from analytics.frames.tables import TABLES
from lrs.clock import Micros, to_datetime
from lrs.organisations import Organisation

CHUNK_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Frames:
    """One organisation's tables. `analytics.columns("days")` says what their columns hold.

    Every method returns a `pandas.DataFrame` with the same columns and dtypes whatever is in it; `everything` adds the
    columns that are left out for their size, or because they are personal data. `sessions` narrows to some training
    sessions, by id; `since` and `until` are days or instants. Facts are as the worker keeps them, true of `as_of()`;
    asked `as_of` an earlier instant they are derived again, which takes longer. What does not fit into memory is read
    in `chunks`. Raises `NotFound` for a session that is not on record, `InvalidRequest` for an instant
    without time zone.
    """

    organisation: Organisation
    reader: RowReader

    def statements(
        self, *, since: datetime | None = None, until: datetime | None = None, everything: bool = False
    ) -> pd.DataFrame:
        """Return the log: what was stored after `since` and at or before `until`, in order."""
        return self._frame("statements", self.reader.statements(since=since, until=until), everything=everything)

    def days(
        self,
        sessions: Collection[str] | None = None,
        *,
        since: date | None = None,
        until: date | None = None,
        as_of: datetime | None = None,
        everything: bool = False,
    ) -> pd.DataFrame:
        """Return the five times, by person, place and local day; both ends included."""
        rows = self.reader.days(sessions=sessions, since=since, until=until, as_of=as_of)
        return self._frame("days", rows, everything=everything)

    def attendance(
        self, sessions: Collection[str] | None = None, *, as_of: datetime | None = None, everything: bool = False
    ) -> pd.DataFrame:
        """Return what is known of each trainee in each half-day slot."""
        return self._frame("attendance", self.reader.attendance(sessions=sessions, as_of=as_of), everything=everything)

    def standings(
        self, sessions: Collection[str] | None = None, *, as_of: datetime | None = None, everything: bool = False
    ) -> pd.DataFrame:
        """Return where each enrolment stands on each activity that something is known of."""
        return self._frame("standings", self.reader.standings(sessions=sessions, as_of=as_of), everything=everything)

    def changes(self, sessions: Collection[str] | None = None, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the history of every standing."""
        return self._frame("changes", self.reader.changes(sessions=sessions, as_of=as_of))

    def enrolments(self, sessions: Collection[str] | None = None, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return hours due and done, and the rates with what they are made of, for each enrolment."""
        return self._frame("enrolments", self.reader.enrolments(sessions=sessions, as_of=as_of))

    def figures(self, sessions: Collection[str] | None = None, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return the rates, one a row, with formula, version, numerator and denominator."""
        return self._frame("figures", self.reader.figures(sessions=sessions, as_of=as_of))

    def anomalies(
        self, sessions: Collection[str] | None = None, *, as_of: datetime | None = None, everything: bool = False
    ) -> pd.DataFrame:
        """Return what a person should look at; with `everything`, which statements."""
        return self._frame("anomalies", self.reader.anomalies(sessions=sessions, as_of=as_of), everything=everything)

    def sessions(self) -> pd.DataFrame:
        """Return the training sessions on record."""
        return self._frame("sessions", self.reader.sessions())

    def activities(self) -> pd.DataFrame:
        """Return the activities of every programme, in its order."""
        return self._frame("activities", self.reader.activities())

    def people(self) -> pd.DataFrame:
        """Return who is on record, by name: personal data, for whoever may see it."""
        return self._frame("people", self.reader.people())

    def chunks(
        self, table: str, *, rows: int = CHUNK_ROWS, everything: bool = False, **wanted: Any  # noqa: ANN401 - as the table takes them
    ) -> Iterator[pd.DataFrame]:  # fmt: skip
        """Yield a table in frames of at most `rows` rows; `wanted` are the arguments of its own method."""
        source = self.reader.rows_of(table)(**wanted)
        found = TABLES[table]
        for batch in found.batches(source, everything=everything, size=rows):
            yield found.frame_of(pa.Table.from_batches([batch]), self.organisation.slug)

    def as_of(self) -> datetime:
        """Return the instant that facts as kept are true of, 1970 before the worker has kept any.

        What was stored later is not in them yet.
        """
        instant = self.reader.facts.progress(self.organisation.number).as_of
        return to_datetime(Micros(instant)).astimezone(ZoneInfo(ZONE))

    def close(self) -> None:
        """Let go of the connection."""
        self.reader.store.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _frame(self, table: str, rows: Iterable[object], *, everything: bool = False) -> pd.DataFrame:
        return TABLES[table].frame(rows, self.organisation.slug, everything=everything)
