"""When another record store is pulled from next, how the last pulls went, and how often it is to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboards import formats
from dashboards.frame import parts
from dashboards.pages.administrator.form import Field
from dashboards.pages.administrator.outlet import error_words
from dashboards.views.administration.sources import SourceView
from dashboards.words import Words
from lrs.clock import Micros
from training.sources.pace import pace_at
from training.sources.schedule import Schedule, ScheduleState

TONES: Final[Mapping[ScheduleState, parts.Tone]] = {
    ScheduleState.OFF: "plain",
    ScheduleState.NO_SECRET: "warning",
    ScheduleState.RUNNING: "plain",
    ScheduleState.SCHEDULED: "good",
    ScheduleState.RETRYING: "warning",
    ScheduleState.STOPPED: "alarm",
}
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR


def draw_schedule(words: Words, view: SourceView) -> list[Any]:
    """Draw how the pulls stand: what keeps them from going on, then the facts."""
    schedule = view.schedule
    if schedule is None:
        return []
    state = schedule.state(view.at)
    notices = []
    if state is ScheduleState.STOPPED:
        text = words("stopped_text", reason=error_words(words, schedule.stopped))
        notices.append(parts.notice(words("stopped_title"), text, tone="alarm"))
    if not schedule.has_secret:
        notices.append(parts.notice(words("no_secret_title"), words("no_secret_text"), tone="warning"))
    return [*notices, parts.facts(*_facts(words, schedule, view.at))]


def state_badge(words: Words, view: SourceView) -> str:
    """Return what a table shows of the pulls' state, as a tone and a word; empty for a source of files."""
    if view.schedule is None:
        return ""
    state = view.schedule.state(view.at)
    return f"{TONES[state]}:{words(f'schedule_{state}')}"


def every_field(words: Words, at: Micros, minutes: int | None, hint: str) -> Field:
    """Return the field that says how often; None asks for the usual."""
    pace = pace_at(at)
    chosen = pace.every_minutes if minutes is None else minutes
    offered = sorted({*pace.every_minutes_choices, *([chosen] if chosen else [])})
    options = [("0", words("every_off")), *((str(each), every_words(words, each)) for each in offered)]
    return Field("every_minutes", words("field_every"), "choice", str(chosen), hint, options, is_required=True)


def every_words(words: Words, minutes: int) -> str:
    """Say an interval."""
    if not minutes:
        return words("every_off")
    if minutes == _DAY:
        return words("every_day")
    if minutes == _HOUR:
        return words("every_hour")
    if minutes % _HOUR == 0:
        return words("every_hours", count=minutes // _HOUR)
    return words("every_minutes", count=minutes)


def _facts(words: Words, schedule: Schedule, at: Micros) -> list[tuple[str, Any]]:
    language = words.language
    found: list[tuple[str, Any]] = [(words("fact_every"), every_words(words, schedule.every_minutes))]
    if schedule.pulled_at is None:
        found.append((words("fact_pulled"), words("never")))
    else:
        found.append((words("fact_pulled"), formats.moment_of(schedule.pulled_at, language)))
        found.append((words("fact_pulled_stored"), formats.number(schedule.stored, language)))
    due = schedule.next_at()
    if due is not None:
        soon = due <= at
        found.append((words("fact_next"), words("next_soon") if soon else formats.moment_of(due, language)))
    elif schedule.every_minutes:
        found.append((words("fact_next"), words("next_none")))
    if schedule.error and schedule.error_at is not None:
        when = formats.moment_of(schedule.error_at, language)
        found.append((words("fact_error"), f"{error_words(words, schedule.error)} — {when}"))
    return found
