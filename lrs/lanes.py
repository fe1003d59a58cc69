"""Lets concurrent requests of one organisation share one transaction.

Two appends of one organisation cannot overlap in the database (`lrs.store.heads`), so threads of one process do
not compete for the lane: the first to come carries whoever is waiting along with it, and each is answered only
when the shared transaction is durable. Who is carried along is decided when it is this process's turn, not before:
whoever comes while other processes append, comes along.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, TypeAlias, TypeVar

from lrs.tenancy import OrganisationId

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
# Where requests have just come together, the next to serve waits so long for company. It is less than a commit takes.
GATHER_SECONDS: Final = 0.002
GATHERED_ENOUGH: Final = 32
HandOn: TypeAlias = Callable[[], None]
Serve: TypeAlias = Callable[[Sequence[Item], HandOn], Sequence[Outcome | BaseException]]
# A turn among processes; what entering it gives ends it early, and may be called more than once.
Turn: TypeAlias = AbstractContextManager[Callable[[], None]]


def no_turns(_: OrganisationId) -> Turn:
    """Return a turn that is there at once: where one process is alone, or what is served needs none."""
    return nullcontext(lambda: None)


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Item, Outcome]):
    """One waiting item. Its thread sleeps on a lock of its own: whoever is not meant is not woken."""

    item: Item
    weight: int
    outcome: Outcome | BaseException | None = None
    # Released once: when there is an outcome, or, without one, when it is this thread's turn to serve.
    turn: threading.Lock = field(default_factory=_locked)


class _Lane(Generic[Item, Outcome]):
    """One queue. Whoever finds it idle serves it, for itself and for all who came meanwhile."""

    def __init__(self, serve: Serve[Item, Outcome], most: int, turn: Callable[[], Turn]) -> None:
        self._serve = serve
        self._most = most
        self._turn = turn
        self._idle = True
        self._is_shared = False
        self._waiting: deque[_Ticket[Item, Outcome]] = deque()
        # Guards the two above; held only to queue and to take, never while serving.
        self._lock = threading.Lock()

    def submit(self, item: Item, weight: int) -> Outcome:
        ticket: _Ticket[Item, Outcome] = _Ticket(item, weight)
        with self._lock:
            waits = not self._idle
            if waits:
                self._waiting.append(ticket)
            self._idle = False
        if waits:
            ticket.turn.acquire()
        if ticket.outcome is None:
            self._serve_with(ticket)
        if isinstance(ticket.outcome, BaseException):
            raise ticket.outcome
        # Serving has given every ticket an outcome.
        return ticket.outcome  # type: ignore[return-value]

    def _serve_with(self, ticket: _Ticket[Item, Outcome]) -> None:
        """Serve `ticket` and whoever waits behind it, hand the lane on, then wake those that were served."""
        tickets, handed_on = [ticket], False
        answered: list[tuple[_Ticket[Item, Outcome], Outcome | BaseException]]
        began = time.monotonic()
        try:
            with self._turn() as end_turn:

                def hand_on() -> None:
                    nonlocal handed_on
                    if not handed_on:
                        handed_on = True
                        end_turn()
                        self._hand_on()

                tickets = self._gather(ticket, began)
                answered = list(zip(tickets, self._serve([each.item for each in tickets], hand_on), strict=True))
        except BaseException as error:  # noqa: BLE001 - it is raised again, in every thread that waits for it
            answered = [(each, error) for each in tickets]
        if not handed_on:
            self._hand_on()
        for each, outcome in answered:
            each.outcome = outcome
            if each is not ticket:
                each.turn.release()

    def _gather(self, first: _Ticket[Item, Outcome], began: float) -> list[_Ticket[Item, Outcome]]:
        """Return whoever is served together; `began` is when the first of them began to wait for its turn."""
        rest = GATHER_SECONDS - (time.monotonic() - began)
        if self._is_shared and rest > 0:
            # Others are on their way: what they share with us costs each of them, and us, a part of a transaction.
            time.sleep(rest)
        with self._lock:
            tickets = self._take(first)
        self._is_shared = 1 < len(tickets) < GATHERED_ENOUGH
        return tickets

    def _hand_on(self) -> None:
        with self._lock:
            following = self._waiting.popleft() if self._waiting else None
            self._idle = following is None
        if following is not None:
            following.turn.release()

    def _take(self, first: _Ticket[Item, Outcome]) -> list[_Ticket[Item, Outcome]]:
        """Take from the queue in order, up to a weight that keeps one transaction short."""
        tickets, weight = [first], first.weight
        while self._waiting and weight + self._waiting[0].weight <= self._most:
            tickets.append(self._waiting.popleft())
            weight += tickets[-1].weight
        return tickets


class Lanes(Generic[Item, Outcome]):
    """One lane for each organisation.

    `serve` is given the items of one organisation that came together and returns one outcome for each, in order; an
    outcome that is an exception is raised to that item's submitter alone, one that `serve` raises to all. None is no
    outcome. Its second argument lets the next in line begin before it returns; it may be called more than once. `turn`
    is waited for before anything of an organisation is served.
    """

    def __init__(
        self, serve: Serve[Item, Outcome], most: int, turn: Callable[[OrganisationId], Turn] = no_turns
    ) -> None:
        self._serve = serve
        self._most = most
        self._turn = turn
        self._lanes: dict[OrganisationId, _Lane[Item, Outcome]] = {}
        self._lock = threading.Lock()

    def submit(self, organisation: OrganisationId, item: Item, weight: int) -> Outcome:
        """Have `item` served together with others of its organisation, and return its outcome."""
        with self._lock:
            lane = self._lanes.get(organisation)
            if lane is None:
                lane = self._lanes[organisation] = _Lane(self._serve, self._most, partial(self._turn, organisation))
        return lane.submit(item, weight)
