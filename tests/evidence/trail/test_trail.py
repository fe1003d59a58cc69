"""The trail in MongoDB: one chain whoever writes, nothing recorded that was not done, found by what is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from evidence.store.trail import Trail, TrailQuery
from evidence.trail import Act, Deed
from lrs.clock import FixedClock, Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

OURS, THEIRS = OrganisationId(1), OrganisationId(2)


@pytest.fixture
def trail(store: Store, clock: FixedClock) -> Trail:
    return Trail(store, clock)


def read(number: int, who: str = "credential:a") -> Deed:
    return Deed(who, Act.READ, f"archive:{number}", "contrôle")


def test_what_is_recorded_is_read_again_in_order_and_each_organisation_has_its_own(trail: Trail) -> None:
    trail.record(OURS, read(1), read(2))
    trail.record(THEIRS, read(3))
    trail.record(OURS, Deed("assidu", Act.PRUNED, "statement:x", "durée échue", {"combien": "3"}))

    entries = list(trail.entries(OURS))

    assert [(entry.number, entry.deed.what) for entry in entries] == [(1, "archive:1"), (2, "archive:2"),
                                                                      (3, "statement:x")]  # fmt: skip
    assert entries[2].deed.details == {"combien": "3"}
    assert trail.check(OURS) is None
    assert trail.check(THEIRS) is None
    assert trail.head(OURS).count == 3
    assert trail.check(OrganisationId(3)) is None


def test_many_who_record_at_once_make_one_chain_and_nothing_is_lost(trail: Trail) -> None:
    def work(writer: int) -> None:
        for number in range(6):
            trail.record(OURS, read(number, f"credential:{writer}"), read(number + 100, f"credential:{writer}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert trail.check(OURS) is None
    entries = list(trail.entries(OURS))
    assert len(entries) == 8 * 6 * 2
    mine = [entry.deed.what for entry in entries if entry.deed.who == "credential:3"]
    assert mine == [f"archive:{number + more}" for number in range(6) for more in (0, 100)]


def test_what_a_transaction_that_fails_has_recorded_was_never_recorded(trail: Trail, store: Store) -> None:
    def fail(session) -> None:
        trail.record_within(session, OURS, read(1))
        raise LookupError

    with pytest.raises(LookupError):
        store.transaction(fail)

    assert trail.head(OURS).count == 0
    assert list(trail.entries(OURS)) == []


def test_a_clock_that_goes_back_takes_the_trail_back_nowhere(trail: Trail, clock: FixedClock) -> None:
    first = trail.record(OURS, read(1))[0].at
    clock.micros = Micros(clock.micros - 10_000_000)

    second = trail.record(OURS, read(2))[0].at

    assert second == first


@pytest.mark.parametrize("name", ["who", "act", "what", "why", "at", "with", "p", "d"])
def test_a_changed_document_is_named(trail: Trail, store: Store, name: str) -> None:
    trail.record(OURS, read(1), read(2), read(3))
    value = {"at": 5, "act": "issued", "with": [["a", "b"]], "p": bytes(32), "d": bytes(32)}.get(name, "autre")

    store.collection("trail").update_one({"o": OURS, "n": 2}, {"$set": {name: value}})

    fault = trail.check(OURS)
    assert fault is not None
    assert fault.number == 2


def test_an_end_that_was_cut_off_is_named(trail: Trail, store: Store) -> None:
    trail.record(OURS, read(1), read(2), read(3))

    store.collection("trail").delete_one({"o": OURS, "n": 3})

    fault = trail.check(OURS)
    assert fault is not None
    assert fault.number == 3


def test_a_time_holds_what_a_naive_filter_says(trail: Trail, clock: FixedClock) -> None:
    instants = (1, 3, 3, 6, 10)
    for at in instants:
        clock.micros = Micros(at)
        trail.record(OURS, read(at))

    for since, until in product([None, 0, 1, 3, 5, 10], repeat=2):
        query = TrailQuery(
            since=None if since is None else Micros(since), until=None if until is None else Micros(until)
        )
        found = [entry.at for entry in trail.entries(OURS, query)]
        assert found == [at for at in instants if (since is None or at > since) and (until is None or at <= until)], (
            since,
            until,
        )


def test_the_trail_is_searched_by_who_what_and_act_and_read_in_pages(trail: Trail) -> None:
    trail.record(OURS, *(read(number % 3, f"credential:{number % 2}") for number in range(12)))
    trail.record(OURS, Deed("credential:0", Act.EXPORTED, "archive:0"))

    def numbers(query: TrailQuery, **page: int) -> list[int]:
        return [entry.number for entry in trail.entries(OURS, query, **page)]

    assert numbers(TrailQuery(who="credential:1"), limit=3) == [2, 4, 6]
    assert numbers(TrailQuery(who="credential:1"), after=6) == [8, 10, 12]
    assert numbers(TrailQuery(what="archive:0")) == [1, 4, 7, 10, 13]
    assert numbers(TrailQuery(act=Act.EXPORTED)) == [13]
    assert numbers(TrailQuery(who="credential:0", what="archive:0", act=Act.READ)) == [1, 7]
