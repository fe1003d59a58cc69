"""How a session's questions are answered, and where its learners stall.

Its reader decides which question or lesson to take up again with the group, and which content to have mended.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.views.trainer_results import QuestionResult, SessionResults, StallPoint, session_results
from dashboards.words import Texts, Words
from training.access import Role

_TEXTS: Final[Texts] = {
    "results_up": ("Mes sessions", "My sessions"),
    "results_title": ("Résultats et blocages", "Results and blocking points"),
    "results_lead": (
        "{title} : les questions les moins réussies d’abord, puis les activités commencées et pas finies.",
        "{title}: the questions that are answered worst first, then activities that were begun and not finished.",
    ),
    "results_questions": ("Questions de quiz", "Quiz questions"),
    "results_questions_caption": (
        "Première réponse de chacun. L’intervalle (95 %) dit ce que si peu de réponses permettent d’affirmer.",
        "Everybody’s first answer. The interval (95%) says what so few answers allow to claim.",
    ),
    "results_questions_none": (
        "Aucune réponse à une question n’est enregistrée pour cette session.",
        "No answer to a question is on record for this session.",
    ),
    "results_stalls": ("Où cela bloque", "Where it stalls"),
    "results_stalls_caption": (
        "Activités commencées et pas finies ; le temps médian de ceux qui ont fini, face au temps annoncé.",
        "Activities begun and not finished; the median time of those who finished, against the announced time.",
    ),
    "results_stalls_none": ("Personne n’a encore commencé d’activité.", "Nobody has begun an activity yet."),
    "col_question": ("Question", "Question"),
    "col_activity": ("Activité", "Activity"),
    "col_answered": ("Répondants", "Answered by"),
    "col_right": ("Réussies", "Right"),
    "col_share": ("Part juste", "Share right"),
    "col_interval": ("Intervalle", "Interval"),
    "col_chosen": ("Réponses données", "Responses given"),
    "col_module": ("Module", "Module"),
    "col_began": ("Commencée par", "Begun by"),
    "col_unfinished": ("Pas finie", "Not finished"),
    "col_stopped": ("Arrêtés là", "Stopped there"),
    "col_failed": ("En échec", "Failed"),
    "col_attempts": ("Essais, médiane", "Attempts (median)"),
    "col_minutes": ("Temps actif médian", "Median active time"),
    "col_estimated": ("Temps annoncé", "Announced time"),
    "some_of": ("{part} sur {whole}", "{part} of {whole}"),
    "between": ("{low} à {high}", "{low} to {high}"),
}


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw the page."""
    words = visit.words
    found = session_results(visit.lens, visit.place["session_id"], visit.language)
    return [
        parts.crumbs(
            words, (words("results_up"), "teaching/sessions"), (found.title, f"teaching/sessions/{found.session.id}")
        ),
        parts.heading(
            words("results_title"),
            words("results_lead", title=found.title),
            parts.live("as-of", parts.as_of(words, found.as_of)),
        ),
        parts.card(words("results_questions"), _questions(words, found), caption=words("results_questions_caption")),
        parts.card(words("results_stalls"), _stalls(words, found), caption=words("results_stalls_caption")),
    ]


def _questions(words: Words, found: SessionResults) -> Any:  # noqa: ANN401 - Dash children
    if not found.questions:
        return html.P(words("results_questions_none"))
    columns = (
        parts.Column("question", words("col_question"), width=250),
        parts.Column("activity", words("col_activity"), width=130),
        parts.Column("answered", words("col_answered"), "number", 104),
        parts.Column("right", words("col_right"), width=110),
        parts.Column("share", words("col_share"), "percent", 76),
        parts.Column("interval", words("col_interval"), width=120),
        parts.Column("chosen", words("col_chosen"), width=240),
    )
    rows = [_question(words, item) for item in found.questions]
    return parts.table(words, "questions", columns, rows, label=words("results_questions"))


def _question(words: Words, item: QuestionResult) -> dict[str, Any]:
    interval, language = "", words.language
    if item.interval is not None:
        low, high = (writing.percent(100 * bound, language) for bound in item.interval)
        interval = words("between", low=low, high=high)
    chosen = "\u00a0; ".join(f"{'✓ ' if one.is_right else ''}{one.text} ({one.count})" for one in item.responses)
    return {
        "id": f"{item.activity_id} {item.question}",
        "question": item.text or item.question.rstrip("/").rpartition("/")[2],
        "activity": item.activity,
        "answered": item.people,
        "right": words("some_of", part=item.right, whole=item.judged) if item.judged else "",
        "share": item.percent,
        "interval": interval,
        "chosen": chosen,
    }


def _stalls(words: Words, found: SessionResults) -> Any:  # noqa: ANN401 - Dash children
    if not found.stalls:
        return html.P(words("results_stalls_none"))
    columns = (
        parts.Column("activity", words("col_activity"), width=215),
        parts.Column("module", words("col_module"), width=160),
        parts.Column("began", words("col_began"), "number", 116),
        parts.Column("unfinished", words("col_unfinished"), "number", 80),
        parts.Column("stopped", words("col_stopped"), "number", 80),
        parts.Column("failed", words("col_failed"), "number", 76),
        parts.Column("attempts", words("col_attempts"), "number", 90),
        parts.Column("minutes", words("col_minutes"), "hours", 108),
        parts.Column("estimated", words("col_estimated"), "hours", 92),
    )
    rows = [_stall(item) for item in found.stalls]
    return parts.table(words, "stalls", columns, rows, label=words("results_stalls"))


def _stall(item: StallPoint) -> dict[str, Any]:
    minutes = item.active_minutes.median
    return {
        "id": item.activity_id,
        "activity": item.title,
        "module": item.module,
        "began": item.began,
        "unfinished": item.unfinished,
        "stopped": item.stopped,
        "failed": item.failed,
        "attempts": item.attempts.median,
        "minutes": None if minutes is None else minutes * 60,
        "estimated": item.estimated_minutes * 60 or None,
    }


RESULTS: Final = Page(
    name="trainer.results",
    path="teaching/sessions/<session_id>/results",
    roles=frozenset((Role.TRAINER,)),
    title=("Résultats et blocages", "Results and blocking points"),
    draw=draw,
    texts=_TEXTS,
)
