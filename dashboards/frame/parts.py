"""What pages are made of. The look is the style sheet's business: these say what a thing is.

A page that shows a figure says its count, the instant it is of and its formula: `figure` does. Each part that has a
`name` is refreshed while the page stays open; its name is its own within the page. Forms are in `forms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from dashboards.frame import writing
from dashboards.frame.addresses import PREFIX
from dashboards.frame.attributes import wild
from dashboards.frame.charts import SERIES, chart
from dashboards.frame.figures import figure, inline_figure
from dashboards.frame.tables import Column, table
from dashboards.words import Words

__all__ = [
    "SERIES", "Children", "Column", "Tone", "as_of", "badge", "button_link", "card", "chart", "choice", "crumbs",
    "facts", "figure", "figures", "heading", "inline_figure", "link", "live", "meter", "more", "nothing", "notice",
    "row", "stack", "table", "two",
]  # fmt: skip

Children = Any  # what Dash takes as children: text, a component, a list of these
Tone = Literal["plain", "good", "warning", "alarm"]


def heading(title: str, lead: str = "", *aside: Children) -> html.Div:
    """Return the head of a page: its title, one sentence that says what it is for, and what stands beside."""
    words = [html.H1(title, tabIndex=-1), *([html.P(lead, className="lead")] if lead else [])]
    beside = [html.Div(list(aside), className="aside")] if aside else []
    return html.Div([html.Div(words, className="heading-words"), *beside], className="heading")


def crumbs(words: Words, *places: tuple[str, str]) -> html.Nav:
    """Return the way up from here, as (text, path below `/dashboards/`), the highest first; before the heading."""
    return html.Nav(
        html.Ol([html.Li(link(text, path)) for text, path in places]),
        className="crumbs",
        **wild({"aria-label": words("frame_crumbs")}),
    )


def card(title: str, children: Children, *, caption: str = "", tools: Children = None) -> html.Section:
    """Return a titled part of a page; `caption` says in words what it shows."""
    head = [html.H2(title), *([html.P(caption, className="caption")] if caption else [])]
    beside = [html.Div(tools, className="card-tools")] if tools is not None else []
    body = children if isinstance(children, list | tuple) else [children]
    return html.Section([html.Div([html.Div(head), *beside], className="card-head"), *body], className="card")


def live(name: str, children: Children) -> html.Div:
    """Return a part whose children are refreshed. Tables and charts refresh by themselves: leave them outside."""
    return html.Div(children, id={"live": name}, className="live")


def two(*items: Children, wide_first: bool = False) -> html.Div:
    """Return parts side by side where there is room, else one below the other."""
    return html.Div(list(items), className="two wide-first" if wide_first else "two")


def stack(*items: Children) -> html.Div:
    """Return parts one below the other, with the room between them that parts of a page have."""
    return html.Div(list(items), className="stack")


def row(*items: Children) -> html.Div:
    """Return buttons, badges or links in one line, which wraps."""
    return html.Div(list(items), className="row")


def figures(*items: Children) -> html.Dl:
    """Return figures side by side."""
    return html.Dl(list(items), className="figures")


def facts(*items: tuple[str, Children]) -> html.Dl:
    """Return what is known of one thing: a name and what it is, line by line."""
    return html.Dl([html.Div([html.Dt(name), html.Dd(what)]) for name, what in items], className="facts")


def meter(
    words: Words, label: str, part: float, whole: float, *, expected: float | None = None, text: str = ""
) -> html.Div:
    """Return how much of a whole is there, as a bar with its words; `expected` marks where it should be by now."""
    share = 0.0 if whole <= 0 else max(0.0, min(1.0, part / whole))
    said = text or writing.percent(100 * share, words.language)
    mark = None
    if expected is not None and whole > 0:
        mark = html.Span(className="meter-mark", style={"left": f"{100 * max(0.0, min(1.0, expected / whole)):.1f}%"})
    bar = html.Div(
        [html.Span(className="meter-fill", style={"width": f"{100 * share:.1f}%"}), mark], className="meter-bar"
    )
    return html.Div(
        [html.Div([html.Span(label), html.B(said)], className="meter-words"), bar],
        className="meter",
    )


def badge(text: str, tone: Tone = "plain") -> html.Span:
    """Return a word or two that say a state."""
    return html.Span(text, className=f"badge {tone}")


def notice(title: str, children: Children = None, *, tone: Tone = "plain") -> html.Div:
    """Return something that the reader must know or do."""
    return html.Div([html.B(title), html.Div(children) if children is not None else None], className=f"notice {tone}")


def nothing(title: str, hint: str = "", *action: Children) -> html.Div:
    """Return what stands where there is nothing to show: why, and what to do about it."""
    return html.Div([html.B(title), html.P(hint) if hint else None, *action], className="nothing")


def more(title: str, children: Children) -> html.Details:
    """Return what is there for who asks: it opens below its title."""
    return html.Details([html.Summary(title), html.Div(children)], className="more")


def as_of(words: Words, micros: int) -> html.P:
    """Return the instant that a page's figures are of; put it beside the heading, within `live`."""
    return html.P(
        [words("figure_as_of"), " ", html.Time(writing.as_of_text(micros, words.language))], className="as-of"
    )


def link(text: Children, path: str) -> html.A:
    """Return a link to a page; `path` is below `/dashboards/`."""
    return html.A(text, href=f"{PREFIX}{path}")


def button_link(text: str, path: str, *, quiet: bool = False) -> html.A:
    """Return a link to a page that looks like a button: what one does next."""
    return html.A(text, href=f"{PREFIX}{path}", className="button quiet" if quiet else "button")


def choice(label: str, options: Sequence[tuple[str, str, bool]]) -> Component:
    """Return a few ways of looking at the same page, as (path, text, whether it is this one)."""
    entries = [
        html.A(text, href=f"{PREFIX}{path}", **wild({"aria-current": "true"} if current else {}))
        for path, text, current in options
    ]
    return html.Nav(entries, className="choice", **wild({"aria-label": label}))
