"""Lets concurrent requests of one organisation share one transaction.

Two appends of one organisation cannot overlap in the database (`lrs.store.heads`), so threads of one process do
not compete for the lane: the first to come carries whoever is waiting along with it, and each is answered only
when the shared transaction is durable.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lrs.caller import OrganisationId

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Item, Outcome]):
    item: Item
    weight: int
    outcome: Outcome | BaseException | None = None


class _Lane(Generic[Item, Outcome]):
    """One queue. Whoever finds it idle serves it, for itself and for all who came meanwhile."""

    def __init__(self, serve: Callable[[Sequence[Item]], Sequence[Outcome | BaseException]], most: int) -> None:
        self._serve = serve
        self._most = most
        self._idle = True
        self._waiting: deque[_Ticket[Item, Outcome]] = deque()
        # Guards all of the above; held only to queue, to take and to hand out, never while serving.
        self._changed = threading.Condition()

    def submit(self, item: Item, weight: int) -> Outcome:
        ticket: _Ticket[Item, Outcome] = _Ticket(item, weight)
        with self._changed:
            self._waiting.append(ticket)
        while True:
            with self._changed:
                while ticket.outcome is None and not self._idle:
                    self._changed.wait()
                if ticket.outcome is not None:
                    break
                self._idle = False
                tickets = self._take()
            self._serve_tickets(tickets)
        if isinstance(ticket.outcome, BaseException):
            raise ticket.outcome
        return ticket.outcome

    def _take(self) -> list[_Ticket[Item, Outcome]]:
        """Take from the queue in order, up to a weight that keeps one transaction short; at least one."""
        tickets = [self._waiting.popleft()]
        weight = tickets[0].weight
        while self._waiting and weight + self._waiting[0].weight <= self._most:
            tickets.append(self._waiting.popleft())
            weight += tickets[-1].weight
        return tickets

    def _serve_tickets(self, tickets: Sequence[_Ticket[Item, Outcome]]) -> None:
        answered: list[tuple[_Ticket[Item, Outcome], Outcome | BaseException]]
        try:
            answered = list(zip(tickets, self._serve([ticket.item for ticket in tickets]), strict=True))
        except BaseException as error:  # noqa: BLE001 - it is raised again, in every thread that waits for it
            answered = [(ticket, error) for ticket in tickets]
        with self._changed:
            for ticket, outcome in answered:
                ticket.outcome = outcome
            self._idle = True
            self._changed.notify_all()


class Lanes(Generic[Item, Outcome]):
    """One lane for each organisation.

    `serve` is given the items of one organisation that came together and returns one outcome for each, in order; an
    outcome that is an exception is raised to that item's submitter alone, one that `serve` raises to all.
    """

    def __init__(self, serve: Callable[[Sequence[Item]], Sequence[Outcome | BaseException]], most: int) -> None:
        self._serve = serve
        self._most = most
        self._lanes: dict[OrganisationId, _Lane[Item, Outcome]] = {}
        self._lock = threading.Lock()

    def submit(self, organisation: OrganisationId, item: Item, weight: int) -> Outcome:
        """Have `item` served together with others of its organisation, and return its outcome."""
        with self._lock:
            lane = self._lanes.setdefault(organisation, _Lane(self._serve, self._most))
        return lane.submit(item, weight)
