"""Who the reader is to the records, for the pages of learners: themself and nobody else.

Everything of a learner's own pages starts from `find_me`; what it leads to is of that person alone, under each record
that was merged into theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from analytics.derivation import PersonFacts
from analytics.encouragement import Journey, journey_of
from analytics.facts import Roster
from dashboards.views.lens import Lens
from lrs.errors import NotFound
from training.access import Role
from training.records.enrolment import Enrolment
from training.records.ids import PersonId
from training.records.person import Person

LEARNERS: Final = frozenset((Role.LEARNER,))


@dataclass(frozen=True, slots=True)
class Me:
    """The person that the reader is; `names` are the ids of their record and of those merged into it."""

    person: Person
    names: frozenset[PersonId]

    @property
    def first_name(self) -> str:
        """How a page greets them; empty when no name is on record."""
        return self.person.first_name or self.person.name


def find_me(lens: Lens) -> Me | None:
    """Return who the reader is; None for an account that is tied to nobody on record, or not any more.

    Raises Forbidden to whoever is no learner: these pages show a person themself.
    """
    lens.viewer.require(LEARNERS)
    named = lens.viewer.person_id
    if named is None:
        return None
    records = lens.records
    mine = records.survivor(named)
    person = records.people.get(mine)
    if person is None:
        return None
    return Me(person, frozenset(name for name in records.people if records.survivor(name) == mine))


def get_me(lens: Lens) -> Me:
    """Return who the reader is; raises NotFound for an account that is tied to nobody, and Forbidden."""
    me = find_me(lens)
    if me is None:
        message = "This account is tied to nobody on record."
        raise NotFound(message)
    return me


def own_facts(lens: Lens, me: Me) -> PersonFacts:
    """Return all that is kept of the reader, what belongs to no enrolment included: it is theirs too."""
    return lens.sources.facts.person(lens.viewer.organisation, me.person.id)


def own_enrolments(lens: Lens, me: Me) -> list[Enrolment]:
    """Return the reader's enrolments, by session start then id. Who pays what is not among what is shown."""
    return [replace(item, funding=None) for item in lens.records.enrolments_of(me.person.id)]


def journeys(lens: Lens, me: Me, facts: PersonFacts) -> Iterator[Journey]:
    """Yield the reader's enrolments whose session and programme are on record, as encouragement looks at them."""
    for course in Roster(lens.records).courses_of(me.person.id):
        yield journey_of(facts, course, lens.records.completion_rule_of(course.programme))


def course_title(lens: Lens, enrolment: Enrolment) -> str:
    """Return what a training session is called: its own title, else its programme's, else its id."""
    session = lens.records.sessions.get(enrolment.session_id)
    programme = lens.records.programme_of(enrolment.session_id)
    titles = (session.title if session else "", programme.title if programme else "", str(enrolment.session_id))
    return next(title for title in titles if title)
