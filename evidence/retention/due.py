"""What has outlived its time on a day: files of the archive, statements of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from evidence.archive.entry import Archived
from evidence.retention.classes import RetentionClass, Term, months_after
from evidence.retention.guard import Guard
from evidence.retention.holds import Hold
from evidence.retention.statements import Keeping
from lrs.clock import Micros
from lrs.store.statements import Statements, StoredStatement
from lrs.tenancy import OrganisationId

# Statements looked at together: one look for what they void and what cites them.
AT_ONCE: Final = 1_000
_CLASSES: Final = frozenset(item.value for item in RetentionClass)


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """How one archived file is kept. `term` None is for ever: a claim names a class that is not known."""

    file: Archived
    term: Term | None
    hold: Hold | None

    def is_due(self, guard: Guard) -> bool:
        """Say whether it is to be destroyed on the day of `guard`."""
        return self.hold is None and self.term is not None and self.term.until < guard.on


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """How one statement is kept. `cited_by` is the code of a document that includes it."""

    entry: StoredStatement
    keeping: Keeping
    cited_by: str | None

    def is_over(self, guard: Guard) -> bool:
        """Say whether its own time is over on the day of `guard`, whatever stands against deleting it."""
        return self.keeping.term is not None and self.keeping.term.until < guard.on

    def is_due(self, guard: Guard) -> bool:
        """Say whether it is to be erased on the day of `guard`."""
        return self.is_over(guard) and self.keeping.hold is None and self.cited_by is None


def judge_file(file: Archived, guard: Guard) -> FileVerdict:
    """Return how a file is kept: until the last of the reasons to keep it is over."""
    hold = guard.held.find(about=file.about)
    terms = []
    for claim in file.claims:
        if claim.retention_class not in _CLASSES:
            return FileVerdict(file, None, hold)
        terms.append(guard.terms.of(RetentionClass(claim.retention_class), claim.about, claim.at))
    return FileVerdict(file, max(terms, key=lambda term: term.until, default=None), hold)


def judge_statements(entries: Sequence[StoredStatement], guard: Guard) -> list[StatementVerdict]:
    """Return how statements are kept, erased ones left out."""
    alive = [entry for entry in entries if not entry.is_erased]
    keepings = guard.keepings(alive)
    over = [
        entry.statement_id
        for entry, keeping in zip(alive, keepings, strict=True)
        if keeping.term is not None and keeping.term.until < guard.on
    ]
    citations = guard.citations(over)
    return [
        StatementVerdict(entry, keeping, citations.get(entry.statement_id))
        for entry, keeping in zip(alive, keepings, strict=True)
    ]


def old_enough(statements: Statements, organisation: OrganisationId, guard: Guard, after: Micros
               ) -> Iterator[list[StoredStatement]]:  # fmt: skip
    """Yield the statements stored after an instant that may be over on the day of `guard`, in order, some at a time.

    A term is never counted from before a statement was recorded: what is younger than the shortest term is not read.
    """
    limit = _stored_before(guard)
    while True:
        page = list(statements.after(organisation, after, AT_ONCE))
        old = [entry for entry in page if entry.stored < limit]
        if old:
            yield old
        if len(page) < AT_ONCE or len(old) < len(page):
            return
        after = page[-1].stored


def _stored_before(guard: Guard) -> Micros:
    classes = (RetentionClass.TRACES, RetentionClass.ATTENDANCE)
    months = min(int(guard.terms.provisions[name].value["months"]) for name in classes)
    first = months_after(guard.on, -months) + timedelta(days=1)
    return Micros(int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * 1_000_000)
