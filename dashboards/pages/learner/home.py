"""Where I stand, and what I do now.

A learner decides with it which activity to open and when to come; so what comes next stands first, then how far the
work is against the calendar, then the hours. What has ended is folded away below.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, urlencode

from dash import html

from dashboards.frame import parts, writing
from dashboards.frame.attributes import wild
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.learner.estimate_words import HOME_TOLD
from dashboards.pages.learner.home_words import HOME_TEXTS
from dashboards.pages.learner.words import (
    ROLES,
    day_text,
    long_day,
    reason_badge,
    span_text,
    unknown,
)
from dashboards.views.learner_home import CourseView, Hours, NextSlot, Stage, Times, ToDo, home
from dashboards.views.risk_mine import is_to_be_told
from dashboards.words import Words

_STEPS_SHOWN: Final = 3


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, home(visit.lens)
    title = words("hello", name=view.first_name) if view.first_name else words("hello_plain")
    head = parts.heading(title, words("lead"), parts.live("as-of", parts.as_of(words, view.as_of)))
    if not view.is_known:
        return [head, unknown(words)]
    if not view.courses:
        return [head, parts.nothing(words("none"), words("none_hint"))]
    current = [course for course in view.courses if course.stage in (Stage.ONGOING, Stage.UPCOMING)]
    past = [course for course in view.courses if course.stage not in (Stage.ONGOING, Stage.UPCOMING)]
    shown: list[Any] = [
        head,
        *_to_be_told(visit),
        *(parts.live(f"course-{course.enrolment_id}", _course(words, course)) for course in current),
    ]
    if past:
        cards = [_course(words, course) for course in past]
        folded = parts.more(words("past"), parts.stack(*cards)) if current else parts.stack(*cards)
        shown.append(parts.live("past", folded))
    return shown


def _to_be_told(visit: Visit) -> list[Any]:
    """Return what a learner is told once, until they say that they have read it: that a chance is estimated."""
    if not is_to_be_told(visit.lens):
        return []
    words = visit.words
    link = parts.link(words("home_told_link"), "me/estimate")
    return [parts.notice(words("home_told"), [words("home_told_text"), " ", link])]


def _course(words: Words, course: CourseView) -> html.Section:
    inside: list[Any] = []
    if course.stage is Stage.LEFT and course.left_on is not None and course.left_why is not None:
        why = words(f"why_{course.left_why.value}")
        inside.append(html.P(words("left_on", day=day_text(words, course.left_on), why=why)))
    if course.facts_missing:
        inside.append(html.P(words("no_facts")))
        return _card(words, course, inside)
    if course.is_completed:
        inside.append(parts.notice(words("completed"), words("completed_text"), tone="good"))
    inside += _next(words, course)
    inside += _progress(words, course)
    if course.hours:
        inside.append(_hours(words, course.hours))
    if course.times is not None:
        inside.append(parts.more(words("times"), _times(words, course.times)))
    rates = [parts.figure(words, words(item.formula), item) for item in course.figures if item.denominator > 0]
    if rates:
        inside.append(parts.more(words("figures"), parts.figures(*rates)))
    path = f"me/records?{urlencode({'enrolment': course.enrolment_id})}"
    inside.append(parts.row(parts.button_link(words("records"), path, quiet=True)))
    return _card(words, course, inside)


def _card(words: Words, course: CourseView, inside: list[Any]) -> html.Section:
    caption = ""
    if course.starts_on is not None and course.ends_on is not None:
        caption = words("dates", first=day_text(words, course.starts_on), last=day_text(words, course.ends_on))
    tone: parts.Tone = "good" if course.stage is Stage.ONGOING else "plain"
    return parts.card(
        course.title,
        parts.stack(*inside),
        caption=caption,
        tools=parts.badge(words(f"stage_{course.stage.value}"), tone),
    )


def _next(words: Words, course: CourseView) -> list[Any]:
    """Return what to do and where to be next, what is overdue first."""
    found: list[Any] = []
    late = course.overdue
    if late:
        noun = words("activity_one") if len(late) == 1 else words("activity_many")
        lines = html.Ul([html.Li(_step_line(words, step)) for step in late])
        found.append(parts.notice(words("overdue_title", count=f"{len(late)}\u00a0{noun}"), lines, tone="warning"))
    boxes: list[Any] = []
    if course.steps:
        boxes.append(_to_do(words, course.steps, course.enrolment_id))
    elif course.stage is Stage.ONGOING and course.mandatory_count:
        boxes.append(html.Div([html.H3(words("next_activity")), html.P(words("nothing_left"))]))
    if course.next_slot is not None:
        boxes.append(_slot(words, course.next_slot))
    elif course.stage is Stage.UPCOMING and course.starts_on is not None:
        boxes.append(html.P(words("starts_soon", day=long_day(words, course.starts_on))))
    if boxes:
        found.append(parts.two(*boxes) if len(boxes) > 1 else boxes[0])
    return found


def _to_do(words: Words, steps: tuple[ToDo, ...], enrolment_id: str) -> html.Div:
    first, rest = steps[0], steps[1:]
    shown: list[Any] = [html.H3(words("next_activity")), _step(words, first, enrolment_id)]
    if rest:
        lines = html.Ul([html.Li([*_step_line(words, step), *_opening(words, step, enrolment_id)]) for step in rest])
        count = len(rest)
        title = words("then") if count <= _STEPS_SHOWN else words("all_steps", count=count)
        shown.append(parts.more(title, lines) if count > _STEPS_SHOWN else html.Div([html.H3(title), lines]))
    return html.Div(shown)


def _opening(words: Words, step: ToDo, enrolment_id: str) -> list[Any]:
    """Return the way into an activity that is served from here, in a tab of its own; nothing for any other."""
    if not step.is_opened_here:
        return []
    address = f"/dashboards/packages/open/{quote(enrolment_id, safe='')}/{quote(step.activity_id, safe='')}"
    name = words("open_named", title=step.title)
    return [
        " ",
        html.A(
            words("open"), href=address, target="_blank", rel="noopener noreferrer", className="button quiet",
            **wild({"aria-label": name}),
        ),
    ]  # fmt: skip


def _step(words: Words, step: ToDo, enrolment_id: str) -> html.Div:
    return html.Div(
        [
            html.P([html.B(step.title), html.Br(), html.Span(step.module), html.Br(), html.Span(_about(words, step))]),
            parts.row(*(reason_badge(words, reason) for reason in step.reasons)),
            *_opening(words, step, enrolment_id),
        ]
    )


def _step_line(words: Words, step: ToDo) -> list[Any]:
    about = _about(words, step)
    return [html.B(step.title), f" ({about})" if about else ""]


def _about(words: Words, step: ToDo) -> str:
    said = []
    if step.estimated_seconds:
        said.append(words("estimate", time=writing.hours(step.estimated_seconds, words.language)))
    if step.due_on is not None:
        said.append(words("asked_by", day=day_text(words, step.due_on)))
    if step.best_percent is not None:
        said.append(words("tried", score=writing.percent(step.best_percent, words.language)))
    return ", ".join(said)


def _slot(words: Words, slot: NextSlot) -> html.Div:
    lines = [words(slot.modality.value), slot.module, slot.place]
    return html.Div(
        [
            html.H3(words("now") if slot.is_now else words("next_slot")),
            html.P(
                [
                    html.B(long_day(words, slot.day)),
                    html.Br(),
                    f"{words(slot.half_day)}, {span_text(words, slot.starts_at, slot.ends_at)}",
                ]
            ),
            html.P([item for line in lines if line for item in (line, html.Br())][:-1]),
        ]
    )


def _progress(words: Words, course: CourseView) -> list[Any]:
    found: list[Any] = []
    language = words.language
    if course.mandatory_seconds:
        done, whole = writing.hours(course.done_seconds, language), writing.hours(course.mandatory_seconds, language)
        text = words("done_text", done=done, whole=whole)
        expected = course.expected_seconds if course.stage is Stage.ONGOING else None
        bar = parts.meter(
            words, words("done"), course.done_seconds, course.mandatory_seconds, expected=expected, text=text
        )
        said: list[Any] = [html.Span(words("done_count", done=course.done_count, whole=course.mandatory_count))]
        if expected is not None:
            key = "expected" if course.has_calendar else "expected_even"
            said += [html.Br(), html.Span(words(key, expected=writing.hours(expected, language)))]
        found.append(html.Div([bar, html.P(said, className="caption")]))
    if course.half_days_held:
        text = words("half_days_text", part=course.half_days_attended, whole=course.half_days_held)
        found.append(
            parts.meter(words, words("half_days"), course.half_days_attended, course.half_days_held, text=text)
        )
    return found


def _hours(words: Words, hours: tuple[Hours, ...]) -> html.Div:
    """Return a bar for each modality; modalities are never added up into one."""
    return html.Div([html.H3(words("hours")), parts.stack(*(_hour(words, item) for item in hours))])


def _hour(words: Words, item: Hours) -> html.Div:
    language = words.language
    planned = max(item.planned_seconds - item.waived_seconds, 0)
    whole = max(planned, item.credited_seconds)
    text = words(
        "hours_text", credited=writing.hours(item.credited_seconds, language), planned=writing.hours(planned, language)
    )
    notes = []
    if item.due_seconds:
        notes.append(words("hours_due", due=writing.hours(item.due_seconds, language)))
    if item.waived_seconds:
        notes.append(words("hours_waived", waived=writing.hours(item.waived_seconds, language)))
    bar = parts.meter(words, words(item.modality.value), item.credited_seconds, whole, text=text)
    return html.Div([bar, html.P(", ".join(notes), className="caption") if notes else None])


def _times(words: Words, times: Times) -> html.Div:
    rows = [
        ("planned", times.planned_seconds),
        ("estimated", times.estimated_seconds),
        ("connected", times.connected_seconds),
        ("active", times.active_seconds),
        ("credited", times.credited_seconds),
    ]
    lines = [
        (
            words(f"time_{name}"),
            [html.B(writing.hours(seconds, words.language)), html.Br(), html.Span(words(f"time_{name}_text"))],
        )
        for name, seconds in rows
    ]
    return html.Div([parts.facts(*lines), html.P(words("times_note"), className="caption")])


PAGE: Final = Page(
    name="learner.home",
    path="me",
    roles=ROLES,
    title=("Mon parcours", "My progress"),
    menu=("Mon parcours", "My progress"),
    icon="home",
    draw=draw,
    texts={**HOME_TEXTS, **HOME_TOLD},
)
