"""The training provider: one of an organisation, with a logo that can be printed and a person who signs."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.clock import FixedClock, Micros
from lrs.errors import InvalidRequest
from lrs.tenancy import OrganisationId
from tests.evidence.layout.pictures import JPEG
from tests.training.examples import change, provider
from training.law import load_law
from training.records import Picture, PictureType, Signatory
from training.records.kinds import Kind
from training.rules.own import own_problems
from training.rules.pictures import find_png_problem, find_svg_problem, png_size
from training.rules.provider import PICTURE_MOST_BYTES
from training.store import RecordReader, Register
from training.store.entry import Change

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def png(width: int = 3, height: int = 2, pixels: bytes | None = None) -> bytes:
    """An RGB picture."""
    raw = b"".join(b"\0" + bytes(3 * width) for _ in range(height)) if pixels is None else pixels
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def logo(content: bytes, media_type: PictureType = PictureType.PNG) -> Picture:
    return Picture(media_type, b64encode(content).decode())


def pointers(**changes: object) -> list[str]:
    return [problem.pointer for problem in own_problems(provider(**changes), load_law())]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"legal_name": " "}, "/legal_name"),
        ({"legal_name": "x" * 201}, "/legal_name"),
        ({"activity_number": "11 75 50123 75"}, "/activity_number"),
        ({"activity_number": "1175501237"}, "/activity_number"),
        ({"siret": "73282932000075"}, "/siret"),
        ({"email": "contact"}, "/email"),
        ({"address": ("x",) * 7}, "/address"),
        ({"signatories": (Signatory("", "directrice", date(2026, 1, 1)),)}, "/signatories/0/name"),
        ({"signatories": (Signatory("H. Aubry", " ", date(2026, 1, 1)),)}, "/signatories/0/quality"),
        ({"signatories": (Signatory("H. A.", "dir.", date(2026, 1, 2), date(2026, 1, 1)),)}, "/signatories/0/until"),
        ({"logo": Picture(PictureType.PNG, "pas du base64")}, "/logo/content"),
        ({"logo": logo(b"GIF89a")}, "/logo/content"),
        ({"logo": logo(SVG)}, "/logo/content"),
        ({"stamp": logo(SVG, PictureType.JPEG)}, "/stamp/content"),
        ({"stamp": logo(JPEG)}, "/stamp/content"),
        ({"stamp": logo(JPEG + b"<script>", PictureType.JPEG)}, "/stamp/content"),
        ({"logo": logo(bytes(PICTURE_MOST_BYTES + 1))}, "/logo/content"),
    ],
)
def test_what_could_not_be_printed_is_refused_where_it_stands(changes, pointer):
    assert pointers(**changes) == [pointer]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activity_number": "942A000102A"},
        {"siret": "35600000049837"},
        {"logo": logo(png())},
        {"logo": logo(SVG, PictureType.SVG)},
        {"logo": logo(png()), "stamp": logo(JPEG, PictureType.JPEG)},
        {"signatories": ()},
    ],
)
def test_what_can_be_printed_is_taken(changes):
    assert pointers(**changes) == []


def test_an_organisation_is_one_provider(register: Register, organisation: OrganisationId, reader: RecordReader):
    register.write(organisation, [change(provider())], "essai")

    with pytest.raises(InvalidRequest) as refused:
        register.write(organisation, [change(provider(id="autre"))], "essai")

    assert [problem.pointer for problem in refused.value.problems] == ["/id"]
    register.write(organisation, [Change(Kind.PROVIDER, "of", None), change(provider(id="autre"))], "essai")
    assert reader.records(organisation).provider == provider(id="autre")


def test_a_provider_is_read_as_it_was(
    register: Register, organisation: OrganisationId, reader: RecordReader, clock: FixedClock
):
    register.write(organisation, [change(provider(logo=logo(png())))], "essai")
    then = clock.micros
    clock.micros = Micros(clock.micros + 60_000_000)
    register.write(organisation, [change(provider(legal_name="Autre nom"))], "essai")

    before, now = reader.records(organisation, then).provider, reader.records(organisation).provider

    assert before is not None
    assert now is not None
    assert (before.legal_name, now.legal_name) == ("Atelier des Savoirs SAS", "Autre nom")
    assert before.logo is not None
    assert before.logo.data == png()


def test_the_first_of_those_in_office_signs():
    aubry = Signatory("Hélène Aubry", "directrice", date(2020, 1, 1), date(2026, 6, 30))
    roy = Signatory("Paul Roy", "directeur", date(2026, 6, 1))
    both = provider(signatories=(aubry, roy))

    assert both.signatory_on(date(2019, 12, 31)) is None
    assert both.signatory_on(date(2026, 6, 30)) == aubry
    assert both.signatory_on(date(2026, 7, 1)) == roy


@given(st.data())
def test_a_png_with_any_byte_changed_or_cut_is_no_png(data: st.DataObject):
    whole = png()
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))

    assert find_png_problem(whole) is None
    assert png_size(whole) == (3, 2)
    assert find_png_problem(whole[:at] + bytes([other]) + whole[at + 1 :]) is not None
    assert find_png_problem(whole[:at]) is not None


@pytest.mark.parametrize("broken", [png(pixels=b""), png(pixels=bytes(99)), png(5000, 5000), png(0, 2)])
def test_a_png_without_its_pixels_or_with_too_many_is_refused(broken: bytes):
    assert find_png_problem(broken) is not None


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b"<text>Atelier</text>",
        b"<foreignObject/>",
        b'<image href="https://exemple.fr/a.png"/>',
        b'<use href="https://exemple.fr/a.svg#b"/>',
        b'<path onload="x()" d="M0 0"/>',
        b'<path style="fill:url(https://exemple.fr/a.svg#b)" d="M0 0"/>',
        b"<style>@import 'https://exemple.fr/a.css';</style>",
        b"<path",
    ],
)
def test_an_svg_that_fetches_runs_or_writes_is_refused(inside: bytes):
    assert find_svg_problem(SVG.replace(b"<path", inside + b"<path", 1)) is not None


@pytest.mark.parametrize(
    "broken", [b"\xff", b"<html/>", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, SVG.replace(b"viewBox", b"view")]
)
def test_what_is_no_svg_of_a_known_size_is_refused(broken: bytes):
    assert find_svg_problem(broken) is not None


def test_an_svg_may_refer_to_its_own_parts():
    gradient = b'<defs><linearGradient id="g"/></defs><path fill="url(#g)" d="M0 0h9"/><path'
    assert find_svg_problem(SVG.replace(b"<path", gradient, 1)) is None


def test_a_new_version_of_the_provider_is_no_second_one(register: Register, organisation: OrganisationId):
    register.write(organisation, [change(provider())], "essai")

    (entry,) = register.write(organisation, [change(replace(provider(), place="Lyon"))], "essai")

    assert entry.version == 2
