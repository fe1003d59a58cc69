"""What an organisation keeps as evidence, and what a neighbour may try with it: the evidence part of the tenancy tests.

Each attempt is ours, with what is theirs: ids, codes, addresses, positions, tiles.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from evidence.archive import Kind
from evidence.content import DocumentType
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.retention.classes import RetentionClass
from evidence.retention.erasing import Erasing
from evidence.retention.running import Retention
from evidence.store.issued import IssuedDocuments
from evidence.trail.entry import Act, Deed
from lrs.http.api.cursors import write_cursor
from lrs.ledger_keys import LedgerKeys
from lrs.sealing import Sealer
from lrs.services import Services
from lrs.tenancy import OrganisationId

Json = dict[str, Any]
Attempt = tuple[str, Json]
Send = Callable[..., Any]
# Both organisations have archived these bytes; each has its own reasons to keep them.
COMMON = b"les deux"
COMMON_ADDRESS = sha256(COMMON).hexdigest()
# Somebody whom both know, of whom nothing has to be kept: what erases them of one must leave them to the other.
FREE = {"mbox": "mailto:libre@example.org"}


@dataclass
class Evidence:
    """What there is of an organisation's evidence, and what a neighbour might know of it."""

    shared: tuple[str, ...] = ()  # ids of statements that both have
    code: str = ""
    number: str = ""
    address: str = ""
    pdf: bytes = b""
    hold: str = ""
    erasure: str = ""
    run: str = ""
    batch: str = ""
    statements: list[str] = field(default_factory=list)  # ids that only they have
    size: int = 0
    seal: str = ""
    secrets: list[bytes] = field(default_factory=list)  # what no answer to another may hold


class Owner(Protocol):
    """Whoever has evidence."""

    number: OrganisationId
    key: str
    evidence: Evidence


Attempts = Callable[[Any, Any], Iterator[Attempt]]
CASES: dict[tuple[str, str], Attempts] = {}
# What is tried there is theirs alone: it is refused, even where an answer would tell nothing that was not asked with.
REFUSED = (
    "/api/v1/documents/<string:code>",
    "/api/v1/document-batches/<uuid:batch_id>",
    "/api/v1/retention/runs/<uuid:run_id>",
    "/api/v1/legal-holds/<uuid:hold_id>",
    "/api/v1/erasures/<uuid:erasure_id>",
    "/verify/<code>",
)


def case(rule: str, *methods: str) -> Callable[[Attempts], Attempts]:
    def add(attempts: Attempts) -> Attempts:
        for method in methods:
            CASES[(rule, method)] = attempts
        return attempts

    return add


