"""Whether everything that the organisation relies on works, and what waits for its administrator.

Each look is made on its own: what cannot be seen, because a part is down, is said to be unknown and hides nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from dashboards.views.lens import Lens
from lrs.clock import Micros, to_datetime
from lrs.forwarding.outlet import Kind, State
from lrs.ledger_reading import Ledger
from lrs.pulse import SILENT_SECONDS, Pulse
from lrs.quarantine import State as Held
from lrs.senders import clocks_of
from lrs.sending.outlets import BY_HAND, Outlets, Seen
from lrs.timestamps import is_development
from lrs.timestamps.check import read_token
from training.access import STAFF
from training.sources.schedule import ScheduleState
from training.sources.schedules import Schedules
from training.sources.store import Sources
from training.store import RecordReader

_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
# What is behind by less is only on its way.
PATIENCE_SECONDS: Final = 60
# A certificate takes weeks to be had anew, a credential minutes.
CERTIFICATE_DAYS: Final = 60
CREDENTIAL_DAYS: Final = 14
# With less of the disk left the database slows down, and stops at nothing.
ROOM_LEAST: Final = 0.10
ROOM_NONE: Final = 0.03
_HELD_MOST: Final = 1_000


class Level(IntEnum):
    """How a part stands; the worst come first."""

    WRONG = 0
    UNKNOWN = 1
    WATCH = 2
    GOOD = 3


@dataclass(frozen=True, slots=True)
class Check:
    """What one look found: `part` is what was looked at, `finding` what of it, `values` the numbers to say it with.

    `path` is the page where something can be done about it, empty when it is not done in these pages.
    """

    part: str
    finding: str
    level: Level
    values: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Every check, the worst first."""

    at: Micros
    checks: tuple[Check, ...]

    @property
    def wrong(self) -> int:
        """How many parts do not do what is relied on."""
        return sum(check.level is Level.WRONG for check in self.checks)


def read_health(lens: Lens) -> Health:
    """Look at every part."""
    lens.viewer.require(STAFF)
    found: list[Check] = []
    for part, look in _LOOKS:
        try:
            found.extend(look(lens))
        except Exception as error:  # noqa: BLE001 - whatever keeps us from seeing, the other parts are still shown
            found.append(Check(part, "unseen", Level.UNKNOWN, {"error": type(error).__name__}))
    return Health(lens.now, tuple(sorted(found, key=lambda check: check.level)))


def _store(lens: Lens) -> Iterator[Check]:
    failing = []
    for name, ping in {"store": lens.services.store.ping, **lens.sources.deployment.pings}.items():
        try:
            ping()
        except Exception:  # noqa: BLE001 - as /readyz: that service is not to be relied on
            failing.append(name)
    if failing:
        yield Check("store", "failing", Level.WRONG, {"names": ", ".join(failing)})
    else:
        yield Check("store", "answers", Level.GOOD)


def _worker(lens: Lens) -> Iterator[Check]:
    last = Pulse(lens.services.store, lens.services.clock).last()
    if last is None:
        yield Check("worker", "never", Level.WRONG)
    elif lens.now - last > SILENT_SECONDS * _SECOND:
        yield Check("worker", "silent", Level.WRONG, {"since": last})
    else:
        yield Check("worker", "there", Level.GOOD, {"since": last})


def _facts(lens: Lens) -> Iterator[Check]:
    organisation, facts = lens.viewer.organisation, lens.sources.facts
    count, _ = clocks_of(lens.services, organisation)
    progress = facts.progress(organisation)
    behind, people = max(0, count - progress.position), facts.waiting(organisation)
    values = {"behind": behind, "people": people, "count": count, "since": progress.as_of or None}
    if not behind and not people:
        yield Check("facts", "current", Level.GOOD, values)
        return
    if behind:
        since = _first_from(lens, progress.position)
    else:
        records = RecordReader(lens.services.store, lens.services.clock).head(organisation)
        since = max(progress.as_of, progress.stored, records.recorded_at)
    late = lens.now - since > PATIENCE_SECONDS * _SECOND
    yield Check("facts", "behind" if late else "following", Level.WRONG if late else Level.GOOD, values)


