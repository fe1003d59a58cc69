"""Signatures of models: an Ed25519 key of the organisation, kept in the vault like that of its ledger.

What is signed is a note (https://c2sp.org/signed-note) that names the model, its bytes and its training record by
their SHA-256: other tools can check it with the public key that stands beside it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from analytics.store.risk_values import ModelName
from lrs.clock import Clock
from lrs.errors import Conflict, KeyUnreadable, ProofFailure
from lrs.ledger.notes import SEED_BYTES, Signer, open_note
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.vault import Purpose, Secret, Vault

_HEADING: Final = "assidu risk model 1"


@dataclass(frozen=True, slots=True)
class Signed:
    """A note, the version of the key that signed it, and the public half as other tools take it."""

    note: bytes
    key_version: int
    verifier: str


class ModelKeys:
    """Signs models and checks them. The pooled ones are signed under a number of their own: the operator's key."""

    def __init__(self, store: Store, clock: Clock, secret_key: bytes) -> None:
        self._vault = Vault(store, clock, secret_key)

    def sign(self, name: ModelName, model: bytes, record: bytes) -> Signed:
        """Sign one version of a model; the owner gets a key with its first. Raises KeyUnreadable."""
        secret = self._vault.find(name.owner, Purpose.RISK) or self._make(name.owner)
        signer = _signer(name.owner, secret)
        return Signed(signer.sign(_text(name, model, record)), secret.version, str(signer.key()))

    def check(self, name: ModelName, model: bytes, record: bytes, note: bytes, key_version: int) -> None:
        """Raise ProofFailure unless the owner's key signed exactly this; KeyUnreadable when that key is not there."""
        secret = self._vault.find(name.owner, Purpose.RISK, key_version)
        if secret is None:
            raise KeyUnreadable(
                f"The key that signed the model {name} is gone: restore the collection “vault” from a backup, or train "
                "the model again. It scores nobody meanwhile."
            )
        try:
            text = open_note(note, _signer(name.owner, secret).key())
        except ProofFailure as error:
            raise _refused(name, error.message) from error
        if text != _text(name, model, record):
            raise _refused(name, "its bytes, its record or its number are not those that were signed.")

    def _make(self, owner: OrganisationId) -> Secret:
        try:
            return self._vault.put(owner, Purpose.RISK, secrets.token_bytes(SEED_BYTES), after=0)
        except Conflict:
            # Somebody has just made it.
            found = self._vault.find(owner, Purpose.RISK)
            assert found is not None  # noqa: S101 - no version is ever removed
            return found


def _signer(owner: OrganisationId, secret: Secret) -> Signer:
    return Signer(f"assidu/risk/{owner}", secret.data)


def _text(name: ModelName, model: bytes, record: bytes) -> str:
    lines = (_HEADING, str(name.owner), name.target, str(name.version))
    return "".join(f"{line}\n" for line in (*lines, sha256(model).hexdigest(), sha256(record).hexdigest()))


def _refused(name: ModelName, why: str) -> ProofFailure:
    return ProofFailure(
        f"The kept model {name} is refused: {why} Restore “risk_models” from a backup, roll back to another version "
        "(`assidu risk roll-back`), or train again. It scores nobody meanwhile."
    )
