"""Put the verification page into the application."""

from __future__ import annotations

from flask import Flask

from dashboards.verify.pages import blueprint
from evidence.enquiry import Enquiry


def register(app: Flask, enquiry: Enquiry) -> None:
    """Add `/verify/`, for anybody."""
    app.register_blueprint(blueprint(enquiry))
