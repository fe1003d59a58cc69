"""The SCORM gateway: what players commit goes in here, and comes out as statements through the one write path.

Commits of one organisation that come together are served together: decided, noted in one swap of their tracks,
delivered in one append. While they are delivered, the next ones are decided, but for those of the same tracks. What was
noted and not delivered is delivered by whoever comes next, under the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lrs.clock import Clock, Micros
from lrs.courses.delivery import Delivery, states
from lrs.courses.flights import Flights
from lrs.courses.launches import Launches
from lrs.errors import AssiduError, Overloaded
from lrs.lanes import HandOn, Lanes
from lrs.recent import Recent
from lrs.scorm.commit import Commit
from lrs.scorm.delays import delays_at
from lrs.scorm.launch import Launch
from lrs.scorm.placing import Place
from lrs.scorm.steps import Step, silent, step
from lrs.scorm.track import Track
from lrs.services import Services
from lrs.store.append import Request
from lrs.store.database import DriverError, Store
from lrs.store.scorm_tracks import Held, Pending, Swap, TrackStore
from lrs.tenancy import OrganisationId

# Commits served together: enough to spread what a swap and an append cost, few enough that nobody waits long.
TOGETHER_MOST: Final = 64
# A commit that loses its race so often does so to a crowd on one track.
TRIES: Final = 20
_REMEMBERED_SECONDS: Final = 600.0
_MICROS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a commit: where it belonged, and how many statements followed from it."""

    place: Place
    statements: int = 0


@dataclass(frozen=True, slots=True)
class _Arrival:
    launch: Launch
    commit: Commit


@dataclass(slots=True)
class _Turn:
    """One track in one round: how it stood, how it will, and what is to be delivered."""

    before: Held | None
    launch: Launch
    track: Track
    drafts: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    state: bytes = b""
    began: bool = False
    taken: list[tuple[int, Taken]] = field(default_factory=list)
    is_changed: bool = False


