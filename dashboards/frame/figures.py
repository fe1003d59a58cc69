"""A figure with what makes it one: its count, the instant it is of, and its formula for who asks."""

from __future__ import annotations

from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from analytics.rates import Figure
from dashboards import formats
from dashboards.frame import writing
from dashboards.frame.formulas import explain
from dashboards.words import Words

_NOUNS: Final = {"activity": ("unit_activity", "unit_activities"), "enrolment": ("unit_enrolment", "unit_enrolments")}


def figure(words: Words, label: str, shown: Figure | str, *, note: str = "", href: str = "") -> html.Div:
    """Return one figure with its label.

    Of a `Figure`, its value in percent, its numerator and denominator, and on demand its formula, its version, the
    instant and the rules it is of; « n.c. » where nothing was due. `href` leads to what it is made of.
    """
    if isinstance(shown, str):
        value, count, how = shown, "", None
    else:
        percent = shown.whole_percent
        value = words("figure_none") if percent is None else writing.percent(percent, words.language)
        count = words("figure_none_text") if percent is None else count_text(words, shown)
        how = how_made(words, label, shown)
    said = html.A(value, href=href, title=words("figure_details")) if href else value
    under = [html.Dd(text) for text in (count, note) if text]
    return html.Div(
        [
            html.Dt([html.Span(label), how] if how else label),
            html.Dd(said, className="value"),
            *under,
        ],
        className="figure",
    )


def inline_figure(words: Words, label: str, shown: Figure) -> html.Span:
    """Return a rate within a line: its value, its count, and on demand how it is worked out."""
    percent = shown.whole_percent
    value = words("figure_none") if percent is None else writing.percent(percent, words.language)
    count = [] if percent is None else [html.Span(count_text(words, shown), className="of")]
    return html.Span([html.B(value), *count, how_made(words, label, shown)], className="inline-figure")


def count_text(words: Words, shown: Figure) -> str:
    """Write what a rate divides by what: 12 sur 15 activités, 10 h 30 sur 14 h."""
    language = words.language
    if shown.unit == "second":
        part, whole = writing.hours(shown.numerator, language), writing.hours(shown.denominator, language)
        return words("figure_of", part=part, whole=whole)
    part = formats.number(shown.numerator, language)
    nouns = _NOUNS.get(shown.unit)
    if nouns is None:
        return words("figure_of", part=part, whole=formats.number(shown.denominator, language))
    return words(
        "figure_of", part=part, whole=formats.counted(shown.denominator, words(nouns[0]), words(nouns[1]), language)
    )


def how_made(words: Words, label: str, shown: Figure) -> Component:
    """Return what opens on demand, by mouse or by keyboard: the formula, the instant, the rules."""
    told = explain(shown.formula, words.language)
    lines: list[tuple[str, Any]] = [
        (words("figure_formula"), f"{told.title} ({shown.formula}, v{shown.version})"),
        (words("figure_numerator"), told.numerator),
        (words("figure_denominator"), told.denominator),
        (words("figure_as_of"), writing.as_of_text(shown.as_of, words.language)),
        (words("figure_rules"), shown.rules_version),
    ]
    name = f"{words('figure_how')} : {label}" if words.language == "fr" else f"{words('figure_how')}: {label}"
    details = [item for title, text in lines for item in (html.Span(title, className="how-title"), html.Span(text))]
    return html.Details(
        [
            html.Summary(html.Span(name, className="unseen"), className="how-mark"),
            html.Div(details, className="how-text"),
        ],
        className="how",
    )
