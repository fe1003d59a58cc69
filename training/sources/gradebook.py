"""A gradebook as Moodle exports it (CSV, XLSX): a line for each person, a column for each activity's mark.

A mark has no date in it: it is that of the run, or of the export. The same mark of the same activity is recorded once,
whenever it is exported again. Nothing here performs I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from training.meetings.formats import folded
from training.sources.activities import Activities
from training.sources.cells import Cells
from training.sources.people import EMAIL, FIRST, LAST, NAME, RECORD, Named, People, read_named
from training.sources.plan import Context, Plan
from training.sources.sheet import Column, Row, Sheet, parse_sheet
from training.sources.source import Graded
from training.sources.taking_part import takes_part
from training.sources.workbook import Formula
from training.sources.writing import Happening, Writer, activity

COLUMNS: Final = (
    NAME, FIRST, LAST, EMAIL, RECORD,
    Column("account", ("username", "nom d'utilisateur", "identifiant", "login", "compte")),
    Column("institution"),
    Column("department", ("département",)),
    Column("exported", ("last downloaded from this course", "dernier téléchargement depuis ce cours")),
)  # fmt: skip
# « (Real) », « (Percentage) » behind a column's name say in which way its marks are written.
_WAY: Final = re.compile(r"(.+?)\s*\(([^()]*)\)\Z")
_REAL: Final = frozenset(("real", "reel", "reelle", "brut", "brute", "note", "points"))
_PERCENT: Final = frozenset(("percentage", "pourcentage"))
_LETTER: Final = frozenset(("letter", "lettre"))
_TOTALS: Final = (
    "course total",
    "total du cours",
    "category total",
    "total de la categorie",
    "total de ",
    "feedback",
    "commentaire",
)
_NOTHING: Final = frozenset(("", "-"))
_LAST_YEAR: Final = 2199


@dataclass(frozen=True, slots=True)
class Marked:
    """One column of marks."""

    at: int
    header: str
    name: str
    target: Graded
    is_percent: bool


def plan_grades(data: bytes, context: Context) -> Plan:
    """Read a gradebook; each mark of somebody who takes part becomes a statement: passed, failed, or scored."""
    sheet = parse_sheet(data, COLUMNS, dict(context.source.columns))
    plan = Plan(sheet.encoding, len(sheet.rows), problems=list(sheet.problems))
    columns = list(_columns(sheet, context, plan))
    people = People(context.records, context.source, context.session_id, context.asked.decisions)
    rows: list[tuple[Row, Named]] = []
    for row in sheet.rows:
        cells = Cells(row)
        named = read_named(cells)
        plan.problems.extend(cells.problems)
        if named:
            people.add(named, row.line)
            rows.append((row, named))
    people.settle()
    plan.problems.extend(people.problems)
    plan.undecided.extend(people.undecided)
    plan.learnt.extend((person, named.account) for named, person in people.decided() if named.account)
    writer = Writer(context)
    for row, named in rows:
        person = people.person_of(named)
        if person is None or not takes_part(person, context):
            plan.skipped += 1
            continue
        for happening in _marks(row, named, people, columns, context, plan):
            plan.acts.append(writer.act(happening))
    return plan


def _columns(sheet: Sheet, context: Context, plan: Plan) -> Iterator[Marked]:
    """Yield one column of each activity that is known: points out of a known highest mark first, then percentages."""
    every = list(_known_columns(sheet, context, plan))
    for iri in dict.fromkeys(column.target.iri for column in every):
        own = [column for column in every if column.target.iri == iri]
        points = [column for column in own if not column.is_percent and column.target.highest is not None]
        percents = [column for column in own if column.is_percent]
        yield (points or percents or own)[0]


def _known_columns(sheet: Sheet, context: Context, plan: Plan) -> Iterator[Marked]:
    """Yield the columns whose activity is known; those of no activity are noted, and none at all is a problem."""
    known, found = Activities(context), 0
    for at, header in sheet.rest.items():
        way = _WAY.match(header)
        said = folded(way[2]) if way is not None else ""
        is_way = said in _REAL | _PERCENT | _LETTER
        name = way[1] if way is not None and is_way else header
        target = known.find(header) or known.find(name)
        if target is None:
            if not folded(name).startswith(_TOTALS):
                plan.note(sheet.header_line, header, "", "No activity is called like this; its marks are left out.")
        elif said in _LETTER:
            plan.note(sheet.header_line, header, "", "Letters are no marks; export points or percentages.")
        else:
            found += 1
            yield Marked(at, header, name, target, said in _PERCENT)
    if not found:
        message = "No column is the mark of an activity that is known."
        plan.refuse(sheet.header_line, "", ", ".join(sheet.rest.values()), message, known.known or "`activities`")


def _marks(
    row: Row, named: Named, people: People, columns: list[Marked], context: Context, plan: Plan
) -> Iterator[Happening]:
    person = people.person_of(named)
    marks = [(column, text) for column in columns if (text := row.rest.get(column.at, "")) not in _NOTHING]
    at = _graded_at(row, context, plan) if marks else None
    if at is None or person is None:
        return
    for column, text in marks:
        result = _result(row, column, text, plan)
        if result is None:
            continue
        verb = "scored" if "success" not in result else "passed" if result["success"] else "failed"
        what = f"{verb} {column.target.iri} {text}"
        yield Happening(
            (row.line,), person, named.key, people.matched_by(named), verb,
            activity(column.target.iri, column.name.partition(":")[2].strip() or column.name), at,
            (f"{result['score']['scaled']:.6f}",), what, result=result, evidence={"column": column.header[:200]},
        )  # fmt: skip


def _graded_at(row: Row, context: Context, plan: Plan) -> datetime | None:
    """Return when marks were given, as far as anybody knows: the day that is said, else that of the export."""
    day = context.asked.graded_on
    if day is not None:
        at = datetime.combine(day, time(12), context.zone)
    elif row["exported"].isdecimal() and datetime.fromtimestamp(min(int(row["exported"]), 7e9), UTC).year < _LAST_YEAR:
        at = datetime.fromtimestamp(int(row["exported"]), UTC)
    else:
        message = "A mark has a day, and none is said."
        plan.refuse(row.line, "graded_on", row["exported"], message, "graded_on=2026-01-30, or the day of the export")
        return None
    if at > context.latest:
        plan.refuse(row.line, "graded_on", at.date().isoformat(), "This day has not come yet.", "up to today")
        return None
    return at


def _result(row: Row, column: Marked, text: str, plan: Plan) -> dict[str, Any] | None:
    """Return the result that a mark is; None, and a problem, where it is none."""
    if isinstance(text, Formula):
        plan.refuse(row.line, column.header, text, "This cell holds a formula, which is not worked out.", "its value")
        return None
    is_percent = column.is_percent or text.rstrip().endswith("%")
    cells = Cells(row)
    value = cells.number(column.header, text.rstrip().removesuffix("%"))
    plan.problems.extend(cells.problems)
    highest = 100.0 if is_percent else column.target.highest
    if value is None:
        return None
    if highest is None:
        accepted = f"percentages, or activities/{column.header}/highest of the source"
        plan.refuse(row.line, column.header, text, "The highest mark is not known.", accepted)
        return None
    if not 0 <= value <= highest:
        plan.refuse(row.line, column.header, text, "This mark is beyond the highest.", f"0 to {highest:g}")
        return None
    scaled = round(value / highest, 6)
    score: dict[str, Any] = {"scaled": scaled}
    if not is_percent:
        score |= {"raw": value, "min": 0, "max": highest}
    if column.target.passing is None:
        return {"score": score}
    return {"score": score, "success": scaled >= column.target.passing}
