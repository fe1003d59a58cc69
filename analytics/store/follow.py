"""Follow an organisation's log: count what is new, one batch at a time."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from analytics.feed import FeedEntry, fold, parse_entry
from analytics.store.feed import RULES_VERSION, FeedFacts, Progress
from lrs.store.database import Store
from lrs.store.statements import Statements
from lrs.tenancy import OrganisationId

# One transaction's worth: short enough that a page sees progress, long enough to pay for the commit.
BATCH: Final = 500


def follow(store: Store, organisation: OrganisationId, limit: int = BATCH) -> int:
    """Count up to `limit` statements that are new; return how many were, 0 when the facts are up to date.

    The facts must have been begun (`FeedFacts.hold`). When another worker counted the same ones first,
    nothing changes, and the answer is still how many there were.
    """
    facts = FeedFacts(store)
    progress = facts.find_progress(organisation)
    if progress.rules_version != RULES_VERSION:
        facts.restart(organisation)
        progress = facts.find_progress(organisation)
    entries = _next_entries(store, organisation, progress, limit)
    if not entries:
        return 0
    targets = {entry.voids for entry in entries if entry.voids is not None}
    voided = facts.find_voided(organisation, {entry.statement_id for entry in entries} | targets)
    earlier = _entries_before(store, organisation, progress.position, targets - voided)
    delta = fold(entries, voided=voided, earlier=earlier)
    facts.advance(organisation, progress.position, entries[-1].stored, delta)
    return len(entries)


def _next_entries(store: Store, organisation: OrganisationId, progress: Progress, limit: int) -> list[FeedEntry]:
    """Return the next entries up to the first gap: positions are dense, so a gap is a read gone wrong."""
    entries: list[FeedEntry] = []
    for entry in Statements(store).after(organisation, progress.stored, limit):
        if entry.position != progress.position + len(entries):
            break
        entries.append(parse_entry(entry))
    return entries


def _entries_before(store: Store, organisation: OrganisationId, position: int, ids: set[UUID]) -> dict[UUID, FeedEntry]:
    """Return those of `ids` that stand before `position` in the log."""
    found = Statements(store).entries(organisation, ids)
    return {
        entry.statement_id: parse_entry(entry) for entry in found if entry.position < position and not entry.is_erased
    }
