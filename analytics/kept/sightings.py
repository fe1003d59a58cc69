"""Which activities LMSs speak of, and how often: so that what no programme knows can be mapped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from analytics.traces import Role, Trace
from training.attendance.vocabulary import RECORDED
from training.records import Records


class Sighting(NamedTuple):
    """An activity as it was sent: its IRI, from which platform, within what. Attempts, without end, are left out."""

    iri: str
    platform: str
    around: tuple[str, ...]


@dataclass(slots=True)
class Count:
    """How many statements that count, and when the last of them was stored."""

    statements: int = 0
    last_stored: int = 0


def _sighting_of(trace: Trace) -> Sighting | None:
    """Return the activity that a trace speaks of; None for an attempt within nothing."""
    around = tuple(iri for iri in trace.around if iri != trace.attempt)
    if trace.activity != trace.attempt:
        return Sighting(trace.activity, trace.platform, around)
    return Sighting(around[0], trace.platform, around[1:]) if around else None


class Sightings:
    """The sightings of one batch of the log; a voided statement takes one away."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, tuple[str, ...]], tuple[Trace, Count]] = {}

    def add(self, trace: Trace, count: int) -> None:
        """Count one trace, if it counts."""
        # A class is a half-day's, not a programme's activity: there is nothing to map.
        is_other = trace.mark is not None or trace.is_classroom or trace.role is Role.ASSISTED
        if not trace.activity or is_other or trace.is_duplicate:
            return
        key = (trace.activity, trace.platform, trace.attempt, trace.around)
        entry = self._found.get(key)
        if entry is None:
            entry = self._found[key] = (trace, Count())
        entry[1].statements += count
        entry[1].last_stored = max(entry[1].last_stored, trace.stored)

    @property
    def found(self) -> dict[Sighting, Count]:
        """What was seen, attempts put together."""
        found: defaultdict[Sighting, Count] = defaultdict(Count)
        for trace, count in self._found.values():
            sighting = _sighting_of(trace)
            if sighting is not None:
                entry = found[sighting]
                entry.statements += count.statements
                entry.last_stored = max(entry.last_stored, count.last_stored)
        return found


@dataclass(frozen=True, slots=True)
class UnmappedActivity:
    """An activity that belongs to no programme: how many statements, and when the last was stored."""

    iri: str
    platform: str
    statements: int
    last_stored: int


def unmapped(sightings: Iterable[tuple[Sighting, Count]], records: Records) -> list[UnmappedActivity]:
    """Return the activities that no programme knows and no mapping rule takes, most statements first.

    Rules by registration are left out of account: they say where one person's statements go, not what an activity is.
    What is on record under our own name, as the session somebody was written to in, is no LMS's activity.
    """
    found: defaultdict[tuple[str, str], Count] = defaultdict(Count)
    for sighting, count in sightings:
        if count.statements <= 0 or sighting.iri.startswith(RECORDED):
            continue
        if any(
            records.places_of(iri, platform=sighting.platform or None, groupings=sighting.around)
            for iri in (sighting.iri, *sighting.around)
        ):
            continue
        entry = found[sighting.iri, sighting.platform]
        entry.statements += count.statements
        entry.last_stored = max(entry.last_stored, count.last_stored)
    rows = [UnmappedActivity(*key, count.statements, count.last_stored) for key, count in found.items()]
    return sorted(rows, key=lambda row: (-row.statements, row.iri, row.platform))
