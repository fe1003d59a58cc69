"""What each learner has handed in or done: first days, by learner and activity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.risk.features.cohort import Cohort, Events, Flags, Floats, Ints, found_at
from analytics.risk.history import EventKind

_HANDED_IN: Final = (EventKind.SUBMITTED,)
_DONE: Final = (EventKind.SCORED, EventKind.COMPLETED, EventKind.PASSED, EventKind.FAILED, EventKind.WAIVED)


@dataclass(frozen=True)
class Done:
    """What was done, once for each learner and activity, by `key` (`Cohort.per_activity`) in order.

    `day` is the one on which it was handed in, where that is known; else that on which it was first said to be done.
    """

    key: Ints
    row: Ints
    code: Ints
    day: Floats

    def day_of(self, key: Ints) -> Floats:
        """Return the day on which each of these was done, NaN where it was not."""
        return found_at(self.key, self.day, key)


def done_of(cohort: Cohort) -> Done:
    """Return what was done; what was taken back since is not."""
    events = cohort.events
    key = cohort.per_activity(events.row, events.code)
    handed, said = np.isin(events.kind, _HANDED_IN), np.isin(events.kind, _DONE)
    taken_back = events.kind == EventKind.UNCOMPLETED
    # In order of time: of each activity, what was said last decides whether it is done still.
    tells = handed | said | taken_back
    last = dict(zip(key[tells].tolist(), taken_back[tells].tolist(), strict=True)) if taken_back.any() else {}
    found, first = _firsts(key, handed | said, events)
    by_hand, handed_on = _firsts(key, handed, events)
    day = first.copy()
    day[np.searchsorted(found, by_hand)] = handed_on
    if last:
        stays = np.array([not last[name] for name in found.tolist()], bool)
        found, day = found[stays], day[stays]
    width = max(len(cohort.plan.weight), 1)
    return Done(found, found // width, found % width, day)


def _firsts(key: Ints, chosen: Flags, events: Events) -> tuple[Ints, Floats]:
    """Return each key once, in order, with the first day of it; events are in order of time."""
    names, at = np.unique(key[chosen], return_index=True)
    return names, events.day[chosen][at].astype(np.float64)
