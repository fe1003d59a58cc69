"""Follow-ups: what is open, what is overdue and with whom, and what came of those that ended.

Their reader decides whom to relieve, which follow-up to take over, and whether looking where the estimate points is
worth the time. Shares stand beside their counts and intervals, for few follow-ups say little.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import ESTIMATE_TEXTS, interval_text, outcome_text
from dashboards.pages.manager import words as said
from dashboards.pages.manager.followup_words import FOLLOWUP_TEXTS, nav
from dashboards.views.risk_overview import Line, OutcomeLine, Overview, Part, followups_overview
from dashboards.words import Words
from training.access import STAFF


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, followups_overview(visit.lens)
    head = [
        parts.heading(words("followups_title"), words("followups_lead")),
        parts.live("as-of", parts.as_of(words, found.as_of)),
        nav(words, "followups"),
    ]
    if not found.is_on:
        head.append(parts.notice(words("off_title"), words("off_text")))
    if not (found.open or found.closed):
        return [*head, parts.nothing(words("followups_none"), words("followups_none_hint"))]
    return [
        *head,
        parts.live("figures", _figures(words, found)),
        parts.card(words("open"), _open(words, found), caption=words("open_caption")),
        parts.card(words("owners"), _owners(words, found), caption=words("owners_caption")),
        parts.card(
            words("outcomes"), _outcomes(words, found), caption=words("outcomes_caption", since=_since(words, found))
        ),
        parts.card(words("closed"), _closed(words, found)),
    ]


def part_text(words: Words, part: Part) -> str:
    """Write a share with its count and its interval: 12 sur 15 (60 % – 93 %); nothing of nothing."""
    if part.interval is None:
        return ""
    low, high = part.interval
    return words(
        "part", part=formats.number(part.part, words.language), whole=formats.number(part.whole, words.language),
        interval=interval_text(words, low, high),
    )  # fmt: skip


def percent_text(words: Words, part: Part) -> str:
    """Write a share in percent; « n.c. » of nothing."""
    return formats.percent(part.part, part.whole, words.language) if part.whole else words("figure_none")


def _figures(words: Words, found: Overview) -> Any:  # noqa: ANN401 - a component
    language = words.language
    days = words("figure_none") if found.days_to_contact is None else said.counted(
        words, found.days_to_contact, ("jour", "day"), ("jours", "days")
    )  # fmt: skip
    since = _since(words, found)
    return html.Div(
        [
            parts.figures(
                parts.figure(words, words("open"), formats.number(len(found.open), language)),
                parts.figure(words, words("overdue"), formats.number(found.overdue, language)),
                parts.figure(
                    words, words("in_time"), percent_text(words, found.in_time), note=part_text(words, found.in_time)
                ),
                parts.figure(words, words("days_to_contact"), days, note=words("median")),
                parts.figure(
                    words, words("helpful"), percent_text(words, found.helpful), note=part_text(words, found.helpful)
                ),
            ),
            parts.more(
                words("how"),
                html.Ul(
                    [
                        html.Li(words("how_in_time", since=since)),
                        html.Li(words("how_days", since=since)),
                        html.Li(words("how_helpful", since=since)),
                        html.Li(words("how_interval")),
                    ]
                ),
            ),
        ]
    )


def _open(words: Words, found: Overview) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("person", words("person"), "link", 190),
        parts.Column("session", words("session"), "link", 190),
        parts.Column("owner", words("owner")),
        parts.Column("state", words("state"), "badge", 170),
        parts.Column("due", words("due"), "day"),
        parts.Column("opened", words("opened"), "day"),
        parts.Column("contacts", words("contacts"), "number", 110),
    ]
    rows = [_row(words, line) for line in found.open]
    return parts.table(words, "open", columns, rows, empty=words("open_none"), label=words("open"))


def _row(words: Words, line: Line) -> Mapping[str, Any]:
    due = None if line.due_on is None else line.due_on.isoformat()
    state = (
        "alarm:" + words("overdue") if line.is_overdue else "plain:" + words("first" if line.is_first_due else "next")
    )
    return {
        "id": line.followup_id,
        "person": said.cell(line.name, f"teaching/followups/{line.followup_id}"),
        "session": said.cell(line.session_title, said.session_path(line.session_id)),
        "owner": line.owner or words("managers"),
        "state": state,
        "due": due,
        "opened": line.opened_on.isoformat(),
        "contacts": line.contact_count,
    }


def _owners(words: Words, found: Overview) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("owner", words("owner"), "text", 150),
        parts.Column("open", words("open"), "number", 100),
        parts.Column("overdue", words("overdue"), "number", 110),
        parts.Column("untouched", words("untouched"), "number", 130),
    ]
    rows = [
        {
            "id": str(item.owner_id or "managers"), "owner": item.owner or words("managers"), "open": item.open,
            "overdue": item.overdue, "untouched": item.untouched,
        }
        for item in found.owners
    ]  # fmt: skip
    return parts.table(words, "owners", columns, rows, empty=words("open_none"), label=words("owners"))


def _outcomes(words: Words, found: Overview) -> Any:  # noqa: ANN401 - a component
    if not found.outcomes:
        return parts.nothing(words("closed_none"))
    return html.Div([_outcome(words, item) for item in found.outcomes])


def _outcome(words: Words, item: OutcomeLine) -> Any:  # noqa: ANN401 - a component
    share = item.share
    return parts.meter(words, words.say(item.title), share.part, share.whole, text=part_text(words, share))


def _closed(words: Words, found: Overview) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("person", words("person"), "link", 190),
        parts.Column("session", words("session"), "link", 190),
        parts.Column("outcome", words("outcome")),
        parts.Column("owner", words("owner")),
        parts.Column("closed", words("closed_on"), "day"),
        parts.Column("contacts", words("contacts"), "number", 110),
        parts.Column("quiet", words("quiet"), "day", 170),
    ]
    rows = [
        {
            "id": line.followup_id,
            "person": said.cell(line.name, f"teaching/followups/{line.followup_id}"),
            "session": said.cell(line.session_title, said.session_path(line.session_id)),
            "outcome": outcome_text(words, line.outcome),
            "owner": line.owner or words("managers"),
            "closed": None if line.closed_on is None else line.closed_on.isoformat(),
            "contacts": line.contact_count,
            "quiet": None if line.quiet_until is None else line.quiet_until.isoformat(),
        }
        for line in found.closed
    ]
    return parts.table(words, "closed", columns, rows, empty=words("closed_none"), label=words("closed"))


def _since(words: Words, found: Overview) -> str:
    return formats.short_day(found.since, words.language)


PAGE: Final = Page(
    name="manager.followups",
    path="followups",
    roles=STAFF,
    title=FOLLOWUP_TEXTS["followups_title"],
    draw=draw,
    menu=("Suivis", "Follow-ups"),
    icon="people",
    texts={**FOLLOWUP_TEXTS, **ESTIMATE_TEXTS},
    # What is noted of follow-ups changes neither facts nor records.
    always_changes=True,
)
