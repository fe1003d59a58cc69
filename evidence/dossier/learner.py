"""One enrolment's part of a dossier: documents, statements, half-days, figures, anomalies, records."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from analytics.derivation import PersonFacts
from analytics.store.facts import Facts
from evidence.completeness.enrolments import Completeness
from evidence.dossier.papers import write_documents
from evidence.dossier.session import SessionFile
from evidence.dossier.tables import anomalies_table, attendance_table, completeness_table, facts_table
from evidence.dossier.traces import TraceLines
from evidence.dossier.writing import Course, versions
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from lrs.services import Services
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId
from training.records.kinds import Kind
from training.store import RecordReader


class LearnerParts:
    """Reads and writes the parts of enrolments."""

    def __init__(self, services: Services, archive: Archive) -> None:
        self._facts = Facts(services.store, services.clock)
        self._reader = RecordReader(services.store, services.clock)
        self._documents = IssuedDocuments(services.store)
        self._archive = archive
        self._completeness = Completeness(services, archive)

    def write(
        self, course: Course, number: int, enrolment: Enrolment, file: SessionFile, lines: TraceLines
    ) -> Iterator[bytes]:
        """Yield the dossier with one enrolment's part added."""
        records = course.records
        person = records.people.get(records.survivor(enrolment.person_id))
        name = "" if person is None else person.name
        folder = course.folder("apprenants", f"{number:03d}", _sorted_name(person), enrolment.id)
        group = f"{name or enrolment.person_id}, {file.title or file.session.id}"
        about = f"enrolment:{enrolment.id}"
        course.subjects |= {about, f"person:{enrolment.person_id}"}
        documents = self._documents.of_enrolment(course.number, enrolment.id)
        own = [item for item in documents if item.enrolment_id == enrolment.id]
        extract = course.asked.extract
        if extract is not None:
            own = [item for item in documents if item.code in extract.codes]
        yield from write_documents(course, self._archive, own, folder, group)
        facts = self._facts.person(course.number, enrolment.person_id)
        if extract is not None:
            yield from self._write_tables(course, enrolment, file, facts, folder, group)
            return
        places = lines.of_enrolment(enrolment.registration, sorted(cited_by(facts, enrolment.id)))
        yield from course.put(f"{folder}/traces.ndjson", lines.lines(places, course.heads), "traces", group,
                              f"Traces ({len(places)}), avec leurs preuves", about=about)  # fmt: skip
        yield from self._write_tables(course, enrolment, file, facts, folder, group)
        names = [(Kind.ENROLMENT, enrolment.id), (Kind.PERSON, enrolment.person_id)]
        names.append((Kind.PERSON, records.survivor(enrolment.person_id)))
        yield from course.put(f"{folder}/fiches.ndjson", versions(self._reader, course.number, names), "records", group,
                              "Fiches de la personne et de l’inscription, toutes versions", about=about)  # fmt: skip

    def _write_tables(
        self, course: Course, enrolment: Enrolment, file: SessionFile, facts: PersonFacts, folder: str, group: str
    ) -> Iterator[bytes]:
        about, extract = f"enrolment:{enrolment.id}", course.asked.extract
        of_slot = {sheet.slot.id: sheet for sheet in file.sheets}
        slots = [
            (fact, of_slot[fact.slot_id], of_slot[fact.slot_id].line(enrolment.id))
            for fact in facts.slots
            if fact.enrolment_id == enrolment.id and fact.slot_id in of_slot
        ]
        if slots and (extract is None or extract.has_half_days):
            yield from course.put(f"{folder}/emargements.csv", [attendance_table(slots, file.session.zone)],
                                  "attendance", group, "Émargements, demi-journée par demi-journée",
                                  about=about)  # fmt: skip
        for figures in facts.enrolments:
            if figures.enrolment_id == enrolment.id:
                yield from course.put(f"{folder}/faits.csv", [facts_table(figures)], "facts", group,
                                      "Heures et taux", about=about)  # fmt: skip
        if extract is None:
            odd = [item for item in facts.anomalies if item.enrolment_id == enrolment.id]
            yield from course.put(f"{folder}/anomalies.csv", [anomalies_table(odd)], "anomalies", group,
                                  f"Points à regarder ({len(odd)})", about=about)  # fmt: skip
        items = self._completeness.of(course.number, course.records, enrolment, facts)
        yield from course.put(f"{folder}/completude.csv", [completeness_table(items)], "completeness", group,
                              "Pièces demandées par le financeur", about=about)  # fmt: skip


def cited_by(facts: PersonFacts, enrolment_id: EnrolmentId) -> set[UUID]:
    """Return every statement that a fact of an enrolment rests on."""
    found: set[UUID] = set()
    for day in facts.days:
        if day.enrolment_id == enrolment_id:
            found.update(day.statement_ids)
    for slot in facts.slots:
        if slot.enrolment_id == enrolment_id:
            found.update(slot.statement_ids)
    for standing in facts.standings:
        if standing.enrolment_id == enrolment_id:
            found.update(standing.proof_ids)
            found.update(change.statement_id for change in standing.history)
    for anomaly in facts.anomalies:
        if anomaly.enrolment_id == enrolment_id:
            found.update(anomaly.statement_ids)
    return found


def _sorted_name(person: object) -> str:
    return f"{getattr(person, 'last_name', '')} {getattr(person, 'first_name', '')}".strip()
