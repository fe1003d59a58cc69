"""What must hold within the record of a training provider."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from collections.abc import Iterator
from typing import Final

from lrs.errors import Problem
from training.records.provider import Picture, PictureType, Provider, Signatory
from training.rules.photographs import find_jpeg_problem
from training.rules.pictures import find_png_problem, find_svg_problem

# What a record may hold of each picture (`values.PictureText`).
PICTURE_MOST_BYTES: Final = 64 * 1024
_CHECKS: Final = {
    PictureType.PNG: find_png_problem,
    PictureType.SVG: find_svg_problem,
    PictureType.JPEG: find_jpeg_problem,
}
ADDRESS_LINES_MOST: Final = 6
NAME_MOST: Final = 200
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_SIRET: Final = re.compile(r"[0-9]{14}\Z")
# Region, department (2A and 2B in Corsica), order, department again: 11 75 12345 75.
_ACTIVITY_NUMBER: Final = re.compile(r"[0-9]{2}(?:[0-9]{2}|2[AB])[0-9]{5}(?:[0-9]{2}|2[AB])\Z")
# La Poste's establishments share a SIREN whose SIRETs do not follow Luhn: their digits add up to a multiple of five.
_LA_POSTE: Final = "356000000"


def provider_problems(provider: Provider) -> Iterator[Problem]:
    """Yield everything that is wrong with a provider in itself."""
    if not provider.legal_name.strip():
        yield Problem("/legal_name", "Documents must name who issues them.", "the name in the articles of association")
    for name in ("legal_name", "trade_name", "registered_with", "place", "phone", "website"):
        if len(getattr(provider, name)) > NAME_MOST:
            yield Problem(f"/{name}", "It does not fit on a document.", f"up to {NAME_MOST} characters")
    if provider.activity_number and not _ACTIVITY_NUMBER.match(provider.activity_number):
        message = "This is not a numéro de déclaration d'activité."
        yield Problem("/activity_number", message, "11 characters without spaces, as in 11755012375")
    if provider.siret and not is_siret(provider.siret):
        yield Problem("/siret", "This is not a SIRET: its digits do not add up.", "14 digits without spaces")
    if provider.email and not _EMAIL.match(provider.email):
        yield Problem("/email", "This is not an e-mail address.", "one address, as in contact@exemple.fr")
    if len(provider.address) > ADDRESS_LINES_MOST or any(len(line) > NAME_MOST for line in provider.address):
        accepted = f"up to {ADDRESS_LINES_MOST} lines of {NAME_MOST} characters"
        yield Problem("/address", "It does not fit on a document.", accepted)
    for at, signatory in enumerate(provider.signatories):
        yield from _signatory(signatory, f"/signatories/{at}")
    yield from _pictures(provider)


def is_siret(text: str) -> bool:
    """Say whether a text is a SIRET: fourteen digits with Luhn's check, La Poste's by its own.

    >>> is_siret("73282932000074"), is_siret("73282932000075"), is_siret("35600000049837")
    (True, False, True)
    """
    if not _SIRET.match(text):
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(text)))
    if sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0:
        return True
    return text.startswith(_LA_POSTE) and sum(map(int, text)) % 5 == 0


def _signatory(signatory: Signatory, pointer: str) -> Iterator[Problem]:
    for name, wanted in (("name", "first and last name of a person"), ("quality", "as in directrice")):
        text = getattr(signatory, name)
        if not text.strip() or len(text) > NAME_MOST:
            yield Problem(f"{pointer}/{name}", "A document is signed by a person, with their quality.", wanted)
    if signatory.until is not None and signatory.until < signatory.since:
        yield Problem(f"{pointer}/until", "It ends before it begins.", f"{signatory.since} or later")


def _pictures(provider: Provider) -> Iterator[Problem]:
    for name, picture in (("logo", provider.logo), ("stamp", provider.stamp)):
        if picture is not None:
            yield from _picture(picture, f"/{name}")


def _picture(picture: Picture, pointer: str) -> Iterator[Problem]:
    accepted = f"a PNG, a JPEG, or an SVG of paths alone, of at most {PICTURE_MOST_BYTES // 1024} KiB"
    try:
        content = picture.data
    except (Base64Error, ValueError):
        yield Problem(f"{pointer}/content", "This is not base64.", accepted)
        return
    if len(content) > PICTURE_MOST_BYTES:
        yield Problem(f"{pointer}/content", "The picture is too large.", accepted)
        return
    wrong = _CHECKS[picture.media_type](content)
    if wrong is not None:
        yield Problem(f"{pointer}/content", f"The picture cannot be printed. {wrong}", accepted)
    if len(picture.alternative) > NAME_MOST:
        yield Problem(f"{pointer}/alternative", "It is too long to be read out.", f"up to {NAME_MOST} characters")
