"""What a file asks for: records to write, each with the line it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lrs.clock import IdSource
from training.imports.cells import Cells
from training.imports.report import LineProblem
from training.law import Law
from training.records.kinds import KINDS, Record
from training.records.snapshot import Records
from training.store import Change


@dataclass(frozen=True, slots=True)
class Context:
    """What an import may look at: the records as they are, new ids, the law."""

    records: Records
    ids: IdSource
    law: Law


@dataclass(slots=True)
class Plan:
    """The records that a file asks for. A line with a problem asks for nothing."""

    changes: list[Change] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)

    def add(self, record: Record, line: int) -> None:
        """Ask for a record."""
        self.changes.append(Change(KINDS[type(record)], record.id, record))
        self.lines.append(line)

    def take(self, cells: Cells) -> bool:
        """Gather a row's problems; say whether it had none."""
        self.problems.extend(cells.problems)
        return not cells.problems


def given(**values: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a record's members
    """Return what a line says, leaving out what it is silent about."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def find_person(cells: Cells, context: Context, id_column: str, email_column: str) -> str | None:
    """Return the person that a line names, by id or by e-mail address; a problem when there is none."""
    named, email = cells.id(id_column), cells.text(email_column)
    if named is not None:
        if named in context.records.people:
            return named
        cells.refuse(id_column, "There is no such person.", "the id of a person")
        return None
    if email:
        found = context.records.person_of(f"mbox mailto:{email}")
        if found is None:
            cells.refuse(email_column, "Nobody has this address.", "the address of a person")
        return found
    return None
