"""What is told of requests beside them: in order, soon, and not lost when a process ends."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from assidu.aside import Aside

LONG = 3600.0

# Told by a thread that Python did not start, as those of the server are.
ENDING = """
import _thread
from assidu.aside import Aside
told = Aside(print, 0.5)
left = _thread.allocate_lock()
left.acquire()

def leave():
    for number in range(3):
        told(number)
    left.release()

_thread.start_new_thread(leave, ())
left.acquire()
"""


def test_without_seconds_it_is_told_at_once() -> None:
    told: list[int] = []

    Aside(told.append)(1)

    assert told == [1]


def test_what_comes_together_is_told_together_in_order_and_nobody_waits() -> None:
    told: list[int] = []
    all_told = threading.Event()

    def tell(number: int) -> None:
        told.append(number)
        if number == 99:
            all_told.set()

    aside = Aside(tell, 0.5)
    for number in range(100):
        aside(number)
    at_once = len(told)

    assert all_told.wait(10)
    assert at_once < 100
    assert told == list(range(100))


def test_what_comes_later_is_told_too() -> None:
    told = [threading.Event(), threading.Event()]
    aside: Aside[int] = Aside(lambda number: told[number].set(), 0.01)

    for number in (0, 1):
        aside(number)
        assert told[number].wait(10)


def test_no_more_waits_than_there_is_room_for() -> None:
    told: list[int] = []
    aside = Aside(told.append, LONG, most=2)
    try:
        for number in range(3):
            aside(number)

        assert told == [0, 1, 2]
    finally:
        _forget_timers()


def test_one_that_cannot_be_told_takes_no_other_with_it() -> None:
    told: list[int] = []

    def tell(number: int) -> None:
        if number == 1:
            raise ValueError("it cannot be told")
        told.append(number)

    aside = Aside(tell, LONG)
    try:
        for number in range(3):
            aside(number)
        with pytest.raises(ValueError, match="cannot be told"):
            aside.tell_all()
        aside.tell_all()

        assert told == [0, 2]
    finally:
        _forget_timers()


def test_threads_that_leave_things_at_once_have_each_told_once() -> None:
    told: list[int] = []
    aside = Aside(told.append, 0.001, most=50)

    def leave(numbers: range) -> None:
        for number in numbers:
            aside(number)

    threads = [threading.Thread(target=leave, args=(range(first, first + 500),)) for first in range(0, 4_000, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    aside.tell_all()

    assert sorted(told) == list(range(4_000))


def test_where_no_thread_can_be_started_it_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Timer) -> None:
        raise RuntimeError("can't start new thread")

    told: list[int] = []
    aside = Aside(told.append, LONG)
    monkeypatch.setattr(threading.Timer, "start", refuse)

    for number in range(2):
        aside(number)

    assert told == [0, 1]


def test_a_process_that_ends_tells_what_is_left() -> None:
    ran = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["0", "1", "2"]


def _forget_timers() -> None:
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer) and thread.interval == LONG:
            thread.cancel()
