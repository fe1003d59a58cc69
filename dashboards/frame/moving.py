"""What moves: going from page to page, and the figures of the page that is open."""

from __future__ import annotations

from typing import Any, Final

import dash
from dash import ALL, ClientsideFunction, Input, Output, State, dcc
from dash.development.base_component import Component

from dashboards.frame.drawing import CHANGING, Artist, Drawn
from dashboards.frame.shell import menu_entries
from dashboards.reader import current_reader

_KINDS: Final = tuple(CHANGING)


def stores(location: Component, drawn: Drawn | None = None, path: str = "", search: str = "") -> list[Component]:
    """Return what remembers, in the browser, where it is and what of it is shown."""
    return [
        location,
        dcc.Store(id="place", data=None if drawn is None else _place(drawn, path, search)),
        dcc.Store(id="shown", data=None if drawn is None else _shown(drawn, path, search)),
        dcc.Store(id="again", data=0),
        dcc.Store(id="arrived"),
        dcc.Download(id="downloaded"),
    ]


def register(app: dash.Dash, artist: Artist, heavy: dict[str, frozenset[str]]) -> None:
    """Add the two callbacks that every page has."""

    @app.callback(
        Output("page", "children"),
        Output("menu", "children"),
        Output("place", "data"),
        Output("shown", "data"),
        Output("said", "children"),
        Input("location", "pathname"),
        Input("location", "search"),
        State("place", "data"),
        prevent_initial_call=True,
    )
    def go(pathname: object, search: object, place: object) -> Any:  # noqa: ANN401 - Dash's own
        reader, path, asked = current_reader(), _text(pathname), _text(search)
        if isinstance(place, dict) and (place.get("path"), place.get("search")) == (path, asked):
            raise dash.exceptions.PreventUpdate
        drawn = artist.draw(reader, path, asked)
        if drawn.page is not None:
            heavy[drawn.page.name] = drawn.heavy
        role = reader.viewer.role
        menu = menu_entries(artist.routes.menu(role), artist.visit(reader).words, drawn.page, role)
        return drawn.main, menu, _place(drawn, path, asked), _shown(drawn, path, asked), None

    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash's own
        ClientsideFunction("frame", "arrive"),
        Output("arrived", "data"),
        Input("place", "data"),
    )

    @app.callback(
        *(Output({kind: ALL}, name) for kind, name in CHANGING.items()),
        Output("shown", "data", allow_duplicate=True),
        Input("tick", "n_intervals"),
        Input("again", "data"),
        State("place", "data"),
        State("shown", "data"),
        *(State({kind: ALL}, "id") for kind in _KINDS),
        prevent_initial_call=True,
    )
    def refresh(_: object, __: object, place: object, shown: object, *ids: list[dict[str, str]]) -> Any:  # noqa: ANN401 - Dash's own
        reader = current_reader()
        path, search = _where(place)
        known = shown if isinstance(shown, dict) and _where(shown) == (path, search) else {}
        still = [[dash.no_update] * len(names) for names in ids]
        asked_again = dash.ctx.triggered_id == "again"
        if not path or (not asked_again and known.get("edition") == artist.edition(reader, path, search) != ""):
            return [*still, dash.no_update]
        drawn = artist.draw(reader, path, search)
        if drawn.failed and not known.get("failed"):
            # What is shown stays; the warning comes by itself when this goes on.
            raise RuntimeError("the page that is open could not be drawn again")
        if known.get("failed") and not drawn.failed:
            dash.set_props("page", {"children": drawn.main})
        return [*_changes(drawn, known.get("prints"), ids), _shown(drawn, path, search)]


def _changes(drawn: Drawn, prints: object, ids: tuple[list[dict[str, str]], ...]) -> list[list[Any]]:
    """Return what of the parts on screen has changed, in the order of their ids."""
    old = prints if isinstance(prints, dict) else {}
    new = drawn.prints()
    answers = []
    for kind, names in zip(_KINDS, ids, strict=True):
        keys = [f"{kind} {name.get(kind)}" for name in names]
        answers.append(
            [drawn.parts[key] if new.get(key, old.get(key)) != old.get(key) else dash.no_update for key in keys]
        )
    return answers


def _place(drawn: Drawn, path: str, search: str) -> dict[str, Any]:
    return {"path": path, "search": search, "title": drawn.title}


def _shown(drawn: Drawn, path: str, search: str) -> dict[str, Any]:
    shown = {"path": path, "search": search, "edition": drawn.edition, "prints": drawn.prints()}
    return {**shown, "failed": True} if drawn.failed else shown


def _where(data: object) -> tuple[str, str]:
    return (_text(data.get("path")), _text(data.get("search"))) if isinstance(data, dict) else ("", "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
