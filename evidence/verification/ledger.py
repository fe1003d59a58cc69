"""Statements and the head they lead to: leaf, inclusion, signature, timestamp."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from evidence.verification.steps import NotChecked, NotHolding
from evidence.verification.trust import Trust
from evidence.verification.wording import count, moment
from lrs.clock import to_datetime
from lrs.errors import ProofFailure
from lrs.ledger import Checkpoint, InclusionProof, VerifierKey, open_checkpoint, verify_inclusion
from lrs.timestamps import CheckedStamp, StampFailure, StampFlaw, check_stamp
from lrs.timestamps.chain import ordered
from lrs.timestamps.check import read_token

SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Leaf:
    """One statement as a file has it: what it is said to be, and what shows it."""

    statement_id: str
    position: int
    salt: bytes
    body: bytes
    path: tuple[bytes, ...]


def decode(text: str) -> bytes:
    """Return the bytes of base64 in its one spelling; raises NotHolding."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise NotHolding("Une valeur n’est pas du base64 bien formé.")
    return data


def check_head(note: bytes, key_text: str, trust: Trust) -> Checkpoint:
    """Return what a head says, once its signature holds; raises NotHolding.

    The key is the one that the file names: who vouches for it is the seal. A key that `trust` has must be that one.
    """
    try:
        key = VerifierKey.parse(key_text)
        checkpoint = open_checkpoint(note, key)
    except ProofFailure as failure:
        raise NotHolding(
            "La signature de l’état du registre ne tient pas, ou n’est pas de la clé annoncée."
        ) from failure
    if trust.ledger_keys and key_text not in trust.ledger_keys:
        raise NotHolding("L’état du registre est signé par une autre clé que celle qui est reconnue ici.")
    return checkpoint


def check_stamped(token: bytes, data: bytes, said_at: int | None, said_qualified: bool | None, trust: Trust) -> str:  # noqa: FBT001 - as kept
    """Return what a timestamp attests, in French; raises NotHolding, or NotChecked when nobody trusts its authority."""
    stamp, is_trusted = _checked_stamp(token, data, trust)
    if said_at is not None and stamp.at != said_at:
        raise NotHolding("La date annoncée n’est pas celle que dit l’horodatage.")
    if stamp.is_development and said_qualified:
        raise NotHolding("L’horodatage est dit qualifié, et vient d’une autorité de développement.")
    quality = "qualifié, selon l’organisme" if said_qualified else "non qualifié"
    said = f"Attesté le {moment(to_datetime(stamp.at))} par {stamp.authority} ({quality})."
    if not is_trusted:
        raise NotChecked(f"{said} Cette autorité n’est pas de celles qui sont reconnues ici.")
    return said


def _checked_stamp(token: bytes, data: bytes, trust: Trust) -> tuple[CheckedStamp, bool]:
    """Return what a token says, and whether somebody trusted says it; raises NotHolding for one that is not intact."""
    try:
        try:
            return check_stamp(token, data, trust.stamps), True
        except StampFailure as failure:
            if failure.flaw is not StampFlaw.UNTRUSTED:
                raise
        found = read_token(token).signed
        return check_stamp(token, data, [ordered(found.signer, found.certificates)[-1]]), False
    except StampFailure as failure:
        raise NotHolding(failure.message) from failure


def check_leaf(leaf: Leaf, checkpoint: Checkpoint) -> None:
    """Raise NotHolding unless a statement is in the log, byte for byte.

    1. The bytes are a statement of that id. 2. Salt and bytes give the leaf. 3. The path leads from it to the root.
    """
    # 1.
    if not is_statement(leaf.body, leaf.statement_id):
        raise NotHolding("Une trace n’a pas l’identifiant annoncé.", (leaf.statement_id,))
    # 2.
    if len(leaf.salt) != SALT_BYTES:
        raise NotHolding("Le sel d’une trace n’a pas 16 octets.", (leaf.statement_id,))
    hashed = sha256(b"\x00" + leaf.salt + leaf.body).digest()
    # 3.
    try:
        verify_inclusion(hashed, InclusionProof(leaf.position, checkpoint.size, leaf.path), checkpoint.root)
    except ProofFailure as failure:
        message = "Une trace ne figure pas ainsi au registre : son texte, son sel, sa position ou sa preuve a changé."
        raise NotHolding(message, (leaf.statement_id,)) from failure


def check_leaves(leaves: Iterable[Leaf], checkpoint: Checkpoint) -> str:
    """Return how many statements are in the log; raises NotHolding that names every one that is not."""
    broken: list[str] = []
    why, number, seen = "", 0, set()
    for leaf in leaves:
        number += 1
        if leaf.statement_id in seen:
            raise NotHolding("La même trace est citée deux fois.", (leaf.statement_id,))
        seen.add(leaf.statement_id)
        try:
            check_leaf(leaf, checkpoint)
        except NotHolding as failure:
            why = why or failure.why
            broken.extend(failure.subjects)
    if broken:
        raise NotHolding(why, broken)
    return f"{count(number, 'trace', 'traces')}, sur {count(checkpoint.size, 'trace', 'traces')} au registre."


def is_statement(body: bytes, statement_id: str) -> bool:
    """Say whether bytes are a JSON object with this id."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    found = value.get("id") if isinstance(value, dict) else None
    return isinstance(found, str) and _uuid(found) == statement_id


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
