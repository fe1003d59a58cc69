"""Where packages are kept: what they are, their versions, and the bytes of their files, once for each organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from bson.binary import Binary
from pymongo import ASCENDING, InsertOne, ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from lrs.clock import Micros
from lrs.errors import Conflict
from lrs.packages.manifest import Manifest
from lrs.packages.package import Package, PackageFile, PackageId, Version
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

# A film is sought in: what is asked for is read, and no more than this beside it.
PART_BYTES: Final = 1024 * 1024
_DUPLICATE_KEY: Final = 11000
_MANIFEST: Final = msgspec.msgpack.Decoder(Manifest)
_FILES: Final = msgspec.msgpack.Decoder(tuple[PackageFile, ...])


class PackageStore:
    """Collections `packages` (`key`: what its manifest calls it), `package_versions` and `package_parts`.

    A part's `_id` is organisation ‖ SHA-256 of the file ‖ number. Nothing refers to a file before its parts are there.
    """

    def __init__(self, store: Store) -> None:
        self._packages = store.collection("packages")
        self._versions = store.collection("package_versions")
        self._parts = store.collection("package_parts")

    def insert(self, package: Package, *, is_alone: bool = False) -> None:
        """Keep a new package, under what its manifest calls it unless it `is_alone`; raise Conflict if one is there."""
        named = {} if is_alone or not package.identifier else {"key": package.identifier}
        try:
            self._packages.insert_one({"_id": package.id, **_package_document(package), **named})
        except DuplicateKeyError as error:
            message = "Somebody else has just added this package; send it again."
            raise Conflict(message) from error

    def find(self, organisation: OrganisationId, package: str) -> Package | None:
        """Return one of the organisation's packages."""
        return _package(self._packages.find_one({"_id": package, "o": organisation}))

    def named(self, organisation: OrganisationId, identifier: str) -> Package | None:
        """Return the package that a manifest of this identifier belongs to."""
        return _package(self._packages.find_one({"o": organisation, "key": identifier})) if identifier else None

    def by_activity(self, organisation: OrganisationId) -> dict[str, PackageId]:
        """Return the packages that are offered, by their own activity and those of their parts."""
        rows = self._packages.find({"o": organisation, "retired": None}, {"activity": 1, "parts": 1})
        found: dict[str, PackageId] = {}
        for row in rows.sort("created", ASCENDING):
            for iri in (row["activity"], *row.get("parts", ())):
                found.setdefault(iri, PackageId(row["_id"]))
        return found

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[Package]:
        """Return up to `limit` packages that were added after `(created, id)`, oldest first."""
        query: Document = {"o": organisation}
        if after is not None:
            created, name = after
            query["$or"] = [{"created": {"$gt": created}}, {"created": created, "_id": {"$gt": name}}]
        rows = self._packages.find(query).sort([("created", ASCENDING), ("_id", ASCENDING)]).limit(limit)
        return [found for row in rows if (found := _package(row)) is not None]

    def retire(self, organisation: OrganisationId, package: str, now: Micros) -> Package | None:
        """Mark a package as offered no more, keeping the first instant when it already was."""
        row = self._packages.find_one_and_update(
            {"_id": package, "o": organisation, "retired": None}, {"$set": {"retired": now}},
            return_document=ReturnDocument.AFTER,
        )  # fmt: skip
        return self.find(organisation, package) if row is None else _package(row)

    def offer(self, organisation: OrganisationId, package: str) -> None:
        """Offer a package again, should it be retired."""
        self._packages.update_one({"_id": package, "o": organisation}, {"$set": {"retired": None}})

    def with_content(self, organisation: OrganisationId, digest: str) -> list[tuple[PackageId, int]]:
        """Return which versions of which packages have exactly these files."""
        rows = self._versions.find({"o": organisation, "d": digest}, {"p": 1, "n": 1})
        return [(PackageId(row["p"]), row["n"]) for row in rows]

    def add_version(self, package: Package, version: Version) -> None:
        """Keep a version, then make it the newest of its package; raise Conflict when that number is taken."""
        organisation = package.organisation
        document = {
            "_id": f"{version.package}/{version.number}", "o": organisation, "p": version.package, "n": version.number,
            "d": version.digest, "added": version.added, "by": version.added_by, "filename": version.filename,
            "manifest": msgspec.msgpack.encode(version.manifest), "files": msgspec.msgpack.encode(version.files),
        }  # fmt: skip
        try:
            self._versions.insert_one(document)
        except DuplicateKeyError as error:
            message = "Somebody else has just added a version of this package; send it again."
            raise Conflict(message) from error
        self._packages.update_one(
            {"_id": package.id, "o": organisation},
            {"$max": {"newest": version.number}, "$set": {
                "title": version.manifest.title, "retired": None,
                "parts": package.names_of(version.manifest),
            }},
        )  # fmt: skip

    def version(self, organisation: OrganisationId, package: str, number: int) -> Version | None:
        """Return one version of a package."""
        row = self._versions.find_one({"_id": f"{package}/{number}", "o": organisation})
        return None if row is None else _version(row)

    def versions(self, organisation: OrganisationId, package: str) -> list[Version]:
        """Return every version of a package, the first first."""
        rows = self._versions.find({"o": organisation, "p": package}).sort("n", ASCENDING)
        return [_version(row) for row in rows]

    def put_parts(self, organisation: OrganisationId, parts: Iterable[tuple[str, int, bytes]]) -> None:
        """Make parts of files durable: SHA-256, number, bytes; one that is there stays as it is."""
        writes = [
            InsertOne({"_id": _part(organisation, sha256, number), "o": organisation, "b": Binary(content)})
            for sha256, number, content in parts
        ]
        if not writes:
            return
        try:
            self._parts.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if any(each["code"] != _DUPLICATE_KEY for each in error.details["writeErrors"]):
                raise

    def read(self, organisation: OrganisationId, file: PackageFile, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` up to `end`, which is not among them."""
        for number in range(start // PART_BYTES, -(-end // PART_BYTES)):
            row = self._parts.find_one({"_id": _part(organisation, file.sha256, number), "o": organisation})
            if row is None:
                return
            offset = number * PART_BYTES
            yield bytes(row["b"])[max(0, start - offset) : end - offset]


def _part(organisation: OrganisationId, sha256: str, number: int) -> Binary:
    return Binary(organisation.to_bytes(4, "big") + bytes.fromhex(sha256) + number.to_bytes(4, "big"))


def _package_document(package: Package) -> Document:
    return {
        "o": package.organisation, "title": package.title, "activity": package.activity,
        "identifier": package.identifier, "newest": package.newest, "created": package.created,
        "retired": package.retired,
    }  # fmt: skip


def _package(row: Document | None) -> Package | None:
    if row is None:
        return None
    return Package(
        PackageId(row["_id"]), OrganisationId(row["o"]), row["title"], row["activity"], row["identifier"],
        row["newest"], Micros(row["created"]), row["retired"],
    )  # fmt: skip


def _version(row: Document) -> Version:
    return Version(
        PackageId(row["p"]), row["n"], row["d"], _MANIFEST.decode(row["manifest"]), _FILES.decode(row["files"]),
        Micros(row["added"]), row["by"], row["filename"],
    )  # fmt: skip