def _ledger(lens: Lens) -> Iterator[Check]:
    organisation = lens.viewer.organisation
    count, _ = clocks_of(lens.services, organisation)
    state = Ledger(lens.services.store).state(organisation)
    head = None if state is None else state.head
    behind = max(0, count - (0 if head is None else head.size))
    values = {
        "behind": behind,
        "size": 0 if head is None else head.size,
        "since": None if head is None else head.signed_at,
    }
    if state is not None and state.trouble is not None:
        trouble = {**values, "why": state.trouble.message, "since": state.trouble.since}
        yield Check("ledger", "trouble", Level.WRONG, trouble)
    elif behind:
        waits = _first_from(lens, 0 if head is None else head.size)
        late = lens.now - waits > PATIENCE_SECONDS * _SECOND
        yield Check("ledger", "behind" if late else "following", Level.WRONG if late else Level.GOOD, values)
    else:
        yield Check("ledger", "empty" if head is None else "sealed", Level.GOOD, values)


def _first_from(lens: Lens, position: int) -> Micros:
    """Return when the statement at a position was stored: since when something has been waiting."""
    found = lens.services.statements.since(lens.viewer.organisation, position, 1)
    return next((entry.stored for entry in found), lens.now)


def _stamps(lens: Lens) -> Iterator[Check]:
    state = Ledger(lens.services.store).state(lens.viewer.organisation)
    if state is None or state.head is None:
        return
    stamped = None if state.stamped is None or state.stamped.stamp is None else state.stamped.stamp
    values = {
        "authority": "" if stamped is None else stamped.authority,
        "since": state.unstamped_since if stamped is None else stamped.at,
    }
    if state.stamp_trouble is not None:
        trouble = {**values, "why": state.stamp_trouble.message, "since": state.stamp_trouble.since}
        yield Check("stamps", "trouble", Level.WRONG, trouble)
    elif stamped is None:
        yield Check("stamps", "waiting", Level.WATCH, values)
    elif is_development(read_token(stamped.token).signed.signer):
        yield Check("stamps", "development", Level.WATCH, values)
    else:
        yield Check("stamps", "qualified" if stamped.is_qualified else "stamped", Level.GOOD, values)


def _seal(lens: Lens) -> Iterator[Check]:
    read = lens.sources.deployment.seal_state
    if read is None:
        return
    state = read(lens.viewer.organisation)
    values = {"until": state.not_after, "subject": state.subject or ""}
    if state.problem is not None:
        yield Check("seal", state.problem.value, Level.WRONG, values)
    elif (
        state.not_after is not None
        and state.not_after - lens.now < CERTIFICATE_DAYS * _DAY
        and not state.is_development
    ):
        days = ((state.not_after or lens.now) - lens.now) // _DAY
        yield Check("seal", "expiring", Level.WATCH, {**values, "days": days})
    elif state.is_development:
        yield Check("seal", "development", Level.WATCH, values)
    else:
        yield Check("seal", "ready", Level.GOOD, values)


def _mail(lens: Lens) -> Iterator[Check]:
    has_mail = lens.sources.deployment.has_mail
    if has_mail is not None:
        yield Check("mail", "ready" if has_mail else "none", Level.GOOD if has_mail else Level.WATCH)


def _room(lens: Lens) -> Iterator[Check]:
    measure = lens.sources.deployment.room
    room = None if measure is None else measure()
    if room is None or room.total_bytes <= 0:
        return
    share = room.free_bytes / room.total_bytes
    level = Level.WRONG if share < ROOM_NONE else Level.WATCH if share < ROOM_LEAST else Level.GOOD
    values = {"free": room.free_bytes, "total": room.total_bytes, "percent": round(share * 100)}
    yield Check("room", "enough" if level is Level.GOOD else "little", level, values)


def _ends_within(until: Micros | None, now: Micros, days: int) -> bool:
    return until is not None and until - now < days * _DAY


