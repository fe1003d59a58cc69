"""The Merkle log of RFC 6962 and RFC 9162, as arithmetic: roots, proofs and their checks, tiles, signed heads.

Nothing here performs I/O, knows a statement or asks the time: leaf hashes come in as they are. What a verifier of
documents needs is all here, so that it runs with no database and no network. The format is described for others in
`docs/ledger.md`.
"""

from __future__ import annotations

from lrs.ledger.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from lrs.ledger.hashing import EMPTY_ROOT, HASH_BYTES
from lrs.ledger.notes import Signer, VerifierKey
from lrs.ledger.proofs import ConsistencyProof, InclusionProof, verify_consistency, verify_inclusion

__all__ = [
    "EMPTY_ROOT", "HASH_BYTES", "Checkpoint", "ConsistencyProof", "InclusionProof", "Signer", "VerifierKey",
    "open_checkpoint", "parse_checkpoint", "sign_checkpoint", "verify_consistency", "verify_inclusion",
]  # fmt: skip
