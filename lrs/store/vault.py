"""Where private keys are kept, wrapped: the database never sees what opens them (`lrs.vault`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from lrs.clock import Micros
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "vault"
_VERSION_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One secret as it is kept. `check` tells a wrong deployment secret from damaged bytes; it opens nothing."""

    organisation: OrganisationId
    purpose: str
    version: int
    made_at: Micros
    salt: bytes
    nonce: bytes
    check: bytes
    sealed: bytes = field(repr=False)


class VaultStore:
    """Collection `vault`: `_id` is organisation (4 bytes) ‖ purpose ‖ 0x00 ‖ version (4 bytes). Rows never change."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection(COLLECTION)

    def insert(self, wrapped: Wrapped) -> bool:
        """Keep one more version; False, with nothing changed, when that version is there already."""
        row: Document = {
            "_id": _prefix(wrapped.organisation, wrapped.purpose) + wrapped.version.to_bytes(_VERSION_BYTES, "big"),
            "o": wrapped.organisation,
            "p": wrapped.purpose,
            "v": wrapped.version,
            "t": wrapped.made_at,
            "salt": wrapped.salt,
            "nonce": wrapped.nonce,
            "check": wrapped.check,
            "sealed": wrapped.sealed,
        }
        try:
            self._rows.insert_one(row)
        except DuplicateKeyError:
            return False
        return True

    def find(self, organisation: OrganisationId, purpose: str, version: int | None = None) -> Wrapped | None:
        """Return one version, the newest without `version`; None when there is none."""
        prefix = _prefix(organisation, purpose)
        if version is not None:
            key: object = prefix + version.to_bytes(_VERSION_BYTES, "big")
        else:
            key = _versions(prefix)
        row = self._rows.find_one({"_id": key, "o": organisation}, sort=[("_id", DESCENDING)])
        return None if row is None else _wrapped(row)

    def all(self, organisation: OrganisationId, purpose: str) -> list[Wrapped]:
        """Return every version, oldest first."""
        rows = self._rows.find({"_id": _versions(_prefix(organisation, purpose)), "o": organisation}).sort("_id", 1)
        return [_wrapped(row) for row in rows]


def _prefix(organisation: OrganisationId, purpose: str) -> bytes:
    return organisation.to_bytes(4, "big") + purpose.encode("ascii") + b"\0"


def _versions(prefix: bytes) -> Document:
    return {"$gte": prefix + bytes(_VERSION_BYTES), "$lte": prefix + b"\xff" * _VERSION_BYTES}


def _wrapped(row: Document) -> Wrapped:
    return Wrapped(
        organisation=OrganisationId(row["o"]),
        purpose=row["p"],
        version=row["v"],
        made_at=Micros(int(row["t"])),
        salt=bytes(row["salt"]),
        nonce=bytes(row["nonce"]),
        check=bytes(row["check"]),
        sealed=bytes(row["sealed"]),
    )
