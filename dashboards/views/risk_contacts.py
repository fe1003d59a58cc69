"""Whom to turn to, with what is estimated and followed up beside the reasons that rules give; in one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.store.risk import RiskScore
from dashboards.views.lens import Lens
from dashboards.views.risk import (
    Trend,
    Watched,
    due,
    history_of,
    is_on,
    note_seen,
    owner_name,
    today_of,
    trend_of,
    watched,
)
from dashboards.views.risk_followup import reached_of
from dashboards.views.trainer_contacts import Contact, Contacts, contact, contacts
from dashboards.views.trainer_reasons import Why
from training.assistance import Exchange, Logbook
from training.followups import Due, FollowUp
from training.records.ids import EnrolmentId


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a follow-up stands, in a line: whose it is, how often they were turned to, what is due and by when."""

    followup: FollowUp
    owner: str
    contact_count: int
    due: Due | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One learner to turn to: reasons by rules in `contact`; what is estimated, None where nothing may be shown.

    `is_flagged` says that the estimate asks for somebody to look; `state` is None without an open follow-up.
    """

    contact: Contact
    score: RiskScore | None
    trend: Trend
    is_flagged: bool
    state: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Whom to turn to, in order; whom somebody decided to look at again later. `contacts` has rules and sessions.

    `flagged` of `estimated` learners are those that the estimate asks to look at; both are 0 while it is off.
    """

    is_on: bool
    contacts: Contacts
    due: tuple[Person, ...]
    postponed: tuple[Person, ...]
    estimated: int
    flagged: int


def people_to_contact(lens: Lens, session_id: str | None = None) -> People:
    """Return whom to turn to, of one session within or of all that are on; raises NotFound.

    A question without a reply comes first, for it is owed. Then whoever is flagged or followed up, the highest rank
    first; then whoever rules alone name, in their order. Whom somebody has turned to since comes after all of these.
    """
    found = contacts(lens, session_id)
    seen = watched(lens, found.chosen)
    known = {item.enrolment.id: item for item in (*found.due, *found.postponed)}
    for name, item in seen.items():
        if item.is_flagged and name not in known:
            known[name] = contact(lens, name)
    logs = Logbook(lens.services).exchanges(lens.viewer.organisation, [name for name in known if name in seen])
    people = [_person(lens, item, seen, logs) for item in known.values()]
    note_seen(lens, [item.contact.enrolment.id for item in people if item.score is not None])
    ordered = sorted(people, key=lambda item: _order(item, found))
    return People(
        is_on=is_on(lens),
        contacts=found,
        due=tuple(item for item in ordered if item.contact.postponed is None),
        postponed=tuple(item for item in ordered if item.contact.postponed is not None),
        estimated=sum(item.score is not None and item.score.is_scored for item in seen.values()),
        flagged=sum(item.alert is not None for item in seen.values()),
    )


def person_to_contact(lens: Lens, enrolment_id: str) -> Person:
    """Return one learner within, to be turned to or not; raises NotFound, Forbidden."""
    found = contact(lens, enrolment_id)
    seen = watched(lens, [found.enrolment.session_id])
    logs = Logbook(lens.services).exchanges(lens.viewer.organisation, [found.enrolment.id])
    made = _person(lens, found, seen, logs, shows_score=True)
    if made.score is not None:
        note_seen(lens, [found.enrolment.id])
    return made


def _person(
    lens: Lens,
    item: Contact,
    seen: Mapping[EnrolmentId, Watched],
    logs: Mapping[EnrolmentId, list[Exchange]],
    *,
    shows_score: bool = False,
) -> Person:
    name = item.enrolment.id
    known = seen.get(name)
    if known is None:
        return Person(contact=item, score=None, trend=Trend.UNKNOWN, is_flagged=False, state=None)
    # What is estimated of whom nobody is asked to look at is not put before everybody.
    shown = known.score if known.is_flagged or shows_score else None
    trend = trend_of(history_of(lens, name), today_of(lens)) if shown is not None else Trend.UNKNOWN
    state = None if known.followup is None else _state(lens, known.followup, logs.get(name, []))
    return Person(contact=item, score=shown, trend=trend, is_flagged=known.alert is not None, state=state)


def _state(lens: Lens, followup: FollowUp, log: list[Exchange]) -> State:
    reached, last = reached_of(followup, log)
    expected = due(lens, followup, last)
    return State(
        followup=followup,
        owner=owner_name(lens, followup.owner),
        contact_count=len(reached),
        due=expected,
        is_overdue=expected is not None and expected.is_overdue(today_of(lens)),
    )


def _order(item: Person, found: Contacts) -> tuple[bool, bool, float, int]:
    reasons = item.contact.reasons
    asked = any(reason.why is Why.UNANSWERED for reason in reasons)
    followed = item.is_flagged or item.state is not None
    has_been = item.state.contact_count > 0 if item.state is not None else item.contact.is_contacted
    rank = item.score.rank if followed and item.score is not None and item.score.rank is not None else 0.0
    listed = [one.enrolment.id for one in (*found.due, *found.postponed)]
    place = listed.index(item.contact.enrolment.id) if item.contact.enrolment.id in listed else len(listed)
    return has_been and not asked, not asked, -rank if followed else 1.0, place
