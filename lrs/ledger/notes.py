"""Signed notes and their keys (https://c2sp.org/signed-note), with Ed25519."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lrs.errors import ProofFailure

SEED_BYTES: Final = 32
_ED25519: Final = b"\x01"
_ID_BYTES: Final = 4
_MARK: Final = "— "
_NOTE_MOST_BYTES: Final = 100_000
_NAME: Final = re.compile(r"[^\s+]+\Z")
_KEY: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\Z")
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)\Z")
# What the text of a note may not hold: control characters, but for the newline.
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under; as a text, `name+id+base64`."""

    name: str
    public: bytes

    def __str__(self) -> str:
        """Write the key as other tools take it."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that a signature line names the key by."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read such a text; raise ProofFailure for what is not an Ed25519 key, or whose id is not its own."""
        found = _KEY.match(text)
        data = decode_base64(found[3]) if found else None
        if found is None or data is None or data[:1] != _ED25519 or len(data) != 1 + SEED_BYTES:
            raise ProofFailure("A verifier key reads name+id+base64 and is an Ed25519 key (C2SP signed-note).")
        key = cls(found[1], data[1:])
        if key.key_id.hex() != found[2]:
            raise ProofFailure("The verifier key's id is not that of its name and key.")
        return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name it signs under."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name that no signature line can hold."""
        if not _NAME.match(self.name) or len(self.seed) != SEED_BYTES:
            raise ValueError("a signer has a name without spaces and plus signs, and a seed of 32 bytes")

    def key(self) -> VerifierKey:
        """Return the public half."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Return the note: `text`, which ends in a newline, an empty line and the signature."""
        if not text.endswith("\n") or _CONTROL.search(text):
            raise ValueError("a note's text is lines without control characters")
        signature = base64.b64encode(self.key().key_id + self._private().sign(text.encode())).decode()
        return f"{text}\n{_MARK}{self.name} {signature}\n".encode()

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def split_note(note: bytes) -> tuple[str, str]:
    """Return a note's text and its signature lines, unchecked; raise ProofFailure when it is no note."""
    try:
        whole = note[: _NOTE_MOST_BYTES + 1].decode()
    except UnicodeDecodeError as error:
        raise ProofFailure("A signed note is text in UTF-8.") from error
    # The last empty line: the text itself may have some.
    text, gap, signatures = whole.rpartition("\n\n")
    if len(note) > _NOTE_MOST_BYTES or not gap or not signatures.endswith("\n") or _CONTROL.search(whole):
        raise ProofFailure("A signed note is lines of text, an empty line, and lines of signatures.")
    return text + "\n", signatures


def open_note(note: bytes, key: VerifierKey) -> str:
    """Return the text of a note that `key` has signed; raise ProofFailure when it has not.

    Signatures of other keys, which witnesses may add, are passed over.
    """
    text, signatures = split_note(note)
    is_signed = False
    for line in signatures[:-1].split("\n"):
        found = _SIGNATURE.match(line)
        data = decode_base64(found[2]) if found else None
        if found is None or data is None or len(data) <= _ID_BYTES:
            raise ProofFailure("A signature line of the note cannot be read.")
        if (found[1], data[:_ID_BYTES]) == (key.name, key.key_id):
            _check(text, data[_ID_BYTES:], key)
            is_signed = True
    if not is_signed:
        raise ProofFailure(f"The note is not signed by the key {key.name}+{key.key_id.hex()}.")
    return text


def _check(text: str, signature: bytes, key: VerifierKey) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise ProofFailure(f"The signature of {key.name} does not fit the note.") from error


def decode_base64(text: str) -> bytes | None:
    """Return the bytes, or None for what is not base64 in its one way of writing them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Else the last character could be changed without changing the bytes.
    return data if base64.b64encode(data).decode() == text else None
