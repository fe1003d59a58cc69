"""What stands around every page: the top bar, the menu of the role, the place of the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.frame.addresses import PREFIX
from dashboards.frame.attributes import wild
from dashboards.frame.page import Page
from dashboards.reader import Reader
from dashboards.words import Words
from training.access import Role

REFRESH_MILLISECONDS: Final = 5_000
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
# Whom the pages of attendance serve; they are not of this application.
_ATTENDANCE: Final = frozenset((Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR))
_THEME: Final = {
    "primaryColor": "indigo",
    "primaryShade": {"light": 7, "dark": 5},
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT},
    "defaultRadius": "md",
    "cursorType": "pointer",
    "respectReducedMotion": True,
}


def shell(reader: Reader, words: Words, menu: Sequence[Component], page: Component, place: Sequence[Component]) -> Any:  # noqa: ANN401 - dmc is untyped
    """Return the body of the document: `page` is what stands in `<main>`, `place` what remembers where it is."""
    return dmc.MantineProvider(
        [
            *place,
            dcc.Interval(id="tick", interval=REFRESH_MILLISECONDS),
            html.A(words("frame_skip"), href="#page", className="skip"),
            _bar(reader, words),
            html.Div(
                [
                    html.Nav(
                        [html.Ul(list(menu), id="menu"), _own(reader, words)],
                        id="side",
                        className="side",
                        **wild({"aria-label": words("frame_pages")}),
                    ),
                    html.Main(
                        [
                            _lost(words),
                            _busy(words),
                            # Said aloud when it changes; what an act answers is put here.
                            html.Div(id="said", className="said", role="status", **wild({"aria-live": "polite"})),
                            html.Div(page, id="page", tabIndex=-1),
                        ],
                    ),
                ],
                className="frame",
            ),
            html.Div(id="announced", className="unseen", role="status", **wild({"aria-live": "polite"})),
        ],
        defaultColorScheme="auto",
        theme=_THEME,
    )


def menu_entries(pages: Sequence[Page], words: Words, current: Page | None, role: Role) -> list[Component]:
    """Return the entries of the menu, the current one marked."""
    marked = _entry_of(pages, current)
    entries = [
        _entry(
            words.say(page.menu or page.title),
            f"{PREFIX}{page.path}",
            page.icon,
            current=page is marked,
        )
        for page in pages
    ]
    if role in _ATTENDANCE:
        # Among the first: it is what a trainer comes for.
        entries.insert(
            min(1, len(entries)), _entry(words("frame_attendance"), f"{PREFIX}attendance/", "check", current=False)
        )
    return entries


def _entry_of(pages: Sequence[Page], current: Page | None) -> Page | None:
    """Return the page of the menu that the current one is, or lies below: the nearest."""
    if current is None or current in pages:
        return current
    above = [page for page in pages if current.path.startswith(f"{page.path}/")]
    return max(above, key=lambda page: len(page.path), default=None)


def _entry(text: str, href: str, icon: str, *, current: bool) -> Component:
    marks = {"aria-current": "page"} if current else {}
    return html.Li(html.A([html.Span(className=f"icon i-{icon}"), html.Span(text)], href=href, **wild(marks)))


def _bar(reader: Reader, words: Words) -> Component:
    return html.Header(
        [
            html.Button(
                [html.Span(className="bars"), html.Span(words("frame_menu"))],
                id="menu-button",
                className="menu-button",
                type="button",
                **wild({"aria-expanded": "false", "aria-controls": "side"}),
            ),
            html.A(
                [html.Img(src="/login/static/assidu.svg", alt="", width=28, height=28), html.Span("Assidu")],
                href=PREFIX,
                className="brand",
            ),
            html.Span(reader.organisation_name, className="organisation"),
        ],
        className="top",
    )


def _switches(words: Words) -> Component:
    code = words("frame_language_code")
    schemes = [
        html.Button(
            html.Span(words(f"frame_scheme_{name}"), className="unseen"),
            type="button",
            className=f"scheme scheme-{name}",
            title=words(f"frame_scheme_{name}"),
            **wild({"data-scheme": name, "aria-pressed": "true" if name == "auto" else "false"}),
        )
        for name in ("light", "auto", "dark")
    ]
    return html.Div(
        [
            html.Div(schemes, className="schemes", role="group", **wild({"aria-label": words("frame_scheme")})),
            html.A(
                words("frame_language"),
                href=f"?lang={code}",
                lang=code,
                hrefLang=code,
                className="language",
                **wild({"data-language": code}),
            ),
        ],
        className="switches",
    )


def _own(reader: Reader, words: Words) -> Component:
    """Return what is about the reader: who they are here, their account, the way out."""
    return html.Div(
        [
            _switches(words),
            html.Div([html.B(reader.person), html.Span(words(f"role_{reader.viewer.role.value}"))], className="who"),
            html.A([html.Span(className="icon i-person"), html.Span(words("frame_account"))], href="/account"),
            html.Form(
                [
                    dcc.Input(type="hidden", name="csrf", value=reader.csrf),
                    html.Button(words("frame_sign_out"), type="submit", className="button quiet"),
                ],
                method="post",
                action="/logout",
            ),
        ],
        className="own",
    )


def _busy(words: Words) -> Component:
    """Return what `frame.js` shows while a full server is asked again, and when that has been given up."""
    return html.Div(
        [
            html.B(words("frame_busy_title")),
            html.Span(words("frame_busy_waiting"), className="waiting"),
            html.Span(words("frame_busy_refused"), className="refused"),
            html.A(words("frame_reload"), href="", className="refused", **wild({"data-reload": ""})),
        ],
        id="busy",
        className="lost busy",
        role="alert",
        hidden=True,
    )


def _lost(words: Words) -> Component:
    """Return the warning that `frame.js` shows when the figures have stopped moving."""
    return html.Div(
        [
            html.B(words("frame_lost_title")),
            html.Span(words("frame_lost_text")),
            html.A(words("frame_reload"), href="", **wild({"data-reload": ""})),
        ],
        id="lost",
        className="lost",
        role="alert",
        hidden=True,
    )
