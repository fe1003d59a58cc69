"""From events to how a follow-up stands, and what is due of it. Pure: nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lrs.clock import Micros, to_datetime
from training.assistance.exchange import Channel
from training.followups.followup import Contact, Event, FollowUp, Limits, State, What
from training.followups.outcomes import Outcome, load_outcomes
from training.rights.delays import working_day

_ENDINGS = {What.OVERRIDDEN: "known", What.OBJECTED: "objected", What.OVER: "over"}


def stand(empty: FollowUp, events: Sequence[Event], zone: ZoneInfo) -> FollowUp:
    """Return a follow-up after its events, oldest first; days are those of `zone`."""
    outcomes = load_outcomes()
    found = empty
    for number, event in enumerate(events, 1):
        found = _after(found, number, event, zone, outcomes)
    return replace(found, events=tuple(events), version=len(events))


def _after(found: FollowUp, number: int, event: Event, zone: ZoneInfo, outcomes: Mapping[str, Outcome]) -> FollowUp:
    if event.what is What.ALERTED and event.alert is not None:
        return replace(found, alerts=(*found.alerts, event.alert), owner=event.owner if number == 1 else found.owner)
    if event.what in (What.OPENED, What.ASSIGNED):
        return replace(found, owner=event.owner)
    if event.what is What.CONTACTED:
        contact = Contact(
            number=number, at=event.on or event.at, recorded_at=event.at, channel=event.channel or Channel.OTHER,
            by=event.by, name=event.name, note=event.text, exchange=event.exchange,
        )  # fmt: skip
        return replace(found, contacts=(*found.contacts, contact))
    if event.what is What.STRUCK:
        return replace(found, contacts=tuple(item for item in found.contacts if item.number != event.number))
    if event.what is What.RESUMED:
        return replace(found, quiet_until=None, is_quiet_for_good=False)
    return _closed(found, event, outcomes[_ENDINGS.get(event.what, event.outcome)], zone)


def _closed(found: FollowUp, event: Event, outcome: Outcome, zone: ZoneInfo) -> FollowUp:
    until = event.until
    if until is None and outcome.quiet_days is not None:
        until = to_datetime(event.at).astimezone(zone).date() + timedelta(days=outcome.quiet_days)
    return replace(
        found,
        state=State.CLOSED,
        outcome=outcome.id,
        closed_at=event.at,
        quiet_until=until,
        # An objection is read where it stands: once it is taken back, alerts may come again.
        is_quiet_for_good=until is None and outcome.is_chosen,
    )


@dataclass(frozen=True, slots=True)
class Due:
    """What is expected of a follow-up's owner next: a first contact or a next step, and by which day."""

    is_first: bool
    on: date

    def is_overdue(self, today: date) -> bool:
        """Say whether that day is over."""
        return today > self.on


def due_of(followup: FollowUp, limits: Limits, zone: ZoneInfo, last_contact: Micros | None = None) -> Due | None:
    """Return what is due of an open follow-up; None of one that has ended.

    `last_contact` is the last exchange of the assistance log since it was opened, which counts as one noted here. A day
    that falls on a weekend or a public holiday is pushed to the next working day.
    """
    if not followup.is_open:
        return None
    known = [item.at for item in followup.contacts]
    if last_contact is not None and last_contact >= followup.opened_at:
        known.append(last_contact)
    last = max(known, default=None)
    days = limits.first_days if last is None else limits.next_days
    start = to_datetime(followup.opened_at if last is None else last).astimezone(zone).date()
    return Due(last is None, working_day(start + timedelta(days=days)))
