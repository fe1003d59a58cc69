"""From finished sessions to what models are fitted on and held against: snapshots, and what came after each.

A snapshot is of the start of a local day: what was known then and nothing later is in its features.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics.risk.features import FeatureTable, feature_table
from analytics.risk.history import Ending, History
from analytics.risk.targets import Fate, Sample, sample
from analytics.store.risk_histories import Histories
from analytics.time import day_of, day_start
from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.ids import SessionId
from training.records.session import TrainingSession


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished session: its snapshots with what came of them, each of one day of the session."""

    session_id: SessionId
    starts_on: date
    ends_on: date
    enrolments: int
    snapshots: Mapping[int, Sample]


def finished_sessions(records: Records, now: Micros) -> list[TrainingSession]:
    """Return the sessions that are over at an instant, in the order in which they ended."""
    found = [item for item in records.sessions.values() if item.ends_on < day_of(now, item.time_zone)]
    return sorted(found, key=lambda item: (item.ends_on, item.starts_on, item.id))


class Samples:
    """Reads finished sessions, one at a time."""

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    def of(
        self, organisation: OrganisationId, sessions: Sequence[TrainingSession], at_shares: Sequence[float],
        now: Micros, *, but: Collection[str] = (), label: str = "",
    ) -> Iterator[Finished]:  # fmt: skip
        """Yield what finished sessions show, in the order given; those of which nothing is known are passed over.

        `but` are enrolments that are left out: of whoever objects. `label` tells the people of one organisation from
        those of others, where several are put together.
        """
        for session in sessions:
            found = self._histories.as_kept(organisation, [session.id])
            histories = [item for item in found if item.enrolment_id not in but]
            made = _finished(session, histories, at_shares, now, label)
            if made.snapshots:
                yield made


def snapshot_days(length: int, at_shares: Sequence[float]) -> list[int]:
    """Return the days of a session of so many days that are looked at.

    >>> snapshot_days(10, [0, 0.04, 0.5])
    [0, 5]
    """
    return sorted({int(share * length) for share in at_shares})


def fate_of(history: History, now: Micros) -> Fate:
    """Return what became of an enrolment, as far as it is known at an instant."""
    today = day_of(now, history.zone)
    last = min(today, history.ends_on)
    outcome = history.outcome
    if outcome is None:
        return Fate((last - history.starts_on).days)
    day = (outcome.on - history.starts_on).days
    if outcome.ending is Ending.LEFT:
        return Fate(day, left_on_day=day, has_completed=False)
    if outcome.ending is Ending.OTHER:
        # What would have become of it nobody knows.
        return Fate(day)
    return Fate((last - history.starts_on).days, has_completed=outcome.ending is Ending.COMPLETED)


def _finished(
    session: TrainingSession, histories: Sequence[History], at_shares: Sequence[float], now: Micros, label: str
) -> Finished:
    length = (session.ends_on - session.starts_on).days + 1
    fates = {str(item.enrolment_id): fate_of(item, now) for item in histories}
    snapshots: dict[int, Sample] = {}
    for day in snapshot_days(length, at_shares):
        as_of = day_start(session.starts_on + timedelta(days=day), session.time_zone)
        table = feature_table(histories, as_of)
        if len(table.enrolment_ids):
            found = sample(table, fates)
            snapshots[day] = replace(found, table=_labelled(found.table, label)) if label else found
    return Finished(session.id, session.starts_on, session.ends_on, len(histories), snapshots)


def _labelled(table: FeatureTable, label: str) -> FeatureTable:
    return replace(
        table,
        enrolment_ids=tuple(f"{label}{name}" for name in table.enrolment_ids),
        person_ids=tuple(f"{label}{name}" for name in table.person_ids),
        session_ids=tuple(f"{label}{name}" for name in table.session_ids),
        lacking={type(name)(f"{label}{name}"): lack for name, lack in table.lacking.items()},
        doubtful={type(name)(f"{label}{name}"): lack for name, lack in table.doubtful.items()},
        # What programmes of others do is theirs, and says nothing of one's own.
        programme_ids=(),
    )
