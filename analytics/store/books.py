"""The records that facts are made with, as they were after one change: read once, kept while they hold."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from analytics.facts import Roster
from analytics.rules import RuleBook, rule_book
from lrs.clock import Clock, Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records import Records
from training.store import RecordReader


@dataclass(frozen=True, slots=True)
class Book:
    """One organisation's records after a change, compiled; and the rules that follow from them."""

    change: int
    roster: Roster
    rules: RuleBook

    @property
    def records(self) -> Records:
        """The records."""
        return self.roster.records

    @property
    def rules_mark(self) -> str:
        """What tells this rule book from another."""
        return sha256(repr(list(self.rules.versions)).encode()).hexdigest()[:16]


class Books:
    """Books of the organisations that somebody is at work on."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._reader = RecordReader(store, clock)
        self._heads = store.collection("record_heads")
        self._books: dict[OrganisationId, Book] = {}
        # Reading everything takes a second or more: of several threads that need it, one does.
        self._reading: defaultdict[OrganisationId, threading.Lock] = defaultdict(threading.Lock)

    def newest_change(self, organisation: OrganisationId) -> int:
        """Return the number of the last change of an organisation's records."""
        return self._reader.head(organisation).change

    def newest_changes(self) -> dict[OrganisationId, int]:
        """Return the number of the last change of every organisation that has any."""
        return {OrganisationId(row["_id"]): row["change"] for row in self._heads.find() if row.get("change")}

    def newest(self, organisation: OrganisationId) -> Book:
        """Return the records as they are now; of those that are known already, only what has changed is read."""
        known = self._books.get(organisation)
        if known is not None and known.change == self.newest_change(organisation):
            return known
        with self._reading[organisation]:
            known = self._books.get(organisation)
            if known is not None and known.change == self.newest_change(organisation):
                return known
            records = None if known is None else self._reader.following(known.records)
            book = _book(self._reader.records(organisation) if records is None else records)
            self._books[organisation] = book
            return book

    def before(self, organisation: OrganisationId, instant: Micros) -> Records:
        """Return the records as they were just before an instant."""
        return self._reader.records(organisation, Micros(instant - 1))

    def at(self, organisation: OrganisationId, instant: Micros) -> Book:
        """Return the records as they were at an instant: the newest ones where nothing has changed since."""
        head = self._reader.settle(organisation, instant)
        if head.recorded_at <= instant:
            newest = self.newest(organisation)
            if newest.change == head.change:
                return newest
        return _book(self._reader.records(organisation, instant))

    def known(self, organisation: OrganisationId) -> Book | None:
        """Return the records that were read last, if any."""
        return self._books.get(organisation)

    def changes(self, organisation: OrganisationId, change: int, limit: int) -> list[tuple[str, str, int, Micros]]:
        """Return what changed after a change: kind, id, number and instant of each."""
        found = self._reader.changes_since(organisation, change, limit)
        return [(entry.kind, entry.record_id, entry.change, entry.recorded_at) for entry in found]


def _book(records: Records) -> Book:
    return Book(records.change, Roster(records), rule_book(records.law_overrides.values()))
