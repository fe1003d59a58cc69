"""Everything about one learner as one zip, sent while it is made: statements, tables, documents (articles 15 and 20).

Statements are those that the person made or that are about them, and those that carry the registration of one of their
enrolments: byte for byte as they are stored, in arrays that another LRS takes as they are. What is in memory is the
list of ids, one batch of statements and one part of one document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from dashboards.views import learner_copy_tables as tables
from dashboards.views.learner import Me, get_me, own_enrolments, own_facts
from dashboards.views.learner_copy_text import write_readme
from dashboards.views.learner_documents import archive_of, filename_of
from dashboards.views.lens import Lens
from evidence.archive.errors import ArchiveDamaged, ArchiveDestroyed
from evidence.dossier.container import Container
from evidence.dossier.tables import table
from evidence.issuing.document import IssuedDocument
from evidence.store.log import Log, Place
from evidence.trail.entry import Act, Deed
from lrs.clock import to_datetime, to_text
from lrs.erasure import Eraser
from lrs.errors import NotFound
from lrs.organisations import Organisations
from training.records.enrolment import Enrolment
from training.records.kinds import Kind
from training.records.plain import write_plain
from training.store import RecordReader

# One array of statements, and what is read of the log at once.
BATCH: Final = 500
PURPOSE: Final = "me/data"
_VERSIONS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that is ready to be sent: what to call the file, and its bytes, which can be taken once."""

    filename: str
    parts: Iterator[bytes]


@dataclass
class _Making:
    """One copy being made."""

    lens: Lens
    me: Me
    places: list[Place]
    enrolments: list[Enrolment]
    documents: list[IssuedDocument]
    container: Container = field(default_factory=Container)
    attachments: dict[str, None] = field(default_factory=dict)
    index: list[Sequence[object]] = field(default_factory=list)


def copy_everything(lens: Lens) -> Copy:
    """Look everything up, put the export on record, and return it; raises NotFound and Forbidden with nothing sent."""
    me = get_me(lens)
    enrolments = own_enrolments(lens, me)
    documents = {item.code: item for enrolment in enrolments for item in lens.documents_of(enrolment.id)}
    making = _Making(lens, me, _places(lens, me, enrolments), enrolments, list(documents.values()))
    details = {"statements": str(len(making.places)), "documents": str(len(documents))}
    deed = Deed(lens.viewer.trail_name, Act.EXPORTED, f"person:{me.person.id}", PURPOSE, details)
    lens.sources.trail.record(lens.viewer.organisation, deed)
    return Copy(f"mes-donnees-{to_datetime(lens.now):%Y%m%d-%H%M%S}.zip", _parts(making))


def _places(lens: Lens, me: Me, enrolments: Iterable[Enrolment]) -> list[Place]:
    """Return where the statements of a person stand, in the order in which they were stored."""
    organisation, log = lens.viewer.organisation, Log(lens.services.store)
    named = Eraser(lens.services).of_agents(organisation, lens.records.identities_of(me.person.id))
    found = set(log.places(organisation, named))
    for enrolment in enrolments:
        found.update(log.of_registration(organisation, enrolment.registration))
    return sorted(found)


def _parts(making: _Making) -> Iterator[bytes]:
    lens, put = making.lens, making.container.add
    organisation = Organisations(lens.services.store, lens.services.clock).get(lens.viewer.organisation).name
    facts = own_facts(lens, making.me)
    readme = write_readme(organisation, making.me.person.name, lens.now, len(making.places), len(making.documents))
    yield from put("LISEZ-MOI.txt", [readme], "readme")
    yield from put("resume.pdf", [_summary(making, organisation)], "summary")
    yield from _statements(making)
    yield from put("traces/index.csv", [table(tables.TRACE_HEADS, making.index)], "table")
    for name, content in tables.write_tables(lens, making.me, facts, making.documents):
        yield from put(f"tableaux/{name}", [content], "table")
    yield from put("fiches.json", _records(making), "records")
    yield from _documents(making)
    yield from _attachments(making)
    rows = [(entry.path, entry.size, entry.sha256) for entry in making.container.entries]
    yield from put("contenu.csv", [table(("Fichier", "Octets", "SHA-256"), rows)], "table")
    yield making.container.end()


