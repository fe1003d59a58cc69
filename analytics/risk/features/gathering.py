"""Gather the histories of who was still enrolled at an instant into arrays; nothing known later gets in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from analytics.facts.fact import Presence
from analytics.risk.features.cohort import (
    Cohort,
    Dues,
    Events,
    Exchanges,
    Floats,
    Halves,
    Ints,
    Leavers,
    Plan,
    Work,
)
from analytics.risk.history import History
from analytics.time import day_of
from training.records import ExitReason
from training.records.ids import ActivityId, SessionId

# What is dated this many days after it was stored, or so long before its session, comes from a wrong clock.
_AHEAD_MOST: Final = 1
_DAY_MICROS: Final = 86_400_000_000
_EPOCH: Final = 719_163
_BEFORE_MOST: Final = 400
_MISSED: Final = {
    Presence.PRESENT: 0.0,
    Presence.PARTIAL: 0.0,
    Presence.LATE: 0.0,
    Presence.LEFT_EARLY: 0.0,
    Presence.ABSENT_JUSTIFIED: 1.0,
    Presence.ABSENT_UNJUSTIFIED: 1.0,
}
_UNSAID: Final = float("nan")
# For how many days it is looked at whether clocks are right.
_LATELY: Final = 28


def gather(histories: Sequence[History], as_of: int) -> Cohort:
    """Return the cohort of `histories` at `as_of`: those still enrolled then, as far as was known."""
    there = [history for history in histories if history.is_enrolled_at(as_of)]
    names = sorted({history.session_id for history in there})
    number = {name: at for at, name in enumerate(names)}
    session = np.array([number[history.session_id] for history in there], np.int64)
    codes = _Codes(there, number)
    today = np.array([_day(as_of, item) for item in there], np.int64)
    work, misdated, dated = _work(there, session, as_of, today, codes)
    asked, helped = _exchanges(there, as_of)
    return Cohort(
        histories=there,
        as_of=as_of,
        session=session,
        members=[np.flatnonzero(session == at) for at in range(len(names))],
        today=today,
        length=np.array([item.ends_on.toordinal() - item.starts_on.toordinal() + 1 for item in there], np.int64),
        work=work,
        events=_events(there, session, as_of, codes),
        halves=_halves(there, as_of),
        asked=asked,
        helped=helped,
        dues=_dues(there, session, codes),
        leavers=_leavers(histories, number, as_of),
        plan=codes.plan(),
        registered=np.array([_registered(item, as_of) for item in there], np.float64),
        misdated=misdated,
        dated=dated,
    )


class _Codes:
    """Numbers of activities: one for each of a session's, those too that no programme has."""

    def __init__(self, histories: Iterable[History], number: Mapping[SessionId, int]) -> None:
        self._found: dict[tuple[int, ActivityId], int] = {}
        self._weight: list[float] = []
        self._mastery: list[float] = []
        self._mandatory: list[bool] = []
        planned = {number[history.session_id]: history.plan for history in histories}
        for at, plan in sorted(planned.items()):
            # Where no length was announced, each activity counts as one.
            is_timed = any(item.estimated_seconds for item in plan)
            for item in plan:
                weight = float(item.estimated_seconds) if is_timed else 1.0
                mastery = _UNSAID if item.mastery_score is None else item.mastery_score
                self._add((at, item.activity_id), weight, mastery, is_mandatory=item.is_mandatory)
        self._planned = len(self._found)

    def of(self, session: int) -> Callable[[ActivityId | None], int]:
        """Return what numbers the activities of one session; -1 is for no activity."""

        def code(activity_id: ActivityId | None) -> int:
            if activity_id is None:
                return -1
            key = (session, activity_id)
            known = self._found.get(key)
            return self._add(key, 0.0, _UNSAID, is_mandatory=False) if known is None else known

        return code

    def plan(self) -> Plan:
        """Return what is known of every activity that has a number."""
        sessions = np.array([session for session, _ in self._found], np.int64)
        planned = np.arange(len(sessions)) < self._planned
        weight, mastery = np.array(self._weight, np.float64), np.array(self._mastery, np.float64)
        return Plan(sessions, weight, mastery, np.array(self._mandatory, bool), planned)

    def _add(self, key: tuple[int, ActivityId], weight: float, mastery: float, *, is_mandatory: bool) -> int:
        code = self._found[key] = len(self._found)
        self._weight.append(weight)
        self._mastery.append(mastery)
        self._mandatory.append(is_mandatory)
        return code


def _table(rows: list[tuple[float, ...]], width: int) -> Floats:
    return np.array(rows, np.float64) if rows else np.empty((0, width))


def _whole(column: Floats) -> Ints:
    return column.astype(np.int64)


def _registered(history: History, as_of: int) -> float:
    on = history.registered_on
    if on is None or history.registered_known > as_of or on > day_of(as_of, history.zone):
        return _UNSAID
    return float((on - history.starts_on).days)


def _day(instant: int, history: History) -> int:
    return day_of(instant, history.zone).toordinal() - history.starts_on.toordinal()


