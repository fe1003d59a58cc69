"""The parts of the live-feed page that change at each refresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from analytics.store.view import Frequency
from dashboards import formats
from dashboards.live.board import Board, Feed
from dashboards.live.charts import counted_traces
from dashboards.verbs import activity_name, verb_name

Children = list[Any]


def as_of(board: Board) -> str:
    """Say of when the figures are."""
    language = board.words.language
    local = board.now.astimezone(formats.PARIS)
    time = formats.clock_time(board.now, language, seconds=True)
    return board.words("as_of", day=formats.short_day(local.date(), language), time=time)


def standing(board: Board) -> Children:
    """Say first whether anything must be done: quiet feeds, refused requests, or that all is well."""
    words, language = board.words, board.words.language
    if not board.view.received:
        return [
            dmc.Alert(
                [html.P(words("empty_text")), dmc.Code(f"{board.reader.address}xapi", block=True)],
                title=words("empty_title"),
                color="indigo",
                variant="light",
                className="empty",
            ),
            *_held(board),
        ]
    alarms = [
        dmc.Alert(
            _quiet_text(feed, board), title=words("quiet_title", label=feed.label), color="orange", variant="light"
        )
        for feed in board.quiet
    ]
    problems = [*alarms, *_held(board)]
    if problems or board.last is None:
        return problems
    ago = formats.ago(board.last, board.now, language)
    return [html.P([html.Span(className="dot"), words("well", ago=ago)], className="well")]


def key_figures(board: Board) -> Children:
    """Return the four figures that answer "does it arrive, and how much"."""
    words, language, view = board.words, board.words.language, board.view
    active = sum(feed.is_active(board.now) for feed in board.feeds)
    live = [feed for feed in board.feeds if feed.credential.revoked is None]
    figures = (
        ("total", formats.number(view.progress.counted, language), _total_beside(board)),
        ("today", formats.number(view.received_today, language), words("today_beside")),
        ("last_hour", formats.number(view.received_last_hour, language), words("last_hour_beside")),
        (
            "active_senders",
            words(
                "active_senders_value", active=formats.number(active, language), all=formats.number(len(live), language)
            ),
            words("active_senders_beside"),
        ),
    )
    return [
        html.Div(
            [html.Dt(words(name)), html.Dd(value, className="value", id=f"figure-{name}"), html.Dd(beside)],
            className="figure",
        )
        for name, value, beside in figures
    ]


def verbs(board: Board) -> Children:
    """Return the most frequent verbs."""
    return _ranking(board, board.view.verbs, verb_name)


def activities(board: Board) -> Children:
    """Return the most frequent activities."""
    return _ranking(board, board.view.activities, activity_name)


def senders(board: Board) -> Children:
    """Return one row a sender: last statement, how many, and whether its alarm has gone off."""
    words, language = board.words, board.words.language
    if not board.feeds:
        return [html.Tr(html.Td(words("no_sender"), colSpan=4, className="none"))]
    rows = []
    for feed in board.feeds:
        look, state = _state(feed, board)
        allowed = feed.clock.quiet_after_seconds
        alarm = (
            words("no_alarm")
            if allowed is None
            else words("alarm", allowed=formats.duration_seconds(allowed, language))
        )
        last = formats.ago(feed.last, board.now, language) if feed.last else words("never")
        exact = formats.moment(feed.last, language) if feed.last else ""
        rows.append(
            html.Tr(
                [
                    html.Td([html.Div(feed.label, className="label"), html.Small(alarm)]),
                    html.Td([html.Div(last), html.Small(exact, className="exact")]),
                    html.Td(formats.number(feed.clock.statements, language), className="number"),
                    html.Td(html.Span(words(state), className=f"badge {look}")),
                ]
            )
        )
    return rows


def _held(board: Board) -> Children:
    if not board.view.quarantined:
        return []
    words = board.words
    count = formats.counted(board.view.quarantined, words("held_one"), words("held_many"), words.language)
    return [dmc.Alert(words("held_text"), title=words("held_title", count=count), color="yellow", variant="light")]


def _quiet_text(feed: Feed, board: Board) -> str:
    words, language = board.words, board.words.language
    allowed = formats.duration_seconds(feed.clock.quiet_after_seconds or 0, language)
    if feed.last is None:
        return words("quiet_never", allowed=allowed)
    return words("quiet_text", ago=formats.ago(feed.last, board.now, language), allowed=allowed)


def _total_beside(board: Board) -> str:
    """Say what of the received statements is not in the total, for the two differ on purpose."""
    words, language, view = board.words, board.words.language, board.view
    apart = []
    if view.progress.duplicates:
        apart.append(formats.counted(view.progress.duplicates, words("duplicate"), words("duplicates"), language))
    if view.progress.voided:
        apart.append(formats.counted(view.progress.voided, words("voided"), words("voided_many"), language))
    if view.waiting:
        apart.append(words("waiting", waiting=formats.number(view.waiting, language)))
    if not apart:
        return words("total_all")
    return words("total_beside", received=formats.number(view.received, language), excluded=", ".join(apart))


def _state(feed: Feed, board: Board) -> tuple[str, str]:
    if feed.credential.revoked is not None:
        return "rest", "state_revoked"
    if feed.clock.is_quiet:
        return "alarm", "state_quiet"
    if feed.credential.expires is not None and not feed.credential.is_live(board.now_micros):
        return "alarm", "state_expired"
    if feed.last is None:
        return "rest", "state_never"
    return ("live", "state_active") if feed.is_active(board.now) else ("rest", "state_idle")


def _ranking(board: Board, rows: Sequence[Frequency], name: Callable[..., str]) -> Children:
    words, language = board.words, board.words.language
    total = board.view.progress.counted
    if not rows or not total:
        return [html.Li(words("nothing"), className="none")]
    most = rows[0].count
    return [
        html.Li(
            [
                html.Div(
                    [
                        html.Span(name(row.key, row.names, language), className="name", title=row.key),
                        html.Span(formats.number(row.count, language), className="count"),
                        html.Span(formats.percent(row.count, total, language), className="share"),
                    ],
                    className="line",
                ),
                html.Div(className="bar", style={"width": f"{100 * row.count / most:.1f}%"}),
            ],
            key=row.key,
        )
        for row in rows
    ]


def ranking_caption(board: Board) -> str:
    """Say what the shares are shares of."""
    return board.words("of_total", total=counted_traces(board.view.progress.counted, board.words))