def _senders(lens: Lens) -> Iterator[Check]:
    _, clocks = clocks_of(lens.services, lens.viewer.organisation)
    live = [(item, clock) for item, clock in clocks if item.revoked is None]
    quiet = [clock for _, clock in live if clock.is_quiet]
    ending = [item.settings.label for item, _ in live if _ends_within(item.expires, lens.now, CREDENTIAL_DAYS)]
    where = "settings/credentials"
    if quiet:
        first = min(clock.quiet_since or Micros(0) for clock in quiet)
        labels = ", ".join(clock.label for clock in quiet)
        yield Check("senders", "quiet", Level.WRONG, {"count": len(quiet), "labels": labels, "since": first}, where)
    if ending:
        yield Check("senders", "ending", Level.WATCH, {"count": len(ending), "labels": ", ".join(ending)}, where)
    if not live:
        yield Check("senders", "none", Level.WATCH, {}, where)
    elif not quiet:
        yield Check("senders", "sending", Level.GOOD, {"count": len(live)}, where)


def _quarantine(lens: Lens) -> Iterator[Check]:
    count = len(lens.services.quarantine.page(lens.viewer.organisation, Held.HELD, None, _HELD_MOST))
    level, finding = (Level.WATCH, "held") if count else (Level.GOOD, "empty")
    yield Check("quarantine", finding, level, {"count": count}, "settings/quarantine")


def _outgoing(lens: Lens) -> Iterator[Check]:
    """Look at what is sent to others; nothing where nothing is."""
    outlets, where = Outlets(lens.services), "settings/outgoing"
    seen = [outlets.see(item) for kind in Kind for item in outlets.all(lens.viewer.organisation, kind)]
    if not seen:
        return

    def check(finding: str, level: Level, found: list[Seen]) -> Iterator[Check]:
        labels = ", ".join(item.outlet.settings.label for item in found)
        if found:
            yield Check("outgoing", finding, level, {"count": len(found), "labels": labels}, where)

    stopped = [item for item in seen if item.outlet.reason not in ("", BY_HAND)]
    failing = [item for item in seen if item.outlet.state is State.ACTIVE and item.outlet.health.failures]
    yield from check("stopped", Level.WRONG, stopped)
    yield from check("failing", Level.WATCH, failing)
    yield from check("letters", Level.WATCH, [item for item in seen if item.letters])
    if not stopped and not failing:
        yield from check("sending", Level.GOOD, [item for item in seen if item.outlet.state is State.ACTIVE])


def _pulls(lens: Lens) -> Iterator[Check]:
    """Look at the record stores that are pulled from by themselves; nothing where none is."""
    organisation, schedules = lens.viewer.organisation, Schedules(lens.services.store)
    sources = Sources(lens.services.store, lens.services.clock, lens.services.ids).all(organisation)
    found = [(item.title, schedules.get(organisation, item.id).state(lens.now)) for item in sources if item.remote]
    findings = {
        "stopped": (Level.WRONG, (ScheduleState.STOPPED,)),
        "failing": (Level.WATCH, (ScheduleState.RETRYING, ScheduleState.NO_SECRET)),
        "pulled": (Level.GOOD, (ScheduleState.SCHEDULED, ScheduleState.RUNNING)),
    }
    for finding, (level, states) in findings.items():
        titles = [title for title, state in found if state in states]
        if titles:
            yield Check(
                "pulls", finding, level, {"count": len(titles), "labels": ", ".join(titles)}, "settings/sources"
            )


def _provider(lens: Lens) -> Iterator[Check]:
    provider, where = lens.records.provider, "settings/organisation"
    if provider is None:
        yield Check("provider", "none", Level.WRONG, {}, where)
        return
    names = ("siret", "activity_number", "address", "place")
    missing = [name for name in names if not getattr(provider, name)]
    if provider.signatory_on(to_datetime(lens.now).date()) is None:
        missing.append("signatories")
    if missing:
        yield Check("provider", "incomplete", Level.WATCH, {"missing": tuple(missing)}, where)
    else:
        yield Check("provider", "complete", Level.GOOD, {}, where)


_LOOKS: Final[tuple[tuple[str, Callable[[Lens], Iterator[Check]]], ...]] = (
    ("store", _store),
    ("worker", _worker),
    ("facts", _facts),
    ("ledger", _ledger),
    ("stamps", _stamps),
    ("seal", _seal),
    ("senders", _senders),
    ("quarantine", _quarantine),
    ("outgoing", _outgoing),
    ("pulls", _pulls),
    ("provider", _provider),
    ("mail", _mail),
    ("room", _room),
)
