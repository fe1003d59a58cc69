"""Put the page behind a learner's link, and a learner's downloads, into the application."""

from __future__ import annotations

from flask import Flask

from dashboards.sharing import downloads, pages
from dashboards.views.lens import Sources


def register(app: Flask, sources: Sources) -> None:
    """Add `/partage/` for who was given a link, and `/dashboards/me/files/` behind the guard of the pages."""
    app.register_blueprint(pages.blueprint(sources))
    app.register_blueprint(downloads.blueprint(sources))
