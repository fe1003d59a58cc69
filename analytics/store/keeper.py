"""Keep the facts of an organisation up to date: one turn of work at a time, safe to be cut off anywhere.

Records first, then statements, then whoever these touched, then what time alone has changed, then the sessions of all
these. While many statements wait only those are taken in, so that somebody with a thousand of them is settled once and
not five hundred times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from analytics.kept.form import FORM
from analytics.store.books import Book, Books
from analytics.store.changes import ChangeNotes
from analytics.store.forgetting import forget_some
from analytics.store.intake import BATCH, Intake
from analytics.store.progress import Progress, ProgressOf, row_of
from analytics.store.settling import Settling
from analytics.store.summing import Summing
from lrs.clock import Clock
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId

# How many batches of statements are taken in before people are settled although more are waiting. More makes catching
# up cheaper; fewer shows first facts sooner.
INTAKE_BATCHES: Final = 200


@dataclass(slots=True)
class Turn:
    """What one turn did: statements taken in, people settled; and whether there is more to do at once.

    `failures` are the people whose facts could not be worked out, who are left aside for a while, and why.
    """

    statements: int = 0
    people: int = 0
    more: bool = False
    failures: Mapping[PersonId, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rest:
    """Up to when there is nothing to do: as long as no statement and no record comes, until `due_at` if ever."""

    statements: int
    changes: int
    due_at: int | None

    def holds(self, statements: int, changes: int, now: int) -> bool:
        """Say whether there is nothing to do still."""
        is_early = self.due_at is None or now < self.due_at
        return is_early and (statements, changes) == (self.statements, self.changes)


class Keeper:
    """Keeps facts. Several may be at work: each step is taken once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._books = Books(store, clock)
        self._progress = ProgressOf(store)
        self._changes = ChangeNotes(store, self._books)
        self._intake = Intake(store)
        self._settling = Settling(store)
        self._summing = Summing(store)
        self._taken: dict[OrganisationId, int] = {}
        self._settles: set[OrganisationId] = set()

    def step(self, organisation: OrganisationId, limit: int = BATCH) -> Turn:
        """Take one step for an organisation whose lease is held; not `more` when its facts are what `derive` says."""
        progress = self._progress.find(organisation)
        if progress.form != FORM or progress.is_forgetting:
            return Turn(more=self._begin_again(organisation, progress))
        if self._changes.note(organisation, progress):
            return Turn(more=True)
        progress = self._progress.find(organisation)
        book = self._books.newest(organisation)
        # Somebody may have changed the records since.
        return self._follow(organisation, progress, book, limit) if book.change == progress.change else Turn(more=True)

    def _follow(self, organisation: OrganisationId, progress: Progress, book: Book, limit: int) -> Turn:
        """Take statements in, or settle; records are noted."""
        if organisation not in self._settles:
            count = self._take(organisation, progress, limit)
            if count:
                return Turn(statements=count, more=True)
        now = self._clock.now_micros()
        step = self._settling.settle(organisation, progress, book, now)
        if step.people:
            return Turn(people=step.people, more=True, failures=step.failures)
        if self._summing.sum(organisation, progress):
            return Turn(more=True)
        self._settles.discard(organisation)
        count = self._intake.take(organisation, progress, limit)
        if count:
            return Turn(statements=count, more=True)
        self._progress.move(organisation, progress, None, as_of=max(now, progress.stored))
        return Turn()

    def _take(self, organisation: OrganisationId, progress: Progress, limit: int) -> int:
        """Take the next batch in; settling begins when that was all there is, or many were taken."""
        count = self._intake.take(organisation, progress, limit)
        self._taken[organisation] = self._taken.get(organisation, 0) + 1
        if count < limit or self._taken[organisation] >= INTAKE_BATCHES:
            self._taken[organisation] = 0
            self._settles.add(organisation)
        return count

    def _begin_again(self, organisation: OrganisationId, progress: Progress) -> bool:
        """Forget what was kept in another form, so that all of it is made again; always more to do."""
        if not progress.is_forgetting:
            fresh = row_of(replace(Progress(), is_forgetting=True))
            self._progress.move(organisation, progress, None, **fresh)
        elif not forget_some(self._store, organisation):
            self._progress.move(organisation, progress, None, forgetting=False)
        return True

    def rest(self, organisation: OrganisationId) -> Rest:
        """Return up to when there is nothing to do for an organisation whose last step said so."""
        progress = self._progress.find(organisation)
        return Rest(progress.position, progress.change, self._settling.next_due(organisation))

    def changes(self) -> dict[OrganisationId, int]:
        """Return how many changes of records each organisation has; those without any are left out."""
        return self._books.newest_changes()

    def restart(self, organisation: OrganisationId) -> None:
        """Have every fact of an organisation made again from the start of its log."""
        fresh = row_of(replace(Progress(), is_forgetting=True))
        self._progress.move(organisation, self._progress.find(organisation), None, **fresh)
