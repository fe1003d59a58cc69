"""A zip file of which every byte is accounted for, read in bounded memory.

Readers of zip files look at the directory at the end and pass over what it does not mention: bytes between members, a
second copy of a header, a comment. Here nothing is passed over: members stand one behind the other, both headers of
each say the same, and what is compressed is so in one way (no stray bits at its end). What is described here, and
nothing else, is what `evidence.dossier` writes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from evidence.verification.report import Unreadable
from evidence.verification.steps import NotHolding
from evidence.verification.wording import typeset

MEMBERS_MOST: Final = 200_000
NAME_MOST_BYTES: Final = 1_024
TOTAL_MOST_BYTES: Final = 16 * 1024**3
DIRECTORY_MOST_BYTES: Final = 64 * 1024 * 1024
_BLOCK: Final = 256 * 1024
_STORED, _DEFLATED = 0, 8
_BLOCK_TYPE, _BLOCK_HEADER_BITS = 0b110, 3
_UTF8: Final = 0x800
_DESCRIBED: Final = 0x08  # sizes and checksum follow the data: the writer could not go back
_ZIP64: Final = 1
_SENTINEL: Final = 0xFFFFFFFF
_SENTINEL_COUNT: Final = 0xFFFF
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the container. `start` and `end` are where its compressed bytes stand."""

    name: str
    is_deflated: bool
    checksum: int
    packed_bytes: int
    size_bytes: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the directory."""

    raw_name: bytes
    version: int
    flags: int
    method: int
    time: int
    date: int
    checksum: int
    packed: int
    size: int
    offset: int
    # Who made it, and how its file is marked: the same for every member.
    marks: tuple[int, int, int]


class Container:
    """Reads a zip file that was written by `evidence.dossier`; anything else about it does not hold."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the directory. Raises Unreadable for what is no zip file, or is larger than is looked at."""
        self._file = file
        self._length = file.seek(0, 2)
        if self._at(0, 4) != b"PK\x03\x04":
            raise Unreadable("Ce fichier n’est ni un PDF ni un dossier (zip).")
        try:
            self._directory, entries = self._read_directory()
            self.members = self._read_members(entries)
        except (struct.error, UnicodeDecodeError, ValueError) as error:
            raise NotHolding("L’archive zip est abîmée.") from error

    def stream(self, member: Member) -> Iterator[bytes]:
        """Yield a member's bytes, no more than it says. Raises NotHolding when they are not what was put there."""
        checksum, size = 0, 0
        for block in self._inflated(member) if member.is_deflated else self._raw(member.start, member.end):
            checksum, size = zlib.crc32(block, checksum), size + len(block)
            if size > member.size_bytes:
                raise NotHolding("Un fichier est plus long que l’archive ne le dit.", (member.name,))
            yield block
        if (checksum, size) != (member.checksum, member.size_bytes):
            raise NotHolding("Un fichier de l’archive est abîmé.", (member.name,))

    def read(self, member: Member, most_bytes: int) -> bytes:
        """Return a member's bytes; raises NotHolding for more than `most_bytes`."""
        if member.size_bytes > most_bytes:
            raise NotHolding(f"Un fichier dépasse {most_bytes // 1024 // 1024} Mo.", (member.name,))
        return b"".join(self.stream(member))

    def _at(self, start: int, length: int) -> bytes:
        self._file.seek(start)
        return self._file.read(length)

    def _raw(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            block = self._at(start, min(_BLOCK, end - start))
            if not block:
                raise NotHolding("L’archive zip est tronquée.")
            start += len(block)
            yield block

    def _inflated(self, member: Member) -> Iterator[bytes]:
        """Yield what is compressed, a bounded piece at a time; the last byte of it is looked at bit by bit."""
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        if member.packed_bytes < 1:
            raise NotHolding("Un fichier de l’archive est abîmé.", (member.name,))
        first = self._at(member.start, 1)[0]
        # A block that is not compressed begins at a byte: the bits up to there are read by nobody (RFC 1951 3.2.4).
        if first & _BLOCK_TYPE == 0 and first >> _BLOCK_HEADER_BITS:
            raise NotHolding("Un fichier de l’archive n’est pas compressé comme il devrait.", (member.name,))
        try:
            for block in self._raw(member.start, member.end - 1):
                yield from _pieces(inflater, block)
                if inflater.eof:
                    raise NotHolding("Il y a quelque chose derrière un fichier de l’archive.", (member.name,))
            last = self._at(member.end - 1, 1)
            before = inflater.copy()
            tail = b"".join(_pieces(inflater, last))
            if not inflater.eof or _has_stray_bits(before, last, tail):
                raise NotHolding("Un fichier de l’archive n’est pas compressé comme il devrait.", (member.name,))
            yield tail
        except zlib.error as error:
            raise NotHolding("Un fichier de l’archive est abîmé.", (member.name,)) from error

    def _read_directory(self) -> tuple[int, list[_Entry]]:
        """Return where the directory begins, and its lines.

        1. The end record is the last thing in the file, without a comment. 2. One for larger files may stand before it.
        3. The directory fills the room between its own start and them.
        """
        # 1.
        end_at = self._length - _END.size
        mark, disk, first_disk, here, count, size, start, comment = _END.unpack(self._at(max(0, end_at), _END.size))
        if mark != b"PK\x05\x06" or disk or first_disk or comment or here != count:
            raise NotHolding("La fin de l’archive zip n’est pas celle d’un dossier d’Assidu.")
        # 2.
        ends_at = end_at
        if _SENTINEL in (size, start) or count == _SENTINEL_COUNT:
            ends_at, count, size, start = self._read_large_end(end_at)
        # 3.
        if start + size != ends_at or count > MEMBERS_MOST or size > DIRECTORY_MOST_BYTES:
            raise NotHolding("Le sommaire de l’archive zip n’est pas bien formé, ou il est démesuré.")
        entries = list(_entries(self._at(start, size)))
        if len(entries) != count or not entries:
            raise NotHolding("Le sommaire de l’archive zip ne compte pas ses fichiers.")
        if len({entry.marks for entry in entries}) != 1:
            raise NotHolding("Les fichiers de l’archive ne sont pas marqués de la même façon.")
        if sum(entry.size for entry in entries) > TOTAL_MOST_BYTES:
            raise Unreadable(typeset("Ce dossier dépasse 16 Go une fois décompressé : il n’est pas ouvert."))
        return start, entries

    def _read_large_end(self, end_at: int) -> tuple[int, int, int, int]:
        mark, disk, at, disks = _LOCATOR.unpack(self._at(end_at - _LOCATOR.size, _LOCATOR.size))
        if mark != b"PK\x06\x07" or disk or disks != 1 or at + _END64.size + _LOCATOR.size != end_at:
            raise NotHolding("La fin de l’archive zip n’est pas celle d’un dossier d’Assidu.")
        mark, length, _, _, disk, first_disk, here, count, size, start = _END64.unpack(self._at(at, _END64.size))
        if mark != b"PK\x06\x06" or length != _END64.size - 12 or disk or first_disk or here != count:
            raise NotHolding("La fin de l’archive zip n’est pas celle d’un dossier d’Assidu.")
        return at, count, size, start

    def _read_members(self, entries: list[_Entry]) -> tuple[Member, ...]:
        """Return the members, in the order in which they stand, once they are found to fill the file."""
        members, expected = [], 0
        for entry in sorted(entries, key=lambda item: item.offset):
            if entry.offset != expected:
                raise NotHolding("Il y a quelque chose entre les fichiers de l’archive.", (_name(entry.raw_name),))
            member, expected = self._read_member(entry)
            members.append(member)
        if expected != self._directory:
            raise NotHolding("Il y a quelque chose entre les fichiers de l’archive et son sommaire.")
        if len({member.name for member in members}) != len(members):
            raise NotHolding("Deux fichiers de l’archive ont le même nom.")
        return tuple(members)

    def _read_member(self, entry: _Entry) -> tuple[Member, int]:
        header = _LOCAL.unpack(self._at(entry.offset, _LOCAL.size))
        mark, version, flags, method, time, date, checksum, packed, size, name_length, extra_length = header
        raw = self._at(entry.offset + _LOCAL.size, name_length + extra_length)
        name, extra = raw[:name_length], raw[name_length:]
        is_described = bool(flags & _DESCRIBED)
        said = _large(extra, packed, size)
        expected = (0, 0, 0) if is_described and said[:2] == (0, 0) else (entry.checksum, entry.packed, entry.size)
        if (mark, version, flags, method, time, date, name) != (
            b"PK\x03\x04", entry.version, entry.flags, entry.method, entry.time, entry.date, entry.raw_name,
        ) or (checksum, *said[:2]) != expected:  # fmt: skip
            raise NotHolding("Les deux en-têtes d’un fichier de l’archive se contredisent.", (_name(entry.raw_name),))
        start = entry.offset + _LOCAL.size + len(raw)
        end = start + entry.packed
        after = end + (self._descriptor(entry, end) if is_described else 0)
        member = Member(
            _name(entry.raw_name), method == _DEFLATED, entry.checksum, entry.packed, entry.size, start, end
        )
        return member, after

    def _descriptor(self, entry: _Entry, at: int) -> int:
        """Return how long the record behind the data is; either width of sizes, as writers have it."""
        for form in ("<4s3I", "<4sI2Q"):
            length = struct.calcsize(form)
            data = self._at(at, length)
            if len(data) == length and struct.unpack(form, data) == (
                b"PK\x07\x08", entry.checksum, entry.packed, entry.size,
            ):  # fmt: skip
                return length
        raise NotHolding("Un fichier de l’archive n’a pas la fin qu’il devrait.", (_name(entry.raw_name),))


def _entries(directory: bytes) -> Iterator[_Entry]:
    at = 0
    while at < len(directory):
        (mark, made_by, version, flags, method, time, date, checksum, packed, size, name_length, extra_length,
         comment_length, disk, internal, external, offset) = _CENTRAL.unpack_from(directory, at)  # fmt: skip
        at += _CENTRAL.size
        name = directory[at : at + name_length]
        extra = directory[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length
        is_known = flags & ~(_UTF8 | _DESCRIBED) == 0 and method in (_STORED, _DEFLATED)
        if mark != b"PK\x01\x02" or comment_length or disk or not is_known or at > len(directory):
            raise NotHolding("Le sommaire de l’archive zip n’est pas celui d’un dossier d’Assidu.")
        packed, size, offset = _large(extra, packed, size, offset)
        if method == _STORED and packed != size:
            raise NotHolding("Un fichier de l’archive a deux longueurs.", (_name(name),))
        yield _Entry(
            name, version, flags, method, time, date, checksum, packed, size, offset, (made_by, internal, external)
        )


def _large(extra: bytes, packed: int, size: int, offset: int = 0) -> tuple[int, int, int]:
    """Return lengths and offset, those that do not fit into 32 bits from the extra field; no other may be there."""
    if not extra:
        return packed, size, offset
    kind, length = struct.unpack_from("<2H", extra)
    numbers = list(struct.unpack_from(f"<{length // 8}Q", extra, 4))
    if kind != _ZIP64 or length != len(extra) - 4 or length % 8:
        raise NotHolding("Un fichier de l’archive porte une mention inattendue.")
    # In this order, and only those that say so in the usual place (APPNOTE 4.5.3).
    found = [numbers.pop(0) if said == _SENTINEL and numbers else said for said in (size, packed, offset)]
    if numbers:
        raise NotHolding("Un fichier de l’archive porte une mention inattendue.")
    return found[1], found[0], found[2]


def _pieces(inflater: zlib._Decompress, block: bytes) -> Iterator[bytes]:
    """Yield what a block inflates to, never more than a block at once."""
    while block:
        piece = inflater.decompress(block, _BLOCK)
        if piece:
            yield piece
        if inflater.eof:
            if inflater.unused_data:
                message = "Il y a quelque chose derrière un fichier de l’archive."
                raise NotHolding(message)
            return
        if not piece and not inflater.unconsumed_tail:
            return
        block = inflater.unconsumed_tail


def _has_stray_bits(before: zlib._Decompress, last: bytes, tail: bytes) -> bool:
    """Say whether a bit of the last byte is set that nothing reads: its change would go unnoticed."""
    for bit in (1 << shift for shift in range(8)):
        if not last[0] & bit:
            continue
        other = before.copy()
        try:
            changed = other.decompress(bytes((last[0] ^ bit,)))
        except zlib.error:
            continue
        if other.eof and changed == tail:
            return True
    return False


def _name(raw: bytes) -> str:
    name = raw.decode()
    parts = name.split("/")
    if len(raw) > NAME_MOST_BYTES or not name or name.startswith("/") or "\\" in name or {"", ".", ".."} & set(parts):
        raise NotHolding("Un fichier de l’archive a un nom impossible.", (repr(name)[:80],))
    return name
