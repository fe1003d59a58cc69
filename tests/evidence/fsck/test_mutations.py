"""A byte of what is kept is changed, and `assidu fsck` names it: a thousand times in full runs, else dozens."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from pymongo.errors import DuplicateKeyError

from assidu.authority.client import DevelopmentAuthority
from evidence.fsck import Check, check_deployment
from evidence.store import archive as archive_store
from lrs.caller import Caller
from lrs.clock import FixedClock
from lrs.services import Services
from tests.evidence.fsck.deployment import build, development_authority, in_small_parts
from tests.evidence.fsck.mutations import COLLECTIONS, NO_EVIDENCE, Changed, choose, places, with_change


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentAuthority]:
    with development_authority(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture
def check(services: Services, caller: Caller, clock: FixedClock, authority: DevelopmentAuthority) -> Iterator[Check]:
    before = in_small_parts()
    yield Check(trust=(build(services, caller, clock, authority),))
    archive_store.PART_BYTES = before  # type: ignore[misc]  # for a test alone


def test_an_untouched_deployment_holds(services: Services, check: Check):
    findings = check_deployment(services.store, check)

    assert findings.kept == []
    assert findings.remarks == {}
    assert {kind.value for kind in findings.checked} >= {
        "statement", "head", "timestamp", "tile", "attachment", "archive", "trail", "deletion",
    }  # fmt: skip


def test_dozens_of_changed_bytes_are_all_named(services: Services, check: Check):
    _change(services, check, 60, seed=5)


@pytest.mark.full
def test_a_thousand_changed_bytes_are_all_named(services: Services, check: Check):
    _change(services, check, 1_000, seed=6)


def _change(services: Services, check: Check, times: int, seed: int) -> None:
    chance = random.Random(seed)
    unnoticed = []
    for _ in range(times):
        place = choose(services.store, chance)
        rows = _rows(services, place.collection)
        try:
            with Changed(services.store, place, with_change(place, chance)):
                if not check_deployment(services.store, check).total:
                    unnoticed.append((place.collection, place.steps))
        except DuplicateKeyError:
            # The database itself does not take two of that name.
            own = place.document
            services.store.collection(place.collection).replace_one({"_id": own["_id"]}, own, upsert=True)
        # Else whatever is changed next would be named for this one.
        assert _rows(services, place.collection) == rows, place
    assert sorted(set(map(repr, unnoticed))) == []
    assert check_deployment(services.store, check).kept == []


def _rows(services: Services, collection: str) -> list[str]:
    return sorted(repr(row) for row in services.store.collection(collection).find())


def test_what_carries_no_evidence_is_there_and_every_exception_is_of_something(services: Services, check: Check):
    """An exception for a member that is not there any more would hide one that takes its name."""
    there = {
        (collection, name)
        for collection in COLLECTIONS
        for row in services.store.collection(collection).find()
        for place in places(collection, row)
        for name in place.names
    }
    transient = {("ledgers", name) for name in ("holder", "until", "tries", "asked", "stamp_after", "stamped_at")}
    # Issued documents have a deployment and tests of their own (`test_documents`).
    assert {item for item in NO_EVIDENCE if item[0] != "issued_documents"} - there <= transient