def _work(
    histories: Sequence[History], session: Ints, as_of: int, today: Ints, codes: _Codes
) -> tuple[Work, Floats, Floats]:
    """Return the days of work; and by row, of what was stored lately, how much is misdated and how much there is."""
    rows: list[tuple[float, ...]] = []
    for at, history in enumerate(histories):
        start, code = history.starts_on.toordinal(), codes.of(int(session[at]))
        for item_day, stored, name, acts, active, interactions, days, first in history.days:
            begin, count = item_day if first is None else first, _UNSAID if days is None else days
            number, summed = code(name), 0.0 if first is None else 1.0
            rows.append(
                (at, item_day - start, begin - start, number, acts, active, interactions, count, summed, stored)
            )
    table = _table(rows, 10)
    row, day, known = _whole(table[:, 0]), table[:, 1], table[:, 9]
    starts = np.array([history.starts_on.toordinal() for history in histories], np.float64)
    stored_on = known // _DAY_MICROS + _EPOCH - starts[row]
    is_heard = known <= as_of
    is_wrong = (day > stored_on + _AHEAD_MOST) | (day < -_BEFORE_MOST)
    is_lately = is_heard & (known > as_of - _LATELY * _DAY_MICROS)
    count = len(histories)
    misdated = np.bincount(row[is_lately & is_wrong], minlength=count).astype(np.float64)
    dated = np.bincount(row[is_lately], minlength=count).astype(np.float64)
    table = table[is_heard & ~is_wrong & (day <= today[row])]
    table = table[np.lexsort(table.T[::-1])]
    row, day_, first_, code_ = table[:, :4].astype(np.int64).T
    acts_, active_, interactions_, days_ = table[:, 4:8].T
    found = Work(row, day_, first_, code_, acts_, active_, interactions_, days_, table[:, 8] > 0, table[:, 9])
    return found, misdated, dated


def _events(histories: Sequence[History], session: Ints, as_of: int, codes: _Codes) -> Events:
    rows: list[tuple[float, ...]] = []
    for at, history in enumerate(histories):
        code, zone, start = codes.of(int(session[at])), history.zone, history.starts_on.toordinal()
        for instant, known, kind, name, scaled in history.events:
            if known <= as_of and instant <= as_of:
                day = day_of(instant, zone).toordinal() - start
                rows.append((instant, at, day, kind, code(name), _UNSAID if scaled is None else scaled))
    table = _table(rows, 6)
    table = table[np.lexsort(table.T[::-1])]
    whole = table[:, 1:5].astype(np.int64)
    return Events(whole[:, 0], table[:, 0], whole[:, 1], whole[:, 2], whole[:, 3], table[:, 5])


def _halves(histories: Sequence[History], as_of: int) -> Halves:
    rows: list[tuple[float, ...]] = []
    for at, history in enumerate(histories):
        stands: dict[str, tuple[int, Presence]] = {}
        ends: dict[str, int] = {}
        for slot in history.slots:
            is_heard = slot.known <= as_of and slot.ends_at <= as_of
            if is_heard and (slot.slot_id not in stands or stands[slot.slot_id][0] < slot.known):
                stands[slot.slot_id] = slot.known, slot.presence
                ends[slot.slot_id] = slot.ends_at
        for name, (_, presence) in stands.items():
            if presence in _MISSED or presence is Presence.UNKNOWN:
                is_justified = presence is Presence.ABSENT_JUSTIFIED
                rows.append((ends[name], at, _MISSED.get(presence, _UNSAID), is_justified))
    table = _table(rows, 4)
    table = table[np.lexsort(table.T[::-1])]
    return Halves(_whole(table[:, 1]), table[:, 0], table[:, 2], table[:, 3] > 0)


def _exchanges(histories: Sequence[History], as_of: int) -> tuple[Exchanges, Exchanges]:
    """Return what learners turned to somebody for, and what others turned to them for."""
    rows = sorted(
        (at, _day(item.at, history), item.by_learner)
        for at, history in enumerate(histories)
        for item in history.exchanges
        if item.known <= as_of and item.at <= as_of
    )
    parts = [[row for row in rows if row[2] is by_learner] for by_learner in (True, False)]
    asked, helped = (
        Exchanges(np.array([row[0] for row in part], np.int64), np.array([row[1] for row in part], np.int64))
        for part in parts
    )
    return asked, helped


def _leavers(histories: Iterable[History], number: Mapping[SessionId, int], as_of: int) -> Leavers:
    """Return who had given up, of the sessions that anybody is still enrolled in. Other exits say nothing of work."""
    found = sorted(
        (number[history.session_id], (exit_.on - history.starts_on).days)
        for history in histories
        if (exit_ := history.exit) is not None
        and exit_.reason is ExitReason.ABANDON
        and history.session_id in number
        and exit_.known <= as_of
        and exit_.on <= day_of(as_of, history.zone)
    )
    return Leavers(np.array([item[0] for item in found], np.int64), np.array([item[1] for item in found], np.int64))


def _dues(histories: Sequence[History], session: Ints, codes: _Codes) -> Dues:
    rows: list[tuple[float, ...]] = []
    for at, history in enumerate(histories):
        code, start = codes.of(int(session[at])), history.starts_on.toordinal()
        rows.extend((at, item.on.toordinal() - start, code(item.activity_id)) for item in history.due)
    table = _table(rows, 3)
    table = table[np.lexsort(table.T[::-1])]
    whole = table.astype(np.int64)
    return Dues(whole[:, 0], whole[:, 1], whole[:, 2])
