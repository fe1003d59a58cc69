"""The worker's part: organisation by organisation, and one in trouble does not hold up the others."""

from __future__ import annotations

from assidu.tending import LOOK_SECONDS, tend_scorm
from lrs.organisations import Organisations
from lrs.scorm.commit import parse_commit
from lrs.scorm.delays import delays_at
from tests.lrs.scorm.ground import body, cmi, shorts, wanted


def test_sessions_of_every_organisation_are_ended_and_then_it_rests(services, gateway, organisation, clock, log):
    other = Organisations(services.store, services.clock).create("autre", "Autre").number
    for number in (organisation, other):
        launch = gateway.launches.issue(number, wanted()).launch
        gateway.take(launch, parse_commit(body(cmi(), 1)))
    clock.micros += delays_at(clock.micros).silence_seconds * 1_000_000
    work = tend_scorm(services)

    more = work.turn()
    # It looked just now: what comes due meanwhile waits for the next look.
    clock.micros += int(LOOK_SECONDS * 1_000_000)
    again = work.turn()

    assert (more, again) == (False, False)
    assert shorts(log()) == ["initialized", "terminated"]
    assert len(list(services.statements.since(other, 0))) == 2


def test_an_organisation_in_trouble_does_not_hold_up_the_others(services, gateway, organisation, clock, log):
    other = Organisations(services.store, services.clock).create("autre", "Autre").number
    for number in (organisation, other):
        gateway.take(gateway.launches.issue(number, wanted()).launch, parse_commit(body(cmi(), 1)))
    # What is kept of one of the first organisation's tracks cannot be read.
    services.store.collection("scorm_tracks").update_one({"o": organisation}, {"$set": {"k": b"?"}})
    clock.micros += delays_at(clock.micros).silence_seconds * 1_000_000

    tend_scorm(services).turn()

    assert shorts(log()) == ["initialized"]
    assert len(list(services.statements.since(other, 0))) == 2
