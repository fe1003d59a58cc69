"""One file from bytes to records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lrs.clock import Clock, IdSource
from lrs.errors import InvalidRequest, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.imports import activities, enrolments, people, sessions
from training.imports.plan import Context, Plan
from training.imports.report import ImportReport, LineProblem
from training.imports.table import Column, Row, Table, parse_table
from training.law import load_law
from training.store import Outcome, RecordReader, Register


@dataclass(frozen=True, slots=True)
class _FileKind:
    columns: tuple[Column, ...]
    plan: Callable[[Sequence[Row], Context], Plan]


KINDS_OF_FILE: Final[Mapping[str, _FileKind]] = {
    "people": _FileKind(people.COLUMNS, people.plan_people),
    "sessions": _FileKind(sessions.COLUMNS, sessions.plan_sessions),
    "enrolments": _FileKind(enrolments.COLUMNS, enrolments.plan_enrolments),
    "activities": _FileKind(activities.COLUMNS, activities.plan_activities),
}


def run_import(
    store: Store,
    clock: Clock,
    ids: IdSource,
    organisation: OrganisationId,
    kind: str,
    data: bytes,
    by: str,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Import a CSV file of one of KINDS_OF_FILE, all of it or nothing.

    With `dry_run` nothing is written and the report lists every problem. Without, any problem raises InvalidRequest
    with all of them. Raises InvalidRequest or TooLarge too for a file that cannot be taken apart.
    """
    file = KINDS_OF_FILE[kind]
    table = parse_table(data, file.columns)
    reader, register = RecordReader(store, clock), Register(store, clock)
    plan = file.plan(table.rows, Context(reader.records(organisation), ids, load_law()))
    broken = bool(table.problems or plan.problems)
    outcome = register.try_write(organisation, plan.changes, by, dry_run=dry_run or broken)
    problems = _problems(table, plan, outcome)
    if problems and not dry_run:
        message = f"{len({item.line for item in problems})} lines are wrong; nothing was written."
        raise InvalidRequest(message, [_refusal(problem) for problem in problems])
    return ImportReport(
        dry_run,
        table.encoding,
        table.delimiter,
        table.ignored_columns,
        len(table.rows) + len(table.problems),
        outcome.created,
        outcome.written - outcome.created,
        len(plan.changes) - outcome.written,
        problems,
    )


def _problems(table: Table, plan: Plan, outcome: Outcome) -> tuple[LineProblem, ...]:
    """Return what is wrong in the order of lines: with the file, with its cells, with the records they make."""
    found = [*table.problems, *plan.problems]
    for at, problem in outcome.problems:
        change = plan.changes[at]
        where = f"{change.kind.value} {change.record_id}{problem.pointer}"
        found.append(LineProblem(plan.lines[at], "", where, problem.message, problem.accepted))
    return tuple(sorted(dict.fromkeys(found), key=lambda item: item.line))


def _refusal(problem: LineProblem) -> Problem:
    where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
    message = f"{problem.message} ({problem.value})" if problem.value else problem.message
    return Problem(where, message, problem.accepted)
