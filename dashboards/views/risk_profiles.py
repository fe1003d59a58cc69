"""How those worked who completed: by regularity, presence and pace, in groups; never anybody by themself.

Of sessions that have ended, so that everybody had the time. A group of fewer people than the organisation's least is
not shown, nor is a second one from which it could be told by subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from analytics.content import Whereabouts
from analytics.facts import EnrolmentFacts
from analytics.overview import Interval, wilson
from dashboards.views.lens import Lens
from dashboards.views.risk import today_of
from lrs.errors import NotFound
from training.access import STAFF
from training.law import load_law
from training.records.enrolment import ExitReason
from training.records.ids import ProgrammeId
from training.records.programme import Programme
from training.records.session import TrainingSession

Dimension = Literal["regularity", "attendance", "pace"]
# Lower ends of bands: days at work a week; net attendance in percent; active hours a week.
_BANDS: Final[dict[Dimension, tuple[float, ...]]] = {
    "regularity": (0, 0.5, 1, 2, 3),
    "attendance": (0, 70, 85, 95),
    "pace": (0, 1, 2, 4),
}
# Whoever never came, or was moved by others, says nothing about how people work.
_ELSEWHERE: Final = frozenset(
    (
        ExitReason.CANCELLED_BEFORE_ENTRY,
        ExitReason.TRANSFER,
        ExitReason.OF_INTERRUPTION,
        ExitReason.FORCE_MAJEURE,
    )
)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Those of one way of working: `low` to less than `high` (None: no end); `completed` of `people`.

    Both are None where the group is not shown.
    """

    low: float
    high: float | None
    people: int | None
    completed: int | None

    @property
    def interval(self) -> Interval | None:
        """Between which shares the true one lies (Wilson, 95 %)."""
        return None if self.people is None or self.completed is None else wilson(self.completed, self.people)


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to tell ways of working apart, with its bands from least to most."""

    dimension: Dimension
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilesView:
    """The ways of working in the ended sessions of a programme. `least` is from how many people on a group is shown."""

    as_of: int
    least: int
    programme: Programme | None
    programmes: tuple[Programme, ...]
    sessions: int
    people: int | None
    profiles: tuple[Profile, ...]


_Known = tuple[TrainingSession, EnrolmentFacts, Whereabouts | None]


def profiles_of(lens: Lens, programme_id: str = "") -> ProfilesView:
    """Return the ways of working of a programme: of the one with most ended sessions where none is named.

    Raises Forbidden but for STAFF, NotFound for a programme without an ended session.
    """
    lens.viewer.require(STAFF)
    today, records = today_of(lens), lens.records
    least = int(load_law().value("groups.least", today, records.law_overrides.values()))
    ended: dict[ProgrammeId, list[TrainingSession]] = {}
    for session in lens.sessions():
        if session.ends_on < today and session.programme_id in records.programmes:
            ended.setdefault(session.programme_id, []).append(session)
    if programme_id and ProgrammeId(programme_id) not in ended:
        message = "There is no ended session of this programme."
        raise NotFound(message)
    programmes = tuple(sorted((records.programmes[name] for name in ended), key=lambda item: (item.title, item.id)))
    if not ended:
        return ProfilesView(
            as_of=lens.as_of, least=least, programme=None, programmes=(), sessions=0, people=0, profiles=()
        )
    wanted = ProgrammeId(programme_id) if programme_id else max(ended, key=lambda name: (len(ended[name]), name))
    known = _known(lens, ended[wanted])
    people = len(known) if len(known) >= least else None
    return ProfilesView(
        as_of=lens.as_of,
        least=least,
        programme=records.programmes[wanted],
        programmes=programmes,
        sessions=len(ended[wanted]),
        people=people,
        profiles=() if people is None else tuple(_profile(name, how, known, least) for name, how in _HOW.items()),
    )


def _known(lens: Lens, sessions: Sequence[TrainingSession]) -> list[_Known]:
    """Return everybody who entered one of these sessions, with what is kept of them."""
    by_id = {session.id: session for session in sessions}
    places = {item.enrolment_id: item for item in lens.whereabouts(by_id)}
    found = []
    for facts in lens.enrolment_facts(by_id):
        enrolment = lens.records.enrolments[facts.enrolment_id]
        if facts.entered_at is not None and (enrolment.exit is None or enrolment.exit.reason not in _ELSEWHERE):
            found.append((by_id[facts.session_id], facts, places.get(facts.enrolment_id)))
    return found


def _regularity(known: _Known) -> float | None:
    session, _, place = known
    weeks = max(1.0, ((session.ends_on - session.starts_on).days + 1) / _WEEK)
    return None if place is None else place.active_day_count / weeks


def _attendance(known: _Known) -> float | None:
    figure = known[1].figure("attendance_rate_net")
    return None if not figure.denominator else 100 * figure.numerator / figure.denominator


def _pace(known: _Known) -> float | None:
    """Return how many active hours a week platforms have seen."""
    session, facts, place = known
    weeks = max(1.0, ((session.ends_on - session.starts_on).days + 1) / _WEEK)
    return None if place is None else facts.active_seconds / 3600 / weeks


_HOW: Final[dict[Dimension, Callable[[_Known], float | None]]] = {
    "regularity": _regularity,
    "attendance": _attendance,
    "pace": _pace,
}


def _profile(name: Dimension, how: Callable[[_Known], float | None], known: Iterable[_Known], least: int) -> Profile:
    lows = _BANDS[name]
    people, completed = [0] * len(lows), [0] * len(lows)
    for one in known:
        value = how(one)
        if value is not None:
            at = max(place for place, low in enumerate(lows) if value >= low)
            people[at] += 1
            completed[at] += one[1].is_completed
    shown = shown_cells(people, least)
    return Profile(
        name,
        tuple(
            Band(
                low=low,
                high=lows[at + 1] if at + 1 < len(lows) else None,
                people=people[at] if at in shown else None,
                completed=completed[at] if at in shown else None,
            )
            for at, low in enumerate(lows)
        ),
    )


def shown_cells(counts: Sequence[int], least: int) -> frozenset[int]:
    """Return which groups can be shown: none of fewer than `least`, and never all but one that has anybody.

    >>> sorted(shown_cells([10, 2, 8, 20], 5)), sorted(shown_cells([10, 0, 8], 5))
    ([0, 3], [0, 1, 2])
    """
    small = {at for at, count in enumerate(counts) if 0 < count < least}
    shown = [at for at in range(len(counts)) if at not in small]
    if sum(counts[at] for at in small) < least and small:
        # Their sum follows from the total: another one keeps them company until it says nothing either.
        for at in sorted((at for at in shown if counts[at]), key=lambda at: counts[at]):
            small.add(at)
            if sum(counts[one] for one in small) >= least:
                break
    return frozenset(range(len(counts))) - small
