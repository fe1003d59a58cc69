"""Follows the registers of what happens, and notes for every webhook what it is to be told.

Each source reads what is kept, from where it was last: what happened while nobody looked is found afterwards. Noting an
event twice notes it once, so a process may die between noting and moving on; and several may do this at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from lrs.caller import CredentialId
from lrs.clock import Micros, to_text
from lrs.credential import Credential
from lrs.forwarding.delays import delays_at
from lrs.forwarding.event import Event, envelope
from lrs.forwarding.outlet import Kind, Outlet
from lrs.organisations import Organisation
from lrs.senders import sender_clock
from lrs.store.deliveries import Deliveries, Told
from lrs.store.happenings import Happenings
from lrs.store.heads import Head, find_head
from lrs.store.outlets import OutletStore
from lrs.tenancy import OrganisationId

if TYPE_CHECKING:
    from lrs.services import Services
    from lrs.store.quarantine import Held

# Events of one source that are noted in one step.
EVENTS_AT_ONCE: Final = 200
# Ids of events that this process knows to be noted: what is looked at again costs nothing more.
_NOTED_MOST: Final = 20_000
# A place that moves with time alone is written down this often.
_PLACE_MICROS: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Followed:
    """What a source has after a place, up to a limit: the events, the place after them, and whether there is more.

    Places are counted, or else instants: then what stands shortly before the place is there again.
    """

    events: Sequence[Event]
    position: int
    more: bool = False
    is_counted: bool = False


class Source(Protocol):
    """A register that events are found in, by places that only rise."""

    @property
    def name(self) -> str:
        """What its place is kept under."""
        ...

    def end(self, organisation: OrganisationId) -> int:
        """Return the place after everything there is."""
        ...

    def after(self, organisation: OrganisationId, position: int, limit: int) -> Followed:
        """Return what is after a place, in order."""
        ...


class Teller:
    """Notes events for webhooks. `sources` are those of every room."""

    def __init__(self, services: Services, sources: Iterable[Source]) -> None:
        self._services = services
        self._sources = tuple(sources)
        self._rows = Happenings(services.store)
        self._outlets = OutletStore(services.store)
        self._deliveries = Deliveries(services.store)
        self._silences = Silences(services, self._rows)
        self._noted: dict[UUID, None] = {}

    def look(self, organisation: Organisation) -> bool:
        """Follow every source of an organisation one step; say whether there is more to do at once.

        An organisation without webhooks is not looked at; one that has its first begins at the present.
        """
        webhooks = self._outlets.of(organisation.number, Kind.WEBHOOK)
        if not webhooks:
            return False
        positions, more = self._rows.positions(organisation.number), False
        for source in self._sources:
            if source.name not in positions:
                self._rows.begin(organisation.number, source.name, source.end(organisation.number))
                continue
            place = positions[source.name]
            found = source.after(organisation.number, place, EVENTS_AT_ONCE)
            fresh = [event for event in found.events if event.id not in self._noted]
            self.tell(organisation, webhooks, fresh)
            if found.position > place and (fresh or found.is_counted or found.position - place > _PLACE_MICROS):
                self._rows.advance(organisation.number, source.name, found.position)
            self._note(fresh)
            more |= found.more
        for silence in self._silences.find(organisation.number):
            self.tell(organisation, webhooks, [] if silence.event is None else [silence.event])
            self._silences.told(silence)
        return more

    def tell(self, organisation: Organisation, webhooks: Iterable[Outlet], events: Sequence[Event]) -> None:
        """Note events for each webhook that wants them and was there when they happened."""
        now = self._services.clock.now_micros()
        for webhook in webhooks:
            wanted, last = [], 0
            for event in events:
                if event.type in webhook.webhook.events and event.occurred_at >= webhook.created:
                    # What happened at the same instant is sent in the order in which it was found.
                    last = max(event.occurred_at, last + 1)
                    body = envelope(event, organisation.slug)
                    wanted.append(Told(event.id, event.type, event.about, Micros(last), body))
            self._deliveries.add_events(organisation.number, webhook.id, wanted, now)

    def _note(self, events: Iterable[Event]) -> None:
        self._noted.update((event.id, None) for event in events)
        for event_id in list(self._noted)[: max(0, len(self._noted) - _NOTED_MOST)]:
            del self._noted[event_id]


class Quarantined:
    """What was refused and is kept (`lrs.store.quarantine`), by the instant of its arrival.

    Requests of several processes are seen in another order than they came: what came lately is looked at again.
    """

    name = "quarantine"

    def __init__(self, services: Services) -> None:
        self._rows = services.quarantine
        self._clock = services.clock

    def end(self, organisation: OrganisationId) -> int:  # noqa: ARG002 - of every organisation the same
        """Return the present."""
        return self._clock.now_micros()

    def after(self, organisation: OrganisationId, position: int, limit: int) -> Followed:
        """Return what arrived since a little before the place."""
        now = self._clock.now_micros()
        rows = self._rows.since(organisation, overlapping(position, now))
        return followed_by_time([quarantine_event(row) for row in rows], position, limit, now)


def overlapping(position: int, now: Micros) -> Micros:
    """Return from where to read a register by instants, so that what was seen late is not passed over."""
    return Micros(position - delays_at(now).overlap_seconds * 1_000_000)


def followed_by_time(events: Sequence[Event], position: int, limit: int, now: Micros) -> Followed:
    """Return what a source by instants has: `events` in order, all that are before the place and `limit` after it."""
    fresh = [event for event in events if event.occurred_at > position]
    if len(fresh) <= limit:
        return Followed(events, now)
    last = fresh[limit - 1].occurred_at
    return Followed([event for event in events if event.occurred_at <= last], last, more=True)


def quarantine_event(held: Held) -> Event:
    """Return the event of one refused request: how many problems, by which rules, and not what was in it."""
    rules = sorted({problem.requirement for problem in held.problems if problem.requirement})
    data = {
        "quarantine_id": str(held.held_id), "credential": held.credential, "problems": len(held.problems),
        "requirements": rules[:20], "size_bytes": held.size_bytes,
    }  # fmt: skip
    return Event(
        held.organisation, "statements.quarantined", str(held.held_id), f"credential:{held.credential}",
        held.received, data,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that begins or ends; without an event where nobody is to be told."""

    organisation: OrganisationId
    credential: CredentialId
    since: Micros
    is_over: bool
    event: Event | None


