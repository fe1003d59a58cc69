"""The Dash application behind `/dashboards/`, built on demand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dash
from dash import Input, Output, html
from dash.development.base_component import Component
from flask import Flask

from dashboards.live import panels
from dashboards.live.board import load_board
from dashboards.live.charts import Grain, activity_chart, arrivals_chart, traces
from dashboards.live.page import live_page
from dashboards.live.table import latest_list, latest_rows
from dashboards.live.words import Words
from dashboards.policy import dash_page
from dashboards.reader import current_reader, find_reader
from lrs.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# What a refresh changes, in the order in which `refresh` returns it.
_OUTPUTS: Final = (
    Output("as-of", "children"),
    Output("standing", "children"),
    Output("figures", "children"),
    Output("activity", "figure"),
    Output("activity-caption", "children"),
    Output("arrivals", "figure"),
    Output("arrivals-caption", "children"),
    Output("verbs", "children"),
    Output("verbs-caption", "children"),
    Output("activities", "children"),
    Output("activities-caption", "children"),
    Output("senders", "children"),
    Output("latest", "rowData"),
    Output("latest-list", "children"),
    Output("latest-caption", "children"),
)

_EARLY: Final = ("plotly/package_data/plotly.min.js", "dash/dcc/async-graph.js", "dash_ag_grid/async-community.js")


@dataclass(frozen=True, slots=True)
class Pages:
    """The built application: a WSGI callable, the policy that its pages are served under, the files they load."""

    server: Flask
    policy: str
    # The scripts and styles that a page loads, as paths below the prefix.
    files: tuple[str, ...]

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request that has passed the guard."""
        return self.server.wsgi_app(environ, start_response)


class _Dash(dash.Dash):
    """Dash, but for the frame of the page, which speaks the reader's language."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # noqa: ANN401 - Dash names each
        """Return the HTML around the page; until the page is there, its outline."""
        words = Words(current_reader().language)
        outline = '<div class="outline">' + "<i></i>" * 6 + "</div>"
        waiting = f'<div id="react-entry-point"><p class="waiting" role="status">{words("loading")}</p>{outline}</div>'
        return (
            f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{escape(words('title'))} · Assidu</title>"
            '<link rel="icon" href="/login/static/assidu.svg" type="image/svg+xml">'
            f"{self._early()}{parts['css']}</head><body>{waiting}"
            f"<footer>{parts['config']}{parts['scripts']}{parts['renderer']}</footer></body></html>"
        )

    def files(self) -> tuple[str, ...]:
        """Return the paths of the scripts and styles that the page loads, below the prefix."""
        prefix = self.config.requests_pathname_prefix
        styles: str = self._generate_css_dist_html()  # type: ignore[no-untyped-call]
        tags = f"{styles}{self._generate_scripts_html()}{self._early()}"
        return tuple(re.findall(rf'(?:src|href)="{re.escape(prefix)}([^"?]+)', tags))

    def _early(self) -> str:
        """Ask for the scripts that Dash would only find out about after all the others have run."""
        suites = f"{self.config.requests_pathname_prefix}_dash-component-suites/"
        return "".join(f'<link rel="preload" as="script" href="{suites}{name}">' for name in _EARLY)


def build_pages(services: Services, prefix: str) -> Pages:
    """Build the Dash application, for requests that carry a Reader and begin with `prefix`."""
    server = Flask("assidu.dashboards", static_folder=None)
    app = _Dash(
        "assidu",
        server=server,  # type: ignore[arg-type]  # its annotation forgets Flask
        requests_pathname_prefix=prefix,
        routes_pathname_prefix=prefix,
        assets_folder=str(Path(__file__).parent.parent / "assets"),
        serve_locally=True,
        suppress_callback_exceptions=True,
        add_log_handler=False,
        update_title="",
        use_pages=False,
        enable_mcp=False,
    )

    def layout() -> Component:
        reader = find_reader()
        # Dash looks at the layout once as it sets itself up, when nobody is there to show anything to.
        return html.Div() if reader is None else live_page(load_board(services, reader))

    app.layout = layout

    @app.callback(list(_OUTPUTS), Input("tick", "n_intervals"), Input("grain", "value"), prevent_initial_call=True)
    def refresh(_: int, grain: Grain) -> list[Any]:
        board = load_board(services, current_reader())
        activity = activity_chart(board, "day" if grain == "day" else "week")
        arrivals = arrivals_chart(board)
        ranked = panels.ranking_caption(board)
        return [
            panels.as_of(board),
            panels.standing(board),
            panels.key_figures(board),
            activity.figure,
            activity.caption,
            arrivals.figure,
            arrivals.caption,
            panels.verbs(board),
            ranked,
            panels.activities(board),
            ranked,
            panels.senders(board),
            latest_rows(board),
            latest_list(board),
            board.words("latest_beside", traces=traces(len(board.view.latest), board.words)),
        ]

    # Now, under the lock of whoever builds: two first requests at once would find Dash half set up.
    app._setup_server()  # type: ignore[no-untyped-call]  # noqa: SLF001 - nothing public does it
    return Pages(server, dash_page(app.csp_hashes()), app.files())
