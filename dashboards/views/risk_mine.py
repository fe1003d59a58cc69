"""What is estimated of the reader themself: why, from what, who looked, who helps; and their objection to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from analytics.store.risk import RiskReason, RiskScore
from dashboards.views.learner import Me, course_title, find_me, get_me, own_enrolments
from dashboards.views.learner_requests import Handled, ask, rights_of, take_back
from dashboards.views.lens import Lens
from dashboards.views.risk import followups_of, history_of, is_on, owner_name, today_of
from lrs.clock import Micros
from training.access import Role
from training.followups import FollowUp, Readings, Told
from training.records.ids import EnrolmentId, SessionId
from training.rights import Asked, Purpose, Right, RightsRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """That somebody of the organisation is at it: since when, who (empty: the managers), how often they turned up."""

    since_at: int
    owner: str
    contact_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEstimate:
    """What is estimated for one of the reader's courses.

    `score` is the newest, None where there is none or none yet. `helps` are the reasons that somebody can change.
    """

    enrolment_id: EnrolmentId
    title: str
    score: RiskScore | None
    helps: tuple[RiskReason, ...]
    helped: Helped | None


@dataclass(frozen=True, slots=True)
class Looked:
    """That somebody of a role was shown the estimate, on a day."""

    day: date
    role: Role
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MyEstimate:
    """Everything about it. `objection` is the one that stands; while there is one, nothing is estimated or shown.

    `told_at` is when the reader said that they had read about it, None before.
    """

    as_of: int
    is_known: bool
    is_on: bool
    objection: RightsRequest | None = None
    told_at: int | None = None
    courses: tuple[CourseEstimate, ...] = ()
    looked: tuple[Looked, ...] = ()


def my_estimate(lens: Lens) -> MyEstimate:
    """Return what is estimated of the reader; raises Forbidden to who is no learner."""
    me = find_me(lens)
    if me is None:
        return MyEstimate(as_of=lens.as_of, is_known=False, is_on=is_on(lens))
    organisation = lens.viewer.organisation
    enrolments = own_enrolments(lens, me)
    objection = _objection(lens, me)
    titles = {item.id: course_title(lens, item) for item in enrolments}
    today = today_of(lens)
    current = [item for item in enrolments if item.exit is None and _has_not_ended(lens, item.session_id, today)]
    readings = Readings(lens.services.store, lens.services.clock).of(organisation, list(titles))
    return MyEstimate(
        as_of=lens.as_of,
        is_known=True,
        is_on=is_on(lens),
        objection=objection,
        told_at=Told(lens.services.store, lens.services.clock).since(organisation, me.names),
        courses=tuple(_course(lens, item.id, titles[item.id], has_objected=objection is not None) for item in current),
        looked=tuple(Looked(item.day, Role(item.role), titles[item.enrolment_id]) for item in readings),
    )


def object_to_estimate(lens: Lens, reason: str = "") -> Handled | None:
    """Object, with effect at once: nothing is estimated or shown any more, and what an alert opened ends.

    None when an objection stands already. Raises NotFound for an account that is tied to nobody, InvalidRequest.
    """
    me = get_me(lens)
    if _objection(lens, me) is not None:
        return None
    return ask(lens, Asked(Right.OBJECTION, reason, frozenset((Purpose.SCORING,))))


def withdraw_objection(lens: Lens) -> RightsRequest | None:
    """Take the objection back: estimates are made again from the next time on. None when none stands."""
    found = _objection(lens, get_me(lens))
    return None if found is None else take_back(lens, UUID(str(found.id)))


def note_told(lens: Lens) -> None:
    """Keep that the reader has read about it; raises NotFound for an account that is tied to nobody."""
    me = get_me(lens)
    Told(lens.services.store, lens.services.clock).note(lens.viewer.organisation, me.person.id)


def is_to_be_told(lens: Lens) -> bool:
    """Say whether the first page is to tell the reader that a chance is estimated: while it is, until they know."""
    me = find_me(lens)
    if me is None or not is_on(lens):
        return False
    return Told(lens.services.store, lens.services.clock).since(lens.viewer.organisation, me.names) is None


def _objection(lens: Lens, me: Me) -> RightsRequest | None:
    requests = rights_of(lens).of_people(lens.viewer.organisation, me.names)
    return next((item for item in requests if Purpose.SCORING in item.stops), None)


def _course(lens: Lens, enrolment_id: EnrolmentId, title: str, *, has_objected: bool) -> CourseEstimate:
    history = [] if has_objected else history_of(lens, enrolment_id)
    score = history[-1] if history else None
    found = followups_of(lens).of_enrolments(lens.viewer.organisation, [enrolment_id])
    open_one = next((item for item in found if item.is_open and not (has_objected and item.is_by_alert)), None)
    reasons = () if score is None else tuple(item for item in score.reasons if item.contribution > 0)
    return CourseEstimate(
        enrolment_id=enrolment_id,
        title=title,
        score=score,
        helps=reasons,
        helped=None if open_one is None else _helped(lens, open_one),
    )


def _helped(lens: Lens, found: FollowUp) -> Helped:
    return Helped(
        since_at=Micros(found.opened_at), owner=owner_name(lens, found.owner), contact_count=len(found.contacts)
    )


def _has_not_ended(lens: Lens, session_id: str, today: date) -> bool:
    session = lens.records.sessions.get(SessionId(session_id))
    return session is not None and session.ends_on >= today
