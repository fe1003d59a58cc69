"""Groups beside each other: contents, modalities, sessions of one programme.

Their reader decides what to rework: the activity where people stop, the format that keeps fewer of them, the session
that went otherwise than the others. Every share stands beside its count and its interval, and nothing of fewer than
five people is shown: the difference between two small groups is most often chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any, Final

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import words as said
from dashboards.pages.manager.comparison_words import COMPARISON_TEXTS
from dashboards.pages.trainer.words import MODALITIES
from dashboards.views.comparison import (
    LEAST,
    ContentLine,
    GroupLine,
    Share,
    cohorts_of,
    content_of,
    modalities_of,
)
from dashboards.words import Words
from training.access import STAFF
from training.records.modality import Modality
from training.records.programme import Programme

# Characters of a name beside its bar, on a phone too.
_LINE: Final = 18


def draw_content(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page about contents."""
    words, found = visit.words, content_of(visit.lens, visit.place.get("programme", ""))
    head = [parts.heading(words("content_title"), words("content_lead")), _as_of(words, found.as_of)]
    if found.programme is None:
        return [*head, parts.nothing(words("none_title"), words("none_hint"))]
    language = words.language
    caption = words(
        "activities_caption", people=formats.number(found.enrolments, language),
        sessions=formats.number(found.sessions, language),
    )  # fmt: skip
    title = words("activities_of", title=found.programme.title)
    rows = [_content_row(words, line) for line in found.lines]
    return [
        *head,
        _programmes(words, "content", found.programmes, found.programme),
        _caveat(words),
        parts.card(words("stop_chart"), _stops(words, found.lines)),
        parts.card(title, parts.table(words, "contents", _content_columns(words), rows, label=title), caption=caption),
    ]


def draw_modalities(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page about modalities."""
    words, found = visit.words, modalities_of(visit.lens)
    head = [parts.heading(words("modalities_title"), words("modalities_lead")), _as_of(words, found.as_of)]
    if not found.hours:
        return [*head, parts.nothing(words("none_title"), words("none_hint"))]
    columns = [
        parts.Column("modality", words("modality"), "text", 160),
        parts.Column("people", words("people_count"), "number", 110),
        parts.Column("planned", words("planned"), "hours"),
        parts.Column("due", words("due"), "hours"),
        parts.Column("credited", words("credited"), "hours"),
        parts.Column("attendance", words("attendance_short"), "percent", 115),
        parts.Column("realisation", words("realisation"), "percent", 125),
    ]
    rows = [
        {
            "id": line.modality.value,
            "modality": words.say(MODALITIES[line.modality]),
            "people": line.people,
            "planned": line.planned_seconds,
            "due": line.due_seconds,
            "credited": line.credited_seconds,
            **{
                name: next((item.whole_percent for item in line.figures if item.formula == formula), None)
                for name, formula in (("attendance", "attendance_rate_net"), ("realisation", "realisation_rate"))
            },
        }
        for line in found.hours
    ]
    groups = [_group_row(words, line, words.say(MODALITIES[Modality(line.key)])) for line in found.groups]
    return [
        *head,
        _caveat(words),
        parts.card(
            words("hours"), parts.table(words, "hours", columns, rows, label=words("hours")),
            caption=words("hours_caption"),
        ),
        parts.card(
            words("groups"),
            [
                _completed(words, found.groups, [words.say(MODALITIES[Modality(line.key)]) for line in found.groups]),
                parts.table(words, "groups", _group_columns(words), groups, label=words("groups")),
            ],
            caption=words("groups_caption"),
        ),
    ]  # fmt: skip


def draw_cohorts(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page about sessions of one programme."""
    words, found = visit.words, cohorts_of(visit.lens, visit.place.get("programme", ""))
    head = [parts.heading(words("cohorts_title"), words("cohorts_lead")), _as_of(words, found.as_of)]
    if found.programme is None or found.total is None:
        return [*head, parts.nothing(words("none_title"), words("none_hint"))]
    title = words("cohorts_of", title=found.programme.title)
    rows = [_group_row(words, line, line.name, said.session_path(line.key)) for line in found.groups]
    rows.append({**_group_row(words, found.total, words("total")), "id": "total"})
    body = [
        _completed(words, found.groups, [line.name for line in found.groups]),
        parts.table(words, "cohorts", _group_columns(words), rows, label=title),
    ]
    return [
        *head,
        _programmes(words, "cohorts", found.programmes, found.programme),
        _caveat(words),
        parts.card(title, body, caption=words("cohorts_caption")),
    ]


def _as_of(words: Words, micros: int) -> Any:  # noqa: ANN401 - a component
    return parts.live("as-of", parts.as_of(words, micros))


def _programmes(words: Words, page: str, every: Iterable[Programme], chosen: Programme) -> Any:  # noqa: ANN401 - Dash children
    options = [
        (f"{page}?programme={programme.id}", programme.title or programme.id, programme.id == chosen.id)
        for programme in every
    ]
    return parts.choice(words("programmes"), options)


def _caveat(words: Words) -> Any:  # noqa: ANN401 - a component
    told = (words("caveat_text"), words("caveat_interval"), words("small", count=LEAST))
    return parts.notice(words("caveat"), " ".join(told))


def _content_columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("activity", words("activity"), "text", 230),
        parts.Column("began", words("began"), "number", 130),
        parts.Column("finished", words("finished"), "percent", 115),
        parts.Column("finished_interval", words("finished_interval"), "text", 150),
        parts.Column("stopped", words("stopped"), "percent", 135),
        parts.Column("stopped_interval", words("stopped_interval"), "text", 165),
        parts.Column("attempts", words("attempts"), "number", 190),
        parts.Column("minutes", words("minutes"), "hours", 200),
        parts.Column("estimated", words("estimated"), "hours"),
        parts.Column("ratio", words("ratio"), "percent", 150),
        parts.Column("module", words("module"), "text", 150),
    ]


