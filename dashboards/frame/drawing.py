"""Draw the page of an address for whoever reads; and find in a drawing the parts that a refresh changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import structlog
from dash import html
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboards.frame.addresses import arguments, below_prefix
from dashboards.frame.failures import failure_page, kind_of, welcome_page
from dashboards.frame.page import Page
from dashboards.frame.routes import Routes
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.frame.visit import Visit
from dashboards.reader import Reader, current_reader
from dashboards.views.lens import Lens, Sources
from dashboards.words import Words
from lrs.errors import AssiduError, NotFound

# The kinds of parts that a refresh changes, and what of each: ids are {"<kind>": name}.
CHANGING: Final[Mapping[str, str]] = {"live": "children", "table": "rowData", "chart": "figure"}
# Relative times and what depends on the hour are drawn again though nothing has changed.
_MINUTE_MICROS: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was drawn: what stands in `<main>`, its title, and what tells it from the next drawing.

    Attributes:
        parts: What a refresh changes, by kind and name.
        heavy: The components in it that need scripts of their own.
    """

    main: Component
    title: str
    page: Page | None
    edition: str
    failed: bool = False
    parts: Mapping[str, Any] = field(default_factory=dict)
    heavy: frozenset[str] = frozenset()

    def prints(self) -> dict[str, str]:
        """Return a short print of each part: two drawings that look the same have the same."""
        return {name: _print(value) for name, value in self.parts.items()}


class Artist:
    """Draws pages. One for the whole application; it keeps nothing of anybody."""

    def __init__(self, sources: Sources, routes: Routes) -> None:
        self._sources = sources
        self.routes = routes

    def visit(self, reader: Reader, place: Mapping[str, str] | None = None) -> Visit:
        """Return a visit by this reader, with the frame's words."""
        return Visit(Lens(self._sources, reader.viewer), reader, Words(reader.language, FRAME_TEXTS), place or {})

    def visit_from(self, where: object) -> Visit:
        """Return the visit of the request at hand, from the page where the browser says that it is."""
        reader = current_reader()
        said: Mapping[str, Any] = where if isinstance(where, dict) else {}
        path, search = said.get("path"), said.get("search")
        place: dict[str, str] = {}
        if isinstance(path, str) and isinstance(search, str):
            found = self.routes.find(below_prefix(path), search, reader.viewer.role)
            place = dict(found.place) if found else arguments(search)
        return self.visit(reader, place)

    def draw(self, reader: Reader, pathname: str, search: str) -> Drawn:
        """Return the page of an address, or the page that says why there is none."""
        visit = self.visit(reader)
        path = below_prefix(pathname)
        found = self.routes.find(path, search, reader.viewer.role)
        if found is None:
            if not path and self.routes.first(reader.viewer.role) is None:
                return Drawn(welcome_page(visit.words), visit.words("frame_welcome_title"), None, "")
            return _failed(visit, NotFound("There is no such page."), None)
        visit = self.visit(reader, found.place).adding(found.page.texts)
        try:
            edition = edition_of(visit, found.page)
            content = found.page.draw(visit)
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader is told, and so is the log
            return _failed(visit, error, found.page)
        main = html.Div(content, className="page")
        parts, heavy = collect_parts(main)
        return Drawn(main, visit.words.say(found.page.title), found.page, edition, parts=parts, heavy=heavy)

    def edition(self, reader: Reader, pathname: str, search: str) -> str:
        """Return the edition that the page of an address would have now; empty where there is none."""
        found = self.routes.find(below_prefix(pathname), search, reader.viewer.role)
        return "" if found is None else edition_of(self.visit(reader, found.place), found.page)


def edition_of(visit: Visit, page: Page) -> str:
    """Return what tells that a page must be drawn again."""
    if page.always_changes:
        return str(visit.lens.now)
    return f"{visit.lens.edition}.{visit.lens.now // _MINUTE_MICROS}"


def collect_parts(drawing: Component) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the outermost parts that change, by `kind name`, and which heavy components there are."""
    parts: dict[str, Any] = {}
    heavy: set[str] = set()
    for component, inside in _walk(drawing, inside=False):
        heavy |= {type(component).__name__} & {"AgGrid", "Graph"}
        kind = kind_of_part(component)
        if kind is not None and not inside:
            parts[f"{kind[0]} {kind[1]}"] = getattr(component, CHANGING[kind[0]], None)
    return parts, frozenset(heavy)


def kind_of_part(component: Component) -> tuple[str, str] | None:
    """Return the kind and the name of a part that changes; None of anything else."""
    known = getattr(component, "id", None)
    if isinstance(known, dict) and len(known) == 1:
        ((kind, name),) = known.items()
        if kind in CHANGING:
            return kind, str(name)
    return None


def _walk(node: Any, *, inside: bool) -> Iterator[tuple[Component, bool]]:  # noqa: ANN401 - Dash children
    """Yield every component, and whether it lies within a part that changes as a whole."""
    if isinstance(node, Component):
        yield node, inside
        kind = kind_of_part(node)
        within = inside or (kind is not None and CHANGING[kind[0]] == "children")
        for name in ("children", *getattr(node, "_children_props", ())):
            if "." not in name and "[" not in name:
                yield from _walk(getattr(node, name, None), inside=within)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for item in node:
            yield from _walk(item, inside=inside)


def _failed(visit: Visit, error: Exception, page: Page | None) -> Drawn:
    _, name = kind_of(error)
    if not isinstance(error, AssiduError):
        page_name = "none" if page is None else page.name
        structlog.get_logger("assidu.pages").error("a page could not be drawn", page=page_name, exc_info=error)
    main = html.Div(failure_page(visit.words, error), className="page")
    return Drawn(main, visit.words(f"frame_{name}_title"), page, "", failed=True)


def _print(value: Any) -> str:  # noqa: ANN401 - what a component holds
    return blake2b(to_json_plotly(value).encode(), digest_size=6).hexdigest()
