"""`/api/docs`: the API's documentation, offline: Swagger UI's own files served from here, no inline script."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask, Response, send_from_directory
from swagger_ui_bundle import swagger_ui_path

from lrs.errors import NotFound

PREFIX: Final = "/api/docs"
_OURS: Final = Path(__file__).parent
_OURS_SERVED: Final = frozenset({"docs.js", "docs.css"})
_BUNDLE_SERVED: Final = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
# Swagger UI writes style attributes and uses data: images; it evaluates and loads nothing else.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Put the documentation and the files it needs on `app`."""

    def index() -> Response:
        return _guarded(send_from_directory(_OURS, "docs.html"))

    def asset(name: str) -> Response:
        if name in _OURS_SERVED:
            return _guarded(send_from_directory(_OURS, name))
        if name not in _BUNDLE_SERVED:
            raise NotFound("The documentation has no such file.")
        return _guarded(send_from_directory(swagger_ui_path, name, max_age=86_400))

    app.add_url_rule(PREFIX, "api.docs", index, strict_slashes=False)
    app.add_url_rule(f"{PREFIX}/<string:name>", "api.docs_asset", asset)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
