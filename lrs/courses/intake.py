"""What somebody uploads as a course: judged before anything of it is kept, and described in one way.

Two descriptions are known: `imsmanifest.xml` of SCORM and `cmi5.xml`. A course structure of cmi5 without an archive is
taken as an archive of that one file.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final

from lrs.cmi5.course import Block, Course, Unit, text_in
from lrs.cmi5.structure import NAME as STRUCTURE
from lrs.cmi5.structure import STRUCTURE_MOST_BYTES, parse_structure
from lrs.cmi5.vocabulary import activity_iri
from lrs.errors import InvalidRequest, Problem, TooLarge
from lrs.packages.archive import Archive, ArchiveLimits
from lrs.packages.manifest import MANIFEST_MOST_BYTES, TITLE_MOST, Item, Manifest, parse_manifest
from lrs.packages.manifest import NAME as MANIFEST
from lrs.packages.package import PackageFile
from lrs.tenancy import OrganisationId

_ZIP: Final = b"PK"
_MARKUP: Final = b"<"
# Byte order marks of UTF-8 and UTF-16: a structure may begin with one.
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Judged:
    """A course that can be taken: its files, and what it says of itself. `course` and `structure` are of cmi5 alone."""

    archive: Archive
    manifest: Manifest
    course: Course | None = None
    structure: bytes = b""

    def hashed(self) -> Iterator[PackageFile]:
        """Yield every file with its SHA-256; raise InvalidRequest for one that is damaged."""
        for name in self.archive.names:
            hashed = sha256()
            for chunk in self.archive.chunks(name):
                hashed.update(chunk)
            yield PackageFile(name, hashed.hexdigest(), self.archive.size(name))


def judge_upload(
    stream: BinaryIO, limits: ArchiveLimits, organisation: OrganisationId, *, is_cmi5: bool = False
) -> Judged:
    """Say what an upload is; raise InvalidRequest with every problem, TooLarge. Nothing is kept.

    `is_cmi5` when it is meant to be nothing else, though it may have a manifest of SCORM too.
    """
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if not head.startswith(_ZIP) and (is_cmi5 or _is_markup(head)):
        return _alone(stream, limits, organisation)
    archive = Archive.open(stream, limits)
    if MANIFEST in archive and not is_cmi5:
        return Judged(archive, parse_manifest(archive.read(MANIFEST, MANIFEST_MOST_BYTES), set(archive.names)))
    if STRUCTURE not in archive:
        raise _refusal(archive, STRUCTURE if is_cmi5 else MANIFEST)
    structure = archive.read(STRUCTURE, STRUCTURE_MOST_BYTES)
    course = parse_structure(structure, set(archive.names))
    return Judged(archive, describe(course, organisation), course, structure)


def describe(course: Course, organisation: OrganisationId) -> Manifest:
    """Return the list of what is in a course of cmi5, as packages of every format have it."""
    return Manifest(
        None, course.id, _title(course), text_in(course.description, "fr")[:TITLE_MOST],
        tuple(_items(course, course.children, organisation, 0)),
    )  # fmt: skip


def _alone(stream: BinaryIO, limits: ArchiveLimits, organisation: OrganisationId) -> Judged:
    structure = stream.read(STRUCTURE_MOST_BYTES + 1)
    if len(structure) > STRUCTURE_MOST_BYTES:
        message = f"A course structure has at most {STRUCTURE_MOST_BYTES:,} bytes."
        raise TooLarge(message, [Problem("", message, f"at most {STRUCTURE_MOST_BYTES:,} bytes")])
    course = parse_structure(structure)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(STRUCTURE, structure)
    return Judged(Archive.open(packed, limits), describe(course, organisation), course, structure)


def _items(
    course: Course, children: tuple[Unit | Block, ...], organisation: OrganisationId, level: int
) -> Iterator[Item]:
    for child in children:
        title, activity = _title(child), activity_iri(organisation, course.id, child.id)
        if isinstance(child, Unit):
            yield Item(child.id, title, level, child.url, is_sco=True, activity=activity)
        else:
            yield Item(child.id, title, level, activity=activity)
            yield from _items(course, child.children, organisation, level + 1)


def _title(thing: Course | Block | Unit) -> str:
    return " ".join(text_in(thing.title, "fr").split())[:TITLE_MOST] or thing.id


def _is_markup(head: bytes) -> bool:
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(_MARKUP)


def _refusal(archive: Archive, wanted: str) -> InvalidRequest:
    """Say what an archive lacks, and where it is instead."""
    names = (STRUCTURE,) if wanted == STRUCTURE else (MANIFEST, STRUCTURE)
    deeper = next((name for name in archive.names if name.endswith(tuple(f"/{each}" for each in names))), None)
    rule, kind = ("cmi5 14.1", "cmi5 course") if wanted == STRUCTURE else ("manifest.missing", "SCORM or cmi5 package")
    message = f"There is no {' or '.join(names)} at the top of the archive."
    if deeper is not None:
        named = deeper.rpartition("/")[2]
        message = f"{named} is not at the top, but in {deeper}: the folder was packed in place of what is in it."
    accepted = f"a {kind} with {' or '.join(names)} at its top"
    return InvalidRequest(f"This is no {kind}.", [Problem(f"/{wanted}", message, accepted, rule)])