def _content_row(words: Words, line: ContentLine) -> Mapping[str, Any]:
    known = line.known
    minutes = None if known is None else known.active_minutes.median
    has_ratio = minutes is not None and line.estimated_seconds
    return {
        "id": line.activity_id,
        "activity": line.title,
        "module": line.module,
        "began": line.began.part if known is not None else None,
        "finished": _percent(line.finished),
        "finished_interval": _interval(words, line.finished),
        "stopped": _percent(line.stopped),
        "stopped_interval": _interval(words, line.stopped),
        "attempts": None if known is None else known.attempts.median,
        "minutes": None if minutes is None else minutes * 60,
        "estimated": line.estimated_seconds,
        "ratio": 100 * 60 * minutes // line.estimated_seconds if minutes is not None and has_ratio else None,
    }


def _stops(words: Words, lines: Iterable[ContentLine]) -> Any:  # noqa: ANN401 - a component
    shown = [line for line in lines if line.stopped.is_published]
    if not shown:
        return parts.nothing(words("none_title"), words("small", count=LEAST))
    worst = max(shown, key=lambda line: line.stopped.part / line.stopped.whole)
    told = words("told", name=worst.title, value=_said(words, worst.stopped))
    caption = f"{words('stop_caption')} {told}."
    return _bars(
        words, "stops", [line.title for line in shown], [line.stopped for line in shown], caption, "var(--warn)"
    )


def _completed(words: Words, groups: Iterable[GroupLine], names: Iterable[str]) -> Any:  # noqa: ANN401 - Dash children
    pairs = [(name, line.completed) for name, line in zip(names, groups, strict=True) if line.completed.is_published]
    if not pairs:
        return parts.nothing(words("none_title"), words("small", count=LEAST))
    told = ", ".join(words("told", name=name, value=_said(words, share)) for name, share in pairs[:6])
    caption = f"{words('completed_chart')}. {told}."
    return _bars(
        words, "completed", [name for name, _ in pairs], [share for _, share in pairs], caption, parts.SERIES[0]
    )


