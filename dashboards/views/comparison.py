"""Groups beside each other: contents, modalities, sessions of one programme; with counts and intervals.

Groups differ in more than what they are compared by: nothing here says why one does better. Of fewer than `LEAST`
people nothing is published, for a figure about few people is one about somebody.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from analytics.content import ActivityContent, ProgrammeContent, by_programme
from analytics.overview import Interval, Overview, SessionOverview, together, wilson
from analytics.rates import Figure
from dashboards.views.lens import Lens
from dashboards.views.portfolio import Phase, phase_of
from dashboards.views.session import session_title
from lrs.clock import to_datetime
from lrs.errors import NotFound
from training.records.ids import ProgrammeId
from training.records.modality import Modality
from training.records.programme import Programme
from training.records.session import TrainingSession

LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the interval in which the true share lies (Wilson, 95 %); None of fewer than LEAST."""

    part: int
    whole: int

    @property
    def is_published(self) -> bool:
        """Whether it is about enough people to be shown."""
        return self.whole >= LEAST

    @property
    def interval(self) -> Interval | None:
        """Between which shares the true one lies."""
        return wilson(self.part, self.whole) if self.is_published else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentLine:
    """One activity of a programme, everybody together. `known` is None where fewer than LEAST people began it.

    `finished` is of those who began, `stopped` of those who began and were last seen here without completing.
    """

    activity_id: str
    title: str
    module: str
    estimated_seconds: int
    is_mandatory: bool
    began: Share
    finished: Share
    stopped: Share
    known: ActivityContent | None


@dataclass(frozen=True, slots=True)
class ContentView:
    """The activities of one programme, in its order, and which programmes there are to choose from."""

    as_of: int
    programme: Programme | None
    programmes: tuple[Programme, ...]
    enrolments: int
    sessions: int
    lines: tuple[ContentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group: its sessions, its people, and its rates. `overview` is None for fewer than LEAST people.

    `completed` is of those who entered, `abandoned` of those who entered and whose course is over.
    """

    name: str
    key: str
    people: int
    sessions: int
    overview: Overview | None
    completed: Share
    abandoned: Share


@dataclass(frozen=True, slots=True)
class ModalityLine:
    """Hours of one modality over every session: what was due or planned, what was credited, of how many people."""

    modality: Modality
    people: int
    planned_seconds: int
    due_seconds: int
    credited_seconds: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ModalityView:
    """Hours by modality, and sessions by the modality in which they are held as a whole."""

    as_of: int
    hours: tuple[ModalityLine, ...]
    groups: tuple[GroupLine, ...]


@dataclass(frozen=True, slots=True)
class CohortView:
    """The sessions of one programme beside each other, the oldest first, and which programmes have several."""

    as_of: int
    programme: Programme | None
    programmes: tuple[Programme, ...]
    groups: tuple[GroupLine, ...]
    total: GroupLine | None


def content_of(lens: Lens, programme_id: str = "") -> ContentView:
    """Return what becomes of a programme's contents: of the one that most people follow where none is named.

    Raises NotFound for a programme that no session within follows.
    """
    contents = by_programme(lens.contents(), lens.records)
    known = {item.programme_id: item for item in contents if item.programme_id in lens.records.programmes}
    programmes = tuple(sorted((lens.records.programmes[name] for name in known), key=_by_title))
    _check(programme_id, known)
    if not known:
        return ContentView(lens.as_of, None, (), 0, 0, ())
    wanted = ProgrammeId(programme_id) if programme_id else max(known, key=lambda name: known[name].enrolment_count)
    content, programme = known[wanted], lens.records.programmes[wanted]
    lines = tuple(_content_lines(programme, content))
    return ContentView(lens.as_of, programme, programmes, content.enrolment_count, content.session_count, lines)


def _content_lines(programme: Programme, content: ProgrammeContent) -> Iterable[ContentLine]:
    for module, activity in programme.activities():
        found = content.activity(activity.id)
        yield ContentLine(
            activity_id=activity.id,
            title=activity.title or activity.id,
            module=module.title or module.id,
            estimated_seconds=activity.estimated_seconds,
            is_mandatory=activity.mandatory and module.mandatory,
            began=Share(found.began, content.enrolment_count),
            finished=Share(min(found.finished, found.began), found.began),
            stopped=Share(min(found.stopped, found.began), found.began),
            known=found if found.began >= LEAST else None,
        )


def modalities_of(lens: Lens) -> ModalityView:
    """Return hours and rates by modality, and sessions grouped by their own."""
    overviews = lens.overviews()
    total = together(overviews, lens.sources.facts.stamp(lens.viewer.organisation))
    hours = tuple(
        ModalityLine(
            item.modality, item.enrolment_count, item.planned_seconds, item.due_seconds, item.credited_seconds,
            item.figures if item.enrolment_count >= LEAST else (),
        )
        for item in total.modalities
    )  # fmt: skip
    by_modality: dict[Modality, list[SessionOverview]] = {}
    for overview in overviews:
        by_modality.setdefault(lens.records.sessions[overview.session_id].modality, []).append(overview)
    groups = tuple(_group(item.value, item.value, by_modality[item]) for item in Modality if item in by_modality)
    return ModalityView(lens.as_of, hours, groups)


def cohorts_of(lens: Lens, programme_id: str = "") -> CohortView:
    """Return the sessions of a programme beside each other: of the one with most sessions where none is named.

    Raises NotFound for a programme that no session within follows.
    """
    today = to_datetime(lens.now).date()
    by_programme_: dict[ProgrammeId, list[TrainingSession]] = {}
    for session in lens.sessions():
        if phase_of(session, today) is not Phase.UPCOMING:
            by_programme_.setdefault(session.programme_id, []).append(session)
    known = {name: found for name, found in by_programme_.items() if name in lens.records.programmes}
    programmes = tuple(sorted((lens.records.programmes[name] for name in known), key=_by_title))
    _check(programme_id, known)
    if not known:
        return CohortView(lens.as_of, None, (), (), None)
    wanted = ProgrammeId(programme_id) if programme_id else max(known, key=lambda name: len(known[name]))
    overviews = {item.session_id: item for item in lens.overviews()}
    found = [overviews[session.id] for session in known[wanted] if session.id in overviews]
    groups = tuple(
        _group(session_title(lens.records, session), session.id, [overviews[session.id]])
        for session in known[wanted]
        if session.id in overviews
    )
    total = _group("", "", found) if found else None
    return CohortView(lens.as_of, lens.records.programmes[wanted], programmes, groups, total)


def _check(programme_id: str, known: Container[ProgrammeId]) -> None:
    if programme_id and ProgrammeId(programme_id) not in known:
        message = "There is no programme of this id in any session of yours."
        raise NotFound(message)


def _group(name: str, key: str, overviews: list[SessionOverview]) -> GroupLine:
    overview = together(overviews)
    dropout = overview.figure("dropout_rate")
    over = dropout.denominator
    return GroupLine(
        name=name,
        key=key,
        people=overview.registered,
        sessions=len(overviews),
        overview=overview if overview.registered >= LEAST else None,
        completed=Share(min(overview.completed, overview.entered), overview.entered),
        abandoned=Share(dropout.numerator, over),
    )


def _by_title(programme: Programme) -> tuple[str, str]:
    return programme.title.casefold(), programme.id
