"""Issued documents: the bytes in the archive, and what is known of them beside, which those bytes say too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson

from evidence.fsck.archive import read_archived
from evidence.fsck.finding import Findings, Kind
from evidence.verification.attachment import BROKEN, open_pdf, read_evidence
from evidence.verification.report import Unreadable
from evidence.verification.steps import NotHolding
from lrs.store.database import Document, Store
from lrs.timestamps import NOT_QUALIFIED

_MEMBERS: Final = frozenset((
    "_id", "o", "series", "number", "version", "type", "status", "session_id", "enrolment_id", "enrolments", "people",
    "first_on", "last_on", "title", "holder", "provider", "as_of", "issued_at", "issued_by", "digest", "size_bytes",
    "evidence_digest", "inputs", "substance", "seal_level", "is_development", "replaces", "replaced_by", "changed_at",
    "revoked_at", "revoked_by", "revocation_reason", "current", "cited", "records", "stale",
))  # fmt: skip
_VALID, _TO_REPLACE, _SUPERSEDED, _REVOKED = "VALID", "SUPERSEDED_INPUTS", "SUPERSEDED", "REVOKED"
_LEVELS: Final = ("PAdES-B-T", "PAdES-B-LT")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def check_documents(store: Store, organisation: int, findings: Findings) -> None:
    """Look at every issued document of one organisation, and for those that the trail says were issued."""
    rows = store.collection("issued_documents")
    for row in rows.find({"o": organisation}).sort("_id", 1):
        findings.count(Kind.DOCUMENT)
        findings.add_all(Kind.DOCUMENT, organisation, str(row["_id"]), _problems(store, organisation, row))
    for entry in store.collection("trail").find({"o": organisation, "act": "issued"}, {"what": 1}):
        code = str(entry["what"]).removeprefix("document:")
        if rows.find_one({"_id": code, "o": organisation}, {"_id": 1}) is None:
            findings.add(Kind.DOCUMENT, organisation, code, "the audit trail says that it was issued, and it is gone")


def _problems(store: Store, organisation: int, row: Document) -> Iterator[str]:
    """Say what is wrong with one document.

    1. Its bytes are in the archive. 2. What is known beside them is what they say. 3. The trail says by whom, and what
    became of it. 4. Its place among its versions is right.
    """
    if frozenset(row) != _MEMBERS:
        yield f"its members are not those of a document: {', '.join(sorted(frozenset(row) ^ _MEMBERS))}"
        return
    try:
        yield from _bytes_problems(store, organisation, row)
        yield from _trail_problems(store, organisation, row)
        yield from _version_problems(store, organisation, row)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        yield f"what is known of it cannot be read ({type(error).__name__})"


def _bytes_problems(store: Store, organisation: int, row: Document) -> Iterator[str]:
    key = organisation.to_bytes(4, "big") + bytes.fromhex(row["digest"])
    if row["digest"] != row["digest"].lower():
        yield "digest is not written in lower case"
    archived = store.collection("archive").find_one({"_id": key})
    if archived is None or archived.get("kind") != "document":
        yield "its bytes are not in the archive under its digest"
        return
    if archived["size"] != row["size_bytes"]:
        yield "size_bytes is not the size of its bytes"
    if "gone" in archived:
        return
    pdf = b"".join(read_archived(store, archived))
    try:
        evidence = read_evidence(open_pdf(pdf))
        bundle = orjson.loads(evidence)
    except (Unreadable, NotHolding, orjson.JSONDecodeError, *BROKEN) as error:
        yield f"its evidence cannot be read ({error})"
        return
    if sha256(evidence).hexdigest() != row["evidence_digest"]:
        yield "evidence_digest is not that of the evidence in it"
    said = {**_said(bundle), "is_development": NOT_QUALIFIED.encode() in _seal_of(pdf)}
    for name, value in said.items():
        if row[name] != value or isinstance(row[name], bool) is not isinstance(value, bool):
            yield f"{name} is not what the document itself says"
    yield from _people_problems(row, bundle)
    if row["seal_level"] not in _LEVELS:
        yield "seal_level is no level"


def _said(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the evidence in a document says of what is kept beside it."""
    document, subject, records = bundle["document"], bundle["subject"], bundle["records"]
    period = subject["period"] or {"first_on": None, "last_on": None}
    enrolment, session = subject["enrolment_id"], subject["session_id"]
    about = f"enrolment:{enrolment}" if enrolment else f"training_session:{session}"
    span = f"/{period['first_on']}..{period['last_on']}" if subject["period"] else ""
    return {
        "_id": document["code"],
        "number": document["number"],
        "version": document["version"],
        "type": document["type"],
        "replaces": document["replaces"],
        "issued_at": _micros(document["issued_at"]),
        "as_of": _micros(bundle["as_of"]),
        "session_id": session,
        "enrolment_id": enrolment,
        "first_on": period["first_on"],
        "last_on": period["last_on"],
        "series": f"{document['type']}/{about}{span}",
        "provider": bundle["provider"]["legal_name"],
        "title": next(item["body"]["title"] for item in records if item["kind"] == "programme"),
        "cited": sorted(UUID(item["id"]).bytes for item in bundle["statements"]),
        "records": sorted({f"{item['kind']}:{item['id']}" for item in records}),
    }


