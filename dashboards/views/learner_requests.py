"""Requests about one's own data: asked by a learner, answered by who is in charge; each told by letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analytics.time import day_of
from dashboards.attendance.letters import Delivery, Letter
from dashboards.views.learner import find_me, get_me
from dashboards.views.learner_data import KeptUntil, kept_until
from dashboards.views.learner_letters import answered_letter, extended_letter, received_letter
from dashboards.views.lens import Lens
from training.access import STAFF
from training.followups import FollowUps
from training.records.person import Person
from training.rights import Answer, Asked, Outcome, Purpose, Rights, RightsRequest
from training.rights.delays import Delay, delay

_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class MyRequests:
    """The reader's requests, newest first; what an answer may take (`delay`), what the law keeps (`kept`)."""

    is_known: bool
    today: date
    delay: Delay
    requests: tuple[RightsRequest, ...] = ()
    kept: tuple[KeptUntil, ...] = ()


@dataclass(frozen=True, slots=True)
class Handled:
    """A request after something was done, and what became of the letter that tells it."""

    request: RightsRequest
    delivery: Delivery


def my_requests(lens: Lens) -> MyRequests:
    """Return the reader's requests; raises Forbidden to who is no learner."""
    me, today = find_me(lens), day_of(lens.now, _ZONE)
    if me is None:
        return MyRequests(is_known=False, today=today, delay=delay(today))
    return MyRequests(
        is_known=True,
        today=today,
        delay=delay(today),
        requests=tuple(rights_of(lens).of_people(lens.viewer.organisation, me.names)),
        kept=kept_until(lens, me),
    )


def ask(lens: Lens, asked: Asked) -> Handled:
    """Take a request of the reader, and tell them that it was received. Raises InvalidRequest, Conflict, NotFound.

    An objection to being scored ends at once what an alert has opened about them.
    """
    me = get_me(lens)
    made = rights_of(lens).open(lens.viewer.organisation, me.person.id, asked, lens.viewer.trail_name)
    if Purpose.SCORING in made.stops:
        followups = FollowUps(lens.services.store, lens.services.clock, lens.services.ids)
        followups.settle(lens.viewer.organisation, lens.records)
    return Handled(made, _tell(lens, me.person, received_letter(lens, me.person, made)))


def take_back(lens: Lens, request_id: UUID) -> RightsRequest:
    """Take back a request of the reader; raises NotFound, and Conflict when it is closed."""
    me = get_me(lens)
    rights, viewer = rights_of(lens), lens.viewer
    return rights.withdraw(viewer.organisation, request_id, me.names, viewer.trail_name)


def answer(lens: Lens, request_id: UUID, outcome: Outcome, text: str) -> Handled:
    """Answer a request, and send the answer. Raises Forbidden, InvalidRequest, NotFound, Conflict."""
    lens.viewer.require(STAFF)
    given = Answer(outcome, text, lens.viewer.trail_name)
    closed = rights_of(lens).answer(lens.viewer.organisation, request_id, given)
    person = _person(lens, closed)
    return Handled(closed, _tell(lens, person, answered_letter(lens, person, closed)))


def extend(lens: Lens, request_id: UUID, reason: str) -> Handled:
    """Take more time for an answer, and say why. Raises Forbidden, InvalidRequest, NotFound, Conflict."""
    lens.viewer.require(STAFF)
    longer = rights_of(lens).extend(lens.viewer.organisation, request_id, reason, lens.viewer.trail_name)
    person = _person(lens, longer)
    return Handled(longer, _tell(lens, person, extended_letter(lens, person, longer)))


def rights_of(lens: Lens) -> Rights:
    """Return the register of requests."""
    return Rights(lens.services.store, lens.services.clock, lens.services.ids)


def _person(lens: Lens, request: RightsRequest) -> Person | None:
    return lens.records.people.get(lens.records.survivor(request.person_id))


def _tell(lens: Lens, person: Person | None, letter: Letter | None) -> Delivery:
    """Send a letter, if there is one to send and somebody to send it to."""
    if person is None or letter is None:
        return Delivery.UNAVAILABLE
    return lens.sources.mailer.send(letter)
