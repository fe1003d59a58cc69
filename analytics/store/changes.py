"""Note what changed in the records: whom it touches is marked, in the transaction in which the change is noted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pymongo.client_session import ClientSession

from analytics.kept.touch import Touched, touched_by
from analytics.store.books import Book, Books
from analytics.store.kept import KeptFacts
from analytics.store.marks import Marks
from analytics.store.progress import Progress, ProgressOf
from analytics.store.traces import keys_of
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId
from training.records.kinds import Kind

# From this many changes on it is cheaper to look at everybody than to find out at whom.
_MANY: Final = 2_000
# How many people are marked in one transaction.
_SLICE: Final = 2_000


class ChangeNotes:
    """Notes changes of records."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store = store
        self._books = books
        self._kept = KeptFacts(store)
        self._marks = Marks(store)
        self._progress = ProgressOf(store)

    def note(self, organisation: OrganisationId, progress: Progress) -> bool:
        """Note what changed since `progress`, if anything did; say whether there is more of this to do."""
        before = self._books.known(organisation)
        book = self._books.newest(organisation)
        if book.change == progress.change and book.rules_mark == progress.rules:
            return progress.sweep is not None and self._sweep(organisation, progress, book)
        touched = self._touched(organisation, progress, book, before)
        sweep = "" if touched.everybody or book.rules_mark != progress.rules else progress.sweep
        strays = self._kept.with_strays(organisation, [item.bytes for item in touched.registrations])

        def work(session: ClientSession) -> None:
            changes = {"change": book.change, "rules": book.rules_mark, "sweep": sweep}
            if self._progress.move(organisation, progress, session, **changes) and sweep != "":
                self._marks.touch_people(organisation, touched.people.union(strays), session)

        self._store.transaction(work)
        return True

    def _touched(self, organisation: OrganisationId, progress: Progress, book: Book, known: Book | None) -> Touched:
        if progress.change == 0 or book.rules_mark != progress.rules:
            return Touched(everybody=True)
        changes = self._books.changes(organisation, progress.change, _MANY)
        if not changes:
            return Touched()
        if len(changes) == _MANY or changes[-1][2] != book.change:
            return Touched(everybody=True)
        if known is not None and known.change == progress.change:
            before = known.records
        else:
            # Changes are recorded at instants that only rise: just before the first of these, none of them was there.
            before = self._books.before(organisation, changes[0][3])
        return touched_by(((Kind(kind), name) for kind, name, _, _ in changes), before, book.records)

    def _sweep(self, organisation: OrganisationId, progress: Progress, book: Book) -> bool:
        """Mark the next people, of everybody who is on record or of whom anything is kept."""
        names = sorted(self._everybody(organisation, book))
        following = [name for name in names if name > (progress.sweep or "")][:_SLICE]

        def work(session: ClientSession) -> None:
            behind = following[-1] if following else None
            if self._progress.move(organisation, progress, session, sweep=behind):
                self._marks.touch_people(organisation, following, session)

        self._store.transaction(work)
        return bool(following)

    def _everybody(self, organisation: OrganisationId, book: Book) -> Iterable[PersonId]:
        rows = self._kept.people.find({"_id": keys_of(organisation), "o": organisation}, {"_id": 0, "p": 1})
        return {PersonId(row["p"]) for row in rows} | set(book.records.people)
