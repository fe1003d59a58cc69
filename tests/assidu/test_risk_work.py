"""The worker's process estimates what is due, ends by itself, and being killed costs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.store.risk_due import Dues
from analytics.store.risk_keeper import RiskKeeper
from analytics.store.risk_progress import LEASE_MICROS
from assidu.risk_turns import RiskTurns
from assidu.risk_work import RiskWork, is_due
from lrs.clock import Micros, SystemClock, to_datetime
from tests.analytics.store.risk_ground import Centre


@pytest.fixture
def centre(services, organisation, caller) -> Centre:
    """A session that runs today, whatever day that is: processes of their own have the machine's clock."""
    made = Centre(services, caller)
    services.clock.micros = Micros(SystemClock().now_micros() - 60_000_000)
    made.furnish()
    first = to_datetime(services.clock.now_micros()).date() - timedelta(days=10)
    made.begin("courante", first, 12, fading=3)
    for day in range(10):
        made.send(
            *(item for name in made.sessions["courante"] for item in made.does(name, day, first + timedelta(day)))
        )
    made.settle()
    made.switch_on()
    return made


def dues_of(centre: Centre) -> Dues:
    return Dues(centre.services.store, centre.services.clock, centre.services.ids)


def wait_for(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_turn_trains_then_estimates_and_then_nothing_is_due(centre):
    turns = RiskTurns(centre.services, "essai")
    assert is_due(dues_of(centre), [centre.organisation])
    while turns.look():
        pass

    assert not is_due(dues_of(centre), [centre.organisation])
    status = centre.risks.status(centre.organisation)
    assert (status.active, status.trouble) == (12, None)
    assert status.next_training_on is not None
    assert {item.verdict for item in centre.risks.trainings(centre.organisation)} == {"refused"}
    centre.services.clock.micros += 86_400_000_000
    assert is_due(dues_of(centre), [centre.organisation])


def test_while_somebody_else_holds_an_organisation_it_is_left_alone(centre):
    keeper = RiskKeeper(centre.services.store, centre.services.clock, centre.services.ids, centre.services.secret_key)
    assert keeper.progress.hold(centre.organisation, "un autre", centre.now)
    turns = RiskTurns(centre.services, "essai")
    turns.look()
    assert centre.risks.status(centre.organisation).active == 0
    centre.services.clock.micros += LEASE_MICROS
    centre.settle()
    assert turns.look()


def test_where_nobody_has_estimates_made_what_is_over_is_looked_for_once_a_day(services, organisation, caller):
    quiet = Centre(services, caller)
    turns = RiskTurns(services, "essai")
    assert is_due(dues_of(quiet), [quiet.organisation])
    while turns.look():
        pass

    assert not is_due(dues_of(quiet), [quiet.organisation])
    assert quiet.risks.status(quiet.organisation).active == 0
    services.clock.micros += 86_400_000_000
    assert is_due(dues_of(quiet), [quiet.organisation])


def test_a_process_killed_again_and_again_ends_in_one_estimate_of_everybody(centre, settings):
    store, key = centre.services.store, centre.services.secret_key.decode()
    told = replace(settings, database=store.database.name, secret_key=key)
    work = RiskWork(told, centre.services)
    for pause in (0.0, 1.5, 2.0):
        work.look()
        time.sleep(pause)
        if work._child is None:
            # It was faster than we are.
            break
        work._child.kill()
        work._child.join()
        # What a dead process holds, it holds for a minute; the test does not wait for that.
        store.collection("risk_progress").update_many({}, {"$set": {"holder": None, "until": None}})
    work.look()
    try:
        wait_for(lambda: centre.risks.status(centre.organisation).active == 12)
    finally:
        work.stop()
        if work._child is not None:
            work._child.join(30)

    assert len(centre.risks.scores_in(centre.organisation, ["courante"])) == 12
    assert store.collection("risk_days").count_documents({}) <= 24
    assert all(len(centre.risks.history_of(centre.organisation, name)) <= 2 for name in centre.names("courante"))
