"""Private keys at rest: wrapped with AES-256-GCM under a key that only the deployment's secret gives.

The secret itself is never in the database (`ASSIDU_SECRET_KEY`, or the file in `ASSIDU_DATA`): whoever has the
database alone has no key. Whoever loses the secret has lost the keys, and is told so; nothing is made in their place.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lrs.clock import Clock, Micros
from lrs.errors import Conflict, KeyUnreadable, TooLarge
from lrs.store.database import Store
from lrs.store.vault import VaultStore, Wrapped
from lrs.tenancy import OrganisationId

# A PKCS#12 file with a whole chain has a few thousand bytes.
SECRET_MOST_BYTES: Final = 1024 * 1024
_SALT_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_CHECK_BYTES: Final = 8
# What the keys are derived for. Changing one closes every secret kept so far.
_WRAPPING: Final = b"assidu vault 1: wrapping "
_CHECKING: Final = b"assidu vault 1: which secret "


class Purpose(StrEnum):
    """What a kept secret is for. A secret of one purpose never opens as one of another."""

    LEDGER = "ledger"
    SEAL = "seal"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Secret:
    """One version of a secret, open. The newest is the one in use."""

    version: int
    made_at: Micros
    data: bytes = field(repr=False)


class Vault:
    """Keeps the private keys of every organisation. Versions are added, never changed and never replaced."""

    def __init__(self, store: Store, clock: Clock, secret_key: bytes) -> None:
        self._rows = VaultStore(store)
        self._clock = clock
        self._secret_key = secret_key

    def put(self, organisation: OrganisationId, purpose: Purpose, data: bytes, *, after: int) -> Secret:
        """Keep `data` as version `after` + 1, durably; `after` is 0 where nothing is kept yet.

        Raises Conflict, with nothing changed, when somebody has kept that version in the meantime, and TooLarge for
        more than `SECRET_MOST_BYTES`.
        """
        if len(data) > SECRET_MOST_BYTES:
            raise TooLarge(f"A key has at most {SECRET_MOST_BYTES} bytes; this has {len(data)}.")
        made_at = self._clock.now_micros()
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        bare = Wrapped(organisation, purpose, after + 1, made_at, salt, nonce, self._check(salt, purpose), b"")
        sealed = AESGCM(self._key(salt, purpose)).encrypt(nonce, data, _bound_to(bare))
        wrapped = Wrapped(organisation, purpose, after + 1, made_at, salt, nonce, bare.check, sealed)
        if not self._rows.insert(wrapped):
            raise Conflict(f"A key for the purpose “{purpose}” was kept in the meantime: look again before adding one.")
        return Secret(after + 1, made_at, data)

    def find(self, organisation: OrganisationId, purpose: Purpose, version: int | None = None) -> Secret | None:
        """Return one version, the newest without `version`; None when it was never kept.

        Raises KeyUnreadable, saying which of the two it is, when the deployment's secret is not the one it was kept
        under, and when its bytes are damaged.
        """
        wrapped = self._rows.find(organisation, purpose, version)
        return None if wrapped is None else self._open(wrapped)

    def versions(self, organisation: OrganisationId, purpose: Purpose) -> list[tuple[int, Micros]]:
        """Return the number of every version and when it was kept, oldest first; none of them is opened."""
        return [(wrapped.version, wrapped.made_at) for wrapped in self._rows.all(organisation, purpose)]

    def _open(self, wrapped: Wrapped) -> Secret:
        if not hmac.compare_digest(wrapped.check, self._check(wrapped.salt, wrapped.purpose)):
            raise KeyUnreadable(
                f"The key for the purpose “{wrapped.purpose}” was kept under another secret than this deployment's: "
                "start it with the ASSIDU_SECRET_KEY, or the file secret_key in ASSIDU_DATA, that it had then. "
                "Nothing was changed."
            )
        try:
            data = AESGCM(self._key(wrapped.salt, wrapped.purpose)).decrypt(
                wrapped.nonce, wrapped.sealed, _bound_to(wrapped)
            )
        except InvalidTag as error:
            raise KeyUnreadable(
                f"The kept key for the purpose “{wrapped.purpose}” is damaged: restore the collection “vault” from a "
                "backup. Nothing was changed."
            ) from error
        return Secret(wrapped.version, wrapped.made_at, data)

    def _key(self, salt: bytes, purpose: str) -> bytes:
        return self._derive(salt, _WRAPPING + purpose.encode(), 32)

    def _check(self, salt: bytes, purpose: str) -> bytes:
        return self._derive(salt, _CHECKING + purpose.encode(), _CHECK_BYTES)

    def _derive(self, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt, info).derive(self._secret_key)


def _bound_to(wrapped: Wrapped) -> bytes:
    """Return what the wrapping is bound to: a row that is moved to another organisation or version opens nothing."""
    parts = (wrapped.organisation, wrapped.purpose, wrapped.version, wrapped.made_at)
    return b"assidu vault 1\0" + "\0".join(map(str, parts)).encode()
