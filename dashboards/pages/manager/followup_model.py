"""Whether the model can be relied on: what it learnt from, how it held on later sessions, what has changed since.

Its reader decides whether alerts deserve the time they take, and whether to have estimates turned off.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from analytics.risk.meanings import meanings
from dashboards import formats
from dashboards.frame import parts, writing
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.estimates import ESTIMATE_TEXTS
from dashboards.pages.manager import words as said
from dashboards.pages.manager.followup_words import FOLLOWUP_TEXTS, nav
from dashboards.pages.manager.followups import part_text, percent_text
from dashboards.views.estimated import ModelCard, RiskDrift
from dashboards.views.risk_followup import last_day
from dashboards.views.risk_model import CALIBRATED_WITHIN, ModelView, SessionLine, model_view
from dashboards.words import Words
from training.access import STAFF

# The smallest that says something has changed; and how many of them are shown.
_WORTH: Final = 0.1
_FEATURES: Final = 12


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the page."""
    words, found = visit.words, model_view(visit.lens)
    head = [
        parts.heading(words("model_title"), words("model_lead")),
        parts.live("as-of", parts.as_of(words, found.as_of)),
        nav(words, "model"),
    ]
    if not found.is_on:
        return [*head, parts.notice(words("off_title"), words("off_text"))]
    if found.status is not None and found.status.trouble:
        head.append(parts.notice(found.status.trouble, tone="warning"))
    if not found.cards:
        return [*head, parts.nothing(words("model_none"), words("model_none_hint")), *_trainings(words, found)]
    return [
        *head,
        parts.live("status", _status(words, found)),
        parts.card(words("cards"), parts.stack(*(_card(words, card) for card in found.cards))),
        parts.card(
            words("judged"),
            _judged(words, found),
            caption=words("judged_caption", limit=writing.decimal(CALIBRATED_WITHIN, words.language)),
        ),
        parts.card(words("drift"), _drift(words, found), caption=words("drift_caption")),
        parts.two(_lead(words, found), parts.card(words("groups"), html.P(words("groups_text")))),
        *_trainings(words, found),
    ]


def _status(words: Words, found: ModelView) -> Any:  # noqa: ANN401 - a component
    status, language = found.status, words.language
    if status is None:
        return html.Div()
    at = words("never") if status.scored_at is None else writing.as_of_text(status.scored_at, language)
    trained = words("never") if status.trained_at is None else writing.as_of_text(status.trained_at, language)
    count = f"{formats.number(status.scored, language)} / {formats.number(status.active, language)}"
    lines = [(words("status_scored"), count), (words("status_at"), at), (words("status_trained"), trained)]
    if status.next_training_on is not None:
        lines.append((words("status_next"), formats.short_day(status.next_training_on, language)))
    return parts.facts(*lines)


def _card(words: Words, card: ModelCard) -> Any:  # noqa: ANN401 - a component
    training, language = card.training, words.language
    name = words("model_pooled" if card.model.is_pooled else "model_own", version=card.model.version)
    learnt = training.why
    if training.first_on is not None and training.last_on is not None:
        learnt = words(
            "card_learnt_text", first=formats.short_day(training.first_on, language),
            last=formats.short_day(training.last_on, language),
            count=formats.number(sum(training.counts.values()), language),
        )  # fmt: skip
    return html.Div(
        [
            html.H3(words(f"target_{card.model.target}")),
            parts.facts(
                (words("card_model"), name),
                (words("card_since"), writing.as_of_text(card.active_since, language)),
                (words("card_learnt"), learnt),
                (words("card_why"), training.why),
                (words("card_signed"), html.Code(f"{card.digest[:16]}… {card.signed_by}")),
            ),
        ]
    )


def _judged(words: Words, found: ModelView) -> Any:  # noqa: ANN401 - a component
    columns = [
        parts.Column("session", words("session"), "text", 200),
        parts.Column("day", words("day"), "number", 110),
        parts.Column("count", words("count"), "number", 100),
        parts.Column("base", words("base"), "percent", 120),
        parts.Column("auc", words("auc"), "text", 170),
        parts.Column("brier", words("brier"), "text", 150),
        parts.Column("error", words("error"), "badge", 150),
        parts.Column("precision", words("precision"), "percent", 130),
        parts.Column("recall", words("recall"), "percent", 120),
    ]
    rows = [_judged_row(words, at, line) for at, line in enumerate(found.sessions)]
    return parts.table(words, "judged", columns, rows, empty=words("judged_none"), label=words("judged"))


