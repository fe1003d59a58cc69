"""A hosted package, its versions, and where its parts stand among activities."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NewType
from urllib.parse import quote

from lrs.clock import Micros
from lrs.packages.manifest import Item, Manifest
from lrs.tenancy import OrganisationId

PackageId = NewType("PackageId", str)
# Of a link to a package: longer than a course lasts, shorter than the trust in who has it.
PLAY_SECONDS: Final = 86_400
PLAY_MOST_SECONDS: Final = 366 * 86_400


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of a version; its bytes are kept under their SHA-256."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    """One edition of a package's files. `digest` says which files under which names, and nothing of how they came."""

    package: PackageId
    number: int
    digest: str
    manifest: Manifest
    files: tuple[PackageFile, ...]
    added: Micros
    added_by: str
    filename: str

    @property
    def size(self) -> int:
        """Return how many bytes its files have together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Package:
    """A course that is served from here. `activity` is its IRI in statements, `newest` the version begun now."""

    id: PackageId
    organisation: OrganisationId
    title: str
    activity: str
    identifier: str
    newest: int
    created: Micros
    retired: Micros | None = None

    def activity_of(self, manifest: Manifest, item: Item) -> str:
        """Return the IRI of an item: the package's own where there is nothing else to open."""
        if item.activity:
            return item.activity
        if len(manifest.launched) == 1:
            return self.activity
        return f"{self.activity.rstrip('/')}/{quote(item.identifier, safe='')}"

    def names_of(self, manifest: Manifest) -> list[str]:
        """Return the IRIs that what can be opened is known by; of cmi5 the publisher's ids too."""
        found = [self.activity_of(manifest, item) for item in manifest.launched]
        if manifest.is_cmi5:
            found += [manifest.identifier, *(item.identifier for item in manifest.launched)]
        return found

    @property
    def label(self) -> str:
        """Return what the package's own host begins with: it says nothing of whose it is."""
        return label_of(self.organisation, self.id)


def label_of(organisation: OrganisationId, package: str) -> str:
    """Return what the own host of a package begins with, by its id."""
    # A letter first, and no dot: one label of a host name.
    return f"p{sha256(f'{organisation}/{package}'.encode()).hexdigest()[:20]}"


def digest_of(files: tuple[PackageFile, ...]) -> str:
    """Return what tells a version from others: every file with its name, whatever their order in the archive."""
    lines = sorted(f"{file.sha256} {file.name}\n" for file in files)
    return sha256("".join(lines).encode()).hexdigest()
