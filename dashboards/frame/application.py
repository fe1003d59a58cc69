"""The Dash application behind `/dashboards/`: every page of every role, built on demand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import dash
from dash import dcc, html
from flask import Flask, request

from dashboards.frame import exporting, look, moving, suites
from dashboards.frame.acts import Acts
from dashboards.frame.addresses import PREFIX, below_prefix
from dashboards.frame.drawing import Artist
from dashboards.frame.gathering import gather_pages
from dashboards.frame.page import Page
from dashboards.frame.routes import Routes
from dashboards.frame.shell import menu_entries, shell
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.policy import dash_page
from dashboards.reader import Reader, current_reader, find_reader
from dashboards.views.lens import Sources
from dashboards.words import Words
from training.access import Role

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# What a page with one of these would only find out about after all its other scripts have run.
_EARLY: Final[Mapping[str, tuple[str, ...]]] = {
    "Graph": ("plotly/package_data/plotly.min.js", "dash/dcc/async-graph.js"),
    "AgGrid": ("dash_ag_grid/async-community.js",),
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The built application: a WSGI callable, the policy that its pages are served under, the files they load."""

    server: Flask
    policy: str
    # The scripts and styles that a page loads, as paths below the prefix; and what tells this edition from others.
    files: tuple[str, ...]
    edition: str
    routes: Routes
    acts: Acts

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request that has passed the guard."""
        return self.server.wsgi_app(environ, start_response)

    def is_there(self, path: str, role: Role) -> bool:
        """Say whether an address is that of a page of this role."""
        return self.routes.find(path, "", role) is not None

    def first(self, role: Role) -> str | None:
        """Return the address that `/dashboards/` leads this role to; None when it has no page."""
        page = self.routes.first(role)
        return None if page is None or not page.path else f"{PREFIX}{page.path}"


class _Dash(dash.Dash):
    """Dash, but for the frame of the page, which speaks the reader's language."""

    heavy: dict[str, frozenset[str]]
    routes: Routes
    edition: str = ""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # noqa: ANN401 - Dash names each
        """Return the HTML around the page; until the page is there, its outline."""
        reader = current_reader()
        words = Words(reader.language, FRAME_TEXTS)
        found = self.routes.find(below_prefix(request.path), "", reader.viewer.role)
        title = words("frame_no_page_title") if found is None else words.say(found.page.title)
        sheets = "".join(f'<link rel="stylesheet" href="{look.address(name)}">' for name in look.SHEETS)
        outline = '<div class="outline" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i></div>'
        waiting = f'<p class="not-yet" role="status">{words("frame_loading")}</p>{outline}'
        return (
            f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><meta name="suites" content="{self._suites()}">'
            f"<title>{escape(title)} · Assidu</title>"
            f'<script src="{look.address("scheme.js")}"></script>'
            '<link rel="icon" href="/login/static/assidu.svg" type="image/svg+xml">'
            f"{self._early('' if found is None else found.page.name)}{sheets}{self._in_suites(parts['css'])}</head>"
            f'<body><div id="react-entry-point">{waiting}</div>'
            f'<footer>{parts["config"]}<script src="{look.address("grid.js")}"></script>'
            f'<script src="{look.address("chrome.js")}"></script><script src="{look.address("frame.js")}"></script>'
            f"{self._in_suites(parts['scripts'])}{parts['renderer']}</footer></body></html>"
        )

    def files(self) -> tuple[str, ...]:
        """Return the paths of the scripts and styles that pages load, below the prefix."""
        styles: str = self._generate_css_dist_html()  # type: ignore[no-untyped-call]
        tags = self._in_suites(f"{styles}{self._generate_scripts_html()}")
        early = [f"{suites.folder(self.edition)}{name}" for names in _EARLY.values() for name in names]
        return (*re.findall(rf'(?:src|href)="{re.escape(self._prefix())}([^"?]+)', tags), *early)

    def _early(self, page_name: str) -> str:
        """Ask at once for what the page needed when it was last drawn, and for its content."""
        names = [name for kind in sorted(self.heavy.get(page_name, ())) for name in _EARLY[kind]]
        return "".join(f'<link rel="preload" as="script" href="{self._suites()}{name}">' for name in names)

    def _suites(self) -> str:
        return f"{self._prefix()}{suites.folder(self.edition)}"

    def _in_suites(self, tags: str) -> str:
        """Return tags that name Dash's own scripts where they may be kept for good."""
        return tags.replace(f"{self._prefix()}{suites.FOLDER}", self._suites())

    def _prefix(self) -> str:
        return str(self.config.requests_pathname_prefix)