def _people_problems(row: Document, bundle: Mapping[str, Any]) -> Iterator[str]:
    """Whom it concerns is among its records; which of several spellings of a person is theirs to say."""
    for name, kind in (("people", "person"), ("enrolments", "enrolment")):
        known = {item["id"] for item in bundle["records"] if item["kind"] == kind}
        if not row[name] or not known.issuperset(row[name]):
            yield f"{name} is nobody in its records"


def _trail_problems(store: Store, organisation: int, row: Document) -> Iterator[str]:
    entries = store.collection("trail")
    about = {"o": organisation, "what": f"document:{row['_id']}"}
    issued = entries.find_one({**about, "act": "issued"})
    if issued is None:
        yield "the audit trail does not say that it was issued"
    elif issued["who"] != row["issued_by"]:
        yield "issued_by is not whom the audit trail names"
    revoked = entries.find_one({**about, "act": "revoked"})
    wanted = (None, None) if revoked is None else (revoked["who"], revoked["why"])
    if (row["status"] == _REVOKED) is not (revoked is not None):
        yield "the audit trail does not say the same of its being revoked"
    elif (row["revoked_by"], row["revocation_reason"]) != wanted:
        yield "who revoked it, or why, is not what the audit trail says"
    # The trail's clock never goes back, and may be ahead of when this was asked for.
    if (row["revoked_at"] is None) is not (revoked is None) or (revoked and row["revoked_at"] > revoked["at"]):
        yield "revoked_at is not when the audit trail says"


def _version_problems(store: Store, organisation: int, row: Document) -> Iterator[str]:
    rows = store.collection("issued_documents")
    if row["status"] not in (_VALID, _TO_REPLACE, _SUPERSEDED, _REVOKED):
        yield "status is none that a document has"
    if row["current"] is not (row["replaced_by"] is None and row["status"] in (_VALID, _TO_REPLACE)):
        yield "current is not what follows from its status"
    if (row["replaced_by"] is None) is (row["status"] == _SUPERSEDED):
        yield "a document that was replaced says by which, and no other does"
    after = rows.find_one({"o": organisation, "series": row["series"], "version": row["version"] + 1}, {"replaces": 1})
    if (None if after is None else after["_id"]) != row["replaced_by"]:
        yield "replaced_by is not the version after it"
    if after is not None and after["replaces"] != row["_id"]:
        yield "the version after it replaces another one"


def _seal_of(pdf: bytes) -> bytes:
    """Return the bytes of the seal, as they stand in hexadecimal digits."""
    start = pdf.rfind(b"/Contents <") + len(b"/Contents <")
    return bytes.fromhex(pdf[start : pdf.index(b">", start)].decode())


def _micros(text: str) -> int:
    moment = datetime.fromisoformat(text) - _EPOCH
    return (moment.days * 86_400 + moment.seconds) * 1_000_000 + moment.microseconds
