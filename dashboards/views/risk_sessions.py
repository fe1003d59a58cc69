"""Sessions that are on: of how many something is estimated, whom the estimate flags, and who is looked after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.store.risk import Risks
from dashboards.views.lens import Lens
from dashboards.views.risk import followups_of, is_on, open_followups, target_of, today_of
from dashboards.views.session import session_title
from training.access import STAFF
from training.records.ids import SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session. `people` are there now; `scored` of them are ranked, `calibrated` of these have a percentage.

    `without` says of the others how many lack an estimate, by reason (a sentence in French); those who object are not
    among them, they are nowhere. `flagged` are open alerts, `followed` open follow-ups, of which `untouched` have no
    contact noted yet.
    """

    session_id: SessionId
    title: str
    people: int
    scored: int
    calibrated: int
    flagged: int
    followed: int
    untouched: int
    without: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SessionsView:
    """Sessions that are on, those with most to look at first."""

    as_of: int
    is_on: bool
    lines: tuple[SessionLine, ...]


def sessions_overview(lens: Lens) -> SessionsView:
    """Return the sessions that are on; raises Forbidden but for STAFF."""
    lens.viewer.require(STAFF)
    made_of = (lens.records.change, today_of(lens), lens.as_of)
    memory, organisation = lens.sources.memory, lens.viewer.organisation
    counted = memory.get(organisation, "risk sessions", made_of, lens.now, lambda: _scored(lens)) if is_on(lens) else {}
    followed: dict[SessionId, list[int]] = {}
    for item in open_followups(lens):
        followed.setdefault(item.session_id, []).append(len(item.contacts))
    today = today_of(lens)
    lines = []
    for session in lens.sessions():
        if not session.starts_on <= today <= session.ends_on:
            continue
        people = [item for item in lens.enrolments(session.id) if item.exit is None]
        scores, held = counted.get(session.id, Counter[str]()), followed.get(session.id, [])
        lines.append(
            SessionLine(
                session_id=session.id,
                title=session_title(lens.records, session),
                people=len(people),
                scored=scores["scored"],
                calibrated=scores["calibrated"],
                flagged=scores["flagged"],
                followed=len(held),
                untouched=sum(not count for count in held),
                without={name[1:]: count for name, count in sorted(scores.items()) if name.startswith(" ")},
            )
        )
    return SessionsView(lens.as_of, is_on(lens), tuple(sorted(lines, key=_most)))


def _scored(lens: Lens) -> dict[SessionId, Counter[str]]:
    """Count what is estimated, by session; a sentence that says why there is none begins with a space."""
    organisation, risks = lens.viewer.organisation, Risks(lens.services.store, lens.services.clock)
    hidden = followups_of(lens).objecting(organisation, lens.records)
    found: dict[SessionId, Counter[str]] = {}
    today = today_of(lens)
    running = [item.id for item in lens.sessions() if item.starts_on <= today <= item.ends_on]
    for score in risks.scores_in(organisation, running, target=target_of(lens)):
        if score.enrolment_id in hidden:
            continue
        counts = found.setdefault(score.session_id, Counter())
        if score.is_scored:
            counts["scored"] += 1
            counts["calibrated"] += score.probability is not None
        else:
            counts[f" {score.unshown_sentence}"] += 1
    for alert in risks.alerts(organisation, is_open=True):
        if alert.enrolment_id not in hidden:
            found.setdefault(alert.session_id, Counter())["flagged"] += 1
    return found


def _most(line: SessionLine) -> tuple[int, int, str, str]:
    return -line.flagged, -line.followed, line.title, line.session_id
