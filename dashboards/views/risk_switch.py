"""Whether the organisation has chances estimated, who decided it, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.store.risk import Risks
from dashboards.views.lens import Lens
from dashboards.views.risk import followups_of, today_of
from training.access import Role
from training.followups import Decision, Switch

ADMINISTRATORS = frozenset((Role.ADMINISTRATOR,))


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchView:
    """The decision that holds, every one before it, and whom it is about.

    `active` enrolments run today; of `objecting` people nothing is estimated whatever is decided here. `trouble` is
    what keeps estimates from being made, in French, None while nothing does.
    """

    as_of: int
    is_on: bool
    decisions: tuple[Decision, ...]
    active: int
    objecting: int
    open_followups: int
    scored_at: int | None
    trouble: str | None


def read_switch(lens: Lens) -> SwitchView:
    """Return how it is decided; raises Forbidden but to administrators."""
    lens.viewer.require(ADMINISTRATORS)
    organisation, today = lens.viewer.organisation, today_of(lens)
    register, decided = followups_of(lens), _switch(lens)
    is_on = decided.is_on(organisation)
    status = Risks(lens.services.store, lens.services.clock).status(organisation) if is_on else None
    active = [
        item
        for item in lens.records.enrolments.values()
        if item.exit is None and item.session_id in lens.records.sessions
        and lens.records.sessions[item.session_id].starts_on <= today <= lens.records.sessions[item.session_id].ends_on
    ]  # fmt: skip
    return SwitchView(
        as_of=lens.as_of,
        is_on=is_on,
        decisions=tuple(decided.history(organisation)),
        active=len(active),
        objecting=len({lens.records.survivor(name) for name in register.objections_of(organisation)}),
        open_followups=len(register.open_ones(organisation)),
        scored_at=None if status is None else status.scored_at,
        trouble=None if status is None else status.trouble,
    )


def turn(lens: Lens, name: str, reason: str, *, on: bool, assessed_on: date | None = None) -> Decision:
    """Decide whether chances are estimated. Raises Forbidden, InvalidRequest without a reason, Conflict."""
    lens.viewer.require(ADMINISTRATORS)
    return _switch(lens).turn(
        lens.viewer.organisation, on=on, reason=reason, by=lens.viewer.trail_name, name=name, assessed_on=assessed_on
    )


def _switch(lens: Lens) -> Switch:
    return Switch(lens.services.store, lens.services.clock)
