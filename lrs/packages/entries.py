"""One entry of an archive: what it is called here, and what speaks against it."""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterator
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from lrs.errors import Problem

_MIB: Final = 1024 * 1024
_NAME_MOST: Final = 400
_PART_MOST_BYTES: Final = 255
_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAGS: Final = 0x1 | 0x40 | 0x2000
_UNIX: Final = 3
# Deflate itself never does better than 1,032; text that repeats itself comes to some hundreds.
_RATIO_MOST: Final = 400
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# What macOS and Windows put beside files; no course asks for it.
_CLUTTER: Final = re.compile(r"(\A|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)\Z", re.IGNORECASE | re.DOTALL)


def normal_name(info: ZipInfo) -> str:
    """Return the name of an entry: NFC, with `/` between its parts, without `.` and empty ones."""
    return "/".join(part for part in _parts(_decoded(info)) if part not in ("", "."))


def is_clutter(name: str) -> bool:
    """Say whether a file is one that an operating system leaves behind.

    >>> is_clutter("__MACOSX/._index.html"), is_clutter("img/Thumbs.db"), is_clutter("index.html")
    (True, True, False)
    """
    return _CLUTTER.search(name) is not None


def entry_problems(info: ZipInfo, most_bytes: int) -> list[Problem]:
    """List all that is wrong with one entry, whatever else is in its archive."""
    pointer = f"/{_CONTROL.sub('?', _decoded(info))[:_NAME_MOST]}"
    found = (*_named(info), *_packed(info, most_bytes))
    return [Problem(pointer, message, accepted, f"archive.{rule}") for rule, message, accepted in found]


def _named(info: ZipInfo) -> Iterator[tuple[str, str, str]]:
    """Yield rule, problem and what would be accepted, of an entry's name."""
    name = _decoded(info)
    parts = _parts(name)
    if _CONTROL.search(info.orig_filename):
        yield "name", "The name has control characters.", "a name that can be shown"
    if len(name) > _NAME_MOST or any(len(part.encode()) > _PART_MOST_BYTES for part in parts):
        yield "name", "The name is too long.", f"at most {_NAME_MOST} characters, {_PART_MOST_BYTES} bytes a part"
    if parts[0] == "" or _DRIVE.match(name):
        yield "absolute", "The name begins at a root or a drive.", "a place within the archive"
    if ".." in parts:
        yield "traversal", "The name leads out of the archive.", "a place within the archive"


def _packed(info: ZipInfo, most_bytes: int) -> Iterator[tuple[str, str, str]]:
    """Yield the same of what an entry is, and how it is packed."""
    if info.create_system == _UNIX and stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield "link", "This is a link or a device.", "files and folders"
    if info.flag_bits & _ENCRYPTED_FLAGS:
        yield "encrypted", "This is encrypted.", "files without a password"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        yield "method", f"This is packed by method {info.compress_type}.", "stored or deflated"
    if info.file_size > most_bytes:
        yield "file-size", f"This unpacks to {info.file_size:,} bytes.", f"at most {most_bytes:,}"
    elif info.file_size > _MIB and info.file_size > info.compress_size * _RATIO_MOST:
        yield "ratio", "This unpacks to far more than it is packed in.", f"at most {_RATIO_MOST} times"


def _parts(name: str) -> list[str]:
    # Old tools of Windows write its separator.
    return name.replace("\\", "/").split("/")


def _decoded(info: ZipInfo) -> str:
    """Return a name as its writer meant it.

    Without the flag for UTF-8 names are read as code page 437. Many writers put UTF-8 there all the same; Windows in
    western Europe puts code page 850.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG and not name.isascii():
        raw = name.encode("cp437")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp850")
    return unicodedata.normalize("NFC", name)
