"""Hosted packages: taken in whole or not at all, offered, retired. Courses of cmi5 are packages too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from lrs.clock import Clock, IdSource
from lrs.cmi5.vocabulary import activity_iri
from lrs.courses.cmi5_courses import Courses
from lrs.courses.intake import Judged, judge_upload
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.packages.archive import Archive, ArchiveLimits
from lrs.packages.manifest import Manifest
from lrs.packages.package import Package, PackageFile, PackageId, Version, digest_of
from lrs.statements.rules import activity_problems
from lrs.store.database import Store
from lrs.store.packages import PART_BYTES, PackageStore
from lrs.tenancy import OrganisationId
from lrs.versions import Version as XapiVersion

# Parts written together: few enough to stay far below what the driver takes in one message.
_TOGETHER: Final = 16
_FILENAME_MOST: Final = 200
_MISSING: Final = "There is no such package."


@dataclass(frozen=True, slots=True)
class Offered:
    """A package to be taken in.

    `package` is the one that it is a new version of; without it, its manifest's identifier says, unless it `is_alone`.
    `base` is the address that the activity of a new package begins with, `activity` the whole of it, if somebody chose.
    A course of cmi5 has neither to choose: both follow from its publisher's id. `is_cmi5` takes it for nothing else.
    """

    by: str
    base: str
    filename: str = ""
    package: str | None = None
    activity: str | None = None
    is_alone: bool = False
    is_cmi5: bool = False


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload: the very same files are the version that there was."""

    package: Package
    version: Version
    is_new: bool


