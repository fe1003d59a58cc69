"""What a statement counts: interactions, and the period that a summary of activity is of."""

from __future__ import annotations

from datetime import date
from typing import Final

from analytics.traces.member import Json, number, text
from analytics.traces.trace import Period, Role
from analytics.traces.vocabulary import counts

# `schemas/activity_summary/profile.json` publishes these.
PROFILE: Final = "https://assidu.example/xapi/profile/activity-summary/v1"
HAD_ACTIVITY: Final = "https://assidu.example/xapi/verbs/had-activity"
INTERACTIONS: Final = "https://assidu.example/xapi/ext/interactions"
PERIOD_START: Final = "https://assidu.example/xapi/ext/period-start"
PERIOD_END: Final = "https://assidu.example/xapi/ext/period-end"
ACTIVE_DAYS: Final = "https://assidu.example/xapi/ext/active-days"
# Nobody clicks a million times in a period, and none of more than a year tells anything of a day.
_INTERACTIONS_MOST: Final = 1_000_000
_DAYS_MOST: Final = 366


def interactions(extensions: Json, outcome: Json) -> float | None:
    """Return of how many interactions one statement tells, by the extensions of its context or its result."""
    for iri in counts():
        found = number(extensions.get(iri))
        if found is None:
            found = number(outcome.get(iri))
        if found is not None and 0 <= found <= _INTERACTIONS_MOST:
            return found
    return None


def period(role: Role, extensions: Json) -> Period | None:
    """Return the days that a summary is of; None when it is none, or does not say."""
    if role is not Role.SUMMARISED:
        return None
    try:
        first, last = (date.fromisoformat(text(extensions.get(iri))).toordinal() for iri in (PERIOD_START, PERIOD_END))
    except ValueError:
        return None
    if not 0 <= last - first < _DAYS_MOST:
        return None
    days = number(extensions.get(ACTIVE_DAYS))
    return Period(first, last, days if days is not None and 0 <= days <= last - first + 1 else None)
