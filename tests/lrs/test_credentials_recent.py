"""The small memory in front of the credentials: bounded, short, and never older than a change made here."""

from __future__ import annotations

import threading

from lrs.recent import Recent


def test_what_was_put_is_found_even_when_it_is_nothing() -> None:
    recent: Recent[str, str | None] = Recent()
    recent.put("a", None, recent.epoch)

    assert recent.find("a") == (None,)
    assert recent.find("b") is None


def test_what_was_put_is_forgotten_after_its_time() -> None:
    recent: Recent[str, int] = Recent(seconds=0.02)
    recent.put("a", 1, recent.epoch)

    threading.Event().wait(0.03)

    assert recent.find("a") is None


def test_what_was_used_longest_ago_makes_room() -> None:
    recent: Recent[str, int] = Recent(most=2)
    for name in ("a", "b"):
        recent.put(name, 1, recent.epoch)
    recent.find("a")

    recent.put("c", 1, recent.epoch)

    assert [recent.find(name) is not None for name in "abc"] == [True, False, True]


def test_what_was_looked_up_before_a_change_is_not_remembered_after_it() -> None:
    recent: Recent[str, str] = Recent()
    epoch = recent.epoch
    looked_up = "still valid"

    recent.forget("a")
    recent.put("a", looked_up, epoch)

    assert recent.find("a") is None


def test_everything_can_be_forgotten() -> None:
    recent: Recent[str, int] = Recent()
    recent.put("a", 1, recent.epoch)

    recent.clear()

    assert recent.find("a") is None
