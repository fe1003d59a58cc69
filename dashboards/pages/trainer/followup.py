"""One follow-up: why it is there, what was done, what is due; and what its owner notes or decides.

Its reader decides whether and how to turn to the learner, says how it ended, or sets the alert aside because they know
better. The estimate is a reason to look, and nothing on this page follows from it by itself.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import (
    history_picture,
    made_of,
    outcome_text,
    reasons_of,
    remedies_of,
    said_of,
    trend_text,
)
from dashboards.pages.trainer.followup_forms import forms_of, register_forms
from dashboards.pages.trainer.followup_words import DONE, FOLLOWUP_TEXTS, due_text, event_text, opened_text
from dashboards.pages.trainer.words import CHANNELS, when_text
from dashboards.views.risk_followup import FollowUpFile, Reached, followup_file, last_day
from dashboards.words import Words
from training.access import Role
from training.followups import AlertFacts, What

# Fewer days make no line.
_CHART_FROM: Final = 3


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words, found = visit.words, followup_file(visit.lens, visit.place["followup_id"])
    done = visit.place.get("done", "")
    said = [parts.notice(words(done), tone="good")] if done in DONE else []
    return [
        parts.crumbs(
            words,
            (words("up"), "teaching/contacts"),
            (found.name, f"teaching/learners/{found.enrolment.id}"),
        ),
        parts.heading(
            found.name,
            words("lead", session=found.session_title),
            parts.button_link(words("learner"), f"teaching/learners/{found.enrolment.id}", quiet=True),
            parts.button_link(words("file"), f"enrolments/{found.enrolment.id}", quiet=True),
        ),
        *said,
        parts.two(
            parts.card(words("why"), parts.live("why", _why(words, found))),
            parts.card(words("state"), parts.live("state", _state(words, found)), tools=_badge(words, found)),
        ),
        *forms_of(visit, found),
        parts.card(
            words("contacts"), parts.live("contacts", _contacts(words, found)), caption=words("contacts_caption")
        ),
        *_chart(words, found),
        parts.card(words("history"), parts.live("history", _history(words, found)), caption=words("history_caption")),
    ]


def _why(words: Words, found: FollowUpFile) -> list[Any]:
    first = found.followup.events[0]
    shown: list[Any] = [html.P(opened_text(words, first))] if first.what is What.OPENED else []
    if found.score is None:
        shown.append(html.P(words("now_none"), className="caption"))
    else:
        score = found.score
        shown += [html.P(text) for text in said_of(words, score)]
        shown += [html.H3(words("estimate_why")), reasons_of(words, score.reasons)]
        shown += remedies_of(words, score.reasons)
        shown.append(html.P([trend_text(words, found.trend), " ", made_of(words, score)], className="caption"))
    shown += [_alert(words, alert) for alert in reversed(found.followup.alerts)]
    shown.append(html.P(words("estimate_decides"), className="caption"))
    return shown


def _alert(words: Words, alert: AlertFacts) -> Any:  # noqa: ANN401 - Dash children
    day = formats.short_day(last_day(alert.at), words.language)
    return parts.more(words("why_alert", day=day), html.Ul([html.Li(text) for text in alert.reasons]))


def _badge(words: Words, found: FollowUpFile) -> Any:  # noqa: ANN401 - Dash children
    if not found.followup.is_open:
        return parts.badge(words("closed"))
    return parts.badge(words("overdue"), "alarm") if found.is_overdue else parts.badge(words("on_time"), "good")


def _state(words: Words, found: FollowUpFile) -> Any:  # noqa: ANN401 - Dash children
    followup, language = found.followup, words.language
    how = words("opened_alert" if followup.is_by_alert else "opened_hand")
    lines: list[tuple[str, Any]] = [
        (words("owner"), found.owner or words("owner_managers")),
        (words("opened"), f"{formats.short_day(last_day(followup.opened_at), language)}, {how}"),
    ]
    if found.due is not None:
        lines.append((words("next"), due_text(words, found.due)))
    if not followup.is_open:
        lines.append((words("outcome"), outcome_text(words, followup.outcome)))
    if followup.is_quiet(found.today):
        until = followup.quiet_until
        text = (
            words("quiet_for_good") if until is None else words("quiet_until", day=formats.short_day(until, language))
        )
        lines.append((words("quiet"), text))
    for item in found.earlier:
        if not item.is_open and item.closed_at is not None:
            day = formats.short_day(last_day(item.closed_at), language)
            link = parts.link(f"{day}, {outcome_text(words, item.outcome)}", f"teaching/followups/{item.id}")
            lines.append((words("earlier"), link))
    return parts.facts(*lines)


def _contacts(words: Words, found: FollowUpFile) -> Any:  # noqa: ANN401 - Dash children
    if not found.reached:
        return parts.nothing(words("contacts_none"), words("contacts_none_hint"))
    return html.Ol([html.Li(_contact(words, item)) for item in found.reached], className="table-list")


def _contact(words: Words, item: Reached) -> list[Any]:
    line = ", ".join((words.say(CHANNELS[item.channel]), when_text(item.at, words.language), item.name))
    badge: list[Any] = [" ", parts.badge(words("in_log"))] if item.is_logged else []
    note = html.P(item.note, style={"whiteSpace": "pre-line"}) if item.note else None
    return [html.P([html.Span(line), *badge]), note]


def _chart(words: Words, found: FollowUpFile) -> list[Any]:
    if sum(item.is_scored for item in found.history) < _CHART_FROM:
        return []
    picture = history_picture(words, found.history)
    return [parts.card(words("place_title"), parts.chart(words, "place", picture, caption=words("place_chart")))]


def _history(words: Words, found: FollowUpFile) -> Any:  # noqa: ANN401 - Dash children
    owners = {str(name): text for name, text in found.owners}
    return html.Ol([html.Li(event_text(words, event, owners)) for event in reversed(found.followup.events)])


def _acts(acts: Acts) -> None:
    register_forms(acts)


FOLLOWUP: Final = Page(
    name="trainer.followup",
    path="teaching/followups/<followup_id>",
    roles=frozenset((Role.TRAINER,)),
    title=("Suivi d’une alerte", "Following up an alert"),
    draw=draw,
    acts=_acts,
    texts=FOLLOWUP_TEXTS,
)
