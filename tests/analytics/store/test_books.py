"""Records that facts are made with: read once, and those of an instant that is over never change."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from analytics.store.books import Books
from lrs.clock import Micros
from tests.analytics.store.campus import Campus
from training.records.ids import PersonId


@pytest.fixture
def campus(services, caller) -> Campus:
    made = Campus(services, caller)
    made.furnish()
    return made


@pytest.fixture
def books(services) -> Books:
    return Books(services.store, services.clock)


def test_records_of_an_instant_since_which_nothing_changed_are_the_newest_and_stay_what_they_are(
    campus, books, services, organisation, clock
):
    instant = services.clock.now_micros()
    newest = books.newest(organisation)
    assert books.at(organisation, instant) is newest
    (person_id, person), *_ = sorted(newest.records.people.items())
    clock.micros = Micros(clock.micros + 1_000_000)

    campus.write(replace(person, last_name="Autrement"))

    assert books.newest(organisation).records.people[person_id].last_name == "Autrement"
    assert books.at(organisation, instant).records.people == newest.records.people
    assert books.at(organisation, Micros(instant - 3_600_000_000)).records.people.keys() <= {*newest.records.people}


def test_what_is_written_at_once_does_not_land_behind_an_instant_that_was_asked_for(
    campus, books, services, organisation
):
    instant = services.clock.now_micros()
    before = books.at(organisation, instant).records.people

    # The clock stands still: without more ado this would be recorded at the instant itself.
    campus.write(replace(before[PersonId(min(before))], last_name="Plus tard"))

    assert books.at(organisation, instant).records.people == before


@pytest.mark.usefixtures("campus")
def test_several_threads_that_need_the_records_at_once_get_the_same(books, organisation):
    found = []
    ready = threading.Barrier(6)

    def read() -> None:
        ready.wait()
        found.append(books.newest(organisation))

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(map(id, found))) == 1
