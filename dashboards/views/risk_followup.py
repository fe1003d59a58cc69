"""One follow-up: why it is there, whom it is with, what has been done, what is due, and what its owner can do.

Every act is refused for what lies outside the scope, before anything is done. None of them follows from an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from analytics.store.risk import RiskScore
from dashboards.formats import PARIS
from dashboards.views.lens import Lens
from dashboards.views.risk import (
    TEACHING,
    Trend,
    due,
    followups_of,
    history_of,
    is_on,
    limits_of,
    note_seen,
    owner_name,
    today_of,
    trend_of,
)
from dashboards.views.session import session_title
from dashboards.views.trainer_contacts import name_of
from dashboards.views.trainer_writing import note
from lrs.clock import Micros, to_datetime, to_micros
from lrs.errors import InvalidRequest, NotFound, Problem
from training.access import STAFF
from training.assistance import Channel, Entry, Exchange, Kind, Logbook
from training.assistance.writing import Helper
from training.followups import Due, FollowUp, Limits, Noted
from training.followups.checks import check_contact
from training.records.enrolment import Enrolment
from training.records.ids import PersonId
from training.records.session import TrainingSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody turned to the learner: noted in the follow-up, or in the assistance log since it was opened.

    `number` names a contact of the follow-up, None for what stands in the log alone; `is_logged` says whether the
    learner finds it in the log.
    """

    at: datetime
    channel: Channel
    name: str
    note: str
    number: int | None
    is_logged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFile:
    """A follow-up with what its owner needs to carry on.

    `score` is the newest estimate, None where none may be shown; `history` those before, a day each, oldest first.
    `owners` are whom it can be handed to, as (id, name): trainers of the session. `due` is None once it has ended.
    """

    as_of: int
    is_on: bool
    followup: FollowUp
    enrolment: Enrolment
    session: TrainingSession
    name: str
    session_title: str
    owner: str
    owners: tuple[tuple[PersonId, str], ...]
    reached: tuple[Reached, ...]
    due: Due | None
    is_overdue: bool
    score: RiskScore | None
    history: tuple[RiskScore, ...]
    trend: Trend
    earlier: tuple[FollowUp, ...]
    limits: Limits
    today: date


def followup_file(lens: Lens, followup_id: str) -> FollowUpFile:
    """Return one follow-up within; raises NotFound, Forbidden."""
    found = get_followup(lens, followup_id)
    enrolment = lens.enrolment(found.enrolment_id)
    session = lens.records.sessions[enrolment.session_id]
    history = history_of(lens, enrolment.id)
    log = Logbook(lens.services).exchanges(lens.viewer.organisation, [enrolment.id])[enrolment.id]
    reached, last = reached_of(found, log)
    expected, today = due(lens, found, last), today_of(lens)
    every = followups_of(lens).of_enrolments(lens.viewer.organisation, [enrolment.id])
    if history:
        note_seen(lens, [enrolment.id])
    return FollowUpFile(
        as_of=lens.as_of,
        is_on=is_on(lens),
        followup=found,
        enrolment=enrolment,
        session=session,
        name=name_of(lens, enrolment),
        session_title=session_title(lens.records, session),
        owner=owner_name(lens, found.owner),
        owners=tuple(_owners(lens, session)),
        reached=reached,
        due=expected,
        is_overdue=expected is not None and expected.is_overdue(today),
        score=history[-1] if history else None,
        history=tuple(history),
        trend=trend_of(history, today),
        earlier=tuple(item for item in every if item.id != found.id),
        limits=limits_of(lens),
        today=today,
    )


def followup_of(lens: Lens, enrolment_id: str) -> FollowUp | None:
    """Return the open follow-up of an enrolment within, None when there is none; raises NotFound, Forbidden."""
    lens.viewer.require(TEACHING)
    name = lens.enrolment(enrolment_id).id
    found = followups_of(lens).of_enrolments(lens.viewer.organisation, [name])
    return next((item for item in found if item.is_open and not _is_hidden(lens, item)), None)


def get_followup(lens: Lens, followup_id: str) -> FollowUp:
    """Return a follow-up within; raises NotFound, in the words for what does not exist, and Forbidden."""
    lens.viewer.require(TEACHING)
    message = "There is no follow-up of this id."
    try:
        name = UUID(followup_id)
    except ValueError as error:
        raise NotFound(message) from error
    found = followups_of(lens).get(lens.viewer.organisation, name)
    if found.enrolment_id not in lens.scope.enrolments or _is_hidden(lens, found):
        raise NotFound(message)
    return found


def reached_of(followup: FollowUp, log: list[Exchange]) -> tuple[tuple[Reached, ...], Micros | None]:
    """Return every time that somebody turned to the learner, newest first, and the last one in the log.

    What was noted in both places is there once; what was withdrawn from the log counts no more.
    """
    live = {item.statement_id: item for item in log if not item.is_voided}
    voided = {item.statement_id for item in log if item.is_voided}
    own = [item for item in followup.contacts if item.exchange not in voided or item.exchange is None]
    noted = {item.exchange for item in own}
    end = followup.closed_at
    others = [
        item
        for item in live.values()
        if item.kind.is_outgoing
        and item.statement_id not in noted
        and to_micros(item.at) >= followup.opened_at
        and (end is None or to_micros(item.at) <= end)
    ]
    found = [
        Reached(
            at=to_datetime(item.at), channel=item.channel, name=item.name, note=item.note, number=item.number,
            is_logged=item.exchange is not None,
        )
        for item in own
    ] + [
        Reached(
            at=item.at, channel=item.channel, name=item.author or item.recorded_by, note=item.subject, number=None,
            is_logged=True,
        )
        for item in others
    ]  # fmt: skip
    last = max((to_micros(item.at) for item in others), default=None)
    return tuple(sorted(found, key=lambda item: item.at, reverse=True)), last


