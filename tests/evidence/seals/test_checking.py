"""Checking a seal: every byte counts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.seals import Anchor, SealFlaw, SealTrust, check_seal
from evidence.seals.place import find_gap
from tests.evidence.independent import cut


class Sealed(bytes):
    """A sealed file that is not printed whole when a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@pytest.fixture
def sealed(seals, organisation, pdf):
    return Sealed(seals.seal(organisation, pdf).pdf)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_changed_byte_is_noticed(sealed, trust, place, change):
    changed = bytearray(sealed)
    changed[int(place * len(changed))] ^= change

    report = check_seal(bytes(changed), trust)

    assert not report.is_intact
    assert report.problem


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_changed_byte_of_the_seal_itself_is_noticed_though_it_is_written_as_digits(sealed, trust, place, change):
    start, end = find_gap(sealed)
    seal, _ = cut(sealed)
    changed = bytearray(seal)
    changed[int(place * len(changed))] ^= change
    digits = changed.hex().upper().encode()

    report = check_seal(sealed[: start + 1] + digits + sealed[start + 1 + len(digits) :], trust)

    assert end > start + len(digits)
    assert not report.is_intact


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), extra=st.binary(min_size=1, max_size=8))
def test_anything_added_anywhere_is_noticed(sealed, trust, place, extra):
    at = int(place * len(sealed))

    assert not check_seal(sealed[:at] + extra + sealed[at:], trust).is_intact


@pytest.mark.parametrize("tail", [b"\n", b"%", b"\0", b"%%EOF\n"])
def test_what_stands_behind_the_end_is_noticed(sealed, trust, tail):
    assert check_seal(sealed + tail, trust).flaw in {SealFlaw.COVERAGE, SealFlaw.NOT_A_PDF}
    assert check_seal(sealed[:-1], trust).flaw is SealFlaw.COVERAGE


def test_what_stands_in_the_unused_room_is_noticed(sealed, trust):
    _, end = find_gap(sealed)
    for changed in (b"1", b"a", b" "):
        assert check_seal(sealed[: end - 2] + changed + sealed[end - 1 :], trust).flaw is SealFlaw.PADDING


def test_digits_in_another_case_are_noticed(sealed, trust):
    start, end = find_gap(sealed)
    lower = sealed[: start + 1] + sealed[start + 1 : end].lower() + sealed[end:]

    assert check_seal(lower, trust).flaw is SealFlaw.PADDING


def test_a_file_that_was_updated_after_its_seal_is_noticed(sealed, trust):
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    output = BytesIO()
    writer.write(output)

    assert check_seal(output.getvalue(), trust).flaw is SealFlaw.COVERAGE


def put(sealed: bytes, seal: bytes) -> bytes:
    """Return a sealed file with another seal in the place of its own."""
    start, end = find_gap(sealed)
    return sealed[: start + 1] + seal.hex().upper().encode().ljust(end - start - 2, b"0") + sealed[end - 1 :]


def test_a_seal_moved_to_another_file_does_not_hold(seals, organisation, pdf, clock, trust):
    one = seals.seal(organisation, pdf).pdf
    clock.micros += 1_000_000
    other = seals.seal(organisation, pdf).pdf

    assert check_seal(put(one, cut(one)[0]), trust).is_intact
    assert check_seal(put(other, cut(one)[0]), trust).flaw is SealFlaw.CHANGED


def test_a_stamp_taken_from_another_seal_does_not_hold(seals, organisation, pdf, trust):
    from dataclasses import replace

    from lrs.timestamps import signed_data

    one, other = (seals.seal(organisation, pdf).pdf for _ in range(2))
    first, second = (signed_data.parse(cut(each)[0]) for each in (one, other))
    seal = signed_data.write(replace(first, unsigned=second.unsigned))

    report = check_seal(put(one, seal), trust)

    assert report.flaw is SealFlaw.STAMP
    assert "autres données" in report.problem


def test_a_seal_without_a_stamp_does_not_hold(seals, organisation, pdf, trust):
    from dataclasses import replace

    from lrs.timestamps import signed_data

    one = seals.seal(organisation, pdf).pdf
    seal = signed_data.write(replace(signed_data.parse(cut(one)[0]), unsigned={}))

    assert check_seal(put(one, seal), trust).flaw is SealFlaw.MALFORMED


def test_who_is_not_known_is_said_not_to_be(sealed):
    report = check_seal(sealed, SealTrust())

    assert report.is_intact
    assert not report.is_trusted
    assert report.seal_anchor is report.stamp_anchor is Anchor.DEVELOPMENT


def test_what_has_no_seal_says_so(pdf, trust):
    assert check_seal(pdf, trust).flaw is SealFlaw.NOT_SEALED
    assert check_seal(b"", trust).flaw is SealFlaw.NOT_A_PDF
    assert check_seal(b"%PDF-1.7 nothing", trust).flaw is SealFlaw.NOT_A_PDF


@given(st.binary(max_size=400))
def test_rubbish_is_no_pdf(rubbish):
    assert check_seal(rubbish, SealTrust()).flaw is SealFlaw.NOT_A_PDF
    assert check_seal(b"%PDF-1.7\n" + rubbish, SealTrust()).flaw in {SealFlaw.NOT_A_PDF, SealFlaw.NOT_SEALED}
