"""Making a dossier: everything is looked up and put on record first, then the zip is written as it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

import orjson

from analytics.store.facts import Facts
from evidence.dossier.asked import Asked, Scope, Selection, select
from evidence.dossier.container import Container
from evidence.dossier.index import Cover, write_csv, write_html
from evidence.dossier.learner import LearnerParts
from evidence.dossier.names import slug
from evidence.dossier.session import SessionParts
from evidence.dossier.traces import TraceLines, ledger_json
from evidence.dossier.writing import Course, json_file
from evidence.store.archive import Archive
from evidence.store.trail import Trail, TrailHead, TrailQuery
from evidence.trail.entry import Act, Deed, TrailEntry
from lrs.clock import to_datetime, to_text
from lrs.ledger.notes import Signer
from lrs.ledger_keys import LedgerKeys
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.ledgers import Ledgers
from lrs.tenancy import OrganisationId
from training.attendance.statement_ids import slot_iri
from training.law import load_law
from training.records import Records
from training.store import RecordReader

FORMAT: Final = "assidu-dossier/1"
_TITLES: Final = {
    Scope.ENROLMENT: "Dossier d’une inscription",
    Scope.LEARNER: "Dossier d’un apprenant",
    Scope.SESSION: "Dossier d’une session",
    Scope.SAMPLE: "Dossier d’un échantillon",
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier that is ready to be sent: what to call the file, and its bytes, which can be taken once."""

    filename: str
    parts: Iterator[bytes]


