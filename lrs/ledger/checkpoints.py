"""Checkpoints: a tree's size and root as a signed note (https://c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from lrs.errors import ProofFailure
from lrs.ledger.hashing import HASH_BYTES
from lrs.ledger.notes import Signer, VerifierKey, decode_base64, open_note, split_note
from lrs.ledger.tiles import SIZE_MOST

_SIZE: Final = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a head says: of which log, how many leaves, which root. `extensions` are lines that we never write."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return what is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the checkpoint as a signed note. The signer has the log's own name: its origin."""
    if signer.name != checkpoint.origin:
        raise ValueError(f"{signer.name} does not sign for {checkpoint.origin}")
    return signer.sign(checkpoint.text())


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Return what a signed checkpoint says; raise ProofFailure unless `key` signed it, for the log of its own name."""
    checkpoint = _parse(open_note(note, key))
    if checkpoint.origin != key.name:
        raise ProofFailure(f"The head is of the log {checkpoint.origin}, and the key of {key.name}.")
    return checkpoint


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Return what a checkpoint says, **without checking its signature**; raise ProofFailure when it is none."""
    return _parse(split_note(note)[0])


def _parse(text: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    root = decode_base64(lines[2]) if len(lines) > 2 else None  # noqa: PLR2004 - origin, size, root
    if root is None or len(root) != HASH_BYTES or not lines[0] or not _SIZE.match(lines[1]) or "" in lines[3:]:
        raise ProofFailure("A checkpoint has three lines or more: origin, size and root (C2SP tlog-checkpoint).")
    size = int(lines[1])
    if size > SIZE_MOST:
        raise ProofFailure(f"A tree of {size} leaves is larger than any log.")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))
