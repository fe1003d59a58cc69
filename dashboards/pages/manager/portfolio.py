"""Every training session in a line, and what they add up to: the manager's first page.

Its reader decides which session to look into: where attendance or realisation slips, where documents are due, and
whether the whole is on course. It also finds a learner by name, address or id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import Input, Output, html

from dashboards import formats
from dashboards.frame import forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.manager import words as said
from dashboards.pages.trainer.words import MODALITIES
from dashboards.views.portfolio import FOUND_MOST, Phase, Portfolio, SessionLine, find_learners, portfolio
from dashboards.words import Texts, Words
from evidence.completeness import State
from training.access import STAFF

_TEXTS: Final[Texts] = {
    **said.SHARED,
    "title": ("Portefeuille de sessions", "Portfolio of sessions"),
    "lead": (
        "Où en est chaque session, et ce qui attend d’être fait.",
        "How each session stands, and what waits to be done.",
    ),
    "decide": ("Voir ce qui attend une décision", "See what needs a decision"),
    "figures": ("Toutes les sessions ensemble", "All sessions together"),
    "registered": ("Inscriptions", "Enrolments"),
    "registered_note": ("dont {ongoing} en cours", "of which {ongoing} under way"),
    "hours": ("Heures-stagiaires", "Trainee hours"),
    "hours_note": ("sur {planned} conventionnées", "of {planned} agreed"),
    "asked": ("Documents à émettre", "Documents to issue"),
    "asked_note": ("dont {overdue} en retard", "of which {overdue} overdue"),
    "sessions": ("Sessions", "Sessions"),
    "sessions_caption": (
        "Les taux portent sur ce qui était dû à ce jour ; « n.c. » quand rien ne l’était.",
        "Rates are of what was due by now; “n/a” where nothing was.",
    ),
    "none_title": ("Aucune session", "No session"),
    "none_hint": (
        "Enregistrez un programme et une session, ou importez-les : elles apparaîtront ici.",
        "Record a programme and a session, or import them: they will appear here.",
    ),
    "none_phase": ("Aucune session dans cet état.", "No session in this state."),
    "all": ("Toutes ({count})", "All ({count})"),
    "running": ("En cours ({count})", "Running ({count})"),
    "upcoming": ("À venir ({count})", "To come ({count})"),
    "ended": ("Terminées ({count})", "Ended ({count})"),
    "choice": ("Sessions à montrer", "Sessions to show"),
    "programme": ("Programme", "Programme"),
    "starts": ("Début", "Starts"),
    "ends": ("Fin", "Ends"),
    "to_issue": ("À émettre", "To issue"),
    "overdue": ("En retard", "Overdue"),
    "issued": ("Émis", "Issued"),
    "by_modality": ("Heures par modalité", "Hours by modality"),
    "by_modality_caption": (
        "Heures prévues aux conventions, dues à ce jour et créditées, toutes sessions ensemble.",
        "Hours agreed, due by now and credited, all sessions together.",
    ),
    "search": ("Trouver un stagiaire", "Find a learner"),
    "search_help": ("Nom, adresse électronique ou identifiant", "Name, e-mail address or id"),
    "search_none": ("Personne ne correspond.", "Nobody matches."),
    "search_most": ("Les {count} premiers ; précisez la recherche.", "The first {count}; say more."),
}
_FOUND, _SEARCH = "portfolio-found", "portfolio-search"


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, portfolio(visit.lens)
    head = parts.heading(words("title"), words("lead"), parts.button_link(words("decide"), "decisions"))
    if not found.sessions:
        return [head, parts.nothing(words("none_title"), words("none_hint"))]
    wanted = visit.place.get("phase", "")
    phase = Phase(wanted) if wanted in set(Phase) else None
    lines = [line for line in found.sessions if phase in (None, line.phase)]
    return [
        head,
        parts.live("as-of", parts.as_of(words, found.as_of)),
        parts.live("figures", _figures(words, found)),
        parts.card(words("search"), _search(words)),
        parts.card(
            words("sessions"),
            parts.table(
                words, "sessions", _columns(words), [_row(words, line) for line in lines],
                empty=words("none_phase"), label=words("sessions"),
            ),
            caption=words("sessions_caption"),
            tools=_choice(words, found, phase),
        ),
        parts.card(words("by_modality"), _hours(words, found), caption=words("by_modality_caption")),
    ]  # fmt: skip


def acts(acts: Acts) -> None:
    """Register the search."""

    @acts.on(STAFF, Output(_FOUND, "children"), Input(_SEARCH, "value"))
    def search(visit: Visit, wanted: object) -> Any:  # noqa: ANN401 - Dash children
        return _found(visit, wanted if isinstance(wanted, str) else "")


def _figures(words: Words, found: Portfolio) -> html.Dl:
    total, language = found.total, words.language
    waiting = sum(found.documents.get(state, 0) for state in (State.OVERDUE, State.DUE, State.MISSING, State.EXPIRED))
    overdue = formats.number(found.documents.get(State.OVERDUE, 0), language)
    return parts.figures(
        parts.figure(
            words, words("registered"), formats.number(total.registered, language),
            note=words("registered_note", ongoing=formats.number(total.ongoing, language)),
        ),
        parts.figure(words, words("attendance"), total.figure("attendance_rate_net")),
        parts.figure(words, words("realisation"), total.figure("realisation_rate")),
        parts.figure(words, words("completion"), total.figure("completion_rate")),
        parts.figure(words, words("dropout"), total.figure("dropout_rate")),
        parts.figure(
            words, words("hours"), writing.hours(total.credited_seconds, language),
            note=words("hours_note", planned=writing.hours(total.planned_seconds, language)),
        ),
        parts.figure(
            words, words("asked"), formats.number(waiting, language),
            note=words("asked_note", overdue=overdue), href="/dashboards/decisions?kind=document_due",
        ),
    )  # fmt: skip


def _choice(words: Words, found: Portfolio, phase: Phase | None) -> Any:  # noqa: ANN401 - a component
    counts = {item: formats.number(found.phases.get(item, 0), words.language) for item in Phase}
    every = formats.number(len(found.sessions), words.language)
    options = [("portfolio", words("all", count=every), phase is None)]
    options += [(f"portfolio?phase={item}", words(item.value, count=counts[item]), phase is item) for item in Phase]
    return parts.choice(words("choice"), options)


def _columns(words: Words) -> list[parts.Column]:
    # What tells where to look first stands first: the rest is a scroll away where there is no room.
    return [
        parts.Column("title", words("session"), "link", 230),
        parts.Column("starts", words("starts"), "day"),
        parts.Column("state", words("state"), "badge", 125),
        parts.Column("people", words("people"), "number", 105),
        parts.Column("attendance", words("attendance_short"), "percent", 115),
        parts.Column("realisation", words("realisation"), "percent", 125),
        parts.Column("waiting", words("to_issue"), "number", 115),
        parts.Column("overdue", words("overdue"), "number", 110),
        parts.Column("completion", words("completion"), "percent", 125),
        parts.Column("dropout", words("dropout"), "percent", 110),
        parts.Column("credited", words("credited"), "hours", 110),
        parts.Column("issued", words("issued"), "number", 90),
        parts.Column("ends", words("ends"), "day"),
    ]


def _row(words: Words, line: SessionLine) -> Mapping[str, Any]:
    overview = line.overview
    return {
        "id": line.session.id,
        "title": said.cell(line.title, said.session_path(line.session.id)),
        "state": said.badge_of(words, said.PHASES[line.phase]),
        "starts": line.session.starts_on.isoformat(),
        "ends": line.session.ends_on.isoformat(),
        "people": overview.registered,
        "attendance": overview.figure("attendance_rate_net").whole_percent,
        "realisation": overview.figure("realisation_rate").whole_percent,
        "completion": overview.figure("completion_rate").whole_percent,
        "dropout": overview.figure("dropout_rate").whole_percent,
        "credited": overview.credited_seconds,
        "waiting": line.waiting,
        "overdue": line.documents.get(State.OVERDUE, 0),
        "issued": line.documents.get(State.PRESENT, 0),
    }


def _hours(words: Words, found: Portfolio) -> Any:  # noqa: ANN401 - a component
    items = [
        item for item in found.total.modalities if item.planned_seconds or item.due_seconds or item.credited_seconds
    ]
    names = [words.say(MODALITIES[item.modality]) for item in items]
    series = (
        (words("planned"), [item.planned_seconds for item in items], parts.SERIES[4]),
        (words("due"), [item.due_seconds for item in items], parts.SERIES[2]),
        (words("credited"), [item.credited_seconds for item in items], parts.SERIES[0]),
    )
    picture = {
        "data": [
            {
                "type": "bar", "name": name, "x": names, "y": [round(value / 3600, 1) for value in values],
                "marker": {"color": colour}, "customdata": [writing.hours(value, words.language) for value in values],
                "hovertemplate": "%{x}<br>%{fullData.name} %{customdata}<extra></extra>",
            }
            for name, values, colour in series
        ],
        "layout": {"barmode": "group", "yaxis": {"ticksuffix": "\u00a0h"}},
    }  # fmt: skip
    told = ", ".join(
        words("told", name=name, value=writing.hours(item.credited_seconds, words.language))
        for name, item in zip(names, items, strict=True)
    )
    return parts.chart(words, "modalities", picture, caption=f"{words('by_modality_caption')} {told}", is_said=True)


def _search(words: Words) -> Any:  # noqa: ANN401 - a component
    return [
        forms.text(_SEARCH, words("search_help"), kind="search", most=100),
        html.Div(id=_FOUND, role="status", className="found"),
    ]


def _found(visit: Visit, wanted: str) -> Any:  # noqa: ANN401 - Dash children
    words = visit.words
    if not wanted.strip():
        return []
    learners = find_learners(visit.lens, wanted[:100])
    if not learners:
        return html.P(words("search_none"))
    items = [
        html.Li(
            [
                parts.link(learner.name, said.enrolment_path(learner.enrolment.id)),
                html.Div(said.joined((learner.session, learner.email)), className="caption"),
            ]
        )
        for learner in learners
    ]
    limit = [html.P(words("search_most", count=FOUND_MOST))] if len(learners) == FOUND_MOST else []
    return [html.Ul(items, style=said.LINES), *limit]


PAGE: Final = Page(
    name="manager.portfolio",
    path="portfolio",
    roles=STAFF,
    title=_TEXTS["title"],
    draw=draw,
    menu=("Portefeuille", "Portfolio"),
    icon="layers",
    acts=acts,
    texts=_TEXTS,
)
