"""What pages are made of. The look is the style sheet's business: these say what a thing is.

A page that shows a figure says its count, the instant it is of and its formula: `figure` does. Each part that has a
`name` is refreshed while the page stays open; its name is its own within the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import dash_ag_grid as dag
from dash import dcc, html

from analytics.rates import Figure
from dashboards.words import Words

Children = Any  # what Dash takes as children: text, a component, a list of these
Tone = Literal["plain", "good", "warning", "alarm"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind` says how its values are compared, aligned and exported."""

    field: str
    title: str
    kind: Literal["text", "number", "percent", "hours", "day", "instant", "link"] = "text"
    width: int | None = None


def heading(title: str, lead: str = "", *aside: Children) -> html.Div:
    """Return the head of a page: its title, one sentence that says what it is for, and what stands beside."""
    words = [html.H1(title), *([html.P(lead, className="lead")] if lead else [])]
    return html.Div([html.Div(words), html.Div(list(aside), className="aside")], className="heading")


def card(title: str, children: Children, *, caption: str = "", tools: Children = None) -> html.Section:
    """Return a titled part of a page; `caption` says in words what it shows."""
    head = [html.H2(title), *([html.P(caption, className="caption")] if caption else [])]
    return html.Section([html.Div([html.Div(head), tools], className="card-head"), children], className="card")


def live(name: str, children: Children) -> html.Div:
    """Return a part whose children are refreshed."""
    return html.Div(children, id={"live": name})


def figure(words: Words, label: str, shown: Figure | str, *, note: str = "", href: str = "") -> html.Div:
    """Return one figure with its label.

    Of a `Figure`, its value in percent, its numerator and denominator, and on demand its formula, its version, the
    instant and the rules it is of; « n.c. » where nothing was due. `href` leads to what it is made of.
    """
    del words
    value = shown if isinstance(shown, str) else f"{shown.whole_percent}"
    return html.Div(
        [html.Dt(label), html.Dd(value, className="value"), html.Dd(note), html.A(href=href) if href else None]
    )


def figures(*items: Children) -> html.Dl:
    """Return figures side by side."""
    return html.Dl(list(items), className="figures")


def table(
    words: Words, name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], *, empty: str = ""
) -> html.Div:
    """Return a table that sorts, filters, and exports to CSV and XLSX. Every row has an `id` of its own.

    A `link` cell is `[text](address)`, `hours` are seconds, `percent` a number from 0 to 100 or None, `day` and
    `instant` ISO texts: shown as the reader's language writes them, exported as they are. `empty` is said where there
    is no row.
    """
    del words, empty
    shown = [{"field": column.field, "headerName": column.title} for column in columns]
    return html.Div(dag.AgGrid(id={"table": name}, rowData=list(rows), columnDefs=shown))


def chart(words: Words, name: str, picture: Mapping[str, Any], *, caption: str) -> html.Figure:
    """Return a plotly figure, given as plain data, that exports to PNG; `caption` says the same in words."""
    del words
    return html.Figure([dcc.Graph(id={"chart": name}, figure=dict(picture)), html.Figcaption(caption)])


def badge(text: str, tone: Tone = "plain") -> html.Span:
    """Return a word or two that say a state."""
    return html.Span(text, className=f"badge {tone}")


def notice(title: str, children: Children = None, *, tone: Tone = "plain") -> html.Div:
    """Return something that the reader must know or do."""
    return html.Div([html.B(title), children], className=f"notice {tone}", role="status")


def nothing(title: str, hint: str = "", *action: Children) -> html.Div:
    """Return what stands where there is nothing to show: why, and what to do about it."""
    return html.Div([html.B(title), html.P(hint) if hint else None, *action], className="nothing")


def link(text: str, path: str) -> dcc.Link:
    """Return a link to a page; `path` is below `/dashboards/`."""
    return dcc.Link(text, href=f"/dashboards/{path}")


# Colours of series, in order, as the style sheet names them: light and dark are its business.
SERIES: Final = ("var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)", "var(--series-5)")
