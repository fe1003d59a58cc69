"""Settle the people who are marked, and the enrolments that time has changed: a few at a time, each once."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from analytics.kept import Outlook, outlook, settle
from analytics.store.aside import Aside
from analytics.store.books import Book
from analytics.store.kept import KeptFacts, PersonWrites
from analytics.store.marks import Marks, TouchMark
from analytics.store.progress import Progress, ProgressOf
from analytics.store.shelf import PersonShelf, Shelves
from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, PersonId

# How many people are settled in one transaction, unless their writes are many.
PEOPLE: Final = 64
WRITES_MOST: Final = 3_000
# For how many of them what is kept is read at once.
TOGETHER: Final = 16
# How long that may take: the worker has other organisations, and the live feed, to look at.
SECONDS_MOST: Final = 0.4


@dataclass
class _Task:
    """What one person must be settled for; `buckets` None is everything."""

    person_id: PersonId
    buckets: set[int] | None = field(default_factory=set)
    due: set[EnrolmentId] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)


class Step(NamedTuple):
    """How many people, or marks of nobody, there was anything to do for; and whose facts could not be worked out."""

    people: int
    failures: Mapping[PersonId, Exception]


class Settling:
    """Settles people."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = KeptFacts(store)
        self._shelves = Shelves(store)
        self._marks = Marks(store)
        self._progress = ProgressOf(store)
        self._aside = Aside()

    def settle(self, organisation: OrganisationId, progress: Progress, book: Book, now: Micros) -> Step:
        """Settle the next few people; nobody when all are settled.

        `book` is that of `progress.change`. When somebody else has taken a step meanwhile, nothing changes. Somebody
        whose facts cannot be worked out is left aside for a while, with what they wait for.
        """
        as_of = Micros(max(now, progress.stored))
        aside = self._aside.people(organisation, now)
        marks = self._marks.first(organisation, PEOPLE, but=self._aside.keys(organisation))
        if marks:
            tasks, nobodys = self._tasks(organisation, book, marks)
        else:
            tasks, nobodys = self._due_tasks(organisation, as_of, but=aside), []
        keys: set[bytes] = set(nobodys)
        for task in tasks:
            if task.person_id in aside:
                self._aside.add(organisation, task.person_id, task.keys)
        writes, failures = self._settle_some(
            organisation, book, [task for task in tasks if task.person_id not in aside], keys, as_of
        )
        for task, _ in failures:
            self._aside.put(organisation, task.person_id, task.keys, now)
        if writes or keys:
            self._write(organisation, progress, keys, writes)
        return Step(len(tasks) + len(nobodys), {task.person_id: failure for task, failure in failures})

    def _settle_some(
        self, organisation: OrganisationId, book: Book, tasks: list[_Task], keys: set[bytes], as_of: Micros
    ) -> tuple[list[PersonWrites], list[tuple[_Task, Exception]]]:
        """Work out as many as there is time for; add the marks of those to `keys`."""
        began = time.monotonic()
        shelves: Mapping[PersonId, PersonShelf] = {}
        writes: list[PersonWrites] = []
        failures: list[tuple[_Task, Exception]] = []
        count = 0
        for at, task in enumerate(tasks):
            if at % TOGETHER == 0:
                shelves = self._shelves_of(organisation, book, tasks[at : at + TOGETHER])
            try:
                writes.append(self._settle(organisation, book, task, shelves.get(task.person_id), as_of))
            except PyMongoError:
                raise
            except Exception as failure:  # noqa: BLE001 - handed on to be logged; nobody else must wait for it
                failures.append((task, failure))
                continue
            keys |= task.keys
            count += writes[-1].count
            if count >= WRITES_MOST or time.monotonic() - began >= SECONDS_MOST:
                break
        return writes, failures

    def _write(
        self, organisation: OrganisationId, progress: Progress, keys: set[bytes], writes: list[PersonWrites]
    ) -> None:
        def work(session: ClientSession) -> None:
            if self._progress.move(organisation, progress, session):
                self._marks.clear(organisation, keys, session)
                self._kept.write(organisation, writes, session)

        self._store.transaction(work)

    def next_due(self, organisation: OrganisationId) -> int | None:
        """Return the next instant at which there is something to settle though nothing arrives; None for never."""
        aside = self._aside.next_due(organisation)
        found = self._kept.next_due(organisation, but=self._aside.people(organisation))
        return min((instant for instant in (aside, found) if instant is not None), default=None)

    def _tasks(
        self, organisation: OrganisationId, book: Book, marks: Iterable[TouchMark]
    ) -> tuple[list[_Task], list[bytes]]:
        """Return what the marks ask for, person by person, and the marks of identities that are nobody's."""
        people: set[PersonId] = set()
        nobodys: list[bytes] = []
        for mark in marks:
            if mark.person_id is not None:
                people.add(mark.person_id)
                continue
            owner = book.records.person_of(mark.identity or "")
            if owner is None:
                nobodys.append(mark.key)
            else:
                people.add(owner)
        by_name = {name: person for person in people for name in self._identities(book, person)}
        tasks = {person: _Task(person) for person in sorted(people)}
        for mark in self._marks.of(organisation, by_name, people):
            task = tasks[by_name[mark.identity] if mark.identity is not None else mark.person_id or PersonId("")]
            task.keys.add(mark.key)
            if mark.person_id is not None:
                task.buckets = None
            elif task.buckets is not None:
                task.buckets.update(mark.buckets)
        return list(tasks.values()), nobodys

    def _due_tasks(self, organisation: OrganisationId, as_of: Micros, *, but: Collection[PersonId]) -> list[_Task]:
        tasks: dict[PersonId, _Task] = {}
        for person, enrolment in self._kept.due(organisation, as_of, PEOPLE, but=but):
            tasks.setdefault(person, _Task(person)).due.add(enrolment)
        return list(tasks.values())

    def _shelves_of(
        self, organisation: OrganisationId, book: Book, tasks: Iterable[_Task]
    ) -> dict[PersonId, PersonShelf]:
        """Return the shelves of those who are on record, with what settling them will ask for read together."""
        found: dict[PersonId, PersonShelf] = {}
        wanted: dict[PersonShelf, Outlook] = {}
        for task in tasks:
            person = task.person_id
            if person not in book.records.people or book.records.survivor(person) != person:
                continue
            found[person] = self._shelves.shelf(organisation, person, self._identities(book, person))
            ahead = outlook(task.buckets, task.due, book.roster.courses_of(person), book.rules)
            if ahead is not None:
                wanted[found[person]] = ahead
        self._shelves.read_ahead(wanted)
        return found

    def _settle(
        self, organisation: OrganisationId, book: Book, task: _Task, shelf: PersonShelf | None, as_of: Micros
    ) -> PersonWrites:
        person = task.person_id
        if shelf is None:
            # Merged into somebody else, who is marked too, or not on record any more.
            writes = PersonWrites(organisation, person, None)
            writes.forget(self._kept.enrolment_names(organisation, person))
            return writes
        settled = settle(person, task.buckets, task.due, shelf, book.roster, book.rules, as_of)
        writes = PersonWrites(organisation, person, None if settled.is_whole else shelf)
        if settled.is_whole:
            writes.forget(self._kept.enrolment_names(organisation, person), settled.enrolments)
        writes.keep(settled)
        return writes

    @staticmethod
    def _identities(book: Book, person: PersonId) -> tuple[str, ...]:
        if person not in book.records.people or book.records.survivor(person) != person:
            return ()
        return book.records.identities_of(person)
