"""What reads follow-ups, decisions and readings, for the test of indexes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from lrs.caller import Caller
from lrs.services import Services
from tests.training.examples import enrolment
from training.followups import AlertFacts, FollowUp, FollowUps, Limits, Readings, Switch, forget_ended
from training.law import load_law
from training.records import Records
from training.records.ids import EnrolmentId

_TODAY = date(2026, 1, 5)


def _many(services: Services, caller: Caller) -> tuple[FollowUps, list[FollowUp], Records]:
    """Open forty follow-ups, and end the half of them."""
    made = {
        EnrolmentId(f"e{at}"): enrolment(f"e{at}", registration=UUID(int=(at + 1) << 80 | 4 << 76 | 8 << 60))
        for at in range(40)
    }
    records = Records(caller.organisation, enrolments=made)
    Switch(services.store, services.clock).turn(
        caller.organisation, on=True, reason="essai", by="essai", assessed_on=_TODAY
    )
    followups = FollowUps(services.store, services.clock, services.ids)
    followups.forget(caller.organisation, made)
    at = services.clock.now_micros()
    found = [
        followups.open_from_alert(caller.organisation, records, name, AlertFacts(key=f"a{name}", at=at))
        for name in made
    ]
    opened = [item for item in found if item is not None]
    for item in opened[::2]:
        limits = Limits.on(_TODAY, load_law(), ())
        until = date(2026, 2, 1)
        followups.override(caller.organisation, item.id, "essai", until, item.version, "essai", limits=limits)
    return followups, opened, records


def _opened(services: Services, caller: Caller) -> object:
    followups, _, records = _many(services, caller)
    return followups.open_by_hand(caller.organisation, records, EnrolmentId("e7"), "essai", "essai")


def _of_one(services: Services, caller: Caller) -> object:
    followups, _, _ = _many(services, caller)
    return followups.of_enrolments(caller.organisation, [EnrolmentId("e7")])


def _listed(services: Services, caller: Caller) -> object:
    followups, _, _ = _many(services, caller)
    return followups.open_ones(caller.organisation), followups.closed_ones(caller.organisation)


def _by_alert(services: Services, caller: Caller) -> object:
    followups, _, records = _many(services, caller)
    alert = AlertFacts(key="ae7", at=services.clock.now_micros())
    return followups.open_from_alert(caller.organisation, records, EnrolmentId("e7"), alert)


def _silenced(services: Services, caller: Caller) -> object:
    followups, _, _ = _many(services, caller)
    return followups.silenced(caller.organisation, _TODAY)


def _decided(services: Services, caller: Caller) -> object:
    _many(services, caller)
    return Switch(services.store, services.clock).history(caller.organisation)


def _forgotten(services: Services, caller: Caller) -> object:
    _, _, records = _many(services, caller)
    others = {
        EnrolmentId(f"f{at}"): enrolment(
            f"f{at}", session_id=f"s{at}", registration=UUID(int=(at + 99) << 80 | 4 << 76 | 8 << 60)
        )
        for at in range(20)
    }
    elsewhere = Records(caller.organisation, enrolments=others)
    followups = FollowUps(services.store, services.clock, services.ids)
    for name in others:
        followups.open_by_hand(caller.organisation, elsewhere, name, "essai", "essai")
    return forget_ended(services.store, services.clock, records, _TODAY)


def _seen(services: Services, caller: Caller) -> object:
    readings = Readings(services.store, services.clock)
    for at in range(20):
        readings.note(caller.organisation, [EnrolmentId(f"e{at}")], f"account:{at}", "trainer")
    return readings.of(caller.organisation, [EnrolmentId("e7")])


USES = {
    ("risk_followups", "o", "one"): _opened,
    ("risk_followups", "o", "e"): _of_one,
    ("risk_followups", "o", "s"): _forgotten,
    ("risk_followups", "o", "open", "at", "_id"): _listed,
    ("risk_followups", "o", "alerts"): _by_alert,
    ("risk_followups", "o", "quiet"): _silenced,
    ("risk_decisions", "o", "n"): _decided,
    ("risk_readings", "o", "e"): _seen,
}
