"""A zip archive that somebody uploads: listed and judged before anything in it is inflated, then read file by file.

What cannot be a course is refused with every entry and rule (`archive.…`) at once. Names come out normal: NFC, `/`
between parts, none of them `.`, `..` or empty.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final, Self

from lrs.errors import InvalidRequest, Problem
from lrs.packages.entries import entry_problems, is_clutter, normal_name

_MIB: Final = 1024 * 1024
_CHUNK_BYTES: Final = 256 * 1024
# More than anybody mends at once.
_PROBLEMS_MOST: Final = 50
# End of central directory (APPNOTE 4.3.16) and its zip64 parts (4.3.14, 4.3.15).
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
# Stands where the zip64 part has the size; without that part it is only wrong.
_SEE_64: Final = 0xFFFF_FFFF
_COMMENT_MOST: Final = 65_535
_LOCAL_HEADER_BYTES: Final = 30
# What an entry of the directory takes at most, name and extra fields included, on average.
_ENTRY_BYTES: Final = 1024
# Whatever the library raises for bytes that are no archive, or not the one that its directory says.
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may hold. `ratio` is of all that it unpacks to, to its own size."""

    archive_bytes: int = 512 * _MIB
    files: int = 10_000
    file_bytes: int = 512 * _MIB
    total_bytes: int = 2048 * _MIB
    ratio: int = 100


class Archive:
    """The files of an archive. Made by `open`."""

    def __init__(self, zipped: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> None:
        self._zipped = zipped
        self._entries = entries

    @classmethod
    def open(cls, stream: BinaryIO, limits: ArchiveLimits) -> Self:
        """List an archive from a stream that can seek; raise InvalidRequest with every problem. Nothing is inflated.

        1. Its directory is no larger than the limits allow. 2. It can be read. 3. Each entry alone. 4. All together.
        """
        # 1.
        _check_directory(stream, limits)
        # 2.
        try:
            zipped = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise _refused([_broken("", error)]) from error
        # 3.
        problems: list[Problem] = []
        entries: dict[str, zipfile.ZipInfo] = {}
        for info in zipped.infolist():
            name, found = normal_name(info), entry_problems(info, limits.file_bytes)
            problems += found
            if found or not name or info.is_dir() or info.filename.endswith("\\") or is_clutter(name):
                continue
            if name in entries:
                problems.append(Problem(f"/{name}", "Two entries have this name.", "one", "archive.duplicate"))
            entries[name] = info
        # 4.
        if not entries and not problems:
            problems.append(Problem("", "The archive has no files.", "a package", "archive.empty"))
        problems += _together(list(entries.values()), _length(stream), limits)
        if problems:
            raise _refused(problems)
        return cls(zipped, entries)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all files, in order; no folders, nor what operating systems leave behind."""
        return tuple(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""
        return self._entries[name].file_size

    def read(self, name: str, most_bytes: int | None = None) -> bytes:
        """Return a file's bytes; raise InvalidRequest for one that is missing, longer than `most_bytes` or damaged."""
        info = self._entries.get(name)
        if info is None:
            raise _refused([Problem(f"/{name}", "The archive has no such file.", "", "archive.missing")])
        if most_bytes is not None and info.file_size > most_bytes:
            message = f"This file has {info.file_size:,} bytes."
            raise _refused([Problem(f"/{name}", message, f"at most {most_bytes:,} bytes", "archive.file-size")])
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes piece by piece; raise InvalidRequest where they are not what the directory says."""
        info, count = self._entries[name], 0
        try:
            # Never more than the size that was judged: the library stops there, and the checksum is then wrong.
            with self._zipped.open(info) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    count += len(chunk)
                    yield chunk
            if count != info.file_size:
                message = f"it has {count:,} bytes in place of {info.file_size:,}"
                raise zipfile.BadZipFile(message)
        except _BROKEN as error:
            raise _refused([_broken(f"/{name}", error)]) from error


def _together(entries: list[zipfile.ZipInfo], archive_bytes: int, limits: ArchiveLimits) -> Iterator[Problem]:
    """Yield what is wrong with files that may each be fine."""
    if len(entries) > limits.files:
        yield Problem("", f"The archive has {len(entries):,} files.", f"at most {limits.files:,}", "archive.files")
    total = sum(info.file_size for info in entries)
    if total > limits.total_bytes:
        message = f"The archive unpacks to {total:,} bytes."
        yield Problem("", message, f"at most {limits.total_bytes:,}", "archive.total-size")
    elif total > max(_MIB, archive_bytes * limits.ratio):
        message = f"The archive unpacks to {total // max(archive_bytes, 1):,} times its size."
        yield Problem("", message, f"at most {limits.ratio} times", "archive.ratio")
    end = 0
    for info in sorted(entries, key=lambda info: info.header_offset):
        # Entries that share bytes unpack to far more than any ratio of one of them says.
        if info.header_offset < end:
            yield Problem(f"/{info.filename}", "This shares its bytes with another.", "its own", "archive.overlap")
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size


def _check_directory(stream: BinaryIO, limits: ArchiveLimits) -> None:
    """Refuse what is no archive, or has a directory that would fill the memory, before the library reads it whole."""
    length = _length(stream)
    if length > limits.archive_bytes:
        message, accepted = f"The archive has {length:,} bytes.", f"at most {limits.archive_bytes:,}"
        raise _refused([Problem("", message, accepted, "archive.size")])
    stream.seek(max(0, length - _END.size - _COMMENT_MOST - _LOCATOR_64.size - _END_64.size))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise _refused([Problem("", "This is no zip archive.", "a .zip file, whole", "archive.format")])
    claimed = [_END.unpack_from(tail, at)[5]]
    at_64 = at - _LOCATOR_64.size - _END_64.size
    if at_64 >= 0 and tail[at_64 : at_64 + 4] == b"PK\6\6":
        claimed.append(_END_64.unpack_from(tail, at_64)[8])
    size = max((each for each in claimed if each != _SEE_64), default=length)
    if size > limits.files * _ENTRY_BYTES:
        message = f"The list of files alone has {size:,} bytes."
        raise _refused([Problem("", message, f"at most {limits.files:,} files", "archive.files")])


def _length(stream: BinaryIO) -> int:
    length = stream.seek(0, 2)
    stream.seek(0)
    return length


def _broken(pointer: str, error: Exception) -> Problem:
    return Problem(pointer, f"This cannot be unpacked: {error}", "an archive that is whole", "archive.damaged")


def _refused(problems: list[Problem]) -> InvalidRequest:
    count = len(problems)
    message = f"The archive is refused: {count} problem{'s' if count > 1 else ''}."
    return InvalidRequest(message, problems[:_PROBLEMS_MOST])
