"""Requests that come together are served together, and nobody is left waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from lrs.lanes import Lanes
from lrs.tenancy import OrganisationId

ONE, OTHER = OrganisationId(1), OrganisationId(2)


class Refused(Exception):
    """What is raised to one submitter, or to all."""


def run(calls: Sequence[Callable[[], object]]) -> list[object]:
    """Run calls at the same time; return what each returned or raised. A call that hangs fails the test."""
    outcomes: list[object] = [None] * len(calls)

    def one(at: int) -> None:
        try:
            outcomes[at] = calls[at]()
        except BaseException as error:  # noqa: BLE001 - it is the outcome
            outcomes[at] = error

    threads = [threading.Thread(target=one, args=(at,), daemon=True) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


class Served:
    """A serve function that notes its batches and takes a moment, so that others come meanwhile."""

    def __init__(self, answer: Callable[[int], object] = lambda item: item * 10) -> None:
        self.answer = answer
        self.batches: list[list[int]] = []
        self.busy = 0
        self.busiest = 0

    def __call__(self, items: Sequence[int], _: object = None) -> list[object]:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.batches.append(list(items))
        time.sleep(0.01)
        self.busy -= 1
        return [self.answer(item) for item in items]


def submit_all(
    lanes: Lanes[int, object], count: int, weight: int = 1, organisation: OrganisationId = ONE
) -> list[object]:
    return run([lambda item=item: lanes.submit(organisation, item, weight) for item in range(count)])


def wait_for(lanes: Lanes[int, object], waiting: int) -> bool:
    """Wait until so many are in the queue of the first organisation while another is being served."""
    deadline = time.monotonic() + 10
    while ONE not in lanes._lanes or lanes._lanes[ONE]._idle or len(lanes._lanes[ONE]._waiting) < waiting:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    return True


def test_each_of_many_gets_its_own_outcome_and_the_lane_serves_one_batch_at_a_time():
    served = Served()

    outcomes = submit_all(Lanes(served, 1_000), 200)

    assert outcomes == [item * 10 for item in range(200)]
    assert sorted(item for batch in served.batches for item in batch) == list(range(200))
    assert served.busiest == 1
    assert len(served.batches) < 100


def test_one_that_is_alone_is_served_at_once():
    lanes = Lanes(Served(), 10)

    assert [lanes.submit(ONE, item, 1) for item in range(3)] == [0, 10, 20]


def test_an_outcome_that_is_an_exception_is_raised_to_its_submitter_alone():
    served = Served(lambda item: Refused(item) if item % 7 == 0 else item)

    outcomes = submit_all(Lanes(served, 1_000), 100)

    for item, outcome in enumerate(outcomes):
        assert (isinstance(outcome, Refused) and outcome.args == (item,)) if item % 7 == 0 else outcome == item


@pytest.mark.parametrize("kind", [Refused, KeyboardInterrupt])
def test_what_serving_raises_reaches_everybody_in_that_batch_and_the_lane_goes_on(kind):
    gate = threading.Event()
    batches: list[list[int]] = []

    def serve(items: Sequence[int], _: object) -> list[int]:
        batches.append(list(items))
        if len(batches) == 1:
            gate.wait(10)
            return list(items)
        if len(batches) == 2:
            raise kind
        return list(items)

    lanes = Lanes(serve, 1_000)
    first = threading.Thread(target=lanes.submit, args=(ONE, -1, 1))
    first.start()
    opener = threading.Thread(target=lambda: wait_for(lanes, 20) and gate.set())
    opener.start()
    outcomes = submit_all(lanes, 20)
    first.join()
    opener.join()

    assert sorted(batches[1]) == list(range(20))
    assert all(isinstance(outcome, kind) for outcome in outcomes)
    assert lanes.submit(ONE, 99, 1) == 99


@pytest.mark.parametrize("answers", [lambda items, _: list(items)[1:], lambda items, _: [*items, 1], lambda *_: None])
def test_a_serve_that_answers_for_others_than_it_was_given_leaves_nobody_waiting(answers):
    lanes = Lanes(answers, 1_000)

    outcomes = submit_all(lanes, 5)

    assert all(isinstance(outcome, ValueError | TypeError) for outcome in outcomes)
    assert all(isinstance(outcome, ValueError | TypeError) for outcome in submit_all(lanes, 5))


def test_a_batch_is_no_heavier_than_allowed_but_the_heaviest_alone_is_served():
    served = Served()
    weights = [1, 3, 5, 9, 2, 4] * 5
    lanes = Lanes(served, 5)

    outcomes = run([lambda item=item: lanes.submit(ONE, item, weights[item]) for item in range(30)])

    assert outcomes == [item * 10 for item in range(30)]
    assert any(len(batch) > 1 for batch in served.batches)
    for batch in served.batches:
        assert len(batch) == 1 or sum(weights[item] for item in batch) <= 5


def test_organisations_do_not_wait_for_each_other():
    gate = threading.Event()

    def serve(items: Sequence[int], _: object) -> list[int]:
        if items[0] < 0:
            assert gate.wait(10)
        return list(items)

    lanes = Lanes(serve, 10)
    slow = threading.Thread(target=lanes.submit, args=(ONE, -1, 1))
    slow.start()

    assert lanes.submit(OTHER, 5, 1) == 5
    assert slow.is_alive()
    gate.set()
    slow.join(10)
    assert not slow.is_alive()


def test_items_of_one_organisation_are_never_served_with_anothers():
    batches: list[list[tuple[int, int]]] = []

    def serve(items: Sequence[tuple[int, int]], _: object) -> list[int]:
        batches.append(list(items))
        time.sleep(0.002)
        return [0] * len(items)

    lanes = Lanes(serve, 100)
    run([lambda item=item: lanes.submit(OrganisationId(item % 3), (item % 3, item), 1) for item in range(60)])

    assert all(len({organisation for organisation, _ in batch}) == 1 for batch in batches)


def test_those_who_wait_are_served_in_the_order_in_which_they_came():
    gate = threading.Event()
    batches: list[list[int]] = []

    def serve(items: Sequence[int], _: object) -> list[int]:
        batches.append(list(items))
        assert gate.wait(10)
        return list(items)

    lanes = Lanes(serve, 4)
    threads = [threading.Thread(target=lanes.submit, args=(ONE, item, 1)) for item in range(13)]
    for waiting, thread in enumerate(threads):
        thread.start()
        wait_for(lanes, waiting)
    gate.set()
    for thread in threads:
        thread.join(10)

    assert batches == [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]


def test_the_next_begins_when_the_lane_is_handed_on_and_each_still_gets_its_own_outcome():
    gate, began = threading.Event(), threading.Event()

    def serve(items: Sequence[int], hand_on: Callable[[], None]) -> list[int]:
        if 0 in items:
            hand_on()
            assert began.wait(10)
            hand_on()
            gate.wait(10)
        else:
            began.set()
        return [item * 10 for item in items]

    lanes = Lanes(serve, 4)
    outcomes: list[int] = []
    slow = threading.Thread(target=lambda: outcomes.append(lanes.submit(ONE, 0, 1)))
    slow.start()

    assert lanes.submit(ONE, 1, 1) == 10
    assert outcomes == []
    gate.set()
    slow.join(10)
    assert outcomes == [0]
    assert lanes.submit(ONE, 2, 1) == 20


class Turns:
    """Turns that come when the test says so, and a note of what was served in which, and when each ended."""

    def __init__(self) -> None:
        self.is_mine = threading.Semaphore(0)
        self.notes: list[object] = []

    @contextmanager
    def turn(self, organisation: OrganisationId) -> Iterator[Callable[[], None]]:
        assert self.is_mine.acquire(timeout=10)
        self.notes.append(f"turn of {organisation}")
        try:
            yield lambda: self.notes.append("handed on")
        finally:
            self.notes.append("over")

    def serve(self, items: Sequence[int], hand_on: Callable[[], None]) -> list[int]:
        self.notes.append(list(items))
        if 7 in items:
            hand_on()
            hand_on()
        if 9 in items:
            raise Refused
        return list(items)


def test_whoever_comes_before_it_is_our_turn_is_served_in_it():
    turns = Turns()
    lanes = Lanes(turns.serve, 1_000, turns.turn)
    threads = [threading.Thread(target=lanes.submit, args=(ONE, item, 1)) for item in range(5)]
    for waiting, thread in enumerate(threads):
        thread.start()
        wait_for(lanes, waiting)
    turns.is_mine.release()
    for thread in threads:
        thread.join(10)

    assert turns.notes == ["turn of 1", [0, 1, 2, 3, 4], "over"]


def test_a_turn_ends_when_the_lane_is_handed_on_or_all_is_served_or_serving_fails():
    turns = Turns()
    lanes = Lanes(turns.serve, 1_000, turns.turn)
    for _ in range(3):
        turns.is_mine.release()

    assert lanes.submit(ONE, 7, 1) == 7
    assert turns.notes == ["turn of 1", [7], "handed on", "over"]
    with pytest.raises(Refused):
        lanes.submit(ONE, 9, 1)
    assert turns.notes[4:] == ["turn of 1", [9], "over"]
    assert lanes.submit(ONE, 1, 1) == 1


@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_a_turn_that_cannot_be_had_is_said_to_who_waits_and_the_lane_goes_on(kind):
    fails = [True]

    @contextmanager
    def turn(_: OrganisationId) -> Iterator[Callable[[], None]]:
        if fails.pop():
            raise kind
        yield lambda: None

    lanes = Lanes(Served(), 1_000, turn)
    with pytest.raises(kind):
        lanes.submit(ONE, 1, 1)
    fails.append(False)

    assert lanes.submit(ONE, 2, 1) == 20
