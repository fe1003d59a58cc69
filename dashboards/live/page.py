"""The live-feed page.

Who reads it: whoever answers for an organisation's platforms. What they decide with it, from top to bottom:

1. *Must I do something now?* A sender that has gone quiet, requests in quarantine: call the platform's
   administrator. Otherwise one line says that the feed arrives, and how fresh it is.
2. *Is it about as much as I expect?* Four figures; learners' activity by date of occurrence (what a year of
   training looks like, and a hole in it); what was received by the hour (the nightly task ran or did not).
3. *Is it what I expect?* Senders, frequent verbs and activities, the latest statements: a platform that sends
   logins and no completions is set up wrongly.

Left out, because nobody decides anything with them here: trends in percent, maps, gauges, statements as JSON.
"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards.frame import parts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.live import panels
from dashboards.live.board import Board, load_board
from dashboards.live.charts import Chart, Grain, activity_chart, arrivals_chart, traces
from dashboards.live.table import latest_list, latest_table
from training.access import STAFF


def draw(visit: Visit) -> list[Any]:
    """Return the whole page, figures included: there is nothing to wait for once it is there."""
    board = load_board(visit.lens.services, visit.reader)
    words = board.words
    return [
        parts.heading(
            words("title"),
            words("lead"),
            parts.live("as-of", html.P(panels.as_of(board), id="as-of", className="as-of")),
        ),
        parts.live("standing", html.Div(panels.standing(board), id="standing", className="standing", role="status")),
        parts.live("figures", html.Dl(panels.key_figures(board), id="figures", className="figures four")),
        html.Div([_activity(board, visit), _arrivals(board, visit)], className="two wide-first"),
        html.Div(
            [_ranking("verbs", panels.verbs(board), board), _ranking("activities", panels.activities(board), board)],
            className="two",
        ),
        _senders(board),
        _latest(board),
    ]


def _card(name: str, title: str, beside: str, children: Any, *, tools: Any = None) -> html.Section:  # noqa: ANN401 - Dash children
    caption = parts.live(f"{name}-caption", html.P(beside, className="caption", id=f"{name}-caption"))
    head = html.Div([html.Div([html.H2(title), caption]), tools], className="card-head")
    return html.Section([head, children], id=f"{name}-card", className="card")


def _graph(name: str, chart: Chart, visit: Visit) -> html.Figure:
    # The caption of the card says in words what the picture shows.
    return parts.chart(visit.words, name, chart.figure, caption=chart.caption, is_said=True)


def _activity(board: Board, visit: Visit) -> html.Section:
    words = board.words
    grain: Grain = "day" if visit.place.get("grain") == "day" else "week"
    chart = activity_chart(board, grain)
    choice = parts.choice(
        words("grain"),
        (("live?grain=day", words("by_day"), grain == "day"), ("live", words("by_week"), grain == "week")),
    )
    return _card("activity", words("activity"), chart.caption, _graph("activity", chart, visit), tools=choice)


def _arrivals(board: Board, visit: Visit) -> html.Section:
    chart = arrivals_chart(board)
    return _card("arrivals", board.words("arrivals"), chart.caption, _graph("arrivals", chart, visit))


def _ranking(name: str, rows: panels.Children, board: Board) -> html.Section:
    ranking = parts.live(name, html.Ol(rows, id=name, className="ranking"))
    return _card(name, board.words(name), panels.ranking_caption(board), ranking)


def _senders(board: Board) -> html.Section:
    words = board.words
    heads = [html.Th(words(name), scope="col") for name in ("sender", "last_statement")]
    heads += [html.Th(words("received"), scope="col", className="number"), html.Th(words("state"), scope="col")]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(panels.senders(board), id="senders")])
    return _card(
        "senders", words("senders"), words("senders_beside"), parts.live("senders", html.Div(table, className="scroll"))
    )


def _latest(board: Board) -> html.Section:
    words = board.words
    both = html.Div(
        [
            html.Div(latest_table(board), className="only-wide"),
            parts.live("latest-list", html.Ul(latest_list(board), id="latest-list", className="only-narrow latest")),
        ]
    )
    beside = words("latest_beside", traces=traces(len(board.view.latest), board.words))
    return _card("latest", words("latest"), beside, both)


PAGES: Final = (
    Page(
        name="staff.live",
        path="live",
        roles=STAFF,
        title=("Flux en direct", "Live feed"),
        draw=draw,
        menu=("Flux en direct", "Live feed"),
        icon="pulse",
        # « il y a 5 s », and statements that no fact is made of.
        always_changes=True,
    ),
)
