"""The one way into an organisation's records.

Every write takes the organisation's head first, in its transaction, so that writes of one organisation follow each
other: change numbers are dense and in the order of commits, and rules see what nobody else is changing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from lrs.clock import Clock, Micros
from lrs.errors import Conflict, InvalidRequest, NotFound, PreconditionFailed, Problem
from lrs.store.database import Session, Store
from lrs.tenancy import OrganisationId
from training.law import Law, load_law
from training.records.kinds import Record
from training.rules.beside import beside_problems, deletion_problems, lookups_of
from training.rules.own import own_problems
from training.rules.references import references_of
from training.rules.view import Name, View
from training.store.entry import Change, Entry, Outcome, row_of
from training.store.reader import RegisterHead
from training.store.shelf import StoreShelf
from training.store.version import HEADS_COLLECTION, VERSIONS_COLLECTION


class _Abandoned(Exception):
    """The transaction is to leave nothing behind; what it found out comes with it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class Register:
    """The records of every organisation of one deployment."""

    def __init__(self, store: Store, clock: Clock, law: Law | None = None) -> None:
        self._store = store
        self._clock = clock
        self._law = law or load_law()
        self._rows = store.collection(VERSIONS_COLLECTION)
        self._heads = store.collection(HEADS_COLLECTION)

    def write(self, organisation: OrganisationId, changes: Sequence[Change], by: str) -> tuple[Entry, ...]:
        """Write all of `changes` or none, and return the version that each record now has.

        What says the same as before makes no new version. Raises InvalidRequest with every problem (pointers begin with
        the change's index when there are several), Conflict when a record must not be there and is, PreconditionFailed
        when another version than `expected` is, NotFound for a deletion of nothing.
        """
        outcome = self.try_write(organisation, changes, by)
        if outcome.problems:
            many = len(changes) > 1
            message = "The records contradict themselves or others; nothing was written."
            raise InvalidRequest(
                message,
                [replace(item, pointer=f"/{at}{item.pointer}") if many else item for at, item in outcome.problems],
            )
        return outcome.entries

    def try_write(
        self, organisation: OrganisationId, changes: Sequence[Change], by: str, *, dry_run: bool = False
    ) -> Outcome:
        """Write all of `changes` or none, and say what became of it; with `dry_run` only say what would."""
        problems = [
            (at, problem)
            for at, change in enumerate(changes)
            if change.record is not None
            for problem in own_problems(change.record, self._law)
        ]
        problems.extend(_twice(changes))

        def work(session: Session) -> Outcome:
            outcome = self._write(session, organisation, changes, by, problems)
            if outcome.problems or dry_run:
                raise _Abandoned(outcome)
            return outcome

        try:
            return self._store.transaction(work)
        except _Abandoned as abandoned:
            return abandoned.outcome

    def _write(
        self,
        session: Session,
        organisation: OrganisationId,
        changes: Sequence[Change],
        by: str,
        problems: Sequence[tuple[int, Problem]],
    ) -> Outcome:
        """Do the writing. 1. Take the head. 2. Look at what there is. 3. Apply the rules. 4. Insert, close the old."""
        # 1.
        head = self._take_head(session, organisation)
        # 2.
        shelf = StoreShelf(self._store, session, organisation)
        before = shelf.entries((change.kind, change.record_id) for change in changes)
        for change in changes:
            _check_expected(change, before.get((change.kind, change.record_id)))
        # 3.
        found = [*problems, *_beside(changes, View(shelf, _overlay(changes), self._law))]
        # 4.
        entries: list[Entry] = []
        fresh: list[Entry] = []
        for change in changes:
            current = before.get((change.kind, change.record_id))
            if current is None or current.is_deleted or current.record != change.record:
                current = _next(change, current, head, len(fresh) + 1, by)
                fresh.append(current)
            entries.append(current)
        if fresh and not found:
            self._insert(session, organisation, fresh, before)
        return Outcome(
            tuple(entries),
            len(fresh),
            sum(entry.version == 1 for entry in fresh),
            tuple(sorted(found, key=itemgetter(0))),
        )

    def _take_head(self, session: Session, organisation: OrganisationId) -> RegisterHead:
        later = {"$max": [self._clock.now_micros(), {"$add": ["$recorded_at", 1]}]}
        row = self._heads.find_one_and_update(
            {"_id": organisation},
            [{"$set": {"recorded_at": later, "change": {"$ifNull": ["$change", 0]}}}],
            upsert=True,
            return_document=True,
            session=session,
        )
        return RegisterHead(row["change"], Micros(row["recorded_at"]))  # type: ignore[index]  # an upsert returns

    def _insert(
        self, session: Session, organisation: OrganisationId, fresh: Sequence[Entry], before: Mapping[Name, Entry]
    ) -> None:
        replaced = [before[entry.kind, entry.record_id] for entry in fresh if (entry.kind, entry.record_id) in before]
        if replaced:
            numbers = [entry.change for entry in replaced]
            self._rows.update_many(
                {"organisation": organisation, "change": {"$in": numbers}},
                {"$set": {"until": fresh[0].recorded_at}},
                session=session,
            )
        self._rows.insert_many([row_of(organisation, entry) for entry in fresh], ordered=True, session=session)
        self._heads.update_one({"_id": organisation}, {"$inc": {"change": len(fresh)}}, session=session)


def _twice(changes: Sequence[Change]) -> Iterator[tuple[int, Problem]]:
    first: dict[Name, int] = {}
    for at, change in enumerate(changes):
        if first.setdefault((change.kind, change.record_id), at) != at:
            yield at, Problem("/id", f"{change.record_id} is written twice in one request.", "each record once")


def _overlay(changes: Sequence[Change]) -> dict[Name, Record | None]:
    return {(change.kind, change.record_id): change.record for change in changes}


def _beside(changes: Sequence[Change], view: View) -> list[tuple[int, Problem]]:
    records = [change.record for change in changes if change.record is not None]
    names = [(item.kind, item.record_id) for record in records for item in references_of(record)]
    view.prefetch(names, {lookup for record in records for lookup in lookups_of(record)})
    found: list[tuple[int, Problem]] = []
    for at, change in enumerate(changes):
        problems = (
            deletion_problems(change.kind, change.record_id, view)
            if change.record is None
            else beside_problems(change.record, view)
        )
        found.extend((at, problem) for problem in problems)
    return found


def _check_expected(change: Change, current: Entry | None) -> None:
    there = 0 if current is None or current.is_deleted else current.version
    if change.record is None and not there:
        message = f"There is no {change.kind.value.replace('_', ' ')} of this id."
        raise NotFound(message)
    if change.expected is None or change.expected == there:
        return
    if change.expected == 0:
        message = (
            f"The {change.kind.value.replace('_', ' ')} {change.record_id} is there: say which version to replace."
        )
        raise Conflict(message, [Problem("header:If-Match", "The record exists.", f'"{there}"')])
    message = (
        f"This replaces version {change.expected}; the newest is {there}." if there else "There is no such record."
    )
    raise PreconditionFailed(message)


def _next(change: Change, current: Entry | None, head: RegisterHead, number: int, by: str) -> Entry:
    record = change.record
    if record is None:
        assert current is not None  # noqa: S101 - `_check_expected` has refused it
        record = current.record
    return Entry(
        change.kind,
        change.record_id,
        1 if current is None else current.version + 1,
        head.change + number,
        head.recorded_at,
        None,
        by,
        change.note,
        change.record is None,
        record,
    )
