"""The relevé de connexion et d'activité: activities and their proof first, connection last (compliance 1.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

import orjson

from analytics.facts import DayFact, Standing
from analytics.facts.credit import BY_ESTIMATE
from analytics.time import day_of
from analytics.traces import Role
from evidence.bundle.case import Case
from evidence.bundle.contents import parties
from evidence.bundle.contents.evaluations import evaluations
from evidence.bundle.contents.hours import SECOND
from evidence.content import ActivityLine, Assistance, ConnectionLine, ConnectionRecord, Period, Proof, TimeRules, Times
from lrs.clock import Micros, to_datetime
from training.assistance.vocabulary import ext
from training.records import Modality, Module, TrainingActivity
from training.records.ids import ActivityId

_DISTANCE: Final = (Modality.ASYNC, Modality.SYNC_REMOTE)


def connection_record(case: Case) -> ConnectionRecord:
    """Return the statement of a period, or of the whole action."""
    first, last = parties.bounds(case.session, case.enrolment)
    period = case.period or Period(first=first, last=last)
    rows = [row for row in case.rows if case.holds(row.day)]
    lines = tuple(_activities(case, rows))
    rules = case.rules.on(period.last)
    return ConnectionRecord(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.action(case),
        period=period,
        times=_times(case, rows, lines),
        declared_seconds=sum(row.declared_micros for row in rows) // SECOND,
        activities=lines,
        assistance=tuple(_assistance(case)),
        evaluations=evaluations(case),
        connections=tuple(_connections(case, rows)),
        rules=TimeRules(
            version=rules.version,
            idle_cap_seconds=rules.idle_cap_seconds,
            sitting_break_seconds=rules.sitting_break_seconds,
        ),
        place=parties.place(case),
        funding=parties.funding(case),
    )


def _times(case: Case, rows: list[DayFact], lines: tuple[ActivityLine, ...]) -> Times:
    """Return the five times. What is planned is the contract's, for no contract says what lies in a period."""
    planned = case.facts.planned_seconds
    classes = sum(fact.credited_micros for fact in case.slots if fact.modality is Modality.SYNC_REMOTE) // SECOND
    return Times(
        planned_seconds=sum(planned.get(modality, 0) for modality in _DISTANCE),
        estimated_seconds=sum(line.estimated_seconds for line in lines),
        connected_seconds=sum(row.connected_micros for row in rows) // SECOND,
        active_seconds=sum(row.active_micros for row in rows) // SECOND,
        credited_seconds=classes + sum(item.seconds for item in case.credits),
    )


def _activities(case: Case, rows: list[DayFact]) -> Iterator[ActivityLine]:
    spent: dict[ActivityId, tuple[int, int]] = {}
    for row in rows:
        if row.activity_id is not None:
            connected, active = spent.get(row.activity_id, (0, 0))
            spent[row.activity_id] = (connected + row.connected_micros, active + row.active_micros)
    credited = {item.activity_id: item.seconds for item in case.credits}
    for module, activity in case.programme.activities():
        if module.modality in BY_ESTIMATE:
            connected, active = spent.get(activity.id, (0, 0))
            yield _line(case, module, activity, (connected, active, credited.get(activity.id, 0)))


def _line(case: Case, module: Module, activity: TrainingActivity, times: tuple[int, int, int]) -> ActivityLine:
    standing = case.standings.get(activity.id)
    connected, active, credited = times
    done_at = None if standing is None else standing.satisfied_at
    return ActivityLine(
        module=module.title,
        title=activity.title,
        is_mandatory=activity.mandatory and module.mandatory,
        estimated_seconds=activity.estimated_seconds,
        connected_seconds=connected // SECOND,
        active_seconds=active // SECOND,
        credited_seconds=credited,
        done_at=None if done_at is None else to_datetime(Micros(done_at)),
        proof=_proof(standing),
        score=None if standing is None else standing.best_scaled,
        attempts=0 if standing is None else standing.attempts,
        statement_ids=() if standing is None else tuple(map(str, standing.proof_ids)),
    )


def _proof(standing: Standing | None) -> Proof | None:
    if standing is None or not standing.is_satisfied:
        return None
    if standing.satisfied_at is None:
        return Proof.WAIVED
    if standing.is_completed and standing.is_passed:
        return Proof.COMPLETED_AND_PASSED
    return Proof.PASSED if standing.is_passed else Proof.COMPLETED


def _connections(case: Case, rows: list[DayFact]) -> Iterator[ConnectionLine]:
    """Yield the days on which anything was done online, from their first to their last act."""
    days: defaultdict[date, list[DayFact]] = defaultdict(list)
    for row in rows:
        if row.first_at is not None:
            days[row.day].append(row)
    titles = {activity.id: activity.title for _, activity in case.programme.activities()}
    for day, found in sorted(days.items()):
        found.sort(key=lambda row: (row.first_at or 0, row.activity_id or ""))
        named = (titles.get(row.activity_id, "") for row in found if row.activity_id is not None)
        yield ConnectionLine(
            day=day,
            first_at=to_datetime(Micros(min(row.first_at for row in found if row.first_at is not None))),
            last_at=to_datetime(Micros(max(row.last_at for row in found if row.last_at is not None))),
            connected_seconds=sum(row.connected_micros for row in found) // SECOND,
            active_seconds=sum(row.active_micros for row in found) // SECOND,
            statement_count=sum(row.statement_count for row in found),
            activities=tuple(dict.fromkeys(title for title in named if title)),
        )


def _assistance(case: Case) -> Iterator[Assistance]:
    """Yield the trainee's dated exchanges in the enrolment, in order of time."""
    own = {statement_id for row in case.rows if case.holds(row.day) for statement_id in row.statement_ids}
    own.update(_helped(case))
    found = [case.included[item] for item in own if item in case.included]
    for statement in sorted(found, key=lambda item: (item.timestamp, item.statement_id)):
        value = orjson.loads(statement.body)
        channel = _channels().get(value["verb"]["id"])
        if channel is not None:
            yield Assistance(
                at=to_datetime(Micros(statement.timestamp)),
                channel=channel,
                author=_name(value) or parties.trainee(case).last_name,
                about=_subject(value) or _title(value),
            )


def _helped(case: Case) -> Iterator[UUID]:
    """Yield what the log of assistance has of the enrolment in the period: it is no row of anybody's days."""
    registration, zone = case.enrolment.registration, case.session.time_zone
    for trace in case.traces.get(case.person_of(case.enrolment), ()):
        is_own = trace.role is Role.ASSISTED and trace.registration == registration
        if is_own and case.holds(day_of(Micros(trace.timestamp), zone)):
            yield trace.statement_id


@cache
def _channels() -> dict[str, str]:
    return dict(orjson.loads(files(__package__).joinpath("assistance.json").read_bytes())["verbs"])


def _name(value: dict[str, Any]) -> str:
    """Return who helped, where the statement says so."""
    instructor = (value.get("context") or {}).get("instructor")
    name = instructor.get("name") if isinstance(instructor, dict) else None
    return name if isinstance(name, str) else ""


def _subject(value: dict[str, Any]) -> str:
    subject = ((value.get("context") or {}).get("extensions") or {}).get(ext("subject"))
    return subject if isinstance(subject, str) else ""


def _title(value: dict[str, Any]) -> str:
    names = (value["object"].get("definition") or {}).get("name")
    if not isinstance(names, dict):
        return ""
    french = next((text for tag, text in names.items() if tag.lower().startswith("fr")), None)
    return str(french or next(iter(names.values()), ""))
