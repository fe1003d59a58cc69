"""My own statements, of a day, an activity or a session; each as it is stored.

A learner decides with it whether what platforms say of them is right, and asks for it to be put right if it is not.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from dash import html

from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.learner.words import LEARNER_TEXTS, ROLES, day_text
from dashboards.verbs import activity_name, verb_name
from dashboards.views.learner_records import RecordLine, RecordPage, parse_page, records_of
from dashboards.views.statements_asked import Asked, parse_asked
from dashboards.views.statements_text import set_out
from dashboards.words import Words
from lrs.clock import to_datetime

TEXTS: Final = {
    **LEARNER_TEXTS,
    "title": ("Mes traces", "My statements"),
    "lead": (
        "Telles que les plateformes les ont envoyées et qu’elles sont conservées.",
        "As platforms sent them, and as they are stored.",
    ),
    "up": ("Mes données", "My data"),
    "of_day": ("Le {day}", "On {day}"),
    "of_all": ("Toutes mes traces", "All my statements"),
    "of_activity": ("Une activité", "One activity"),
    "of_slot": ("Une demi-journée", "One half-day"),
    "of_enrolment": ("Une inscription", "One enrolment"),
    "none": ("Aucune trace ici", "No statement here"),
    "none_hint": (
        "Rien n’est enregistré de vous pour ce qui est demandé.",
        "Nothing is recorded of you for what was asked.",
    ),
    "passed": ("réussi", "passed"),
    "failed": ("non réussi", "failed"),
    "completed": ("terminé", "completed"),
    "score": ("score {score}", "score {score}"),
    "voided": ("annulée", "voided"),
    "erased": ("effacée", "erased"),
    "json": ("Le texte conservé (JSON)", "The text as stored (JSON)"),
    "stored": ("Reçue le {at}", "Received on {at}"),
    "page": ("Page {number} sur {pages}", "Page {number} of {pages}"),
    "before": ("Page précédente", "Previous page"),
    "after": ("Page suivante", "Next page"),
    "wrong": ("Demander une rectification", "Ask for a rectification"),
}


def draw(visit: Visit) -> list[Any]:
    """Return the page."""
    words, asked = visit.words, parse_asked(visit.place)
    page = records_of(visit.lens, asked, parse_page(visit.place.get("page", "")))
    count = formats.counted(page.total, words("traces_one"), words("traces_many"), words.language)
    head = [
        parts.crumbs(words, (words("up"), "me/data")),
        parts.heading(words("title"), words("lead"), parts.badge(f"{_about(words, asked)} : {count}")),
    ]
    if not page.lines:
        return [*head, parts.live("records", parts.nothing(words("none"), words("none_hint")))]
    lines = html.Ol([_line(words, line) for line in page.lines], className="entries")
    ask = parts.button_link(words("wrong"), "me/requests?right=rectification", quiet=True)
    return [
        *head,
        parts.live("records", parts.card(_about(words, asked), [lines, _pages(words, page)])),
        parts.row(ask),
    ]


def _about(words: Words, asked: Asked) -> str:
    if asked.day is not None:
        return words("of_day", day=day_text(words, asked.day))
    for name, value in (("activity", asked.activity_id), ("slot", asked.slot_id), ("enrolment", asked.enrolment_id)):
        if value:
            return words(f"of_{name}")
    return words("of_all")


def _line(words: Words, line: RecordLine) -> html.Li:
    language = words.language
    if line.is_erased:
        stored = words("stored", at=formats.moment_of(line.stored, language))
        return html.Li(html.Div([parts.badge(words("erased")), html.P(stored)]))
    said = [
        formats.moment(to_datetime(line.timestamp), language),
        verb_name(line.verb, line.verb_names, language),
        activity_name(line.object, line.object_names, language),
    ]
    badges = []
    if line.success is not None:
        badges.append(parts.badge(words("passed" if line.success else "failed"), "good" if line.success else "warning"))
    if line.completion:
        badges.append(parts.badge(words("completed"), "good"))
    if line.scaled is not None:
        badges.append(parts.badge(words("score", score=writing.percent(100 * line.scaled, language))))
    if line.is_voided:
        badges.append(parts.badge(words("voided"), "warning"))
    about = html.P([html.Span(said[0], className="caption"), html.Br(), html.B(f"{said[1]} "), html.Span(said[2])])
    return html.Li(
        [
            html.Div([about, parts.row(*badges) if badges else None]),
            parts.more(words("json"), html.Pre(set_out(line.text), className="scroll", tabIndex=0)),
        ]
    )


def _pages(words: Words, page: RecordPage) -> Any:  # noqa: ANN401 - Dash children
    if page.pages == 1:
        return html.Div()
    asked = page.asked
    given = {"enrolment": asked.enrolment_id, "activity": asked.activity_id, "slot": asked.slot_id}
    said = {name: value for name, value in given.items() if value}
    if asked.day is not None:
        said["day"] = asked.day.isoformat()
    links: list[Any] = [html.Span(words("page", number=page.number, pages=page.pages))]
    for key, number in (("before", page.number - 1), ("after", page.number + 1)):
        if 1 <= number <= page.pages:
            links.append(parts.button_link(words(key), f"me/records?{urlencode({**said, 'page': number})}", quiet=True))
    return parts.row(*links)


PAGE: Final = Page(
    name="learner.records",
    path="me/records",
    roles=ROLES,
    title=("Mes traces", "My statements"),
    draw=draw,
    texts=TEXTS,
)
