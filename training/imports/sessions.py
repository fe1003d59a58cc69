"""A file of training sessions with their half-days: one line a slot.

A line without date stands for a session that has no slots.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from training.imports.cells import HALF_DAYS, MODALITIES, Cells
from training.imports.plan import Context, Plan, find_person, given
from training.imports.table import Column, Row
from training.records.ids import ProgrammeId, SessionId, SlotId
from training.records.modality import Modality
from training.records.session import TrainingSession
from training.records.slot import HalfDay, Slot

COLUMNS: Final = (
    Column("session_id", ("session", "code session", "identifiant session"), required=True),
    Column("session_title", ("intitulé", "intitulé session", "titre")),
    Column("programme_id", ("programme", "code programme", "formation"), required=True),
    Column("starts_on", ("début session", "date de début", "date début")),
    Column("ends_on", ("fin session", "date de fin", "date fin")),
    Column("modality", ("modalité", "modalité session")),
    Column("place", ("lieu", "salle")),
    Column("slot_id", ("créneau", "identifiant créneau")),
    Column("date", ("jour", "date du créneau")),
    Column("half_day", ("demi-journée",)),
    Column("start", ("heure de début", "heure début", "début")),
    Column("end", ("heure de fin", "heure fin", "fin")),
    Column("mode", ("modalité du créneau", "mode")),
    Column("module_id", ("module",)),
    Column("trainer_id", ("formateur", "identifiant formateur")),
    Column("trainer_email", ("e-mail formateur", "courriel formateur")),
)
_OF_SESSION: Final = ("session_title", "programme_id", "starts_on", "ends_on", "modality")


def plan_sessions(rows: Sequence[Row], context: Context) -> Plan:
    """Ask for each session once and for a slot for each line with a date.

    Lines of one session must say the same of it. Without dates of its own a new session lasts from its first slot to
    its last. A slot's id is made of session, date and half-day unless the file gives one, so that a file sent again
    changes what it made.
    """
    plan = Plan()
    by_session: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        cells = Cells(row)
        session_id = cells.id("session_id", required=True)
        if plan.take(cells) and session_id is not None:
            by_session[session_id].append(row)
    for session_id, own in by_session.items():
        session = _session(SessionId(session_id), own, plan, context)
        for row in own:
            _slot(session, row, plan, context)
    return plan


def _session(session_id: SessionId, rows: Sequence[Row], plan: Plan, context: Context) -> TrainingSession | None:
    first = Cells(rows[0])
    for row in rows[1:]:
        cells = Cells(row)
        for name in _OF_SESSION:
            if row[name] and rows[0][name] and row[name] != rows[0][name]:
                cells.refuse(name, f"Line {rows[0].line} says {rows[0][name][:80]} of this session.", "the same")
        plan.take(cells)
    programme = first.id("programme_id", required=True)
    days = [day for row in rows if (day := Cells(row).day("date")) is not None]
    known = context.records.sessions.get(session_id)
    starts = first.day("starts_on", required=known is None and not days)
    ends = first.day("ends_on", required=known is None and not days)
    modality = first.word("modality", Modality, MODALITIES)
    if not plan.take(first):
        return None
    said = given(title=rows[0]["session_title"], modality=modality, starts_on=starts, ends_on=ends)
    if known is not None:
        session = replace(known, programme_id=ProgrammeId(programme or known.programme_id), **said)
    else:
        dates: Mapping[str, Any] = {"starts_on": starts or min(days), "ends_on": ends or max(days)}
        session = TrainingSession(session_id, ProgrammeId(programme or ""), **{**dates, **said})
    plan.add(session, rows[0].line)
    return session


def _slot(session: TrainingSession | None, row: Row, plan: Plan, context: Context) -> None:
    cells = Cells(row)
    day = cells.day("date")
    if day is None:
        if not row["date"] and (row["start"] or row["end"]):
            cells.refuse("date", "There is a time and no date.", "2026-01-05 or 05/01/2026")
        plan.take(cells)
        return
    start, end = cells.time("start", required=True), cells.time("end", required=True)
    half_day = cells.word("half_day", HalfDay, HALF_DAYS)
    mode, module, slot_id = cells.word("mode", Modality, MODALITIES), cells.id("module_id"), cells.id("slot_id")
    trainer = find_person(cells, context, "trainer_id", "trainer_email")
    if not plan.take(cells) or session is None or start is None or end is None:
        return
    half_day = half_day or _half_day(start, day, context)
    name = SlotId(slot_id or f"{session.id[:40]}-{day:%Y%m%d}-{half_day}")
    zone = ZoneInfo(session.time_zone)
    said: Mapping[str, Any] = given(mode=mode, module_id=module, trainer_id=trainer, place=row["place"])
    times: Mapping[str, Any] = {
        "session_id": session.id,
        "held_on": day,
        "half_day": half_day,
        "starts_at": datetime.combine(day, start, zone),
        "ends_at": datetime.combine(day, end, zone),
    }
    known = context.records.slots.get(name)
    if known is None and mode is None and session.modality in (Modality.SYNC_REMOTE, Modality.WORKPLACE):
        said = {**said, "mode": session.modality}
    plan.add(replace(known, **times, **said) if known else Slot(name, **times, **said), row.line)


def _half_day(start: time, day: date, context: Context) -> HalfDay:
    """Return the first half-day in which a slot may start at this time."""
    bounds = context.law.value("slot.half_days", day, context.records.law_overrides.values())
    for half_day in HalfDay:
        first, end = bounds[half_day.value]
        if first <= f"{start:%H:%M}" < end:
            return half_day
    return HalfDay.EVENING
