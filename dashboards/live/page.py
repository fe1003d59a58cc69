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

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards.live import panels
from dashboards.live.board import Board
from dashboards.live.charts import Chart, activity_chart, arrivals_chart, config, traces
from dashboards.live.table import latest_list, latest_table

REFRESH_MILLISECONDS: Final = 5_000
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'


def live_page(board: Board) -> dmc.MantineProvider:
    """Return the whole page, figures included: there is nothing to wait for once it is there."""
    words = board.words
    return dmc.MantineProvider(
        [
            dcc.Interval(id="tick", interval=REFRESH_MILLISECONDS),
            _header(board),
            html.Main(
                [
                    html.Div(
                        [
                            html.Div([html.H1(words("title")), html.P(words("lead"), className="lead")]),
                            html.P(panels.as_of(board), id="as-of", className="as-of"),
                        ],
                        className="heading",
                    ),
                    _lost(board),
                    html.Div(panels.standing(board), id="standing", className="standing", role="status"),
                    html.Dl(panels.key_figures(board), id="figures", className="figures"),
                    html.Div([_activity(board), _arrivals(board)], className="two wide-first"),
                    html.Div(
                        [
                            _ranking("verbs", panels.verbs(board), board),
                            _ranking("activities", panels.activities(board), board),
                        ],
                        className="two",
                    ),
                    _senders(board),
                    _latest(board),
                ]
            ),
        ],
        defaultColorScheme="auto",
        theme={"primaryColor": "indigo", "fontFamily": FONT, "headings": {"fontFamily": FONT}},
    )


def _header(board: Board) -> html.Header:
    words, reader = board.words, board.reader
    code = words("other_language_code")
    return html.Header(
        [
            html.A(
                [html.Img(src="/login/static/assidu.svg", alt="", width=28, height=28), "Assidu"],
                href="/dashboards/",
                className="brand",
            ),
            html.Span(reader.organisation_name, className="organisation"),
            html.Nav(
                [
                    html.A(words("attendance"), href="/dashboards/attendance/"),
                    html.A(words("other_language"), href=f"?lang={code}", lang=code, hrefLang=code),
                    html.Span(reader.person, className="person"),
                    html.Form(
                        [
                            dcc.Input(type="hidden", name="csrf", value=reader.csrf),
                            html.Button(words("sign_out"), type="submit"),
                        ],
                        method="post",
                        action="/logout",
                    ),
                ]
            ),
        ],
        className="top",
    )  # fmt: skip


def _lost(board: Board) -> html.Div:
    """Return the warning that `live.js` shows when the figures have stopped moving."""
    words = board.words
    return html.Div(
        [
            html.B(words("lost_title")),
            html.Span(words("lost_text")),
            html.A(words("lost_reload"), href="/dashboards/"),
        ],
        id="lost",
        className="lost",
        role="alert",
        hidden=True,
    )


def _card(title: str, beside: str, children: Any, *, caption_id: str, tools: Any = None) -> html.Section:  # noqa: ANN401 - Dash children
    caption = html.P(beside, className="caption", id=caption_id)
    head = html.Div([html.Div([html.H2(title), caption]), tools], className="card-head")
    return html.Section([head, children], id=caption_id.replace("caption", "card"))


def _graph(name: str, chart: Chart, board: Board) -> html.Figure:
    # The caption says in words what the picture shows.
    settings = config(board.words.language)
    return html.Figure(
        dcc.Graph(id=name, figure=chart.figure, config=settings, responsive=True, style={"height": "15rem"}),
        role="img",
    )


def _activity(board: Board) -> html.Section:
    words = board.words
    chart = activity_chart(board, "week")
    choice = dmc.SegmentedControl(
        id="grain",
        value="week",
        data=[{"value": "day", "label": words("by_day")}, {"value": "week", "label": words("by_week")}],
        size="xs",
    )
    return _card(
        words("activity"), chart.caption, _graph("activity", chart, board), caption_id="activity-caption", tools=choice
    )


def _arrivals(board: Board) -> html.Section:
    chart = arrivals_chart(board)
    return _card(
        board.words("arrivals"), chart.caption, _graph("arrivals", chart, board), caption_id="arrivals-caption"
    )


def _ranking(name: str, rows: panels.Children, board: Board) -> html.Section:
    ranking = html.Ol(rows, id=name, className="ranking")
    return _card(board.words(name), panels.ranking_caption(board), ranking, caption_id=f"{name}-caption")


def _senders(board: Board) -> html.Section:
    words = board.words
    heads = [html.Th(words(name), scope="col") for name in ("sender", "last_statement")]
    heads += [html.Th(words("received"), scope="col", className="number"), html.Th(words("state"), scope="col")]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(panels.senders(board), id="senders")])
    return _card(
        words("senders"), words("senders_beside"), html.Div(table, className="scroll"), caption_id="senders-caption"
    )


def _latest(board: Board) -> html.Section:
    words = board.words
    both = html.Div(
        [
            html.Div(latest_table(board), className="only-wide"),
            html.Ul(latest_list(board), id="latest-list", className="only-narrow latest"),
        ]
    )
    return _card(
        words("latest"),
        words("latest_beside", traces=traces(len(board.view.latest), board.words)),
        both,
        caption_id="latest-caption",
    )
