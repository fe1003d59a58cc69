"""Courses of cmi5.

Who answers for training decides here whom to remind, and what to waive: what each unit asks for, how many have
satisfied a course, and how one learner came to stand where they do.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator import cmi5_registration
from dashboards.pages.administrator.cmi5_words import CMI5_TEXTS
from dashboards.pages.administrator.days import iso
from dashboards.views.administration.cmi5 import CourseView, StandingView, read_course, read_courses
from dashboards.words import Words
from lrs.cmi5.course import Unit, text_in
from training.access import STAFF, Role

_ADD: Final = "/dashboards/packages/new"
_LEVEL_MOST: Final = 3


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words, views = visit.words, read_courses(visit.lens)
    is_administrator = visit.lens.viewer.role is Role.ADMINISTRATOR
    # A page outside the application: the browser goes there by itself.
    add = [html.A(words("add"), href=_ADD, className="button", target="_self")] if is_administrator else []
    drawn: list[Any] = [parts.heading(words("title"), words("lead"), *add)]
    if not views:
        drawn.append(parts.nothing(words("none"), words("none_hint")))
    return [*drawn, *(_card(words, view) for view in views)]


def _card(words: Words, view: CourseView) -> html.Section:
    language = words.language
    facts = parts.facts(
        (words("registered"), registered_text(words, view)),
        (words("units"), words("units_count", count=sum(1 for _ in view.course.units()))),
        (words("updated"), formats.moment_of(view.updated, language)),
        (words("publisher"), html.Code(view.iri)),
    )
    see = parts.button_link(words("see"), f"cmi5/{view.id}", quiet=True)
    mapped = parts.badge(words("mapped"), "good") if view.mapped else None
    return parts.card(text_in(view.course.title, language), [facts, parts.row(see)], tools=mapped)


def registered_text(words: Words, view: CourseView) -> str:
    """Return how many have satisfied a course, beside how many are registered."""
    if not view.registered:
        return words("registered_none")
    return words("registered_text", satisfied=view.satisfied, registered=view.registered)


def draw_course(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw one course."""
    words = visit.words
    view, standings = read_course(visit.lens, visit.place["course_id"])
    caption = ""
    if len(standings) < view.registered:
        caption = words("shown_some", shown=len(standings), registered=view.registered)
    table = parts.table(
        words, "cmi5-registrations", _columns(words), [_row(words, view, each) for each in standings], empty=""
    )
    registered: Any = table if standings else parts.nothing(words("course_none"), words("course_none_hint"))
    return [
        parts.crumbs(words, (words("title"), "cmi5")),
        parts.heading(text_in(view.course.title, words.language), registered_text(words, view)),
        parts.card(words("registered"), registered, caption=caption),
        parts.card(words("units"), html.Ul([_line(words, view, *each) for each in view.lines()], className="plain")),
    ]


def _line(words: Words, view: CourseView, level: int, child: Any) -> html.Li:  # noqa: ANN401 - a unit or a block
    title = text_in(child.title, words.language)
    shown: list[Any] = [html.B(title)]
    if isinstance(child, Unit):
        shown = [title, " ", html.Span(words("asks", text=move_on_text(words, child)), className="caption")]
    if child.id in view.mapped:
        shown += [" ", parts.badge(words("mapped"), "good")]
    return html.Li(shown, style={"marginInlineStart": f"{min(level, _LEVEL_MOST)}rem"})


def move_on_text(words: Words, unit: Unit) -> str:
    """Return what it takes for a unit to be satisfied."""
    text = words(f"move_on_{unit.move_on}")
    if unit.mastery_score is None:
        return text
    return words("mastery", text=text, score=writing.percent(100 * unit.mastery_score, words.language))


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("who", words("column_who"), "link", 240),
        parts.Column("met", words("column_met"), width=150),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("last", words("column_last"), "instant"),
    ]


def _row(words: Words, view: CourseView, standing: StandingView) -> dict[str, Any]:
    name = standing.who.replace("\\", "\\\\").replace("]", "\\]")
    registration = standing.registration.id
    state = f"good:{words('course_satisfied')}" if standing.is_satisfied else f"plain:{words('course_open')}"
    return {
        "id": str(registration),
        "who": f"[{name}](/dashboards/cmi5/{view.id}/{registration})",
        "met": f"{standing.met} / {len(standing.states)}",
        "state": state,
        "last": None if standing.last is None else iso(standing.last),
    }


PAGES: Final = (
    Page(
        name="administrator.cmi5",
        path="cmi5",
        roles=STAFF,
        title=CMI5_TEXTS["title"],
        draw=draw,
        menu=CMI5_TEXTS["title"],
        icon="book",
        texts=CMI5_TEXTS,
    ),
    Page(
        name="administrator.cmi5_course",
        path="cmi5/<course_id>",
        roles=STAFF,
        title=("Cours cmi5", "cmi5 course"),
        draw=draw_course,
        texts=CMI5_TEXTS,
    ),
    Page(
        name="administrator.cmi5_registration",
        path="cmi5/<course_id>/<registration_id>",
        roles=STAFF,
        title=("Inscription à un cours cmi5", "Registration in a cmi5 course"),
        draw=cmi5_registration.draw,
        acts=cmi5_registration.register,
        texts=CMI5_TEXTS,
    ),
)