def build_pages(sources: Sources, prefix: str, pages: Sequence[Page] | None = None) -> Pages:
    """Build the Dash application, for requests that carry a Reader and begin with `prefix`.

    `pages` are those there are; without them, every page of every role.
    """
    server = Flask("assidu.dashboards", static_folder=None)
    app = _Dash(
        "assidu",
        server=server,  # type: ignore[arg-type]  # its annotation forgets Flask
        requests_pathname_prefix=prefix,
        routes_pathname_prefix=prefix,
        include_assets_files=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        add_log_handler=False,
        update_title="",
        use_pages=False,
        enable_mcp=False,
    )
    app.routes, app.heavy = Routes(gather_pages() if pages is None else pages), {}
    artist = Artist(sources, app.routes)
    app.layout = _Layout(artist, app.heavy)
    acts = Acts(app, artist.visit_from)
    moving.register(app, artist, app.heavy)
    exporting.register(app, acts)
    for page in app.routes.pages:
        page.acts(acts.speaking(page.texts))
    # Now, under the lock of whoever builds: two first requests at once would find Dash half set up.
    app._setup_server()  # type: ignore[no-untyped-call]  # noqa: SLF001 - nothing public does it
    app._generate_scripts_html()  # noqa: SLF001 - registers the packages that there are
    app.edition = suites.edition_of(app.registered_paths)
    return Pages(server, dash_page(app.csp_hashes()), app.files(), app.edition, app.routes, acts)


def _location(**known: str) -> Any:  # noqa: ANN401 - dcc is untyped
    # With Dash's own `refresh`, a path and a query that an act sets together are two journeys, and the last one wins.
    return dcc.Location(id="location", refresh=False, **known)


class _Layout:
    """What Dash calls for the content of the document: the shell, with the first page already in it."""

    def __init__(self, artist: Artist, heavy: dict[str, frozenset[str]]) -> None:
        self._artist = artist
        self._heavy = heavy

    def __call__(self) -> Any:  # noqa: ANN401 - dmc is untyped
        reader = find_reader()
        # Dash looks at the layout once as it sets itself up, when nobody is there to show anything to.
        return html.Div() if reader is None else self._whole(reader)

    def _whole(self, reader: Reader) -> Any:  # noqa: ANN401 - dmc is untyped
        words = self._artist.visit(reader).words
        role = reader.viewer.role
        asked = urlsplit(request.headers.get("Referer", ""))
        if asked.netloc != request.host or not asked.path.startswith(PREFIX):
            # The browser keeps to itself where it is: the page is drawn when `location` says so.
            menu = menu_entries(self._artist.routes.menu(role), words, None, role)
            return shell(reader, words, menu, html.Div(className="page"), moving.stores(_location()))
        drawn = self._artist.draw(reader, asked.path, asked.query)
        if drawn.page is not None:
            self._heavy[drawn.page.name] = drawn.heavy
        search = f"?{asked.query}" if asked.query else ""
        # Exactly what the browser will find there: it then has nothing to tell us, and the page is drawn once.
        location = _location(pathname=asked.path, search=search, hash="", href=asked.geturl())
        menu = menu_entries(self._artist.routes.menu(role), words, drawn.page, role)
        return shell(reader, words, menu, drawn.main, moving.stores(location, drawn, asked.path, search))
