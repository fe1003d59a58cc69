"""The training provider (organisme de formation) that an organisation is: what its documents say of it."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from training.records.ids import ProviderId
from training.records.values import PictureText


class PictureType(StrEnum):
    """The pictures that documents print."""

    PNG = "image/png"
    SVG = "image/svg+xml"
    JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo or a stamp: its media type, its bytes in base64, and what it shows, for those who do not see it."""

    media_type: PictureType
    content: PictureText
    alternative: str = ""

    @property
    def data(self) -> bytes:
        """The picture's bytes; raises ValueError for what is no base64, which a rule refuses."""
        return b64decode(self.content, validate=True)

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes, in lowercase hexadecimal: how documents name it."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Signatory:
    """A natural person in whose name documents are given, from a day on and up to a day; `until` None while it lasts.

    The ministry's model of the certificat de réalisation asks for a person and their quality, not for a company.
    """

    name: str
    quality: str
    since: date
    until: date | None = None

    def is_in_office(self, day: date) -> bool:
        """Say whether they sign on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Provider:
    """The training provider. An organisation has one such record, in versions.

    `activity_number` is the numéro de déclaration d'activité (NDA), without spaces; `registered_with` the region whose
    prefect registered it. Documents print it with « Cet enregistrement ne vaut pas agrément de l'État » (L6352-12).
    `address` has a line for each line of an envelope. `place` is where documents are given: « Fait à … ». `stamp` is a
    picture of the rubber stamp (cachet), printed beside who signs; it proves nothing: the electronic seal does.
    """

    id: ProviderId
    legal_name: str
    trade_name: str = ""
    activity_number: str = ""
    registered_with: str = ""
    siret: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    website: str = ""
    place: str = ""
    signatories: tuple[Signatory, ...] = ()
    logo: Picture | None = None
    stamp: Picture | None = None

    def signatory_on(self, day: date) -> Signatory | None:
        """Return who signs on `day`: the first listed of those in office; None when nobody is."""
        return next((signatory for signatory in self.signatories if signatory.is_in_office(day)), None)
