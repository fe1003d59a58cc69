"""Every training session within the scope in a line, what they add up to, and the search for a learner."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from analytics.overview import Overview, SessionOverview, together
from dashboards.views.lens import Lens
from dashboards.views.session import person_name, session_title
from evidence.completeness import State
from lrs.clock import to_datetime
from training.records.enrolment import Enrolment
from training.records.session import TrainingSession

# A list that nobody reads to its end helps nobody: whoever has more hits types another letter.
FOUND_MOST: Final = 50
_SHORTEST: Final = 2


class Phase(StrEnum):
    """Where a session stands in time, by its own dates, in its own time zone."""

    RUNNING = "running"
    UPCOMING = "upcoming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session of a portfolio. `documents` counts what funders ask for by now, by where it stands."""

    session: TrainingSession
    title: str
    programme: str
    phase: Phase
    overview: SessionOverview
    documents: Mapping[State, int]

    @property
    def waiting(self) -> int:
        """How many documents are overdue, due, missing or to be replaced."""
        states = (State.OVERDUE, State.DUE, State.MISSING, State.EXPIRED)
        return sum(self.documents.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The sessions within: running first, then those to come, then those that ended, the last to end first.

    `total` is what they add up to; `phases` counts them.
    """

    as_of: int
    sessions: tuple[SessionLine, ...]
    total: Overview
    phases: Mapping[Phase, int]
    documents: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class FoundLearner:
    """One enrolment of somebody whom a search found."""

    enrolment: Enrolment
    name: str
    email: str
    session: str
    starts_on: date | None
    ends_on: date | None


def portfolio(lens: Lens) -> Portfolio:
    """Return the sessions within the scope, in figures."""
    overviews = {item.session_id: item for item in lens.overviews()}
    documents = lens.asked_by_session()
    lines = [
        _line(lens, session, overviews[session.id], documents.get(session.id, {}))
        for session in lens.sessions()
        if session.id in overviews
    ]
    lines.sort(key=_order)
    as_of = lens.as_of
    return Portfolio(
        as_of=as_of,
        sessions=tuple(lines),
        total=together((line.overview for line in lines), lens.sources.facts.stamp(lens.viewer.organisation)),
        phases=Counter(line.phase for line in lines),
        documents=_sum(line.documents for line in lines),
    )


def phase_of(session: TrainingSession, today: date) -> Phase:
    """Say where a session stands on a day; its first and its last belong to it."""
    if session.ends_on < today:
        return Phase.ENDED
    return Phase.UPCOMING if today < session.starts_on else Phase.RUNNING


def find_learners(lens: Lens, wanted: str) -> list[FoundLearner]:
    """Return the enrolments within of whoever has every word of `wanted` in their name, an address or an id.

    Accents and capitals make no difference. Nothing is found for fewer than two letters.
    """
    words = fold(wanted).split()
    if len("".join(words)) < _SHORTEST:
        return []
    found = []
    for enrolment in lens.enrolments():
        person = lens.records.people.get(lens.records.survivor(enrolment.person_id))
        known = "" if person is None else f"{person.name} {person.email} {person.id}"
        if not all(word in fold(f"{known} {enrolment.id} {enrolment.person_id}") for word in words):
            continue
        session = lens.records.sessions.get(enrolment.session_id)
        found.append(
            FoundLearner(
                enrolment=enrolment,
                name=person_name(lens.records, enrolment),
                email="" if person is None else person.email,
                session="" if session is None else session_title(lens.records, session),
                starts_on=None if session is None else session.starts_on,
                ends_on=None if session is None else session.ends_on,
            )
        )
    found.sort(key=lambda item: (item.name.casefold(), -(item.starts_on or date.min).toordinal(), item.enrolment.id))
    return found[:FOUND_MOST]


def fold(text: str) -> str:
    """Return a text as it is searched in.

    >>> fold("Léa LE GALL")
    'lea le gall'
    """
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def _line(
    lens: Lens, session: TrainingSession, overview: SessionOverview, documents: Mapping[State, int]
) -> SessionLine:
    programme = lens.records.programme_of(session.id)
    today = to_datetime(lens.now).astimezone(session.zone).date()
    return SessionLine(
        session=session,
        title=session_title(lens.records, session),
        programme="" if programme is None else programme.title or programme.id,
        phase=phase_of(session, today),
        overview=overview,
        documents=documents,
    )


def _order(line: SessionLine) -> tuple[int, int, str]:
    if line.phase is Phase.ENDED:
        return 2, -line.session.ends_on.toordinal(), line.session.id
    place = 0 if line.phase is Phase.RUNNING else 1
    return place, line.session.starts_on.toordinal(), line.session.id


def _sum(parts: Iterable[Mapping[State, int]]) -> Mapping[State, int]:
    found: Counter[State] = Counter()
    for part in parts:
        found.update(part)
    return found
