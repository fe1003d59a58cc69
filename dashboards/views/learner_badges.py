"""A learner's badges and points: what each means, by which rule, and which facts gave it. Nobody else is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analytics.encouragement import Award, Badge, Credit, Journey, awards_of, load_registry, points_of
from analytics.encouragement.registry import PointRule
from dashboards.views.learner import course_title, find_me, journeys, own_facts
from dashboards.views.lens import Lens


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A fact that gave something: an activity by its title, or a half-day by its day."""

    title: str = ""
    activity_id: str | None = None
    slot_id: str | None = None
    day: date | None = None
    half_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """One time that a badge was earned: where, when, by which facts and statements."""

    enrolment_id: str
    course: str
    module: str
    earned_on: date
    sources: tuple[Source, ...]
    statement_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class BadgeLine:
    """One badge of the registry, and each time that it was earned."""

    badge: Badge
    earned: tuple[Earned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLine:
    """Some points: by which rule, for what."""

    rule: PointRule
    points: int
    on: date | None
    enrolment_id: str
    course: str
    source: Source
    statement_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Encouragement:
    """What encourages the reader. `registry_version` is that of the rules."""

    is_known: bool
    as_of: int
    registry_version: str
    badges: tuple[BadgeLine, ...]
    points: tuple[PointLine, ...]
    rules: tuple[PointRule, ...]

    @property
    def total(self) -> int:
        """All points together."""
        return sum(line.points for line in self.points)

    @property
    def earned_count(self) -> int:
        """How many badges were earned, one that was earned for two modules counted twice."""
        return sum(len(line.earned) for line in self.badges)


def encouragement(lens: Lens) -> Encouragement:
    """Return the reader's badges and points; raises Forbidden to who is no learner."""
    registry, me = load_registry(), find_me(lens)
    rules = tuple(registry.points.values())
    if me is None:
        return Encouragement(False, lens.as_of, registry.version, (), (), rules)
    facts = own_facts(lens, me)
    earned: dict[str, list[Earned]] = {name: [] for name in registry.badges}
    points: list[PointLine] = []
    for journey in journeys(lens, me, facts):
        title = course_title(lens, journey.course.enrolment)
        for award in awards_of(journey):
            earned[award.badge].append(_earned(journey, title, award))
        points += [_point(journey, title, credit) for credit in points_of(journey)]
    lines = tuple(BadgeLine(badge, tuple(earned[name])) for name, badge in registry.badges.items())
    points.sort(key=lambda line: line.on or date.min, reverse=True)
    return Encouragement(True, facts.as_of, registry.version, lines, tuple(points), rules)


def _earned(journey: Journey, title: str, award: Award) -> Earned:
    module = journey.course.programme.find_module(award.module_id or "")
    activities = [_source(journey, activity_id=name) for name in award.activity_ids]
    return Earned(
        enrolment_id=award.enrolment_id,
        course=title,
        module="" if module is None else module.title or module.id,
        earned_on=award.earned_on,
        sources=(*activities, *(_source(journey, slot_id=name) for name in award.slot_ids)),
        statement_ids=award.statement_ids,
    )


def _point(journey: Journey, title: str, credit: Credit) -> PointLine:
    return PointLine(
        rule=load_registry().points[credit.rule],
        points=credit.points,
        on=credit.on,
        enrolment_id=journey.course.enrolment.id,
        course=title,
        source=_source(journey, credit.activity_id, credit.slot_id),
        statement_ids=credit.statement_ids,
    )


def _source(journey: Journey, activity_id: str | None = None, slot_id: str | None = None) -> Source:
    if slot_id is not None:
        slot = journey.course.slots_by_id[slot_id].slot
        return Source(slot_id=slot_id, day=slot.held_on, half_day=slot.half_day.value)
    found = journey.course.programme.find_activity(activity_id or "")
    return Source(title=(found.title if found else "") or str(activity_id), activity_id=activity_id)
