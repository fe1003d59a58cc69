"""Notice that what a document follows from has changed: it is to be replaced, and says so until it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from analytics.rules import PROVISIONS
from analytics.store.progress import ProgressOf
from evidence.issuing.document import IssuedDocument, Status
from evidence.issuing.issuer import Issuer
from evidence.store.issued import IssuedDocuments
from evidence.store.watch import Watch
from lrs.clock import Clock, Micros
from lrs.errors import AssiduError
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.records.law_override import LawOverride
from training.rules.references import references_of
from training.store import RecordReader

# Changes of records that are looked at in one step.
_CHANGES: Final = 500
# Documents that are worked out again in one step.
_DOCUMENTS: Final = 10


@dataclass(frozen=True, slots=True)
class Looked:
    """What one step did; `more` when there is more to do at once."""

    changed: int = 0
    restored: int = 0
    more: bool = False


class Changes:
    """Follows records and facts, and works out again the documents that they touch.

    Cheap where nothing has changed. Which documents a change may touch is guessed generously: looking at one again
    takes what a draft takes, and one that says the same stays valid.
    """

    def __init__(self, store: Store, clock: Clock, issuer: Issuer) -> None:
        self._documents = IssuedDocuments(store)
        self._watch = Watch(store)
        self._reader = RecordReader(store, clock)
        self._progress = ProgressOf(store)
        self._issuer = issuer

    def step(self, organisation: OrganisationId) -> Looked:
        """Take one step for an organisation."""
        noted = self._note_records(organisation)
        self._note_facts(organisation)
        stale = self._documents.stale(organisation, _DOCUMENTS)
        if not stale:
            return Looked(more=noted)
        instant = self._issuer.gathering.instant(organisation, None)
        if self._issuer.gathering.is_waiting(organisation, instant):
            # Facts are on their way: these are looked at when they are there.
            return Looked(more=noted)
        changed, restored = 0, 0
        for document in stale:
            is_same = self._is_same(document, instant)
            was_same = document.status is Status.VALID
            changed += was_same and not is_same
            restored += is_same and not was_same
            if is_same == was_same:
                self._documents.settle(organisation, document.code)
            else:
                self._documents.flag(organisation, document.code, None if is_same else instant)
        return Looked(changed, restored, more=noted or len(stale) == _DOCUMENTS)

    def _is_same(self, document: IssuedDocument, instant: Micros) -> bool:
        """Say whether a document would say the same at an instant.

        One that could not be issued any more would not: a half-day was voided, an exit was taken back, the enrolment
        is not on record any more.
        """
        try:
            found = self._issuer.draft(document.organisation, document.type, document.subject, instant)
        except AssiduError:
            return False
        return found.substance == document.substance

    def _note_records(self, organisation: OrganisationId) -> bool:
        """Mark documents that follow from changed records, or from what those name; say whether there are more."""
        seen = self._watch.find(organisation)
        entries = self._reader.changes_since(organisation, seen.change, _CHANGES)
        if not entries:
            return False
        names: set[str] = set()
        is_everything = False
        for entry in entries:
            names.add(f"{entry.kind.value}:{entry.record_id}")
            names.update(f"{item.kind.value}:{item.record_id}" for item in references_of(entry.record))
            is_everything |= isinstance(entry.record, LawOverride) and entry.record.provision in PROVISIONS
        query: dict[str, Any] = {} if is_everything else {"records": {"$in": sorted(names)}}
        self._documents.mark_stale(organisation, query)
        self._watch.note_change(organisation, entries[-1].change)
        return len(entries) == _CHANGES

    def _note_facts(self, organisation: OrganisationId) -> None:
        """Mark documents of the enrolments whose facts were settled again since they were looked at last."""
        seen, progress = self._watch.find(organisation), self._progress.find(organisation)
        if progress.as_of <= seen.as_of:
            return
        settled = self._watch.settled_since(organisation, seen.as_of)
        for start in range(0, len(settled), _CHANGES):
            self._documents.mark_stale(organisation, {"enrolments": {"$in": settled[start : start + _CHANGES]}})
        self._watch.note_facts(organisation, progress.as_of)