def _bars(words: Words, name: str, names: list[str], shares: list[Share], caption: str, colour: str) -> Any:  # noqa: ANN401 - Dash children
    values = [100 * share.part / share.whole for share in shares]
    spans = [share.interval or (0.0, 1.0) for share in shares]
    top = min(105.0, 115.0 * max(0.1, *(high for _, high in spans)))
    # Lying down: names of activities are long, and a phone is narrow.
    picture = {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": [_broken(name) for name in names], "x": values,
                "marker": {"color": colour}, "customdata": [_said(words, share) for share in shares],
                "hovertemplate": "%{y}<br>%{customdata}<extra></extra>",
                "error_x": {
                    "type": "data", "symmetric": False, "color": "var(--muted)", "thickness": 1.5,
                    "array": [100 * high - value for value, (_, high) in zip(values, spans, strict=True)],
                    "arrayminus": [value - 100 * low for value, (low, _) in zip(values, spans, strict=True)],
                },
            }
        ],
        "layout": {
            "xaxis": {
                "ticksuffix": "\u202f%" if words.language == "fr" else "%", "range": [0, top], "showgrid": True,
            },
            "yaxis": {"autorange": "reversed", "showgrid": False},
        },
    }  # fmt: skip
    return parts.chart(words, name, picture, caption=caption, height=f"{min(40, 5 + 2.6 * len(names)):.0f}rem")


def _broken(name: str) -> str:
    """Write a name in lines that leave room for its bar."""
    return "<br>".join(wrap(name, _LINE, max_lines=3, placeholder=" …"))


def _group_columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("name", words("group"), "link", 200),
        parts.Column("sessions", words("sessions"), "number", 100),
        parts.Column("people", words("people_count"), "number", 120),
        parts.Column("completed", words("completed"), "percent", 175),
        parts.Column("completed_interval", words("completed_interval"), "text", 150),
        parts.Column("abandoned", words("abandoned"), "percent", 110),
        parts.Column("abandoned_interval", words("abandoned_interval"), "text", 190),
        parts.Column("attendance", words("attendance_short"), "percent", 115),
        parts.Column("realisation", words("realisation"), "percent", 125),
        parts.Column("completion", words("completion"), "percent", 130),
    ]


def _group_row(words: Words, line: GroupLine, name: str, path: str = "") -> Mapping[str, Any]:
    overview = line.overview
    rates = ("attendance_rate_net", "realisation_rate", "completion_rate")
    shown = [None] * 3 if overview is None else [overview.figure(rate).whole_percent for rate in rates]
    return {
        "id": line.key,
        "name": said.cell(name, path) if path else name,
        "sessions": line.sessions,
        "people": line.people if line.people >= LEAST else None,
        **dict(zip(("attendance", "realisation", "completion"), shown, strict=True)),
        "completed": _percent(line.completed),
        "completed_interval": _interval(words, line.completed),
        "abandoned": _percent(line.abandoned),
        "abandoned_interval": _interval(words, line.abandoned),
    }


def _percent(share: Share) -> int | None:
    return 100 * share.part // share.whole if share.is_published else None


def _interval(words: Words, share: Share) -> str:
    span = share.interval
    if span is None:
        return ""
    low, high = (writing.percent(100 * value, words.language) for value in span)
    return f"{low} – {high}"


def _said(words: Words, share: Share) -> str:
    """Return a share in words: 40 % (8 sur 20 ; 22 % – 61 %)."""
    percent = writing.percent(100 * share.part / share.whole, words.language)
    count = words("figure_of", part=share.part, whole=share.whole)
    return f"{percent} ({count}, {_interval(words, share)})" if share.is_published else percent


PAGES: Final = (
    Page("manager.content", "content", STAFF, COMPARISON_TEXTS["content_title"], draw_content,
         menu=COMPARISON_TEXTS["content_title"], icon="book", texts=COMPARISON_TEXTS),
    Page("manager.modalities", "modalities", STAFF, COMPARISON_TEXTS["modalities_title"], draw_modalities,
         menu=COMPARISON_TEXTS["modalities_title"], icon="scale", texts=COMPARISON_TEXTS),
    Page("manager.cohorts", "cohorts", STAFF, COMPARISON_TEXTS["cohorts_title"], draw_cohorts,
         menu=COMPARISON_TEXTS["cohorts_title"], icon="chart", texts=COMPARISON_TEXTS),
)  # fmt: skip
