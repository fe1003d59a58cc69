"""A deployment with some of everything that is kept as evidence, small enough to be looked through in an instant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

from cryptography import x509

from assidu.authority.client import DevelopmentAuthority, authority_secret
from assidu.authority.service import Authority, AuthorityServer
from evidence.archive import Kind
from evidence.store import archive as archive_store
from evidence.store.archive import Archive
from evidence.store.trail import Trail
from evidence.trail import Act, Deed
from lrs.caller import Caller
from lrs.clock import FixedClock, SystemClock
from lrs.erasure import Eraser, Order
from lrs.sealing import Sealer
from lrs.services import Services
from lrs.stamping import HeadStamping
from lrs.statements.multipart import Part
from lrs.store.erasure import Ground
from lrs.versions import Version
from tests.lrs.sealers import SECRET, seal_all, sealer

SECOND = 1_000_000
LEA, YANN = {"mbox": "mailto:lea@exemple.fr", "name": "Léa Martin"}, {"mbox": "mailto:yann@exemple.fr"}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
ATTACHED = b"une piece jointe"
# More than one tile of leaves: the second level is there, too.
FILL = 250


def name(number: int) -> str:
    return str(UUID(int=number + (4 << 76) + (8 << 60)))


def statement(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": name(number),
        "actor": LEA,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://lms.exemple.fr/{number % 7}"},
        "timestamp": "2026-01-05T08:00:00Z",
        **more,
    }


def refers(number: int, target: int, **more: Any) -> dict[str, Any]:
    return statement(number, object={"objectType": "StatementRef", "id": name(target)}, **more)


def kinds() -> list[dict[str, Any]]:
    """One statement of each sort that is kept in its own way."""
    result = {"success": True, "completion": False, "duration": "PT1H30M", "score": {"scaled": 0.75}}
    context = {
        "registration": name(9_001),
        "instructor": YANN,
        "contextActivities": {"parent": [{"id": "https://lms.exemple.fr/cours"}]},
    }
    attached = {
        "usageType": "https://exemple.fr/copie", "display": {"fr": "copie"}, "contentType": "text/plain",
        "length": len(ATTACHED), "sha2": sha256(ATTACHED).hexdigest(), "fileUrl": "https://lms.exemple.fr/copie.txt",
    }  # fmt: skip
    return [
        statement(1, result=result, context=context),
        statement(2, attachments=[attached]),
        statement(3),
        refers(4, 3, verb={"id": VOIDED}, actor=YANN),
        refers(5, 1),
        refers(6, 5),
        statement(7, actor={"objectType": "Group", "member": [LEA, YANN], "mbox": "mailto:groupe@exemple.fr"}),
        statement(8, actor=YANN),
        statement(9, actor=YANN),
    ]


@contextmanager
def development_authority(folder: Path) -> Iterator[DevelopmentAuthority]:
    """The local timestamp authority, over HTTP."""
    server = AuthorityServer(Authority(folder, authority_secret(SECRET), SystemClock()), port=0)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield DevelopmentAuthority(server.address, SECRET, SystemClock())
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def build(services: Services, caller: Caller, clock: FixedClock, authority: DevelopmentAuthority) -> x509.Certificate:
    """Fill the deployment; return the certificate that its timestamps lead to.

    1. Statements of every sort. 2. A first head, stamped. 3. More than a tile of them, some of which are erased, and
    the second head. 4. Files in the archive, one of them in parts. 5. The audit trail.
    """
    # 1.
    services.ingest.attachments.put(caller.organisation, [Part(sha256(ATTACHED).hexdigest(), "text/plain", ATTACHED)])
    post(services, caller, kinds())
    twice = {key: value for key, value in statement(0, object={"id": "urn:twice"}).items() if key != "id"}
    for _ in range(2):
        post(services, caller, [twice])
    # 2.
    sealing = sealer(services.store, clock)
    seal(services, caller, clock, sealing, authority)
    # 3.
    post(services, caller, [statement(100 + number) for number in range(FILL)])
    eraser = Eraser(services)
    plan = eraser.plan(caller.organisation, [UUID(name(8)), UUID(name(9))])
    eraser.run(
        eraser.begin(caller.organisation, Order(Ground.REQUEST, "demande du 5 janvier", "credential:essai"), plan)
    )
    seal(services, caller, clock, sealing, authority)
    # 4. and 5.
    trail = Trail(services.store, clock)
    archive = Archive(services.store, clock, trail)
    keep(archive, caller, b"un document scelle", b"un autre document, en plusieurs parties", b"")
    trail.record(caller.organisation, Deed("credential:essai", Act.READ, "document:1", "audit", {"page": "1"}))
    for address in (entry.sha256 for entry in archive.every(caller.organisation)):
        archive.read(caller.organisation, address, "account:7", "contrôle")
    return authority.root()


def keep(archive: Archive, caller: Caller, *files: bytes) -> None:
    for data in files:
        archive.put(caller.organisation, Kind.DOCUMENT, "application/pdf", data, "evidence", ["enrolment:e-1"])


def post(services: Services, caller: Caller, statements: Sequence[dict[str, Any]]) -> None:
    services.ingest.post(caller, Version.V1_0_3, json.dumps(statements).encode())


def seal(
    services: Services, caller: Caller, clock: FixedClock, sealing: Sealer, authority: DevelopmentAuthority
) -> None:
    clock.micros += 2_000 * SECOND
    seal_all(sealing, caller.organisation)
    stamping = HeadStamping(services.store, services.clock, authority, 600)
    for ledger in stamping.due():
        stamping.stamp(ledger)


def in_small_parts() -> int:
    """Make the archive cut files into parts of a few bytes; return what it was."""
    before, archive_store.PART_BYTES = archive_store.PART_BYTES, 16  # type: ignore[misc]  # for a test alone
    return before
