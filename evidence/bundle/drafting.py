"""A document before it is numbered and sealed: what it includes, and what it prints from that alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec

from evidence.bundle.case import Case, case_of_included
from evidence.bundle.contents import fill
from evidence.bundle.contents.parties import print_provider, provider_of
from evidence.bundle.figures import figures_of
from evidence.bundle.inclusion import IncludedStatement, write_statement
from evidence.bundle.parts import (
    Bundle,
    DocumentPart,
    FigurePart,
    LedgerPart,
    PeriodPart,
    RecordPart,
    RulesPart,
    SubjectPart,
)
from evidence.bundle.records import read_records, write_record
from evidence.bundle.rules import read_rules, write_rules
from evidence.bundle.sources import span
from evidence.content import Content, Provider
from lrs.clock import Micros, to_text
from training.records.kinds import Kind, Record

# What a newer letterhead or another signatory changes: a document need not be replaced for it.
_HEAD: Final = ("signatory", "place")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, as the register has it."""

    kind: Kind
    record_id: str
    version: int
    recorded_at: Micros
    record: Record


@dataclass(frozen=True)
class Draft:
    """Everything of a bundle but who it is and how its statements are proved.

    `inputs` is the digest of all that it follows from, the same whenever it is asked; `substance` the same without who
    signs and how the provider's paper is headed.
    """

    case: Case
    content: Content
    provider: Provider
    statements: tuple[IncludedStatement, ...]
    records: tuple[RecordPart, ...]
    rules: tuple[RulesPart, ...]
    inputs: str
    substance: str

    @property
    def figures(self) -> tuple[FigurePart, ...]:
        """Every printed figure."""
        return figures_of(self.content, to_text(self.case.as_of))

    @property
    def record_names(self) -> tuple[str, ...]:
        """The records it follows from, as `kind:id`."""
        return tuple(f"{part.kind}:{part.id}" for part in self.records)

    def bundle(
        self, document: DocumentPart, paths: Mapping[UUID, tuple[bytes, ...]], ledger: LedgerPart | None
    ) -> Bundle:
        """Return the bundle; `paths` has the inclusion path of each statement in the ledger's head."""
        period = self.case.period
        return Bundle(
            document=document,
            subject=SubjectPart(
                session_id=self.case.session_id,
                enrolment_id=self.case.enrolment_id,
                period=None
                if period is None
                else PeriodPart(first_on=period.first.isoformat(), last_on=period.last.isoformat()),
            ),
            as_of=to_text(self.case.as_of),
            provider=self.provider,
            content=self.content,
            figures=self.figures,
            records=self.records,
            rules=self.rules,
            statements=tuple(write_statement(item, paths[item.statement_id]) for item in self.statements),
            ledger=ledger,
        )


def draft(case: Case, statements: Iterable[IncludedStatement], versions: Sequence[Version]) -> Draft | None:
    """Return what a case prints from these statements and records alone; None when that is not what all of it gives.

    `case` has every trace of the people concerned, `versions` are its sources. What is printed is filled in from what
    is included, and compared with what follows from all there is.
    """
    included = tuple(sorted(statements, key=lambda item: item.position))
    by_id = {item.statement_id: item for item in included}
    full = replace(case, included=by_id)
    names = {agent for traces in case.traces.values() for trace in traces
             if trace.statement_id in by_id for agent in trace.agents}  # fmt: skip
    records = tuple(
        write_record(item.record, item.kind, item.record_id, item.version, item.recorded_at,
                     identities=names, day=case.today)
        for item in sorted(versions, key=lambda item: (item.kind, item.record_id))
    )  # fmt: skip
    first, last = span(case)
    rules = write_rules(case.rules, first, max(last, case.today))
    alone = case_of_included(
        case.type, case.session_id, case.enrolment_id, case.period, case.as_of,
        read_records(records, case.as_of), read_rules(rules), included,
    )  # fmt: skip
    printed = fill(alone)
    if printed != fill(full):
        return None
    provider = provider_of(case)
    logo = None if provider.logo is None else provider.logo.sha256
    stamp = msgspec.UNSET if provider.stamp is None else provider.stamp.sha256
    head = print_provider(provider, logo=logo, stamp=stamp)
    found = Draft(alone, printed, head, included, records, rules, "", "")
    held = write_rules(case.rules, first, last)
    return replace(found, inputs=_digest(found, held, whole=True), substance=_digest(found, held, whole=False))


def _body(part: RecordPart) -> Any:  # noqa: ANN401 - JSON
    """Return a record as digests count it: the provider's stamp counts by its hash, as its logo does."""
    return {name: value for name, value in part.body.items() if (part.kind, name) != (Kind.PROVIDER, "stamp")}


def _digest(found: Draft, rules: Sequence[RulesPart], *, whole: bool) -> str:
    """Return the digest of all that a document follows from, but for when it was asked and how it is laid out.

    Records count by what of them is included, not by their version: a new telephone number changes no certificate.
    """
    printed: dict[str, Any] = msgspec.to_builtins(found.content)
    records = [
        {"kind": part.kind, "id": part.id, "body": _body(part)}
        for part in found.records
        if whole or part.kind != Kind.PROVIDER
    ]
    if not whole:
        printed = {name: value for name, value in printed.items() if name not in _HEAD}
    period = found.case.period
    inputs = {
        "type": found.case.type,
        "session": found.case.session_id,
        "enrolment": found.case.enrolment_id,
        "period": None if period is None else [period.first, period.last],
        "content": printed,
        "provider": found.provider if whole else None,
        "records": records,
        "rules": rules,
        "statements": [str(item.statement_id) for item in found.statements],
    }
    return sha256(msgspec.json.encode(inputs, order="sorted")).hexdigest()