def open_by_hand(lens: Lens, helper: Helper, enrolment_id: str, reason: str) -> FollowUp:
    """Open a follow-up for a learner within because somebody says so; raises NotFound, InvalidRequest, Forbidden."""
    lens.viewer.require(TEACHING)
    name = lens.enrolment(enrolment_id).id
    return followups_of(lens).open_by_hand(
        lens.viewer.organisation, lens.records, name, reason, lens.viewer.trail_name, helper.name
    )


def log_contact(
    lens: Lens, helper: Helper, followup_id: str, noted: Noted, subject: str = "", *, in_log: bool = False
) -> FollowUp:
    """Note a contact; with `in_log` in the assistance log too, where the learner can read it, under a subject.

    Raises NotFound, InvalidRequest with everything that is wrong, Conflict when the follow-up has ended.
    """
    found = get_followup(lens, followup_id)
    check_contact(noted, lens.now)
    exchange = None
    if in_log and found.is_open:
        if not subject.strip():
            message = "What stands in the log has a subject."
            raise InvalidRequest(message, [Problem("/subject", message, "a few words")])
        entry = Entry(
            kind=Kind.TALK, key=noted.key, channel=noted.channel, subject=subject.strip(), text=noted.note.strip(),
            at=to_datetime(noted.at),
        )  # fmt: skip
        # The log takes each key once, and so does the follow-up: what was half done is done by doing it again.
        exchange = note(lens, helper, found.enrolment_id, entry).statement_id
    made = Noted(key=noted.key, at=noted.at, channel=noted.channel, note=noted.note, exchange=exchange)
    return followups_of(lens).log_contact(lens.viewer.organisation, found.id, made, lens.viewer.trail_name, helper.name)


def strike_contact(lens: Lens, helper: Helper, followup_id: str, number: int, reason: str) -> FollowUp:
    """Have a contact no longer count, with the reason; what it logged elsewhere is withdrawn there."""
    found = get_followup(lens, followup_id)
    return followups_of(lens).strike(
        lens.viewer.organisation, found.id, number, reason, lens.viewer.trail_name, helper.name
    )


def close(lens: Lens, helper: Helper, followup_id: str, outcome: str, note_: str, version: int) -> FollowUp:
    """Say how a follow-up ended; raises NotFound, InvalidRequest, Conflict."""
    found = get_followup(lens, followup_id)
    return followups_of(lens).close(
        lens.viewer.organisation, found.id, outcome, version, lens.viewer.trail_name, name=helper.name, note=note_
    )


def override(lens: Lens, helper: Helper, followup_id: str, reason: str, until: date, version: int) -> FollowUp:
    """Suspend alerts about a learner until a day; raises NotFound, InvalidRequest, Conflict."""
    found = get_followup(lens, followup_id)
    return followups_of(lens).override(
        lens.viewer.organisation, found.id, reason, until, version, lens.viewer.trail_name, limits=limits_of(lens),
        name=helper.name,
    )  # fmt: skip


def resume(lens: Lens, helper: Helper, followup_id: str, reason: str, version: int) -> FollowUp:
    """Let alerts come again before the day that was set; raises NotFound, InvalidRequest, Conflict."""
    found = get_followup(lens, followup_id)
    return followups_of(lens).resume(
        lens.viewer.organisation, found.id, reason, version, lens.viewer.trail_name, helper.name
    )


def assign(lens: Lens, helper: Helper, followup_id: str, owner: str, version: int) -> FollowUp:
    """Hand a follow-up to a trainer of the session, or with an empty name to the managers.

    Raises NotFound, InvalidRequest for anybody else, Conflict, and Forbidden but for STAFF and whose it is.
    """
    found = get_followup(lens, followup_id)
    mine = lens.viewer.person_id
    if found.owner is None or mine is None or lens.records.survivor(found.owner) != lens.records.survivor(mine):
        lens.viewer.require(STAFF)
    session = lens.records.sessions[lens.enrolment(found.enrolment_id).session_id]
    offered = {name for name, _ in _owners(lens, session)}
    wanted = PersonId(owner) if owner else None
    if wanted is not None and wanted not in offered:
        message = "A follow-up goes to a trainer of the session, or to the managers."
        raise InvalidRequest(message, [Problem("/owner", message, ", ".join(sorted(offered)))])
    return followups_of(lens).assign(
        lens.viewer.organisation, found.id, wanted, version, lens.viewer.trail_name, helper.name
    )


def _owners(lens: Lens, session: TrainingSession) -> list[tuple[PersonId, str]]:
    records = lens.records
    named = [*session.trainer_ids, *(slot.trainer_id for slot in records.slots_of(session.id) if slot.trainer_id)]
    people = dict.fromkeys(records.survivor(name) for name in named)
    return [(name, owner_name(lens, name)) for name in people if name in records.people]


def _is_hidden(lens: Lens, followup: FollowUp) -> bool:
    """Say whether an alert opened it about somebody who objects: then it is there no more, nor is what it said."""
    hidden = followups_of(lens).objecting(lens.viewer.organisation, lens.records)
    return followup.is_by_alert and followup.enrolment_id in hidden


def last_day(at: Micros) -> date:
    """Return the day of an instant, in Paris."""
    return to_datetime(at).astimezone(PARIS).date()
