"""Processes of one host take turns, and nobody waits for one that is stuck."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path

import pytest

from lrs import turns as turns_module
from lrs.tenancy import OrganisationId
from lrs.turns import Turns

ONE, OTHER = OrganisationId(1), OrganisationId(2)


def test_two_turns_of_one_organisation_never_overlap(tmp_path):
    busy: list[int] = []
    overlaps: list[int] = []

    def work() -> None:
        # Each has its own, as processes have.
        turns = Turns(tmp_path)
        for _ in range(20):
            with turns.turn(ONE):
                busy.append(1)
                overlaps.extend(busy[1:])
                time.sleep(0.0005)
                busy.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert overlaps == []
    assert busy == []


@pytest.mark.parametrize("ends_early", [True, False])
def test_a_turn_ends_when_it_is_said_so_or_when_it_is_over(tmp_path, ends_early):
    turns = Turns(tmp_path)
    with turns.turn(ONE) as end:
        if ends_early:
            end()
            end()
            with turns.turn(ONE):
                pass
    with turns.turn(ONE):
        pass


def test_who_has_just_had_a_turn_comes_behind_whoever_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(turns_module, "_PATIENCE_SECONDS", 3600)
    came: list[str] = []

    def work(name: str) -> None:
        with Turns(tmp_path).turn(ONE):
            came.append(name)
            time.sleep(0.002)

    for _ in range(20):
        came.clear()
        other, again = (threading.Thread(target=work, args=(name,)) for name in ("other", "again"))
        with Turns(tmp_path).turn(ONE):
            other.start()
            wait_until_queued(tmp_path / "1.next")
        again.start()
        other.join(20)
        again.join(20)

        assert came == ["other", "again"]


def wait_until_queued(path: Path) -> None:
    """Return once somebody is next."""
    deadline = time.monotonic() + 20
    with path.open() as queue:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(queue, fcntl.LOCK_UN)
    raise AssertionError("nobody waits")


def test_organisations_do_not_wait_for_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(turns_module, "_PATIENCE_SECONDS", 3600)
    turns = Turns(tmp_path)

    with turns.turn(ONE), turns.turn(OTHER):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "1.next", "2", "2.next"]


def test_one_that_is_stuck_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(turns_module, "_PATIENCE_SECONDS", 0.02)
    turns = Turns(tmp_path)

    with turns.turn(ONE), turns.turn(ONE):
        assert (tmp_path / "1").exists()


def test_a_folder_that_cannot_be_had_keeps_nobody_from_working(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    turns = Turns(tmp_path / "file" / "turns")

    with turns.turn(ONE) as end, turns.turn(ONE):
        end()
    assert (tmp_path / "file").is_file()


def test_without_a_folder_there_is_nothing_to_wait_for():
    turns = Turns(None)

    with turns.turn(ONE) as end, turns.turn(ONE):
        end()
