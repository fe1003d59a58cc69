"""Archives that nobody should unpack are refused before any of them is; those that are odd are read all the same."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from lrs.packages.archive import Archive, ArchiveLimits
from tests.lrs.packages.building import packed

LIMITS = ArchiveLimits()
SMALL = ArchiveLimits(archive_bytes=4096, files=3, file_bytes=2000, total_bytes=3000, ratio=50)


def opened(content: bytes, limits: ArchiveLimits = LIMITS) -> Archive:
    return Archive.open(io.BytesIO(content), limits)


def refused(content: bytes, limits: ArchiveLimits = LIMITS) -> set[tuple[str, str]]:
    """Place and rule of every problem."""
    with pytest.raises(InvalidRequest) as refusal:
        opened(content, limits)
    return {(problem.pointer, problem.requirement) for problem in refusal.value.problems}


def test_files_are_listed_and_read_under_normal_names() -> None:
    found = opened(
        packed({"./a//b.html": b"1", "e\u0301te\u0301.html": b"2", "dossier/": b"", "windows\\page.html": b"3"})
    )

    assert found.names == ("a/b.html", "été.html", "windows/page.html")
    assert [found.read(name) for name in found.names] == [b"1", b"2", b"3"]
    assert "a/b.html" in found
    assert found.size("a/b.html") == 1


def test_what_operating_systems_leave_behind_is_passed_over() -> None:
    found = opened(
        packed({"index.html": b"1", "__MACOSX/._index.html": b"x", "img/.DS_Store": b"x", "Thumbs.db": b"x"})
    )

    assert found.names == ("index.html",)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("../outside.html", "archive.traversal"),
        ("a/../../b.html", "archive.traversal"),
        ("a\\..\\..\\b.html", "archive.traversal"),
        ("/etc/passwd", "archive.absolute"),
        ("C:\\windows\\a.html", "archive.absolute"),
        ("\\\\server\\share", "archive.absolute"),
        ("a\x1b.html", "archive.name"),
        ("x" * 500, "archive.name"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, rule: str) -> None:
    assert rule in {found for _, found in refused(packed({"index.html": b"", name: b""}))}


def test_a_name_that_ends_in_a_zero_is_not_read_as_what_stands_before_it() -> None:
    content = packed({"page.html_.exe": b"1"}).replace(b"page.html_.exe", b"page.html\0.exe")

    assert ("archive.name") in {rule for _, rule in refused(content)}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = refused(packed({"../a": b"", "/b": b"", "c": b"0" * 5_000_000}))

    assert {rule for _, rule in found} == {"archive.traversal", "archive.absolute", "archive.ratio"}


def test_links_and_devices_are_refused() -> None:
    link = zipfile.ZipInfo("raccourci")
    link.create_system, link.external_attr = 3, 0o120777 << 16

    assert refused(_with(lambda archive: archive.writestr(link, "/etc/passwd"))) == {("/raccourci", "archive.link")}


def test_two_files_of_one_name_are_refused() -> None:
    def twice(archive: zipfile.ZipFile) -> None:
        archive.writestr("a/b.html", "1")
        archive.writestr("a//b.html", "2")

    assert refused(_with(twice)) == {("/a/b.html", "archive.duplicate")}


def test_what_is_encrypted_is_refused() -> None:
    content = bytearray(packed({"secret.html": b"x"}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1

    assert refused(bytes(content)) == {("/secret.html", "archive.encrypted")}


def test_a_way_of_packing_that_is_not_known_is_refused() -> None:
    assert refused(packed({"a.html": b"x"}, compression=zipfile.ZIP_LZMA)) == {("/a.html", "archive.method")}


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    # Ten files, each within every limit of its own.
    found = refused(packed({f"{at}.bin": b"\0" * 1_000_000 for at in range(100)}))

    assert found == {("", "archive.ratio")}


def test_entries_that_share_their_bytes_are_refused() -> None:
    """The bomb of David Fifield (2019): many entries over one kernel."""
    content = bytearray(packed({"a.bin": b"x" * 1000, "b.bin": b"y" * 1000}, compression=zipfile.ZIP_STORED))
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<L", 0)

    assert ("/b.bin", "archive.overlap") in refused(bytes(content)) or ("/a.bin", "archive.overlap") in refused(
        bytes(content)
    )


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({f"{at}": b"x" for at in range(4)}, "archive.files"),
        ({"a": b"x" * 2001}, "archive.file-size"),
        ({"a": b"x" * 1900, "b": b"y" * 1900}, "archive.total-size"),
    ],
)
def test_limits_are_held(files: dict[str, bytes], rule: str) -> None:
    assert rule in {found for _, found in refused(packed(files), SMALL)}


def test_an_archive_that_is_too_large_is_not_even_listed() -> None:
    content = packed({"a": bytes(range(256)) * 20}, compression=zipfile.ZIP_STORED)

    assert refused(content, SMALL) == {("", "archive.size")}


def test_a_list_of_files_that_would_fill_the_memory_is_not_read() -> None:
    content = bytearray(packed({"a": b"x"}))
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = struct.pack("<L", 500_000_000)

    assert refused(bytes(content)) == {("", "archive.files")}


def test_what_is_no_archive_is_refused() -> None:
    assert refused(b"") == {("", "archive.format")}
    assert refused(b"<html></html>") == {("", "archive.format")}
    assert refused(packed({})) == {("", "archive.empty")}


def test_a_file_that_is_not_what_the_list_says_is_refused_as_it_is_read() -> None:
    content = packed({"a.html": b"the very same text"}, compression=zipfile.ZIP_STORED).replace(b"very", b"evil", 1)
    found = opened(content)

    with pytest.raises(InvalidRequest) as refusal:
        found.read("a.html")

    assert [(each.pointer, each.requirement) for each in refusal.value.problems] == [("/a.html", "archive.damaged")]


def test_names_of_old_tools_are_read_as_they_were_meant() -> None:
    def written(name: bytes) -> bytes:
        placeholder = b"x" * len(name)
        return packed({placeholder.decode(): b"1"}).replace(placeholder, name)

    assert opened(written("évacuer.html".encode())).names == ("évacuer.html",)
    assert opened(written("évacuer à.html".encode("cp850"))).names == ("évacuer à.html",)


@given(st.binary(max_size=400), st.integers(0, 200))
def test_no_bytes_raise_anything_but_a_refusal(noise: bytes, at: int) -> None:
    whole = packed({"imsmanifest.xml": b"<manifest/>", "a.html": b"x"})
    content = whole[:at] + noise + whole[at + len(noise) :]

    with suppress(InvalidRequest):
        found = opened(content)
        assert [len(found.read(name)) for name in found.names] == [found.size(name) for name in found.names]


def _with(write: Callable[[zipfile.ZipFile], object]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        write(archive)
    return stream.getvalue()
