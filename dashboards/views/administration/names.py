"""Records found by what people call them, to choose one of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.lens import Lens
from training.records import Records

# More than one looks through; typing finds the others.
OFFERED: Final = 30


@dataclass(frozen=True, slots=True)
class Named:
    """A record of a kind, by id and name."""

    kind: str
    record_id: str
    name: str


def find_named(
    lens: Lens, kinds: Iterable[str], text: str = "", chosen: str = "", *, called: Callable[[Named], str] | None = None
) -> list[Named]:
    """Return the first records of these kinds whose name has all words of `text`, and the one `chosen` (`kind:id`).

    `called` says under which name a reader sees a record, where that is more than its own: it is what they type.
    """
    lens.viewer.require(ADMINISTRATORS)
    wanted = text.casefold().split()
    say = called or _own_name
    every = [item for kind in kinds for item in _NAMED[kind](lens.records)]
    found = list(islice((item for item in every if all(word in say(item).casefold() for word in wanted)), OFFERED))
    kept = [item for item in every if chosen and f"{item.kind}:{item.record_id}" == chosen and item not in found]
    return [*kept, *found]


def _own_name(item: Named) -> str:
    return item.name


def _sessions(records: Records) -> Iterator[Named]:
    for item in sorted(records.sessions.values(), key=lambda session: (session.starts_on, session.id), reverse=True):
        yield Named("training_session", item.id, f"{item.title or item.id} ({item.starts_on.isoformat()})")


def _people(records: Records) -> Iterator[Named]:
    alive = (item for item in records.people.values() if item.merged_into is None)
    for item in sorted(
        alive, key=lambda person: (person.last_name.casefold(), person.first_name.casefold(), person.id)
    ):
        yield Named("person", item.id, item.name or item.id)


def _enrolments(records: Records) -> Iterator[Named]:
    for item in sorted(records.enrolments.values(), key=lambda enrolment: enrolment.id):
        person = records.people.get(records.survivor(item.person_id))
        session = records.sessions.get(item.session_id)
        who = item.person_id if person is None else person.name or person.id
        where = item.session_id if session is None else session.title or session.id
        yield Named("enrolment", item.id, f"{who}, {where}")


def _funders(records: Records) -> Iterator[Named]:
    for item in sorted(records.funders.values(), key=lambda funder: (funder.name.casefold(), funder.id)):
        yield Named("funder", item.id, item.name or item.id)


_NAMED: Final = {"training_session": _sessions, "person": _people, "enrolment": _enrolments, "funder": _funders}
