"""Fold statements of one log, in order of position, into changes of its counters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.feed.counts import Delta, Kind
from analytics.feed.entry import FeedEntry
from lrs.clock import Micros, to_datetime

# The day that a French training organisation means; MongoDB keeps instants.
PARIS: Final = ZoneInfo("Europe/Paris")


def fold(entries: Iterable[FeedEntry], *, voided: Collection[UUID], earlier: Mapping[UUID, FeedEntry]) -> Delta:
    """Return what `entries`, the next ones of the log, change.

    `voided` are the targets of the voiding statements before these; `earlier` the statements before these
    that these void, as far as they exist. Whether a statement counts depends on the log up to it and on
    nothing else (not on a flag that a later voiding may have set meanwhile), so that any cut of the log into
    batches gives the same facts:

    1. a statement that something earlier voided, and that is not itself a voiding one, is *voided*;
    2. a content duplicate is a *duplicate*; anything else is *counted*;
    3. a voiding statement moves its target, when that came before, from *counted* or *duplicate* to *voided*,
       once. Voiding statements cannot be voided (xAPI 4.2.5).
    4. An erased statement was received, and is *voided*: of what it said nothing is left to count.
    """
    delta = Delta()
    seen = dict(earlier)
    gone = set(voided)
    for entry in entries:
        delta.received += 1
        if entry.is_erased:
            delta.voided += 1
            continue
        sender = delta.change(Kind.SENDER, entry.credential)
        sender.last_stored = Micros(max(entry.stored, sender.last_stored or 0))
        if entry.statement_id in gone and entry.voids is None:
            delta.voided += 1
        else:
            _describe(delta, entry)
            _count(delta, entry, 1)
        seen[entry.statement_id] = entry
        target = entry.voids
        if target is None or target in gone:
            continue
        gone.add(target)
        delta.voids.add(target)
        if target in seen and seen[target].voids is None:
            _count(delta, seen[target], -1)
            delta.voided += 1
    return delta


def take_back(entries: Iterable[FeedEntry], *, voided: Collection[UUID]) -> Delta:
    """Return what changes when entries that were counted are erased; `voided` as in `fold`, by now."""
    delta = Delta()
    for entry in entries:
        if entry.voids is None and entry.statement_id in voided:
            continue
        _count(delta, entry, -1)
        delta.voided += 1
    return delta


def _describe(delta: Delta, entry: FeedEntry) -> None:
    delta.change(Kind.VERB, entry.verb).describe(entry.verb_names)
    if entry.activity is not None:
        delta.change(Kind.ACTIVITY, entry.activity).describe(entry.activity_names, entry.activity_type)


def _count(delta: Delta, entry: FeedEntry, amount: int) -> None:
    if entry.duplicate:
        delta.duplicates += amount
        return
    delta.counted += amount
    delta.change(Kind.ARRIVAL_HOUR, hour_key(entry.stored)).amount += amount
    delta.change(Kind.ACTIVITY_DAY, day_key(entry.timestamp)).amount += amount
    delta.change(Kind.VERB, entry.verb).amount += amount
    delta.change(Kind.SENDER, entry.credential).amount += amount
    if entry.activity is not None:
        delta.change(Kind.ACTIVITY, entry.activity).amount += amount


def hour_key(stored: Micros) -> str:
    """Return the UTC hour of an instant, in a form that sorts.

    >>> hour_key(Micros(1_700_000_000_000_000))
    '2023-11-14T22'
    """
    return to_datetime(stored).strftime("%Y-%m-%dT%H")


def day_key(timestamp: Micros) -> str:
    """Return the day of an instant in Paris, in a form that sorts.

    >>> day_key(Micros(1_700_000_000_000_000 + 3_600_000_000))
    '2023-11-15'
    """
    return to_datetime(timestamp).astimezone(PARIS).date().isoformat()
