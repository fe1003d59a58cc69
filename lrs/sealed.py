"""Secrets that have to be read again: sealed with AES-256-GCM under a key that only the deployment's secret gives.

`lrs.vault` does the same for the few keys of an organisation, in versions; here are thousands of small ones, kept
beside what they belong to. Without the deployment's secret the database opens none of them.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lrs.errors import KeyUnreadable
from lrs.tenancy import OrganisationId

_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12


class Use(StrEnum):
    """What keys are derived for; what one use seals no other opens. Changing a word closes all that it sealed."""

    ACCOUNTS = "accounts"
    OUTGOING = "outgoing"


class SecretBox:
    """Seals and opens under one deployment's secret, for one use."""

    def __init__(self, secret_key: bytes, use: Use) -> None:
        self._secret_key = secret_key
        self._use = use

    def seal(self, organisation: OrganisationId, purpose: str, owner: str, secret: bytes) -> bytes:
        """Return salt ‖ nonce ‖ ciphertext; it opens for the same organisation, purpose and owner alone."""
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        return salt + nonce + self._cipher(salt, purpose).encrypt(nonce, secret, _bound(organisation, purpose, owner))

    def open(self, organisation: OrganisationId, purpose: str, owner: str, sealed: bytes) -> bytes:
        """Return what was sealed; raises KeyUnreadable when it was sealed under another secret, or is damaged."""
        salt, rest = sealed[:_SALT_BYTES], sealed[_SALT_BYTES:]
        try:
            return self._cipher(salt, purpose).decrypt(
                rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _bound(organisation, purpose, owner)
            )
        except (InvalidTag, ValueError) as error:
            message = (
                f"A secret ({self._use}: {purpose}) does not open: start the deployment with the ASSIDU_SECRET_KEY "
                "that it had when this was set up, or set it up again."
            )
            raise KeyUnreadable(message) from error

    def _cipher(self, salt: bytes, purpose: str) -> AESGCM:
        info = f"assidu {self._use} 1: sealing {purpose}".encode()
        return AESGCM(HKDF(SHA256(), 32, salt, info).derive(self._secret_key))


def _bound(organisation: OrganisationId, purpose: str, owner: str) -> bytes:
    return "\0".join((str(organisation), purpose, owner)).encode()
