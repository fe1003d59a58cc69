"""Follow-ups as documents of the store, and back. Nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.assistance.exchange import Channel
from training.followups.followup import AlertFacts, Event, FollowUp, State, What
from training.followups.history import stand
from training.records.ids import EnrolmentId, PersonId, SessionId

PARIS: Final = ZoneInfo("Europe/Paris")


def event_row(event: Event) -> dict[str, Any]:
    """Return an event as it is stored: what it does not say is left out."""
    row: dict[str, Any] = {
        "at": event.at, "what": event.what.value, "by": event.by, "name": event.name, "key": event.key,
        "text": event.text, "on": event.on, "channel": event.channel, "exchange": event.exchange,
        "outcome": event.outcome, "until": None if event.until is None else event.until.isoformat(),
        "owner": event.owner, "alert": None if event.alert is None else _alert_row(event.alert), "number": event.number,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value not in (None, "")}


def followup_of(row: Mapping[str, Any]) -> FollowUp:
    """Return a follow-up as it stands after everything that is stored of it."""
    empty = FollowUp(
        id=row["_id"],
        organisation=OrganisationId(row["o"]),
        enrolment_id=EnrolmentId(row["e"]),
        session_id=SessionId(row["s"]),
        person_id=PersonId(row["p"]),
        opened_at=Micros(row["at"]),
        state=State.OPEN,
        owner=None,
        version=0,
    )
    return stand(empty, [_event(item) for item in row["events"]], PARIS)


def derived(found: FollowUp) -> dict[str, Any]:
    """Return what a follow-up is looked for by, as its events make it."""
    quiet = "for good" if found.is_quiet_for_good else None
    return {
        "open": found.is_open,
        # Named while it is open and at no other time: an index keeps an enrolment to one.
        **({"one": found.enrolment_id} if found.is_open else {}),
        "owner": found.owner,
        "alerts": [alert.key for alert in found.alerts],
        "quiet": quiet if found.quiet_until is None else found.quiet_until.isoformat(),
        "n": found.version,
    }


def _event(row: Mapping[str, Any]) -> Event:
    channel, until, alert, owner = row.get("channel"), row.get("until"), row.get("alert"), row.get("owner")
    return Event(
        at=Micros(row["at"]),
        what=What(row["what"]),
        by=row["by"],
        name=row.get("name", ""),
        key=row.get("key", ""),
        text=row.get("text", ""),
        on=None if row.get("on") is None else Micros(row["on"]),
        channel=None if channel is None else Channel(channel),
        exchange=row.get("exchange"),
        outcome=row.get("outcome", ""),
        until=None if until is None else date.fromisoformat(until),
        owner=None if owner is None else PersonId(owner),
        alert=None if alert is None else _alert(alert),
        number=row.get("number"),
    )


def _alert_row(alert: AlertFacts) -> dict[str, Any]:
    return {
        "key": alert.key, "at": alert.at, "reasons": list(alert.reasons), "share": alert.top_share,
        "p": alert.probability, "days": alert.horizon_days, "model": alert.model,
    }  # fmt: skip


def _alert(row: Mapping[str, Any]) -> AlertFacts:
    return AlertFacts(
        key=row["key"], at=Micros(row["at"]), reasons=tuple(row["reasons"]), top_share=row["share"],
        probability=row["p"], horizon_days=row["days"], model=row["model"],
    )  # fmt: skip