def _summary(making: _Making, organisation: str) -> bytes:
    # Here and not above: what lays out pages takes memory that most web processes never need.
    from dashboards.views.learner_copy_summary import summary_of  # noqa: PLC0415 - typesetting is loaded by whoever takes a copy, and by no page
    from evidence.layout.summary import lay_out_summary  # noqa: PLC0415 - typesetting is loaded by whoever takes a copy, and by no page

    lens = making.lens
    summary = summary_of(lens, making.me, organisation, making.documents, len(making.places))
    return lay_out_summary(summary, to_datetime(lens.now))


def _statements(making: _Making) -> Iterator[bytes]:
    """Yield the statements, so many a file; what was erased leaves a line in the index alone."""
    services, organisation = making.lens.services, making.lens.viewer.organisation
    number = 0
    for traces in Log(services.store).read(organisation, making.places, BATCH):
        kept = [trace.body for trace in traces if trace.body is not None]
        path = ""
        if kept:
            number += 1
            path = f"traces/traces-{number:05d}.json"
            yield from making.container.add(path, _array(kept), "statements")
        making.index += [tables.trace_row(trace, "" if trace.body is None else path) for trace in traces]
        for entry in services.statements.entries(organisation, [trace.statement_id for trace in traces]):
            making.attachments.update(dict.fromkeys(entry.attachments))


def _array(bodies: Iterable[bytes]) -> Iterator[bytes]:
    """Write statements as one JSON array; the bytes of each stand in it as they are stored."""
    before = b"[\n"
    for body in bodies:
        yield before
        yield body
        before = b",\n"
    yield b"\n]\n"


def _records(making: _Making) -> Iterator[bytes]:
    """Write every version of the person's own records and of their enrolments; who wrote them is not theirs to read."""
    reader = RecordReader(making.lens.services.store, making.lens.services.clock)
    organisation = making.lens.viewer.organisation
    names = [(Kind.PERSON, str(name)) for name in sorted(making.me.names)]
    names += [(Kind.ENROLMENT, str(item.id)) for item in making.enrolments]
    before = b"[\n"
    for kind, record_id in names:
        after = 0
        while True:
            try:
                found = reader.history(organisation, kind, record_id, after=after, limit=_VERSIONS_AT_ONCE)
            except NotFound:
                break
            for entry in found:
                body = {key: value for key, value in write_plain(entry.record).items() if key != "funding"}
                said = {
                    "kind": kind.value, "id": record_id, "version": entry.version,
                    "recorded_at": to_text(entry.recorded_at), "is_deleted": entry.is_deleted, "body": body,
                }  # fmt: skip
                yield before + orjson.dumps(said)
                before = b",\n"
            if len(found) < _VERSIONS_AT_ONCE:
                break
            after = found[-1].version
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _documents(making: _Making) -> Iterator[bytes]:
    """Yield the sealed PDFs; each leaves its reading in the trail, and what is gone stands in the table only."""
    archive, viewer = archive_of(making.lens), making.lens.viewer
    for document in making.documents:
        try:
            parts = archive.stream(viewer.organisation, document.digest, viewer.trail_name, PURPOSE)
        except (ArchiveDestroyed, ArchiveDamaged, NotFound):
            continue
        path = f"documents/{document.code}-{filename_of(document)}"
        yield from making.container.add(path, parts, "document")


def _attachments(making: _Making) -> Iterator[bytes]:
    found = making.lens.services.ingest.attachments.find(making.lens.viewer.organisation, making.attachments)
    for part in found:
        yield from making.container.add(f"pieces-jointes/{part.sha2}", [part.content], "attachment")
