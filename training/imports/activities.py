"""A file of programmes: one line an activity, with the module and the programme it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from training.imports.cells import MODALITIES, Cells
from training.imports.plan import Context, Plan, given
from training.imports.table import Column, Row
from training.records.ids import ActivityId, ModuleId, ProgrammeId
from training.records.modality import Modality
from training.records.programme import Module, MoveOn, Programme, TrainingActivity

COLUMNS: Final = (
    Column("programme_id", ("programme", "code programme", "formation"), required=True),
    Column("programme_title", ("intitulé", "intitulé programme")),
    Column("module_id", ("module", "code module"), required=True),
    Column("module_title", ("intitulé module",)),
    Column("modality", ("modalité",)),
    Column("module_mandatory", ("module obligatoire",)),
    Column("activity_id", ("activité", "code activité")),
    Column("iri", ("url", "iri activité", "identifiant xapi")),
    Column("title", ("titre", "intitulé activité")),
    Column("estimated_minutes", ("durée estimée", "temps estimé", "minutes")),
    Column("mandatory", ("obligatoire",)),
    Column("move_on", ("condition", "moveon")),
    Column("mastery_score", ("seuil", "score de réussite")),
)


def plan_activities(rows: Sequence[Row], context: Context) -> Plan:
    """Ask for each programme once, with what its lines add or change.

    A line without activity says something of a module only. Modules and activities that the file does not name stay.
    """
    plan = Plan()
    programmes: dict[str, Programme] = {}
    lines: dict[str, int] = {}
    for row in rows:
        cells = Cells(row)
        programme_id, module_id = cells.id("programme_id", required=True), cells.id("module_id", required=True)
        module, activity = _module(cells), _activity(cells)
        if not plan.take(cells) or programme_id is None or module_id is None:
            continue
        known = context.records.programmes.get(ProgrammeId(programme_id))
        programme = programmes.get(programme_id) or known or Programme(ProgrammeId(programme_id))
        programme = replace(programme, **given(title=row["programme_title"]))
        programmes[programme_id] = _with(programme, ModuleId(module_id), module, activity)
        lines.setdefault(programme_id, row.line)
    for programme_id, programme in programmes.items():
        plan.add(programme, lines[programme_id])
    return plan


def _module(cells: Cells) -> dict[str, Any]:
    modality, mandatory = cells.word("modality", Modality, MODALITIES), cells.flag("module_mandatory")
    return dict(given(title=cells.text("module_title"), modality=modality, mandatory=mandatory))


def _activity(cells: Cells) -> dict[str, Any]:
    activity = given(
        id=cells.id("activity_id"),
        iri=cells.text("iri"),
        title=cells.text("title"),
        estimated_seconds=cells.seconds("estimated_minutes", unit_seconds=60),
        mandatory=cells.flag("mandatory"),
        move_on=cells.word("move_on", MoveOn, {}),
        mastery_score=cells.share("mastery_score"),
    )
    if activity and "id" not in activity and not cells.text("activity_id"):
        cells.refuse("activity_id", "This cell is empty.", "an id for the activity that the line describes")
    return dict(activity)


def _with(programme: Programme, module_id: ModuleId, module: dict[str, Any], activity: dict[str, Any]) -> Programme:
    changed = replace(programme.find_module(module_id) or Module(module_id), **module)
    if activity:
        activity_id = ActivityId(activity["id"])
        found = next((item for item in changed.activities if item.id == activity_id), None)
        new = replace(found or TrainingActivity(activity_id), **activity)
        others = tuple(new if item is found else item for item in changed.activities)
        changed = replace(changed, activities=others if found else (*others, new))
    modules = tuple(changed if item.id == module_id else item for item in programme.modules)
    has_it = any(item.id == module_id for item in programme.modules)
    return replace(programme, modules=modules if has_it else (*modules, changed))
