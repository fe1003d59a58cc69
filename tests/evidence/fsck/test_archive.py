"""Archived files in several parts, looked at by `assidu fsck`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evidence.archive import Kind
from evidence.fsck import Check, check_deployment
from evidence.store import archive as archive_store
from evidence.store.archive import Archive
from evidence.store.trail import Trail
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.evidence.fsck.deployment import in_small_parts


@pytest.fixture
def archive(services: Services) -> Iterator[Archive]:
    before = in_small_parts()
    yield Archive(services.store, services.clock, Trail(services.store, services.clock))
    archive_store.PART_BYTES = before  # type: ignore[misc]  # for a test alone


def test_each_of_many_files_has_the_parts_that_it_says(
    services: Services, archive: Archive, organisation: OrganisationId
) -> None:
    for at in range(12):
        archive.put(organisation, Kind.DOCUMENT, "text/plain", b"%040d" % at, "retention.documents", [])

    assert check_deployment(services.store, Check()).kept == []

    parts = services.store.collection("archive_parts")
    lost = parts.find_one({"o": organisation})
    assert lost is not None
    parts.delete_one({"_id": lost["_id"], "o": organisation})
    (finding,) = check_deployment(services.store, Check()).kept
    assert finding.subject == lost["_id"][4:36].hex()


def test_a_part_that_is_said_to_be_of_another_organisation_is_missed(
    services: Services, archive: Archive, organisation: OrganisationId
) -> None:
    archive.put(organisation, Kind.DOCUMENT, "text/plain", b"%040d" % 7, "retention.documents", [])
    parts = services.store.collection("archive_parts")
    part = parts.find_one({"o": organisation})
    assert part is not None
    parts.update_one({"_id": part["_id"]}, {"$set": {"o": organisation + 1}})

    assert [finding.subject for finding in check_deployment(services.store, Check()).kept] == [part["_id"][4:36].hex()]