class Dossiers:
    """Makes dossiers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._trail = Trail(services.store, services.clock)
        self._archive = Archive(services.store, services.clock, self._trail)
        self._reader = RecordReader(services.store, services.clock)
        self._keys = LedgerKeys(services.store, services.clock, services.secret_key)
        self._ledgers = Ledgers(services.store)
        self._sessions = SessionParts(services, self._archive, load_law())
        self._learners = LearnerParts(services, self._archive)

    def open(self, organisation: OrganisationId, asked: Asked, who: str) -> Dossier:
        """Look everything up, put the reading on record, and return the dossier.

        Raises InvalidRequest for a question that is none, NotFound for what is not on record, KeyUnreadable when the
        manifest cannot be signed: then nothing is sent. `who` is as `evidence.trail.Deed` has it.
        """
        asked.check()
        records = self._reader.records(organisation)
        selection = select(asked, records)
        now = self._services.clock.now_micros()
        lines = TraceLines(self._services.store, organisation)
        named = Organisations(self._services.store, self._services.clock).get(organisation)
        sessions = {item.session_id for item in selection.enrolments}
        iris = [slot_iri(named.slug, slot.id) for session in sorted(sessions) for slot in records.slots_of(session)]
        heads = lines.heads([item.registration for item in selection.enrolments], iris)
        signer = self._signer(organisation)
        course = Course(
            organisation=named, asked=asked, who=who, made_at=now, records=records, heads=heads,
            as_of=Facts(self._services.store, self._services.clock).progress(organisation).as_of or now,
            container=Container(),
        )  # fmt: skip
        end = self._record(course, selection)
        name = slug(named.slug, asked.scope.value.replace("_", "-"), asked.about_id or asked.seed)
        filename = f"dossier-{name}-{to_datetime(now):%Y%m%d-%H%M%S}.zip"
        return Dossier(filename, self._parts(course, selection, lines, signer, end))

    def _signer(self, organisation: OrganisationId) -> Signer | None:
        ledger = self._ledgers.find(organisation)
        return None if ledger is None or not ledger.head else self._keys.signer(ledger)[0]

    def _record(self, course: Course, selection: Selection) -> TrailHead:
        """Put on record who reads what and why, before anything is read out; return the end of the trail then."""
        count = {"enrolments": str(len(selection.enrolments))}
        deeds = [Deed(course.who, Act.EXPORTED, course.asked.name, course.asked.purpose, count)]
        deeds += [
            Deed(course.who, Act.READ, f"enrolment:{item.id}", course.asked.purpose) for item in selection.enrolments
        ]
        self._trail.record(course.number, *deeds)
        return self._trail.head(course.number)

    def _parts(
        self, course: Course, selection: Selection, lines: TraceLines, signer: Signer | None, end: TrailHead
    ) -> Iterator[bytes]:
        """Yield the zip: sessions with their trainees, what they rest on, indexes, and the manifest last."""
        numbers = iter(range(1, len(selection.enrolments) + 1))
        for session_id, enrolments in groupby(selection.enrolments, key=lambda item: item.session_id):
            if session_id not in course.records.sessions:
                continue
            file = self._sessions.read(course, session_id)
            if course.asked.extract is None:
                yield from self._sessions.write(course, file, lines)
            for enrolment in enrolments:
                yield from self._learners.write(course, next(numbers), enrolment, file, lines)
        yield from self._write_rules(course, selection)
        yield from self._write_ledger(course, lines)
        if course.asked.extract is None:
            yield from self._write_trail(course, end)
        yield from self._write_indexes(course, selection)
        manifest = orjson.dumps(self._manifest(course, selection, signer, end), option=orjson.OPT_INDENT_2)
        yield from course.container.add("manifest.json", [manifest], "manifest")
        digest = sha256(manifest).hexdigest()
        if signer is not None:
            note = signer.sign(f"{FORMAT}\n{digest}\n")
            yield from course.container.add("manifest.note", [note], "manifest")
        done = {"manifest": digest, "files": str(len(course.container.entries))}
        self._trail.record(course.number, Deed(course.who, Act.EXPORTED, course.asked.name, course.asked.purpose, done))
        yield course.container.end()

    def _write_rules(self, course: Course, selection: Selection) -> Iterator[bytes]:
        provisions = _provisions(course.records, selection, to_datetime(course.made_at).date())
        yield from course.put("regles/regles.json", json_file({"provisions": provisions}), "rules",
                              "Règles et registre", "Valeurs des règles, avec leurs sources")  # fmt: skip

    def _write_ledger(self, course: Course, lines: TraceLines) -> Iterator[bytes]:
        said = ledger_json(course.heads, lines.consistency(course.heads))
        head = course.heads.proved
        if said is None or head is None:
            return
        group = "Règles et registre"
        yield from course.put("registre/registre.json", json_file(said), "ledger", group, "État du registre et sa clé")
        yield from course.put("registre/point-de-controle.txt", [head.note], "ledger", group,
                              "Le même, pour d’autres outils")  # fmt: skip
        if head.stamp is not None:
            yield from course.put("registre/horodatage.tst", [head.stamp.token], "ledger", group, "Son horodatage")

    def _write_trail(self, course: Course, end: TrailHead) -> Iterator[bytes]:
        """Write what the trail says of everything in here, up to where it ended when the dossier was begun."""
        found: dict[int, TrailEntry] = {}
        for subject in sorted({*course.subjects, course.asked.name}):
            entries = self._trail.entries(course.number, TrailQuery(what=subject))
            found.update((entry.number, entry) for entry in entries if entry.number <= end.count)
        lines = (_entry_line(found[number]) for number in sorted(found))
        yield from course.put("journal/journal.ndjson", lines, "trail", "Règles et registre",
                              f"Journal d’audit de ce que contient ce dossier ({len(found)} entrées)")  # fmt: skip

    def _write_indexes(self, course: Course, selection: Selection) -> Iterator[bytes]:
        rows = list(course.rows)
        yield from course.container.add("index.csv", [write_csv(rows)], "index")
        yield from course.container.add("index.html", [write_html(_cover(course, selection), rows)], "index")

    def _manifest(self, course: Course, selection: Selection, signer: Signer | None, end: TrailHead) -> dict[str, Any]:
        head, asked = course.heads.proved, course.asked
        ledger = None
        if head is not None and signer is not None:
            ledger = {"origin": signer.name, "size": head.size, "verifier_key": str(signer.key())}
        return {
            "format": FORMAT,
            "organisation": {"slug": course.organisation.slug, "name": course.organisation.name},
            "asked": {
                "scope": asked.scope.value,
                "id": asked.about_id,
                "seed": asked.seed or None,
                "size": asked.size or None,
                "from": None if asked.first_on is None else asked.first_on.isoformat(),
                "to": None if asked.last_on is None else asked.last_on.isoformat(),
                "population": selection.population,
                "enrolments": [item.id for item in selection.enrolments],
            },
            "made_at": to_text(course.made_at),
            "made_by": course.who,
            "purpose": asked.purpose,
            "as_of": to_text(course.as_of),
            "ledger": ledger,
            "trail": {"count": end.count, "digest": end.digest.hex()},
            "files": [
                {"path": entry.path, "sha256": entry.sha256, "size": entry.size, "kind": entry.kind,
                 "about": entry.about}
                for entry in sorted(course.container.entries, key=lambda entry: entry.path)
            ],
        }  # fmt: skip


def _cover(course: Course, selection: Selection) -> Cover:
    asked = course.asked
    facts = [
        ("Établi le", f"{to_datetime(course.made_at):%d/%m/%Y à %H:%M:%S} UTC"),
        ("Demandé par", course.who),
        ("Motif", asked.purpose),
        ("Inscriptions", str(len(selection.enrolments))),
    ]
    if asked.scope is Scope.SAMPLE:
        facts += [("Graine du tirage", asked.seed), ("Tirées parmi", f"{selection.population} inscriptions")]
    if asked.extract is not None:
        facts.append(("Étendue", "pièces et heures de l’inscription, telles que son financeur les lit"))
    head = course.heads.proved
    if head is not None:
        stamp = "sans horodatage" if head.stamp is None else f"horodaté par {head.stamp.authority}"
        if head.stamp is not None and not head.stamp.is_qualified:
            stamp += " (non qualifié)"
        facts.append(("Registre", f"{head.size} traces, {stamp}"))
    return Cover(course.organisation.name, _TITLES[asked.scope], facts)


def _provisions(records: Records, selection: Selection, today: date) -> list[dict[str, Any]]:
    """Return every value that a rule took in the period of the dossier, each once, with its source."""
    law, overrides = load_law(), tuple(records.law_overrides.values())
    sessions = [
        records.sessions[item.session_id] for item in selection.enrolments if item.session_id in records.sessions
    ]
    first = min((session.starts_on for session in sessions), default=today)
    last = max([today, *(session.ends_on for session in sessions)])
    found = []
    for name in law.names:
        turns = law.turning_days([name], overrides)
        days = [day for day in turns if first < day <= last]
        seen = [law.provision(name, day, overrides) for day in (first, *days) if not turns or day >= turns[0]]
        found += [asdict(item) for item in _distinct(seen)]
    return found


def _distinct(items: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if not found or found[-1] != item:
            found.append(item)
    return found


def _entry_line(entry: TrailEntry) -> bytes:
    deed = entry.deed
    return (
        orjson.dumps(
            {
                "organisation": entry.organisation, "number": entry.number, "at": entry.at, "who": deed.who,
                "act": deed.act.value, "what": deed.what, "why": deed.why, "details": dict(deed.details),
                "previous": entry.previous.hex(), "digest": entry.digest.hex(),
            }
        )
        + b"\n"
    )  # fmt: skip
