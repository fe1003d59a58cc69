"""A small school in memory: records, and a history of statements as the log holds them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from analytics.facts import Roster
from analytics.rules import rule_book
from analytics.traces import extract_trace
from evidence.bundle import Bundle, DocumentPart
from evidence.bundle.case import Case, own_live
from evidence.bundle.deciding import Reach, deciding
from evidence.bundle.drafting import Draft, Version, draft
from evidence.bundle.inclusion import IncludedStatement, include
from evidence.bundle.sources import sources
from evidence.content import DocumentType, Period
from lrs.clock import Micros, to_text
from lrs.tenancy import OrganisationId
from tests.training.examples import enrolment, organisation_records, slot
from training.records import Contract, Exit, ExitReason, FundingFile, Modality, Records, Slot
from training.records.kinds import KINDS, Kind, Record

ADL = "http://adlnet.gov/expapi/verbs/"
EXT = "https://assidu.example/xapi/ext/"
ABSENT = "https://assidu.example/xapi/verbs/was-absent"
LMS = "https://lms.exemple.fr"
AFTER = datetime(2026, 2, 15, 9, tzinfo=UTC)
HOURS = {Modality.ASYNC: 7200, Modality.IN_PERSON: 25_200, Modality.SYNC_REMOTE: 12_600}
REGISTRATION = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
_FIELDS = {
    Kind.PERSON: "people", Kind.PROGRAMME: "programmes", Kind.TRAINING_SESSION: "sessions", Kind.SLOT: "slots",
    Kind.ENROLMENT: "enrolments", Kind.FUNDER: "funders", Kind.FUNDER_PROFILE: "funder_profiles",
    Kind.COMPLETION_RULE: "completion_rules", Kind.MAPPING_RULE: "mapping_rules", Kind.LAW_OVERRIDE: "law_overrides",
    Kind.PROVIDER: "providers",
}  # fmt: skip


def remote(name: str, day: int) -> Slot:
    return replace(slot(name, day), mode=Modality.SYNC_REMOTE, module_id=None)


def furniture() -> tuple[Record, ...]:
    """Two mornings, a class at a distance, two activities; Léa is enrolled, and so is Yann, who left."""
    contract = (Contract(date(2026, 1, 1), HOURS, "CONV-1"),)
    lea = enrolment(contracts=contract, funding=FundingFile("opco", "plan", "D-1"))
    return (*organisation_records()[:-2], remote("classe", 8), replace(lea, registration=UUID(REGISTRATION)),
            organisation_records()[-1])  # fmt: skip


@dataclass
class School:
    """Records and what was stored, in order; `case` and `bundle` are of it as of an instant."""

    records: dict[tuple[Kind, str], Record] = field(default_factory=dict)
    statements: list[IncludedStatement] = field(default_factory=list)
    as_of: datetime = AFTER

    @classmethod
    def furnished(cls) -> School:
        school = cls()
        school.write(*furniture())
        return school

    def write(self, *records: Record) -> None:
        for record in records:
            self.records[KINDS[type(record)], record.id] = record

    def has_left(self, on: date, reason: ExitReason = ExitReason.ABANDON) -> None:
        found: Any = self.records[Kind.ENROLMENT, "e1"]
        self.write(replace(found, exit=Exit(on, reason)))

    def send(self, **members: Any) -> UUID:
        """Store a statement of Léa's, a minute after the one before."""
        at = len(self.statements)
        statement_id = UUID(int=(4 << 76) | (8 << 60) | at)
        value = {
            "id": str(statement_id),
            "actor": {"mbox": "mailto:lea@exemple.fr"},
            "timestamp": "2026-01-06T09:00:00Z",
            "context": {"registration": REGISTRATION},
            "stored": (datetime(2026, 1, 31, tzinfo=UTC) + timedelta(minutes=at)).isoformat(),
            **members,
        }
        self.statements.append(include(at, sha256(str(at).encode()).digest()[:16], json.dumps(value).encode()))
        return statement_id

    def marks(self, slot_id: str = "matin", *, hours: float = 3.5, minute: int = 0, **extensions: Any) -> UUID:
        """Store a signed mark; nought hours are an absence."""
        named = {"attendance-status": "PRESENT" if hours else "ABSENT_UNJUSTIFIED", "recorded-by": "account a",
                 "half-day": "2026-01-06/AM", **extensions}  # fmt: skip
        if hours:
            evidence = {"method": "displayed-code", "signed-at": "2026-01-06T08:05:00Z", "device-class": "phone",
                        "network": "", "device": "", "sha256": "0" * 64}  # fmt: skip
            named["evidence"] = [evidence]
        return self.send(
            verb={"id": ADL + "attended" if hours else ABSENT},
            object={"id": f"https://assidu.example/xapi/organisations/o/slots/{slot_id}"},
            result={"completion": True, "duration": f"PT{round(hours * 3600)}S"} if hours else {"duration": "PT0S"},
            timestamp=_moment(minute),
            context={"registration": REGISTRATION, "extensions": {EXT + key: item for key, item in named.items()}},
        )

    def does(self, verb: str, what: str = "quiz", *, minute: int = 0, **result: Any) -> UUID:
        named: dict[str, Any] = {"verb": {"id": ADL + verb}, "object": {"id": f"{LMS}/{what}"}}
        return self.send(**named, timestamp=_moment(minute), **({"result": result} if result else {}))

    def voids(self, target: UUID) -> UUID:
        return self.send(verb={"id": ADL + "voided"}, object={"objectType": "StatementRef", "id": str(target)})

    def is_there(self) -> None:
        """Sign both mornings, be in the class from beginning to end, and do both activities."""
        self.marks("matin")
        self.marks("lendemain", minute=1440)
        self.joins("classe")
        self.does("completed", "cours", minute=60)
        self.does("passed", "quiz", minute=90, success=True, score={"scaled": 0.8})

    def joins(self, slot_id: str, first: int = 0, last: int = 210) -> None:
        """Join a class of Thursday 8 January and leave it, in minutes after 9:00 in Paris."""
        for verb, minute in (("join", first), ("leave", last)):
            self.send(
                verb={"id": f"http://activitystrea.ms/{verb}"},
                object={"id": f"https://assidu.example/xapi/organisations/o/slots/{slot_id}"},
                timestamp=_moment(2 * 1440 - 60 + minute),
            )

    def case(
        self, kind: DocumentType = DocumentType.CERTREAL, *, period: Period | None = None,
        statements: Sequence[IncludedStatement] | None = None,
    ) -> Case:  # fmt: skip
        """Return the case of Léa's enrolment, or of the session; `statements` stand for those that are stored."""
        records, instant = self.snapshot(), _micros(self.as_of)
        traces = [extract_trace(item) for item in (self.statements if statements is None else statements)]
        return Case(
            type=kind,
            session_id="janvier",
            enrolment_id=None if kind is DocumentType.EMARG else "e1",
            period=period,
            as_of=instant,
            roster=Roster(records),
            rules=rule_book(records.law_overrides.values()),
            traces={name: own_live(name, traces, records, instant) for name in records.people},
            included={item.statement_id: item for item in (self.statements if statements is None else statements)},
        )

    def snapshot(self) -> Records:
        found: dict[str, dict[str, Record]] = {name: {} for name in _FIELDS.values()}
        for (kind, record_id), record in self.records.items():
            found[_FIELDS[kind]][record_id] = record
        given: Mapping[str, Any] = found
        return Records(OrganisationId(1), **given)

    def draft(self, kind: DocumentType = DocumentType.CERTREAL, *, period: Period | None = None,
              reach: Reach = Reach.DECIDING) -> Draft | None:  # fmt: skip
        case = self.case(kind, period=period)
        wanted = deciding(case, reach)
        versions = [Version(*name, 1, Micros(1), self.records[name]) for name in sources(case)]
        return draft(case, [item for item in self.statements if item.statement_id in wanted], versions)

    def bundle(self, kind: DocumentType = DocumentType.CERTREAL, *, period: Period | None = None,
               reach: Reach = Reach.DECIDING) -> Bundle:  # fmt: skip
        found = self.draft(kind, period=period, reach=reach)
        assert found is not None
        return bundle_of(found)


def bundle_of(found: Draft) -> Bundle:
    part = DocumentPart(type=found.case.type, code="ABCDE", number=f"{found.case.type}-2026-000001", version=1,
                        issued_at=to_text(found.case.as_of))  # fmt: skip
    return found.bundle(part, {item.statement_id: () for item in found.statements}, None)


def ids(bundle: Bundle) -> set[UUID]:
    return {UUID(part.id) for part in bundle.statements}


def changed(statements: Iterable[IncludedStatement], target: UUID, **members: Any) -> list[IncludedStatement]:
    """Return statements of which one says something else."""
    found = []
    for item in statements:
        if item.statement_id == target:
            value = {**json.loads(item.body), **members}
            found.append(include(item.position, item.salt, json.dumps(value).encode()))
        else:
            found.append(item)
    return found


def _moment(minute: int) -> str:
    return (datetime(2026, 1, 6, 9, tzinfo=UTC) + timedelta(minutes=minute)).isoformat()


def _micros(moment: datetime) -> Micros:
    return Micros(round(moment.timestamp() * 1_000_000))