def key_file(name: str) -> str:
    """Return a PKCS#12 file in base64, with the passphrase `phrase`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
    certificate = made.not_valid_after(datetime(2028, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    file = serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"phrase"))
    return base64.b64encode(file).decode()


def keep(services: Services, send: Send, owner: Owner, mark: str, value: Json, *, everything: bool) -> None:
    """Seal the organisation's log and archive a file; with `everything`, also make one of each kind of evidence.

    `value` is a statement of it: one more is sent, and erased again.
    """
    evidence = owner.evidence
    erasing = Erasing(services)
    about = [f"person:{mark}"]
    erasing.archive.put(
        owner.number, Kind.EVIDENCE, "text/plain", COMMON, RetentionClass.DOCUMENTS, [*about, "person:p"]
    )
    send("POST", "/api/v1/people", 201, json={"id": "libre", "last_name": mark, "identities": [FREE]})
    send("POST", "/xapi/statements", json={**value, "actor": {**FREE, "name": mark}, "context": {}})
    state = {"activityId": "https://example.org/libre", "agent": json.dumps(FREE), "stateId": "s"}
    send("PUT", "/xapi/activities/state", 204, query_string=state, json={"mark": mark})
    if everything:
        file = {"pkcs12": key_file(mark), "passphrase": "phrase"}
        evidence.seal = send("POST", "/api/v1/organisation/seal", 201, json=file).json["sha256"]
        erased, cited = send("POST", "/xapi/statements", json=[value, value]).json
        evidence.statements = [erased, cited]
        order = {"statement_ids": [erased], "ground": "mistake", "reason": mark}
        evidence.erasure = send("POST", "/api/v1/erasures", 202, json=order).json["id"]
        held = {"scope": "person", "about_id": "seul", "reason": mark}
        evidence.hold = send("POST", "/api/v1/legal-holds", 201, json=held).json["id"]
        batch = {"type": "CERTREAL", "session_id": "s"}
        evidence.batch = send("POST", "/api/v1/document-batches", 202, json=batch).json["id"]
        deed = Deed(f"credential:{owner.key}", Act.READ, f"enrolment:{mark}", mark, {"purpose": mark})
        erasing.trail.record(owner.number, deed)
        issue(services, erasing, owner, mark, cited)
        # Begun and not gone on with: a run of ours must leave it where it is.
        evidence.run = str(Retention(services).begin(owner.number, mark, f"credential:{owner.key}").run_id)
    seal(services, send, owner)
    known = (evidence.code, evidence.address, evidence.hold, evidence.erasure, evidence.run, evidence.batch)
    evidence.secrets += [text.encode() for text in (*known, evidence.seal, *evidence.statements) if text]


def issue(services: Services, erasing: Erasing, owner: Owner, mark: str, cited: str) -> None:
    """Put a document on file that cites a statement. Only its seal is missing."""
    evidence, now = owner.evidence, services.clock.now_micros()
    evidence.code = code = new_code(services.ids)
    evidence.number, evidence.pdf = f"CERTREAL-2026-{owner.number:06}", f"%PDF-1.7 {mark}".encode()
    about = [f"document:{code}", "training_session:s", "enrolment:e", "person:p"]
    file = erasing.archive.put(
        owner.number, Kind.DOCUMENT, "application/pdf", evidence.pdf, RetentionClass.DOCUMENTS, about
    )
    evidence.address = file.sha256
    document = IssuedDocument(
        organisation=owner.number, code=code, number=evidence.number, version=1, type=DocumentType.CERTREAL,
        status=Status.VALID, session_id="s", enrolment_id="e", enrolments=("e",), people=("p",), first_on=None,
        last_on=None, title=mark, holder=mark, provider=mark, as_of=now, issued_at=now, issued_by="assidu",
        digest=file.sha256, size_bytes=len(evidence.pdf), evidence_digest="0" * 64, inputs=mark, substance=mark,
    )  # fmt: skip
    services.store.transaction(
        lambda session: IssuedDocuments(services.store).insert(document, code, [UUID(cited)], [], session)
    )


def seal(services: Services, send: Send, owner: Owner) -> None:
    """Seal the log as the worker does, and note what nobody else may be given."""
    keys = LedgerKeys(services.store, services.clock, services.secret_key)
    sealer = Sealer(services.store, services.clock, keys, "essai.fr")
    assert sealer.hold(owner.number, "essai")
    while sealer.step(owner.number).more:
        pass
    sealer.release("essai")
    head = send("GET", "/api/v1/ledger").json["head"]
    owner.evidence.size = head["size"]
    proof = send("GET", "/api/v1/ledger/inclusion?position=0").json
    leaf = base64.b64decode(proof["leaf"])
    tile = send("GET", f"/api/v1/ledger/tile/0/000.p/{head['size']}").data
    assert tile.startswith(leaf)
    texts = [head["root"], head["verifier_key"], proof["leaf"], proof["salt"], *proof["path"]]
    owner.evidence.secrets += [leaf, leaf.hex().encode(), *(text.encode() for text in texts)]


def shown(owner: Owner) -> list[str]:
    """Return what shows their own words to an organisation that has everything."""
    evidence = owner.evidence
    document = f"documents/{evidence.code}"
    paths = ("organisation/seal", "legal-holds", "retention/runs", f"retention/runs/{evidence.run}", "audit-trail",
             f"erasures/{evidence.erasure}", "documents", document, f"{document}/file", "audit-trail.csv",
             f"archive/{evidence.address}?purpose=x", "dossiers/learner/p?purpose=x")  # fmt: skip
    return [f"/api/v1/{path}" for path in paths]


@case("/api/v1/ledger", "GET")
@case("/api/v1/ledger/checkpoint", "GET")
@case("/api/v1/ledger/heads", "GET")
@case("/api/v1/organisation/seal", "GET")
@case("/api/v1/legal-holds", "GET")
@case("/api/v1/retention/forecast", "GET")
@case("/api/v1/retention/runs", "GET")
def asked_of_all(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield "", {}
    for name in ("organisation", "o", "number"):
        yield f"?{name}={theirs.number}", {}


@case("/api/v1/ledger/heads/<int:number>", "GET")
def heads_shown(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for number in (0, 1, 2, theirs.number, theirs.evidence.size):
        yield str(number), {}


@case("/api/v1/ledger/inclusion", "GET")
def inclusions_proved(theirs: Owner, ours: Owner) -> Iterator[Attempt]:
    for statement_id in (*theirs.evidence.shared, *theirs.evidence.statements):
        for size in ("", f"&size={theirs.evidence.size}", f"&size={ours.evidence.size}"):
            yield f"?statement={statement_id}{size}", {}
    for position in range(max(theirs.evidence.size, ours.evidence.size) + 1):
        yield f"?position={position}", {}


@case("/api/v1/ledger/consistency", "GET")
def consistency_proved(theirs: Owner, ours: Owner) -> Iterator[Attempt]:
    sizes = (1, 2, ours.evidence.size, theirs.evidence.size)
    for old_size, size in itertools.product(sizes, sizes):
        yield f"?old_size={old_size}&size={size}", {}


@case("/api/v1/ledger/tile/<path:tile>", "GET")
def tiles_read(theirs: Owner, ours: Owner) -> Iterator[Attempt]:
    for size in range(1, max(theirs.evidence.size, ours.evidence.size) + 1):
        yield f"0/000.p/{size}", {}
    for tile in ("0/000", "1/000", "0/001", f"../{theirs.number}/0/000", "entries/000"):
        yield tile, {}


@case("/api/v1/ledger/keys", "POST")
def ledger_keys_made(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield "", {}
    yield f"?organisation={theirs.number}", {"json": {"organisation": theirs.number}}


@case("/api/v1/organisation/seal", "POST")
def seals_brought(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    file = {"pkcs12": key_file("le nôtre"), "passphrase": "phrase"}
    for more in ({"organisation": theirs.number}, {"sha256": theirs.evidence.seal}, {"passphrase": "autre"}, {}):
        yield f"?organisation={theirs.number}", {"json": {**file, **more}}


ENROLMENTS, PEOPLE = ("e", "seule-inscription"), ("p", "double", "seul")


def asks() -> Iterator[Json]:
    for kind in (DocumentType.CERTREAL, DocumentType.ATTENT):
        for enrolment_id in ENROLMENTS:
            yield {"type": kind.value, "enrolment_id": enrolment_id}
    yield {"type": "EMARG", "session_id": "s", "first_on": "2026-01-05", "last_on": "2026-01-11"}


@case("/api/v1/documents", "POST")
def documents_asked(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for ask, more in itertools.product(asks(), ({}, {"as_of": "2026-01-05T08:00:00Z"})):
        yield "", {"json": {**ask, **more}}
    yield "", {"json": {"type": "CERTREAL", "enrolment_id": "e", "organisation": theirs.number}}
    yield "", {"json": {"type": "CERTREAL", "enrolment_id": "e", "replaces": theirs.evidence.code}}


@case("/api/v1/documents/readiness", "GET")
def readiness_asked(_: Owner, __: Owner) -> Iterator[Attempt]:
    for ask in asks():
        yield f"?{urlencode(ask)}", {}


@case("/api/v1/documents", "GET")
def documents_listed(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    cursor = quote(write_cursor(2**53, theirs.evidence.code))
    for query in ("", "limit=200", "enrolment_id=e", "enrolment_id=seule-inscription", "session_id=s", "type=CERTREAL"):
        yield f"?{query}", {}
    for query in ("status=VALID", f"after={cursor}", f"organisation={theirs.number}"):
        yield f"?{query}", {}


@case("/api/v1/documents/<string:code>", "GET")
@case("/api/v1/documents/<string:code>/file", "GET")
@case("/api/v1/documents/<string:code>/evidence", "GET")
@case("/api/v1/documents/<string:code>/revocation", "POST")
def documents_of_theirs(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    evidence = theirs.evidence
    for code in (evidence.code, evidence.code.lower(), evidence.number, evidence.address):
        yield code, {}
        yield code, {"json": {"reason": "pris"}}


@case("/api/v1/document-batches", "POST")
def batches_started(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for session_id, more in itertools.product(("s", "absente"), ({}, {"organisation": theirs.number})):
        yield "", {"json": {"type": "CERTREAL", "session_id": session_id, **more}}
    yield "", {"json": {"type": "CERTREAL", "session_id": "s", "id": theirs.evidence.batch}}


@case("/api/v1/document-batches/<uuid:batch_id>", "GET")
@case("/api/v1/document-batches/<uuid:batch_id>/items", "GET")
def batches_of_theirs(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield theirs.evidence.batch, {}
    yield f"{theirs.evidence.batch}?limit=200", {}


@case("/api/v1/archive/<string:address>", "GET")
def archive_read(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for address in (theirs.evidence.address, theirs.evidence.address.upper(), COMMON_ADDRESS):
        yield address, {}
        yield f"{address}?purpose=x", {}
        yield f"{address}?purpose=x&organisation={theirs.number}", {}


@case("/api/v1/audit-trail", "GET")
def trail_read(theirs: Owner, ours: Owner) -> Iterator[Attempt]:
    # Both forms whole, before any is narrowed to what is theirs: our trail tells what we asked it.
    for form, query in itertools.product(
        ("", ".csv"), ("", "?who=assidu", "?act=read", "?act=erased", "?since=2000-01-01T00:00:00Z")
    ):
        yield form + query, {}
    yield f"?limit=200&organisation={theirs.number}", {}
    yield from trail_narrowed(theirs, ours)


@case("/api/v1/audit-trail.csv", "GET")
def trail_narrowed(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield f"?{urlencode({'who': f'credential:{theirs.key}'})}", {}
    for what in (f"archive:{theirs.evidence.address}", f"archive:{COMMON_ADDRESS}", f"document:{theirs.evidence.code}"):
        yield f"?{urlencode({'what': what})}", {}


@case("/api/v1/dossiers/enrolment/<string:record_id>", "GET")
@case("/api/v1/dossiers/learner/<string:record_id>", "GET")
@case("/api/v1/dossiers/training-session/<string:record_id>", "GET")
def dossiers_made(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for record_id in (*ENROLMENTS, *PEOPLE, "s"):
        yield f"{record_id}?purpose=x", {}
    yield f"{quote(theirs.evidence.code)}?purpose=x", {}


@case("/api/v1/dossiers/sample", "GET")
def samples_drawn(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for more in ("", "&from=2026-01-01&to=2026-12-31", f"&organisation={theirs.number}"):
        yield f"?purpose=x&size=20&seed=x{more}", {}


@case("/api/v1/enrolments/<string:record_id>/completeness", "GET")
@case("/api/v1/training-sessions/<string:record_id>/completeness", "GET")
def completeness_asked(_: Owner, __: Owner) -> Iterator[Attempt]:
    for record_id in (*ENROLMENTS, "s", "absente"):
        yield record_id, {}
        yield f"{record_id}?limit=200", {}


@case("/api/v1/retention/runs", "POST")
def retention_run(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield "", {"json": {"reason": "x"}}
    yield "", {"json": {"reason": "x", "organisation": theirs.number}}
    yield "", {"json": {"reason": "x", "id": theirs.evidence.run}}


@case("/api/v1/retention/runs/<uuid:run_id>", "GET")
def runs_of_theirs(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield theirs.evidence.run, {}


@case("/api/v1/legal-holds", "POST")
def holds_placed(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for scope, about_id in (("person", "seul"), ("enrolment", "seule-inscription"), ("person", "p"), ("person", "x")):
        yield "", {"json": {"scope": scope, "about_id": about_id, "reason": "x"}}
        yield "", {"json": {"scope": scope, "about_id": about_id, "reason": "x", "id": theirs.evidence.hold}}
    yield "", {"json": {"scope": "everything", "reason": "x"}}


@case("/api/v1/legal-holds/<uuid:hold_id>/release", "POST")
def holds_of_theirs(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield theirs.evidence.hold, {}
    yield theirs.evidence.hold, {"json": {"reason": "x"}}


@case("/api/v1/erasures", "POST")
@case("/api/v1/erasures/preview", "POST")
def erasures_tried(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    evidence, order = theirs.evidence, {"ground": "request", "reason": "x"}
    for look in (
        {"statement_ids": evidence.statements},
        {"person_id": "seul"},
        {"statement_ids": list(evidence.shared)},
        {"person_id": "p"},
        {"person_id": "libre"},
    ):
        for more in ({}, {"documents": True}):
            yield "", {"json": look}
            yield "", {"json": {**look, **order, **more}}


@case("/api/v1/erasures/<uuid:erasure_id>", "GET")
def erasures_of_theirs(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield theirs.evidence.erasure, {}


# Whoever holds the code of a document may ask how it stands, and that is what it is for: anything else is tried.
def near(theirs: Owner) -> tuple[str, ...]:
    evidence = theirs.evidence
    codes = (evidence.code[:-1], evidence.code[::-1], "AAAAA-BBBBB-CCCCC-DDDDD-EEEEEE")
    return (*codes, evidence.number, evidence.address, evidence.batch, "e", "seule-inscription")


@case("/verify/", "GET")
def codes_asked(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield "", {}
    for code in near(theirs):
        yield f"?code={quote(code)}", {}


@case("/verify/<code>", "GET")
def codes_followed(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for code in near(theirs):
        yield code, {}


@case("/verify/<code>", "POST")
def files_checked(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    for code in near(theirs):
        yield code, {"data": {"file": (io.BytesIO(theirs.evidence.pdf), "x.pdf")}}


@case("/verify/static/<path:filename>", "GET")
def looks_of_verifying(_: Owner, __: Owner) -> Iterator[Attempt]:
    yield "verify.js", {}
    yield "verify.css", {}
    yield "../rendering.py", {}
