"""C2SP signed notes and checkpoints, read and verified. Own code, from the specifications alone.

https://github.com/C2SP/C2SP/blob/main/signed-note.md and tlog-checkpoint.md: a text of lines, an empty line, and
lines `— name base64(key hash ‖ signature)`.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519: Final = 1
_MARK: Final = "— "
_KEY_HASH_BYTES: Final = 4
_SIGNATURE_BYTES: Final = 64
_KEY_BYTES: Final = 32
_LINES: Final = 3  # origin, size, root


class BadNote(Exception):
    """A note that does not hold; the message says why."""


class Head(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]


class Key(NamedTuple):
    """A verifier key."""

    name: str
    key_hash: bytes
    public: bytes


def parse_key(text: str) -> Key:
    """Read `name+hash+base64(0x01 ‖ public key)`; raises BadNote, also when the hash is not the key's."""
    # Base64 has plus signs of its own, and they are in the third part alone.
    name, _, rest = text.partition("+")
    hexadecimal, _, encoded = rest.partition("+")
    data = _decoded(encoded)
    if len(data) != 1 + _KEY_BYTES or data[0] != _ED25519:
        raise BadNote("the verifier key is no Ed25519 key")
    expected = sha256(name.encode() + b"\n" + data).digest()[:_KEY_HASH_BYTES]
    if hexadecimal != expected.hex():
        raise BadNote("the verifier key's hash is not that of its name and key")
    return Key(name, expected, data[1:])


def open_note(note: bytes, key: Key) -> Head:
    """Return what a note says, once every one of its bytes is accounted for; raises BadNote.

    Only notes with one signature, ours, are taken: another line would be bytes that nothing vouches for.
    """
    try:
        text = note.decode()
    except UnicodeDecodeError as error:
        raise BadNote("the note is not UTF-8") from error
    body, separator, signatures = text.rpartition("\n\n")
    if not separator:
        raise BadNote("the note has no signatures")
    body += "\n"
    expected = f"{_MARK}{key.name} "
    if not signatures.startswith(expected) or not signatures.endswith("\n") or signatures.count("\n") != 1:
        raise BadNote(f"the note has another signature line than one by {key.name}")
    signature = _decoded(signatures[len(expected) : -1])
    if len(signature) != _KEY_HASH_BYTES + _SIGNATURE_BYTES or signature[:_KEY_HASH_BYTES] != key.key_hash:
        raise BadNote("the signature is by another key")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature[_KEY_HASH_BYTES:], body.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadNote("the signature does not hold") from error
    return _head(body)


def _head(body: str) -> Head:
    lines = body.removesuffix("\n").split("\n")
    if len(lines) < _LINES or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise BadNote("the note is no checkpoint")
    root = _decoded(lines[2])
    if len(root) != sha256().digest_size:
        raise BadNote("the checkpoint's root is no SHA-256")
    return Head(lines[0], int(lines[1]), root, tuple(lines[_LINES:]))


def _decoded(text: str) -> bytes:
    """Decode base64 of which there is one spelling only: padding and unused bits included."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("a part of the note is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise BadNote("a part of the note is base64 in an unusual spelling")
    return data
