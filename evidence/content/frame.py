"""What stands around every document: who issues it, which one it is, and where it is checked."""

from __future__ import annotations

from datetime import datetime

import msgspec

from evidence.content.value import Value


class Provider(Value, frozen=True, kw_only=True):
    """The training provider as documents name it (`training.records.provider` at the version that holds).

    `activity_number` is the numéro de déclaration d'activité (NDA); it is printed with « Cet enregistrement ne vaut pas
    agrément de l'État » (Code du travail, L6352-12), and with `registered_with`, the region whose prefect
    registered it. `logo` is the SHA-256 (lowercase hexadecimal) of a picture handed to the layout, None without one;
    `stamp` that of the stamp beside who signs, left out without one.
    """

    legal_name: str
    trade_name: str = ""
    activity_number: str = ""
    registered_with: str = ""
    siret: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    website: str = ""
    logo: str | None = None
    # Older verifiers know no such member: it stands only where there is one.
    stamp: str | msgspec.UnsetType = msgspec.UNSET


class Signatory(Value, frozen=True, kw_only=True):
    """The natural person in whose name a document is given, and their quality: « directrice »."""

    name: str
    quality: str


class Replaced(Value, frozen=True, kw_only=True):
    """The version that this one cancels and replaces."""

    number: str
    version: int
    issued_at: datetime


class Frame(Value, frozen=True, kw_only=True):
    """What a document is, beside what it says.

    `number` is how people cite it (the same for all versions), `version` counts from 1. `issued_at` and `as_of` are
    aware; everything is shown in `time_zone`. `code` and `verification_url` are what the QR code and the foot lead to.
    `is_development` says that the seal is one of the development authority: a notice on every page says so.
    `is_timestamp_qualified` is of the seal's timestamp.
    """

    provider: Provider
    number: str
    version: int
    issued_at: datetime
    as_of: datetime
    code: str
    verification_url: str
    is_development: bool
    is_timestamp_qualified: bool = False
    replaces: Replaced | None = None
    time_zone: str = "Europe/Paris"