class Hosting:
    """The packages of every organisation."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, limits: ArchiveLimits, courses: Courses) -> None:
        self.limits = limits
        self.courses = courses
        self._packages = PackageStore(store)
        self._clock = clock
        self._ids = ids

    def upload(self, organisation: OrganisationId, stream: BinaryIO, offered: Offered) -> Uploaded:
        """Take a package in, whole or not at all.

        1. Judge it. 2. Hash it. 3. See whether it is there. 4. Keep its bytes. 5. Offer it. 6. If it is a course of
        cmi5, launch it from there. Raises InvalidRequest with every problem, each with its entry or line and its rule;
        Conflict, NotFound for a package that it cannot be a version of. Nothing is offered before everything is kept.
        """
        # 1.
        judged = judge_upload(stream, self.limits, organisation, is_cmi5=offered.is_cmi5)
        _check_named(offered, judged.manifest)
        package = self._package_of(organisation, offered, judged.manifest)
        # 2.
        files = tuple(judged.hashed())
        digest = digest_of(files)
        # 3.
        done = self._found(organisation, digest, package, offered, judged.manifest)
        if done is None:
            # 4.
            self._keep(organisation, judged.archive, {file.name: file for file in files})
            # 5.
            done = self._offer(organisation, offered, judged.manifest, package, digest, files)
        # 6. Also where the files were there: whoever uploaded them before may have died in between.
        self._launch_from(done, judged, offered.by)
        return done

    def _offer(
        self, organisation: OrganisationId, offered: Offered, manifest: Manifest, package: Package | None, digest: str,
        files: tuple[PackageFile, ...],
    ) -> Uploaded:  # fmt: skip
        now = self._clock.now_micros()
        if package is None:
            name = PackageId(f"pk_{self._ids.new_uuid().hex}")
            activity = offered.activity or f"{offered.base.rstrip('/')}/packages/{name}"
            if manifest.is_cmi5:
                activity = activity_iri(organisation, manifest.identifier, manifest.identifier)
            package = Package(name, organisation, manifest.title, activity, manifest.identifier, 1, now)
            self._packages.insert(package, is_alone=offered.is_alone)
            number = 1
        else:
            number = package.newest + 1
        filename = offered.filename[:_FILENAME_MOST]
        version = Version(package.id, number, digest, manifest, files, now, offered.by, filename)
        self._packages.add_version(package, version)
        newest = replace(package, newest=number, title=manifest.title, retired=None)
        return Uploaded(newest, version, is_new=True)

    def _launch_from(self, done: Uploaded, judged: Judged, by: str) -> None:
        if judged.course is not None:
            where = (str(done.package.id), done.version.number)
            self.courses.keep(done.package.organisation, judged.course, judged.structure, by, where)

    def get(self, organisation: OrganisationId, package: str) -> Package:
        """Return one package; raise NotFound."""
        return _known(self._packages.find(organisation, package))

    def page(self, organisation: OrganisationId, after: tuple[int, str] | None, limit: int) -> list[Package]:
        """Return up to `limit` packages, oldest first, retired ones included."""
        return self._packages.page(organisation, after, limit)

    def offered(self, organisation: OrganisationId) -> Mapping[str, PackageId]:
        """Return the packages that are offered, by their own activities and those of their parts."""
        return self._packages.by_activity(organisation)

    def version(self, organisation: OrganisationId, package: str, number: int) -> Version:
        """Return one version of a package; raise NotFound."""
        found = self._packages.version(organisation, package, number)
        if found is None:
            raise NotFound(_MISSING)
        return found

    def versions(self, organisation: OrganisationId, package: str) -> list[Version]:
        """Return every version of a package, the first first."""
        return self._packages.versions(organisation, package)

    def retire(self, organisation: OrganisationId, package: str) -> Package:
        """Offer a package no more; raise NotFound. Who has begun it goes on."""
        return _known(self._packages.retire(organisation, package, self._clock.now_micros()))

    def read(self, organisation: OrganisationId, file: PackageFile, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` up to `end`, which is not among them."""
        return self._packages.read(organisation, file, start, end)

    def _package_of(self, organisation: OrganisationId, offered: Offered, manifest: Manifest) -> Package | None:
        if offered.package is not None:
            given = self.get(organisation, offered.package)
            self._check_kind(given, manifest)
            return given
        if offered.is_alone:
            return None
        named = self._packages.named(organisation, manifest.identifier)
        if named is not None:
            self._check_kind(named, manifest)
        if named is not None and offered.activity not in (None, named.activity):
            message = f"This is a version of « {named.title} », whose activity is {named.activity}."
            accepted = "that activity or none, or the package by itself"
            raise Conflict(message, [Problem("/activity", message, accepted)])
        return named

    def _check_kind(self, package: Package, manifest: Manifest) -> None:
        """Refuse a version of another format than the package's, or of another course of cmi5."""
        before = self.version(package.organisation, package.id, package.newest).manifest
        is_other = manifest.is_cmi5 and before.identifier != manifest.identifier
        if before.is_cmi5 != manifest.is_cmi5 or is_other:
            message = f"« {package.title} » is a package of {before.format}, {before.identifier}; this is another."
            raise Conflict(message, [Problem("/package", message, "a version of the same course")])

    def _found(
        self, organisation: OrganisationId, digest: str, package: Package | None, offered: Offered, manifest: Manifest
    ) -> Uploaded | None:
        """Return the version that has these very files, of the package that is meant or of any; offer it again."""
        for name, number in self._packages.with_content(organisation, digest):
            if offered.is_alone or (package is not None and name != package.id):
                continue
            if package is not None and number != package.newest:
                # Somebody goes back to what was there before: that is a version of its own, and begun from now on.
                continue
            version = self.version(organisation, name, number)
            if version.manifest.is_cmi5 != manifest.is_cmi5:
                # An archive with both manifests is two courses.
                continue
            self._packages.offer(organisation, name)
            return Uploaded(self.get(organisation, name), version, is_new=False)
        return None

    def _keep(self, organisation: OrganisationId, archive: Archive, files: Mapping[str, PackageFile]) -> None:
        waiting: list[tuple[str, int, bytes]] = []
        done: set[str] = set()
        for name, file in files.items():
            if file.sha256 in done:
                continue
            done.add(file.sha256)
            for number, part in enumerate(_parts(archive.chunks(name))):
                waiting.append((file.sha256, number, part))
                if len(waiting) >= _TOGETHER:
                    self._packages.put_parts(organisation, waiting)
                    waiting = []
        self._packages.put_parts(organisation, waiting)


def _check_named(offered: Offered, manifest: Manifest) -> None:
    """Refuse a name that cannot be one in statements, or any where the course's publisher has given it."""
    activity = offered.activity
    problems = [] if activity is None else activity_problems({"id": activity}, XapiVersion.V2_0_0, "/activity")
    accepted = "nothing: the publisher's id says what a course of cmi5 is"
    if manifest.is_cmi5 and activity is not None:
        problems.append(Problem("/activity", "A course of cmi5 has a name already.", accepted, "cmi5 13.1.1"))
    if manifest.is_cmi5 and offered.is_alone:
        problems.append(Problem("/alone", "A course of cmi5 is known by its id.", accepted, "cmi5 13.1.1"))
    if problems:
        message = "The package cannot be called that."
        raise InvalidRequest(message, problems)


def _parts(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces of the size that they are kept in."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)


def _known(package: Package | None) -> Package:
    if package is None:
        raise NotFound(_MISSING)
    return package
