"""What I have earned, and exactly why.

A learner decides with it whether what is recorded of their work is right: every badge and every point leads to the
statements that gave it. Nobody else is on the page, and there is no ranking.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from dash import html

from dashboards import formats
from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.learner.words import LEARNER_TEXTS, ROLES, day_text, statements_link, unknown
from dashboards.views.learner_badges import BadgeLine, Earned, Encouragement, PointLine, Source, encouragement
from dashboards.words import Words

TEXTS: Final = {
    **LEARNER_TEXTS,
    "title": ("Badges et points", "Badges and points"),
    "lead": (
        "Chacun dit par quelle règle il est donné et de quelles traces il vient. Personne n’est classé.",
        "Each says by which rule it is given and from which statements. Nobody is ranked.",
    ),
    "earned_figure": ("Badges obtenus", "Badges earned"),
    "points_figure": ("Points", "Points"),
    "rules_version": ("Règles, version {version}", "Rules, version {version}"),
    "earned": ("Obtenus", "Earned"),
    "to_come": ("À obtenir", "To be earned"),
    "to_come_caption": (
        "Une dispense ou une absence justifiée ne coûte ni badge ni point ; aller plus lentement non plus.",
        "A waiver or a justified absence costs neither badge nor point; nor does going more slowly.",
    ),
    "none": ("Pas encore de badge", "No badge yet"),
    "none_hint": (
        "Le premier vient avec votre première activité terminée.",
        "The first comes with your first activity done.",
    ),
    "got": ("Le {day}, {course}", "On {day}, {course}"),
    "rule": ("Règle : {rule}", "Rule: {rule}"),
    "because": ("Pourquoi : {what}", "Why: {what}"),
    "points": ("Mes points, ligne par ligne", "My points, line by line"),
    "points_caption": ("Chaque ligne mène aux traces qui la donnent.", "Each line leads to the statements behind it."),
    "points_none": ("Aucun point pour l’instant.", "No points yet."),
    "column_day": ("Date", "Date"),
    "column_what": ("Pour quoi", "For what"),
    "column_rule": ("Règle", "Rule"),
    "column_course": ("Session", "Session"),
    "column_points": ("Points", "Points"),
    "column_traces": ("Traces", "Statements"),
    "half_day_of": ("{half_day} du {day}", "{half_day} of {day}"),
    "more_sources": ("et {count} autre(s)", "and {count} more"),
    "rules": ("Comment les points sont donnés", "How points are given"),
}
_SOURCES_SHOWN: Final = 4


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, view = visit.words, encouragement(visit.lens)
    head = parts.heading(words("title"), words("lead"), parts.live("as-of", parts.as_of(words, view.as_of)))
    if not view.is_known:
        return [head, unknown(words)]
    language = words.language
    count = parts.figures(
        parts.figure(words, words("earned_figure"), formats.number(view.earned_count, language)),
        parts.figure(
            words, words("points_figure"), formats.number(view.total, language),
            note=words("rules_version", version=view.registry_version),
        ),
    )  # fmt: skip
    return [
        head,
        parts.live("count", count),
        parts.card(words("earned"), parts.live("earned", _earned(words, view))),
        parts.live("to-come", _to_come(words, view)),
        _points(words, view),
    ]


def _earned(words: Words, view: Encouragement) -> Any:  # noqa: ANN401 - Dash children
    lines = [line for line in view.badges if line.earned]
    if not lines:
        return parts.nothing(words("none"), words("none_hint"))
    return parts.stack(*(_badge(words, line) for line in lines))


def _badge(words: Words, line: BadgeLine) -> html.Div:
    badge = line.badge
    return html.Div(
        [
            parts.row(html.Span(className=f"icon i-{badge.icon}"), html.H3(words.say(badge.title))),
            html.P(words.say(badge.meaning), className="caption"),
            *(_time(words, item) for item in line.earned),
            html.P(words("rule", rule=words.say(badge.rule)), className="caption"),
        ]
    )


def _time(words: Words, item: Earned) -> html.P:
    course = f"{item.course}, {item.module}" if item.module else item.course
    path = f"me/records?{urlencode(_first(item.enrolment_id, item.sources))}"
    return html.P(
        [
            words("got", day=day_text(words, item.earned_on), course=course),
            html.Br(),
            words("because", what=_sources(words, item.sources)),
            " ",
            statements_link(words, item.statement_ids, path) if item.statement_ids else "",
        ]
    )


def _sources(words: Words, sources: tuple[Source, ...]) -> str:
    shown = [_source(words, item) for item in sources[:_SOURCES_SHOWN]]
    rest = len(sources) - len(shown)
    return ", ".join([*shown, *([words("more_sources", count=rest)] if rest > 0 else [])])


def _source(words: Words, source: Source) -> str:
    if source.day is None:
        return source.title
    half_day = words(source.half_day) if source.half_day else ""
    return words("half_day_of", half_day=half_day, day=day_text(words, source.day))


def _first(enrolment_id: str, sources: tuple[Source, ...]) -> dict[str, str]:
    """Return what the address of the statements says: of one thing it names it, of several the enrolment."""
    said = {"enrolment": enrolment_id}
    if len(sources) == 1:
        source = sources[0]
        said |= {"activity": source.activity_id} if source.activity_id else {}
        said |= {"slot": source.slot_id} if source.slot_id else {}
    return said


def _to_come(words: Words, view: Encouragement) -> html.Section:
    lines = [line.badge for line in view.badges if not line.earned]
    items = [
        html.Div([html.B(words.say(badge.title)), html.P(words.say(badge.rule), className="caption")])
        for badge in lines
    ]
    rules = html.Ul([html.Li(words.say(rule.rule)) for rule in view.rules])
    body = parts.stack(*items, parts.more(words("rules"), rules))
    return parts.card(words("to_come"), body, caption=words("to_come_caption"))


def _points(words: Words, view: Encouragement) -> html.Section:
    columns = [
        parts.Column("day", words("column_day"), "day"),
        parts.Column("what", words("column_what")),
        parts.Column("rule", words("column_rule")),
        parts.Column("course", words("column_course")),
        parts.Column("points", words("column_points"), "number"),
        parts.Column("traces", words("column_traces"), "link"),
    ]
    rows = [_row(words, at, line) for at, line in enumerate(view.points)]
    table = parts.table(words, "points", columns, rows, empty=words("points_none"))
    return parts.card(words("points"), table, caption=words("points_caption"))


def _row(words: Words, at: int, line: PointLine) -> dict[str, Any]:
    path = f"/dashboards/me/records?{urlencode(_first(line.enrolment_id, (line.source,)))}"
    count = formats.counted(len(line.statement_ids), words("traces_one"), words("traces_many"), words.language)
    return {
        "id": str(at),
        "day": line.on.isoformat() if line.on else "",
        "what": _source(words, line.source),
        "rule": words.say(line.rule.title),
        "course": line.course,
        "points": line.points,
        "traces": f"[{count}]({path})" if line.statement_ids else "",
    }


PAGE: Final = Page(
    name="learner.badges",
    path="me/badges",
    roles=ROLES,
    title=("Badges et points", "Badges and points"),
    menu=("Badges et points", "Badges and points"),
    icon="badge",
    draw=draw,
    texts=TEXTS,
)
