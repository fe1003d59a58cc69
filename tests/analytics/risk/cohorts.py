"""Sessions of learners with random histories, and small ones worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from analytics.facts.fact import Presence
from analytics.risk.history import (
    Attended,
    Due,
    Earlier,
    Ending,
    Event,
    EventKind,
    Exchange,
    Exit,
    History,
    Planned,
    Worked,
)
from training.records import ExitReason

DAY = 86_400_000_000
EPOCH = date(1970, 1, 1).toordinal()
STARTS = date(2026, 1, 5)
LENGTH = 84
ACTIVITIES = ("quiz", "devoir", "projet")
PLAN = tuple(Planned(name, "m1", 3600 * (at + 1), True, 0.5) for at, name in enumerate(ACTIVITIES))


def instant(day: float, hour: float = 0.0) -> int:
    """Return an instant of a day of the session, 0 its first."""
    return int((STARTS.toordinal() - EPOCH + day) * DAY + hour * DAY / 24)


def learner(name: str, session: str = "s1", **more: Any) -> History:
    """Return somebody of whom nothing is known, beside what is given."""
    given: dict[str, Any] = {"plan": PLAN, "planned_seconds": 36_000, **more}
    return History(
        name, f"p-{name}", session, "prog", "UTC", STARTS, STARTS + timedelta(days=LENGTH - 1), **given
    )  # fmt: skip


def worked(day: int, interactions: float = 5.0, *, activity: str | None = None, late: float = 0.0) -> Worked:
    """Return a day of work, known by its evening and `late` days."""
    known = instant(day + late, 20)
    return Worked(STARTS.toordinal() + day, known, activity, int(interactions), 600_000_000, interactions)


def summary(first: int, last: int, interactions: float, days: float | None = None) -> Worked:
    """Return what a sender counted of several days."""
    start = STARTS.toordinal()
    return Worked(start + last, instant(last, 23.9), None, 0, 0, interactions, days, start + first)


def event(day: float, kind: EventKind, activity: str = "quiz", scaled: float | None = None, late: float = 0) -> Event:
    return Event(instant(day, 12), instant(day + late, 12), kind, activity, scaled)


def due(day: int, activity: str = "quiz") -> Due:
    return Due(STARTS + timedelta(days=day), activity)


def half_day(day: int, presence: Presence, name: str = "", late: float = 0) -> Attended:
    is_justified = presence is Presence.ABSENT_JUSTIFIED
    slot = name or f"slot-{day}"
    return Attended(instant(day, 12), instant(day + late, 12), slot, 12_600, 0, is_justified, presence)


def left(day: int, late: float = 0) -> Exit:
    return Exit(STARTS + timedelta(days=day), ExitReason.ABANDON, instant(day + late))


_DAYS = st.integers(-20, LENGTH + 5)
_LATE = st.sampled_from([0.0, 0.0, 0.0, 0.4, 1.0, 3.0, 14.0])
_NAMES = st.sampled_from([*ACTIVITIES, "ailleurs"])
_WORKED = st.builds(
    worked, _DAYS, st.integers(1, 90).map(float), activity=st.none() | _NAMES, late=_LATE
)  # fmt: skip
_SUMMARY = st.builds(
    lambda first, length, interactions, days: summary(first, first + length, float(interactions), days),
    _DAYS, st.integers(0, 20), st.integers(0, 300), st.none() | st.just(1.0),
)  # fmt: skip
_EVENT = st.builds(
    event, _DAYS, st.sampled_from(EventKind), _NAMES, st.none() | st.sampled_from([0.0, 0.3, 0.55, 0.8, 1.0]), _LATE
)
_HALF = st.builds(half_day, _DAYS, st.sampled_from(Presence), st.sampled_from(["", "commune"]), _LATE)
_EXCHANGE = st.builds(
    lambda day, late, own: Exchange(instant(day), instant(day + late), own), _DAYS, _LATE, st.booleans()
)
_EARLIER = st.builds(
    lambda day, ending, same: Earlier(STARTS + timedelta(days=day), ending, same, instant(day)),
    _DAYS, st.sampled_from(Ending), st.booleans(),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, name: str, session: str = "s1") -> History:
    """A random history; days of work are one for each activity and day, as they are kept."""
    days = draw(st.lists(_WORKED, max_size=12, unique_by=lambda item: (item.day, item.activity_id)))
    days += draw(st.lists(_SUMMARY, max_size=2))
    registered = draw(st.none() | st.integers(-60, 5))
    return learner(
        name,
        session,
        days=tuple(days),
        events=tuple(draw(st.lists(_EVENT, max_size=6))),
        slots=tuple(draw(st.lists(_HALF, max_size=5))),
        exchanges=tuple(draw(st.lists(_EXCHANGE, max_size=2))),
        due=tuple(due(day, name) for day, name in draw(st.lists(st.tuples(_DAYS, _NAMES), max_size=3))),
        earlier=tuple(draw(st.lists(_EARLIER, max_size=1))),
        registered_on=None if registered is None else STARTS + timedelta(days=registered),
        registered_known=0 if registered is None else instant(registered),
        exit=draw(st.none() | st.builds(left, st.integers(0, LENGTH), _LATE)),
    )


@st.composite
def cohorts(draw: st.DrawFn, session: str = "s1", least: int = 0) -> list[History]:
    """The learners of a session."""
    count = draw(st.integers(least, 9))
    return [draw(histories(f"{session}-{at}", session)) for at in range(count)]


def shifted(history: History, weeks: int) -> History:
    """Return a history moved by whole weeks."""
    by, micros = timedelta(weeks=weeks), weeks * 7 * DAY

    def moved(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(_moved(item, by, micros) for item in items)

    return replace(
        history,
        starts_on=history.starts_on + by,
        ends_on=history.ends_on + by,
        registered_on=None if history.registered_on is None else history.registered_on + by,
        registered_known=history.registered_known + micros,
        exit=None if history.exit is None else replace(
            history.exit, on=history.exit.on + by, known=history.exit.known + micros
        ),
        days=moved(history.days),
        events=moved(history.events),
        slots=moved(history.slots),
        exchanges=moved(history.exchanges),
        due=moved(history.due),
        earlier=moved(history.earlier),
    )  # fmt: skip


def _moved(item: Any, by: timedelta, micros: int) -> Any:
    changes: dict[str, Any] = {}
    for name, value in zip(item._fields, item, strict=True):
        if name in ("known", "at", "ends_at"):
            changes[name] = value + micros
        elif name in ("on", "ended_on"):
            changes[name] = value + by
        elif name in ("day", "first_day") and value is not None:
            changes[name] = value + by.days
    return item._replace(**changes)
