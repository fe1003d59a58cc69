"""What settling a person will read, as far as that is known before anything of theirs is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from analytics.facts.roster import HOME_ZONE, Course
from analytics.kept.span import ANYWHERE, Span, spans
from analytics.rules import RuleBook
from training.records.ids import EnrolmentId


class Outlook(NamedTuple):
    """Spans of a person's life, and enrolments that lie in them or are due. Both may turn out too few, never wrong."""

    spans: list[Span]
    enrolment_ids: frozenset[EnrolmentId]


def outlook(
    touched: Collection[int] | None, due: Collection[EnrolmentId], courses: Collection[Course], rules: RuleBook
) -> Outlook | None:
    """Return what will be read for a person with these courses; None when that is everything of theirs.

    `touched` are the buckets with statements that are new or gone, as `settle` takes them.
    """
    if touched is None or not ANYWHERE.isdisjoint(touched):
        return None
    found = spans_of(touched, courses, rules)
    held = (
        course.enrolment.id
        for course in courses
        if any(course.session.starts_on <= span.last_day and course.session.ends_on >= span.first_day for span in found)
    )
    return Outlook(found, frozenset((*held, *due)))


def spans_of(touched: Iterable[int], courses: Iterable[Course], rules: RuleBook) -> list[Span]:
    """Return what must be counted again for a person with these courses when some buckets were touched."""
    return spans(touched, {HOME_ZONE, *(course.zone for course in courses)}, rules.reach)
