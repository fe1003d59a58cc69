"""Estimates of who may not complete, and follow-ups, as a viewer may see them: the one place where views read either.

An estimate is for whoever teaches or answers for the training, within their scope, and for the learner themself. While
the organisation has none made, and of whoever objects, there is none: neither is told from what was never estimated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from analytics.store.risk import RiskAlert, Risks, RiskScore
from dashboards.formats import PARIS
from dashboards.views.lens import Lens
from lrs.clock import Micros, to_datetime
from training.access import STAFF, Role
from training.followups import Due, FollowUp, FollowUps, Limits, Readings, due_of
from training.law import load_law
from training.records.ids import EnrolmentId, PersonId, SessionId

TEACHING: Final = frozenset((Role.TRAINER, *STAFF))
# A place among fewer is no share: « third of seven » is said instead.
_SHARE_FROM: Final = 10
# What part of a session somebody is said to be among; beyond the last nothing is said that would single them out.
_BANDS: Final = (0.05, 0.1, 0.2, 0.3, 0.5)
# By how much a rank moves before it is said to.
_MOVED: Final = 0.1
_TREND_DAYS: Final = 14


class Trend(StrEnum):
    """Where somebody's rank goes, over the last two weeks; UNKNOWN with fewer than two estimates."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is known of one enrolment that somebody may have to turn to: each part None where there is none.

    `alert` is open: the estimate asks for somebody to look. `followup` is the open one, which a person owns.
    """

    enrolment_id: EnrolmentId
    score: RiskScore | None
    alert: RiskAlert | None
    followup: FollowUp | None

    @property
    def is_flagged(self) -> bool:
        """Whether somebody is to look, or is at it."""
        return self.alert is not None or self.followup is not None

    @property
    def rank(self) -> float:
        """What those who are flagged are ordered by: the share of the session that is less at risk; 0 without."""
        return self.score.rank if self.score is not None and self.score.rank is not None else 0.0


def followups_of(lens: Lens) -> FollowUps:
    """Return the register of follow-ups; it scopes nothing."""
    return FollowUps(lens.services.store, lens.services.clock, lens.services.ids)


def is_on(lens: Lens) -> bool:
    """Say whether the organisation has chances estimated."""
    return followups_of(lens).is_on(lens.viewer.organisation)


def limits_of(lens: Lens) -> Limits:
    """Return the delays of follow-ups that hold today."""
    return Limits.on(today_of(lens), load_law(), lens.records.law_overrides.values())


def today_of(lens: Lens) -> date:
    """Return the day it is, in Paris."""
    return to_datetime(lens.now).astimezone(PARIS).date()


def target_of(lens: Lens) -> str:
    """Return what is estimated: the chance that alerts follow, as a provision names it."""
    found: str = load_law().value("risk.alerts", today_of(lens), lens.records.law_overrides.values())["target"]
    return found


def watched(lens: Lens, session_ids: Collection[SessionId]) -> dict[EnrolmentId, Watched]:
    """Return everybody within, in these sessions, who is estimated, flagged or followed up. Raises Forbidden."""
    lens.viewer.require(TEACHING)
    organisation, within = lens.viewer.organisation, lens.scope.enrolments
    wanted = lens.scope.sessions & frozenset(session_ids)
    scores: dict[EnrolmentId, RiskScore] = {}
    alerts: dict[EnrolmentId, RiskAlert] = {}
    if wanted and is_on(lens):
        risks = Risks(lens.services.store, lens.services.clock)
        hidden = followups_of(lens).objecting(organisation, lens.records)
        found = risks.scores_in(organisation, sorted(wanted), target=target_of(lens))
        scores = {item.enrolment_id: item for item in found if item.enrolment_id in within - hidden}
        alerts = {
            item.enrolment_id: item
            for item in risks.alerts(organisation, is_open=True)
            if item.session_id in wanted and item.enrolment_id in within - hidden
        }
    followups = {item.enrolment_id: item for item in open_followups(lens) if item.session_id in wanted}
    return {
        name: Watched(enrolment_id=name, score=scores.get(name), alert=alerts.get(name), followup=followups.get(name))
        for name in sorted({*scores, *alerts, *followups})
    }


def score_of(lens: Lens, enrolment_id: EnrolmentId) -> RiskScore | None:
    """Return the newest estimate of an enrolment within; None where none may be shown. Raises NotFound."""
    found = history_of(lens, enrolment_id)
    return found[-1] if found else None


def history_of(lens: Lens, enrolment_id: EnrolmentId) -> list[RiskScore]:
    """Return what was estimated of an enrolment within, a day each, oldest first; raises NotFound, Forbidden."""
    lens.viewer.require(TEACHING | {Role.LEARNER})
    enrolment = lens.enrolment(enrolment_id)
    register, organisation = followups_of(lens), lens.viewer.organisation
    if not is_on(lens) or enrolment.id in register.objecting(organisation, lens.records):
        return []
    return Risks(lens.services.store, lens.services.clock).history_of(
        organisation, enrolment.id, target=target_of(lens)
    )


def open_followups(lens: Lens) -> list[FollowUp]:
    """Return the follow-ups within that somebody is at, oldest first; what an alert opened ends with an objection."""
    lens.viewer.require(TEACHING)
    register, organisation = followups_of(lens), lens.viewer.organisation
    hidden = register.objecting(organisation, lens.records)
    return [
        item
        for item in register.open_ones(organisation)
        if item.enrolment_id in lens.scope.enrolments and not (item.is_by_alert and item.enrolment_id in hidden)
    ]


def note_seen(lens: Lens, enrolments: Iterable[EnrolmentId]) -> None:
    """Keep that the viewer was shown estimates of these: the learners can see that somebody was, and of which role."""
    names = frozenset(enrolments)
    if lens.viewer.role in TEACHING:
        readings = Readings(lens.services.store, lens.services.clock)
        readings.note(lens.viewer.organisation, names, lens.viewer.trail_name, lens.viewer.role.value)


def trend_of(history: Sequence[RiskScore], today: date) -> Trend:
    """Say where a rank goes, from the estimates of the last two weeks."""
    known = [item for item in history if item.rank is not None and (today - item.on).days <= _TREND_DAYS]
    if len(known) < 2:  # noqa: PLR2004 - one point has no direction
        return Trend.UNKNOWN
    first, last = known[0].rank or 0.0, known[-1].rank or 0.0
    if abs(last - first) < _MOVED:
        return Trend.STEADY
    return Trend.RISING if last > first else Trend.FALLING


def band_of(score: RiskScore) -> float | None:
    """Return the smallest part of the session that somebody is among; None in the other half, or of few.

    Nobody is told a place in a list: a part says as much as the estimate can.
    """
    if score.place is None or score.among < _SHARE_FROM:
        return None
    return next((band for band in _BANDS if score.place <= band * score.among), None)


def due(lens: Lens, followup: FollowUp, last_contact: Micros | None = None) -> Due | None:
    """Return what is due of a follow-up next, by the delays that hold today."""
    return due_of(followup, limits_of(lens), PARIS, last_contact)


def owner_name(lens: Lens, owner: PersonId | None) -> str:
    """Return the name of whose a follow-up is; empty for the managers together."""
    if owner is None:
        return ""
    person = lens.records.people.get(lens.records.survivor(owner))
    return "" if person is None else person.name or person.id
