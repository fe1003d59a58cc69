"""Other record stores are pulled from by themselves: when due, once, until somebody must mend something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from flask import Response

from assidu.pulling_work import PullingWork
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros
from lrs.outgoing.places import Network
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.conftest import KEY, SECRET
from tests.training.sources.elsewhere import Elsewhere, elsewhere, statement
from training.sources.definition import parse_source, write_source
from training.sources.pulling import seal_secret
from training.sources.schedule import Schedule, ScheduleState
from training.sources.schedules import Schedules
from training.sources.store import RunState, Sources

__all__ = ["elsewhere"]
MINUTE = 60_000_000


@pytest.fixture
def open_services(services: Services) -> Iterator[Services]:
    """Services that may ask this machine: that is where the other store is."""
    before = services.network
    object.__setattr__(services, "network", Network(private=True))
    yield services
    object.__setattr__(services, "network", before)


@pytest.fixture
def sources(open_services: Services) -> Sources:
    return Sources(open_services.store, open_services.clock, open_services.ids)


@pytest.fixture
def settle(open_services: Services, organisation: OrganisationId, sources: Sources, elsewhere: Elsewhere) -> Any:
    """Settle a source that is pulled from; `remote` changes what it says of the other store."""

    def settle(secret: str = SECRET, name: str = "ailleurs", **remote: Any) -> None:
        given = {"endpoint": elsewhere.endpoint, "key": KEY, "page": 10, **remote}
        sources.put(organisation, parse_source(name, {"kind": "statements", "title": "A", "remote": given}), "x")
        sources.keep_secret(organisation, name, seal_secret(open_services, organisation, name, secret))

    return settle


@pytest.fixture
def works(open_services: Services) -> Iterator[Callable[[], PullingWork]]:
    """Make workers' parts; each is ended with the test."""
    made: list[PullingWork] = []

    def make() -> PullingWork:
        made.append(PullingWork(open_services))
        return made[-1]

    yield make
    for work in made:
        work.stop()
        work.wait()


@pytest.fixture
def turn(works: Callable[[], PullingWork]) -> Callable[[], bool]:
    """Look once, and wait until what was begun has ended."""
    work = works()

    def turn() -> bool:
        begun = work.look()
        work.wait()
        return begun

    return turn


@pytest.fixture
def schedule(open_services: Services, organisation: OrganisationId) -> Callable[[], Schedule]:
    return lambda: Schedules(open_services.store).get(organisation, "ailleurs")


def count(services: Services, organisation: OrganisationId) -> int:
    return len(list(services.statements.since(organisation, 0)))


def later(clock: FixedClock, minutes: float) -> None:
    clock.micros = Micros(clock.micros + round(minutes * MINUTE))


def test_what_is_new_comes_by_itself_each_time_the_interval_is_over(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, clock: FixedClock, open_services: Services,
    organisation: OrganisationId, sources: Sources,
):  # fmt: skip
    elsewhere.store(*(statement(at) for at in range(25)))
    settle()

    assert turn()
    assert count(open_services, organisation) == 25
    assert (schedule().pulled_at, schedule().stored) == (clock.micros, 25)
    elsewhere.store(statement(99))
    later(clock, 14)
    assert not turn()
    later(clock, 2)
    assert turn()

    assert count(open_services, organisation) == 26
    receipts = sources.runs(organisation, "ailleurs")
    assert [(run.state, run.stored, run.by) for run in receipts] == [
        (RunState.DONE, 1, "worker schedule"), (RunState.DONE, 25, "worker schedule"),
    ]  # fmt: skip
    assert schedule().state(clock.micros) is ScheduleState.SCHEDULED


def test_a_pull_that_finds_nothing_leaves_no_receipt_and_is_noted(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, clock: FixedClock, organisation: OrganisationId,
    sources: Sources,
):  # fmt: skip
    elsewhere.store(statement(1))
    settle(every_minutes=5)
    turn()
    for _ in range(3):
        later(clock, 6)
        assert turn()

    assert len(sources.runs(organisation, "ailleurs")) == 1
    assert (schedule().pulled_at, schedule().stored) == (clock.micros, 0)


def test_of_two_workers_one_pulls(
    settle: Any, works: Any, elsewhere: Elsewhere, open_services: Services, organisation: OrganisationId
):
    elsewhere.store(*(statement(at) for at in range(35)))
    settle()
    one, two = works(), works()

    one.look()
    two.look()
    one.wait()
    two.wait()

    assert count(open_services, organisation) == 35
    assert len([path for path in elsewhere.asked if path.startswith("/xapi/statements?")]) == 1


def test_a_long_log_is_taken_in_turns_and_cut_off_goes_on(
    settle: Any, works: Any, elsewhere: Elsewhere, open_services: Services, organisation: OrganisationId,
    clock: FixedClock,
):  # fmt: skip
    elsewhere.store(*(statement(at) for at in range(35)))
    left = iter(range(2))
    elsewhere.trouble = lambda: None if next(left, None) is not None else Response(status=503)
    settle()
    first = works()
    first.look()
    first.wait()
    assert count(open_services, organisation) == 20
    elsewhere.trouble = lambda: None
    later(clock, 1)
    # Another worker, for the first one is gone.
    other = works()
    assert other.look()
    other.wait()

    assert count(open_services, organisation) == 35
    assert [path for path in elsewhere.asked if path.startswith("/xapi/statements?")] == elsewhere.asked[:1]


