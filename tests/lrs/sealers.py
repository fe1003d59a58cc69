"""What the tests of sealing share: an organisation that writes, and what must hold of its ledger whatever happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pymerkle import InmemoryTree

from lrs.caller import Caller
from lrs.clock import Clock
from lrs.ledger import VerifierKey, open_checkpoint, verify_consistency, verify_inclusion
from lrs.ledger.hashing import EMPTY_ROOT
from lrs.ledger_keys import LedgerKeys
from lrs.ledger_reading import Ledger, SealedHead
from lrs.sealing import Sealer, Turn
from lrs.services import Services
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.versions import Version

STATEMENT = {"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "urn:v"}, "object": {"id": "urn:a"}}
SECRET = b"the deployment's own secret, 32."


def sealer(store: Store, clock: Clock, secret: bytes = SECRET) -> Sealer:
    return Sealer(store, clock, LedgerKeys(store, clock, secret), "lrs.exemple.invalid")


def store_statements(services: Services, caller: Caller, count: int) -> None:
    while count > 0:
        body = json.dumps([STATEMENT] * min(count, 200)).encode()
        services.ingest.post(caller, Version.V1_0_3, body)
        count -= 200


def seal_all(sealer: Sealer, organisation: OrganisationId) -> list[Turn]:
    """Step until nothing is left to do at once."""
    turns = [sealer.step(organisation)]
    while turns[-1].more:
        turns.append(sealer.step(organisation))
    return turns


@dataclass(frozen=True)
class Everything:
    """The log and the ledger of one organisation, read straight from the database."""

    rows: Sequence[dict[str, Any]]
    heads: Sequence[SealedHead]


def check(store: Store, organisation: OrganisationId) -> Everything:
    """Assert all that must hold of a ledger at any moment; return what there is.

    1. Every head has the root that another implementation finds over the statements it covers. 2. Its note is signed
    and says so. 3. It is consistent with the one before. 4. Every statement that the newest covers can be proved.
    """
    ledger = Ledger(store)
    heads = ledger.heads_after(organisation, 0)
    rows = list(store.collection("statements").find({"o": organisation}).sort("n", 1))
    assert [row["n"] for row in rows] == list(range(len(rows)))
    other = InmemoryTree(algorithm="sha256")
    for row in rows:
        other.append_entry(bytes(row["s"]) + bytes(row["b"]))
    # 1. 2.
    assert [head.number for head in heads] == list(range(1, len(heads) + 1))
    for head in heads:
        assert head.root == other.get_root(head.size)
        said = open_checkpoint(head.note, VerifierKey.parse(head.verifier_key))
        assert (said.size, said.root) == (head.size, head.root)
    # 3.
    for before, after in pairwise(heads):
        assert before.size <= after.size
        assert before.signed_at <= after.signed_at
        proof = ledger.consistency(organisation, before.size, after.size)
        verify_consistency(proof, before.root, after.root)
    # 4.
    if heads:
        newest = heads[-1]
        positions = range(newest.size)
        for position, proof in zip(positions, ledger.inclusions(organisation, positions, newest.size), strict=True):
            verify_inclusion(bytes(rows[position]["l"]), proof, newest.root)
        verify_consistency(ledger.consistency(organisation, 0, newest.size), EMPTY_ROOT, newest.root)
    return Everything(rows, heads)
