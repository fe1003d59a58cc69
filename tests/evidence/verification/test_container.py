"""Zip files of which every byte is accounted for."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from io import BytesIO, RawIOBase

import pytest

from evidence.verification.container import Container
from evidence.verification.report import Unreadable
from evidence.verification.steps import NotHolding

FILES = {"un/texte.txt": b"texte " * 500, "vide": b"", "é.bin": random.Random(1).randbytes(4_000)}


class _Pipe(RawIOBase):
    """Something that is only written to: what a dossier is sent through."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def zipped(*, streamed: bool, stored: bool = False) -> bytes:
    pipe = _Pipe() if streamed else BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, data in FILES.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 8, 0, 0)), data, method)
    return bytes(pipe.data) if isinstance(pipe, _Pipe) else pipe.getvalue()


def read_all(data: bytes) -> dict[str, bytes]:
    container = Container(BytesIO(data))
    return {member.name: b"".join(container.stream(member)) for member in container.members}


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("stored", [True, False])
def test_members_are_read_as_they_were_put_there(streamed: bool, stored: bool):
    assert read_all(zipped(streamed=streamed, stored=stored)) == FILES


@pytest.mark.parametrize("streamed", [True, False])
def test_any_changed_byte_is_noticed(streamed: bool):
    data, chance = zipped(streamed=streamed), random.Random(2)
    for at in range(len(data)):
        changed = data[:at] + bytes((data[at] ^ chance.randrange(1, 256),)) + data[at + 1 :]
        try:
            found = read_all(changed)
        except (NotHolding, Unreadable):
            continue
        # A name is no zip file's business: a manifest lists them.
        assert set(found) != set(FILES), at
        assert sorted(found.values()) == sorted(FILES.values())


def test_bytes_that_readers_pass_over_do_not_hold():
    data = zipped(streamed=False)
    for other in (
        b"\x00" + data,
        data + b"\x00",
        data[: data.index(b"PK\x01\x02")] + b"x" + data[data.index(b"PK\x01\x02") :],
    ):
        with pytest.raises((NotHolding, Unreadable)):
            read_all(other)


def test_a_file_that_unpacks_to_more_than_it_says_is_left_off_at_once():
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(200 * 1024 * 1024)) + bomb.flush()
    with BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a", b"x" * len(packed))
        data = bytearray(file.getvalue())
    # The member says 10 bytes, and holds a bomb.
    start = data.index(b"x" * 8)
    data[start : start + len(packed)] = packed
    struct.pack_into("<HHHIII", data, 8, 8, 0, 33, 0, len(packed), 10)
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<HHHIII", data, central + 10, 8, 0, 33, 0, len(packed), 10)

    with pytest.raises(NotHolding, match=r"plus long|contredisent"):
        read_all(bytes(data))


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a\\b", "a/../b", "."])
def test_names_that_lead_elsewhere_do_not_hold(name: str):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("x" * len(name)), b"x")
    data = file.getvalue().replace(b"x" * len(name), name.encode())

    with pytest.raises(NotHolding):
        Container(BytesIO(data))