def test_who_asks_to_be_left_alone_is_and_then_is_asked_again(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, clock: FixedClock, open_services: Services,
    organisation: OrganisationId,
):  # fmt: skip
    elsewhere.store(statement(1))
    elsewhere.trouble = lambda: Response(status=429, headers={"Retry-After": "3600"})
    settle()
    turn()
    assert (schedule().error, schedule().failures) == ("http_429", 1)
    assert schedule().state(clock.micros) is ScheduleState.RETRYING
    elsewhere.trouble = lambda: None
    later(clock, 59)
    assert not turn()
    later(clock, 2)

    assert turn()
    assert (schedule().error, schedule().failures) == ("", 0)
    assert count(open_services, organisation) == 1


def test_pauses_grow_while_nobody_answers(settle: Any, turn: Any, schedule: Any, clock: FixedClock):
    settle(endpoint="http://127.0.0.1:9/xapi")
    pauses = []
    for _ in range(6):
        assert turn()
        pauses.append((schedule().rests_until - clock.micros) / MINUTE)
        clock.micros = schedule().rests_until

    assert schedule().error == "no_connection"
    assert pauses[0] < 0.1 < pauses[3] < pauses[5] <= 18


@pytest.mark.parametrize(("status", "reason"), [(401, "unauthorized"), (403, "forbidden")])
def test_refused_it_stops_for_good_and_says_why_until_the_settings_are_saved(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, clock: FixedClock, open_services: Services,
    organisation: OrganisationId, status: int, reason: str,
):  # fmt: skip
    elsewhere.store(statement(1))
    elsewhere.trouble = lambda: Response(status=status)
    settle()
    turn()
    assert (schedule().stopped, schedule().state(clock.micros)) == (reason, ScheduleState.STOPPED)
    later(clock, 60 * 24 * 30)
    assert not turn()
    assert len(elsewhere.asked) == 1
    elsewhere.trouble = lambda: None

    settle()

    assert turn()
    assert count(open_services, organisation) == 1
    assert schedule().state(clock.micros) is ScheduleState.SCHEDULED


def test_a_token_that_is_not_given_out_stops_it_and_a_token_server_that_is_away_does_not(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere
):
    token = elsewhere.endpoint.removesuffix("/xapi") + "/oauth/token"
    elsewhere.trouble = lambda: Response(status=503)
    settle(login="oauth", token_endpoint=token)
    turn()
    assert (schedule().stopped, schedule().error) == ("", "http_503")
    elsewhere.trouble = lambda: None

    settle("faux", login="oauth", token_endpoint=token)
    turn()

    assert schedule().stopped == "token_refused"


def test_a_statement_that_must_not_be_left_out_stops_it(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, open_services: Services, caller: Caller
):
    elsewhere.store(*(statement(at) for at in range(5)))
    mine = statement(2, verb={"id": "http://adlnet.gov/expapi/verbs/failed"})
    open_services.ingest.post(caller, Version.V1_0_3, orjson.dumps([mine]))
    settle(refused="stop")

    turn()

    assert schedule().stopped == "statement_refused"


def test_a_page_that_is_none_is_asked_for_again(settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere):
    for answer, word in (
        (Response("<html>"), "not_statements"), (Response(status=404), "not_found"),
        (Response(status=302, headers={"Location": "https://x.exemple.fr/"}), "redirected"),
    ):  # fmt: skip
        elsewhere.trouble = lambda answer=answer: answer
        settle()
        turn()
        assert (schedule().error, schedule().stopped, schedule().failures) == (word, "", 1)


def test_nobody_pulls_from_what_is_switched_off_or_has_no_secret(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, organisation: OrganisationId, sources: Sources,
    clock: FixedClock, open_services: Services,
):  # fmt: skip
    settle(every_minutes=0)
    assert not turn()
    assert schedule().state(clock.micros) is ScheduleState.OFF
    settle()
    plain = write_source(sources.get(organisation, "ailleurs"))
    # To another address the secret is never told.
    sources.put(
        organisation,
        parse_source("ailleurs", {**plain, "remote": {**plain["remote"], "endpoint": "https://x.fr"}}),
        "x",
    )
    assert schedule().state(clock.micros) is ScheduleState.NO_SECRET
    assert not turn()
    # Kept before there were intervals.
    rows = open_services.store.collection("sources")
    plain["remote"].pop("every_minutes")
    rows.update_one({"id": "ailleurs"}, {"$set": {"b": orjson.dumps(plain).decode()}, "$unset": {"every": ""}})
    assert sources.get(organisation, "ailleurs").remote.every_minutes == 0
    assert not turn()
    assert elsewhere.asked == []


def test_a_pull_by_hand_counts_and_one_that_is_under_way_is_left_alone(
    settle: Any, turn: Any, schedule: Any, elsewhere: Elsewhere, clock: FixedClock, organisation: OrganisationId,
    sources: Sources,
):  # fmt: skip
    elsewhere.store(statement(1))
    settle()
    sources.take(organisation, "ailleurs", "somebody")
    assert schedule().state(clock.micros) is ScheduleState.RUNNING
    assert not turn()
    sources.leave(organisation, "ailleurs", "somebody")

    assert turn()
    assert schedule().failures == 0