class Silences:
    """Feeds that fall silent and come back. What was told is kept, so that the end of a silence is told too."""

    def __init__(self, services: Services, rows: Happenings) -> None:
        self._services = services
        self._rows = rows

    def find(self, organisation: OrganisationId) -> list[Silence]:
        """Return the silences that have begun or ended since they were told of."""
        now, known = self._services.clock.now_micros(), self._rows.silences(organisation)
        credentials = self._services.credentials.all(organisation)
        if not known and all(item.settings.quiet_after_seconds is None for item in credentials):
            return []
        head = find_head(self._services.store, organisation)
        found = []
        for credential in credentials:
            clock, told = sender_clock(credential, head, now), known.get(credential.key)
            if told is not None and clock.quiet_since != told:
                found.append(_over(credential, head, told))
            if clock.quiet_since is not None and clock.quiet_since != told:
                found.append(_silence(credential, clock.quiet_since, "feed.silent", clock.quiet_since, head))
        return found

    def told(self, silence: Silence) -> None:
        """Note that one was told of."""
        if silence.is_over:
            self._rows.end_silence(silence.organisation, silence.credential)
        else:
            self._rows.begin_silence(silence.organisation, silence.credential, silence.since)


def _over(credential: Credential, head: Head, since: Micros) -> Silence:
    sender = head.senders.get(credential.key)
    if sender is not None and sender.last_stored >= since:
        return _silence(credential, since, "feed.back", sender.last_stored, head)
    # Nothing came: somebody ended the credential, or changed what silence is.
    return Silence(credential.organisation, credential.key, since, is_over=True, event=None)


def _silence(credential: Credential, since: Micros, kind: str, at: Micros, head: Head) -> Silence:
    sender = head.senders.get(credential.key)
    data = {
        "credential": credential.key, "label": credential.settings.label, "silent_since": to_text(since),
        "last_stored": None if sender is None else to_text(sender.last_stored),
    }  # fmt: skip
    event = Event(credential.organisation, kind, f"{credential.key}\0{since}", f"credential:{credential.key}", at, data)
    return Silence(credential.organisation, credential.key, since, kind == "feed.back", event)
