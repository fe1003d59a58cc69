"""A trainer's sessions: which one to look into. Those that are on stand first."""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.views.trainer_sessions import TaughtSession, taught_sessions
from dashboards.words import Texts, Words
from lrs.clock import Micros, to_datetime
from training.access import Role

_TEXTS: Final[Texts] = {
    "sessions_title": ("Mes sessions", "My sessions"),
    "sessions_lead": (
        "Où en sont les sessions que vous animez ; ouvrez-en une pour voir qui avance et qui attend.",
        "How the sessions that you teach stand; open one to see who gets on and who waits.",
    ),
    "sessions_none": ("Aucune session", "No session"),
    "sessions_none_hint": (
        "Une session apparaît ici quand elle, ou une de ses demi-journées, vous nomme comme formateur.",
        "A session appears here when it, or one of its half-days, names you as its trainer.",
    ),
    "col_session": ("Session", "Session"),
    "col_state": ("État", "State"),
    "col_from": ("Du", "From"),
    "col_to": ("Au", "To"),
    "col_people": ("Inscrits", "Enrolled"),
    "col_attendance": ("Assiduité", "Attendance"),
    "col_attended": ("Heures suivies", "Hours attended"),
    "col_realisation": ("Réalisation", "Realisation"),
    "col_credited": ("Heures réalisées", "Hours done"),
    "col_completion": ("Complétion", "Completion"),
    "col_completed": ("Parcours terminés", "Completed"),
    "col_last": ("Dernière trace", "Last trace"),
    "running": ("en cours", "on"),
    "not_running": ("hors période", "not on"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words, found = visit.words, taught_sessions(visit.lens)
    columns = (
        parts.Column("title", words("col_session"), "link", 240),
        parts.Column("state", words("col_state"), "badge"),
        parts.Column("from", words("col_from"), "day"),
        parts.Column("to", words("col_to"), "day"),
        parts.Column("people", words("col_people"), "number"),
        parts.Column("attendance", words("col_attendance"), "percent", 120),
        parts.Column("attended", words("col_attended"), "hours", 150),
        parts.Column("realisation", words("col_realisation"), "percent", 120),
        parts.Column("credited", words("col_credited"), "hours", 150),
        parts.Column("completion", words("col_completion"), "percent", 120),
        parts.Column("completed", words("col_completed"), "number", 160),
        parts.Column("last", words("col_last"), "instant"),
    )
    rows = [_row(words, item) for item in found]
    if not rows:
        return [parts.heading(words("sessions_title"), words("sessions_lead")),
                parts.nothing(words("sessions_none"), words("sessions_none_hint"))]  # fmt: skip
    return [
        parts.heading(
            words("sessions_title"), words("sessions_lead"), parts.live("as-of", parts.as_of(words, visit.lens.as_of))
        ),
        parts.table(words, "sessions", columns, rows, label=words("sessions_title")),
    ]


def cell_link(text: str, path: str) -> str:
    """Write the cell of a table that leads to a page."""
    escaped = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[{escaped}](/dashboards/{path})"


def _row(words: Words, item: TaughtSession) -> dict[str, Any]:
    seen, attendance = item.overview, item.overview.figure("attendance_rate_net")
    state = "good:" + words("running") if item.is_running else "plain:" + words("not_running")
    return {
        "id": item.session.id,
        "title": cell_link(item.title, f"teaching/sessions/{item.session.id}"),
        "state": state,
        "from": item.session.starts_on.isoformat(),
        "to": item.session.ends_on.isoformat(),
        "people": seen.registered,
        "attendance": attendance.whole_percent,
        "attended": attendance.numerator,
        "realisation": seen.figure("realisation_rate").whole_percent,
        "credited": seen.credited_seconds,
        "completion": seen.figure("completion_rate").whole_percent,
        "completed": seen.completed,
        "last": None if seen.last_at is None else to_datetime(Micros(seen.last_at)).isoformat(),
    }


SESSIONS: Final = Page(
    name="trainer.sessions",
    path="teaching/sessions",
    roles=frozenset((Role.TRAINER,)),
    title=("Mes sessions", "My sessions"),
    draw=draw,
    menu=("Mes sessions", "My sessions"),
    icon="people",
    texts=_TEXTS,
)
