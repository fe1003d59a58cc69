"""Organisations: numbered once, named once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lrs.clock import FixedClock
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.organisations import Organisations
from lrs.store.database import Store
from lrs.tenancy import OrganisationId


@pytest.fixture
def organisations(store: Store, clock: FixedClock) -> Organisations:
    return Organisations(store, clock)


def test_an_organisation_is_found_by_slug_and_by_number(organisations: Organisations, clock: FixedClock) -> None:
    made = organisations.create("greta-bretagne", " Greta de Bretagne ")

    assert made.name == "Greta de Bretagne"
    assert made.created == clock.micros
    assert organisations.find("greta-bretagne") == organisations.get(made.number) == made
    assert organisations.find("greta") is None


def test_organisations_made_at_once_get_different_numbers(organisations: Organisations) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: organisations.create(f"of-{n}", f"Organisme {n}"), range(16)))

    assert len({each.number for each in made}) == 16
    assert organisations.all() == sorted(made, key=lambda each: each.number)


def test_of_processes_that_make_the_same_organisation_one_does(organisations: Organisations) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: organisations.find_or_create("principal", "Principal"), range(8)))

    assert len(set(made)) == 1
    assert organisations.all() == made[:1]


def test_a_slug_is_taken_once(organisations: Organisations) -> None:
    organisations.create("greta", "Greta")

    with pytest.raises(Conflict):
        organisations.create("greta", "Autre")


@pytest.mark.parametrize("slug", ["", "Greta", "a--b", "-a", "a-", "a b", "é", "a" * 64, "a\n"])
def test_what_is_not_a_slug_is_refused(organisations: Organisations, slug: str) -> None:
    with pytest.raises(InvalidRequest):
        organisations.create(slug, "Un nom")


def test_an_organisation_that_is_not_there_is_said_to_be_missing(organisations: Organisations) -> None:
    with pytest.raises(NotFound):
        organisations.get(OrganisationId(9))
    with pytest.raises(NotFound, match="nulle-part"):
        organisations.get_by_slug("nulle-part")
