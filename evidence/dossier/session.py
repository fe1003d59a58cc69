"""A training session's part of a dossier: its sheets, what befell them, its records, its documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from evidence.dossier.papers import write_documents
from evidence.dossier.tables import HALF_DAYS, sheets_table
from evidence.dossier.traces import TraceLines
from evidence.dossier.writing import Course, versions
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from evidence.store.log import Place, Sealed
from lrs.services import Services
from training.attendance import vocabulary
from training.attendance.sheet import Sheet
from training.attendance.sheets import Sheets
from training.attendance.statement_ids import slot_iri
from training.law import Law
from training.records import Records, TrainingSession
from training.records.ids import SessionId
from training.records.kinds import Kind
from training.store import RecordReader

# What befalls a sheet as a whole; marks of trainees stand with each of them.
_OF_SHEETS: Final = frozenset(
    verb["id"] for verb in (vocabulary.OPENED, vocabulary.CLOSED, vocabulary.COUNTERSIGNED)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What is known of one session while its part and those of its trainees are written."""

    session: TrainingSession
    title: str
    sheets: tuple[Sheet, ...]


class SessionParts:
    """Reads and writes the parts of sessions."""

    def __init__(self, services: Services, archive: Archive, law: Law) -> None:
        self._reader = RecordReader(services.store, services.clock)
        self._sheets = Sheets(services, law)
        self._documents = IssuedDocuments(services.store)
        self._archive = archive

    def read(self, course: Course, session_id: SessionId) -> SessionFile:
        """Read a session's sheets."""
        records = course.records
        session = records.sessions[session_id]
        programme = records.programme_of(session_id)
        sheets = [self._sheets.get(course.number, slot.id).sheet for slot in records.slots_of(session_id)]
        title = session.title or ("" if programme is None else programme.title)
        return SessionFile(session, title, tuple(sheets))

    def write(self, course: Course, file: SessionFile, lines: TraceLines) -> Iterator[bytes]:
        """Yield the dossier with a session's part added."""
        session = file.session
        folder = course.folder("sessions", file.title, session.id)
        group = f"Session {file.title or session.id}, du {session.starts_on:%d/%m/%Y} au {session.ends_on:%d/%m/%Y}"
        about = f"training_session:{session.id}"
        course.subjects.add(about)
        documents = [item for item in self._documents.of_session(course.number, session.id) if not item.enrolment_id]
        yield from write_documents(course, self._archive, documents, folder, group)
        if file.sheets:
            yield from course.put(f"{folder}/feuilles.csv", [sheets_table(file.sheets, session.zone)], "attendance",
                                  group, "Demi-journées et contreseings", about=about)  # fmt: skip
            yield from self._write_sheets(course, file, folder, group, about)
        places = self._of_sheets(course, file, lines)
        if places:
            yield from course.put(f"{folder}/traces.ndjson", lines.lines(places, course.heads), "traces", group,
                                  "Traces des feuilles, avec leurs preuves", about=about)  # fmt: skip
        names = record_names(course.records, session)
        yield from course.put(f"{folder}/fiches.ndjson", versions(self._reader, course.number, names), "records", group,
                              "Fiches de la session, toutes versions", about=about)  # fmt: skip

    def _write_sheets(self, course: Course, file: SessionFile, folder: str, group: str, about: str) -> Iterator[bytes]:
        for sheet in file.sheets:
            slot = sheet.slot
            name = course.folder(f"{folder}/feuilles", slot.held_on.isoformat(), slot.half_day.value, slot.id)
            label = f"Feuille du {slot.held_on:%d/%m/%Y}, {HALF_DAYS.get(slot.half_day.value, slot.half_day.value)}"
            is_signed = sheet.countersignature is not None and sheet.countersignature.is_current
            state = "contresignée" if is_signed else "non contresignée"
            yield from course.put(f"{name}.json", [sheet.content], "attendance", group, label, about=about,
                                  date=f"{slot.held_on:%d/%m/%Y}", state=state)  # fmt: skip

    def _of_sheets(self, course: Course, file: SessionFile, lines: TraceLines) -> list[Place]:
        slug = course.organisation.slug
        found = (item for sheet in file.sheets for item in lines.of_sheet(slot_iri(slug, sheet.slot.id)))
        return sorted(Place(item.position, item.statement_id) for item in found if _is_of_sheet(item))


def record_names(records: Records, session: TrainingSession) -> list[tuple[Kind, str]]:
    """Return the records that say what a session was: itself, its programme, half-days, funders and what they ask."""
    names: list[tuple[Kind, str]] = [(Kind.TRAINING_SESSION, session.id), (Kind.PROGRAMME, session.programme_id)]
    names += [(Kind.SLOT, slot.id) for slot in records.slots_of(session.id)]
    programme = records.programme_of(session.id)
    if programme is not None and programme.completion_rule_id is not None:
        names.append((Kind.COMPLETION_RULE, programme.completion_rule_id))
    for enrolment in records.enrolments_in(session.id):
        funder = None if enrolment.funding is None else records.funders.get(enrolment.funding.funder_id)
        if funder is not None:
            names.append((Kind.FUNDER, funder.id))
            names += [(Kind.FUNDER_PROFILE, funder.profile_id)] if funder.profile_id is not None else []
    return names


def _is_of_sheet(item: Sealed) -> bool:
    if item.body is None:
        return False
    try:
        return orjson.loads(item.body)["verb"]["id"] in _OF_SHEETS
    except (ValueError, LookupError, TypeError):
        return False
