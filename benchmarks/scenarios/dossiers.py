"""How long the dossier of fifty learners takes, and how much memory: documents, statements with proofs, half-days."""

from __future__ import annotations

import hashlib
import resource
import time
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from assidu.settings import Settings
from assidu.wiring import connect
from benchmarks import lessons
from benchmarks.rig import Rig
from benchmarks.worked_off import work_off
from evidence.archive import Kind
from evidence.content import DocumentType
from evidence.dossier import Asked, Dossiers, Scope
from evidence.issuing.code import new_code
from evidence.issuing.document import IssuedDocument, Status
from evidence.retention.classes import RetentionClass
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.database import Session
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.records.ids import EnrolmentId, PersonId
from training.store import Register

LEARNERS: Final = 50
_DATABASE: Final = "dossiers"
_API: Final = ("mesure", "un-secret-pour-mesurer")
_NAMESPACE: Final = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
# Of each learner, and how large: what a sealed PDF/A with its evidence weighs.
_DOCUMENTS: Final = 4
_PDF_BYTES: Final = 200_000
_POST_STATEMENTS: Final = 500


def run(rig: Rig) -> dict[str, Any]:
    """Furnish a session of twice as many learners, draw fifty, and take the dossier as a client would."""
    clicks = 2_000 if rig.profile.full else 100
    services = connect(_settings(rig))
    try:
        organisation, statements = _furnish(services, clicks)
        rig.settle()
        found: dict[str, Any] = {"learners": LEARNERS, "statements_in_log": statements, "documents": _DOCUMENTS}
        found["sample"] = _measure(services, organisation)
    finally:
        services.store.client.close()
    taken = found["sample"]
    rig.profile.say(f"  {LEARNERS} learners in {taken['seconds']:.1f} s ({taken['megabytes']:.0f} MB, first byte after "
                    f"{taken['first_byte_s']:.2f} s, {taken['memory_megabytes']:.0f} MB more memory)")  # fmt: skip
    return found


def _settings(rig: Rig) -> Settings:
    folder = rig.deployment.folder / "dossiers"
    folder.mkdir(exist_ok=True)
    return Settings.from_environment(
        {"ASSIDU_MONGODB_URI": rig.deployment.uri, "ASSIDU_DATABASE": _DATABASE, "ASSIDU_DATA": str(folder)}
    )


def _measure(services: Services, organisation: OrganisationId) -> dict[str, Any]:
    before = _peak_bytes()
    began = time.perf_counter()
    asked = Asked(Scope.SAMPLE, "", "mesure", "graine", LEARNERS)
    dossier = Dossiers(services).open(organisation, asked, "assidu")
    first, size = 0.0, 0
    for part in dossier.parts:
        size += len(part)
        first = first or time.perf_counter() - began
    seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 2),
        "first_byte_s": round(first, 3),
        "megabytes": round(size / 1e6, 1),
        "memory_megabytes": round((_peak_bytes() - before) / 1e6, 1),
    }


def _furnish(services: Services, clicks: int) -> tuple[OrganisationId, int]:
    services.store.ensure_indexes()
    number = Organisations(services.store, services.clock).find_or_create("mesure", "Mesure").number
    services.credentials.seed(number, *_API)
    caller = services.credentials.authenticate_basic(*_API)
    Register(services.store, services.clock).write(number, lessons.changes(2 * LEARNERS), "mesure")
    count = 0
    for learner in range(2 * LEARNERS):
        bodies = lessons.statements(learner)
        bodies += [_click(bodies[-1], learner, at) for at in range(clicks)]
        for start in range(0, len(bodies), _POST_STATEMENTS):
            some = bodies[start : start + _POST_STATEMENTS]
            services.ingest.post(caller, Version.V1_0_3, b"[" + b",".join(some) + b"]")
        count += len(bodies)
        _issue(services, number, learner)
    work_off(services, number)
    return number, count


def _click(model: bytes, learner: int, at: int) -> bytes:
    """Return one more statement like another."""
    value = orjson.loads(model)
    value["id"] = str(uuid5(_NAMESPACE, f"{learner}/{at}"))
    value["verb"] = {"id": "http://adlnet.gov/expapi/verbs/experienced"}
    value["timestamp"] = f"2026-01-{5 + at % 20:02}T{10 + at // 20 % 8:02}:{at // 160 % 60:02}:00Z"
    return orjson.dumps(value)


def _issue(services: Services, organisation: OrganisationId, learner: int) -> None:
    """Archive files as large as documents are; what making them takes is measured elsewhere."""
    archive = Archive(services.store, services.clock, Trail(services.store, services.clock))
    documents, now = IssuedDocuments(services.store), services.clock.now_micros()
    for at, kind in enumerate(list(DocumentType)[:_DOCUMENTS]):
        seed = hashlib.sha256(f"{learner}/{at}".encode()).digest()
        data = hashlib.shake_256(seed).digest(_PDF_BYTES)
        about = [f"enrolment:e{learner}", f"person:p{learner}", f"training_session:{lessons.SESSION}"]
        file = archive.put(organisation, Kind.DOCUMENT, "application/pdf", data, RetentionClass.DOCUMENTS, about)
        document = IssuedDocument(
            organisation=organisation, code=new_code(services.ids), number=f"N-{learner}-{at}", version=1, type=kind,
            status=Status.VALID, session_id=lessons.SESSION, enrolment_id=EnrolmentId(f"e{learner}"),
            enrolments=(EnrolmentId(f"e{learner}"),), people=(PersonId(f"p{learner}"),), first_on=None, last_on=None,
            title="Droit du travail", holder="Léa", provider="Mesure", as_of=now, issued_at=now, issued_by="assidu",
            digest=file.sha256, size_bytes=len(data), evidence_digest="0" * 64, inputs="0", substance="0",
        )  # fmt: skip
        services.store.transaction(partial(_insert, documents, document))


def _insert(documents: IssuedDocuments, document: IssuedDocument, session: Session) -> None:
    documents.insert(document, document.number, (), (), session)


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