def _judged_row(words: Words, at: int, line: SessionLine) -> dict[str, Any]:
    figures, language = line.figures, words.language

    def number(value: float | None) -> str:
        return "" if value is None else writing.decimal(round(value, 2), language)

    def percent(value: float | None) -> int | None:
        return None if value is None else round(100 * value)

    auc, error = number(figures.auc), figures.calibration_error
    if figures.auc_low is not None and figures.auc_high is not None:
        auc += f" ({number(figures.auc_low)} – {number(figures.auc_high)})"
    tone = "good" if error is not None and error <= CALIBRATED_WITHIN else "warning"
    return {
        "id": str(at),
        "session": line.title or words("together"),
        "day": figures.day,
        "count": figures.count,
        "base": percent(figures.base_rate),
        "auc": auc,
        "brier": f"{number(figures.brier)} ({number(figures.brier_constant)})" if figures.brier is not None else "",
        "error": "" if error is None else f"{tone}:{number(error) or '0'}",
        "precision": percent(figures.precision),
        "recall": percent(figures.recall),
    }


def _drift(words: Words, found: ModelView) -> Any:  # noqa: ANN401 - a component
    if not found.drift:
        return parts.nothing(words("drift_none"))
    return parts.stack(*(_drift_of(words, item) for item in found.drift), *_drift_chart(words, found))


def _drift_of(words: Words, drift: RiskDrift) -> Any:  # noqa: ANN401 - a component
    language = words.language
    shown: list[Any] = [html.H3(words(f"target_{drift.model.target}"))]
    if drift.said is not None and drift.happened is not None:
        text = words(
            "drift_said", said=writing.percent(round(100 * drift.said), language),
            happened=writing.percent(round(100 * drift.happened), language),
            count=formats.number(drift.finished, language),
        )  # fmt: skip
        shown.append(html.P(text))
    # A feature that an earlier version had is known by its name alone.
    named = meanings(words.language)
    columns = [
        parts.Column("feature", words("feature"), "text", 420),
        parts.Column("index", words("index"), "badge", 170),
        parts.Column("missing", words("missing"), "text", 220),
    ]
    rows = [
        {
            "id": item.feature,
            "feature": named.get(item.feature, item.feature),
            "index": f"{'warning' if item.stability_index >= _WORTH else 'good'}:"
            + (writing.decimal(round(item.stability_index, 2), language) or "0"),
            "missing": f"{writing.percent(round(100 * item.missing_before), language)} / "
            f"{writing.percent(round(100 * item.missing_now), language)}",
        }
        for item in drift.features[:_FEATURES]
    ]
    label = f"{words('drift')}, {words(f'target_{drift.model.target}')}"
    shown.append(parts.table(words, f"drift-{drift.model.target}", columns, rows, label=label))
    return html.Div(shown)


def _drift_chart(words: Words, found: ModelView) -> list[Any]:
    days = [item for item in found.drift_history if item.features]
    if len(days) < 2:  # noqa: PLR2004 - one point is no line
        return []
    picture = {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers", "x": [item.on.isoformat() for item in days],
                "y": [max(shift.stability_index for shift in item.features) for item in days],
                "line": {"color": parts.SERIES[0]}, "hovertemplate": "%{x}<br>%{y:.2f}<extra></extra>",
            }
        ],
        "layout": {"yaxis": {"rangemode": "tozero"}, "xaxis": {"type": "date"}},
    }  # fmt: skip
    return [parts.chart(words, "drift", picture, caption=words("drift_chart"))]


def _lead(words: Words, found: ModelView) -> Any:  # noqa: ANN401 - a component
    lead = found.lead
    if lead is None:
        return html.Div()
    days = words("figure_none")
    if lead.median_days is not None:
        days = said.counted(words, lead.median_days, ("jour", "day"), ("jours", "days"))
    shown = parts.figures(
        parts.figure(words, words("lead_named"), percent_text(words, lead.named), note=part_text(words, lead.named)),
        parts.figure(words, words("lead_days"), days),
    )
    return parts.card(words("lead"), shown, caption=words("lead_caption"))


def _trainings(words: Words, found: ModelView) -> list[Any]:
    if not found.trainings:
        return []
    columns = [
        parts.Column("at", words("at"), "day"),
        parts.Column("target", words("target"), "text", 240),
        parts.Column("verdict", words("verdict"), "badge", 120),
        parts.Column("difference", words("auc"), "text", 170),
        parts.Column("why", words("why"), "text", 300),
    ]
    rows = []
    for at, item in enumerate(found.trainings):
        difference = ""
        if item.difference is not None:
            middle, low, high = (writing.decimal(round(value, 2), words.language) for value in item.difference)
            difference = f"{middle} ({low} – {high})"
        rows.append(
            {
                "id": str(at),
                "at": last_day(item.at).isoformat(),
                "target": words(f"target_{item.target}"),
                "verdict": ("good:" if item.is_kept else "plain:") + words(f"verdict_{item.verdict}"),
                "difference": difference,
                "why": item.why,
            }
        )
    table = parts.table(words, "trainings", columns, rows, label=words("trainings"))
    return [parts.card(words("trainings"), table, caption=words("trainings_caption"))]


PAGE: Final = Page(
    name="manager.followup_model",
    path="followups/model",
    roles=STAFF,
    title=FOLLOWUP_TEXTS["model_title"],
    draw=draw,
    texts={**FOLLOWUP_TEXTS, **ESTIMATE_TEXTS},
    always_changes=True,
)
