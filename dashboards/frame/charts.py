"""Charts: plotly figures as plain data, in colours that read on light and on dark, with their picture to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from dashboards import formats
from dashboards.frame.attributes import wild
from dashboards.languages import Language
from dashboards.words import Words

# Each has a contrast of at least 3 to both the light and the dark card, so that one figure suits both.
COLOURS: Final[Mapping[str, str]] = {
    "series-1": "#4c6ef5",
    "series-2": "#0c9a78",
    "series-3": "#d9620e",
    "series-4": "#b34fd1",
    "series-5": "#7a8599",
    "good": "#0c9a78",
    "warn": "#c47708",
    "bad": "#e03e3e",
    "muted": "#7a8599",
    "bar": "#4c6ef5",
    "accent": "#4c6ef5",
}
# Colours of series, in order; what a page writes as `var(--series-1)` in its figure becomes one of these.
SERIES: Final = tuple(f"var(--series-{at})" for at in range(1, 6))
_AXIS: Final = {"automargin": True, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}


def chart(
    words: Words,
    name: str,
    picture: Mapping[str, Any],
    *,
    caption: str,
    height: str = "16rem",
    is_said: bool = False,
) -> html.Figure:
    """Return a plotly figure, given as plain data, that exports to PNG; `caption` says the same in words.

    Colours are `SERIES`, or `var(--good)`, `--warn`, `--bad`, `--muted`; fonts, margins and axes are set here unless
    the figure sets them. `is_said` when the caption already stands beside the chart: it is then for who cannot see it.
    """
    graph = dcc.Graph(
        id={"chart": name},
        figure=_dressed(picture, words.language),
        config=config(words.language),
        responsive=True,
        style={"height": height},
    )
    export = html.Button(
        words("chart_png"),
        type="button",
        className="button small",
        title=words("chart_export"),
        **wild({"data-png": name, "data-title": caption}),
    )
    return html.Figure(
        [
            # To who cannot see it, the caption is the chart.
            html.Div(graph, className="graph", role="img", **wild({"aria-label": caption})),
            html.Figcaption([html.Span(caption, className="unseen" if is_said else "caption"), export]),
        ],
        className="chart",
    )


def config(language: Language) -> Any:  # noqa: ANN401 - dcc's own type lacks `locales`
    """Return plotly.js's configuration, with the names of days and months it lacks in French."""
    keeps = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
    if language == "en":
        return {**keeps, "locale": "en"}
    days = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
    format_ = {
        "days": days,
        "shortDays": [day[:3] + "." for day in days],
        "months": list(formats.MONTHS["fr"]),
        "shortMonths": [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
        ],
        "date": "%d/%m/%Y",
        "decimal": ",",
        "thousands": formats.THIN,
        "year": "%Y",
        "month": "%b %Y",
        "dayMonth": "%-d %b",
        "dayMonthYear": "%-d %b %Y",
    }  # fmt: skip
    return {**keeps, "locale": "fr", "locales": {"fr": {"dictionary": {}, "format": format_}}}


def _dressed(picture: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the figure with what every chart has, where it does not say otherwise."""
    given = _coloured(dict(picture))
    layout = dict(given.get("layout") or {})
    traces = [dict(trace) for trace in given.get("data") or []]
    layout = {
        "autosize": True,
        "bargap": _gap(traces),
        "colorway": [COLOURS[f"series-{at}"] for at in range(1, 6)],
        "dragmode": False,
        "hoverlabel": {"bgcolor": "#1c2333", "bordercolor": "#1c2333", "font": {"color": "#fff", "size": 13}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "inherit", "size": 12},
        "separators": f",{formats.THIN}" if language == "fr" else ".,",
        "showlegend": len(traces) > 1,
        "uirevision": "stays",
        **layout,
    }
    for axis in [name for name in ("xaxis", "yaxis", *layout) if name.startswith(("xaxis", "yaxis"))]:
        layout[axis] = {
            **_AXIS,
            **({"showgrid": False} if axis.startswith("x") else {}),
            **dict(layout.get(axis) or {}),
        }
    return {**given, "data": traces, "layout": layout}


def _gap(traces: list[dict[str, Any]]) -> float:
    """Return the room between bars: two or three of them are no walls."""
    bars = [trace for trace in traces if trace.get("type") == "bar"]
    along = "y" if any(trace.get("orientation") == "h" for trace in bars) else "x"
    count = max((len(trace.get(along) or ()) for trace in bars), default=0) * len(bars)
    return max(0.25, 1 - 0.15 * count) if count else 0.25


def _coloured(value: Any) -> Any:  # noqa: ANN401 - plotly's own
    """Put a colour in the place of each `var(--name)`: plotly.js knows no variables of a style sheet."""
    if isinstance(value, str):
        if value.startswith("var(--") and value.endswith(")"):
            return COLOURS.get(value[6:-1], COLOURS["muted"])
        return value
    if isinstance(value, Mapping):
        return {name: _coloured(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_coloured(item) for item in value]
    return value
