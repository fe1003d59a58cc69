"""Private keys at rest: what opens them, what does not, and that nothing is ever replaced in silence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.clock import FixedClock
from lrs.errors import Conflict, KeyUnreadable, TooLarge
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.vault import SECRET_MOST_BYTES, Purpose, Vault

OURS, THEIRS = OrganisationId(1), OrganisationId(2)
SECRET = b"the deployment's own secret, 32."


@pytest.fixture
def vault(store: Store, clock: FixedClock) -> Vault:
    return Vault(store, clock, SECRET)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=5000))
def test_a_key_comes_back_as_it_was_kept_and_is_not_in_the_database(vault: Vault, store: Store, data):
    version = vault.put(OURS, Purpose.LEDGER, data, after=len(vault.versions(OURS, Purpose.LEDGER))).version

    found = vault.find(OURS, Purpose.LEDGER, version)

    assert found is not None
    assert found.data == data
    row = store.collection("vault").find_one({"v": version})
    assert row is not None
    assert len(data) < 8 or data not in row["sealed"]


def test_a_key_is_one_organisation_s_and_of_one_purpose(vault: Vault):
    vault.put(OURS, Purpose.LEDGER, b"ours", after=0)

    assert vault.find(THEIRS, Purpose.LEDGER) is None
    assert vault.find(OURS, Purpose.SEAL) is None


def test_a_new_version_leaves_the_older_ones(vault: Vault, clock: FixedClock):
    vault.put(OURS, Purpose.SEAL, b"first", after=0)
    clock.micros += 1
    vault.put(OURS, Purpose.SEAL, b"second", after=1)

    newest, first = vault.find(OURS, Purpose.SEAL), vault.find(OURS, Purpose.SEAL, 1)

    assert newest is not None
    assert first is not None
    assert (newest.version, newest.data, first.data) == (2, b"second", b"first")
    assert vault.versions(OURS, Purpose.SEAL) == [(1, clock.micros - 1), (2, clock.micros)]


def test_of_two_who_keep_a_first_key_one_is_refused(vault: Vault):
    vault.put(OURS, Purpose.LEDGER, b"first", after=0)

    with pytest.raises(Conflict):
        vault.put(OURS, Purpose.LEDGER, b"other", after=0)

    found = vault.find(OURS, Purpose.LEDGER)
    assert found is not None
    assert found.data == b"first"


def test_another_deployment_secret_opens_nothing_and_is_told_so(vault: Vault, store: Store, clock: FixedClock):
    vault.put(OURS, Purpose.LEDGER, b"key", after=0)

    with pytest.raises(KeyUnreadable, match="another secret"):
        Vault(store, clock, b"another secret than the first one").find(OURS, Purpose.LEDGER)


@pytest.mark.parametrize("part", ["sealed", "nonce"])
def test_a_damaged_key_is_said_to_be_damaged(vault: Vault, store: Store, part):
    vault.put(OURS, Purpose.LEDGER, b"key", after=0)
    row = store.collection("vault").find_one() or {}
    flipped = bytes([row[part][0] ^ 1]) + row[part][1:]
    store.collection("vault").update_one({"_id": row["_id"]}, {"$set": {part: flipped}})

    with pytest.raises(KeyUnreadable, match="damaged"):
        vault.find(OURS, Purpose.LEDGER)


def test_a_key_moved_to_another_organisation_does_not_open(vault: Vault, store: Store):
    vault.put(OURS, Purpose.LEDGER, b"key", after=0)
    row = store.collection("vault").find_one() or {}
    moved = {**row, "_id": THEIRS.to_bytes(4, "big") + row["_id"][4:], "o": THEIRS}
    store.collection("vault").insert_one(moved)

    with pytest.raises(KeyUnreadable, match="damaged"):
        vault.find(THEIRS, Purpose.LEDGER)


def test_a_key_that_is_too_long_is_refused(vault: Vault):
    with pytest.raises(TooLarge):
        vault.put(OURS, Purpose.SEAL, bytes(SECRET_MOST_BYTES + 1), after=0)

    assert vault.versions(OURS, Purpose.SEAL) == []


def test_no_repr_shows_a_key(vault: Vault):
    kept = vault.put(OURS, Purpose.SEAL, b"sesame-ouvre-toi", after=0)

    assert "sesame" not in repr(kept)
