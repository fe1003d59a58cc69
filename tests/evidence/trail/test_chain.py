"""Changing anything in a trail shows, whatever it is and wherever it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.trail import FIRST, Act, Deed, TrailEntry, check_chain, link
from lrs.clock import Micros
from lrs.tenancy import OrganisationId

ORGANISATION = OrganisationId(7)


def trail(count: int = 4) -> list[TrailEntry]:
    entries: list[TrailEntry] = []
    for number in range(1, count + 1):
        deed = Deed("account:a1", Act.READ, f"archive:{number:064x}", "contrôle", {"de": "ici", "à": "là"})
        previous = entries[-1].digest if entries else FIRST
        entries.append(link(ORGANISATION, number, Micros(1_000 + number), deed, previous))
    return entries


def test_a_trail_as_it_was_recorded_holds() -> None:
    assert check_chain(trail()) is None
    assert check_chain(trail()[2:], number=2, previous=trail()[1].digest) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: replace(entry, at=Micros(entry.at + 1)),
        lambda entry: replace(entry, organisation=OrganisationId(8)),
        lambda entry: replace(entry, deed=replace(entry.deed, who="account:a2")),
        lambda entry: replace(entry, deed=replace(entry.deed, act=Act.EXPORTED)),
        lambda entry: replace(entry, deed=replace(entry.deed, what="archive:")),
        lambda entry: replace(entry, deed=replace(entry.deed, why="")),
        lambda entry: replace(entry, deed=replace(entry.deed, details={"de": "ici"})),
        lambda entry: replace(entry, digest=bytes(32)),
        lambda entry: replace(entry, previous=bytes(32)),
    ],
)
def test_whatever_is_changed_in_an_entry_that_entry_is_named(change) -> None:
    entries = trail()
    entries[1] = change(entries[1])

    fault = check_chain(entries)

    assert fault is not None
    assert fault.number == 2


def test_an_entry_that_is_left_out_is_named() -> None:
    entries = trail()

    fault = check_chain([entries[0], *entries[2:]])

    assert fault is not None
    assert fault.number == 2


def test_an_entry_that_was_made_anew_does_not_fit_what_follows_it() -> None:
    entries = trail()
    entries[1] = link(ORGANISATION, 2, Micros(5), Deed("account:a1", Act.READ, "archive:0"), entries[0].digest)

    fault = check_chain(entries)

    assert fault is not None
    assert fault.number == 3
