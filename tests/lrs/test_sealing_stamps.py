"""Stamps on heads: from a real authority over HTTP, and what happens while it does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from assidu.authority.client import DevelopmentAuthority, authority_secret
from assidu.authority.service import Authority, AuthorityServer
from lrs.caller import Caller
from lrs.clock import FixedClock, SystemClock
from lrs.ledger_reading import Ledger, LedgerState
from lrs.sealing import Sealer
from lrs.services import Services
from lrs.stamping import CLAIM_MICROS, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, HeadStamping, StampTurn
from lrs.timestamps import NoAuthority, Stamper, check_stamp
from tests.lrs.sealers import SECRET, check, sealer, store_statements

EVERY_SECONDS = 600
SECOND = 1_000_000


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[AuthorityServer]:
    """The local authority at an address; the tests' clock stands in 2026, and its own goes on."""
    server = AuthorityServer(Authority(folder, authority_secret(SECRET), SystemClock()), port=port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentAuthority]:
    with serving(tmp_path_factory.mktemp("authority")) as server:
        yield DevelopmentAuthority(server.address, SECRET, SystemClock())


@pytest.fixture
def sealing(services: Services, clock: FixedClock) -> Sealer:
    return sealer(services.store, clock)


def stamping(services: Services, stamper: Stamper) -> HeadStamping:
    return HeadStamping(services.store, services.clock, stamper, EVERY_SECONDS)


def head(services: Services, caller: Caller, sealing: Sealer, clock: FixedClock) -> None:
    """One more head."""
    clock.micros += SECOND
    store_statements(services, caller, 3)
    assert sealing.step(caller.organisation).head is not None


def work(stamping: HeadStamping) -> list[StampTurn]:
    turns = [stamping.stamp(ledger) for ledger in stamping.due()]
    return [turn for turn in turns if turn is not None]


def state(services: Services, caller: Caller) -> LedgerState:
    found = Ledger(services.store).state(caller.organisation)
    assert found is not None
    return found


def test_a_head_is_stamped_and_the_stamp_is_of_its_note(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, authority: DevelopmentAuthority
):
    head(services, caller, sealing, clock)

    (turn,) = work(stamping(services, authority))

    stamped = Ledger(services.store).stamped_head(caller.organisation)
    assert stamped is not None
    assert stamped.stamp is not None
    assert stamped.stamp == turn.stamp
    assert stamped.stamp.is_qualified is False
    assert check_stamp(stamped.stamp.token, stamped.note, [authority.root()]).at == stamped.stamp.at
    assert state(services, caller).unstamped_since is None
    assert stamping(services, authority).due() == []


def test_heads_are_stamped_no_more_often_than_asked_for_and_the_newest_alone(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, authority: DevelopmentAuthority
):
    stamps = stamping(services, authority)
    head(services, caller, sealing, clock)
    assert [turn.head for turn in work(stamps)] == [1]
    for _ in range(3):
        head(services, caller, sealing, clock)
    assert work(stamps) == []
    assert state(services, caller).unstamped_since == check(services.store, caller.organisation).heads[1].signed_at

    clock.micros += EVERY_SECONDS * SECOND

    assert [turn.head for turn in work(stamps)] == [4]
    assert state(services, caller).unstamped_since is None
    assert [bool(one.stamp) for one in check(services.store, caller.organisation).heads] == [True, False, False, True]


def test_a_stamp_that_is_asked_for_is_had_at_once(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, authority: DevelopmentAuthority
):
    stamps, ledger = stamping(services, authority), Ledger(services.store)
    head(services, caller, sealing, clock)
    work(stamps)
    # The newest has one: nothing is wanted.
    ledger.ask_stamp(caller.organisation)
    head(services, caller, sealing, clock)
    assert work(stamps) == []

    ledger.ask_stamp(caller.organisation)

    assert [turn.head for turn in work(stamps)] == [2]
    head(services, caller, sealing, clock)
    assert work(stamps) == []


def test_without_an_answer_heads_go_on_the_state_says_since_when_and_one_stamp_makes_up_for_all(
    services: Services,
    caller: Caller,
    sealing: Sealer,
    clock: FixedClock,
    authority: DevelopmentAuthority,
    tmp_path: Path,
):
    with serving(tmp_path) as server:
        address = server.address
    down = stamping(services, DevelopmentAuthority(address, SECRET, SystemClock()))
    began = clock.micros + SECOND
    pauses = []
    for _ in range(8):
        head(services, caller, sealing, clock)
        (turn,) = work(down)
        assert turn.stamp is None
        assert turn.problem
        assert work(down) == []
        pauses.append(turn.pause_seconds)
        clock.micros += turn.pause_seconds * SECOND

    assert pauses[0] == FIRST_PAUSE_SECONDS
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    assert pauses == sorted(pauses)
    now = state(services, caller)
    assert now.stamp_trouble is not None
    assert (now.stamp_trouble.since, now.unstamped_since) == (began, began)
    assert now.head is not None
    assert (now.head.number, now.stamped) == (8, None)

    assert [turn.head for turn in work(stamping(services, authority))] == [8]

    now = state(services, caller)
    assert (now.stamp_trouble, now.unstamped_since) == (None, None)
    check(services.store, caller.organisation)


def test_where_no_authority_is_configured_that_is_said(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock
):
    head(services, caller, sealing, clock)

    (turn,) = work(stamping(services, NoAuthority()))

    assert "ASSIDU_TIMESTAMP_URL" in turn.problem
    assert turn.pause_seconds == FIRST_PAUSE_SECONDS


def test_a_worker_that_died_after_the_stamp_came_has_not_lost_it(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, authority: DevelopmentAuthority
):
    """It was kept with the head, and the ledger does not know yet."""
    head(services, caller, sealing, clock)
    dying = stamping(services, authority)
    dying._ledgers.set_stamped = lambda *_: None  # type: ignore[method-assign]
    (lost,) = work(dying)
    clock.micros += CLAIM_MICROS

    (turn,) = work(stamping(services, NoAuthority()))

    assert turn.stamp == lost.stamp
    assert state(services, caller).unstamped_since is None


def test_two_workers_do_not_ask_for_the_same_stamp(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, authority: DevelopmentAuthority
):
    head(services, caller, sealing, clock)
    one, other = stamping(services, authority), stamping(services, authority)
    (seen,) = other.due()
    assert work(one)

    assert other.stamp(seen) is None


def test_a_clock_that_was_put_back_holds_no_stamp_up(
    services: Services, caller: Caller, sealing: Sealer, clock: FixedClock, authority: DevelopmentAuthority
):
    stamps = stamping(services, authority)
    head(services, caller, sealing, clock)
    work(stamps)
    clock.micros -= 86_400 * SECOND
    store_statements(services, caller, 1)
    sealing.step(caller.organisation)

    assert [turn.head for turn in work(stamps)] == [2]
