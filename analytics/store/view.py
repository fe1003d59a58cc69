"""What the live-feed page shows of one organisation, read at one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from analytics.feed import FeedEntry, Kind, parse_entry
from analytics.feed.fold import PARIS
from analytics.store.feed import FeedFacts, Progress
from lrs.caller import CredentialId
from lrs.clock import Micros, to_datetime
from lrs.store.database import Document, Store
from lrs.store.heads import Head, find_head
from lrs.store.quarantine import State
from lrs.store.statements import COLLECTION, Statements
from lrs.tenancy import OrganisationId

ARRIVAL_HOURS: Final = 48
ACTIVITY_DAYS: Final = 371  # 53 whole weeks
TOP: Final = 8
LATEST: Final = 20
# Beyond this, "1,000" stands for "at least 1,000".
QUARANTINE_MOST: Final = 1_000
_HOUR: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often something occurs among the counted statements. `names` is a language map."""

    key: str
    count: int
    names: Mapping[str, str]
    activity_type: str | None = None


@dataclass(frozen=True, slots=True)
class FeedView:
    """The live feed of one organisation as of `as_of`.

    `head` is the log as it is now: who sent, when last, how much; `progress` how much of that the figures cover.
    `arrivals` has one entry an hour (instant of its start, UTC), `activity` one a day (in Paris), oldest first,
    zeros included.
    """

    as_of: datetime
    head: Head
    received_today: int
    received_last_hour: int
    progress: Progress
    arrivals: Sequence[tuple[datetime, int]]
    activity: Sequence[tuple[date, int]]
    last_activity: date | None
    verbs: Sequence[Frequency]
    activities: Sequence[Frequency]
    by_sender: Mapping[CredentialId, int]
    quarantined: int
    latest: Sequence[FeedEntry]

    @property
    def received(self) -> int:
        """How many statements are in the log now."""
        return self.head.count

    @property
    def waiting(self) -> int:
        """How many statements are stored and not in the figures yet."""
        return max(0, self.received - self.progress.position)


def read_feed(store: Store, organisation: OrganisationId, now: Micros) -> FeedView:
    """Read everything the page shows. No statement is scanned: counters, two index look-ups, the latest few."""
    facts = FeedFacts(store)
    as_of = to_datetime(now)
    today = as_of.astimezone(PARIS).date()
    first_hour = as_of.replace(minute=0, second=0, microsecond=0) - timedelta(hours=ARRIVAL_HOURS - 1)
    first_day = today - timedelta(days=ACTIVITY_DAYS - 1)
    # One snapshot, or the totals would not be the sum of the parts while the worker is counting.
    with store.client.start_session(snapshot=True) as session:
        progress = facts.find_progress(organisation, session)
        hours = facts.rows(organisation, Kind.ARRIVAL_HOUR, since=first_hour.strftime("%Y-%m-%dT%H"), session=session)
        days = facts.rows(organisation, Kind.ACTIVITY_DAY, since=first_day.isoformat(), session=session)
        last_day = facts.last_key(organisation, Kind.ACTIVITY_DAY, session=session)
        verbs = facts.rows(organisation, Kind.VERB, most_frequent=TOP, session=session)
        activities = facts.rows(organisation, Kind.ACTIVITY, most_frequent=TOP, session=session)
        senders = facts.rows(organisation, Kind.SENDER, session=session)
    head = find_head(store, organisation)
    midnight = datetime(today.year, today.month, today.day, tzinfo=PARIS)
    return FeedView(
        as_of=as_of,
        head=head,
        received_today=_received_since(store, organisation, head.count, _micros(midnight)),
        received_last_hour=_received_since(store, organisation, head.count, Micros(now - _HOUR)),
        progress=progress,
        arrivals=_hours(hours, first_hour),
        activity=_days(days, first_day, today),
        last_activity=date.fromisoformat(last_day) if last_day else None,
        verbs=[_frequency(row) for row in verbs],
        activities=[_frequency(row) for row in activities],
        by_sender={CredentialId(row["i"]): row["n"] for row in senders},
        quarantined=_quarantined(store, organisation),
        latest=[parse_entry(entry) for entry in Statements(store).latest(organisation, LATEST) if not entry.is_voided],
    )


def _received_since(store: Store, organisation: OrganisationId, count: int, instant: Micros) -> int:
    """Count arrivals without scanning them: positions are dense, so the first one's place is enough."""
    since = {"o": organisation, "t": {"$gte": instant}}
    first = store.collection(COLLECTION).find_one(since, {"n": 1}, sort=[("t", 1)])
    return max(0, count - first["n"]) if first else 0


def _quarantined(store: Store, organisation: OrganisationId) -> int:
    held = {"o": organisation, "state": State.HELD.value}
    return store.collection("quarantine").count_documents(held, limit=QUARANTINE_MOST)


def _hours(rows: Sequence[Document], first: datetime) -> list[tuple[datetime, int]]:
    found = {row["i"]: row["n"] for row in rows}
    hours = [first + timedelta(hours=n) for n in range(ARRIVAL_HOURS)]
    return [(hour, found.get(hour.strftime("%Y-%m-%dT%H"), 0)) for hour in hours]


def _days(rows: Sequence[Document], first: date, today: date) -> list[tuple[date, int]]:
    found = {row["i"]: row["n"] for row in rows}
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [(day, found.get(day.isoformat(), 0)) for day in days]


def _frequency(row: Document) -> Frequency:
    return Frequency(row["i"], row["n"], row.get("names", {}), row.get("type"))


def _micros(instant: datetime) -> Micros:
    return Micros(round(instant.timestamp() * 1_000_000))
