"""The archive: written once, addressed by content, every read recorded before bytes leave, damage never given out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from evidence.archive import ArchiveDamaged, Kind
from evidence.store.archive import PART_BYTES, Archive
from evidence.store.trail import Trail
from evidence.trail import Act
from lrs.clock import FixedClock
from lrs.errors import NotFound
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

OURS, THEIRS = OrganisationId(1), OrganisationId(2)
LARGE = bytes(range(256)) * 4096 * 5
HUGE = bytes(range(255)) * 4096 * 17  # more than one MongoDB document holds


@pytest.fixture
def trail(store: Store, clock: FixedClock) -> Trail:
    return Trail(store, clock)


@pytest.fixture
def archive(store: Store, clock: FixedClock, trail: Trail) -> Archive:
    return Archive(store, clock, trail)


def put(archive: Archive, data: bytes, *about: str, retention: str = "retention.documents") -> str:
    return archive.put(OURS, Kind.DOCUMENT, "application/pdf", data, retention, about).sha256


def read(archive: Archive, address: str) -> bytes:
    return archive.read(OURS, address, "account:a1", "contrôle de service fait")


@pytest.mark.parametrize("data", [b"", b"%PDF", HUGE], ids=["empty", "small", "huge"])
def test_bytes_come_back_as_they_were_put_and_their_digest_is_their_address(archive: Archive, data: bytes) -> None:
    address = put(archive, data)

    assert address == sha256(data).hexdigest()
    assert read(archive, address) == data
    assert b"".join(archive.stream(OURS, address, "account:a1", "")) == data


def test_every_read_is_in_the_trail_before_the_bytes_leave(archive: Archive, trail: Trail) -> None:
    address = put(archive, LARGE)

    parts = archive.stream(OURS, address, "account:a1", "contrôle de service fait")

    entry = list(trail.entries(OURS))[-1]
    assert (entry.deed.who, entry.deed.act, entry.deed.what, entry.deed.why) == (
        "account:a1", Act.READ, f"archive:{address}", "contrôle de service fait",
    )  # fmt: skip
    assert max(map(len, parts)) <= PART_BYTES


def test_the_same_bytes_are_kept_once_and_for_every_reason_given(archive: Archive, store: Store) -> None:
    put(archive, b"feuille", "enrolment:e1")
    put(archive, b"feuille", "enrolment:e1")
    address = put(archive, b"feuille", "enrolment:e2", retention="retention.verification")

    assert store.collection("archive").count_documents({}) == 1
    claims = archive.get(OURS, address).claims
    assert [(claim.retention_class, claim.about) for claim in claims] == [
        ("retention.documents", ("enrolment:e1",)),
        ("retention.verification", ("enrolment:e2",)),
    ]
    assert [one.sha256 for one in archive.about(OURS, "enrolment:e2")] == [address]


def test_many_who_put_the_same_large_file_at_once_keep_one(archive: Archive, store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        addresses = set(pool.map(lambda number: put(archive, LARGE, f"enrolment:e{number}"), range(4)))

    (address,) = addresses
    assert read(archive, address) == LARGE
    assert len(archive.get(OURS, address).claims) == 4
    assert store.collection("archive").count_documents({}) == 1


def test_what_another_organisation_archived_is_not_there(archive: Archive, trail: Trail) -> None:
    address = put(archive, b"feuille")

    with pytest.raises(NotFound):
        archive.read(THEIRS, address, "account:b", "")

    assert archive.find(THEIRS, address) is None
    assert trail.head(THEIRS).count == 0


@pytest.mark.parametrize("address", ["", "é", "0" * 63, "0" * 64, "G" * 64, "../" * 21 + "x"])
def test_what_was_never_archived_is_not_found_whatever_is_asked(archive: Archive, address: str) -> None:
    with pytest.raises(NotFound):
        read(archive, address)


def test_changed_bytes_are_never_given_out(archive: Archive, store: Store) -> None:
    address = put(archive, b"feuille")
    store.collection("archive").update_one({}, {"$set": {"b": b"Feuille"}})

    with pytest.raises(ArchiveDamaged):
        read(archive, address)
    with pytest.raises(ArchiveDamaged):
        archive.stream(OURS, address, "account:a1", "")


@pytest.mark.parametrize("harm", ["changed", "lost"])
def test_of_a_large_file_that_is_not_whole_nothing_is_given_out(archive: Archive, store: Store, harm: str) -> None:
    address = put(archive, LARGE)
    last = store.collection("archive_parts").find_one({}, {"_id": 1}, sort=[("_id", -1)])
    assert last is not None
    if harm == "lost":
        store.collection("archive_parts").delete_one(last)
    else:
        store.collection("archive_parts").update_one(last, {"$set": {"b": b"x"}})

    with pytest.raises(ArchiveDamaged):
        archive.stream(OURS, address, "account:a1", "")


def test_parts_that_an_interrupted_put_left_behind_do_no_harm(archive: Archive, store: Store) -> None:
    address = put(archive, LARGE)
    store.collection("archive").delete_many({})
    store.collection("archive_parts").update_many({}, {"$set": {"b": b"half"}})

    assert archive.find(OURS, address) is None
    assert put(archive, LARGE) == address
    assert read(archive, address) == LARGE
