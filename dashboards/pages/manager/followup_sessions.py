"""Sessions that are on: of how many something is estimated, how many are flagged, and how many are being helped.

Its reader decides which session needs another pair of hands. Counts alone: who the people are is shown to whoever turns
to them.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import words as said
from dashboards.pages.manager.followup_words import FOLLOWUP_TEXTS, nav
from dashboards.views.risk_sessions import SessionLine, SessionsView, sessions_overview
from dashboards.words import Words
from training.access import STAFF


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, sessions_overview(visit.lens)
    head = [
        parts.heading(words("sessions_title"), words("sessions_lead")),
        parts.live("as-of", parts.as_of(words, found.as_of)),
        nav(words, "sessions"),
    ]
    if not found.is_on:
        head.append(parts.notice(words("off_title"), words("off_text")))
    if not found.lines:
        return [*head, parts.nothing(words("sessions_none"))]
    return [
        *head,
        parts.card(words("sessions_title"), _table(words, found), caption=words("sessions_caption")),
        *_without(words, found),
        parts.more(words("sessions_how"), html.P(words("sessions_how_text"))),
    ]


def _table(words: Words, found: SessionsView) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("session", words("session"), "link", 230),
        parts.Column("people", words("people"), "number", 100),
        parts.Column("scored", words("scored"), "number", 110),
        parts.Column("calibrated", words("calibrated"), "number", 150),
        parts.Column("flagged", words("flagged"), "number", 110),
        parts.Column("followed", words("followed"), "number", 140),
        parts.Column("untouched", words("untouched"), "number", 130),
    ]
    rows = [_row(line) for line in found.lines]
    return parts.table(words, "sessions", columns, rows, label=words("sessions_title"))


def _row(line: SessionLine) -> dict[str, Any]:
    return {
        "id": str(line.session_id),
        "session": said.cell(line.title, f"teaching/contacts?session={line.session_id}"),
        "people": line.people,
        "scored": line.scored,
        "calibrated": line.calibrated,
        "flagged": line.flagged,
        "followed": line.followed,
        "untouched": line.untouched,
    }


def _without(words: Words, found: SessionsView) -> list[Any]:
    lines = [
        html.Li(words("without_line", session=line.title, count=count, why=why))
        for line in found.lines
        for why, count in line.without.items()
    ]
    return [parts.more(words("without_why"), html.Ul(lines))] if lines else []


PAGE: Final = Page(
    name="manager.followup_sessions",
    path="followups/sessions",
    roles=STAFF,
    title=FOLLOWUP_TEXTS["sessions_title"],
    draw=draw,
    texts=FOLLOWUP_TEXTS,
    always_changes=True,
)
