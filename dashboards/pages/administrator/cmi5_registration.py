"""One learner in one course of cmi5: every unit, every session, and waiving a unit."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.cmi5_words import REASONS, STATE_TONES
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import Field, Form, Values, require, text_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.views.administration.cmi5 import StandingView, read_registration, waive_unit
from dashboards.words import Words
from lrs.cmi5.course import Unit, text_in
from lrs.cmi5.registration import Session
from training.access import STAFF

_WAIVE: Final = Form("cmi5-waive", ("unit", "reason", "other"), (), {}, {"other": "hint_other"})


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw one registration."""
    words, place = visit.words, visit.place
    view, standing = read_registration(visit.lens, place["course_id"], place["registration_id"])
    title = text_in(view.course.title, words.language)
    state = parts.badge(*_course_state(words, standing))
    drawn: list[Any] = [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), "cmi5"), (title, f"cmi5/{view.id}")),
        parts.heading(standing.who, title, state, *_enrolment(words, standing)),
        parts.card(words("units"), _units(words, standing)),
        parts.card(words("sessions"), _sessions(words, standing), caption=words("sessions_caption")),
    ]
    if form := _waive(words, standing):
        drawn.append(parts.card(words("waive"), form, caption=words("waive_caption")))
    return drawn


def _course_state(words: Words, standing: StandingView) -> tuple[str, parts.Tone]:
    return (words("course_satisfied"), "good") if standing.is_satisfied else (words("course_open"), "plain")


def _enrolment(words: Words, standing: StandingView) -> list[Any]:
    if standing.enrolment_id is None:
        return []
    return [parts.button_link(words("enrolment"), f"enrolments/{standing.enrolment_id}", quiet=True)]


def _units(words: Words, standing: StandingView) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("unit", words("column_unit"), width=240),
        parts.Column("state", words("column_unit_state"), "badge"),
        parts.Column("asks", words("move_on"), width=260),
    ]
    rows = [
        {
            "id": str(at),
            "unit": text_in(unit.title, words.language),
            "state": f"{STATE_TONES[state]}:{words(f'state_{state}')}",
            "asks": words(f"move_on_{unit.move_on}"),
        }
        for at, (unit, state) in enumerate(standing.states)
    ]
    return parts.table(words, "cmi5-units", columns, rows, empty="")


def _sessions(words: Words, standing: StandingView) -> Any:  # noqa: ANN401 - Dash children
    names = {unit.id: text_in(unit.title, words.language) for unit, _ in standing.states}
    columns = [
        parts.Column("unit", words("column_unit"), width=200),
        parts.Column("launched", words("column_launched"), "instant"),
        parts.Column("state", words("column_session"), "badge"),
        parts.Column("mode", words("column_mode"), width=120),
        parts.Column("initialized", words("column_initialized"), "instant"),
        parts.Column("terminated", words("column_terminated"), "instant"),
    ]
    rows = [_session(words, names, each) for each in reversed(standing.registration.sessions)]
    return parts.table(words, "cmi5-sessions", columns, rows, empty=words("sessions_none"))


def _session(words: Words, names: dict[str, str], session: Session) -> dict[str, Any]:
    state = "open" if session.is_open else "abandoned" if session.is_abandoned else "terminated"
    tone = {"open": "plain", "abandoned": "warning", "terminated": "good"}[state]
    return {
        "id": str(session.id),
        "unit": names.get(session.unit, session.unit),
        "launched": iso(session.launched),
        "state": f"{tone}:{words(f'session_{state}')}",
        "mode": words(f"mode_{session.mode}"),
        "initialized": None if session.initialized is None else iso(session.initialized),
        "terminated": None if session.terminated is None else iso(session.terminated),
    }


def _waive(words: Words, standing: StandingView) -> html.Div | None:
    """Return the form; none where nothing is left to waive."""
    left: list[Unit] = [unit for unit, _ in standing.states if not standing.registration.has_met(unit)]
    if not left:
        return None
    units = [(unit.id, text_in(unit.title, words.language)) for unit in left]
    reasons = [(reason, words(f"reason_{reason}")) for reason in REASONS]
    fields = [
        Field("unit", words("waive_unit"), "choice", options=units, is_required=True),
        Field("reason", words("waive_reason"), "choice", options=reasons),
        Field("other", words("waive_other"), hint=words("hint_other")),
    ]
    return _WAIVE.draw(words, fields, words("waive_do"), emphasis="danger")


def register(acts: Acts) -> None:
    """Register what the page can do."""

    @_WAIVE.on(acts, STAFF)
    def waive(visit: Visit, values: Values) -> None:
        reason = text_of(values, "other") or text_of(values, "reason")
        require({**values, "reason": reason}, "unit", "reason")
        course, name = visit.place.get("course_id", ""), visit.place.get("registration_id", "")
        waive_unit(visit.lens, course, name, text_of(values, "unit"), reason)
        pass_on(visit, f"cmi5/{course}/{name}", "waived_done")
