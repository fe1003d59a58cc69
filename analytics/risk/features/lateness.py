"""Work that is due and not there, or came late: by the individual calendar, and by the pace of the others."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.risk.features.cohort import COMPARED_LEAST, Cohort, Floats, Ints
from analytics.risk.features.done import Done
from analytics.risk.features.runs import latest_run

# The days that a piece of work may be handed in ahead of, or after, beyond which it makes no difference.
_EARLY_MOST: Final = 60.0
# What at least this share of the others have done is what most have done.
_MOST: Final = 0.7


def lateness(cohort: Cohort, done: Done) -> dict[str, Floats]:
    """Return the features of late and missed work: NaN where nothing was due, or nobody has done anything yet."""
    return {**_by_calendar(cohort, done), **_by_pace(cohort, done), **_since_last(cohort, done)}


def _by_calendar(cohort: Cohort, done: Done) -> dict[str, Floats]:
    """Return what the calendar says. Dues are in order of the learner, then of the day."""
    dues = cohort.dues
    day_done = done.day_of(cohort.per_activity(dues.row, dues.code))
    is_over = dues.day < cohort.today[dues.row]
    row, is_missed = dues.row[is_over], ~np.isfinite(day_done[is_over])
    weight = cohort.plan.weight[dues.code]
    asked, missed = cohort.total(row), cohort.total(row[is_missed])
    asked_weight = cohort.total(row, weight[is_over])
    missed_weight = cohort.total(row[is_missed], weight[is_over][is_missed])
    early = np.clip(dues.day - day_done, -_EARLY_MOST, _EARLY_MOST)
    is_in = np.isfinite(early)
    handed = cohort.total(dues.row[is_in])
    late = cohort.total(dues.row[is_in & (early < 0)])
    last_missed = np.full(len(cohort), np.nan)
    last_missed[row] = is_missed
    with np.errstate(invalid="ignore", divide="ignore"):
        share, weighted = missed / asked, missed_weight / asked_weight
        mean = cohort.total(dues.row[is_in], early[is_in]) / handed
        late_share = late / handed
    last_early = _last_by(cohort, dues.row[is_in], day_done[is_in], early[is_in])
    return {
        "due_missed": np.where(asked > 0, missed, np.nan),
        "due_missed_share": share,
        "due_missed_weight_share": weighted,
        "due_missed_beyond_cohort": share - _mean(cohort, share),
        "due_missed_in_a_row": latest_run(row, is_missed, len(cohort)),
        "due_last_missed": last_missed,
        "handed_in_days_early": mean,
        "handed_in_days_early_rank": cohort.rank(mean),
        "last_handed_in_days_early": last_early,
        "handed_in_late_share": late_share,
        **_to_come(cohort, day_done),
    }


def _to_come(cohort: Cohort, day_done: Floats) -> dict[str, Floats]:
    """Return when the next work is due, and whether it is in already where others' is."""
    dues = cohort.dues
    ahead = dues.day >= cohort.today[dues.row]
    row = dues.row[ahead]
    # Dues are in order of the day: the first of each learner is the next.
    owner, at = np.unique(row, return_index=True)
    next_in, next_done = np.full(len(cohort), np.nan), np.full(len(cohort), np.nan)
    next_in[owner] = dues.day[ahead][at] - cohort.today[owner]
    next_done[owner] = np.isfinite(day_done[ahead][at])
    return {"next_due_in_days": next_in, "next_due_done_beyond_cohort": next_done - _mean(cohort, next_done)}


def _by_pace(cohort: Cohort, done: Done) -> dict[str, Floats]:
    """Return how far behind the others a learner is: each activity weighs what share of the others have done it."""
    behind, count = np.full(len(cohort), np.nan), np.full(len(cohort), np.nan)
    most_missing = np.full(len(cohort), np.nan)
    for members in cohort.members:
        if len(members) < COMPARED_LEAST:
            continue
        place = np.full(len(cohort), -1)
        place[members] = np.arange(len(members))
        own = place[done.row] >= 0
        if not own.any():
            continue
        codes, column = np.unique(done.code[own], return_inverse=True)
        has = np.zeros((len(members), len(codes)))
        has[place[done.row[own]], column] = 1.0
        share = has.mean(axis=0)
        behind[members] = ((1.0 - has) * share).sum(axis=1) / share.sum()
        count[members] = has.sum(axis=1)
        usual = share >= _MOST
        if usual.any():
            most_missing[members] = (1.0 - has[:, usual]).sum(axis=1)
    return {
        "behind_cohort": behind,
        "behind_cohort_rank": cohort.rank(behind),
        "done_rank": cohort.rank(count),
        "done_by_most_missing": most_missing,
    }


def _since_last(cohort: Cohort, done: Done) -> dict[str, Floats]:
    """Return how long ago something was last done, against the others."""
    days = cohort.today - cohort.latest(done.row, done.day)
    return {"days_since_last_done": days, "days_since_last_done_beyond_cohort": days - cohort.median(days)}


def _last_by(cohort: Cohort, row: Ints, when: Floats, values: Floats) -> Floats:
    """Return the value of each row that came last."""
    found = np.full(len(cohort), np.nan)
    order = np.argsort(when, kind="stable")
    found[row[order]] = values[order]
    return found


def _mean(cohort: Cohort, values: Floats) -> Floats:
    """Return the mean of each row's session, NaN where too few are known."""
    known = np.isfinite(values)
    number = np.bincount(cohort.session[known], minlength=len(cohort.members))
    total = np.bincount(cohort.session[known], weights=values[known], minlength=len(cohort.members))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(number >= COMPARED_LEAST, total / number, np.nan)[cohort.session]