class Gateway:
    """Takes commits. Several processes may, of the same track too: one of two that race looks again."""

    def __init__(self, store: Store, clock: Clock, launches: Launches, delivery: Delivery) -> None:
        self.launches = launches
        self._tracks = TrackStore(store)
        self._clock = clock
        self._delivery = delivery
        self._held: Recent[bytes, Held] = Recent(_REMEMBERED_SECONDS)
        self._flights = Flights()
        self._lanes: Lanes[_Arrival, Taken] = Lanes(self._serve, TOGETHER_MOST)

    def take(self, launch: Launch, commit: Commit) -> Taken:
        """Take one commit of a live launch, and return once what follows from it is durable.

        Raises InvalidRequest with every element that is wrong, Unauthenticated for a launch that has just been revoked,
        Overloaded; then nothing was stored, or, should the store have failed in between, the same commit sent again
        finishes what was begun.
        """
        return self._lanes.submit(launch.organisation, _Arrival(launch, commit), 1)

    def tend(self, organisation: OrganisationId, most: int = 100) -> int:
        """End sessions that have gone silent and deliver what was left undelivered; return how many were looked at."""
        now = self._clock.now_micros()
        due = self._tracks.due(organisation, now, most)
        launches = self.launches.of(organisation, {held.launch for held in due})
        for held in due:
            self._tend(held, launches.get(held.launch), now)
        return len(due)

    def _serve(self, arrivals: Sequence[_Arrival], hand_on: HandOn) -> Sequence[Taken | BaseException]:
        outcomes: dict[int, Taken | BaseException] = {}
        waiting = dict(enumerate(arrivals))
        for _attempt in range(TRIES):
            self._round(waiting, outcomes, hand_on)
            waiting = {at: each for at, each in waiting.items() if at not in outcomes}
            if not waiting:
                break
        message = "Too many others are committing to this; nothing was written. Send it again."
        return [outcomes.get(at) or Overloaded(message) for at in range(len(arrivals))]

    def _round(self, waiting: dict[int, _Arrival], outcomes: dict[int, Taken | BaseException], hand_on: HandOn) -> None:
        """Serve commits: 1. find their tracks, 2. decide, 3. note, 4. deliver, 5. remember."""
        # 1.
        organisation = next(iter(waiting.values())).launch.organisation
        keys = {each.launch.track for each in waiting.values()}
        self._flights.wait(keys)
        now, epoch = self._clock.now_micros(), self._held.epoch
        held = self._find(organisation, keys)
        # 2.
        turns: dict[bytes, _Turn] = {}
        for at, arrival in waiting.items():
            key = arrival.launch.track
            before = held.get(key)
            turn = turns.setdefault(
                key, _Turn(before, arrival.launch, before.track if before else Track(arrival.commit.edition))
            )
            try:
                self._decide(turn, at, arrival, now)
            except AssiduError as error:
                outcomes[at] = error
        # 3.
        changed = {key: (turn, self._after(turn, now)) for key, turn in turns.items() if turn.is_changed}
        swaps = [self._swap(turn, after, now) for turn, after in changed.values()]
        lost = self._tracks.swap(organisation, swaps) if swaps else set()
        for key in lost:
            self._lost(turns.pop(key), waiting, outcomes)
        # 4. and 5.
        with self._flights.of(turns):
            hand_on()
            self._finish(turns, {key: after for key, (_, after) in changed.items()}, outcomes, epoch)

    def _finish(
        self,
        turns: dict[bytes, _Turn],
        after: dict[bytes, Held],
        outcomes: dict[int, Taken | BaseException],
        epoch: int,
    ) -> None:
        """Deliver what was noted, give every commit its outcome, and remember how tracks stand."""
        failed = self._deliver([turn for turn in turns.values() if turn.is_changed])
        for key, turn in turns.items():
            failure = failed.get(key)
            for at, taken in turn.taken:
                outcomes[at] = taken if failure is None else failure
            if failure is not None:
                self._held.forget(key)
            elif key in after:
                self._held.put(key, replace(after[key], pending=Pending()), epoch)

    def _find(self, organisation: OrganisationId, keys: Iterable[bytes]) -> dict[bytes, Held]:
        """Return these tracks with nothing pending: what another process left is delivered first."""
        found = {key: recent[0] for key in keys if (recent := self._held.find(key)) is not None}
        missing = set(keys) - found.keys()
        if missing:
            for key, held in self._tracks.find(organisation, missing).items():
                if held.pending:
                    launch = self.launches.of(organisation, {held.launch}).get(held.launch)
                    if launch is not None:
                        self._delivery.finish(launch, held)
                found[key] = replace(held, pending=Pending())
        return found

    def _decide(self, turn: _Turn, at: int, arrival: _Arrival, now: Micros) -> None:
        launch, commit = arrival.launch, arrival.commit
        if turn.before is None:
            # There is no revision yet that a revocation could have changed.
            launch = self.launches.again(launch)
        found = step(turn.track if turn.track.attempt else None, launch, commit, now)
        assert found.place is not None  # noqa: S101 - by `step`
        if found.place is Place.REPLAY:
            turn.taken.append((at, Taken(found.place)))
            return
        count = 0
        if found.statements:
            # Before anything is noted: what the log would refuse is never noted.
            drafted = self._delivery.draft(launch.organisation, found.statements)
            turn.drafts.append(drafted)
            turn.bodies.append(found.statements)
            count = len(drafted.candidates)
        turn.track, turn.launch, turn.is_changed = found.track, launch, True
        turn.state = found.state or turn.state
        turn.began = turn.began or found.began
        turn.taken.append((at, Taken(found.place, count)))

    def _after(self, turn: _Turn, now: Micros) -> Held:
        pending = Pending(joined(turn.bodies), turn.state, turn.began)
        before = turn.before.revision if turn.before else 0
        due = _due(turn.launch, turn.track, now)
        undelivered = Micros(now + delays_at(now).undelivered_seconds * _MICROS)
        soon = undelivered if due is None else min(due, undelivered)
        return Held(turn.launch.track, before + 1, turn.launch.id, turn.track, pending, soon if pending else due)

    def _swap(self, turn: _Turn, after: Held, now: Micros) -> Swap:
        expires = Micros(now + delays_at(now).track_seconds * _MICROS)
        return Swap(turn.before.revision if turn.before else 0, after, turn.launch, expires)

    def _lost(self, turn: _Turn, waiting: dict[int, _Arrival], outcomes: dict[int, Taken | BaseException]) -> None:
        """Have commits whose track was changed elsewhere decided again, unless their launch was revoked there."""
        self._held.forget(turn.launch.track)
        for at, _ in turn.taken:
            try:
                self.launches.again(waiting[at].launch)
            except AssiduError as error:
                outcomes[at] = error

    def _deliver(self, turns: Sequence[_Turn]) -> dict[bytes, BaseException]:
        """Append the statements of all, and write the states of each; return what went wrong, by track."""
        if not turns:
            return {}
        organisation = turns[0].launch.organisation
        drafts = [drafted for turn in turns for drafted in turn.drafts]
        try:
            if drafts:
                self._delivery.append(organisation, drafts)
            self._delivery.put_states(organisation, (
                each for turn in turns for each in states(turn.launch, turn.track, turn.state, began=turn.began)
            ))  # fmt: skip
        except (AssiduError, DriverError) as error:
            return dict.fromkeys((turn.launch.track for turn in turns), error)
        return {}

    def _tend(self, held: Held, launch: Launch | None, now: Micros) -> None:
        organisation = OrganisationId(int.from_bytes(held.key[:4], "big"))
        if launch is None:
            # Whose it was is not known any more: nothing can be said of it.
            self._tracks.settle(organisation, replace(held, due=None))
            return
        if held.pending:
            self._delivery.finish(launch, held)
        due = _due(launch, held.track, now)
        if due is None or due > now:
            self._tracks.settle(organisation, replace(held, due=due))
            return
        found: Step = silent(held.track, launch)
        turn = _Turn(
            held, launch, found.track, [self._delivery.draft(organisation, found.statements)], [found.statements]
        )
        after = self._after(turn, now)
        if self._tracks.swap(organisation, [self._swap(turn, after, now)]):
            # A commit came after all.
            return
        self._delivery.append(organisation, turn.drafts)
        self._tracks.settle(organisation, replace(after, due=None))


def build_gateway(services: Services) -> Gateway:
    """Return a gateway over these services; a process has one, for it remembers what it has served."""
    store, clock, ids = services.store, services.clock, services.ids
    launches = Launches(store, clock, ids, services.secret_key)
    delivery = Delivery(store, clock, ids, services.limits, services.ingest, services.statements)
    return Gateway(store, clock, launches, delivery)


def joined(arrays: Sequence[bytes]) -> bytes:
    """Return JSON arrays, none of them empty, as one; nothing for none.

    >>> joined([b"[1]", b"[2,3]"])
    b'[1,2,3]'
    """
    return b"[" + b",".join(array[1:-1] for array in arrays) + b"]" if arrays else b""


def _due(launch: Launch, track: Track, now: Micros) -> Micros | None:
    """Return when a session counts as silent; None for one that has ended."""
    sitting = track.sitting
    if sitting is None or sitting.ended_by:
        return None
    seconds = launch.silence_seconds or delays_at(now).silence_seconds
    return Micros(sitting.last + seconds * _MICROS)
