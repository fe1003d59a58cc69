"""A page for people where an address of ours answers nothing: what happened, and where to go; programs get JSON.

Pages of our own say what went wrong with them themselves: this is for what is nobody's page, or broke before one was.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, request

from dashboards.accounts.lobby import HOME
from dashboards.accounts.rendering import Renderer
from dashboards.audience import is_person
from dashboards.sessions import page_language

_LEAST: Final = 400
_SAID: Final = frozenset((404, 405, 413, 429, 503))
_OURS: Final = 500


def register(app: Flask, renderer: Renderer) -> None:
    """Have every failure that is answered in JSON answered with a page where somebody looks at it."""

    @app.after_request
    def show(response: Response) -> Response:
        if response.status_code < _LEAST or not response.is_json:
            return response
        if not is_person(request.path, request.accept_mimetypes):
            return response
        page = renderer.page(
            "failure",
            page_language(None),
            HTTPStatus(response.status_code),
            kind=_kind(response.status_code),
            back=HOME,
            reference=g.get("request_id", ""),
        )
        for name in ("Retry-After", "Allow"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        return page


def _kind(status: int) -> str:
    """Return the name of what is said: our own failures are one, what is wrong with a request is mostly one too."""
    if status in _SAID:
        return str(status)
    return "500" if status >= _OURS else "400"
